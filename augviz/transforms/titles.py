"""Names for people: titles, units, labels of choices, and which parameters are seldom touched."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_PLAIN: dict[str, tuple[str, str]] = {
    "alias_blur": ("Softening", "px"),
    "allow_shifted": ("Shifted kernel", ""),
    "alpha": ("Strength", ""),
    "alpha_coef": ("Fog opacity", "share"),
    "amount": ("Pixels hit", "share"),
    "approximate": ("Fast approximation", ""),
    "approximation": ("Noise resolution", "share"),
    "area_for_downscale": ("Area averaging when shrinking", ""),
    "augment_background": ("Stain the background too", ""),
    "balanced_scale": ("Shrink as often as enlarge", ""),
    "bbox_labels": ("Classes of boxes to cover", ""),
    "blur_limit": ("Blur kernel", "px"),
    "blur_value": ("Blur kernel", "px"),
    "border_mode": ("Border", ""),
    "brightness": ("Brightness", "×"),
    "brightness_by_max": ("Brightness relative to the full range", ""),
    "brightness_coeff": ("Snow brightness", "×"),
    "brightness_coefficient": ("Brightness", "×"),
    "brightness_limit": ("Brightness", "share"),
    "brightness_range": ("Brightness", "share"),
    "by_channels": ("Each channel by itself", ""),
    "center_range": ("Centre", "share"),
    "channel_drop_range": ("Channels dropped", ""),
    "clip_limit": ("Contrast limit", ""),
    "color": ("Colour", ""),
    "color_shift": ("Colour shift", "share"),
    "compression_type": ("Format", ""),
    "contrast": ("Contrast", "×"),
    "contrast_limit": ("Contrast", "share"),
    "contrast_range": ("Contrast", "share"),
    "crop_border": ("Crop the border away", ""),
    "crop_bottom": ("Cut at most at the bottom", "share"),
    "crop_left": ("Cut at most at the left", "share"),
    "crop_right": ("Cut at most at the right", "share"),
    "crop_top": ("Cut at most at the top", "share"),
    "cutoff": ("Cutoff", ""),
    "cutout_threshold": ("Drop threshold", ""),
    "direction_range": ("Direction", ""),
    "distort_limit": ("Distortion", ""),
    "drop_color": ("Drop colour", ""),
    "drop_length": ("Drop length", "px"),
    "drop_value": ("Value of dropped pixels", ""),
    "drop_width": ("Drop width", "px"),
    "dropout_prob": ("Pixels dropped", "share"),
    "effect_type": ("Effect", ""),
    "elementwise": ("Each pixel by itself", ""),
    "ensure_safe_range": ("Avoid clipping", ""),
    "erosion_factor": ("How much of a box may be cut", "share"),
    "erosion_rate": ("How much of the boxes may be cut", "share"),
    "fill": ("Fill", ""),
    "fill_mask": ("Fill of masks", "class value"),
    "fit_output": ("Keep the whole image in view", ""),
    "flare_roi": ("Where flares appear", "share"),
    "fog_coef_range": ("Fog density", "share"),
    "gamma_limit": ("Gamma", "%"),
    "gauss_sigma": ("Drop size", "σ px"),
    "gravel_roi": ("Where gravel appears", "share"),
    "grid": ("Grid", ""),
    "height": ("Height", "px"),
    "hole_height_range": ("Hole height", ""),
    "hole_width_range": ("Hole width", ""),
    "holes_number_xy": ("Holes", ""),
    "hue": ("Hue", "turns"),
    "hue_shift_limit": ("Hue", "of 180"),
    "ignore": ("Value to ignore", ""),
    "ignore_channels": ("Mask channels to ignore", ""),
    "ignore_values": ("Class values to ignore", ""),
    "intensity": ("Intensity", ""),
    "intensity_range": ("Intensity", "share"),
    "intensity_scale_range": ("Stain strength", "×"),
    "intensity_shift_range": ("Stain shift", ""),
    "interpolation": ("Interpolation", ""),
    "interpolation_pair": ("Interpolation", ""),
    "iterations": ("Repeats", ""),
    "keep_ratio": ("Same scale for both axes", ""),
    "keep_size": ("Back to the original size", ""),
    "kernel_size": ("Kernel", "px"),
    "keypoint_remapping_method": ("How keypoints are moved", ""),
    "lightness": ("Lightness", "×"),
    "limit": ("Rotation", "°"),
    "magnitude": ("Strength", "px"),
    "mask": ("Mask", ""),
    "mask_drop_value": ("Value of dropped mask pixels", "class value"),
    "mask_indices": ("Class values to cover", ""),
    "mask_interpolation": ("Interpolation of masks", ""),
    "mask_params": ("Parameters of the mask function", ""),
    "mask_x_length": ("Width of upright strips", "px"),
    "mask_y_length": ("Height of level strips", "px"),
    "max_delta": ("Farthest swap", "px"),
    "max_factor": ("Largest zoom", "×"),
    "max_objects": ("Objects removed", ""),
    "max_pixel_value": ("Largest pixel value", ""),
    "max_size": ("Size", "px"),
    "max_size_hw": ("Size by side", "px"),
    "mean": ("Mean", ""),
    "mean_range": ("Noise mean", "share"),
    "method": ("Method", ""),
    "min_height": ("Smallest height", "px"),
    "min_max_height": ("Height of the crop", "px"),
    "min_width": ("Smallest width", "px"),
    "mode": ("Mode", ""),
    "multiplier": ("Factor", "×"),
    "n_segments": ("Superpixels", ""),
    "noise_distribution": ("Distribution", ""),
    "noise_limit": ("Kernel noise", "×"),
    "noise_params": ("Noise", ""),
    "noise_scale_factor": ("Noise resolution", "share"),
    "noise_type": ("Distribution", ""),
    "normalization": ("Kind", ""),
    "normalized": ("Never leave the image", ""),
    "num_bits": ("Bits kept", "bit"),
    "num_control_points": ("Control points a side", ""),
    "num_flare_circles_range": ("Flare circles", ""),
    "num_grid_xy": ("Grid", ""),
    "num_holes_range": ("Holes", ""),
    "num_masks_x": ("Upright strips", ""),
    "num_masks_y": ("Level strips", ""),
    "num_output_channels": ("Channels of the result", ""),
    "num_shadows_limit": ("Shadows", ""),
    "num_steps": ("Grid cells a side", ""),
    "number_of_patches": ("Patches", ""),
    "operation": ("Operation", ""),
    "p_replace": ("Superpixels averaged", "share"),
    "pad_height_divisor": ("Height divisible by", "px"),
    "pad_if_needed": ("Pad when the image is smaller", ""),
    "pad_position": ("Place of the image when padded", ""),
    "pad_width_divisor": ("Width divisible by", "px"),
    "padding": ("Padding", "px"),
    "per_channel": ("Each channel by itself", ""),
    "percent": ("Crop or pad", "share"),
    "plasma_size": ("Plasma size", "px"),
    "position": ("Place of the image", ""),
    "preset": ("Preset", ""),
    "primary_distortion_limit": ("Primary distortion", ""),
    "px": ("Crop or pad", "px"),
    "quality_range": ("Quality", ""),
    "r_shift_limit": ("Red", "of 255"),
    "g_shift_limit": ("Green", "of 255"),
    "b_shift_limit": ("Blue", "of 255"),
    "radius": ("Radius", "px"),
    "rain_type": ("Rain", ""),
    "random_offset": ("Random offset", ""),
    "ratio": ("Width : height", ""),
    "rotate": ("Rotation", "°"),
    "rotate_limit": ("Rotation", "°"),
    "rotate_method": ("How boxes are rotated", ""),
    "roughness": ("Roughness", ""),
    "salt_vs_pepper": ("Share of white", "share"),
    "same_dxdy": ("Same shift in x and y", ""),
    "sample_independently": ("Each side by itself", ""),
    "sampling_method": ("Drawn from", ""),
    "sat_shift_limit": ("Saturation", "of 255"),
    "saturation": ("Saturation", "×"),
    "scale": ("Scale", "×"),
    "scale_limit": ("Scale", "± ×"),
    "scale_range": ("Scale", "×"),
    "secondary_distortion_limit": ("Secondary distortion", ""),
    "shadow_dimension": ("Corners of a shadow", ""),
    "shadow_intensity_range": ("Darkness", "share"),
    "shadow_roi": ("Where shadows appear", "share"),
    "shear": ("Shear", "°"),
    "shift_limit": ("Shift", "share"),
    "shift_limit_x": ("Shift in x", "share"),
    "shift_limit_y": ("Shift in y", "share"),
    "shift_xy": ("Offset of the grid", "px"),
    "sigma": ("Sigma", "px"),
    "sigma_limit": ("Sigma", "px"),
    "sigma_range": ("Width of the light", "share"),
    "sigma_x_limit": ("Sigma in x", "px"),
    "sigma_y_limit": ("Sigma in y", "px"),
    "size": ("Size", "px"),
    "slant_range": ("Slant", "°"),
    "snow_point_range": ("Amount of snow", "share"),
    "spatial_mode": ("Noise differs by", ""),
    "src_color": ("Flare colour", ""),
    "src_radius": ("Radius of the sun", "px"),
    "std": ("Standard deviation", ""),
    "std_range": ("Noise strength", "share"),
    "step_factor": ("Zoom step", "×"),
    "strength": ("Strength", "×"),
    "temperature_limit": ("Colour temperature", "K"),
    "threshold": ("Threshold", "of 255"),
    "threshold_range": ("Threshold", "share"),
    "tile_grid_size": ("Tiles", ""),
    "translate_percent": ("Shift", "share"),
    "translate_px": ("Shift", "px"),
    "transpose_mask": ("Channels of masks first", ""),
    "unit_size_range": ("Grid cell", "px"),
    "val_shift_limit": ("Brightness", "of 255"),
    "w2h_ratio": ("Width : height", ""),
    "width": ("Width", "px"),
    "x_max": ("Right edge", "px"),
    "x_min": ("Left edge", "px"),
    "y_max": ("Bottom edge", "px"),
    "y_min": ("Top edge", "px"),
}

_BY_TRANSFORM: dict[str, tuple[str, str]] = {
    "AdditiveNoise.alpha_range": ("Alpha", ""),
    "AdditiveNoise.beta_range": ("Beta", ""),
    "AdditiveNoise.mean_range": ("Mean", "share"),
    "AdditiveNoise.ranges": ("Range", "share"),
    "AdditiveNoise.scale_range": ("Scale", "share"),
    "AdditiveNoise.std_range": ("Standard deviation", "share"),
    "AdvancedBlur.beta_limit": ("Shape of the kernel", ""),
    "AdvancedBlur.rotate_limit": ("Rotation of the kernel", "°"),
    "AutoContrast.cutoff": ("Darkest and lightest pixels cut", "%"),
    "ColorJitter.hue": ("Hue", "turns"),
    "ConstrainedCoarseDropout.hole_height_range": ("Hole height", "share of the object"),
    "ConstrainedCoarseDropout.hole_width_range": ("Hole width", "share of the object"),
    "Downscale.scale_range": ("Resolution kept", "×"),
    "ElasticTransform.alpha": ("Strength", "px"),
    "ElasticTransform.sigma": ("Smoothness", "px"),
    "Emboss.alpha": ("Visibility", "share"),
    "Erasing.scale": ("Erased area", "share"),
    "FancyPCA.alpha": ("Strength", "×"),
    "GlassBlur.sigma": ("Sigma", "px"),
    "GridDropout.ratio": ("Hole in each cell", "share"),
    "Illumination.angle_range": ("Direction", "°"),
    "MotionBlur.angle_range": ("Angle", "°"),
    "Morphological.scale": ("Kernel", "px"),
    "Perspective.scale": ("Tilt", "share"),
    "RandomResizedCrop.scale": ("Area kept", "share"),
    "RandomSunFlare.angle_range": ("Angle", "turns"),
    "RandomToneCurve.scale": ("Strength", ""),
    "RingingOvershoot.cutoff": ("Cutoff frequency", "rad"),
    "Sharpen.alpha": ("Visibility", "share"),
    "ShotNoise.scale_range": ("Strength", "×"),
    "Spatter.mean": ("Liquid: mean", ""),
    "Spatter.std": ("Liquid: spread", ""),
    "Superpixels.max_size": ("Working size", "px"),
    "ThinPlateSpline.scale_range": ("Strength", ""),
    "UnsharpMask.alpha": ("Visibility", "share"),
    "LongestMaxSize.max_size": ("Longest side", "px"),
    "SmallestMaxSize.max_size": ("Shortest side", "px"),
}

RARE = frozenset(
    {
        "approximate",
        "approximation",
        "area_for_downscale",
        "balanced_scale",
        "border_mode",
        "brightness_by_max",
        "ensure_safe_range",
        "fill",
        "fill_mask",
        "ignore",
        "ignore_channels",
        "interpolation",
        "interpolation_pair",
        "keypoint_remapping_method",
        "mask",
        "mask_drop_value",
        "mask_interpolation",
        "mask_params",
        "max_size_hw",
        "noise_distribution",
        "noise_limit",
        "noise_scale_factor",
        "normalized",
        "pad_position",
        "plasma_size",
        "position",
        "rotate_method",
        "same_dxdy",
        "sampling_method",
        "shift_limit_x",
        "shift_limit_y",
    }
)
"""Parameters that stand behind "More"."""

FIRST = frozenset(
    {"ToGray.fill", "ChannelDropout.fill", "CoarseDropout.fill", "Erasing.fill", "GridDropout.fill", "Pad.fill"}
)
"""Exceptions from ``RARE``: here they are what the step is about."""

INTERPOLATIONS: Mapping[int, str] = MappingProxyType(
    {0: "Nearest", 1: "Linear", 2: "Cubic", 3: "Area", 4: "Lanczos", 5: "Linear, exact", 6: "Nearest, exact"}
)
"""Names of OpenCV's ``INTER_*`` numbers."""

