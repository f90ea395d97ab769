"""What the figures of statistics say, read from their data."""

from __future__ import annotations

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from augviz import charts
from augviz.charts.colours import BANDS, CHANNELS, LIMIT, NOW
from augviz.charts.labels import CLASSES_SHOWN
from augviz.charts.units import title_of
from augviz.pipeline.spec import PipelineSpec
from augviz.sample import Boxes, Labels, Sample
from augviz.statistics.contributions import contributions
from augviz.statistics.label_statistics import GRID
from augviz.statistics.one_epoch import simulate_epoch
from augviz.statistics.over_draws import OverDraws, statistics_over
from augviz.statistics.training_range import TrainingRange, training_range
from tests.unit.statistics_cases import BRIGHTER, CROP, PIPELINE, SIX, photo, photos, satellite, step

OVER = statistics_over(PIPELINE, photos(20), draws=3, seed=2)
ONE = statistics_over(PipelineSpec((BRIGHTER,)), [photo("a")], draws=4)
BANDED = statistics_over(PipelineSpec((step("HorizontalFlip"),)), [satellite()], draws=2)
CROPPED = statistics_over(PipelineSpec((CROP,)), photos(2), draws=2).labels
EPOCH = simulate_epoch(PIPELINE, 300, destructive={"RandomBrightnessContrast-1": True, "GaussianBlur-1": True})
ADDED = contributions(PIPELINE, photos(2), draws=6, seed=1)


def _ranged(over: OverDraws = OVER) -> TrainingRange:
    found = training_range(over)
    assert isinstance(found, TrainingRange)
    return found


def _named(figure: go.Figure, name: str) -> go.Figure:
    return next(trace for trace in figure.data if trace.name == name)


# Pixels


@pytest.mark.parametrize("cumulative", [False, True])
def test_each_channel_has_its_original_as_a_line_and_its_draws_as_a_band(cumulative: bool) -> None:
    figure = charts.channel_curves(ONE, cumulative=cumulative)
    assert len(figure.data) == 9
    for place, curve in enumerate(ONE.curves):
        band, median, original = figure.data[3 * place : 3 * place + 3]
        assert band.meta == median.meta == original.meta == curve.name
        assert original.line.color == CHANNELS[curve.name]
        whole = curve.augmented_cumulative if cumulative else curve.augmented
        assert whole is not None
        assert list(original.y) == pytest.approx(list(curve.original_cumulative if cumulative else curve.original))
        assert list(band.y)[:256] == pytest.approx(list(whole.high))
        assert list(band.y)[256:][::-1] == pytest.approx(list(whole.low))
        assert list(median.y) == pytest.approx(list(whole.median))
        assert list(original.x) == list(range(256))
    assert [title.text for title in figure.layout.annotations] == ["red", "green", "blue"]
    assert sum(trace.showlegend for trace in figure.data) == 3, "one legend for all channels"


def test_bands_are_called_by_their_names_and_none_of_them_is_drawn_as_red_green_or_blue() -> None:
    figure = charts.channel_curves(BANDED)
    assert [title.text for title in figure.layout.annotations] == list(SIX)
    assert [trace.line.color for trace in figure.data if trace.name == "original"] == list(BANDS[:6])
    assert max(figure.data[2].x) == 1, "a float picture ends at 1"


def test_draws_and_originals_of_a_number_stand_image_by_image_and_can_be_opened() -> None:
    figure = charts.scalar_boxes(OVER, "contrast")
    box, original = figure.data
    assert list(box.y) == [one.scalars["contrast"] for one in OVER.drawn]
    assert [tuple(one) for one in box.customdata] == [(one.image, str(one.seed)) for one in OVER.drawn]
    assert list(box.x) == [one.image for one in OVER.drawn]
    assert list(original.y) == [one.scalars["contrast"] for one in OVER.originals]
    assert figure.layout.yaxis.title.text == "contrast (levels)"


def test_one_level_that_towers_over_all_others_leaves_the_axis() -> None:
    padded = PipelineSpec((step("Affine", translate_percent=(0.3, 0.3)),))
    figure = charts.channel_curves(statistics_over(padded, [photo("a")], draws=2))
    assert max(figure.data[0].y) > 0.2 > figure.layout.yaxis.range[1] > max(figure.data[2].y) * 0.8
    assert list(charts.channel_curves(ONE, cumulative=True).layout.yaxis.range) == [0, 1.03]


