"""From the library's classes to parameters that can be shown and set.

:func:`describe` decides the kind of each parameter by its annotation, and by a table of exceptions where the annotation
does not tell (a pair that is not a range, a fill that must be one number).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from augviz.transforms.bounds import bounds_of, bounds_within, pixel_hole_bounds
from augviz.transforms.introspection import Facts, facts_of
from augviz.transforms.kinds import (
    Area,
    AxisRanges,
    Choice,
    Choices,
    Colour,
    Fixed,
    Flag,
    Names,
    NoiseForm,
    Number,
    Numbers,
    Pair,
    Parameter,
    Range,
    ShareOrPixels,
    Sides,
)
from augviz.transforms.library import concrete_classes
from augviz.transforms.scalars import scalar_meaning
from augviz.transforms.titles import INTERPOLATIONS, is_rare, label_of, none_means, own_help, title_of
from augviz.transforms.values import frozen

__all__ = [
    "Area",
    "AxisRanges",
    "Choice",
    "Choices",
    "Colour",
    "Fixed",
    "Flag",
    "Names",
    "NoiseForm",
    "Number",
    "Numbers",
    "Pair",
    "Parameter",
    "Range",
    "ShareOrPixels",
    "Sides",
    "describe",
]

UNUSABLE_OPTIONS: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "MaskDropout.fill": ("inpaint_telea", "inpaint_ns"),
        "ChromaticAberration.interpolation": (5, 6),
    }
)
"""Options that the constructor accepts and that always fail when the transform runs; source: run with each."""

PAIR_PARTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "*.size": ("Height", "Width"),
        "*.max_size_hw": ("Height", "Width"),
        "CLAHE.tile_grid_size": ("Rows", "Columns"),
        "Mosaic.grid_yx": ("Rows", "Columns"),
        "Mosaic.target_size": ("Height", "Width"),
        "Mosaic.cell_shape": ("Height", "Width"),
        "RandomGridShuffle.grid": ("Rows", "Columns"),
        "GridElasticDeform.num_grid_xy": ("Columns", "Rows"),
        "GridDropout.holes_number_xy": ("Columns", "Rows"),
        "GridDropout.shift_xy": ("Right", "Down"),
        "Morphological.scale": ("Height", "Width"),
    }
)
"""Pairs that are not ranges, and what their parts are; source: the library's docstrings and code."""

_NEUTRAL = MappingProxyType({"scale": 1.0, "translate_percent": 0.0, "translate_px": 0.0, "shear": 0.0})


class _Shared(NamedTuple):
    """Attributes that every kind has; unpacked into the constructors below."""

    transform: str
    facts: Facts

    @property
    def key(self) -> str:
        return f"{self.transform}.{self.facts.name}"

    def common(self) -> dict[str, Any]:
        facts = self.facts
        title, unit = title_of(self.transform, facts.name)
        return {
            "name": facts.name,
            "title": title,
            "unit": unit,
            "default": frozen(facts.default),
            "required": facts.required,
            "optional": facts.optional,
            "none_means": none_means(self.transform, facts.name) if facts.optional else "",
            "help": facts.help or own_help(self.transform, facts.name),
            "is_rare": is_rare(self.transform, facts.name),
        }


@cache
def describe(name: str) -> tuple[Parameter, ...]:
    """Every parameter of a transform but ``p``, in the library's order.

    Raises:
        KeyError: The installed library has no concrete transform of this name.
    """
    if name == "ToTensorV2":
        return (_transpose_mask(),)
    return tuple(_parameter(_Shared(name, facts)) for facts in facts_of(name))


def _transpose_mask() -> Flag:
    """ToTensorV2's only parameter, described without its class, which needs PyTorch."""
    title, unit = title_of("ToTensorV2", "transpose_mask")
    return Flag(
        name="transpose_mask",
        title=title,
        unit=unit,
        default=False,
        help=own_help("ToTensorV2", "transpose_mask"),
    )


