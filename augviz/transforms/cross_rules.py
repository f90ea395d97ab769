"""Rules that several values must obey together.

The library refuses what breaks them in words of its own, or only when it runs. Each rule gets all parameters of a step
with defaults filled in, and answers with what is wrong and what mends it, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from augviz.errors import PipelineError
from augviz.transforms.kinds import Range, ScalarMeaning, ends_of, is_number
from augviz.transforms.parameters import describe

Values = Mapping[str, Any]


class Broken(NamedTuple):
    """What is wrong (without a full stop), and the mend (a whole sentence)."""

    what: str
    mend: str


class CrossRule(NamedTuple):
    """One rule.

    Attributes:
        transform: Class name.
        parameter: The parameter that is named when it is broken.
        judge: What is wrong with these values, or None.
        breaks: Values that break it; the tests try them, with the library's own answer beside ours.
    """

    transform: str
    parameter: str
    judge: Callable[[Values], Broken | None]
    breaks: Mapping[str, Any]


def check_cross_rules(transform: str, values: Values) -> None:
    """Refuse values that contradict each other.

    Raises:
        PipelineError: Names the parameter and the mend.
    """
    for rule in RULES:
        if rule.transform == transform and (broken := rule.judge(values)) is not None:
            raise PipelineError(broken.what, where=f"{transform}.{rule.parameter}", mend=broken.mend)


def check_order(transform: str, values: Values) -> None:
    """Refuse ranges that run backwards; the library sorts some in silence and fails on others only when it runs.

    Raises:
        PipelineError: Names the parameter.
    """
    for parameter in describe(transform):
        value: Any = values.get(parameter.name)
        if isinstance(parameter, Range) and _is_backwards(value):
            raise PipelineError(
                f"the range runs backwards, from {value[0]} to {value[1]}",
                where=f"{transform}.{parameter.name}",
                mend="Swap the two numbers.",
            )


def _is_backwards(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(is_number(v) for v in value) and value[0] > value[1]


def _ends(values: Values, name: str, meaning: ScalarMeaning) -> tuple[float, float] | None:
    try:
        return ends_of(values[name], meaning)
    except ValueError:
        return None  # not a range at all: the library's own check says so


def _beta_straddles_one(values: Values) -> Broken | None:
    ends = _ends(values, "beta_limit", "from zero")
    if ends is None or ends[0] < 1 < ends[1]:
        return None
    return Broken(f"the range must reach from below 1 to above 1, got {ends}", "Take for example 0.5 to 8.")


def _one_sigma_above_zero(values: Values) -> Broken | None:
    x_ends, y_ends = (_ends(values, name, "from zero") for name in ("sigma_x_limit", "sigma_y_limit"))
    if x_ends is None or y_ends is None or max(x_ends[0], y_ends[0]) > 0:
        return None
    return Broken("the smallest sigma is 0 in x and in y", "Begin one of the two above 0.")


def _holds_white(values: Values) -> Broken | None:
    ends = values["temperature_limit"]
    if ends is None or not isinstance(ends, tuple):
        return None
    lowest = 4000 if values["mode"] == "cied" else 3000
    if lowest <= ends[0] <= 6000 <= ends[1] <= 15000:
        return None
    return Broken(
        f"the range must hold 6000 K (white) and lie within {lowest} to 15000 K, got {ends}",
        f"Begin between {lowest} and 6000 and end between 6000 and 15000.",
    )


def _borders_leave_something(first: str, second: str) -> Callable[[Values], Broken | None]:
    def judge(values: Values) -> Broken | None:
        total = values[first] + values[second]
        return (
            Broken(f"{first} and {second} together cut {total:g} of the side", "Together they may cut 1 at most.")
            if total > 1
            else None
        )

    return judge


def _exactly_one(first: str, second: str) -> Callable[[Values], Broken | None]:
    def judge(values: Values) -> Broken | None:
        given = [values[name] is not None for name in (first, second)]
        if all(given):
            return Broken(f"{first} and {second} are both set", "Take one of the two back.")
        return None if any(given) else Broken(f"neither {first} nor {second} is set", "Set one of the two.")

    return judge


def _not_both_shifts(values: Values) -> Broken | None:
    if values["translate_percent"] is None or values["translate_px"] is None:
        return None
    return Broken("translate_percent and translate_px are both set", "Take one of the two back.")


def _same_scale_for_both(values: Values) -> Broken | None:
    scale = values["scale"]
    if not values["keep_ratio"] or not isinstance(scale, Mapping):
        return None
    if ends_of(scale.get("x", 1.0), "fixed") == ends_of(scale.get("y", 1.0), "fixed"):
        return None
    return Broken("keep_ratio needs the same scale for x and y", "Link the two axes, or switch keep_ratio off.")


def _preset_only_when_asked(values: Values) -> Broken | None:
    if values["preset"] is None or values["method"] != "random_preset":
        return None
    return Broken("a preset is set, but the method draws one at random", "Set the method to preset, or take it back.")


def _first_before_second(first: str, second: str) -> Callable[[Values], Broken | None]:
    def judge(values: Values) -> Broken | None:
        if values[first] < values[second]:
            return None
        return Broken(
            f"{second} is {values[second]}, but {first} is {values[first]}", f"{second} must be larger than {first}."
        )

    return judge


def _cells_differ(values: Values) -> Broken | None:
    cells = values["unit_size_range"]
    if not isinstance(cells, tuple) or cells[0] < cells[1]:
        return None
    return Broken(f"the range of cell sizes is empty, got {cells}", "The second number must be larger than the first.")


def _area(name: str) -> Callable[[Values], Broken | None]:
    def judge(values: Values) -> Broken | None:
        area = values[name]
        if not isinstance(area, tuple) or len(area) != 4:
            return None  # the library's own check says so
        x_min, y_min, x_max, y_max = area
        if 0 <= x_min < x_max <= 1 and 0 <= y_min < y_max <= 1:
            return None
        return Broken(
            f"{area} is not an area (left, top, right, bottom) in shares of the image",
            "Right must be larger than left, bottom larger than top, and all within 0 to 1.",
        )

    return judge


def _mean_and_std_fit(values: Values) -> Broken | None:
    mean, std = values["mean"], values["std"]
    if mean is None or std is None:
        return Broken(
            "mean and std must both be set", "ImageNet's are (0.485, 0.456, 0.406) and (0.229, 0.224, 0.225)."
        )
    if isinstance(mean, tuple) and isinstance(std, tuple) and len(mean) != len(std):
        return Broken(f"mean has {len(mean)} values and std {len(std)}", "Both need one value a channel.")
    if values["normalization"] == "standard" and not values["max_pixel_value"]:
        return Broken("the largest pixel value must be set", "It is 255 for 8-bit images and 1 for float images.")
    return None


def _resolution_within_one(values: Values) -> Broken | None:
    ends = _ends(values, "scale_range", "refused")
    if ends is None or 0 < ends[0] <= ends[1] < 1:
        return None
    return Broken(f"the range must lie between 0 and 1, without the two, got {ends}", "Take for example 0.25 to 0.5.")


def _ratio_above_zero(values: Values) -> Broken | None:
    ends = _ends(values, "ratio", "refused")
    if ends is None or ends[0] > 0:
        return None
    return Broken(f"a crop without width has no ratio, got {ends}", "Begin above 0; take for example 0.75 to 1.33.")


def _few_zoom_layers(values: Values) -> Broken | None:
    largest, steps = _ends(values, "max_factor", "from one"), _ends(values, "step_factor", "from zero")
    if largest is None or steps is None or largest[1] - 1 <= steps[0] * MAX_ZOOM_LAYERS:
        return None
    return Broken(
        f"zooming to {largest[1]:g} in steps of {steps[0]:g} takes more than {MAX_ZOOM_LAYERS} layers",
        "Take larger steps or a smaller zoom.",
    )


MAX_ZOOM_LAYERS = 400
"""Each layer of a ZoomBlur is one resized image."""


def _some_kernel(values: Values) -> Broken | None:
    kernel, sigma = _ends(values, "blur_limit", "from zero"), _ends(values, "sigma_limit", "from zero")
    if kernel is None or sigma is None or kernel[1] > 0 or sigma[1] > 0:
        return None
    return Broken("the kernel and its sigma are both 0", "Set at least one of the two above 0.")


def _some_noise_left(values: Values) -> Broken | None:
    ends = _ends(values, "noise_limit", "from zero")
    if ends is None or ends[1] > 0:
        return None
    return Broken("the kernel is multiplied by 0", "1 keeps it; take for example 0.9 to 1.1.")


def _fits_output(values: Values) -> Broken | None:
    if not values["fit_output"]:
        return None
    shears = _both_axes(values["shear"], 0.0)
    scales = _both_axes(values["scale"], 1.0)
    if all(abs(end) <= 75 for ends in shears for end in ends) and all(end <= 4 for ends in scales for end in ends):
        return None
    return Broken(
        "with fit_output the image grows to hold all of it, and this would make it more than 16 times as large",
        "Stay within 75 degrees of shear and 4 times the scale, or switch fit_output off.",
    )


def _both_axes(value: Any, neutral: float) -> tuple[tuple[float, float], ...]:
    if isinstance(value, Mapping):
        return tuple(ends_of(value.get(axis, neutral), "fixed") for axis in "xy")
    return (ends_of(neutral if value is None else value, "fixed"),)


def _noise_fits_type(values: Values) -> Broken | None:
    given = values["noise_params"]
    form = next(p for p in describe("AdditiveNoise") if p.name == "noise_params")
    fields = {field.name for field in form.forms.get(values["noise_type"], ())}  # type: ignore[attr-defined]
    if given is None or not isinstance(given, Mapping) or set(given) - {"noise_type"} == fields:
        return None
    return Broken(
        f"{values['noise_type']} noise needs {' and '.join(sorted(fields))}, got {' and '.join(sorted(given))}",
        "Set the noise anew after changing its distribution.",
    )


def _fields_fill_the_mosaic(values: Values) -> Broken | None:
    sides = [values[name] for name in ("grid_yx", "cell_shape", "target_size")]
    if all(count * cell >= whole for count, cell, whole in zip(*sides, strict=True)):
        return None
    return Broken("the fields together are smaller than the mosaic", "Make the fields larger, or take more of them.")


RULES: tuple[CrossRule, ...] = (
    CrossRule("AdvancedBlur", "beta_limit", _beta_straddles_one, {"beta_limit": (2.0, 5.0)}),
    CrossRule(
        "AdvancedBlur",
        "sigma_x_limit",
        _one_sigma_above_zero,
        {"sigma_x_limit": (0.0, 1.0), "sigma_y_limit": (0.0, 1.0)},
    ),
    CrossRule("AdvancedBlur", "noise_limit", _some_noise_left, {"noise_limit": (0.0, 0.0)}),
    CrossRule("GaussianBlur", "sigma_limit", _some_kernel, {"sigma_limit": (0.0, 0.0)}),
    CrossRule("PlanckianJitter", "temperature_limit", _holds_white, {"temperature_limit": (7000, 9000)}),
    CrossRule(
        "RandomCropFromBorders",
        "crop_left",
        _borders_leave_something("crop_left", "crop_right"),
        {"crop_left": 0.6, "crop_right": 0.6},
    ),
    CrossRule(
        "RandomCropFromBorders",
        "crop_top",
        _borders_leave_something("crop_top", "crop_bottom"),
        {"crop_top": 0.6, "crop_bottom": 0.6},
    ),
    CrossRule("PadIfNeeded", "min_height", _exactly_one("min_height", "pad_height_divisor"), {"min_height": None}),
    CrossRule("PadIfNeeded", "min_width", _exactly_one("min_width", "pad_width_divisor"), {"pad_width_divisor": 32}),
    CrossRule("LongestMaxSize", "max_size", _exactly_one("max_size", "max_size_hw"), {}),
    CrossRule(
        "SmallestMaxSize",
        "max_size",
        _exactly_one("max_size", "max_size_hw"),
        {"max_size": 64, "max_size_hw": (64, 64)},
    ),
    CrossRule("CropAndPad", "px", _exactly_one("px", "percent"), {}),
    CrossRule("Affine", "translate_px", _not_both_shifts, {"translate_px": 5, "translate_percent": 0.1}),
    CrossRule(
        "Affine", "scale", _same_scale_for_both, {"keep_ratio": True, "scale": {"x": (0.5, 1.0), "y": (0.8, 1.0)}}
    ),
    CrossRule("Affine", "fit_output", _fits_output, {"fit_output": True, "shear": (85.0, 85.0)}),
    CrossRule("HEStain", "preset", _preset_only_when_asked, {"method": "random_preset", "preset": "dark"}),
    CrossRule("Crop", "x_max", _first_before_second("x_min", "x_max"), {"x_min": 50, "x_max": 50}),
    CrossRule("Crop", "y_max", _first_before_second("y_min", "y_max"), {"y_min": 50, "y_max": 40}),
    CrossRule("GridDropout", "unit_size_range", _cells_differ, {"unit_size_range": (8, 8)}),
    CrossRule("Mosaic", "target_size", _fields_fill_the_mosaic, {"grid_yx": (1, 1), "cell_shape": (64, 64)}),
    CrossRule("RandomGravel", "gravel_roi", _area("gravel_roi"), {"gravel_roi": (0.5, 0.5, 0.2, 0.9)}),
    CrossRule("RandomShadow", "shadow_roi", _area("shadow_roi"), {"shadow_roi": (0.5, 0.5, 0.2, 0.9)}),
    CrossRule("RandomSunFlare", "flare_roi", _area("flare_roi"), {"flare_roi": (0.0, 0.5, 1.0, 1.2)}),
    CrossRule("Normalize", "mean", _mean_and_std_fit, {"mean": None}),
    CrossRule("Downscale", "scale_range", _resolution_within_one, {"scale_range": (0.5, 1.0)}),
    CrossRule("RandomResizedCrop", "ratio", _ratio_above_zero, {"ratio": (0.0, 1.0)}),
    CrossRule("ZoomBlur", "step_factor", _few_zoom_layers, {"max_factor": (1.0, 8.0), "step_factor": (0.001, 0.01)}),
    CrossRule("AdditiveNoise", "noise_params", _noise_fits_type, {"noise_params": {"std_range": (0.1, 0.2)}}),
)
"""All rules; source: the validators of 2.0.8, and runs at the ends of all sliders."""
