"""Rules for digits, letters and documents."""

from __future__ import annotations

from typing import Any

from augviz.preservation.finding import Fix
from augviz.preservation.rules.case import Case
from augviz.preservation.rules.conditions import (
    MIRRORS,
    REVERSED,
    SHUFFLES,
    above,
    below,
    both,
    crops,
    downscales,
    either,
    holds,
    named,
    neither,
    softer,
    turns,
    yes,
)
from augviz.preservation.rules.fixes import largest_hole, least_crop, limit_blur, limit_turn, set_value, switch_off
from augviz.preservation.rules.rule import Rule, do, on

SMALL = holds(lambda case: case.targets.shortest_side_px < 64)
"""Images of less than 64 pixels a side."""

MIRRORS_A_SIDE = holds(lambda case: case.reach.mirrored_share - case.reach.over_share > 1e-9)
"""It mirrors left to right, or about a diagonal."""


def _largest(value: Any) -> float:
    return max(map(float, value)) if isinstance(value, (tuple, list)) else float(value or 0)


def _fit_output(case: Case) -> Fix | None:
    if case.name != "Perspective":
        return None
    return set_value("fit_output", True, "Keep the whole page in view")(case)


DIGIT_RULES: tuple[Rule, ...] = (
    Rule("D01", "Mirrored characters", "violating", "mirror", "digits document",
        both(MIRRORS, MIRRORS_A_SIDE),
        "A mirrored character is another one or none: b and d, p and q, 2 and 5. A digit model read a mirrored 2 as 5 "
        "in 36% of cases and a mirrored 5 as 2 in 56%.",
        "Set p to 0.", "AA FasterAA AD M S",
        on(do("HorizontalFlip")), on(do("Rotate", limit=(-10, 10))), fix=switch_off),
    Rule("D02", "Characters upside down in a mirror", "violating", "mirror", "digits document",
        above("over", 0),
        "Upside down in a mirror, characters mean something else: measured, 6 becomes 8 or 9, 5 becomes 2, 7 "
        "becomes 2 or 3.",
        "Set p to 0.", "S AD-what M",
        on(do("VerticalFlip")), on(do("Rotate", limit=(-10, 10))), fix=switch_off),
    Rule("D03", "Digits turned over", "violating", "turn", "digits",
        above("plain_turn", 75),
        "Half a turn makes a 9 of a 6 (72% of cases) and a 6 of a 9 (85%); a quarter turn makes no digit at all.",
        "Keep rotation within ±15°.", "AD S M",
        on(do("Rotate", limit=(180, 180))), on(do("Rotate", limit=(-15, 15))), fix=limit_turn(15)),
    Rule("D04", "Digits turned by more than 15°", "caution", "turn", "digits",
        turns(15),
        "Confident misreading grows from 3% at 15° to 15% at 30° and 29% at 45°.",
        "Keep rotation within ±15°.", "M TV",
        on(do("Rotate", limit=(-45, 45))), on(do("Rotate", limit=(-15, 15))), fix=limit_turn(15)),
    Rule("D05", "Digits turned a little", "safe", "turn", "digits",
        above("turn", 0.5, 15), "Up to 15° digits stay readable: 3% of confident errors, and 1% without a turn.",
        "", "M TV",
        on(do("Rotate", limit=(-10, 10))), on(do("Rotate", limit=(-45, 45))), scope="step"),
    Rule("D06", "Strokes cut off", "caution", "crop", "digits",
        crops(0.75), "Cutting strokes off changes a character: 5% confident errors at 86% of the side, 35% at 71%.",
        "Pad first, and keep at least 85% of the side.", "M S",
        on(do("RandomResizedCrop", size=(28, 28), scale=(0.3, 1.0))), on(do("RandomResizedCrop", size=(28, 28),
        scale=(0.95, 1.0), ratio=(1.3, 1.34))),
        fix=least_crop(0.9)),
    Rule("D07", "Holes in digits", "caution", "cover", "digits",
        above("covered", 0.06), "A hole opens or closes a loop: an 8 becomes a 3. 4% errors at 6 of 28 pixels, "
        "19% at 10.",
        "Cover 6% at most.", "M", on(do("CoarseDropout", num_holes_range=(4, 4), hole_height_range=(0.2, 0.2),
        hole_width_range=(0.2, 0.2))), on(do("Rotate", limit=(-10, 10))), fix=largest_hole(0.05)),
    Rule("D08", "Reversed writing", "caution", "hue", "digits document",
        REVERSED, "Dark writing becomes light. People read both; a model that knows one of them may not.",
        "Use it only where both occur.", "TV M", on(do("InvertImg")), on(do("RandomBrightnessContrast")),
        fix=switch_off),
    Rule("D09", "Mild elastic pull", "safe", "warp", "digits document",
        above("warp", 0.001, 0.02), "A mild elastic pull is the classic augmentation of handwriting.", "", "SIMARD S",
        on(do("ElasticTransform", alpha=60, sigma=8)), on(do("Rotate", limit=(-10, 10))), scope="step"),
    Rule("D10", "Strong warp of characters", "caution", "warp", "digits document",
        both(above("warp", 0.03), neither(SHUFFLES)), "A strong warp can make one character of another.",
        "Lower alpha or the scale.", "OURS AD",
        on(do("ThinPlateSpline", scale_range=(0.5, 0.5))), on(do("ElasticTransform", alpha=60, sigma=8)),
        fix=switch_off),
    Rule("D11", "Blur of small characters", "caution", "detail", "digits tiny",
        both(softer(0.8), SMALL),
        "On images of 28 to 32 pixels a blur of 5 pixels closes loops: accuracy falls from .97 to .87, with 7 "
        "pixels to .51.",
        "Blur with 3 pixels at most.", "M AD S",
        on(do("GaussianBlur", blur_limit=0, sigma_limit=(2, 3)), shortest_side_px=28),
        on(do("GaussianBlur", blur_limit=0, sigma_limit=(2, 3)), shortest_side_px=300), fix=limit_blur(0.6)),
)  # fmt: skip
"""Single characters."""