BORDERS: Mapping[int, str] = MappingProxyType(
    {0: "Constant fill", 1: "Edge repeated", 2: "Mirror, edge doubled", 3: "Other side", 4: "Mirror"}
)
"""Names of OpenCV's ``BORDER_*`` numbers."""

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "area_for_downscale=image": "Image",
        "area_for_downscale=image_mask": "Image and masks",
        "compression_type=jpeg": "JPEG",
        "compression_type=webp": "WebP",
        "fill=inpaint_ns": "Inpainted (Navier-Stokes)",
        "fill=inpaint_telea": "Inpainted (Telea)",
        "fill=random": "Random, each pixel",
        "fill=random_uniform": "Random, each hole",
        "keypoint_remapping_method=direct": "By formula",
        "keypoint_remapping_method=mask": "By a drawn mask",
        "method=cdf": "By distribution",
        "method=from_lab": "Lightness of L*a*b*",
        "method=pca": "Principal component",
        "method=pil": "As Pillow",
        "mode=blackbody": "Black body",
        "mode=cied": "CIE D illuminants",
        "mode=cv": "As OpenCV",
        "mode=pil": "As Pillow",
        "normalization=image": "By the image's own mean",
        "normalization=image_per_channel": "By each channel's own mean",
        "normalization=min_max": "By the image's own range",
        "normalization=min_max_per_channel": "By each channel's own range",
        "normalization=standard": "By the given mean",
        "rotate_method=ellipse": "Box around the ellipse inside",
        "rotate_method=largest_box": "Box around the rotated corners",
        "spatial_mode=constant": "Channel",
        "spatial_mode=per_pixel": "Pixel and channel",
        "spatial_mode=shared": "Pixel, same in all channels",
    }
)

