"""Pipelines to start from: the guide's own two, an empty one, and a careful one for each kind of image.

A careful one keeps the label: no mirror image where left and right mean something, no hue where colour is the label, no
blur where the finding is two pixels wide. ``why`` says so in one sentence and ``source`` says who says so. They are a
place to begin, not a verdict: every image set has labels of its own.

Sources, by the short names used below:

* *the guide*: "Image Augmentation in Machine Learning", QnA Lab, ML System Design Reference.
* *Albumentations' guide*: "Choosing Augmentations for Model Generalization" and "What Is Image Augmentation?".
* *Albumentations on medical / geospatial images*: its articles of 2026-04-25 and 2026-04-22.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from augviz.errors import InputError
from augviz.pipeline.spec import BoxPolicy, Group, PipelineSpec, Step, freeze

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
"""Mean and standard deviation of ImageNet's channels, 0..1, as in the guide and in torchvision's models."""

SIX_BAND_MEAN = (0.074, 0.096, 0.092, 0.167, 0.261, 0.185)
SIX_BAND_STD = (0.061, 0.057, 0.067, 0.065, 0.125, 0.065)
"""Mean and standard deviation of the bands of the six-band sample, reflectance 0..1 (measured on that image)."""

BORDER_REPLICATE = 1
BORDER_REFLECT_101 = 4
"""OpenCV's numbers for the two ways of continuing an image over its edge that are used here."""


@dataclass(frozen=True)
class StartingPoint:
    """A pipeline to begin with.

    Attributes:
        id: Short name ("chest-x-ray").
        title: Name for people ("Chest X-ray").
        why: One sentence: what it does and does not do, and why.
        spec: The pipeline.
        source: Who says so, in a phrase.
    """

    id: str
    title: str
    why: str
    spec: PipelineSpec
    source: str


def _step(name: str, p: float, params: Mapping[str, Any]) -> Step:
    return Step(name, freeze(params), p)


def _around_zero(limit: float) -> tuple[float, float]:
    return -limit, limit


def _brightness_contrast(limit: float, p: float = 0.5) -> Step:
    limits = _around_zero(limit)
    return _step("RandomBrightnessContrast", p, {"brightness_limit": limits, "contrast_limit": limits})


def _noise(weakest: float, strongest: float, p: float = 0.3) -> Step:
    return _step("GaussNoise", p, {"std_range": (weakest, strongest)})


def _soft_blur(sigma: float, p: float = 0.3) -> Step:
    return _step("GaussianBlur", p, {"blur_limit": (3, 5), "sigma_limit": (0.3, sigma)})


def _tail(mean: tuple[float, ...] = IMAGENET_MEAN, std: tuple[float, ...] = IMAGENET_STD) -> tuple[Step, ...]:
    return _step("Normalize", 1.0, {"mean": mean, "std": std}), Step("ToTensorV2")


GUIDE = StartingPoint(
    "guide",
    "The guide's basic pipeline",
    "Flips, quarter turns, small shifts, light and colour, a little blur: what the guide shows first, quarter turns of "
    "a photo with an up and a down included.",
    PipelineSpec(
        steps=(
            Step("HorizontalFlip", p=0.5),
            Step("RandomRotate90", p=0.5),
            _step(
                "ShiftScaleRotate",
                0.5,
                {
                    "shift_limit": _around_zero(0.0625),
                    "scale_limit": _around_zero(0.1),
                    "rotate_limit": _around_zero(15),
                },
            ),
            _brightness_contrast(0.2),
            _step(
                "ColorJitter",
                0.5,
                {"brightness": (0.8, 1.2), "contrast": (0.8, 1.2), "saturation": (0.8, 1.2), "hue": _around_zero(0.1)},
            ),
            _step("GaussianBlur", 0.3, {"blur_limit": (3, 7)}),
        ),
        tail=_tail(),
    ),
    "The guide, “Basic Augmentation Pipeline with Albumentations”.",
)

GUIDE_DETECTION = StartingPoint(
    "guide-detection",
    "The guide's detection config",
    "A mirror image, small shifts, light, hue, and a crop that keeps the boxes: the guide's example for detection.",
    PipelineSpec(
        steps=(
            Step("HorizontalFlip", p=0.5),
            _step(
                "ShiftScaleRotate",
                0.5,
                {
                    "shift_limit": _around_zero(0.0625),
                    "scale_limit": _around_zero(0.1),
                    "rotate_limit": _around_zero(15),
                    "border_mode": 0,
                },
            ),
            _brightness_contrast(0.2),
            _step(
                "HueSaturationValue",
                0.5,
                {
                    "hue_shift_limit": _around_zero(20),
                    "sat_shift_limit": _around_zero(30),
                    "val_shift_limit": _around_zero(20),
                },
            ),
            _step("RandomSizedBBoxSafeCrop", 0.5, {"height": 512, "width": 512, "erosion_rate": 0.2}),
        ),
        tail=_tail(),
    ),
    "The guide, “Configuration Example”.",
)