DOCUMENT_RULES: tuple[Rule, ...] = (
    Rule("O01", "Page turned by a quarter or more", "violating", "turn", "document",
        above("plain_turn", 75),
        "Text that is turned by a quarter or more no longer fits its transcript: an OCR model lost 92% of the "
        "words at 180°.",
        "Keep rotation within ±5°, unless the task is to find the orientation.", "S M",
        on(do("RandomRotate90")), on(do("Rotate", limit=(-3, 3))), fix=limit_turn(5)),
    Rule("O02", "Page askew", "caution", "turn", "document",
        turns(5), "Scans are askew by a few degrees. Beyond 5° the order of lines and the boxes of words suffer.",
        "Keep rotation within ±5°.", "AD-what M",
        on(do("Rotate", limit=(-20, 20))), on(do("Rotate", limit=(-4, 4))), fix=limit_turn(5)),
    Rule("O03", "Phone and scanner", "safe", "stretch", "document",
        both(named("Perspective", "ImageCompression", "MotionBlur", "RandomShadow", "Illumination"),
        neither(crops(0.9), above("warp", 0.03), softer(2.0))),
        "What phones and scanners do to paper is the augmentation that documents need.", "", "S AD STR",
        on(do("Perspective", scale=(0.02, 0.04), fit_output=True)), on(do("Perspective", scale=(0.15, 0.2))),
        scope="step"),
    Rule("O04", "Small print softened", "caution", "detail", "document",
        either(softer(2.0), downscales(0.5)),
        "Small print cannot be read any more: a downscale to a quarter misreads 22% of the characters.",
        "Keep downscaling above one half and blur within 1 px.", "AD M",
        on(do("Downscale")), on(do("GaussianBlur", blur_limit=0, sigma_limit=(0.3, 0.8))), fix=limit_blur(1.0)),
    Rule("O05", "Letters covered", "violating", "cover", "document",
        both(above("covered", 0.02), yes("transcript_label")),
        "Letters are covered and stay in the transcript.", "Leave holes out, or take the words out of the "
        "transcript.", "M OURS",
        on(do("CoarseDropout")), on(do("CoarseDropout"), denied="transcript_label"), fix=switch_off),
    Rule("O06", "Letters cut away", "violating", "crop", "document",
        both(below("seen", 0.85), yes("transcript_label")),
        "Letters are cut away and stay in the transcript.", "Crop by the boxes of words.", "S OURS",
        on(do("RandomResizedCrop", size=(224, 224))), on(do("Rotate", limit=(-3, 3))), fix=least_crop(0.95)),
    Rule("O07", "Lines shuffled", "violating", "warp", "document digits road-scene",
        SHUFFLES, "Pieces change places: words are cut and read in another order.", "Set p to 0.", "M",
        on(do("RandomGridShuffle")), on(do("ElasticTransform", alpha=60, sigma=8)), fix=switch_off),
    Rule("O08", "Strokes thickened or thinned", "caution", "detail", "document digits",
        both(named("Morphological"), holds(lambda case: _largest(case.params.get("scale")) > 3)),
        "Strong thickening merges strokes, strong thinning breaks them.", "Use kernels of 2 or 3 pixels.", "OURS",
        on(do("Morphological", scale=(5, 7))), on(do("Morphological", scale=(2, 3))),
        fix=set_value("scale", (2, 3), "Use kernels of 2 to 3 px")),
    Rule("O09", "Hue of a page", "info", "hue", "document",
        both(above("hue", 5), neither(REVERSED)), "Hue says nothing about what is written.",
        "Leave it out if you want.", "AD-what",
        on(do("HueSaturationValue")), on(do("Rotate", limit=(-3, 3))), scope="step"),
    Rule("O10", "Page edge pushed out", "caution", "crop", "document",
        both(below("seen", 0.97), named("Perspective", "Affine", "ShiftScaleRotate"), yes("transcript_label"),
        neither(below("seen", 0.85))),
        "Writing near the edge of the page leaves the image and stays in the transcript: measured, 12% of the words.",
        "Keep the whole page in view (fit_output), or pad first.", "M",
        on(do("Perspective", scale=(0.02, 0.02))), on(do("Perspective", scale=(0.02, 0.04), fit_output=True)),
        fix=_fit_output),
)  # fmt: skip
"""Pages."""
