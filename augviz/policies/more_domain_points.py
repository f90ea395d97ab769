"""Careful pipelines for kinds of images of which no sample comes with the app: skin, shops, tiny pictures.

Sources by step are keys of docs/sources.md.
"""

from __future__ import annotations

from augviz.pipeline.spec import BoxPolicy, Group, PipelineSpec, Step
from augviz.policies.starting_point import (
    StartingPoint,
    around_zero,
    brightness_contrast,
    noise,
    says,
    soft_blur,
    step,
    tail,
)

BORDER_REFLECT_101 = 4
"""OpenCV's number for continuing an image over its edge as in a mirror."""

CIFAR_MEAN = (0.491, 0.482, 0.447)
CIFAR_STD = (0.247, 0.243, 0.262)
"""Mean and standard deviation of CIFAR-10's channels, 0..1."""

DERMATOLOGY = StartingPoint(
    "dermatology",
    "Skin lesion",
    "All eight orientations, since a lesion has no up, small turns and zoom, lamp colour; no hue and no grey, because "
    "the colour of a lesion is a criterion of its diagnosis, and no holes, because it may be small.",
    PipelineSpec(
        steps=(
            Step("D4", p=1.0),
            step(
                "Affine",
                0.5,
                {
                    "scale": (0.9, 1.1),
                    "keep_ratio": True,
                    "rotate": around_zero(30),
                    "border_mode": BORDER_REFLECT_101,
                },
            ),
            brightness_contrast(0.1),
            step("PlanckianJitter", 0.3, {"mode": "blackbody", "temperature_limit": (5000, 8000)}),
            Group("OneOf", (soft_blur(0.8), noise(0.01, 0.03)), p=0.2),
        ),
        tail=tail(),
    ),
    "Perez et al. 2018 (13 scenarios for skin lesions), Galdran et al. 2017 (lamp colour), Moshkov et al. 2020.",
    says(
        D4="PEREZ MOSH",
        Affine="PEREZ",
        RandomBrightnessContrast="PEREZ",
        PlanckianJitter="GALD",
        GaussianBlur="OURS",
        GaussNoise="OURS",
    ),
)

SHOP = StartingPoint(
    "shop",
    "Products on a shelf",
    "The camera of a shop: small turns, perspective, light, its colour, motion and compression; no mirror image and "
    "nothing upside down, because packages carry writing.",
    PipelineSpec(
        steps=(
            step(
                "Affine",
                0.5,
                {
                    "scale": (0.85, 1.15),
                    "keep_ratio": True,
                    "translate_percent": around_zero(0.05),
                    "rotate": around_zero(8),
                    "border_mode": BORDER_REFLECT_101,
                },
            ),
            step("Perspective", 0.3, {"scale": (0.02, 0.05), "fit_output": True}),
            brightness_contrast(0.2),
            step("PlanckianJitter", 0.3, {"mode": "blackbody", "temperature_limit": (4500, 9000)}),
            Group(
                "OneOf",
                (
                    step("MotionBlur", 0.5, {"blur_limit": (3, 5)}),
                    step("ISONoise", 0.5, {"intensity": (0.1, 0.3), "color_shift": (0.01, 0.02)}),
                    step("ImageCompression", 0.5, {"quality_range": (60, 90)}),
                ),
                p=0.3,
            ),
        ),
        tail=tail(),
        boxes=BoxPolicy(min_visibility=0.4, check_each_transform=False, clip=True),
    ),
    "Albumentations' guide (writing, shelves), Lin et al. 2020 (visual chirality), own choice of ranges.",
    says(
        Affine="AD ULTRA",
        Perspective="OURS",
        RandomBrightnessContrast="S",
        PlanckianJitter="GALD OURS",
        MotionBlur="HENDRYCKS",
        ISONoise="OURS",
        ImageCompression="HENDRYCKS",
    ),
)

TINY = StartingPoint(
    "tiny",
    "Tiny images",
    "What suits 32 pixels: a mirror image, shifts of two or three pixels, small turns, light, and one small hole; no "
    "blur and no compression, because there is no detail to spare.",
    PipelineSpec(
        steps=(
            Step("HorizontalFlip", p=0.5),
            step(
                "Affine",
                0.7,
                {
                    "scale": (0.95, 1.1),
                    "keep_ratio": True,
                    "translate_percent": around_zero(0.08),
                    "rotate": around_zero(10),
                    "border_mode": BORDER_REFLECT_101,
                },
            ),
            step(
                "ColorJitter",
                0.5,
                {"brightness": (0.8, 1.2), "contrast": (0.8, 1.2), "saturation": (0.8, 1.2), "hue": around_zero(0.03)},
            ),
            step(
                "CoarseDropout",
                0.3,
                {"num_holes_range": (1, 1), "hole_height_range": (0.15, 0.25), "hole_width_range": (0.15, 0.25)},
            ),
        ),
        tail=tail(CIFAR_MEAN, CIFAR_STD),
    ),
    "Cubuk et al. 2019 (flips and shifts on CIFAR-10), DeVries & Taylor 2017 (one hole), own choice of ranges.",
    says(HorizontalFlip="AA", Affine="AA OURS", ColorJitter="TV", CoarseDropout="CUTOUT"),
)
