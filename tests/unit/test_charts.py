"""What the figures say, read from their data."""

from __future__ import annotations

import pytest

from augviz.charts import survival_curve
from augviz.preservation.finding import Finding
from augviz.preservation.intervals import wilson
from augviz.preservation.knobs import Knob
from augviz.preservation.rule_range import RuleRange, Said
from augviz.preservation.safe_range import Point, SafeRange

KNOB = Knob("Rotate-1", "limit", "Rotate, Angle (both ways)", "both", 0.0, 180.0, 90.0, "°")


def point(value: float, failing: int, runs: int = 20) -> Point:
    rate = failing / runs
    return Point(value, rate, wilson(failing, runs), runs, rate)


CURVE = (point(0, 0), point(60, 4), point(120, 18), point(180, 20))
FOUND = SafeRange(KNOB, CURVE, ((0.0, 25.0),), True, 25.0, None, 0.05, 80)


def test_the_curve_shows_the_share_that_survives() -> None:
    traces = {trace.name: trace for trace in survival_curve(FOUND).data}
    assert list(traces["tried"].x) == [0, 60, 120, 180]
    assert list(traces["tried"].y) == pytest.approx([1.0, 0.8, 0.1, 0.0])
    assert list(traces["tried"].customdata) == [20, 20, 20, 20]
    assert list(traces["fit"].y) == pytest.approx([1.0, 0.8, 0.1, 0.0])


def test_the_band_is_the_interval_of_each_point() -> None:
    band = next(trace for trace in survival_curve(FOUND).data if trace.name == "95% by images")
    upper, lower = list(band.y)[:4], list(band.y)[4:][::-1]
    for place, tried in enumerate(CURVE):
        assert upper[place] == pytest.approx(1 - tried.band.low)
        assert lower[place] == pytest.approx(1 - tried.band.high)


def test_safe_parts_the_limit_and_the_present_value_are_drawn_in() -> None:
    shapes = survival_curve(FOUND).layout.shapes
    assert [(shape.x0, shape.x1) for shape in shapes if shape.type == "rect"] == [(0.0, 25.0)]
    assert [shape.y0 for shape in shapes if shape.type == "line" and shape.y0 == shape.y1] == pytest.approx([0.95])
    assert [shape.x0 for shape in shapes if shape.type == "line" and shape.x0 == shape.x1] == [90.0]


def test_a_set_of_ranges_is_shaded_part_by_part() -> None:
    found = SafeRange(KNOB, CURVE, ((0.0, 10.0), (80.0, 100.0), (170.0, 180.0)), False, None, None, 0.05, 80)
    rects = [(shape.x0, shape.x1) for shape in survival_curve(found).layout.shapes if shape.type == "rect"]
    assert rects == [(0.0, 10.0), (80.0, 100.0), (170.0, 180.0)]


def test_what_a_rule_speaks_against_is_shaded_too() -> None:
    finding = Finding("D03", "violating", "Rotate-1", "Rotate", "A 6 becomes a 9.", "", "M")
    said = (
        Said(0, "safe", None),
        Said(60, "safe", None),
        Said(90, "violating", finding),
        Said(180, "violating", finding),
    )
    rects = [(s.x0, s.x1) for s in survival_curve(FOUND, RuleRange(said)).layout.shapes if s.type == "rect"]
    assert rects == [(0.0, 25.0), (90, 180)]


def test_the_axis_names_the_number_and_its_unit_and_spans_its_whole_range() -> None:
    axis = survival_curve(FOUND).layout.xaxis
    assert axis.title.text == "Rotate, Angle (both ways) (°)"
    assert tuple(axis.range) == (0.0, 180.0)
