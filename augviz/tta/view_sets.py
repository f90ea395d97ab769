"""Sets of views that are known to pay, each from who published it; some depend on the size that a model takes.

*The guide* is "Image Augmentation in Machine Learning", QnA Lab, ML System Design Reference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from augviz.errors import InputError
from augviz.models.card import ModelCard
from augviz.pipeline.spec import Step
from augviz.tta.view import PLAIN, FitsWhen, View, centre, shorter_side, step, view

SHIFT_PX = 4
"""Shift in px of an input of 224 px or of any size, and as large a share of others: small, and no multiple of the
strides of a network (8, 16, 32)."""

GUIDE_SIDES = (256, 288, 320)
"""Shorter sides before 224 px are cut out, in the guide's example of test-time augmentation."""

MIRRORED = step("HorizontalFlip")
UPSIDE_DOWN = step("VerticalFlip")
OVER_THE_DIAGONAL = step("Transpose")

Made = Callable[[ModelCard], tuple[View, ...]]


@dataclass(frozen=True)
class ViewSet:
    """Some views that belong together.

    Attributes:
        id: Short name.
        title: Name for people.
        about: What it looks at, and what it is good for, one or two sentences.
        source: Who published it, in a phrase.
        make: The views for a model, the first is the plain one; InputError where they do not fit the model.
        classes_only: Whether it shows parts of a picture, so that it fits classes of the whole image and little else.
    """

    id: str
    title: str
    about: str
    source: str
    make: Made
    classes_only: bool = False


def _mirror(_card: ModelCard) -> tuple[View, ...]:
    return PLAIN, view("mirrored", "Mirrored", MIRRORED)


def _flips(card: ModelCard) -> tuple[View, ...]:
    return (
        *_mirror(card),
        view("upside-down", "Upside down in a mirror", UPSIDE_DOWN),
        view("half-turn", "Half a turn", MIRRORED, UPSIDE_DOWN),
    )


def _square(card: ModelCard) -> tuple[View, ...]:
    """The eight symmetries of a square; quarter turns are two mirrors, which is exact.

    They lay a picture on its side, so that one for a model that is no square gets its size afterwards.
    """
    is_square = card.size_hw is None or card.size_hw[0] == card.size_hw[1]
    fits: FitsWhen = "first" if is_square else "last"
    return (
        *_flips(card),
        view("diagonal", "Mirrored about the diagonal", OVER_THE_DIAGONAL, fits=fits),
        view("quarter-left", "A quarter turn to the left", OVER_THE_DIAGONAL, UPSIDE_DOWN, fits=fits),
        view("quarter-right", "A quarter turn to the right", OVER_THE_DIAGONAL, MIRRORED, fits=fits),
        view(
            "other-diagonal", "Mirrored about the other diagonal", OVER_THE_DIAGONAL, MIRRORED, UPSIDE_DOWN, fits=fits
        ),
    )


def _five_crop(card: ModelCard) -> tuple[View, ...]:
    """Middle and corners of the middle square, which is larger by 256/224 than what is cut out."""
    height, width = _size(card, "five crops")
    side = max(height, width)
    whole = round(side / 0.875)
    base = (shorter_side(side, 0.875), centre(whole, whole))
    corners = {
        "top-left": (0, 0),
        "top-right": (whole - width, 0),
        "bottom-left": (0, whole - height),
        "bottom-right": (whole - width, whole - height),
    }
    middle = view("middle", "The middle", *base, centre(height, width), fits="own", is_plain=True)
    return (middle, *(_crop(name, base, corner, (height, width)) for name, corner in corners.items()))


def _crop(name: str, base: Sequence[Step], corner: tuple[int, int], size_hw: tuple[int, int]) -> View:
    (x, y), (height, width) = corner, size_hw
    cut = step("Crop", {"x_min": x, "y_min": y, "x_max": x + width, "y_max": y + height})
    return view(name, f"{name.replace('-', ' ').capitalize()} corner", *base, cut, fits="own")


def _ten_crop(card: ModelCard) -> tuple[View, ...]:
    five = _five_crop(card)
    mirrored = [
        view(f"{each.id}-mirrored", f"{each.title}, mirrored", *each.spec.steps, MIRRORED, fits="own") for each in five
    ]
    return (*five, *mirrored)


