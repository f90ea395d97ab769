"""The guide's own two pipelines, as it prints them, and an empty one.

*The guide* is "Image Augmentation in Machine Learning", QnA Lab, ML System Design Reference.
"""

from __future__ import annotations

from augviz.pipeline.spec import PipelineSpec, Step
from augviz.policies.starting_point import StartingPoint, around_zero, brightness_contrast, says, step, tail

GUIDE = StartingPoint(
    "guide",
    "The guide's basic pipeline",
    "Flips, quarter turns, small shifts, light and colour, a little blur: what the guide shows first, quarter turns of "
    "a photo with an up and a down included.",
    PipelineSpec(
        steps=(
            Step("HorizontalFlip", p=0.5),
            Step("RandomRotate90", p=0.5),
            step(
                "ShiftScaleRotate",
                0.5,
                {
                    "shift_limit": around_zero(0.0625),
                    "scale_limit": around_zero(0.1),
                    "rotate_limit": around_zero(15),
                },
            ),
            brightness_contrast(0.2),
            step(
                "ColorJitter",
                0.5,
                {"brightness": (0.8, 1.2), "contrast": (0.8, 1.2), "saturation": (0.8, 1.2), "hue": around_zero(0.1)},
            ),
            step("GaussianBlur", 0.3, {"blur_limit": (3, 7)}),
        ),
        tail=tail(),
    ),
    "The guide, “Basic Augmentation Pipeline with Albumentations”.",
    says(
        HorizontalFlip="S",
        RandomRotate90="S",
        ShiftScaleRotate="S",
        RandomBrightnessContrast="S",
        ColorJitter="S",
        GaussianBlur="S",
    ),
)

GUIDE_DETECTION = StartingPoint(
    "guide-detection",
    "The guide's detection config",
    "A mirror image, small shifts, light, hue, and a crop that keeps the boxes: the guide's example for detection.",
    PipelineSpec(
        steps=(
            Step("HorizontalFlip", p=0.5),
            step(
                "ShiftScaleRotate",
                0.5,
                {
                    "shift_limit": around_zero(0.0625),
                    "scale_limit": around_zero(0.1),
                    "rotate_limit": around_zero(15),
                    "border_mode": 0,
                },
            ),
            brightness_contrast(0.2),
            step(
                "HueSaturationValue",
                0.5,
                {
                    "hue_shift_limit": around_zero(20),
                    "sat_shift_limit": around_zero(30),
                    "val_shift_limit": around_zero(20),
                },
            ),
            step("RandomSizedBBoxSafeCrop", 0.5, {"height": 512, "width": 512, "erosion_rate": 0.2}),
        ),
        tail=tail(),
    ),
    "The guide, “Configuration Example”.",
    says(
        HorizontalFlip="S",
        ShiftScaleRotate="S",
        RandomBrightnessContrast="S",
        HueSaturationValue="S",
        RandomSizedBBoxSafeCrop="S",
    ),
)

BLANK = StartingPoint(
    "blank",
    "Empty",
    "Nothing yet: every image passes unchanged.",
    PipelineSpec(),
    "Nothing to prove.",
)
