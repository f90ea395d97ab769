"""Sensible slider ends where the library sets no bound, or one that is too wide for a slider.

One table. A row names a parameter ("Rotate.limit"), or one of every transform ("*.height"); the exact name wins.
The ends of a slider are not limits: a value beyond them can be typed, up to the hard bound of the schema and
:mod:`augviz.transforms.limits`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class SliderRange(NamedTuple):
    """One row.

    Attributes:
        pattern: "Class.parameter", or "*.parameter".
        low, high: Ends of the slider.
        step: Step of the slider.
        reason: Why these ends, and how they were checked.
    """

    pattern: str
    low: float
    high: float
    step: float
    reason: str


_SWEPT = "swept at both ends, middle and full range on 256 and 512 px"
_SIDE = f"training sizes in use lie between 16 and 2048 px; {_SWEPT}"
_KERNEL = f"kernels beyond 51 px leave nothing of a 512 px image; odd only; {_SWEPT}"
_SIGMA = f"a blur this wide leaves only large shapes; {_SWEPT}"
_TURN = f"half a turn either way covers every angle; {_SWEPT}"
_FACTOR = f"0 removes, 1 keeps, 3 saturates most images; {_SWEPT}"
_FULL = f"1 is a full shift of the range or of the side; {_SWEPT}"
_HOLES = f"more holes or larger ones leave no object to see; {_SWEPT}"
_GRID = f"finer grids have cells below 16 px at 512 px; {_SWEPT}"
_WARP = f"stronger warps fold the image over itself; {_SWEPT}"
_NOISE = f"beyond it nothing of the image is left; {_SWEPT}"
_WEATHER = f"beyond it the effect covers the whole image; {_SWEPT}"
_COST = f"cost grows with it; {_SWEPT}"
_BYTE = f"the range of 8-bit pixel values; {_SWEPT}"

ROWS: tuple[SliderRange, ...] = (
    SliderRange("*.height", 16, 2048, 1, _SIDE),
    SliderRange("*.width", 16, 2048, 1, _SIDE),
    SliderRange("*.min_height", 16, 2048, 1, _SIDE),
    SliderRange("*.min_width", 16, 2048, 1, _SIDE),
    SliderRange("*.max_size", 16, 2048, 1, _SIDE),
    SliderRange("*.max_size_hw", 16, 2048, 1, _SIDE),
    SliderRange("*.size", 16, 1024, 1, _SIDE),
    SliderRange("*.pad_height_divisor", 1, 128, 1, "strides of networks are powers of two up to 128"),
    SliderRange("*.pad_width_divisor", 1, 128, 1, "strides of networks are powers of two up to 128"),
    SliderRange("RandomSizedCrop.min_max_height", 16, 2048, 1, _SIDE),
    SliderRange("RandomSizedCrop.w2h_ratio", 0.1, 5, 0.05, _SWEPT),
    SliderRange("RandomResizedCrop.scale", 0.01, 1, 0.01, f"0 is accepted and crops nothing; {_SWEPT}"),
    SliderRange("RandomResizedCrop.ratio", 0.1, 10, 0.05, _SWEPT),
    SliderRange("RandomCropFromBorders.crop_left", 0, 0.49, 0.01, "left and right together may cut 1 at most"),
    SliderRange("RandomCropFromBorders.crop_right", 0, 0.49, 0.01, "left and right together may cut 1 at most"),
    SliderRange("RandomCropFromBorders.crop_top", 0, 0.49, 0.01, "top and bottom together may cut 1 at most"),
    SliderRange("RandomCropFromBorders.crop_bottom", 0, 0.49, 0.01, "top and bottom together may cut 1 at most"),
    SliderRange("Crop.x_min", 0, 2048, 1, _SIDE),
    SliderRange("Crop.y_min", 0, 2048, 1, _SIDE),
    SliderRange("Crop.x_max", 1, 4096, 1, _SIDE),
    SliderRange("Crop.y_max", 1, 4096, 1, _SIDE),
    SliderRange("CropAndPad.px", -256, 256, 1, f"half of a 512 px image; {_SWEPT}"),
    SliderRange("CropAndPad.percent", -0.45, 0.45, 0.01, f"-0.5 at two sides leaves nothing; {_SWEPT}"),
    SliderRange("Pad.padding", 0, 512, 1, f"a whole 512 px image at each side; {_SWEPT}"),
    SliderRange("RandomScale.scale_limit", -0.9, 2, 0.05, f"-1 leaves nothing, 2 is three times the size; {_SWEPT}"),
    SliderRange(
        "ShiftScaleRotate.scale_limit", -0.9, 2, 0.05, f"-1 leaves nothing, 2 is three times the size; {_SWEPT}"
    ),
    SliderRange("ShiftScaleRotate.shift_limit", -1, 1, 0.01, _FULL),
    SliderRange("ShiftScaleRotate.shift_limit_x", -1, 1, 0.01, _FULL),
    SliderRange("ShiftScaleRotate.shift_limit_y", -1, 1, 0.01, _FULL),
    SliderRange("ShiftScaleRotate.rotate_limit", -180, 180, 1, _TURN),
    SliderRange("Rotate.limit", -180, 180, 1, _TURN),
    SliderRange("SafeRotate.limit", -180, 180, 1, _TURN),
    SliderRange("Affine.rotate", -180, 180, 1, _TURN),
    SliderRange("Affine.scale", 0.1, 3, 0.05, f"0 collapses the image; {_SWEPT}"),
    SliderRange("Affine.translate_percent", -1, 1, 0.01, _FULL),
    SliderRange("Affine.translate_px", -512, 512, 1, f"a whole 512 px image; {_SWEPT}"),
    SliderRange("Affine.shear", -60, 60, 1, f"90 degrees is a line; {_SWEPT}"),
    SliderRange("Perspective.scale", 0, 0.5, 0.01, f"0.5 moves a corner to the centre; {_SWEPT}"),
    SliderRange("ElasticTransform.alpha", 0, 500, 1, _WARP),
    SliderRange("ElasticTransform.sigma", 1, 100, 1, _COST),
    SliderRange("GridDistortion.num_steps", 1, 30, 1, _GRID),
    SliderRange(
        "GridDistortion.distort_limit", -0.95, 0.95, 0.01, f"at -1 a cell vanishes: division by zero; {_SWEPT}"
    ),
    SliderRange("GridElasticDeform.num_grid_xy", 1, 16, 1, _GRID),
    SliderRange("GridElasticDeform.magnitude", 1, 60, 1, _WARP),
    SliderRange("OpticalDistortion.distort_limit", -1, 1, 0.01, _WARP),
    SliderRange("ThinPlateSpline.num_control_points", 2, 10, 1, _COST),
    SliderRange("RandomGridShuffle.grid", 1, 16, 1, _GRID),
    SliderRange("CoarseDropout.num_holes_range", 1, 64, 1, _HOLES),
    SliderRange("CoarseDropout.hole_height_range", 0.01, 0.99, 0.01, _HOLES),
    SliderRange("CoarseDropout.hole_width_range", 0.01, 0.99, 0.01, _HOLES),
    SliderRange("ConstrainedCoarseDropout.num_holes_range", 1, 16, 1, _HOLES),
    SliderRange("ConstrainedCoarseDropout.hole_height_range", 0.01, 1, 0.01, _HOLES),
    SliderRange("ConstrainedCoarseDropout.hole_width_range", 0.01, 1, 0.01, _HOLES),
    SliderRange("Erasing.scale", 0.01, 0.35, 0.01, f"larger areas find no room and raise; {_SWEPT}"),
    SliderRange("Erasing.ratio", 0.1, 10, 0.1, _SWEPT),
    SliderRange("GridDropout.ratio", 0.05, 1, 0.05, _HOLES),
    SliderRange("GridDropout.unit_size_range", 2, 256, 1, _HOLES),
    SliderRange("GridDropout.holes_number_xy", 1, 32, 1, _HOLES),
    SliderRange("GridDropout.shift_xy", 0, 256, 1, _HOLES),
    SliderRange("MaskDropout.max_objects", 1, 20, 1, _HOLES),
    SliderRange("XYMasking.num_masks_x", 0, 20, 1, _HOLES),
    SliderRange("XYMasking.num_masks_y", 0, 20, 1, _HOLES),
    SliderRange("XYMasking.mask_x_length", 0, 200, 1, f"a strip wider than the image is refused; {_SWEPT}"),
    SliderRange("XYMasking.mask_y_length", 0, 200, 1, f"a strip higher than the image is refused; {_SWEPT}"),
    SliderRange("FDA.beta_limit", 0, 0.5, 0.01, f"the library refuses more than 0.5; {_SWEPT}"),
    SliderRange("Mosaic.grid_yx", 1, 4, 1, f"more fields than 16 leave nothing to see in each; {_SWEPT}"),
    SliderRange("Mosaic.target_size", 64, 2048, 1, _SIDE),
    SliderRange("Mosaic.cell_shape", 64, 2048, 1, _SIDE),
    SliderRange("*.fill_mask", 0, 255, 1, "class values of 8-bit masks"),
    SliderRange("PixelDropout.mask_drop_value", 0, 255, 1, "class values of 8-bit masks"),
    SliderRange("MaskDropout.fill", 0, 255, 1, _BYTE),
    SliderRange("ChannelDropout.fill", 0, 255, 1, _BYTE),
    SliderRange("ChannelDropout.channel_drop_range", 1, 2, 1, "one channel of three has to stay"),
    SliderRange("*.blur_limit", 3, 51, 2, _KERNEL),
    SliderRange("GaussianBlur.blur_limit", 0, 51, 1, f"0 lets the library choose the kernel from sigma; {_KERNEL}"),
    SliderRange("*.sigma_limit", 0, 20, 0.1, _SIGMA),
    SliderRange("GaussianBlur.sigma_limit", 0.1, 20, 0.1, f"0 with kernel 0 is no kernel at all; {_SWEPT}"),
    SliderRange("AdvancedBlur.sigma_x_limit", 0.1, 10, 0.1, _SIGMA),
    SliderRange("AdvancedBlur.sigma_y_limit", 0.1, 10, 0.1, _SIGMA),
    SliderRange("AdvancedBlur.rotate_limit", -180, 180, 1, _TURN),
    SliderRange("AdvancedBlur.beta_limit", 0.1, 10, 0.1, f"1 is a Gaussian, 10 nearly a box; {_SWEPT}"),
    SliderRange("AdvancedBlur.noise_limit", 0.05, 3, 0.05, _NOISE),
    SliderRange("Defocus.radius", 1, 30, 1, _COST),
    SliderRange("Defocus.alias_blur", 0, 2, 0.05, _SIGMA),
    SliderRange("GlassBlur.sigma", 0.1, 5, 0.1, _SIGMA),
    SliderRange("GlassBlur.max_delta", 1, 20, 1, _COST),
    SliderRange("GlassBlur.iterations", 1, 5, 1, _COST),
    SliderRange("ZoomBlur.max_factor", 1, 2, 0.01, _COST),
    SliderRange("ZoomBlur.step_factor", 0.005, 0.2, 0.005, f"the number of layers is its inverse; {_COST}"),
    SliderRange("RingingOvershoot.cutoff", 0.05, 3.14, 0.01, _SWEPT),
    SliderRange("Sharpen.kernel_size", 3, 31, 2, _KERNEL),
    SliderRange("Sharpen.sigma", 0.1, 10, 0.1, _SIGMA),
    SliderRange("Sharpen.lightness", 0, 5, 0.05, _FACTOR),
    SliderRange("Emboss.strength", 0, 3, 0.05, _FACTOR),
    SliderRange("UnsharpMask.threshold", 0, 255, 1, _BYTE),
    SliderRange("CLAHE.clip_limit", 1, 40, 0.5, f"beyond it the limit clips nothing; {_SWEPT}"),
    SliderRange("CLAHE.tile_grid_size", 1, 32, 1, _GRID),
    SliderRange("ChromaticAberration.primary_distortion_limit", -0.5, 0.5, 0.01, _WARP),
    SliderRange("ChromaticAberration.secondary_distortion_limit", -0.5, 0.5, 0.01, _WARP),
    SliderRange("ColorJitter.brightness", 0, 3, 0.05, _FACTOR),
    SliderRange("ColorJitter.contrast", 0, 3, 0.05, _FACTOR),
    SliderRange("ColorJitter.saturation", 0, 3, 0.05, _FACTOR),
    SliderRange("RandomBrightnessContrast.brightness_limit", -1, 1, 0.02, _FULL),
    SliderRange("RandomBrightnessContrast.contrast_limit", -1, 1, 0.02, _FULL),
    SliderRange("RandomGamma.gamma_limit", 1, 400, 1, f"100 keeps, 400 is gamma 4; {_SWEPT}"),
    SliderRange("HueSaturationValue.hue_shift_limit", -180, 180, 1, f"OpenCV's hue runs from 0 to 180; {_SWEPT}"),
    SliderRange("HueSaturationValue.sat_shift_limit", -255, 255, 1, _BYTE),
    SliderRange("HueSaturationValue.val_shift_limit", -255, 255, 1, _BYTE),
    SliderRange("*.r_shift_limit", -255, 255, 1, _BYTE),
    SliderRange("*.g_shift_limit", -255, 255, 1, _BYTE),
    SliderRange("*.b_shift_limit", -255, 255, 1, _BYTE),
    SliderRange("PlanckianJitter.temperature_limit", 4000, 15000, 100, f"both modes accept it; {_SWEPT}"),
    SliderRange("HEStain.intensity_scale_range", 0, 3, 0.05, _FACTOR),
    SliderRange("FancyPCA.alpha", 0, 2, 0.05, _FACTOR),
    SliderRange("ToGray.num_output_channels", 1, 4, 1, _SWEPT),
    SliderRange("PlasmaBrightnessContrast.roughness", 0.1, 10, 0.1, _SWEPT),
    SliderRange("PlasmaShadow.roughness", 0.1, 10, 0.1, _SWEPT),
    SliderRange("PlasmaBrightnessContrast.plasma_size", 2, 1024, 1, _SWEPT),
    SliderRange("ISONoise.intensity", 0, 2, 0.05, _NOISE),
    SliderRange("ISONoise.color_shift", 0, 1, 0.01, _SWEPT),
    SliderRange("MultiplicativeNoise.multiplier", 0, 3, 0.05, _FACTOR),
    SliderRange("GaussNoise.noise_scale_factor", 0.05, 1, 0.05, f"small factors make blotches; {_SWEPT}"),
    SliderRange("ShotNoise.scale_range", 0.001, 2, 0.001, _NOISE),
    SliderRange("AdditiveNoise.alpha_range", 0.1, 5, 0.1, "beta distributions in use"),
    SliderRange("AdditiveNoise.beta_range", 0.1, 5, 0.1, "beta distributions in use"),
    SliderRange("Downscale.scale_range", 0.05, 0.95, 0.01, f"0 and 1 are refused; {_SWEPT}"),
    SliderRange("Superpixels.p_replace", 0, 1, 0.01, _SWEPT),
    SliderRange("Superpixels.n_segments", 1, 500, 1, _COST),
    SliderRange("Superpixels.max_size", 16, 1024, 1, _COST),
    SliderRange("Morphological.scale", 1, 21, 1, _KERNEL),
    SliderRange("RandomFog.fog_coef_range", 0, 1, 0.01, _WEATHER),
    SliderRange("RandomGravel.number_of_patches", 1, 20, 1, _WEATHER),
    SliderRange("RandomRain.drop_length", 1, 100, 1, _WEATHER),
    SliderRange("RandomRain.drop_width", 1, 10, 1, _WEATHER),
    SliderRange("RandomRain.blur_value", 1, 31, 2, _WEATHER),
    SliderRange("RandomRain.brightness_coefficient", 0.05, 1, 0.05, _WEATHER),
    SliderRange("RandomShadow.num_shadows_limit", 1, 10, 1, _WEATHER),
    SliderRange("RandomShadow.shadow_dimension", 3, 12, 1, _WEATHER),
    SliderRange("RandomSnow.brightness_coeff", 0.5, 5, 0.1, _WEATHER),
    SliderRange("RandomSunFlare.src_radius", 2, 600, 1, _WEATHER),
    SliderRange("RandomSunFlare.num_flare_circles_range", 1, 30, 1, _WEATHER),
    SliderRange("Spatter.gauss_sigma", 0.1, 10, 0.1, _WEATHER),
    SliderRange("Normalize.max_pixel_value", 1, 65535, 1, "255 for 8 bits, 65535 for 16 bits, 1 for float"),
)
"""The table."""

_BY_PATTERN: Mapping[str, SliderRange] = MappingProxyType({row.pattern: row for row in ROWS})

PIXEL_HOLES = SliderRange("*.hole pixels", 1, 512, 1, _HOLES)
"""Slider of hole sizes that are given in pixels."""


def slider_range(transform: str, parameter: str) -> SliderRange | None:
    """The row of a parameter: its own, or the one for every transform, or None."""
    return _BY_PATTERN.get(f"{transform}.{parameter}") or _BY_PATTERN.get(f"*.{parameter}")
