"""Pictures whose class is known, in the words of the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from augviz.models.card import ModelCard
from augviz.sample import Sample
from augviz.tta.objects import objects_of
from augviz.ui import label_facts, workspace
from augviz.ui.test_time.choosing import Choice

MOST_PICTURES = 500
"""More are not asked about: what they would add to the interval is small, and they would take minutes."""


@dataclass(frozen=True, eq=False)
class Labelled:
    """Pictures of which the class is known.

    Attributes:
        samples: The pictures.
        truth: The class of each, by its place among the model's classes.
        unknown: Labels that the model has no class for, each once.
        left_out: Pictures beyond the first :data:`MOST_PICTURES`.
    """

    samples: tuple[Sample, ...]
    truth: tuple[int, ...]
    unknown: tuple[str, ...]
    left_out: int = 0


def labelled(choice: Choice, classes: int) -> Labelled:
    """The images that are open, or their objects where the model is shown single objects.

    Args:
        choice: What is chosen.
        classes: Classes of the model.
    """
    images = label_facts.images_of(workspace.current())
    pictures = [each for image in images for each in objects_of(image)] if choice.by_object else list(images)
    places = places_of(choice.hand.card, classes)
    known: list[tuple[Sample, int]] = []
    unknown: dict[str, None] = {}
    for picture in pictures[:MOST_PICTURES]:
        label = picture.labels.label
        place = None if label is None else places.get(label.strip().casefold())
        if place is not None:
            known.append((picture, place))
        elif label is not None:
            unknown[label] = None
    left_out = max(0, len(pictures) - MOST_PICTURES)
    return Labelled(
        tuple(each for each, _place in known), tuple(place for _each, place in known), tuple(unknown), left_out
    )


def places_of(card: ModelCard, classes: int) -> Mapping[str, int]:
    """Place of each class by its name; where nobody knows the names, by its number as text."""
    return {name.casefold(): place for place, name in reversed(list(enumerate(card.class_names)))} or {
        str(place): place for place in range(classes)
    }