BLANK = StartingPoint(
    "blank",
    "Empty",
    "Nothing yet: every image passes unchanged.",
    PipelineSpec(),
    "Nothing to prove.",
)

NATURAL_PHOTO = StartingPoint(
    "natural-photo",
    "Natural photo",
    "Small turns, zoom, light and camera faults; no mirror image, because a flip would leave the names “left eye” and "
    "“right eye” on the wrong eyes.",
    PipelineSpec(
        steps=(
            _step(
                "Affine",
                0.6,
                {
                    "scale": (0.85, 1.15),
                    "translate_percent": _around_zero(0.06),
                    "rotate": _around_zero(15),
                    "border_mode": BORDER_REFLECT_101,
                },
            ),
            Group(
                "OneOf",
                (
                    _brightness_contrast(0.2),
                    _step("RandomGamma", 0.5, {"gamma_limit": (80, 120)}),
                    _step("RandomToneCurve", 0.5, {"scale": 0.1}),
                ),
                p=0.6,
            ),
            _step(
                "ColorJitter",
                0.4,
                {"brightness": (1, 1), "contrast": (1, 1), "saturation": (0.8, 1.2), "hue": _around_zero(0.03)},
            ),
            Group(
                "OneOf",
                (_soft_blur(1.5), _step("MotionBlur", 0.3, {"blur_limit": (3, 7)}), _noise(0.02, 0.08)),
                p=0.3,
            ),
        ),
        tail=_tail(),
    ),
    "Albumentations issue 840 (flips do not rename points); torchvision's published policies stay within ±30°.",
)

COINS = StartingPoint(
    "coins",
    "Round objects from above",
    "All turns and mirror images, since a table seen from above has no up; boxes follow the inscribed ellipse, because "
    "a turned box around a coin grows although the coin does not.",
    PipelineSpec(
        steps=(
            Step("HorizontalFlip", p=0.5),
            Step("RandomRotate90", p=0.75),
            _step("Affine", 0.5, {"scale": (0.85, 1.2), "rotate": _around_zero(15), "rotate_method": "ellipse"}),
            _brightness_contrast(0.2),
            Group(
                "SomeOf",
                (_noise(0.02, 0.06, 0.5), _soft_blur(1.2, 0.5), _step("RandomGamma", 0.5, {"gamma_limit": (80, 120)})),
                p=0.6,
                n=2,
            ),
        ),
        tail=_tail(),
        boxes=BoxPolicy(min_visibility=0.3, check_each_transform=False, clip=True),
    ),
    "Kalra et al. 2021 (rotated boxes), Albumentations' bounding-box guide (min_visibility), own measurement of both.",
)

FUNDUS = StartingPoint(
    "fundus",
    "Fundus photograph",
    "Small turns, lamp colour and exposure; never mirrored, because a mirrored left eye is a right eye, and never "
    "blurred by more than a pixel, because early lesions are a few pixels wide.",
    PipelineSpec(
        steps=(
            _step(
                "Affine",
                0.6,
                {"scale": (0.95, 1.05), "translate_percent": _around_zero(0.03), "rotate": _around_zero(10)},
            ),
            _brightness_contrast(0.1),
            _step("RandomGamma", 0.3, {"gamma_limit": (90, 110)}),
            _step("PlanckianJitter", 0.3, {"mode": "blackbody", "temperature_limit": (5000, 8000)}),
            Group("OneOf", (_soft_blur(0.8), _noise(0.01, 0.03)), p=0.3),
        ),
        tail=_tail(),
    ),
    "Liu et al. 2019 and Kang et al. 2022 (laterality in fundus images), Galdran et al. 2017 (lamp colour).",
)