def _parameter(shared: _Shared) -> Parameter:
    make = _SPECIAL.get(shared.key) or _by_name(shared) or _by_shape(shared.facts)
    return make(shared)


def _by_name(shared: _Shared) -> Callable[[_Shared], Parameter] | None:
    name = shared.facts.name
    if name == "fill_mask":
        return _number
    if shared.key in PAIR_PARTS or f"*.{name}" in PAIR_PARTS:
        return _pair
    return _area if name.endswith("_roi") else None


def _by_shape(facts: Facts) -> Callable[[_Shared], Parameter]:
    shapes = facts.shapes
    if shapes == {"bool"}:
        return _flag
    if facts.literals and not shapes:
        return _choice
    if "dict" in shapes and "pair" in shapes:
        return _axis_ranges
    if "triple" in shapes or (shapes & {"float", "list"} and (facts.literals or "list" in shapes)):
        return _colour
    if "pair" in shapes:
        return _range
    return _number if shapes & {"int", "float"} else _fixed


def _flag(shared: _Shared) -> Flag:
    return Flag(**shared.common())


def _choice(shared: _Shared) -> Choice:
    options = tuple(value for value in shared.facts.literals if value not in UNUSABLE_OPTIONS.get(shared.key, ()))
    if all(isinstance(value, int) for value in options):
        options = tuple(sorted(options))
    labels = tuple(label_of(shared.facts.name, value) for value in options)
    return Choice(**shared.common(), options=options, labels=labels)


def _number(shared: _Shared) -> Number:
    return Number(**shared.common(), bounds=bounds_of(shared.transform, shared.facts))


def _range(shared: _Shared) -> Range:
    facts = shared.facts
    meaning = scalar_meaning(shared.transform, facts.name) if facts.shapes & {"int", "float"} else "refused"
    return Range(**shared.common(), bounds=bounds_of(shared.transform, facts), scalar_means=meaning)


def _pair(shared: _Shared) -> Pair:
    parts = PAIR_PARTS.get(shared.key) or PAIR_PARTS[f"*.{shared.facts.name}"]
    return Pair(
        **shared.common(),
        bounds=bounds_of(shared.transform, shared.facts),
        parts=parts,
        parts_optional=shared.facts.name == "max_size_hw",
    )


def _axis_ranges(shared: _Shared) -> AxisRanges:
    return AxisRanges(
        **shared.common(),
        bounds=bounds_of(shared.transform, shared.facts),
        neutral=_NEUTRAL[shared.facts.name],
    )


def _share_or_pixels(shared: _Shared) -> ShareOrPixels:
    return ShareOrPixels(**shared.common(), share=bounds_of(shared.transform, shared.facts), pixels=pixel_hole_bounds())


def _colour(shared: _Shared) -> Colour:
    facts = shared.facts
    words = tuple(word for word in facts.literals if word not in UNUSABLE_OPTIONS.get(shared.key, ()))
    return Colour(
        **shared.common(),
        words=words,
        word_labels=tuple(label_of(facts.name, word) for word in words),
        allows_number="float" in facts.shapes,
        allows_list=bool(facts.shapes & {"list", "triple"}),
        only_integers=facts.only_integers,
    )


def _area(shared: _Shared) -> Area:
    return Area(**shared.common())


def _crop_sides(shared: _Shared) -> Sides:
    return Sides(
        **shared.common(),
        bounds=bounds_of(shared.transform, shared.facts),
        pair_means="range",
        parts=("Top", "Right", "Bottom", "Left"),
        allows_ranges=True,
    )


def _pad_sides(shared: _Shared) -> Sides:
    return Sides(
        **shared.common(),
        bounds=bounds_of(shared.transform, shared.facts),
        pair_means="across and down",
        parts=("Left", "Top", "Right", "Bottom"),
    )


