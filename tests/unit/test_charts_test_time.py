"""Figures of the page Test time, on their data."""

from __future__ import annotations

import pytest

from augviz import charts
from augviz.charts.test_time import ClassBar, ViewTime
from augviz.tta.gain import CurvePoint
from augviz.tta.witness import Tally


def test_both_answers_stand_beside_each_other_with_the_likeliest_on_top() -> None:
    figure = charts.answer_bars([ClassBar("<b>cat</b>", 0.5, 0.7), ClassBar("dog", 0.4, 0.2)])
    single, merged = figure.data
    assert (list(single.x), list(merged.x)) == ([0.5, 0.4], [0.7, 0.2])
    assert single.marker.color != merged.marker.color
    assert figure.layout.yaxis.autorange == "reversed"
    assert "<" not in figure.layout.yaxis.ticktext[0].replace("&lt;", "")
    assert len(charts.answer_bars([ClassBar("cat", 0.5, 0.5)], is_alone=True).data) == 1


def test_a_name_is_shortened_before_it_is_made_harmless() -> None:
    label = charts.answer_bars([ClassBar("<script>alert(1)</script>", 0.5, 0.7)]).layout.yaxis.ticktext[0]
    assert label == "&lt;script>alert(1)&lt;/scr…"


def test_each_view_has_its_two_times() -> None:
    look, model = charts.view_times([ViewTime("As it is", 2, 30), ViewTime("Mirrored", 3, 28)]).data
    assert list(look.x) == [2, 3]
    assert list(model.x) == [30, 28]


def test_accuracy_has_its_interval_and_time_begins_at_nothing() -> None:
    points = [CurvePoint(1, "As it is", 8, 10, 30.0), CurvePoint(2, "Mirrored", 9, 10, 61.0)]
    band, line = charts.gain_curve(points).data
    assert list(line.y) == [0.8, 0.9]
    assert min(band.y) < 0.8 < 0.9 < max(band.y)
    assert list(band.y[:2]) == pytest.approx([point.interval.high for point in points])
    latency = charts.latency_curve(points)
    assert list(latency.data[0].y) == [30, 61]
    assert latency.layout.yaxis.rangemode == "tozero"


def test_changes_are_shares_of_their_own_pictures_and_the_null_is_below() -> None:
    sure, unsure, same = charts.change_bars(Tally(same=5, sure=4, unsure=1), Tally(same=2, sure=0, unsure=0)).data
    assert (list(sure.x), list(unsure.x), list(same.x)) == ([0.4, 0], [0.1, 0], [0.5, 1])
    assert list(sure.customdata[0]) == [4, 10]