HISTOLOGY = StartingPoint(
    "histology",
    "Stained tissue",
    "All eight orientations, a little zoom and light; no hue and no H&E stain model, because colour is the finding and "
    "this stain is DAB.",
    PipelineSpec(
        steps=(
            Step("D4", p=1.0),
            _step("Affine", 0.3, {"scale": (0.9, 1.1), "border_mode": BORDER_REFLECT_101}),
            _brightness_contrast(0.1),
            _soft_blur(0.8, 0.2),
            _noise(0.01, 0.03, 0.2),
        ),
        tail=_tail(),
    ),
    "Tellez et al. 2019 (stain colours), Moshkov et al. 2020 (eight orientations), Albumentations on medical images.",
)

CHEST_X_RAY = StartingPoint(
    "chest-x-ray",
    "Chest X-ray",
    "Turns of a few degrees and faint exposure changes; no flip of any kind, because it moves the heart to the other "
    "side and swaps the lungs.",
    PipelineSpec(
        steps=(
            _step(
                "Affine",
                0.5,
                {"scale": (0.95, 1.05), "translate_percent": _around_zero(0.03), "rotate": _around_zero(5)},
            ),
            _brightness_contrast(0.1),
            _step("RandomGamma", 0.3, {"gamma_limit": (90, 110)}),
            Group("OneOf", (_noise(0.01, 0.04), _soft_blur(0.9)), p=0.3),
        ),
        tail=_tail(),
    ),
    "The guide (“Common Implementation Mistakes”), Elgendi et al. 2021, Albumentations on medical images.",
)

DOCUMENT = StartingPoint(
    "document",
    "Document page",
    "What a phone or a scanner does to paper: slight skew, perspective that keeps the whole page, shadow, blur and "
    "compression; no flip, no quarter turn, no hole, because the transcript must still be what the page says.",
    PipelineSpec(
        steps=(
            _step("Perspective", 0.4, {"scale": (0.02, 0.06), "fit_output": True, "border_mode": BORDER_REPLICATE}),
            _step("Rotate", 0.5, {"limit": _around_zero(3), "border_mode": BORDER_REPLICATE}),
            Group(
                "OneOf",
                (
                    _brightness_contrast(0.2),
                    _step("Illumination", 0.5, {"intensity_range": (0.05, 0.2)}),
                    _step(
                        "RandomShadow",
                        0.5,
                        {"shadow_roi": (0.0, 0.0, 1.0, 1.0), "shadow_intensity_range": (0.2, 0.4)},
                    ),
                ),
                p=0.6,
            ),
            Group(
                "OneOf",
                (
                    _step("ImageCompression", 0.5, {"quality_range": (45, 90)}),
                    _soft_blur(1.0),
                    _step("MotionBlur", 0.3, {"blur_limit": (3, 5)}),
                    _noise(0.02, 0.06),
                ),
                p=0.5,
            ),
        ),
        tail=_tail(),
    ),
    "Albumentations' guide (documents), Atienza 2021 (text images), own measurement with an OCR model (fit_output).",
)

ROAD_SCENE = StartingPoint(
    "road-scene",
    "Road scene with signs",
    "Weather, light and motion of the camera; no mirror image (“turn left” would become “turn right” and the traffic "
    "would change sides) and no hue (red, amber and green are the label).",
    PipelineSpec(
        steps=(
            _step(
                "Affine",
                0.5,
                {
                    "scale": (0.92, 1.12),
                    "translate_percent": _around_zero(0.04),
                    "rotate": _around_zero(4),
                    "border_mode": BORDER_REFLECT_101,
                },
            ),
            _brightness_contrast(0.25),
            Group(
                "OneOf",
                (
                    _step("RandomFog", 0.5, {"fog_coef_range": (0.1, 0.35), "alpha_coef": 0.08}),
                    _step("RandomRain", 0.5, {"rain_type": "drizzle", "blur_value": 3, "brightness_coefficient": 0.85}),
                    _step("RandomShadow", 0.5, {"shadow_intensity_range": (0.2, 0.4)}),
                ),
                p=0.4,
            ),
            Group(
                "OneOf",
                (
                    _step("MotionBlur", 0.5, {"blur_limit": (3, 7)}),
                    _step("ISONoise", 0.5, {"intensity": (0.1, 0.3), "color_shift": (0.01, 0.02)}),
                    _step("ImageCompression", 0.5, {"quality_range": (60, 90)}),
                ),
                p=0.3,
            ),
        ),
        tail=_tail(),
        boxes=BoxPolicy(min_visibility=0.4, check_each_transform=False, clip=True),
    ),
    "The guide (road signs, weather), Albumentations' guide, Mehraban et al. 2025 (a flip is the other traffic side).",
)

