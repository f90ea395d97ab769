"""What reviewers are asked first, by the kind of images, and which answers are offered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from augviz.review.review import QUESTION, Item

QUESTIONS: Mapping[str, str] = {
    "natural": "What is in this picture?",
    "fine-grained": "Which kind is this, exactly?",
    "digits": "Which digits or letters do you read?",
    "detection": "Which objects do you see?",
    "segmentation": "Which objects or areas do you see?",
    "keypoints": "What do you see, and which way does it face?",
    "chest-xray": "What do you see in this X-ray, and on which side?",
    "ct-mri": "What do you see in this slice, and on which side?",
    "dermatology": "Which kind of lesion is this?",
    "histology": "Which kind of tissue is this?",
    "fundus": "Which eye is this, and what do you see?",
    "aerial": "What do you see on the ground?",
    "multispectral": "What do you see on the ground?",
    "document": "What does it say, and which way up is it?",
    "road-scene": "What do you see on and beside the road?",
    "face": "Who or what do you see?",
    "shop": "Which product is this?",
    "industrial": "Which parts or faults do you see?",
    "agriculture": "Which plant is this, and is it healthy?",
    "tiny": "What is in this picture?",
}
"""By id of the profile; the others get the usual one."""

REASONS = (
    "Cut off or covered",
    "Turned or mirrored",
    "Bent or stretched",
    "Wrong colours",
    "Too dark or too bright",
    "Blurred or noisy",
    "Too small",
    "Stored label was wrong before",
)
"""Reasons that are offered; a note says the rest."""

MOST_CHOICES = 24
"""Where more labels occur, nobody reads so many buttons: the label is typed."""


class Choices(NamedTuple):
    """What a reviewer can choose from.

    Attributes:
        names: Labels that occur in the review, in alphabetical order; none where there are too many.
        several: Whether a picture may have more than one of them.
    """

    names: tuple[str, ...]
    several: bool


def question_for(profile: str) -> str:
    """The question that is proposed."""
    return QUESTIONS.get(profile, QUESTION)


def choices_of(items: tuple[Item, ...]) -> Choices:
    """Labels of all pictures of a review: nobody can tell from them which one is this picture's."""
    several = any(item.label and item.label not in item.classes for item in items)
    found = {name for item in items for name in (item.classes if several else (item.label,)) if name}
    names = tuple(sorted(found, key=lambda name: (name.casefold(), name)))
    return Choices(names if len(names) <= MOST_CHOICES else (), several)
