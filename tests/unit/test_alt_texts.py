"""What is said of a picture to those who do not see it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from augviz import sample_library
from augviz.overlay import ClassColours
from augviz.pipeline.drawn import DrawnValue, in_short
from augviz.pipeline.run import run
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.pipeline.trace import Fired
from augviz.preview import PreviewTile, preview
from augviz.ui.alt_texts import of_outcome, of_tile, titles_of
from augviz.ui.gallery import Tile, frame

SPEC = PipelineSpec(
    (
        Step("HorizontalFlip", p=1.0, title="Mirror"),
        Step("Rotate", {"limit": (12, 12)}, p=1.0),
        Step("VerticalFlip", p=0.0),
    )
)
CAT = sample_library.load("cat")


@pytest.fixture
def tile() -> PreviewTile:
    return preview(SPEC, CAT, 7, 1, ClassColours.of([CAT.labels]))[0]


def test_a_tile_tells_what_happened_in_the_order_of_the_steps_and_what_is_left(tile: PreviewTile) -> None:
    assert of_tile("Sample 1 of cat", tile, titles_of(SPEC)) == (
        "Sample 1 of cat: Mirror, Rotate by 12.0°; 2 of 2 boxes left"
    )


def test_the_large_picture_says_the_same_as_the_small_one(tile: PreviewTile) -> None:
    assert of_outcome("x", run(SPEC, CAT, tile.seed), {}) == of_tile("x", tile, {})


def test_a_step_that_could_not_run_and_a_sample_without_steps_are_said(tile: PreviewTile) -> None:
    failed = replace(tile, happened=(), errors=(("a", "no"),))
    assert of_tile("x", failed, {}) == "x: no step happened; 1 step could not run; 2 of 2 boxes left"
    assert of_tile("x", replace(failed, errors=(), boxes_before=0), {}) == "x: no step happened"


def test_many_steps_are_counted_and_not_read_out(tile: PreviewTile) -> None:
    many = tuple(Fired(str(place), f"S{place}", "") for place in range(11))
    assert of_tile("x", replace(tile, happened=many), {}).startswith("x: S0, S1, S2, S3, S4, S5, S6, S7 and 3 more;")


def test_long_values_are_left_out() -> None:
    assert in_short([DrawnValue("crop", "x 1-200, y 3-190 (199 x 187 px)"), DrawnValue("holes", "3")]) == "(holes 3)"
    assert in_short([]) == ""


def test_other_words_do_not_send_the_picture_again() -> None:
    one = Tile(b"picture", 4, 3, alt="flipped")
    key = frame([one], []).split(b'"key":"')[1].split(b'"')[0].decode()
    again = frame([replace(one, alt="turned twice")], [key])
    assert b'"kept":true' in again
    assert b"turned twice" in again
    assert not again.endswith(b"picture")