def _numbers(shared: _Shared) -> Numbers:
    return Numbers(
        **shared.common(),
        only_integers=shared.facts.only_integers,
        allows_number="float" in shared.facts.shapes,
        hard_min=shared.facts.hard_min,
    )


def _names(shared: _Shared) -> Names:
    return Names(**shared.common())


def _choices(shared: _Shared) -> Choices:
    options = tuple(sorted(INTERPOLATIONS))
    return Choices(
        **shared.common(),
        parts=tuple(shared.facts.default),
        options=options,
        labels=tuple(INTERPOLATIONS[value] for value in options),
    )


def _noise_form(shared: _Shared) -> NoiseForm:
    return NoiseForm(
        **shared.common(),
        chosen_by="noise_type",
        forms=MappingProxyType(
            {
                kind: tuple(_noise_range(field, low, high, default) for field, low, high, default in fields)
                for kind, fields in _NOISE_FIELDS.items()
            }
        ),
        list_fields=frozenset({"ranges"}),
    )


def _noise_range(field: str, low: float, high: float | None, default: tuple[float, float]) -> Range:
    title, unit = title_of("AdditiveNoise", field)
    return Range(
        name=field, title=title, unit=unit, default=default, bounds=bounds_within("AdditiveNoise", field, low, high)
    )


_NOISE_FIELDS: Mapping[str, tuple[tuple[str, float, float | None, tuple[float, float]], ...]] = MappingProxyType(
    {
        "uniform": (("ranges", -1, 1, (-0.1, 0.1)),),
        "gaussian": (("mean_range", -1, 1, (0.0, 0.0)), ("std_range", 0, 1, (0.05, 0.15))),
        "laplace": (("mean_range", -1, 1, (0.0, 0.0)), ("scale_range", 0, 1, (0.05, 0.15))),
        "beta": (
            ("alpha_range", 0, None, (0.5, 1.5)),
            ("beta_range", 0, None, (0.5, 1.5)),
            ("scale_range", 0, 1, (0.1, 0.3)),
        ),
    }
)
"""Fields, bounds and defaults of ``noise_params``; source: the validator of AdditiveNoise.InitSchema."""


def _fixed(shared: _Shared) -> Fixed:
    return Fixed(**shared.common(), reason=FIXED.get(shared.key, "It takes something that cannot be written down."))


FIXED: Mapping[str, str] = MappingProxyType(
    {
        "Equalize.mask": "It takes an array or a function, which a file cannot carry.",
        "Equalize.mask_params": "It names the inputs of the mask function, which cannot be set here.",
        "PlasmaShadow.plasma_size": "The library lists it and ignores it.",
    }
)
"""Parameters that cannot be set, with the reason."""

_SPECIAL: Mapping[str, Callable[[_Shared], Parameter]] = MappingProxyType(
    {
        **dict.fromkeys(FIXED, _fixed),
        "AdditiveNoise.noise_params": _noise_form,
        "CoarseDropout.hole_height_range": _share_or_pixels,
        "CoarseDropout.hole_width_range": _share_or_pixels,
        "ConstrainedCoarseDropout.bbox_labels": _names,
        "ConstrainedCoarseDropout.mask_indices": _numbers,
        "CropAndPad.percent": _crop_sides,
        "CropAndPad.px": _crop_sides,
        "CropNonEmptyMaskIfExists.ignore_channels": _numbers,
        "CropNonEmptyMaskIfExists.ignore_values": _numbers,
        "Downscale.interpolation_pair": _choices,
        "LongestMaxSize.max_size": _number,
        "MaskDropout.fill": _number,
        "Normalize.mean": _numbers,
        "Normalize.std": _numbers,
        "Pad.padding": _pad_sides,
        "PixelDropout.mask_drop_value": _number,
        "Posterize.num_bits": _range,
        "SmallestMaxSize.max_size": _number,
    }
)


def known_transforms() -> frozenset[str]:
    """Names that :func:`describe` accepts."""
    return frozenset(concrete_classes()) | {"ToTensorV2"}
