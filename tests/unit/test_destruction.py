"""Which steps destroy something: measured against the limits of the checks, never by name."""

from __future__ import annotations

from typing import Any

import pytest

from augviz.pipeline.spec import PipelineSpec
from augviz.preservation.check import threshold_id
from augviz.preservation.checks import CHECK_OF
from augviz.preservation.destruction import KINDS, Destruction, destruction_of, kinds_for
from augviz.preservation.facts import Facts
from augviz.preservation.judge import forced
from augviz.preservation.sources import SOURCES
from augviz.sample_library import load
from tests.unit.statistics_cases import step

CAT = load("cat")
NOBODY_KNOWS = Facts()


def found(name: str, facts: Facts = NOBODY_KNOWS, limits: dict[str, float] | None = None, **params: Any) -> Destruction:
    one = step(name, **params)
    spec = PipelineSpec((one,))
    return destruction_of(f"{name}-1", forced(spec, f"{name}-1", [CAT], 4), facts, limits or {})


@pytest.mark.parametrize(
    ("name", "params", "check"),
    [
        ("GaussNoise", {"std_range": (0.3, 0.3)}, "m19"),
        ("CenterCrop", {"height": 120, "width": 120}, "m1"),
        ("Affine", {"scale": (0.5, 0.5)}, "m11"),
        ("CoarseDropout", {"num_holes_range": (4, 4), "hole_height_range": (0.45, 0.45),
                           "hole_width_range": (0.45, 0.45)}, "m12"),
        ("RandomBrightnessContrast", {"brightness_limit": (0.6, 0.6), "contrast_limit": (0.0, 0.0)}, "m17"),
        ("GaussianBlur", {"blur_limit": (0, 0), "sigma_limit": (9.0, 9.0)}, "m18"),
    ],
)  # fmt: skip
def test_what_cannot_be_had_back_is_destructive_by_the_check_that_measures_it(
    name: str, params: dict[str, Any], check: str
) -> None:
    one = found(name, **params)
    assert one.is_destructive
    assert one.kind is not None
    assert one.kind.check == check
    assert one.beyond == one.draws == 4
    assert CHECK_OF[check].crosses(one.worst, one.limit)


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("HorizontalFlip", {}),
        ("RandomRotate90", {}),
        ("GaussNoise", {"std_range": (0.02, 0.02)}),
        ("GaussianBlur", {"blur_limit": (3, 3)}),
        ("RandomBrightnessContrast", {"brightness_limit": (0.05, 0.05)}),
    ],
)
def test_the_same_transforms_when_they_are_gentle_are_not(name: str, params: dict[str, Any]) -> None:
    one = found(name, **params)
    assert not one.is_destructive
    assert (one.beyond, one.kind) == (0, None)


def test_a_limit_that_was_moved_counts_where_it_is_now() -> None:
    moved = threshold_id(CHECK_OF["m19"], "caution")
    assert not found("GaussNoise", limits={moved: 0.9}, std_range=(0.3, 0.3)).is_destructive
    assert found("GaussNoise", limits={moved: 0.005}, std_range=(0.02, 0.02)).limit == 0.005


def test_colour_and_small_details_count_only_where_labels_hang_on_them() -> None:
    assert not found("ToGray").is_destructive
    assert found("ToGray", NOBODY_KNOWS.says("colour_label", "yes")).is_destructive
    assert {kind.check for kind in KINDS} - {kind.check for kind in kinds_for(NOBODY_KNOWS)} == {"m16", "m18b"}


def test_a_step_that_goes_too_far_hardly_ever_is_not_called_destructive() -> None:
    harsh, gentle = (step("GaussNoise", std_range=(std, std)) for std in (0.3, 0.01))
    draws = [forced(PipelineSpec((one,)), "GaussNoise-1", [CAT], 1)[0] for one in (harsh, gentle)]
    rare = destruction_of("GaussNoise-1", [draws[0], *[draws[1]] * 7], NOBODY_KNOWS)
    often = destruction_of("GaussNoise-1", [draws[0], *[draws[1]] * 3], NOBODY_KNOWS)
    assert (rare.beyond, rare.is_destructive) == (1, False)
    assert (often.beyond, often.is_destructive) == (1, True)
    assert not destruction_of("GaussNoise-1", [], NOBODY_KNOWS).is_destructive, "what never ran has destroyed nothing"


def test_every_way_has_a_limit_with_a_source() -> None:
    for kind in KINDS:
        limit = getattr(CHECK_OF[kind.check], kind.level)
        assert limit is not None
        assert limit.source in SOURCES
        assert kind.limit({}) == limit.value