AERIAL = StartingPoint(
    "aerial",
    "Aerial photo",
    "Quarter turns, which keep boxes exact, haze and a little light; no mirror image, because runway numbers and "
    "arrows painted on the ground would be mirrored too.",
    PipelineSpec(
        steps=(
            Step("RandomRotate90", p=0.75),
            _step("Affine", 0.5, {"scale": (0.85, 1.2), "translate_percent": _around_zero(0.05)}),
            _brightness_contrast(0.15),
            _step("RandomFog", 0.2, {"fog_coef_range": (0.05, 0.2), "alpha_coef": 0.08}),
            _noise(0.01, 0.03),
        ),
        tail=_tail(),
        boxes=BoxPolicy(min_visibility=0.4, check_each_transform=False, clip=True),
    ),
    "Hopkins et al. 2025 (geometry helps, colour does not), Lin et al. 2020 (visual chirality).",
)

MULTI_SPECTRAL = StartingPoint(
    "multi-spectral",
    "Multi-spectral tile",
    "Quarter turns, one common gain for all bands and sensor noise; nothing that mixes bands or moves them apart, "
    "because indices such as NDVI are ratios of bands.",
    PipelineSpec(
        steps=(
            Step("RandomRotate90", p=0.75),
            _step("Affine", 0.4, {"scale": (0.9, 1.15), "translate_percent": _around_zero(0.04)}),
            _step("MultiplicativeNoise", 0.5, {"multiplier": (0.93, 1.07), "per_channel": False}),
            _noise(0.003, 0.012, 0.5),
            _step("ChannelDropout", 0.1, {"channel_drop_range": (1, 1)}),
        ),
        tail=(
            _step("Normalize", 1.0, {"mean": SIX_BAND_MEAN, "std": SIX_BAND_STD, "max_pixel_value": 1.0}),
            Step("ToTensorV2"),
        ),
        boxes=BoxPolicy(min_visibility=0.4, check_each_transform=False, clip=True),
    ),
    "Burgert & Demir 2024 (physical consistency of bands), Illarionova et al. 2021 (band dropout).",
)

DIGITS = StartingPoint(
    "digits",
    "Digits",
    "Slant, small turns and a mild elastic pull; never flipped or turned over, because a 6 becomes a 9 and a 2 becomes "
    "a 5, and no blur, because it closes the loops of small digits.",
    PipelineSpec(
        steps=(
            _step(
                "Affine",
                0.7,
                {"scale": (0.92, 1.08), "rotate": _around_zero(10), "shear": {"x": _around_zero(8), "y": (0, 0)}},
            ),
            _step("ElasticTransform", 0.4, {"alpha": 60, "sigma": 8}),
            _brightness_contrast(0.15),
            _noise(0.02, 0.06),
        ),
        tail=_tail(),
    ),
    "Cubuk et al. 2019 (AutoAugment: flips do not suit digits; ±13° on SVHN), Simard et al. 2003 (elastic distortion).",
)

METAL = StartingPoint(
    "metal",
    "Metal inspection",
    "Lamp and sensor only, with the play of the fixture; no blur, no compression and no hole, because the crack is two "
    "pixels wide, and no turn, because the notch says which way the plate lies.",
    PipelineSpec(
        steps=(
            _step(
                "Affine",
                0.5,
                {
                    "scale": (0.98, 1.02),
                    "translate_percent": _around_zero(0.02),
                    "rotate": _around_zero(2),
                    "border_mode": BORDER_REFLECT_101,
                },
            ),
            _brightness_contrast(0.15),
            _step("Illumination", 0.4, {"intensity_range": (0.03, 0.12)}),
            _noise(0.005, 0.02),
        ),
        tail=_tail(),
    ),
    "Albumentations' guide (inspection: blur is the enemy), Bergmann et al. 2019 (MVTec AD: orientation as a defect).",
)

STARTING_POINTS: tuple[StartingPoint, ...] = (
    GUIDE,
    GUIDE_DETECTION,
    BLANK,
    NATURAL_PHOTO,
    COINS,
    FUNDUS,
    HISTOLOGY,
    CHEST_X_RAY,
    DOCUMENT,
    ROAD_SCENE,
    AERIAL,
    MULTI_SPECTRAL,
    DIGITS,
    METAL,
)


def starting_point(point_id: str) -> StartingPoint:
    """The starting point with this id.

    Raises:
        InputError: There is none.
    """
    for point in STARTING_POINTS:
        if point.id == point_id:
            return point
    known = ", ".join(point.id for point in STARTING_POINTS)
    raise InputError("there is no starting point of this name", where=point_id, mend=f"There are: {known}.")
