"""One row a transform of torchvision: its signature, what it becomes, and what differs.

Source: https://docs.pytorch.org/vision/stable/transforms.html and torchvision/transforms/v2;
signatures of torchvision.transforms (v1) are the same where both have a class.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from augviz.pasting import torchvision_colour as colour
from augviz.pasting import torchvision_geometry as geometry
from augviz.pasting.torchvision_arguments import REQUIRED, Arguments, Signature

RATIO = (3 / 4, 4 / 3)


@dataclass(frozen=True)
class Row:
    """A transform of torchvision.

    Attributes:
        name: Class name.
        becomes: What it becomes, in words; empty where nothing does.
        convert: Makes the steps, or None where there is no counterpart.
        signature: Arguments in order with their defaults; not looked at where there is no counterpart.
        differs: What is not the same, as a sentence; empty where it is.
        source: File in torchvision/transforms/v2 that was compared.
    """

    name: str
    becomes: str
    convert: Callable[[Arguments], geometry.Made] | None
    signature: Signature = field(default_factory=dict)
    differs: str = ""
    source: str = "_geometry.py"


def _colour(
    name: str,
    becomes: str,
    convert: Callable[[Arguments], geometry.Made],
    signature: Signature,
    *,
    differs: str = "",
    source: str = "_color.py",
) -> Row:
    return Row(name, becomes, convert, signature, differs, source)


def _without(name: str, why: str, source: str = "") -> Row:
    return Row(name, "", None, {}, why, source)


_P = {"p": 0.5}
_RESAMPLED = "Albumentations interpolates linearly without anti-aliasing."
_SEVERAL = "It mixes several pictures of a batch."
_POLICY = "It draws from a policy of its own, which has no counterpart."
_LABELS = "Boxes are clipped, filtered and converted by the pipeline itself."

ROWS: tuple[Row, ...] = (
    Row("RandomHorizontalFlip", "HorizontalFlip", geometry.horizontal_flip, _P),
    Row("RandomVerticalFlip", "VerticalFlip", geometry.vertical_flip, _P),
    Row("RandomResizedCrop", "RandomResizedCrop", geometry.resized_crop,
        {"size": REQUIRED, "scale": (0.08, 1.0), "ratio": RATIO, "interpolation": "bilinear", "antialias": True},
        _RESAMPLED),
    Row("Resize", "SmallestMaxSize or Resize", geometry.resize,
        {"size": REQUIRED, "interpolation": "bilinear", "max_size": None, "antialias": True}, _RESAMPLED),
    Row("RandomResize", "SmallestMaxSize", geometry.random_resize,
        {"min_size": REQUIRED, "max_size": REQUIRED, "interpolation": "bilinear", "antialias": True},
        "At most 64 sizes of the range are drawn from."),
    Row("RandomShortestSize", "SmallestMaxSize", geometry.shortest_size,
        {"min_size": REQUIRED, "max_size": None, "interpolation": "bilinear", "antialias": True}, _RESAMPLED),
    Row("ScaleJitter", "LongestMaxSize and RandomScale", geometry.scale_jitter,
        {"target_size": REQUIRED, "scale_range": (0.1, 2.0), "interpolation": "bilinear", "antialias": True},
        "The picture is resampled twice."),
    Row("CenterCrop", "CenterCrop", geometry.center_crop, {"size": REQUIRED}),
    Row("RandomCrop", "Pad and RandomCrop", geometry.random_crop,
        {"size": REQUIRED, "padding": None, "pad_if_needed": False, "fill": 0, "padding_mode": "constant"}),
    Row("Pad", "Pad", geometry.pad, {"padding": REQUIRED, "fill": 0, "padding_mode": "constant"}),
    Row("RandomRotation", "Rotate, or Affine where expand is True", geometry.rotation,
        {"degrees": REQUIRED, "interpolation": "nearest", "expand": False, "center": None, "fill": 0}),
    Row("RandomAffine", "Affine", geometry.affine,
        {"degrees": REQUIRED, "translate": None, "scale": None, "shear": None, "interpolation": "nearest", "fill": 0,
         "center": None},
        "Rotation, scale and shear are multiplied in another order."),
    Row("RandomPerspective", "Perspective", geometry.perspective,
        {"distortion_scale": 0.5, "p": 0.5, "interpolation": "bilinear", "fill": 0},
        "Corners move by the same mean share, drawn from a normal distribution and not evenly."),
    Row("ElasticTransform", "ElasticTransform", geometry.elastic,
        {"alpha": 50.0, "sigma": 5.0, "interpolation": "bilinear", "fill": 0},
        "alpha is halved, because torchvision counts in halves of the side; the two agree on square pictures."),
    Row("RandomZoomOut", "CropAndPad", geometry.zoom_out, {"fill": 0, "side_range": (1.0, 4.0), "p": 0.5},
        "The four sides are drawn apart, so the aspect ratio changes; the mean size is the same."),
    Row("RandomIoUCrop", "BBoxSafeRandomCrop", geometry.iou_crop,
        {"min_scale": 0.3, "max_scale": 1.0, "min_aspect_ratio": 0.5, "max_aspect_ratio": 2.0,
         "sampler_options": None, "trials": 40},
        "The crop keeps every box; torchvision's may lose some, and it draws size and overlap otherwise."),
    Row("RandomErasing", "Erasing", geometry.erasing,
        {"p": 0.5, "scale": (0.02, 0.33), "ratio": (0.3, 3.3), "value": 0.0, "inplace": False},
        "After Normalize torchvision's 0 is the mean colour; here it is black. Random pixels are drawn evenly.",
        "_augment.py"),
    _colour("ColorJitter", "ColorJitter", colour.color_jitter,
            {"brightness": None, "contrast": None, "saturation": None, "hue": None},
            differs="The same factors in random order; contrast and saturation are rounded otherwise."),
    _colour("RandomPhotometricDistort", "4 × ColorJitter and ChannelShuffle", colour.photometric_distort,
            {"brightness": (0.875, 1.125), "contrast": (0.5, 1.5), "saturation": (0.5, 1.5), "hue": (-0.05, 0.05),
             "p": 0.5},
            differs="Contrast always comes second; in torchvision it is second or last."),
    _colour("RandomGrayscale", "ToGray", colour.random_grayscale, {"p": 0.1}),
    _colour("Grayscale", "ToGray", colour.grayscale, {"num_output_channels": 1}),
    _colour("RandomChannelPermutation", "ChannelShuffle", colour.channel_permutation, {}),
    _colour("RandomAdjustSharpness", "Sharpen", colour.adjust_sharpness, {"sharpness_factor": REQUIRED, "p": 0.5},
            differs="The kernel is the same for factors from 1 to 14; the outermost pixels differ."),
    _colour("RandomAutocontrast", "AutoContrast", colour.autocontrast, _P),
    _colour("RandomEqualize", "Equalize", colour.equalize, _P),
    _colour("RandomPosterize", "Posterize", colour.posterize, {"bits": REQUIRED, "p": 0.5}),
    _colour("RandomSolarize", "Solarize", colour.solarize, {"threshold": REQUIRED, "p": 0.5}),
    _colour("RandomInvert", "InvertImg", colour.invert, _P),
    _colour("GaussianBlur", "GaussianBlur", colour.gaussian_blur, {"kernel_size": REQUIRED, "sigma": (0.1, 2.0)},
            source="_misc.py"),
    _colour("GaussianNoise", "GaussNoise", colour.gaussian_noise, {"mean": 0.0, "sigma": 0.1, "clip": True},
            source="_misc.py"),
    _colour("JPEG", "ImageCompression", colour.jpeg, {"quality": REQUIRED}, source="_augment.py"),
    _colour("Normalize", "Normalize", colour.normalize, {"mean": REQUIRED, "std": REQUIRED, "inplace": False},
            source="_misc.py"),
    _colour("ToTensor", "ToTensorV2", colour.to_tensor, {}, differs="It stands at the end; Normalize divides by 255.",
            source="_deprecated.py"),
    _colour("PILToTensor", "ToTensorV2", colour.to_tensor, {}, differs="It stands at the end.",
            source="_type_conversion.py"),
    _colour("ToImage", "ToTensorV2", colour.to_tensor, {}, differs="It stands at the end.",
            source="_type_conversion.py"),
    _without("ToDtype", "Pixels stay on 0 to 255 until Normalize divides them.", "_misc.py"),
    _without("ConvertImageDtype", "Pixels stay on 0 to 255 until Normalize divides them.", "_misc.py"),
    _without("ToPureTensor", "Pictures are plain arrays already.", "_type_conversion.py"),
    _without("ToPILImage", "Pictures are plain arrays here.", "_type_conversion.py"),
    _without("RGB", "Pictures come in with three channels.", "_color.py"),
    _without("Identity", "It does nothing.", "_misc.py"),
    _without("SanitizeBoundingBoxes", _LABELS, "_misc.py"),
    _without("ClampBoundingBoxes", _LABELS, "_meta.py"),
    _without("ConvertBoundingBoxFormat", _LABELS, "_meta.py"),
    _without("AutoAugment", _POLICY, "_auto_augment.py"),
    _without("RandAugment", _POLICY, "_auto_augment.py"),
    _without("TrivialAugmentWide", _POLICY, "_auto_augment.py"),
    _without("AugMix", _POLICY, "_auto_augment.py"),
    _without("MixUp", _SEVERAL, "_augment.py"),
    _without("CutMix", _SEVERAL, "_augment.py"),
    _without("FiveCrop", "It makes several pictures of one.", "_geometry.py"),
    _without("TenCrop", "It makes several pictures of one.", "_geometry.py"),
    _without("LinearTransformation", "It multiplies by a matrix that is not in the text.", "_misc.py"),
)  # fmt: skip

CONTAINERS: Mapping[str, tuple[Signature, str]] = MappingProxyType(
    {
        "Compose": ({"transforms": REQUIRED}, "Sequential where it stands inside"),
        "RandomApply": ({"transforms": REQUIRED, "p": 0.5}, "Sequential with the same p"),
        "RandomChoice": ({"transforms": REQUIRED, "p": None}, "OneOf; each choice keeps its own p"),
        "RandomOrder": ({"transforms": REQUIRED}, "RandomOrder of all"),
    }
)
"""Containers with their signature, and what they become; source: _container.py."""

BY_NAME: Mapping[str, Row] = MappingProxyType({row.name: row for row in ROWS})
