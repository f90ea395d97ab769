"""What the classes themselves do not say: family, needs, cost, and why some transforms are not offered.

Each table is checked against the installed library in ``tests/conformance/test_catalogue.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_MEMBERS = {
    "Flip and rotate": "D4 HorizontalFlip RandomRotate90 Rotate SafeRotate Transpose VerticalFlip",
    "Shift, scale and tilt": "Affine Perspective ShiftScaleRotate",
    "Crop": "AtLeastOneBBoxRandomCrop BBoxSafeRandomCrop CenterCrop Crop CropAndPad CropNonEmptyMaskIfExists "
    "RandomCrop RandomCropFromBorders RandomResizedCrop RandomSizedBBoxSafeCrop RandomSizedCrop",
    "Resize and pad": "LongestMaxSize Pad PadIfNeeded RandomScale Resize SmallestMaxSize",
    "Warp": "ElasticTransform GridDistortion GridElasticDeform OpticalDistortion ThinPlateSpline",
    "Brightness and contrast": "AutoContrast CLAHE Equalize Illumination InvertImg PlasmaBrightnessContrast "
    "PlasmaShadow Posterize RandomBrightnessContrast RandomGamma RandomToneCurve Solarize",
    "Colour": "ColorJitter FancyPCA HEStain HueSaturationValue PlanckianJitter RGBShift ToGray ToSepia",
    "Channels": "ChannelDropout ChannelShuffle",
    "Blur and sharpen": "AdvancedBlur Blur Defocus Emboss GaussianBlur GlassBlur MedianBlur MotionBlur "
    "RingingOvershoot Sharpen UnsharpMask ZoomBlur",
    "Noise": "AdditiveNoise GaussNoise ISONoise MultiplicativeNoise SaltAndPepper ShotNoise",
    "Compression and quality": "ChromaticAberration Downscale ImageCompression Superpixels",
    "Weather and light": "RandomFog RandomGravel RandomRain RandomShadow RandomSnow RandomSunFlare Spatter",
    "Erase and shuffle": "CoarseDropout ConstrainedCoarseDropout Erasing GridDropout MaskDropout PixelDropout "
    "RandomGridShuffle XYMasking",
    "With other images": "FDA HistogramMatching Mosaic OverlayElements PixelDistributionAdaptation",
    "Other": "Morphological NoOp",
    "Normalise": "Normalize ToTensorV2",
}

FAMILIES = tuple(_MEMBERS)
"""Families in the order in which they are shown."""

FAMILY_OF: Mapping[str, str] = MappingProxyType(
    {name: family for family, names in _MEMBERS.items() for name in names.split()}
)
"""Family of each transform that we know; a transform of a later library falls into "Other"."""

_VOLUMES = "It works on volumes, not on single images."

WITHHELD: Mapping[str, str] = MappingProxyType(
    {
        "Lambda": "It runs code of yours, which a file cannot carry and a server must not run.",
        "CenterCrop3D": _VOLUMES,
        "CoarseDropout3D": _VOLUMES,
        "CubicSymmetry": _VOLUMES,
        "Pad3D": _VOLUMES,
        "PadIfNeeded3D": _VOLUMES,
        "RandomCrop3D": _VOLUMES,
        "ToTensor3D": _VOLUMES,
        "PiecewiseAffine": "It takes about five seconds for an image of 512 pixels; ThinPlateSpline and "
        "ElasticTransform give similar warps in a hundredth of that.",
        "TextImage": "It needs a font file and texts with every call.",
        "RandomCropNearBBox": "It needs one chosen box with every call, apart from the labelled boxes; "
        "BBoxSafeRandomCrop and AtLeastOneBBoxRandomCrop crop around the labels themselves.",
        "FromFloat": "It only changes the number type; images are converted when they are loaded.",
        "ToFloat": "It only changes the number type; Normalize at the end of the pipeline does it for training.",
        "ToRGB": "It only accepts one channel; grey images are loaded with three unless you ask for one.",
        "TimeReverse": "It is HorizontalFlip under a name for sound spectrograms.",
        "TimeMasking": "It is XYMasking under a name for sound spectrograms.",
        "FrequencyMasking": "It is XYMasking under a name for sound spectrograms.",
        "SquareSymmetry": "It is D4 under another name.",
    }
)
"""Why a concrete transform of the library is not offered."""

NEED_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "mask": "It needs a mask.",
        "class mask": "It needs a mask of classes; masks of single objects do not do.",
        "boxes": "It needs boxes to keep; in training, an image with an empty list of boxes is cropped anywhere.",
        "mask or boxes": "It needs a mask or boxes, and which classes to cover; otherwise it does nothing.",
        "no boxes": "It cannot be used on images with boxes: the library's own code fails on them.",
        "three channels": "It needs a colour image with three channels.",
        "one or three channels": "It needs a grey or colour image; other numbers of channels are refused.",
        "several channels": "It needs at least two channels.",
        "few channels": "On images with boxes it takes at most four channels: the library's own code fails on more.",
        "no keypoints": "It cannot be used on images with keypoints: the library's own code fails on them.",
        "no object masks": "It cannot be used on images with masks of single objects: the library's own code fails on "
        "them, or writes the class mask into each.",
        "reference images": "It needs reference images, of which each draw takes one.",
        "pictures to paste": "It needs pictures to paste; all of them are pasted, and masks below stay as they are.",
        "other labelled images": "It needs other images, with labels of the same kinds.",
    }
)
"""What a transform can need of the image or its labels, as a sentence."""

_NEEDING = {
    "mask": "CropNonEmptyMaskIfExists",
    "class mask": "MaskDropout",
    "boxes": "AtLeastOneBBoxRandomCrop BBoxSafeRandomCrop RandomSizedBBoxSafeCrop",
    "mask or boxes": "ConstrainedCoarseDropout",
    "no boxes": "Morphological OverlayElements",
    "no keypoints": "OverlayElements",
    "no object masks": "Mosaic",
    "three channels": "ChromaticAberration HEStain ISONoise PlanckianJitter RandomFog RandomGravel RandomRain "
    "RandomSnow RandomSunFlare Spatter",
    "one or three channels": "CLAHE ColorJitter Equalize GridElasticDeform HueSaturationValue RGBShift ToGray ToSepia",
    "several channels": "ChannelDropout",
    "few channels": "PixelDropout",
    "reference images": "FDA HistogramMatching PixelDistributionAdaptation",
    "pictures to paste": "OverlayElements",
    "other labelled images": "Mosaic",
}

NEEDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        name: frozenset(need for need, names in _NEEDING.items() if name in names.split())
        for name in dict.fromkeys(" ".join(_NEEDING.values()).split())
    }
)
"""What each transform needs; source: run on 1, 3, 4, 5 and 6 channels, with and without labels."""

MASK_KEPT = frozenset(
    {
        "CoarseDropout",
        "ConstrainedCoarseDropout",
        "Erasing",
        "GridDropout",
        "NoOp",
        "OverlayElements",
        "PixelDropout",
        "XYMasking",
    }
)
"""Dual transforms that leave masks as they are unless their mask fill is set."""

POINTS_KEPT = frozenset({"NoOp", "Morphological", "PixelDropout"})
"""Dual transforms that leave boxes and keypoints as they are."""

SLOW_MS = 20.0
"""From here on a step is called slow: nine tiles then cost more than a fifth of a second on one core."""

COST_MS: Mapping[str, float] = MappingProxyType(
    {
        "Affine": 1.5, "AtLeastOneBBoxRandomCrop": 0.3, "BBoxSafeRandomCrop": 0.3, "CenterCrop": 0.0,
        "CoarseDropout": 0.1, "ConstrainedCoarseDropout": 1.4, "Crop": 0.0, "CropAndPad": 0.5,
        "CropNonEmptyMaskIfExists": 1.0, "D4": 1.2, "ElasticTransform": 63.1, "Erasing": 0.1, "GridDistortion": 2.0,
        "GridDropout": 0.3, "GridElasticDeform": 23.5, "HorizontalFlip": 0.0, "LongestMaxSize": 0.1,
        "MaskDropout": 1.6, "Morphological": 0.1, "NoOp": 0.0, "OpticalDistortion": 2.7, "Pad": 0.0,
        "PadIfNeeded": 0.0, "Perspective": 1.7, "PixelDropout": 3.4, "RandomCrop": 0.0,
        "RandomCropFromBorders": 0.0, "RandomGridShuffle": 0.1, "RandomResizedCrop": 0.1, "RandomRotate90": 1.2,
        "RandomScale": 0.4, "RandomSizedBBoxSafeCrop": 0.4, "RandomSizedCrop": 0.1, "Resize": 0.1, "Rotate": 1.5,
        "SafeRotate": 1.2, "ShiftScaleRotate": 1.6, "SmallestMaxSize": 0.1, "ThinPlateSpline": 49.1,
        "Transpose": 1.3, "VerticalFlip": 0.0, "XYMasking": 0.1, "AdditiveNoise": 0.3, "AdvancedBlur": 0.7,
        "AutoContrast": 0.8, "Blur": 0.2, "CLAHE": 3.7, "ChannelDropout": 0.1, "ChannelShuffle": 0.2,
        "ChromaticAberration": 2.9, "ColorJitter": 1.3, "Defocus": 17.0, "Downscale": 0.3, "Emboss": 0.4,
        "Equalize": 1.0, "FancyPCA": 26.5, "GaussNoise": 8.4, "GaussianBlur": 0.7, "GlassBlur": 42.6,
        "HEStain": 28.9, "HueSaturationValue": 0.9, "ISONoise": 9.8, "Illumination": 2.9, "ImageCompression": 3.4,
        "InvertImg": 0.0, "MedianBlur": 1.0, "MotionBlur": 0.4, "MultiplicativeNoise": 0.3, "Normalize": 0.6,
        "PlanckianJitter": 0.4, "PlasmaBrightnessContrast": 18.4, "PlasmaShadow": 5.2, "Posterize": 0.1,
        "RGBShift": 0.3, "RandomBrightnessContrast": 0.1, "RandomFog": 122.3, "RandomGamma": 0.1,
        "RandomGravel": 1.1, "RandomRain": 1.0, "RandomShadow": 2.3, "RandomSnow": 1.6, "RandomSunFlare": 27.9,
        "RandomToneCurve": 0.1, "RingingOvershoot": 5.9, "SaltAndPepper": 4.1, "Sharpen": 0.5, "ShotNoise": 53.6,
        "FDA": 85.8, "HistogramMatching": 4.2, "Mosaic": 1.7, "OverlayElements": 0.6,
        "PixelDistributionAdaptation": 29.5,
        "Solarize": 0.1, "Spatter": 22.6, "Superpixels": 126.7, "ToGray": 0.1, "ToSepia": 0.1, "UnsharpMask": 6.0,
        "ZoomBlur": 4.6,
    }
)  # fmt: skip
"""Milliseconds for one uint8 RGB image of 512 x 512 pixels with the library's defaults.

Source: measured on one thread, lower of two to four medians, Albumentations 2.0.8 and OpenCV 5.0; expect 30% either
way.
"""
