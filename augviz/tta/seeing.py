"""Look at a picture through a view."""

from __future__ import annotations

from dataclasses import dataclass

from augviz.errors import InputError, StepError
from augviz.models.card import ModelCard
from augviz.pipeline.run import run
from augviz.pipeline.spec import PipelineSpec
from augviz.pipeline.sub_pixel import follow, raise_errors
from augviz.sample import ImageArray, Labels, Sample
from augviz.tta.view import View, complete
from augviz.tta.way_back import WayBack, way_back


@dataclass(frozen=True, eq=False)
class Seen:
    """A picture through a view.

    Attributes:
        view: The view.
        image: ``(h, w, C)``, at the size that the model takes.
        back: The way back; None where the view bends the picture, so that there is none, and where nobody needs it,
            because the model gives classes of the whole picture.
    """

    view: View
    image: ImageArray
    back: WayBack | None


def look(view: View, sample: Sample, card: ModelCard) -> Seen:
    """The picture as the model gets it, but for its values.

    Args:
        view: The view.
        sample: The picture at its true size; its labels are not looked at.
        card: The model that will see it.

    Raises:
        InputError: The view cannot be made of this picture.
    """
    spec, bare = complete(view, card), sample.with_labels(Labels())
    try:
        if card.output == "classes":
            return Seen(view, _after(spec, bare), None)
        followed = follow(spec, bare)
    except StepError as error:
        raise InputError(
            f"the view “{view.title}” cannot be made of {sample.name} ({error.what})",
            where=error.where,
            mend="Leave this view out.",
        ) from error
    back = None if followed.places is None else way_back(followed.places, sample.size_hw)
    return Seen(view, followed.outcome.after.image, back)


def _after(spec: PipelineSpec, sample: Sample) -> ImageArray:
    outcome = run(spec, sample, 0)
    raise_errors(outcome)
    return outcome.after.image