def test_numbers_of_float_pictures_are_shares_of_the_range_like_their_histograms() -> None:
    brightness = charts.scalar_boxes(BANDED, "brightness")
    assert list(brightness.data[0].y) == pytest.approx([one.scalars["brightness"] / 255 for one in BANDED.drawn])
    assert brightness.layout.yaxis.title.text == "brightness (of the range)"
    assert charts.scalar_boxes(BANDED, "entropy").data[0].y[0] == BANDED.drawn[0].scalars["entropy"]
    added = contributions(PipelineSpec((step("MultiplicativeNoise"),)), [satellite()], draws=2)
    change = charts.contribution_bars(added, "brightness", top=1.0)
    assert change.data[0].x[0] == pytest.approx(added.of("brightness")[0].size / 255)
    assert "of the range" in change.layout.xaxis.title.text


def test_images_with_one_name_are_told_apart() -> None:
    over = statistics_over(PipelineSpec(), [photo("a"), photo("a", 9)], draws=1)
    assert list(charts.scalar_boxes(over, "contrast").data[0].x) == ["a (1)", "a (2)"]


def test_the_hue_wheel_shows_the_colour_of_the_draws_and_of_the_original() -> None:
    red = Sample("red", np.tile(np.array((220, 30, 30), np.uint8), (20, 30, 1)))
    turned = step("HueSaturationValue", hue_shift_limit=(60, 60), sat_shift_limit=(0, 0), val_shift_limit=(0, 0))
    figure = charts.hue_wheel(statistics_over(PipelineSpec((turned,)), [red], draws=2))
    assert figure is not None
    drawn, original = _named(figure, "median of draws"), _named(figure, "original")
    assert float(original.theta[int(np.argmax(original.r))]) == 0
    assert float(drawn.theta[int(np.argmax(drawn.r))]) == 120, "60 steps of two degrees"
    assert original.theta[0] == original.theta[-1], "the line is closed"
    assert charts.hue_wheel(statistics_over(PipelineSpec(), [Sample("g", red.image[..., :1])], draws=1)) is None
    grey = Sample("grey", np.repeat(red.image[..., :1], 3, axis=2))
    noisy = PipelineSpec((step("GaussNoise", std_range=(0.3, 0.3)),))
    assert charts.hue_wheel(statistics_over(noisy, [grey], draws=1)) is None, "noise is no colour"


def test_the_range_is_shaded_and_what_lies_outside_is_marked_and_can_be_opened() -> None:
    found = _ranged()
    figure = charts.range_scatter(OVER, found, "brightness")
    own = next(each for each in found.ranges if each.name == "brightness")
    (shade,) = figure.layout.shapes
    assert (shade.y0, shade.y1) == (own.low, own.high)
    inside, outside = _named(figure, "inside your range"), _named(figure, "outside")
    assert all(own.low <= value <= own.high for value in inside.y)
    assert sorted(outside.y) == sorted(one.value for one in found.outside_of("brightness"))
    opened = {(one.image, str(one.seed)) for one in found.outside_of("brightness")}
    assert {tuple(one) for one in outside.customdata} == opened
    assert len(inside.y) + len(outside.y) == len(OVER.drawn)


def test_a_number_without_a_range_has_no_shade() -> None:
    figure = charts.range_scatter(OVER, _ranged(), "clipped high")
    assert figure.layout.shapes == ()
    assert len(_named(figure, "inside your range").y) == len(OVER.drawn)


def test_rates_carry_their_intervals() -> None:
    found = _ranged()
    (bars,) = charts.outside_rates(found).data
    by_name = {title_of(each.name): each for each in found.ranges}
    assert list(bars.x) == sorted(bars.x)
    for place, name in enumerate(bars.y):
        own = by_name[name]
        assert bars.x[place] == pytest.approx(own.images_outside / own.images)
        assert bars.x[place] + bars.error_x.array[place] == pytest.approx(own.interval.high)
        assert bars.x[place] - bars.error_x.arrayminus[place] == pytest.approx(own.interval.low)


# Labels


def test_a_class_that_was_cropped_away_has_an_empty_bar_beside_a_full_one() -> None:
    before, after = charts.class_counts(CROPPED).data
    assert dict(zip(before.y, before.x, strict=True)) == {"bird": 2, "car": 2}
    assert dict(zip(after.y, after.x, strict=True)) == {"bird": 0, "car": 2}


def test_of_many_classes_those_that_lose_most_are_shown_and_names_like_numbers_stay_names() -> None:
    count = CLASSES_SHOWN + 6
    corners = [[2 * k, 0, 2 * k + 2, 4] for k in range(count)]
    labels = Labels(Boxes.of(corners, [str(k) for k in range(count)]))
    many = Sample("many", np.zeros((20, 60, 3), np.uint8), labels)
    cut = PipelineSpec((step("Crop", x_min=0, y_min=0, x_max=2 * (count - 3), y_max=20),))
    figure = charts.class_counts(statistics_over(cut, [many], draws=1).labels)
    names = list(figure.data[0].y)
    assert len(names) == CLASSES_SHOWN
    assert {str(count - 1), str(count - 2), str(count - 3)} <= set(names)
    assert figure.layout.yaxis.type == "category"


