"""What one has to know about labels before one can say that they survive.

The same mirror image is harmless, doubtful or wrong: it depends on what the label says, not on the picture. Each fact
is a question with the answers yes, no and unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal, NamedTuple

from augviz.errors import InputError

Answer = Literal["yes", "no", "unknown"]


class Fact(NamedTuple):
    """One row.

    Attributes:
        id: Name in rules, files and on the command line.
        question: What the visitor is asked.
        why: Why it matters, one sentence.
    """

    id: str
    question: str
    why: str


FACTS: tuple[Fact, ...] = (
    Fact(
        "left_right_labels",
        "Do labels say left or right?",
        "After a mirror image the left lung, the left eye or the left shoe is a right one, and the label still says "
        "left.",
    ),
    Fact(
        "left_right_keypoints",
        "Are points named by side, such as left eye and right eye?",
        "Albumentations moves the points of a mirrored image and keeps their names, so that both are wrong.",
    ),
    Fact(
        "orientation_label",
        "Does the label say which way something points or lies?",
        "A clock, a compass, a pose or a part lying the wrong way round changes its label when the image is turned.",
    ),
    Fact(
        "colour_label",
        "Is colour part of what the label says?",
        "Ripe or unripe, red or green light, lesion or skin: another hue is another label.",
    ),
    Fact(
        "directional_or_text",
        "Are there arrows, signs or writing that the label depends on?",
        "“Turn left” becomes “turn right”, and mirrored writing cannot be read.",
    ),
    Fact(
        "text_heavy",
        "Is much of the image writing, such as covers, packages or logos?",
        "Writing that is mirrored or upside down does not occur, and cannot be read.",
    ),
    Fact(
        "transcript_label",
        "Is the label what is written in the image?",
        "Letters that are cut away or covered stay in the transcript.",
    ),
    Fact(
        "size_label",
        "Is the label a size or a measurement, or does it follow from one?",
        "A zoom changes the size, and the label still says the old one.",
    ),
    Fact(
        "count_label",
        "Is the label a number of things?",
        "Whatever is cut away, covered or shown twice is counted in the label and cannot be counted in the image.",
    ),
    Fact(
        "small_details",
        "Does the label hang on details of a few pixels?",
        "Blur, compression and downscaling erase a crack or an early lesion first.",
    ),
    Fact(
        "calibrated_intensity",
        "Are pixel values measurements, such as Hounsfield units or reflectance?",
        "A change of brightness then changes what was measured.",
    ),
    Fact(
        "not_he_stain",
        "Is the tissue stained with something else than H&E?",
        "Colour models of H&E do not fit DAB, fluorescence or other stains.",
    ),
    Fact(
        "spectral_index_label",
        "Does the label come from ratios of bands, such as NDVI?",
        "A gain that differs from band to band changes the ratio.",
    ),
    Fact(
        "label_noise",
        "Is one label in ten or more wrong?",
        "Steps that mix images spread wrong labels to others.",
    ),
    Fact("boxes", "Are objects marked with boxes?", "Crops, turns and holes change what a box should enclose."),
    Fact(
        "boxes_without_masks",
        "Are there boxes, but no outlines?",
        "After a turn a box can only be estimated when the outline inside it is not known.",
    ),
    Fact("masks", "Are there masks?", "Masks need another interpolation than images, and holes are not cut into them."),
)
"""All facts, in the order in which they are asked."""

FACT_OF: Mapping[str, Fact] = MappingProxyType({fact.id: fact for fact in FACTS})


@dataclass(frozen=True)
class Facts:
    """Answers to the questions; what nobody answered and no profile knows is *no*.

    Attributes:
        yes: Facts that hold.
        unknown: Facts that have to be asked; until then they count as a reason for caution.
        reasons: Where an answer comes from, by fact ("because there is a class “left lung”").

    Raises:
        InputError: There is no such fact.
    """

    yes: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    reasons: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in sorted({*self.yes, *self.unknown} - set(FACT_OF)):
            raise InputError(
                "there is no label fact of this name", where=name, mend=f"There are: {', '.join(FACT_OF)}."
            )
        object.__setattr__(self, "yes", frozenset(self.yes))
        object.__setattr__(self, "unknown", frozenset(self.unknown) - self.yes)

    def answer(self, fact: str) -> Answer:
        """Yes, no, or unknown."""
        if fact in self.yes:
            return "yes"
        return "unknown" if fact in self.unknown else "no"

    def says(self, fact: str, answer: Answer, reason: str = "you said so") -> Facts:
        """The same facts with one answer given; it overrules what was there."""
        return replace(
            self,
            yes=self.yes | {fact} if answer == "yes" else self.yes - {fact},
            unknown=self.unknown | {fact} if answer == "unknown" else self.unknown - {fact},
            reasons={**self.reasons, fact: reason},
        )


def facts_of(*yes: str, unknown: Collection[str] = ()) -> Facts:
    """Facts by name.

    >>> facts_of("colour_label").answer("colour_label")
    'yes'
    """
    return Facts(frozenset(yes), frozenset(unknown))