NONE_MEANS: Mapping[str, str] = MappingProxyType(
    {
        "AutoContrast.ignore": "none",
        "*.area_for_downscale": "never",
        "*.fill_mask": "leave masks as they are",
        "*.bbox_labels": "none",
        "*.mask_indices": "none",
        "*.ignore_values": "none",
        "*.ignore_channels": "none",
        "GridDropout.unit_size_range": "from the number of holes",
        "GridDropout.holes_number_xy": "from the size of cells",
        "HEStain.preset": "chosen at random",
        "PixelDropout.drop_value": "random",
        "PixelDropout.mask_drop_value": "leave masks as they are",
        "PlanckianJitter.temperature_limit": "all that the mode allows",
        "RandomRain.drop_length": "an eighth of the height",
        "ShiftScaleRotate.shift_limit_x": "as shift",
        "ShiftScaleRotate.shift_limit_y": "as shift",
        "Spatter.color": "by mode",
        "Superpixels.max_size": "true size",
        "AdditiveNoise.noise_params": "library's default",
        "Affine.translate_percent": "no shift by share",
        "Affine.translate_px": "no shift by pixels",
        "CropAndPad.px": "by share instead",
        "CropAndPad.percent": "by pixels instead",
        "*.max_size": "by side instead",
        "*.max_size_hw": "by one number instead",
        "PadIfNeeded.min_height": "by divisor instead",
        "PadIfNeeded.min_width": "by divisor instead",
        "PadIfNeeded.pad_height_divisor": "by size instead",
        "PadIfNeeded.pad_width_divisor": "by size instead",
    }
)
"""What None does, in words."""

