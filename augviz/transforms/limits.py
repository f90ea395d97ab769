"""How far a value may go before it costs the machine instead of showing anything.

Albumentations builds ``Resize(10**9, 10**9)`` without a word. These limits are checked before a transform is built, for
values that are typed as well as for values from a file; they lie far beyond every slider.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from augviz.errors import PipelineError
from augviz.transforms.kinds import is_number

MAX_SIDE_PX = 8192
"""Longest side that a step may make, and largest pad; 8192 x 8192 RGB are 200 MB."""

MAX_MAGNITUDE = 1e6
"""No parameter means anything beyond; float32 keeps whole numbers exactly up to 16 million."""

MAX_ITEMS = 256
"""Longest list of numbers or names."""

MAX_DEPTH = 3
"""Deepest nesting: ``{"x": (0.5, 1.0)}`` has two levels, ranges of four sides have two."""

MAX_TEXT = 200
"""Longest word."""


class Limit(NamedTuple):
    """Smallest and largest number that we pass on; None where the library's own bound is enough."""

    low: float | None
    high: float | None


_SIDES = Limit(None, MAX_SIDE_PX)
_COUNT = Limit(None, 1000)
_KERNEL = Limit(None, 501)

_LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        "*.height": _SIDES,
        "*.width": _SIDES,
        "*.size": _SIDES,
        "*.min_height": _SIDES,
        "Mosaic.target_size": _SIDES,
        "Mosaic.cell_shape": _SIDES,
        "Mosaic.grid_yx": Limit(1, 8),
        "*.min_width": _SIDES,
        "*.max_size": Limit(1, MAX_SIDE_PX),
        "*.max_size_hw": Limit(1, MAX_SIDE_PX),
        "*.min_max_height": _SIDES,
        "*.x_max": _SIDES,
        "*.y_max": _SIDES,
        "*.x_min": _SIDES,
        "*.y_min": _SIDES,
        "*.pad_height_divisor": _SIDES,
        "*.pad_width_divisor": _SIDES,
        "*.padding": Limit(0, MAX_SIDE_PX),
        "*.px": Limit(-MAX_SIDE_PX, MAX_SIDE_PX),
        "*.percent": Limit(-0.999, 2),
        "*.w2h_ratio": Limit(None, 100),
        "*.ratio": Limit(None, 100),
        "RandomScale.scale_limit": Limit(-0.99, 3),
        "ShiftScaleRotate.scale_limit": Limit(None, 10),
        "Affine.scale": Limit(0.001, 10),
        "Affine.shear": Limit(-89, 89),
        "Affine.translate_percent": Limit(-10, 10),
        "Affine.translate_px": Limit(-MAX_SIDE_PX, MAX_SIDE_PX),
        "Perspective.scale": Limit(None, 1),
        "ElasticTransform.alpha": Limit(None, 10_000),
        "ElasticTransform.sigma": Limit(None, 500),
        "GridElasticDeform.num_grid_xy": Limit(None, 64),
        "GridElasticDeform.magnitude": Limit(None, 1000),
        "GridDistortion.num_steps": Limit(None, 256),
        "ThinPlateSpline.num_control_points": Limit(None, 12),
        "OpticalDistortion.distort_limit": Limit(-10, 10),
        "ChromaticAberration.primary_distortion_limit": Limit(-10, 10),
        "ChromaticAberration.secondary_distortion_limit": Limit(-10, 10),
        "RandomGridShuffle.grid": Limit(None, 256),
        "*.tile_grid_size": Limit(None, 256),
        "*.num_holes_range": _COUNT,
        "*.holes_number_xy": _COUNT,
        "*.unit_size_range": _SIDES,
        "*.shift_xy": _SIDES,
        "*.hole_height_range": _SIDES,
        "*.hole_width_range": _SIDES,
        "*.max_objects": _COUNT,
        "*.num_masks_x": _COUNT,
        "*.num_masks_y": _COUNT,
        "*.mask_x_length": _SIDES,
        "*.mask_y_length": _SIDES,
        "*.blur_limit": _KERNEL,
        "*.blur_value": Limit(None, 201),
        "*.kernel_size": Limit(None, 201),
        "*.sigma_limit": Limit(None, 100),
        "*.sigma_x_limit": Limit(None, 100),
        "*.sigma_y_limit": Limit(None, 100),
        "*.gauss_sigma": Limit(None, 100),
        "Sharpen.sigma": Limit(None, 100),
        "GlassBlur.sigma": Limit(None, 100),
        "GlassBlur.max_delta": Limit(None, 100),
        "GlassBlur.iterations": Limit(None, 20),
        "Defocus.radius": Limit(None, 100),
        "Defocus.alias_blur": Limit(None, 50),
        "ZoomBlur.max_factor": Limit(None, 8),
        "ZoomBlur.step_factor": Limit(0.001, 8),
        "Morphological.scale": Limit(None, 201),
        "Superpixels.max_size": Limit(None, 2048),
        "Superpixels.n_segments": Limit(None, 10_000),
        "ToGray.num_output_channels": Limit(None, 16),
        "*.plasma_size": Limit(None, 4096),
        "*.roughness": Limit(None, 100),
        "RandomGravel.number_of_patches": Limit(None, 200),
        "RandomShadow.num_shadows_limit": Limit(None, 100),
        "RandomShadow.shadow_dimension": Limit(None, 100),
        "RandomSunFlare.num_flare_circles_range": Limit(None, 200),
        "RandomSunFlare.src_radius": Limit(None, 4096),
        "RandomRain.drop_length": Limit(1, 1000),
        "RandomRain.drop_width": Limit(None, 100),
    }
)


def limit_of(transform: str, parameter: str) -> Limit:
    """The limit of a parameter: its own, or the one for every transform; ``MAX_MAGNITUDE`` holds for all besides."""
    own = _LIMITS.get(f"{transform}.{parameter}") or _LIMITS.get(f"*.{parameter}")
    return own or Limit(None, None)


def check_limits(transform: str, params: Mapping[str, Any]) -> None:
    """Refuse values that are not plain, not finite, too long, too deep or too large.

    Raises:
        PipelineError: Names the parameter and the limit.
    """
    for name, value in params.items():
        where = f"{transform}.{name}"
        for number in _numbers(value, where, MAX_DEPTH):
            _check_number(number, limit_of(transform, name), where)


def _check_number(number: float, limit: Limit, where: str) -> None:
    if not math.isfinite(number):
        raise PipelineError(f"{number} is not a finite number", where=where)
    high = MAX_MAGNITUDE if limit.high is None else limit.high
    low = -MAX_MAGNITUDE if limit.low is None else limit.low
    if number > high:
        raise PipelineError(f"{number} is too large", where=where, mend=f"At most {high:g} is possible here.")
    if number < low:
        raise PipelineError(f"{number} is too small", where=where, mend=f"At least {low:g} is possible here.")


def _numbers(value: Any, where: str, depth: int) -> Iterator[float]:
    """All numbers inside a value; anything that is not plain is refused on the way."""
    if is_number(value):
        yield value
    elif isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise PipelineError(f"a word of {len(value)} letters is too long", where=where)
    elif isinstance(value, (tuple, list, Mapping)):
        if depth == 0:
            raise PipelineError("the value is nested too deeply", where=where)
        if len(value) > MAX_ITEMS:
            raise PipelineError(
                f"{len(value)} values are too many", where=where, mend=f"At most {MAX_ITEMS} are possible."
            )
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _numbers(item, where, depth - 1)
    elif value is not None and not isinstance(value, bool):
        raise PipelineError(f"a value of type {type(value).__name__} cannot be used", where=where)
