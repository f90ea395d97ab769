"""The value of each parameter at which its transform does nothing: where a common strength of 0 brings it.

The kinds say it where one number opens a range around the middle ("symmetric" 0, "around one" 1), and for the axes of
Affine; one table says the rest. What a transform has neither for is a matter of chance only: a picture is mirrored
or not, there is no half of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from augviz.transforms.kinds import AxisRanges, Parameter, Range

FIXED_SIZE = frozenset(
    {"CenterCrop", "Crop", "LongestMaxSize", "Pad", "PadIfNeeded", "Resize", "SmallestMaxSize", "NoOp"}
)
"""Transforms that draw nothing and make the size that training needs: no strength concerns them."""


class NeutralValue(NamedTuple):
    """One row.

    Attributes:
        pattern: "Class.parameter".
        value: Where it does nothing, also where the library does not accept it: it is then approached.
        source: How that is known.
    """

    pattern: str
    value: float
    source: str


_LIBRARY = "the library's docstring: the amount of the effect"
_BLEND = "the library's docstring: the share of the changed picture in the result"
_SIZE = "a hole without area covers nothing"
_KERNEL = "a kernel of one pixel keeps each pixel"
_SHARE = "the library's docstring: the share of pixels or segments that it concerns"

ROWS: tuple[NeutralValue, ...] = (
    NeutralValue("Affine.rotate", 0, "an angle"),
    NeutralValue("Perspective.scale", 0, "standard deviation of the distance that a corner moves"),
    NeutralValue("CropAndPad.px", 0, "what is cut or added at a side"),
    NeutralValue("CropAndPad.percent", 0, "what is cut or added at a side"),
    NeutralValue("RandomCropFromBorders.crop_left", 0, "the largest share that is cut"),
    NeutralValue("RandomCropFromBorders.crop_right", 0, "the largest share that is cut"),
    NeutralValue("RandomCropFromBorders.crop_top", 0, "the largest share that is cut"),
    NeutralValue("RandomCropFromBorders.crop_bottom", 0, "the largest share that is cut"),
    NeutralValue("RandomResizedCrop.scale", 1, "all of the area; where its aspect is allowed that is the picture"),
    NeutralValue("ElasticTransform.alpha", 0, "factor of the displacement"),
    NeutralValue("GridElasticDeform.magnitude", 0, "largest displacement in pixels"),
    NeutralValue("ThinPlateSpline.scale_range", 0, "standard deviation of the displacement"),
    NeutralValue("Illumination.intensity_range", 0, _LIBRARY),
    NeutralValue("PlasmaBrightnessContrast.brightness_range", 0, _LIBRARY),
    NeutralValue("PlasmaBrightnessContrast.contrast_range", 0, _LIBRARY),
    NeutralValue("PlasmaShadow.shadow_intensity_range", 0, _LIBRARY),
    NeutralValue("Posterize.num_bits", 8, "8 bits are all there are"),
    NeutralValue("RandomGamma.gamma_limit", 100, "in hundredths: gamma 1 keeps every value"),
    NeutralValue("RandomToneCurve.scale", 0, "standard deviation of the two points that bend the curve"),
    NeutralValue("Solarize.threshold_range", 1, "only what is above the threshold is inverted"),
    NeutralValue("FancyPCA.alpha", 0, "standard deviation of what is added"),
    NeutralValue("PlanckianJitter.temperature_limit", 6000, "the temperature of white in the library's code"),
    NeutralValue("AdvancedBlur.sigma_x_limit", 0, "a kernel without width"),
    NeutralValue("AdvancedBlur.sigma_y_limit", 0, "a kernel without width"),
    NeutralValue("Blur.blur_limit", 1, _KERNEL),
    NeutralValue("MedianBlur.blur_limit", 1, _KERNEL),
    NeutralValue("MotionBlur.blur_limit", 1, _KERNEL),
    NeutralValue("GaussianBlur.sigma_limit", 0, "a kernel without width; the kernel's size only cuts it"),
    NeutralValue("Defocus.radius", 0, "a disc without area"),
    NeutralValue("Defocus.alias_blur", 0, "a kernel without width"),
    NeutralValue("GlassBlur.sigma", 0, "a kernel without width"),
    NeutralValue("GlassBlur.max_delta", 0, "farthest that pixels change places"),
    NeutralValue("ZoomBlur.max_factor", 1, "no zoom"),
    NeutralValue("Emboss.alpha", 0, _BLEND),
    NeutralValue("Sharpen.alpha", 0, _BLEND),
    NeutralValue("UnsharpMask.alpha", 0, _BLEND),
    NeutralValue("AdditiveNoise.ranges", 0, "what is added"),
    NeutralValue("AdditiveNoise.mean_range", 0, "what is added"),
    NeutralValue("AdditiveNoise.std_range", 0, "what is added"),
    NeutralValue("AdditiveNoise.scale_range", 0, "what is added"),
    NeutralValue("GaussNoise.std_range", 0, "what is added"),
    NeutralValue("GaussNoise.mean_range", 0, "what is added"),
    NeutralValue("ISONoise.color_shift", 0, _LIBRARY),
    NeutralValue("ISONoise.intensity", 0, _LIBRARY),
    NeutralValue("MultiplicativeNoise.multiplier", 1, "a factor"),
    NeutralValue("SaltAndPepper.amount", 0, _SHARE),
    NeutralValue("ShotNoise.scale_range", 0, "inverse of the number of photons"),
    NeutralValue("Downscale.scale_range", 1, "the size that is left"),
    NeutralValue("ImageCompression.quality_range", 100, "the best that JPEG and WebP have"),
    NeutralValue("Superpixels.p_replace", 0, _SHARE),
    NeutralValue("RandomFog.fog_coef_range", 0, _LIBRARY),
    NeutralValue("RandomFog.alpha_coef", 0, "how far the discs of fog cover"),
    NeutralValue("RandomShadow.shadow_intensity_range", 0, _LIBRARY),
    NeutralValue("Spatter.intensity", 0, _LIBRARY),
    NeutralValue("CoarseDropout.hole_height_range", 0, _SIZE),
    NeutralValue("CoarseDropout.hole_width_range", 0, _SIZE),
    NeutralValue("ConstrainedCoarseDropout.hole_height_range", 0, _SIZE),
    NeutralValue("ConstrainedCoarseDropout.hole_width_range", 0, _SIZE),
    NeutralValue("Erasing.scale", 0, _SIZE),
    NeutralValue("GridDropout.ratio", 0, _SIZE),
    NeutralValue("PixelDropout.dropout_prob", 0, _SHARE),
    NeutralValue("XYMasking.mask_x_length", 0, _SIZE),
    NeutralValue("XYMasking.mask_y_length", 0, _SIZE),
    NeutralValue("FDA.beta_limit", 0, "the share of low frequencies that are exchanged"),
    NeutralValue("HistogramMatching.blend_ratio", 0, _BLEND),
    NeutralValue("PixelDistributionAdaptation.blend_ratio", 0, _BLEND),
    NeutralValue("Morphological.scale", 1, _KERNEL),
)
"""The table; a test runs every transform at its neutral values, or finds it in :data:`NEVER_QUITE_OFF`."""

NEVER_QUITE_OFF: Mapping[str, str] = MappingProxyType(
    {
        "AdvancedBlur": "one of its two widths has to stay above 0",
        "Blur": "its smallest kernel is 3 pixels",
        "CoarseDropout": "a hole in pixels is 1 pixel at least",
        "Defocus": "its smallest disc blurs",
        "Downscale": "it refuses to leave the size as it is",
        "Erasing": "it divides by the area of the hole",
        "FDA": "there and back through the frequencies rounds pixels",
        "GaussianBlur": "it refuses a kernel without width",
        "GlassBlur": "pixels change places by 1 pixel at least, and it fails without width",
        "GridDistortion": "it resamples the picture also at 0",
        "GridDropout": "it refuses holes without area",
        "GridElasticDeform": "it moves by 1 pixel at least",
        "Illumination": "its weakest light is 1%",
        "ImageCompression": "also the best quality loses something",
        "MedianBlur": "its smallest kernel is 3 pixels",
        "MotionBlur": "its smallest kernel is 3 pixels",
        "OpticalDistortion": "it resamples the picture also at 0",
        "PixelDistributionAdaptation": "it changes float images also when it blends nothing in",
        "PlanckianJitter": "its white is not quite white",
        "Posterize": "it leaves 7 bits at most",
        "RandomFog": "it blurs also without fog",
        "RandomGamma": "its table rounds a few values by 1 also at gamma 1",
        "RandomToneCurve": "its curve is not quite straight also when nothing bends it",
        "SafeRotate": "it resamples the picture also at 0",
        "ShotNoise": "it cannot count so many photons",
        "Solarize": "white pixels are inverted also at the highest threshold",
        "ZoomBlur": "it overlays one enlarged layer at least",
    }
)
"""Transforms that still do something at their neutral values, and why (measured on 256 x 256 uint8 and float32)."""

FARTHEST: Mapping[str, tuple[float | None, float | None]] = MappingProxyType(
    {
        "Downscale.scale_range": (0.05, None),  # a thousandth of the size is accepted, and leaves no pixel to resize
        "Erasing.scale": (None, 0.35),  # larger areas are accepted, and find no room (a TypeError of the library)
    }
)
"""How far a strength may go where the library accepts more than it can run; source: run at the ends on 128 and 256 px.
A value that is set beyond stays allowed.
"""

_BY_PATTERN: Mapping[str, float] = MappingProxyType({row.pattern: row.value for row in ROWS})


def neutral_of(transform: str, parameter: Parameter) -> float | None:
    """The value at which this parameter does nothing, or None where it has none."""
    found = _BY_PATTERN.get(f"{transform}.{parameter.name}")
    if found is not None:
        return found
    if isinstance(parameter, AxisRanges):
        return parameter.neutral
    if isinstance(parameter, Range):
        return {"symmetric": 0.0, "around one": 1.0}.get(parameter.scalar_means)
    return None
