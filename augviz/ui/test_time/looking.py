"""The model asked about every view of one picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from streamlit.delta_generator import DeltaGenerator

from augviz.errors import InputError
from augviz.geometry import FloatArray
from augviz.images import encode_jpeg, shrink, to_display
from augviz.models.card import ModelCard
from augviz.models.model import Model
from augviz.models.outputs import ClassScores, PixelScores
from augviz.pipeline.spec import digest_of
from augviz.preview import TILE_SIDE, Bounded
from augviz.sample import ImageArray, Sample
from augviz.side_by_side import Progress
from augviz.tta.box_fusion import Fused
from augviz.tta.merging import MergedPixels, merge_boxes, merge_pixels
from augviz.tta.reading import Reading, read_views
from augviz.tta.refusing import Judged
from augviz.tta.seeing import Seen
from augviz.ui.test_time.choosing import Choice
from augviz.ui.test_time.opening import asked
from augviz.ui.test_time.work import Task, worked

TINY_PX = 64
"""A view of fewer pixels is enlarged pixel by pixel, so that one sees what the model sees."""

MOST_SCORES = 60_000_000
"""Scores of a picture, classes times pixels: merging them takes about 16 bytes each."""

MOST_WARM_MS = 2_000.0
"""A first answer that takes longer is not waited for twice: the model itself takes so long."""

TIMES, QUICK_MS = 3, 150.0
"""A view that takes less is made so many times, and the middle time counts: a busy machine stumbles now and then."""

KEPT_BYTES = 96 * 2**20
_NOTHING: FloatArray = np.zeros((0, 0, 0), np.float32)
_NO_IMAGE: ImageArray = np.zeros((1, 1, 1), np.uint8)


@dataclass(frozen=True, eq=False)
class Look:
    """One view of the picture.

    Attributes:
        judged: The view, and what the rules say.
        jpeg: The picture as the model gets it, small; empty where it could not be made.
        size_hw: Its true height and width.
        reading: What the model says, without the picture; None where it failed. Of a model that answers for pixels
            or boxes only the times are kept.
        error: Why it failed, or empty.
    """

    judged: Judged
    jpeg: bytes
    size_hw: tuple[int, int]
    reading: Reading | None
    error: str = ""

    @property
    def is_used(self) -> bool:
        """Whether it counts."""
        return self.reading is not None and not self.judged.is_refused


@dataclass(frozen=True, eq=False)
class Looked:
    """All views of one picture.

    Attributes:
        looks: One a view, the plain one first.
        pixels: For a model that answers for pixels: the single view, and all together; without probabilities.
        boxes: For a model that finds boxes: the same.
    """

    looks: tuple[Look, ...]
    pixels: tuple[MergedPixels, MergedPixels] | None = None
    boxes: tuple[Fused, Fused] | None = None

    @property
    def readings(self) -> tuple[Reading, ...]:
        """Of the views that count, the plain one first."""
        return tuple(look.reading for look in self.looks if look.is_used and look.reading is not None)

    @property
    def nbytes(self) -> int:
        """Memory, about."""
        maps = sum(each.classes.nbytes + each.agreement.nbytes + each.views.nbytes for each in self.pixels or ())
        return maps + sum(len(look.jpeg) + 4_000 + _scores_of(look) for look in self.looks)


_kept: Bounded[Looked] = Bounded(KEPT_BYTES, lambda looked: looked.nbytes)


def looked(choice: Choice, place: DeltaGenerator) -> Looked | None:
    """What the model says of every view.

    Args:
        choice: What is chosen.
        place: An empty place for the bar.

    Returns:
        None where it was stopped or failed; the page says which.
    """
    how = choice.how if choice.hand.card.output == "pixels" else ""
    about = [(each.view.id, each.view.spec.digest, each.is_refused) for each in choice.views]
    key = digest_of(choice.hand.digest, choice.hand.card.to_json(), choice.sample.digest, about, how)
    found = worked(Task("views", key, "views asked", lambda show: _work(choice, show), _kept), place)
    if found is None:  # the rules of another visitor say the same of other words
        return None
    return replace(found, looks=tuple(map(_renamed, found.looks, choice.views)))


def _renamed(look: Look, judged: Judged) -> Look:
    return replace(look, judged=judged)


def _work(choice: Choice, show: Progress) -> Looked:
    with asked(choice.hand) as model:
        first = choice.views[0].view
        warm = read_views([first], choice.sample, model)[0]  # a new process takes longer for the first answer
        _check_size(warm, choice.sample, len(choice.views))
        if warm.ms < MOST_WARM_MS:
            warm = read_views([first], choice.sample, model)[0]
        times = TIMES if warm.ms < QUICK_MS else 1
        found = []
        for done, judged in enumerate(choice.views, start=1):
            found.append(_read(judged, choice.sample, model, times))
            show(done, len(choice.views))
    readings = [reading for judged, reading in zip(choice.views, found, strict=True) if _counts(judged, reading)]
    looks = tuple(map(_look, choice.views, found, [choice.sample] * len(found)))
    output = choice.hand.card.output
    if output == "pixels":
        pair = merge_pixels(readings[:1], choice.how), merge_pixels(readings, choice.how)  # type: ignore[arg-type]
        single, merged = (replace(each, probabilities=_NOTHING) for each in pair)
        return Looked(looks, pixels=(single, merged))
    if output == "boxes":
        return Looked(looks, boxes=(merge_boxes(readings[:1]), merge_boxes(readings)))  # type: ignore[arg-type]
    return Looked(looks)


def _counts(judged: Judged, found: Reading | InputError) -> bool:
    has_way = isinstance(found, Reading) and (isinstance(found.output, ClassScores) or found.seen.back is not None)
    return has_way and not judged.is_refused


def _read(judged: Judged, sample: Sample, model: Model, times: int) -> Reading | InputError:
    """A view that cannot be made is left out; where the plain one fails, or the model ends, so does everything."""
    try:
        readings = [read_views([judged.view], sample, model)[0] for _ in range(times)]
        return sorted(readings, key=lambda reading: reading.ms)[times // 2]
    except InputError as error:
        if judged.view.is_plain or not model.is_alive:
            raise
        return error


def _look(judged: Judged, found: Reading | InputError, sample: Sample) -> Look:
    if isinstance(found, InputError):
        return Look(judged, b"", (1, 1), None, str(found))
    error = ""
    if not isinstance(found.output, ClassScores) and found.seen.back is None:
        error = "This view bends the picture, so that pixels and boxes cannot be brought back."
    image = found.seen.image
    jpeg = encode_jpeg(shrink(to_display(_enlarged(image), sample.bands), TILE_SIDE), 90)
    return Look(judged, jpeg, (image.shape[0], image.shape[1]), None if error else light(found), error)


def light(reading: Reading) -> Reading:
    """A reading without its picture, and without scores of pixels."""
    output = reading.output
    if isinstance(output, PixelScores):
        output = replace(output, values=_NOTHING)
    return replace(reading, seen=Seen(reading.seen.view, _NO_IMAGE, None), output=output)


def _enlarged(image: ImageArray) -> ImageArray:
    times = -(-TINY_PX // max(image.shape[:2]))
    return image if times <= 1 else image.repeat(4 * times, axis=0).repeat(4 * times, axis=1)


def _check_size(reading: Reading, sample: Sample, views: int) -> None:
    """Refuse what would take the server's memory: all scores of all views, and of the merged picture."""
    if not isinstance(reading.output, PixelScores):
        return
    classes = len(reading.output.values)
    count = max(classes * sample.size_hw[0] * sample.size_hw[1], reading.output.values.size * views // 2)
    if count > MOST_SCORES:
        raise InputError(
            f"{classes:,} classes for each of {sample.size_hw[1]} x {sample.size_hw[0]} pixels in {views} views are "
            "too much to be merged here",
            where=sample.name,
            mend="Take a smaller image, or fewer views.",
        )


def names_of(card: ModelCard, classes: Sequence[int]) -> list[str]:
    """Names of classes for people."""
    return [card.name_of(each) if card.class_names else f"class {each}" for each in classes]


def _scores_of(look: Look) -> int:
    output = None if look.reading is None else look.reading.output
    return int(output.values.nbytes) if isinstance(output, ClassScores) else 8_000