_OWN_HELP: Mapping[str, str] = MappingProxyType(
    {
        "border_mode": "What the area outside the image is filled with.",
        "PlasmaShadow.plasma_size": "The library lists this parameter and ignores it.",
        "transpose_mask": "If masks have several channels, put the channels first as the image's are.",
    }
)
"""Help where the library's docstring has none."""


def title_of(transform: str, parameter: str) -> tuple[str, str]:
    """Title and unit of a parameter; one that we do not know is named by its words."""
    known = _BY_TRANSFORM.get(f"{transform}.{parameter}") or _PLAIN.get(parameter)
    return known or (parameter.replace("_", " ").capitalize(), "")


def is_rare(transform: str, parameter: str) -> bool:
    """Whether a parameter stands behind "More"."""
    return parameter in RARE and f"{transform}.{parameter}" not in FIRST


def none_means(transform: str, parameter: str) -> str:
    """What None does, in words."""
    return NONE_MEANS.get(f"{transform}.{parameter}") or NONE_MEANS.get(f"*.{parameter}") or "library's choice"


def own_help(transform: str, parameter: str) -> str:
    """Help where the library has none."""
    return _OWN_HELP.get(f"{transform}.{parameter}") or _OWN_HELP.get(parameter, "")


def label_of(parameter: str, value: Any) -> str:
    """Label of one option of a choice."""
    if "interpolation" in parameter:
        return INTERPOLATIONS.get(value, str(value))
    if parameter == "border_mode":
        return BORDERS.get(value, str(value))
    return _WORDS.get(f"{parameter}={value}") or str(value).replace("_", " ").capitalize()
