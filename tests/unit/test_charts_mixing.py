"""Figures of mixing and erasing, by their data."""

from __future__ import annotations

import numpy as np
import pytest

from augviz import charts
from augviz.mixing.erasing import Hidden, HiddenObject
from augviz.mixing.label_study import study_labels

COUNTS = [("cat", 80), ("dog", 15), ("owl", 5)]


def test_the_curve_of_lambda_is_that_of_beta_with_the_draw_in_view() -> None:
    figure = charts.beta_curve(2.0, 0.3)
    line = figure.data[0]
    assert np.interp(0.5, line.x, line.y) == pytest.approx(1.5, abs=0.01)
    assert figure.layout.shapes[0].x0 == 0.3
    assert figure.layout.annotations[0].text == "λ = 0.30"
    assert np.isfinite(charts.beta_curve(0.1).data[0].y).all()
    assert len(charts.beta_curve(0.0, 1.0).data) == 0


def test_a_soft_label_is_a_bar_a_class_and_names_are_text() -> None:
    bar = charts.soft_label_bars({"<b>cat</b>": 0.7, "dog": 0.3}).data[0]
    assert list(bar.x) == [0.7, 0.3]
    assert list(bar.text) == ["&lt;b>cat&lt;/b> · 70.0%", "dog · 30.0%"]


def test_the_distribution_of_lambda_has_its_curve_and_for_cutmix_what_really_stays() -> None:
    up, cut, four = (charts.lambda_distribution(study_labels(m, 1.0, COUNTS)) for m in ("mixup", "cutmix", "mosaic"))
    assert [each.name for each in up.data] == ["λ as drawn", "Beta(1, 1)"]
    assert [each.name for each in cut.data] == ["λ as drawn", "share that stays", "Beta(1, 1)"]
    assert [each.name for each in four.data] == ["share of an image"]
    drawn, stays, _curve = cut.data
    for steps in (drawn, stays):
        assert (np.diff(steps.x) * steps.y[:-1]).sum() == pytest.approx(1)
        assert max(steps.y) <= cut.layout.yaxis.range[1]
    assert (stays.x[:-1] * stays.y[:-1]).sum() > (drawn.x[:-1] * drawn.y[:-1]).sum()


def test_entropy_says_how_many_samples_and_where_the_mean_lies() -> None:
    study = study_labels("mixup", 1.0, COUNTS)
    figure = charts.entropy_distribution(study)
    assert sum(figure.data[0].y) == pytest.approx(1)
    assert figure.layout.shapes[0].x0 == pytest.approx(study.entropy_bits.mean())
    assert sum(charts.entropy_distribution(study_labels("mosaic", 1.0, COUNTS)).data[0].y) == pytest.approx(1)
    assert sum(charts.entropy_distribution(study_labels("mixup", 1.0, COUNTS[:1])).data[0].y) == pytest.approx(1)


def test_noise_begins_at_what_is_touched_and_has_the_area_of_the_unmixed() -> None:
    spread = study_labels("mixup", 1.0, COUNTS).noise_spread(0.2)
    before, after = charts.noise_curve(spread).data
    assert list(before.y) == [0.2, 0.2]
    assert after.y[0] == pytest.approx(0.36, abs=0.001)
    assert np.trapezoid(after.y, after.x) == pytest.approx(0.2, abs=0.005)


def test_pairs_of_classes_the_largest_first() -> None:
    heat = charts.class_pairs(study_labels("mixup", 1.0, [("owl", 5), ("<i>cat</i>", 95)])).data[0]
    assert heat.z[0][0] == pytest.approx(0.9025)
    assert list(heat.customdata[0][1]) == ["&lt;i>cat&lt;/i>", "owl"]
    assert [heat.text[0][0], heat.text[1][0]] == ["90%", "4.8%"]


def test_hidden_shares_are_a_row_an_object_and_one_for_the_picture() -> None:
    draws = [
        Hidden(0.2, (HiddenObject(1, "b%{x}", 0.9), HiddenObject(0, "a", 0.1))),
        Hidden(0.3, (HiddenObject(1, "b%{x}", 0.5), HiddenObject(0, "a", 0.0))),
    ]
    figure = charts.hidden_shares(draws)
    assert [each.name for each in figure.data] == ["b%{x}", "a", "whole picture"]
    assert [list(each.x) for each in figure.data] == [[0.9, 0.5], [0.1, 0.0], [0.2, 0.3]]
    assert all("b%" not in each.hovertemplate for each in figure.data)
    assert [each.name for each in charts.hidden_shares([Hidden(0.5, ())]).data] == ["whole picture"]


def test_a_long_name_is_cut_before_its_signs_are_escaped() -> None:
    name = "abcdefghijklmn<b>"
    heat = charts.class_pairs(study_labels("mixup", 1.0, [(name, 95), ("owl", 5)]))
    assert heat.layout.xaxis.ticktext[0] == "abcdefghijklmn&lt;…"
    boxes = charts.hidden_shares([Hidden(0.2, (HiddenObject(1, name, 0.9),))])
    assert boxes.layout.yaxis.ticktext[0] == "abcdefghijklmn&lt;…"
