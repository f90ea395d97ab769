"""Drawing only what changed never changes what is drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from augviz import preview as previewing
from augviz.overlay import ClassColours
from augviz.pipeline.draws import sample_seed
from augviz.pipeline.editing import move_by
from augviz.pipeline.run import Machine, run
from augviz.pipeline.spec import BoxPolicy, Group, PipelineSpec, Step
from augviz.policies.starting_points import STARTING_POINTS
from augviz.preview import Bounded, PreviewTile, preview
from augviz.sample import Boxes, Keypoints, Labels, Masks, Sample, SemanticMap

GUIDE = next(start.spec for start in STARTING_POINTS if start.id == "guide")
COLOURS = ClassColours(("thing",))


def sample(seed: int) -> Sample:
    """A picture of its own for every test: finished tiles are shared by all visitors of a process."""
    image = np.random.default_rng(seed).integers(0, 256, (50, 70, 3), np.uint8)
    return Sample("s", image, Labels(Boxes.of([[5, 5, 40, 30]], ["thing"])))


def fresh(spec: PipelineSpec, of: Sample, count: int = 9) -> list[bytes]:
    """JPEGs of a draw from nothing."""
    return [previewing._picture_of(run(spec, of, sample_seed(3, i)).after, COLOURS).jpeg for i in range(count)]


EDITS = [
    ("last step", lambda spec: spec.edit("GaussianBlur-1", lambda n: n.with_param("blur_limit", (9, 11)))),
    ("first step", lambda spec: spec.edit("HorizontalFlip-1", lambda n: replace(n, p=0.9))),
    ("middle step", lambda spec: spec.edit("ShiftScaleRotate-1", lambda n: n.with_param("rotate_limit", (-45, 45)))),
    ("switched off", lambda spec: spec.edit("ColorJitter-1", lambda n: replace(n, enabled=False))),
    ("removed", lambda spec: spec.edit("RandomRotate90-1", lambda _: None)),
    ("added", lambda spec: spec.add(Step("InvertImg"), 2)),
    ("grouped", lambda spec: spec.add(Group("OneOf", (Step("Solarize"), Step("ToGray"))))),
    ("moved", lambda spec: move_by(spec, "GaussianBlur-1", -3)),
    ("box rule", lambda spec: replace(spec, boxes=BoxPolicy(min_visibility=0.9))),
    ("nothing", lambda spec: spec),
]


@pytest.mark.parametrize(("name", "edit"), EDITS, ids=[name for name, _ in EDITS])
def test_an_edit_draws_what_a_fresh_draw_would(name: str, edit: object) -> None:
    of = sample(len(name))
    first = preview(GUIDE, of, 3, 9, COLOURS)
    changed = edit(GUIDE)
    second = preview(changed, of, 3, 9, COLOURS, previous=GUIDE)
    assert [tile.jpeg for tile in first] == fresh(GUIDE, of)
    assert [tile.jpeg for tile in second] == fresh(changed, of)


def test_a_slider_moved_many_times_draws_right_every_time() -> None:
    of, previous = sample(77), None
    spec = GUIDE
    for limit in (5, 20, 35, 5):
        spec = GUIDE.edit("ShiftScaleRotate-1", lambda n, limit=limit: n.with_param("rotate_limit", (-limit, limit)))
        tiles = preview(spec, of, 3, 9, COLOURS, previous=previous)
        assert [tile.jpeg for tile in tiles] == fresh(spec, of)
        previous = spec


def test_what_stands_still_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The edited step fires in some of nine samples; only those are run again."""
    of = sample(101)
    preview(GUIDE, of, 3, 9, COLOURS)
    fires = sum(
        any(step.step_id == "GaussianBlur-1" and step.fired for step in run(GUIDE, of, sample_seed(3, i)).trace)
        for i in range(9)
    )
    runs = []
    real = Machine.run
    monkeypatch.setattr(Machine, "run", lambda self, *args, **kwargs: runs.append(args) or real(self, *args, **kwargs))
    changed = GUIDE.edit("GaussianBlur-1", lambda n: n.with_param("blur_limit", (9, 11)))
    preview(changed, of, 3, 9, COLOURS, previous=GUIDE)
    assert 0 < fires < 9
    assert len(runs) == fires


def test_a_checkpoint_goes_on_as_if_nothing_had_been_kept() -> None:
    of, seed = sample(5), 44
    machine = Machine(GUIDE)
    for index in range(len(GUIDE.steps) + 1):
        point = machine.checkpoint(of, seed, index)
        resumed, whole = machine.run(of, seed, resume=point), machine.run(of, seed)
        assert resumed.after.digest == whole.after.digest
        assert [(s.step_id, s.fired, s.drawn) for s in resumed.trace] == [
            (s.step_id, s.fired, s.drawn) for s in whole.trace
        ]


def test_more_samples_leave_the_first_ones_as_they_were() -> None:
    of = sample(6)
    assert [t.jpeg for t in preview(GUIDE, of, 3, 12, COLOURS)[:6]] == [
        t.jpeg for t in preview(GUIDE, of, 3, 6, COLOURS)
    ]


