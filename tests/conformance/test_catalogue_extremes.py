"""Every control's extremes are accepted and run, but for what is listed here with its reason."""

from __future__ import annotations

import re

import cv2
import pytest

from augviz.errors import PipelineError
from augviz.transforms.catalogue import offered
from augviz.transforms.companions import ALTERNATIVES
from augviz.transforms.construct import make
from augviz.transforms.cross_rules import RULES
from augviz.transforms.introspection import CHECKED_IN_CODE
from augviz.transforms.kinds import Number, Pair, Parameter, Range
from augviz.transforms.limits import limit_of
from augviz.transforms.starting import starting_params
from tests.conformance.trial_values import hard_values, picture, run_once, slider_values

PARAMETERS = [
    pytest.param(entry.name, parameter, id=f"{entry.name}.{parameter.name}")
    for entry in offered().values()
    for parameter in entry.parameters
    if entry.name != "ToTensorV2"
]

LARGER_THAN_IMAGE = re.compile(
    r"[Cc]rop size|larger than|equal or smaller than image|out of valid range|Grid size limits|low >= high|high <= 0"
    r"|empty range"
)
"""What the library says of a crop, hole, strip or cell that is larger than the image."""

CAN_EXCEED_THE_IMAGE = {
    *(
        (name, side)
        for name in ("AtLeastOneBBoxRandomCrop", "CenterCrop", "RandomCrop")
        for side in ("height", "width")
    ),
    *(("CropNonEmptyMaskIfExists", side) for side in ("height", "width")),
    *(("Crop", edge) for edge in ("x_min", "y_min", "x_max", "y_max")),
    *(("CoarseDropout", name) for name in ("hole_height_range", "hole_width_range")),
    *(("XYMasking", name) for name in ("mask_x_length", "mask_y_length")),
    ("CropAndPad", "px"),
    ("GridDropout", "unit_size_range"),
    ("RandomSizedCrop", "min_max_height"),
}
"""Parameters in pixels that can ask for more than the trial image has."""

FAILS_AT_TIMES = {
    ("Erasing", "scale"): "missing 1 required positional argument: 'seed'",
    ("Erasing", "ratio"): "missing 1 required positional argument: 'seed'",
    ("AutoContrast", "ignore"): "mask data type = bool is not supported",
}
"""Errors of the library that people meet: Erasing finds no room, OpenCV 4 (not 5) takes no boolean mask."""

FAILS_ON_THIS_OPENCV = {("AutoContrast", "ignore")} if cv2.__version__.startswith("4.") else set()
"""What can never run with the installed OpenCV; the step's card says so."""

RULED = {(rule.transform, name) for rule in RULES for name in (rule.parameter, *rule.breaks)}


def _context(name: str, parameter: Parameter) -> dict:
    """Values that a step has around the one that is tried."""
    values = dict(starting_params(name, (256, 256)))
    if name == "HEStain" and parameter.name == "preset":
        values["method"] = "preset"
    if name == "ConstrainedCoarseDropout":
        values["mask_indices"] = (1, 2)
    for group in ALTERNATIVES.get(name, ()):
        if parameter.name in group.parameters:
            values |= dict.fromkeys(group.parameters)
    return values


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
def test_slider_values_are_accepted_and_run(name: str, parameter: Parameter) -> None:
    entry = offered()[name]
    accepted = 0
    for value in slider_values(parameter):
        try:
            transform = make(name, {**_context(name, parameter), parameter.name: value}, 1.0)
        except PipelineError as error:
            _assert_ruled(name, parameter, value, error)
            continue
        try:
            run_once(transform, 1, picture(), boxes="no boxes" not in entry.needs)
        except Exception as error:  # the library raises half a dozen types
            _assert_known(name, parameter, value, error)
            continue
        accepted += 1
    may_fail = (name, parameter.name) in CAN_EXCEED_THE_IMAGE | FAILS_ON_THIS_OPENCV
    assert accepted or may_fail or not list(slider_values(parameter))


def _assert_ruled(name: str, parameter: Parameter, value: object, error: PipelineError) -> None:
    assert (name, parameter.name) in RULED, f"{value}: {error}"
    assert error.mend.endswith(".")


def _assert_known(name: str, parameter: Parameter, value: object, error: Exception) -> None:
    if (name, parameter.name) in FAILS_AT_TIMES:
        assert FAILS_AT_TIMES[name, parameter.name] in str(error)
        return
    assert (name, parameter.name) in CAN_EXCEED_THE_IMAGE, f"{value}: {error}"
    assert LARGER_THAN_IMAGE.search(str(error)), f"{value}: {error}"


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
def test_hard_bounds_are_accepted_and_nothing_beyond(name: str, parameter: Parameter) -> None:
    for value in hard_values(parameter):
        if (name, parameter.name) not in RULED:
            make(name, {**_context(name, parameter), parameter.name: value}, 1.0)
    if not isinstance(parameter, (Number, Range, Pair)):
        return
    bounds = parameter.bounds
    beyond = [] if bounds.hard_min is None else [bounds.hard_min - max(bounds.step, 1)]
    beyond += [] if bounds.hard_max is None else [bounds.hard_max + max(bounds.step, 1)]
    for number in beyond:
        value = number if isinstance(parameter, Number) else (number, number)
        with pytest.raises(PipelineError):
            make(name, {**_context(name, parameter), parameter.name: value}, 1.0)


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
def test_sliders_lie_within_hard_bounds_and_hold_the_default(name: str, parameter: Parameter) -> None:
    if not isinstance(parameter, (Number, Range)):
        return
    bounds = parameter.bounds
    assert bounds.slider_min < bounds.slider_max
    assert bounds.holds(bounds.slider_min)
    assert bounds.holds(bounds.slider_max)
    if parameter.default is None or (isinstance(parameter.default, tuple) and isinstance(parameter, Number)):
        return
    ends = parameter.ends(parameter.default) if isinstance(parameter, Range) else (parameter.default,) * 2
    assert all(bounds.holds(end) for end in ends), ends


def test_every_coded_bound_belongs_to_a_parameter() -> None:
    known = {f"{entry.name}.{parameter.name}" for entry in offered().values() for parameter in entry.parameters}
    assert set(CHECKED_IN_CODE) <= known


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.transform}.{rule.parameter}-{sorted(rule.breaks)}")
def test_a_broken_cross_rule_is_a_clear_sentence(rule) -> None:
    needed = {} if rule.transform in ALTERNATIVES else starting_params(rule.transform, (256, 256))
    with pytest.raises(PipelineError) as caught:
        make(rule.transform, {**needed, **rule.breaks}, 1.0)
    assert caught.value.where == f"{rule.transform}.{rule.parameter}"
    assert caught.value.what
    assert caught.value.mend.endswith(".")


def test_limits_are_wider_than_every_slider() -> None:
    for entry in offered().values():
        for parameter in entry.parameters:
            bounds = getattr(parameter, "bounds", None)
            limit = limit_of(entry.name, parameter.name)
            if bounds is not None:
                assert limit.high is None or bounds.slider_max <= limit.high, parameter.name
                assert limit.low is None or bounds.slider_min >= limit.low, parameter.name