def _scales(card: ModelCard) -> tuple[View, ...]:
    """As in the guide: 256 to 224, the same mirrored, 288 to 224, 320 to 224, or as much for another size.

    Raises:
        InputError: The model has a fixed size and answers for pixels or boxes: at the border it would answer nothing.
    """
    if card.size_hw is None:
        larger = [
            view(f"scale-{side}", f"{side / GUIDE_SIDES[0]:g} times as large",
                 step("RandomScale", {"scale_limit": (side / GUIDE_SIDES[0] - 1,) * 2, "area_for_downscale": "image"}))
            for side in GUIDE_SIDES[1:]
        ]  # fmt: skip
        return (*_mirror(card), *larger)
    if card.output != "classes":
        raise InputError(
            "several sizes show a model with a fixed size only the middle of the picture",
            where=card.name,
            mend="Take other views, or export the model so that it takes any size.",
        )
    height, width = card.size_hw
    side = max(height, width)

    def middle_of(shorter_px: int) -> View:
        share = 224 / shorter_px
        whole = round(side / share)
        title = f"The middle {side} of {whole} px"
        steps = (shorter_side(side, share), centre(height, width))
        return view(f"middle-of-{whole}", title, *steps, fits="own", is_plain=shorter_px == GUIDE_SIDES[0])

    first, *others = (middle_of(shorter_px) for shorter_px in GUIDE_SIDES)
    mirrored = view(f"{first.id}-mirrored", f"{first.title}, mirrored", *first.spec.steps, MIRRORED, fits="own")
    return (first, mirrored, *others)


def _shifts(card: ModelCard) -> tuple[View, ...]:
    by = SHIFT_PX if card.size_hw is None else max(1, round(SHIFT_PX * min(card.size_hw) / 224))
    ways = {"right": (by, 0), "left": (-by, 0), "down": (0, by), "up": (0, -by)}
    return (PLAIN, *(view(f"shift-{name}", f"{by} px {name}", _shift(x, y)) for name, (x, y) in ways.items()))


def _shift(x: int, y: int) -> Step:
    """Whole pixels; what comes in at the border is a reflection, because a black bar would be an object."""
    return step("Affine", {"translate_px": {"x": (x, x), "y": (y, y)}, "border_mode": 4})


def _light(_card: ModelCard) -> tuple[View, ...]:
    return (
        PLAIN,
        view("lighter", "Lighter", step("RandomGamma", {"gamma_limit": (80, 80)})),
        view("darker", "Darker", step("RandomGamma", {"gamma_limit": (125, 125)})),
    )


def _size(card: ModelCard, what: str) -> tuple[int, int]:
    if card.size_hw is None:
        raise InputError(
            f"{what} need a model with a fixed size", where=card.name, mend="Give the size, or take other views."
        )
    return card.size_hw


VIEW_SETS: tuple[ViewSet, ...] = (
    ViewSet("mirror", "Mirror image", "The picture and its mirror image: most of what views buy, at twice the cost.",
            "usual since AlexNet, Krizhevsky et al. 2012", _mirror),
    ViewSet("flips", "Flips", "Mirrored, upside down, and both; where up and down do not matter.",
            "Moshkov et al., Scientific Reports 10 (2020) 5068", _flips),
    ViewSet("d4", "All turns of a square", "Four quarter turns, each also mirrored; for pictures from above and "
            "through a microscope. Every pixel comes back exactly.",
            "Moshkov et al., Scientific Reports 10 (2020) 5068", _square),
    ViewSet("five-crop", "Five crops", "The middle and the four corners.",
            "Krizhevsky et al., ImageNet classification, NeurIPS 2012, section 4.1", _five_crop, classes_only=True),
    ViewSet("ten-crop", "Ten crops", "The same five, each also mirrored.",
            "Krizhevsky et al., ImageNet classification, NeurIPS 2012, section 4.1", _ten_crop, classes_only=True),
    ViewSet("scales", "Several sizes", "The middle at three sizes, the first also mirrored, as in the guide.",
            "the guide; He et al., Spatial pyramid pooling, ECCV 2014", _scales),
    ViewSet("shifts", "Small shifts", "Moved by a few pixels to each side: a network with strides sees each anew.",
            "Zhang, Making convolutional networks shift-invariant again, ICML 2019", _shifts),
    ViewSet("light", "Lighter and darker", "Gamma 0.8 and 1.25, which undo each other. Nothing moves.",
            "Perez et al., Data augmentation for skin lesion analysis, 2018", _light),
)  # fmt: skip
"""All sets, in the order in which they are offered."""


def view_set(set_id: str) -> ViewSet:
    """The set with this id.

    Raises:
        InputError: There is none.
    """
    for each in VIEW_SETS:
        if each.id == set_id:
            return each
    raise InputError(
        "there is no set of views of this name", where=set_id, mend=f"There are: {', '.join(e.id for e in VIEW_SETS)}."
    )