def test_progress_is_told_and_can_end_the_work() -> None:
    told: list[tuple[int, int]] = []
    preview(GUIDE, sample(8), 3, 6, COLOURS, on_progress=lambda done, count: told.append((done, count)))
    assert told == [(i, 6) for i in range(1, 7)]

    def stop(_done: int, _count: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        preview(GUIDE, sample(9), 3, 6, COLOURS, on_progress=stop)


def test_a_step_that_cannot_run_is_told_on_every_tile() -> None:
    spec = PipelineSpec((Step("RandomCrop", {"height": 900, "width": 900}), Step("HorizontalFlip")))
    tiles = preview(spec, sample(10), 3, 2, COLOURS)
    assert all(tile.errors[0][0] == "RandomCrop-1" for tile in tiles)
    assert all(tile.fired == {"HorizontalFlip-1"} for tile in tiles)


def test_bounded_memory_forgets_the_oldest_and_refuses_the_too_heavy() -> None:
    kept: Bounded[bytes] = Bounded(10, len)
    kept.put("a", b"12345")
    kept.put("b", b"1234")
    assert kept.get("a") == b"12345"  # asking keeps it young
    kept.put("c", b"123")
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (b"12345", None, b"123")
    kept.put("d", b"x" * 11)
    assert kept.get("d") is None


def test_bounded_memory_makes_a_value_once_and_again_when_it_was_forgotten() -> None:
    kept: Bounded[bytes] = Bounded(8, len)
    made: list[bytes] = []

    def make(value: bytes) -> bytes:
        made.append(value)
        return value

    assert [kept.made("a", lambda: make(b"1234")) for _ in range(3)] == [b"1234"] * 3
    assert kept.made("b", lambda: make(b"56789")) == b"56789"  # too much for both: the older one goes
    assert kept.made("a", lambda: make(b"0")) == b"0"
    assert made == [b"1234", b"56789", b"0"]


def test_the_size_told_is_the_true_size() -> None:
    of = Sample("large", np.zeros((600, 900, 3), np.uint8))
    tile: PreviewTile = preview(PipelineSpec((Step("HorizontalFlip"),)), of, 0, 1, COLOURS)[0]
    assert (tile.width, tile.height) == (900, 600)


def labelled(**changes: object) -> Sample:
    """A sample with one of everything; a change replaces one thing that a tile may show."""
    shown = {
        "box": "a", "box_id": 0, "mask": "a", "point": "p", "owner": 0, "visible": True, "region": "r", "label": None,
        "bands": ("red", "green", "blue"), **changes,
    }  # fmt: skip
    mask = np.zeros((1, 50, 70), bool)
    mask[0, 10:30, 10:40] = True
    labels = Labels(
        Boxes.of([[5, 5, 40, 30]], [shown["box"]], [shown["box_id"]]),
        Masks.from_stack(mask, [shown["mask"]], size=(50, 70)),
        SemanticMap(mask[0] * 3, {3: shown["region"]}),
        Keypoints.of([[20, 20]], [shown["point"]], [shown["owner"]], [shown["visible"]]),
        shown["label"],
    )
    return Sample("s", np.full((50, 70, 3), 60, np.uint8), labels, shown["bands"])


@pytest.mark.parametrize(
    "change",
    [{"box": "b"}, {"box_id": 4}, {"mask": "b"}, {"point": "q"}, {"owner": -1}, {"visible": False}, {"region": "s"},
     {"bands": ("blue", "green", "red")}],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_a_tile_is_not_kept_for_a_sample_that_looks_otherwise(change: dict[str, object]) -> None:
    for of in (labelled(), labelled(**change)):
        expected = previewing._picture_of(run(GUIDE, of, sample_seed(3, 0)).after, COLOURS)
        (tile,) = preview(GUIDE, of, 3, 1, COLOURS)
        assert (tile.jpeg, tile.overlay) == (expected.jpeg, expected.overlay)
        assert previewing.original_tile(of, COLOURS).overlay == previewing._picture_of(of, COLOURS).overlay


def test_a_tile_is_not_kept_for_other_colours() -> None:
    of = labelled()
    places = [
        preview(GUIDE, of, 3, 1, ClassColours(names))[0].overlay.boxes[0].colour for names in (("a", "z"), ("z", "a"))
    ]
    assert places == [0, 1]


def test_names_that_swap_are_drawn_as_a_fresh_draw_would() -> None:
    """The state that is kept before an edited step knows whether the picture is mirrored there."""
    of = labelled(point="left eye")
    first = replace(GUIDE, swaps=(("left eye", "right eye"),))
    preview(first, of, 3, 9, COLOURS)
    changed = first.edit("GaussianBlur-1", lambda node: node.with_param("blur_limit", (9, 11)))
    tiles = preview(changed, of, 3, 9, COLOURS, previous=first)
    names = [[point.name for point in tile.overlay.points] for tile in tiles]
    assert names == [list(run(changed, of, sample_seed(3, i)).after.labels.keypoints.labels) for i in range(9)]
    assert {"left eye", "right eye"} <= {name for each in names for name in each}
    assert [tile.jpeg for tile in tiles] == fresh(changed, of)
    without = preview(replace(changed, swaps=()), of, 3, 9, COLOURS, previous=changed)
    assert {point.name for tile in without for point in tile.overlay.points} == {"left eye"}
