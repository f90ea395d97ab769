"""The table of checks. To add one: a measure in :mod:`augviz.preservation.measures` and a row here.

Each row carries its own proof: a conformance test runs ``must_pass`` and ``must_fail`` on the example image. Every
limit can be moved; :func:`augviz.preservation.check.threshold_id` is the name under which a moved one is kept.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from augviz.errors import InputError
from augviz.preservation import measures
from augviz.preservation.check import LEVELS, Check, Example, Limit, threshold_id
from augviz.preservation.check_examples import NARROW, SIDES, steps

_OWN = "OURS"
_FLIP = Example(steps(("HorizontalFlip", {})))
_CUT = steps(("Crop", {"x_min": 70, "y_min": 0, "x_max": 128, "y_max": 96}))
_AWAY = steps(("Crop", {"x_min": 0, "y_min": 0, "x_max": 30, "y_max": 30}))
_DISC_ONLY = steps(("Crop", {"x_min": 30, "y_min": 20, "x_max": 128, "y_max": 96}))


def _resized(height: int, width: int) -> Example:
    return Example(steps(("Resize", {"height": height, "width": width})))


def _hole(share: float) -> Example:
    side = (share, share)
    params = {"num_holes_range": (12, 12), "hole_height_range": side, "hole_width_range": side}
    return Example(steps(("CoarseDropout", params)))


def _hue(units: int) -> Example:
    params = {"hue_shift_limit": (units, units), "sat_shift_limit": (0, 0), "val_shift_limit": (0, 0)}
    return Example(steps(("HueSaturationValue", params)))


def _blur(sigma: float) -> Example:
    return Example(steps(("GaussianBlur", {"blur_limit": (0, 0), "sigma_limit": (sigma, sigma)})))


def _brighter(share: float) -> Example:
    return Example(
        steps(("RandomBrightnessContrast", {"brightness_limit": (share, share), "contrast_limit": (0.0, 0.0)}))
    )


def _turned(degrees: float, interpolation: int = 0) -> Example:
    return Example(steps(("Rotate", {"limit": (degrees, degrees), "mask_interpolation": interpolation})))


CHECKS: tuple[Check, ...] = (
    Check(
        "m1",
        "Visible share",
        "share",
        "lower",
        measures.visible_share,
        "Little of the object can still be seen, and its label says it is there.",
        "Use a gentler crop, shift or hole, or drop what is cut off with min_visibility.",
        must_pass=_FLIP,
        must_fail=Example(_CUT),
        caution=Limit(0.7, _OWN),
        violating=Limit(0.5, "S"),
    ),
    Check(
        "m2",
        "Object in view",
        "lost",
        "higher",
        measures.objects_lost,
        "The object has left the image, or its box was dropped.",
        "Use a gentler crop or shift, or a crop that keeps boxes (RandomSizedBBoxSafeCrop).",
        must_pass=_FLIP,
        must_fail=Example(_AWAY),
        caution=Limit(0, _OWN),
    ),
    Check(
        "m3",
        "Box tightness",
        "IoU",
        "lower",
        measures.box_tightness,
        "The box no longer fits the object: it is much larger than the outline inside it.",
        "Crop or turn less; for round objects set rotate_method to 'ellipse'; best, take boxes from the moved masks.",
        must_pass=_FLIP,
        must_fail=_turned(45),
        caution=Limit(0.8, _OWN),
        violating=Limit(0.6, _OWN),
    ),
    Check(
        "m4",
        "Area of an object",
        "px²",
        "lower",
        measures.newly_small,
        "The object has become small: fewer than 32 x 32 pixels, where detectors miss most.",
        "Scale down less, cut and cover less of it, or train at a larger size.",
        must_pass=_FLIP,
        must_fail=_resized(48, 64),
        caution=Limit(measures.SMALL_PX2, "COCO"),
    ),
    Check(
        "m5",
        "Shortest side of a box",
        "px",
        "lower",
        measures.shortest_side,
        "The box is thinner than two pixels: nothing can be learned from it.",
        "Scale down less, or drop such boxes with min_width and min_height.",
        must_pass=_resized(48, 64),
        must_fail=_resized(3, 4),
        violating=Limit(2, "ULTRA"),
    ),
    Check(
        "m5b",
        "Length of a box over its width",
        "×",
        "higher",
        measures.box_aspect,
        "The box is more than twenty times as long as wide: a sliver of an object at the edge, or a torn image.",
        "Crop or stretch less, or drop such boxes with max_accept_ratio.",
        must_pass=_resized(48, 96),
        must_fail=_resized(10, 1000),
        violating=Limit(20, "ULTRA"),
    ),
    Check(
        "m6",
        "Aspect distortion",
        "×",
        "higher",
        measures.aspect_distortion,
        "The object is stretched: much longer in one direction than it was.",
        "Keep the aspect ratio: LongestMaxSize and PadIfNeeded instead of Resize, a narrower ratio, less shear.",
        must_pass=_resized(192, 256),
        must_fail=_resized(96, 256),
        caution=Limit(4 / 3, "API"),
    ),
    Check(
        "m7",
        "Points outside",
        "share",
        "higher",
        measures.keypoints_out,
        "Named points have left the image.",
        "Use a gentler crop, shift or turn.",
        must_pass=_FLIP,
        must_fail=Example(_CUT),
        caution=Limit(0.2, _OWN),
    ),
    Check(
        "m8",
        "Sides not swapped",
        "names",
        "higher",
        measures.names_not_swapped,
        "The image is mirrored and the names still say the old sides: what is called left is on the right.",
        "Let the names change places in mirror images, or leave mirror images out.",
        must_pass=Example(steps(("HorizontalFlip", {}), ("VerticalFlip", {})), SIDES),
        must_fail=Example(_FLIP.steps, SIDES),
        violating=Limit(0, "A#840"),
    ),
    Check(
        "m9",
        "Pixels of new mask classes",
        "px",
        "higher",
        measures.new_class_pixels,
        "The mask has classes that it did not have: values between two classes, made up by interpolation.",
        "Set mask_interpolation to nearest (0).",
        must_pass=_turned(30),
        must_fail=_turned(30, interpolation=1),
        violating=Limit(0, "M"),
    ),
    Check(
        "m10",
        "Pixels left of a mask class",
        "px",
        "lower",
        measures.class_pixels_left,
        "A class of the mask has no pixel left.",
        "Use a gentler crop, or one that keeps classes (CropNonEmptyMaskIfExists); scale down less.",
        must_pass=_FLIP,
        must_fail=Example(_DISC_ONLY),
        caution=Limit(1, _OWN),
    ),
    Check(
        "m11",
        "Padding",
        "share",
        "higher",
        measures.padded_share,
        "Much of the image is padding that did not come from the picture.",
        "Scale down, shift and pad less, or crop after turning.",
        must_pass=Example(steps(("Affine", {"scale": (0.95, 0.95)}))),
        must_fail=Example(steps(("Affine", {"scale": (0.5, 0.5)}))),
        caution=Limit(0.25, _OWN),
        violating=Limit(0.6, _OWN),
    ),
    Check(
        "m12",
        "Erased share of the image",
        "share",
        "higher",
        measures.erased_share,
        "Much of the image is erased.",
        "Use fewer or smaller holes.",
        must_pass=_hole(0.05),
        must_fail=_hole(0.5),
        caution=Limit(0.33, "RE"),
    ),
    Check(
        "m12b",
        "Erased share of an object",
        "share",
        "higher",
        measures.object_erased_share,
        "Most of the object is erased, and its label says it is there.",
        "Use fewer or smaller holes.",
        must_pass=_hole(0.02),
        must_fail=_hole(0.6),
        violating=Limit(0.5, "S"),
    ),
    Check(
        "m15",
        "Hue shift",
        "°",
        "higher",
        measures.hue_shift,
        "Colours have become other colours.",
        "Limit the hue shift: 5° is usual, 36° is much.",
        must_pass=_hue(5),
        must_fail=_hue(80),
        caution=Limit(60, _OWN),
    ),
    Check(
        "m15b",
        "Hue shift where colour is the label",
        "°",
        "higher",
        measures.hue_shift,
        "Colours have moved so far that they may belong to another class.",
        "Limit the hue shift to 5°, or leave it out.",
        must_pass=_hue(2),
        must_fail=_hue(20),
        caution=Limit(10, _OWN),
        violating=Limit(18, _OWN),
        needs="colour_label",
    ),
    Check(
        "m16",
        "Colour left where colour is the label",
        "×",
        "lower",
        measures.saturation,
        "The image has lost its colour, and the label hangs on it.",
        "Leave ToGray out, and limit the change of saturation.",
        must_pass=_FLIP,
        must_fail=Example(steps(("ToGray", {}))),
        violating=Limit(0.05, _OWN),
        needs="colour_label",
    ),
    Check(
        "m17",
        "Newly clipped pixels",
        "share",
        "higher",
        measures.newly_clipped_share,
        "Pixels that had a value are plain black or white now.",
        "Limit the change of brightness and contrast.",
        must_pass=_brighter(0.05),
        must_fail=_brighter(0.9),
        # Plain black or white grounds clip without harm: up to 0.2 with a gentle change of light on the sample images.
        caution=Limit(0.3, _OWN),
    ),
    Check(
        "m18",
        "Sharpness left",
        "×",
        "lower",
        measures.sharpness,
        "Nearly all fine detail is gone.",
        "Use a smaller blur, less compression, or scale down less.",
        must_pass=_blur(0.5),
        must_fail=_blur(8),
        caution=Limit(0.004, _OWN),
    ),
    Check(
        "m18b",
        "Sharpness left where the label hangs on small details",
        "×",
        "lower",
        measures.sharpness,
        "The details on which the label hangs are blurred away.",
        "Leave blur and compression out, or use the smallest kernel.",
        must_pass=_FLIP,
        must_fail=_blur(3),
        caution=Limit(0.1, _OWN),
        needs="small_details",
    ),
    Check(
        "m19",
        "Noise",
        "share",
        "higher",
        measures.noise,
        "There is more noise than cameras make in the dark.",
        "Limit the noise: up to 0.04 of the range is usual.",
        must_pass=Example(steps(("GaussNoise", {"std_range": (0.04, 0.04)}))),
        must_fail=Example(steps(("GaussNoise", {"std_range": (0.3, 0.3)}))),
        # Not by sharpness: noise of 0.04 multiplies that of a smooth retina by 16 and that of a textured plate by 3.
        caution=Limit(0.1, _OWN),
    ),
    Check(
        "m20",
        "Outside the range of your images",
        "",
        "higher",
        measures.out_of_range,
        "The image is unlike any of your own.",
        "Weaken the steps that change brightness, colour or sharpness.",
        must_pass=Example(_FLIP.steps, NARROW),
        must_fail=Example(steps(("ToGray", {})), NARROW),
        caution=Limit(1, _OWN),
    ),
)
"""All checks; the codes are those under which thresholds are kept."""

CHECK_OF: Mapping[str, Check] = MappingProxyType({check.code: check for check in CHECKS})

LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        threshold_id(check, level): limit
        for check in CHECKS
        for level in LEVELS
        if (limit := getattr(check, level)) is not None
    }
)
"""Every limit with its source, under the name by which it can be moved."""


def refusal(name: str, value: float) -> str:
    """Why a limit cannot be moved to a number, without a full stop; empty when it can.

    Args:
        name: One of :data:`LIMITS`.
        value: Where to.
    """
    return CHECK_OF[name.partition(".")[0]].refusal(value)


def moved_limits(words: Iterable[str]) -> dict[str, float]:
    """Limits as they are written on a command line, by :func:`augviz.preservation.check.threshold_id`.

    Raises:
        InputError: There is no such limit, or it is not moved to a number.

    >>> moved_limits(["m1.violating=0.4", "m15.caution=80"])
    {'m1.violating': 0.4, 'm15.caution': 80.0}
    """
    found: dict[str, float] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if name not in LIMITS:
            raise InputError("there is no limit of this name", where=name, mend=f"There are: {', '.join(LIMITS)}.")
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not equals or math.isnan(value):
            said = f"{text or 'nothing'} is not a number"
            raise InputError(said, where=name, mend=f"Write the new limit as a number, such as {name}=0.4.")
        if said := refusal(name, value):
            raise InputError(said, where=name)
        found[name] = value
    return found
