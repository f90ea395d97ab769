"""Colour, blur and noise of torchvision in the words of Albumentations.

Source of each: the class of the same name in torchvision/transforms/v2/_color.py and _misc.py, and its documentation.
"""

from __future__ import annotations

from typing import Any

from augviz.pasting.torchvision_arguments import Arguments, Range
from augviz.pasting.torchvision_geometry import Made

_STILL: dict[str, Range] = {"brightness": (1, 1), "contrast": (1, 1), "saturation": (1, 1), "hue": (0, 0)}


def color_jitter(given: Arguments) -> Made:
    """Left out means unchanged in torchvision, and 0.8 to 1.2 in Albumentations; so all four are written."""
    ranges = {key: _factor(given, key) for key in ("brightness", "contrast", "saturation")}
    return [("ColorJitter", {**ranges, "hue": _hue(given), "p": 1.0})]


def photometric_distort(given: Arguments) -> Made:
    """Each change has a chance of its own."""
    p = given.chance()
    ranges = {key: given.span(key, 0, 100) for key in ("brightness", "contrast", "saturation")}
    ranges["hue"] = given.span("hue", -0.5, 0.5)
    jitters: Made = [("ColorJitter", {**_STILL, key: ends, "p": p}) for key, ends in ranges.items()]
    return [*jitters, ("ChannelShuffle", {"p": p})]


def grayscale(given: Arguments) -> Made:
    """Always grey."""
    if given.whole("num_output_channels", 1, 3) == 1:
        given.note("torchvision makes one channel", "Three equal channels are kept here.")
    return [("ToGray", {"p": 1.0})]


def random_grayscale(given: Arguments) -> Made:
    """The same weights (ITU-R 601)."""
    return [("ToGray", {"p": given.chance()})]


def gaussian_blur(given: Arguments) -> Made:
    """The kernel is fixed and sigma is drawn, in both."""
    height, width = given.size("kernel_size")
    if height != width:
        given.note(f"the kernel is {height} by {width}", f"It became {max(height, width)} by {max(height, width)}.")
    sigma = given.raw("sigma")
    ends = given.span("sigma", 0, 1e3) if isinstance(sigma, (list, tuple)) else (given.number("sigma", 0, 1e3),) * 2
    side = max(height, width)
    return [("GaussianBlur", {"blur_limit": (side, side), "sigma_limit": ends, "p": 1.0})]


def adjust_sharpness(given: Arguments) -> Made:
    """The same kernel: -(f - 1) / 13 around, 1 + 8 (f - 1) / 13 in the middle."""
    factor = given.number("sharpness_factor", 0, 14)
    if factor <= 1:
        if factor < 1:
            given.note("factors below 1 blur, and Sharpen cannot", "It is left out.", "left out")
        return []
    alpha = round((factor - 1) / 13, 6)
    return [("Sharpen", {"alpha": (alpha, alpha), "lightness": (1.0, 1.0), "p": given.chance()})]


def autocontrast(given: Arguments) -> Made:
    """Each channel to its full range."""
    return [("AutoContrast", {"cutoff": 0, "method": "pil", "p": given.chance()})]


def equalize(given: Arguments) -> Made:
    """Pillow's histogram."""
    return [("Equalize", {"mode": "pil", "p": given.chance()})]


def posterize(given: Arguments) -> Made:
    """The same bits; 8 changes nothing, and Albumentations refuses it."""
    bits = given.whole("bits", 1, 8)
    return [] if bits == 8 else [("Posterize", {"num_bits": bits, "p": given.chance()})]


def solarize(given: Arguments) -> Made:
    """A threshold on 0..255 (or on 0..1 after ToTensor) becomes one on 0..1."""
    threshold = given.number("threshold", 0, 255)
    share = round(threshold if threshold <= 1 else threshold / 255, 6)
    return [("Solarize", {"threshold_range": (share, share), "p": given.chance()})]


def invert(given: Arguments) -> Made:
    """The same."""
    return [("InvertImg", {"p": given.chance()})]


def channel_permutation(_given: Arguments) -> Made:
    """The same; always."""
    return [("ChannelShuffle", {"p": 1.0})]


def gaussian_noise(given: Arguments) -> Made:
    """Mean and deviation as shares of the full range."""
    if given.raw("clip") is False:
        given.note("clip=False is left out, because pixels are always clipped", kind="left out")
    mean, sigma = given.number("mean", -1, 1), given.number("sigma", 0, 1)
    return [("GaussNoise", {"std_range": (sigma, sigma), "mean_range": (mean, mean), "p": 1.0})]


def jpeg(given: Arguments) -> Made:
    """One quality, or a range."""
    quality = given.raw("quality")
    ends: Any = (quality, quality) if isinstance(quality, int) else quality
    if not isinstance(ends, (list, tuple)) or len(ends) != 2 or not all(isinstance(end, int) for end in ends):
        raise given.refused("quality", "one or two whole numbers from 1 to 100")
    return [("ImageCompression", {"compression_type": "jpeg", "quality_range": tuple(ends), "p": 1.0})]


def normalize(given: Arguments) -> Made:
    """After ToTensor pixels are on 0..1, so the largest value is 255 for Albumentations."""
    arguments: dict[str, Any] = {}
    for key in ("mean", "std"):
        value = given.raw(key)
        if not isinstance(value, list) or not all(isinstance(part, (int, float)) for part in value):
            raise given.refused(key, "one number for each channel")
        arguments[key] = value
    return [("Normalize", {**arguments, "max_pixel_value": 255.0, "p": 1.0})]


def to_tensor(_given: Arguments) -> Made:
    """Once, at the end."""
    return [("ToTensorV2", {"p": 1.0})]


def _factor(given: Arguments, key: str) -> Range:
    """``v`` is from max(0, 1 - v) to 1 + v; two numbers are the range itself."""
    value = given.raw(key)
    if value is None:
        return 1.0, 1.0
    if isinstance(value, (list, tuple)):
        return given.span(key, 0, 100)
    strength = given.number(key, 0, 99)
    return round(max(0.0, 1 - strength), 6), round(1 + strength, 6)


def _hue(given: Arguments) -> Range:
    value = given.raw("hue")
    if value is None:
        return 0.0, 0.0
    if isinstance(value, (list, tuple)):
        return given.span("hue", -0.5, 0.5)
    strength = given.number("hue", 0, 0.5)
    return -strength, strength
