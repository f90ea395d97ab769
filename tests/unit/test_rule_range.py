"""What rules say along the range of a number, and what is left of a safe range when they are asked too."""

from __future__ import annotations

import pytest

from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.preservation.intervals import wilson
from augviz.preservation.knobs import Knob, knobs_of
from augviz.preservation.prefill import prefill
from augviz.preservation.profiles import profile_of
from augviz.preservation.rule_range import RuleRange, Said, rule_range, within
from augviz.preservation.safe_range import Point, SafeRange
from augviz.sample_library import load

KNOB = Knob("Rotate-1", "limit", "Rotate, Angle", "both", 0.0, 180.0, 90.0, "°")


def asked(image: str, profile: str, step: Step, parameter: str, part: str) -> RuleRange:
    sample, spec = load(image), PipelineSpec((step,))
    knob = next(k for k in knobs_of(spec, spec.steps[0].id) if (k.parameter, k.part) == (parameter, part))
    facts = prefill([sample.labels], profile_of(profile))
    return rule_range(spec, [sample], knob, profile=profile, facts=facts)


def test_digits_may_be_turned_a_little_and_not_far() -> None:
    found = asked("digits", "digits", Step("Rotate", freeze({"limit": (-20, 20)})), "limit", "both")
    ((low, high),) = found.allowed()
    assert low == 0
    assert 15 < high < 60
    ((_low, doubtful_from),) = found.allowed("info")
    assert doubtful_from < high
    assert found.first("violating") is not None


def test_a_crack_of_two_pixels_allows_hardly_any_blur() -> None:
    step = Step("GaussianBlur", freeze({"blur_limit": 0, "sigma_limit": (0.5, 3.0)}))
    ((_low, high),) = asked("plate", "industrial", step, "sigma_limit", "high").allowed()
    assert 0.3 < high < 1.5


def test_the_ends_are_found_more_finely_than_the_first_values_lie() -> None:
    found = asked("digits", "digits", Step("Rotate", freeze({"limit": (-20, 20)})), "limit", "both")
    values = [one.value for one in found.said]
    assert values == sorted(values)
    changes = [b.value - a.value for a, b in zip(found.said, found.said[1:], strict=False) if a.severity != b.severity]
    assert max(changes) < 2


def said(*rows: tuple[float, str]) -> RuleRange:
    return RuleRange(tuple(Said(value, severity, None) for value, severity in rows))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rules", "safe", "clamp"),
    [
        (said((0, "safe"), (180, "safe")), ((0.0, 120.0),), None),
        (said((0, "safe"), (30, "caution"), (45, "violating"), (180, "violating")), ((0.0, 30),), 30),
        (said((0, "violating"), (180, "violating")), (), None),
        (
            said((0, "safe"), (20, "safe"), (30, "violating"), (100, "safe"), (180, "safe")),
            ((0.0, 20), (100, 120.0)),
            100,
        ),
    ],
)
def test_what_a_rule_speaks_against_is_no_part_of_the_safe_range(
    rules: RuleRange, safe: tuple[tuple[float, float], ...], clamp: float | None
) -> None:
    curve = (Point(0, 0, wilson(0, 9), 9, 0), Point(180, 1, wilson(9, 9), 9, 1))
    found = within(SafeRange(KNOB, curve, ((0.0, 120.0),), True, None, None, 0.05, 9), rules)
    assert (found.safe, found.clamp) == (safe, clamp)
