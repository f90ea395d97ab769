"""Each row of the dead-parameter table is true: dead values change nothing, and the enabling ones give them effect."""

from __future__ import annotations

import pytest

from augviz.transforms.construct import make
from augviz.transforms.dead_parameters import RULES, DeadRule, dead_reason
from augviz.transforms.kinds import Fixed, Parameter
from augviz.transforms.parameters import describe
from tests.conformance.trial_values import picture, run_once, same, slider_values

ROWS = [pytest.param(rule, id=f"{rule.transform}.{rule.parameter}-{rule.controllers}") for rule in RULES]


def _parameter(rule: DeadRule) -> Parameter:
    return next(parameter for parameter in describe(rule.transform) if parameter.name == rule.parameter)


def _changes(rule: DeadRule, values: dict) -> bool:
    """Whether any two values of the parameter give different results with the same random numbers."""
    parameter = _parameter(rule)
    first = None
    for value in slider_values(parameter):
        result = run_once(make(rule.transform, {**values, rule.parameter: value}, 1.0), 3, picture())
        if first is not None and not same(first, result):
            return True
        first = first or result
    assert first is not None
    return False


@pytest.mark.parametrize("rule", ROWS)
def test_a_dead_parameter_changes_nothing(rule: DeadRule) -> None:
    if isinstance(_parameter(rule), Fixed):
        assert rule.alive_with is None
        return
    assert dead_reason(rule.transform, rule.parameter, rule.dead_with) is not None
    assert not _changes(rule, dict(rule.dead_with))


@pytest.mark.parametrize("rule", [row for row in ROWS if row.values[0].alive_with is not None])
def test_its_controller_brings_it_to_life(rule: DeadRule) -> None:
    assert dead_reason(rule.transform, rule.parameter, rule.alive_with) is None
    assert _changes(rule, dict(rule.alive_with))


@pytest.mark.parametrize("rule", ROWS)
def test_reasons_are_sentences_and_controllers_exist(rule: DeadRule) -> None:
    assert rule.reason[0].isupper()
    assert rule.reason.endswith(".")
    names = {parameter.name for parameter in describe(rule.transform)}
    assert rule.parameter in names
    assert set(rule.controllers) <= names - {rule.parameter}


def test_a_parameter_without_a_row_is_alive() -> None:
    assert dead_reason("Rotate", "limit", {}) is None
