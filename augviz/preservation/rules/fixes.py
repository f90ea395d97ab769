"""Mends that can be made with one press: each takes a case and gives an edit of the pipeline, or None."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from augviz.pipeline.editing import parent_of
from augviz.pipeline.spec import BoxPolicy, Group, Node, PipelineSpec, Step
from augviz.pipeline.swapping import with_pairs
from augviz.preservation.finding import Fix
from augviz.preservation.prefill import names_a_side
from augviz.preservation.rules.case import Case
from augviz.transforms.dead_parameters import effective
from augviz.wording import percent

Fixer = Callable[[Case], Fix | None]

_TURNS: Mapping[str, str] = {
    "Rotate": "limit",
    "SafeRotate": "limit",
    "Affine": "rotate",
    "ShiftScaleRotate": "rotate_limit",
}
_HUES: Mapping[str, tuple[str, float]] = {"HueSaturationValue": ("hue_shift_limit", 2.0), "ColorJitter": ("hue", 360.0)}
"""Argument, and degrees that one unit of it is."""

_LIGHTS: Mapping[str, tuple[tuple[str, float], ...]] = {
    "RandomBrightnessContrast": (("brightness_limit", 0.0), ("contrast_limit", 0.0)),
    "ColorJitter": (("brightness", 1.0), ("contrast", 1.0)),
}
"""Arguments, and the value that changes nothing."""


def switch_off(case: Case) -> Fix | None:
    """Set p to 0; inside a OneOf, where p is a weight, switch the step off."""
    if case.step is None:
        return None
    step_id = case.step.id
    if _is_weight(case.spec, step_id):
        return Fix(f"Switch {case.name} off", lambda spec: _changed(spec, step_id, lambda s: replace(s, enabled=False)))
    return Fix(f"Set p of {case.name} to 0", lambda spec: _changed(spec, step_id, lambda s: replace(s, p=0.0)))


def swap_names(case: Case) -> Fix | None:
    """Let names change places in mirror images where every name with a side has its partner; else no mirror images."""
    pairs = with_pairs(case.spec.swaps, case.targets.pairs)
    fresh = pairs[len(case.spec.swaps) :]
    paired = frozenset(name for pair in pairs for name in pair)
    names = case.targets.names | case.targets.point_names
    if not fresh or any(names_a_side(name) and name not in paired for name in names):
        return switch_off(case)
    title = f"Swap {fresh[0][0]} and {fresh[0][1]}" if len(fresh) == 1 else f"Swap {len(fresh)} pairs of names"
    return Fix(title, lambda spec: replace(spec, swaps=with_pairs(spec.swaps, fresh)))


def _left_out(case: Case) -> Fix | None:
    """The mend for a step that has no number to limit."""
    fix = switch_off(case)
    return None if fix is None else replace(fix, mend=f"Leave {case.name} out for these images.")


def less_often(p: float) -> Fixer:
    """Set p of the step to ``p``."""

    def fixer(case: Case) -> Fix | None:
        if case.step is None or case.step.p <= p or _is_weight(case.spec, case.step.id):
            return None
        step_id = case.step.id
        return Fix(f"Set p of {case.name} to {p:g}", lambda spec: _changed(spec, step_id, lambda s: replace(s, p=p)))

    return fixer


def limit_turn(degrees: float) -> Fixer:
    """Keep rotation within ± ``degrees``; a step that only turns by quarters is switched off."""

    def fixer(case: Case) -> Fix | None:
        if case.name not in _TURNS:
            return _left_out(case)
        limits, title = {_TURNS[case.name]: (0.0, degrees)}, f"Limit rotation to ±{degrees:g}°"
        if case.name == "Affine" and _reaches_beyond(case.params["shear"], 0.0, degrees):
            limits, title = {**limits, "shear": (0.0, degrees)}, f"Limit rotation and shear to ±{degrees:g}°"
        return _clamp(case, limits, title)

    return fixer


def limit_hue(degrees: float) -> Fixer:
    """Keep the shift of hue within ± ``degrees``; a step without such a number is switched off."""

    def fixer(case: Case) -> Fix | None:
        if case.name not in _HUES:
            return _left_out(case)
        argument, unit = _HUES[case.name]
        return _clamp(case, {argument: (0.0, degrees / unit)}, f"Limit hue to ±{degrees:g}°")

    return fixer


def limit_light(share: float) -> Fixer:
    """Keep brightness and contrast within ± ``share``; only where the step has numbers for them."""

    def fixer(case: Case) -> Fix | None:
        if case.name not in _LIGHTS:
            return None
        limits = {argument: (centre, share) for argument, centre in _LIGHTS[case.name]}
        return _clamp(case, limits, f"Limit brightness and contrast to ±{percent(share)}")

    return fixer


def least_crop(share: float) -> Fixer:
    """Let a random crop keep at least ``share`` of the area."""

    def fixer(case: Case) -> Fix | None:
        if case.name != "RandomResizedCrop":
            return None
        largest = max(share, float(case.params["scale"][1]))
        return _set(case, {"scale": (share, largest)}, f"Crop no less than {percent(share)} of the area")

    return fixer


def largest_hole(share: float) -> Fixer:
    """Let holes cover at most ``share`` of the image together."""

    def fixer(case: Case) -> Fix | None:
        if case.name == "Erasing":
            least = min(share, float(case.params["scale"][0]))
            return _set(case, {"scale": (least, share)}, f"Erase at most {percent(share)}")
        if case.name != "CoarseDropout":
            return _left_out(case)
        side = round((share / int(case.params["num_holes_range"][1])) ** 0.5, 3)
        sides = {"hole_height_range": (side / 2, side), "hole_width_range": (side / 2, side)}
        return _set(case, sides, f"Cover at most {percent(share)}")

    return fixer


def limit_zoom(share: float) -> Fixer:
    """Keep the scale within 1 ± ``share``."""

    def fixer(case: Case) -> Fix | None:
        title = f"Limit zoom to ±{percent(share)}"
        if case.name == "Affine":
            return _clamp(case, {"scale": (1.0, share)}, title)
        if case.name in ("ShiftScaleRotate", "RandomScale"):
            return _clamp(case, {"scale_limit": (0.0, share)}, title)
        return None

    return fixer


def limit_noise(deviation: float) -> Fixer:
    """Keep the standard deviation of Gaussian noise at or below ``deviation`` (share of the full scale)."""

    def fixer(case: Case) -> Fix | None:
        if case.name != "GaussNoise":
            return None
        least = min(deviation, float(case.params["std_range"][0]))
        return _set(case, {"std_range": (least, deviation)}, f"Limit noise to {deviation:g}")

    return fixer


def limit_blur(sigma_px: float) -> Fixer:
    """Keep a Gaussian blur at or below ``sigma_px``; other steps that soften are switched off."""

    def fixer(case: Case) -> Fix | None:
        if case.name != "GaussianBlur":
            return _left_out(case)
        least = min(sigma_px / 2, 0.5)
        return _set(case, {"blur_limit": 0, "sigma_limit": (least, sigma_px)}, f"Limit blur to {sigma_px:g} px")

    return fixer


def set_value(argument: str, value: Any, title: str) -> Fixer:
    """Set one argument of the step."""
    return lambda case: None if case.step is None else _set(case, {argument: value}, title)


def set_box_policy(title: str, **fields: Any) -> Fixer:
    """Change the limits under which boxes are dropped."""

    def edit(spec: PipelineSpec) -> PipelineSpec:
        return replace(spec, boxes=replace(spec.boxes or BoxPolicy(), **fields))

    return lambda _case: Fix(title, edit)


def set_point_policy(title: str, **fields: Any) -> Fixer:
    """Change what happens to points outside the image; only where the pipeline has such settings."""

    def edit(spec: PipelineSpec) -> PipelineSpec:
        return spec if spec.keypoints is None else replace(spec, keypoints=replace(spec.keypoints, **fields))

    return lambda case: None if case.spec.keypoints is None else Fix(title, edit)


def nearest_masks(_case: Case) -> Fix:
    """Let all steps take mask values from the nearest pixel."""

    def edit(spec: PipelineSpec) -> PipelineSpec:
        for node in [node for node in spec.walk() if isinstance(node, Step) and "mask_interpolation" in node.params]:
            spec = _changed(spec, node.id, lambda step: step.without_param("mask_interpolation"))
        return replace(spec, mask_interpolation=None)

    return Fix("Take mask values from the nearest pixel", edit)


# -- edits -------------------------------------------------------------------------------------------------------


def _changed(spec: PipelineSpec, step_id: str, change: Callable[[Step], Step]) -> PipelineSpec:
    """The pipeline with one step changed; itself when the step has gone since."""

    def edit(node: Node) -> Node:
        return change(node) if isinstance(node, Step) else node

    return spec.edit(step_id, edit) if spec.has(step_id) else spec


def _set(case: Case, values: Mapping[str, Any], title: str) -> Fix | None:
    if case.step is None:
        return None
    step_id = case.step.id

    def change(step: Step) -> Step:
        for argument, value in values.items():
            step = step.with_param(argument, value)
        return step

    return Fix(f"{title} in {case.name}", lambda spec: _changed(spec, step_id, change))


def _clamp(case: Case, limits: Mapping[str, tuple[float, float]], title: str) -> Fix | None:
    """Bring arguments to within centre ± reach, by argument; what lies outside altogether becomes the whole range."""
    values = {}
    for argument, (centre, reach) in limits.items():
        low, high = _range(case.params[argument], centre)
        least, most = max(low, centre - reach), min(high, centre + reach)
        values[argument] = (least, most) if least <= most else (centre - reach, centre + reach)
    return _set(case, values, title)


def _reaches_beyond(value: Any, centre: float, reach: float) -> bool:
    low, high = _range(value, centre)
    return low < centre - reach or high > centre + reach


def _range(value: Any, centre: float) -> tuple[float, float]:
    """Lower and upper end of an argument that may be one number, a pair, or a pair for each axis."""
    if isinstance(value, Mapping):
        ends = [_range(part, centre) for part in value.values()]
        return min(low for low, _high in ends), max(high for _low, high in ends)
    if isinstance(value, (tuple, list)):
        return float(value[0]), float(value[1])
    reach = abs(float(value) - centre)
    return centre - reach, centre + reach


def _is_weight(spec: PipelineSpec, step_id: str) -> bool:
    parent: Group | None = parent_of(spec, step_id)
    return parent is not None and parent.kind == "OneOf"


def has_argument(step: Step, argument: str) -> bool:
    """Whether the transform has this argument."""
    return argument in effective(step.name, step.params)