def test_objects_per_image_count_from_none() -> None:
    before, after = charts.objects_per_image(CROPPED).data
    assert list(before.x) == ["0", "1", "2"]
    assert list(before.y) == [0, 0, 1]
    assert list(after.y) == [0, 1, 0]


def test_mask_shares_are_those_of_the_labels() -> None:
    before, _after = charts.mask_shares(CROPPED).data
    assert dict(zip(before.y, before.x, strict=True)) == pytest.approx({"bird": 64 / 2400, "car": 600 / 2400})


def test_sizes_and_aspects_are_distributions_of_all_objects() -> None:
    for figure in (charts.sizes(CROPPED), charts.aspects(CROPPED)):
        for trace in figure.data:
            assert sum(trace.y[:-1]) == pytest.approx(1)
    wide = charts.aspects(CROPPED).data[1]
    top = int(np.argmax(wide.y))
    assert wide.x[top] <= 1.5 <= wide.x[top + 1]


def test_positions_share_one_scale_and_lie_as_in_the_picture() -> None:
    figure = charts.positions(CROPPED)
    before, after = figure.data
    assert before.z.shape == (GRID, GRID)
    assert before.zmax == after.zmax == max(before.z.max(), after.z.max())
    assert figure.layout.yaxis.autorange == "reversed"


# One epoch, contributions


def test_stacked_steps_are_shares_of_the_samples_and_meetings_are_marked() -> None:
    (bars,) = charts.stacked_bars(EPOCH).data
    assert list(bars.x) == ["0", "1", "2", "3"]
    assert sum(bars.y) == pytest.approx(1)
    assert bars.marker.color[0] == NOW
    (harsh,) = charts.stacked_bars(EPOCH, destructive=True).data
    assert list(harsh.x) == ["0", "1", "2"]
    assert harsh.y[2] == pytest.approx(EPOCH.meeting.rate)
    assert harsh.marker.color[2] == LIMIT


def test_steps_stand_in_their_order_with_their_exact_chance() -> None:
    bars, chances = charts.step_bars(EPOCH, {"HorizontalFlip-1": "Mirror"}).data
    assert list(bars.y)[::-1] == ["Mirror", "RandomBrightnessContrast-1", "GaussianBlur-1"]
    assert list(chances.x)[::-1] == [0.5, 0.5, 0.4]
    assert list(bars.x)[::-1] == [one.fired.rate for one in EPOCH.steps]


def test_meetings_name_both_steps() -> None:
    (bars,) = charts.meeting_bars(EPOCH).data
    assert list(bars.y) == ["RandomBrightnessContrast-1 + GaussianBlur-1"]
    assert bars.x[0] == EPOCH.meeting.rate


def test_contributions_are_bars_of_change_and_size_with_the_whole_as_a_line() -> None:
    figure = charts.contribution_bars(ADDED, "sharpness")
    rows = ADDED.of("sharpness")
    size, change = figure.data
    assert list(change.x)[::-1] == [row.change for row in rows]
    assert list(size.x)[::-1] == [row.size for row in rows]
    assert figure.layout.shapes[0].x0 == ADDED.whole["sharpness"]
    assert next(row for row in rows if row.name == "GaussianBlur").change < 0, "a blur takes sharpness away"


def test_figures_leave_the_look_to_the_page_and_load_nothing() -> None:
    figures = [
        charts.channel_curves(ONE), charts.scalar_boxes(ONE, "noise"), charts.hue_wheel(ONE),
        charts.outside_rates(_ranged()),
        charts.class_counts(CROPPED), charts.positions(CROPPED), charts.stacked_bars(EPOCH),
        charts.contribution_bars(ADDED, "noise"),
    ]  # fmt: skip
    for figure in figures:
        assert figure is not None
        told = json.loads(figure.to_json())
        assert "http" not in figure.to_json()
        assert not {"paper_bgcolor", "plot_bgcolor", "font"} & set(told["layout"])


def test_nothing_at_all_still_gives_a_figure() -> None:
    nothing = statistics_over(PipelineSpec(), [photo("a", labelled=False)], draws=1, where="inside objects")
    assert nothing.unread == ("a",)
    assert len(charts.channel_curves(nothing).data) == 0
    assert charts.scalar_boxes(nothing, "contrast").data[0].y == ()
    for draw in (charts.class_counts, charts.objects_per_image, charts.sizes, charts.aspects, charts.positions):
        assert draw(nothing.labels).data
