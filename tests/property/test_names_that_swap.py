"""Names sit where the paint is: after any chain of transforms a name has changed sides iff the picture has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augviz.pipeline.effects import measure_run
from augviz.pipeline.run import Machine, run
from augviz.pipeline.spec import Group, Node, PipelineSpec, Step
from augviz.pipeline.trace import Outcome
from augviz.preservation.checks import CHECK_OF
from augviz.preservation.sampling import sample_checks
from augviz.sample import Boxes, Keypoints, Labels, Masks, Sample, SemanticMap
from augviz.sample_library import load

HEIGHT, WIDTH = 96, 128
LEFT, RIGHT, TOP = "left eye", "right eye", "brow"
OTHER = {LEFT: RIGHT, RIGHT: LEFT, TOP: TOP}
SWAPS = ((LEFT, RIGHT),)
NAMES = (LEFT, RIGHT, TOP)
COLOURS = {LEFT: (255, 0, 0), RIGHT: (0, 255, 0), TOP: (0, 0, 255)}
PLACES = {LEFT: (30, 56, 50, 76), RIGHT: (76, 56, 96, 76), TOP: (52, 20, 76, 40)}

NEAREST = {"interpolation": 0}
GEOMETRIC = (
    Step("HorizontalFlip"),
    Step("HorizontalFlip", p=0.5),
    Step("VerticalFlip"),
    Step("Transpose"),
    Step("D4"),
    Step("RandomRotate90"),
    Step("Rotate", {"limit": (180, 180), **NEAREST}),
    Step("Rotate", {"limit": (-40, 40), **NEAREST}),
    Step("Affine", {"scale": (0.7, 1.2), "rotate": (-180, 180), "shear": (-10, 10), **NEAREST}),
    Step("RandomResizedCrop", {"size": (80, 100), "scale": (0.7, 1.0), **NEAREST}),
    Step("CenterCrop", {"height": 90, "width": 90, "pad_if_needed": True}),
    Step("Resize", {"height": 110, "width": 90, **NEAREST}),
    Step("PadIfNeeded", {"min_height": 140, "min_width": 160}),
    Step("Perspective", {"scale": (0.02, 0.05), **NEAREST}),
    Step("InvertImg", p=0.0),
)


def painted() -> Sample:
    """Three squares, each in its colour, with point, box, mask and class of one name."""
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    masks = np.zeros((3, HEIGHT, WIDTH), bool)
    for mask, name in zip(masks, NAMES, strict=True):
        x1, y1, x2, y2 = PLACES[name]
        image[y1:y2, x1:x2] = COLOURS[name]
        mask[y1:y2, x1:x2] = True
    boxes = [PLACES[name] for name in NAMES]
    labels = Labels(
        Boxes.of(boxes, NAMES),
        Masks.from_stack(masks, NAMES, size=(HEIGHT, WIDTH)),
        SemanticMap(sum((k + 1) * mask.astype(np.int32) for k, mask in enumerate(masks)), dict(enumerate(NAMES, 1))),
        Keypoints.of([[(x1 + x2) / 2, (y1 + y2) / 2] for x1, y1, x2, y2 in boxes], NAMES),
        LEFT,
    )
    return Sample("painted", image, labels)


SAMPLE = painted()


def centre_of_paint(sample: Sample, name: str) -> np.ndarray | None:
    ys, xs = np.nonzero((sample.image == COLOURS[name]).all(axis=2))
    return np.array([xs.mean(), ys.mean()]) if len(xs) > 20 else None


def turned_over(after: Sample) -> bool | None:
    """Whether red, green and blue go round the other way than they did; None where one of them is not in view."""
    here = [centre_of_paint(after, name) for name in NAMES]
    if any(centre is None for centre in here):
        return None
    a, b, c = here
    area = float((b - a)[0] * (c - a)[1] - (b - a)[1] * (c - a)[0])
    return area > 0  # in the original the brow lies above both eyes: negative, as y grows downwards


def assert_names_fit(after: Sample, is_mirrored: bool) -> None:
    """Every label carries the name of the colour under it, or its partner's in a mirror."""
    becomes = OTHER if is_mirrored else {name: name for name in NAMES}
    labels = after.labels
    for k, name in enumerate(NAMES):
        paint = (after.image == COLOURS[name]).all(axis=2)
        assert labels.masks.labels[k] == becomes[name]
        if paint.any():
            values = np.unique(labels.semantic.values[paint]).tolist()
            assert values == [NAMES.index(becomes[name]) + 1]
        if k in labels.boxes.ids:
            assert labels.boxes.labels[labels.boxes.ids.index(k)] == becomes[name]
    for name, (x, y) in zip(labels.keypoints.labels, labels.keypoints.xy, strict=True):
        near = after.image[max(0, int(y) - 3) : int(y) + 4, max(0, int(x) - 3) : int(x) + 4].reshape(-1, 3)
        assert (near == COLOURS[becomes[name]]).all(axis=1).any()
    assert labels.label == becomes[LEFT]
    assert labels.semantic.names == SAMPLE.labels.semantic.names


def nodes() -> st.SearchStrategy[tuple[Node, ...]]:
    steps = st.sampled_from(GEOMETRIC)
    groups = st.builds(
        lambda kind, children, n, again: Group(kind, tuple(children), n=n, replace=again and kind == "RandomOrder"),
        st.sampled_from(["OneOf", "SomeOf", "RandomOrder", "Sequential"]),
        st.lists(steps, min_size=2, max_size=3),
        st.integers(1, 3),
        st.booleans(),
    )
    return st.lists(steps | groups, min_size=1, max_size=4).map(tuple)


def swapped_steps(outcome: Outcome) -> int:
    return sum(step.swapped for step in outcome.trace)


@given(nodes(), st.integers(0, 2**32))
def test_names_change_sides_exactly_where_the_picture_does(steps: tuple[Node, ...], seed: int) -> None:
    outcome = run(PipelineSpec(steps, swaps=SWAPS), SAMPLE, seed)
    assert not outcome.errors
    is_mirrored = turned_over(outcome.after)
    if is_mirrored is None:
        return
    assert_names_fit(outcome.after, is_mirrored)
    assert swapped_steps(outcome) % 2 == is_mirrored


@given(nodes(), st.integers(0, 2**32))
def test_nothing_but_names_depends_on_the_pairs(steps: tuple[Node, ...], seed: int) -> None:
    """Pixels, places, ids and draws are those of the pipeline without pairs, and the run is pure."""
    bare, spec = PipelineSpec(steps), PipelineSpec(steps, swaps=SWAPS)
    before = SAMPLE.digest
    plain, first, second = run(bare, SAMPLE, seed), run(spec, SAMPLE, seed), run(spec, SAMPLE, seed)
    assert painted().digest == before == SAMPLE.digest
    assert first.after.digest == second.after.digest
    np.testing.assert_array_equal(first.after.image, plain.after.image)
    np.testing.assert_array_equal(first.after.labels.boxes.xyxy, plain.after.labels.boxes.xyxy)
    np.testing.assert_array_equal(first.after.labels.keypoints.xy, plain.after.labels.keypoints.xy)
    np.testing.assert_array_equal(first.after.labels.masks.layers, plain.after.labels.masks.layers)
    assert (first.box_rows, first.keypoint_rows) == (plain.box_rows, plain.keypoint_rows)
    assert [(s.step_id, s.fired, s.drawn, s.removed) for s in first.trace] == [
        (s.step_id, s.fired, s.drawn, s.removed) for s in plain.trace
    ]


@given(nodes(), st.integers(0, 2**32), st.data())
def test_a_run_that_goes_on_from_a_checkpoint_has_the_same_names(
    steps: tuple[Node, ...], seed: int, data: st.DataObject
) -> None:
    machine = Machine(PipelineSpec(steps, swaps=SWAPS))
    point = machine.checkpoint(SAMPLE, seed, data.draw(st.integers(0, len(steps))))
    resumed, whole = machine.run(SAMPLE, seed, resume=point), machine.run(SAMPLE, seed)
    assert resumed.after.digest == whole.after.digest
    assert [step.swapped for step in resumed.trace] == [step.swapped for step in whole.trace]
    assert resumed.notes == whole.notes


@given(nodes(), st.integers(0, 2**32))
def test_the_kept_sample_after_each_step_has_the_names_of_that_moment(steps: tuple[Node, ...], seed: int) -> None:
    outcome = run(PipelineSpec(steps, swaps=SWAPS), SAMPLE, seed, keep_steps=True)
    mirrored = False
    for step in outcome.trace:
        mirrored ^= step.swapped
        if step.after is not None and turned_over(step.after) is not None:
            assert_names_fit(step.after, mirrored)


@given(nodes(), st.integers(0, 2**32))
def test_the_effects_say_mirrored_where_names_changed(steps: tuple[Node, ...], seed: int) -> None:
    """What the rules and checks measure over all steps agrees with what was counted step by step."""
    seen = measure_run(PipelineSpec(steps, swaps=SWAPS), SAMPLE, seed)
    if turned_over(seen.outcome.after) is not None:
        assert seen.whole.geometry.is_mirrored == (seen.outcome.after.labels.label == RIGHT)


def test_a_warp_that_mirrors_nothing_is_no_mirror_to_the_check() -> None:
    """A strong warp may fit a mirrored plane best although no part of the picture is mirrored."""
    cat, spec = load("cat"), PipelineSpec((Step("ThinPlateSpline"),))
    found = sample_checks(spec, [cat], draws=40, checks=[CHECK_OF["m8"]])
    assert found.results[0].images == 1
    assert found.failing("m8") == ()


def test_one_slider_still_moves_one_step() -> None:
    steps = (Step("HorizontalFlip", p=0.5), Step("Rotate", {"limit": (-10, 10)}), Step("D4", p=0.5))
    spec = PipelineSpec(steps, swaps=SWAPS)
    moved = spec.edit("Rotate-1", lambda node: node.with_param("limit", (-30, 30)))
    for seed in range(20):
        a, b = run(spec, SAMPLE, seed), run(moved, SAMPLE, seed)
        assert [(s.step_id, s.swapped, s.drawn) for s in a.trace if s.step_id != "Rotate-1"] == [
            (s.step_id, s.swapped, s.drawn) for s in b.trace if s.step_id != "Rotate-1"
        ]


@pytest.mark.parametrize(
    "step",
    [
        Step("RandomGridShuffle", {"grid": (3, 3)}),
        Step("ElasticTransform", {"alpha": 120, "sigma": 6}),
        Step("GridDistortion"),
        Step("ThinPlateSpline"),
        Step("CoarseDropout"),
        Step("Morphological"),
        Step("InvertImg"),
        Step("Affine", {"scale": (0.5, 0.5), "border_mode": 4}),
    ],
    ids=lambda step: step.name,
)
def test_what_has_no_side_of_its_own_swaps_nothing(step: Step) -> None:
    for seed in range(5):
        outcome = run(PipelineSpec((step,), swaps=SWAPS), SAMPLE, seed)
        assert swapped_steps(outcome) == 0
        assert outcome.after.labels.label == LEFT
        turned = run(PipelineSpec((Step("HorizontalFlip"), step), swaps=SWAPS), SAMPLE, seed)
        assert turned.after.labels.label == RIGHT


@pytest.mark.parametrize("labels", [Labels(), replace(SAMPLE.labels, boxes=Boxes.of([[1, 1, 9, 9]], ["cat"]))])
def test_a_pipeline_without_pairs_of_these_names_looks_at_no_map(
    labels: Labels, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No name can change, so that watching would cost time for nothing."""

    def refuse(_call: object) -> None:
        raise AssertionError("the map was asked for")

    monkeypatch.setattr("augviz.pipeline.probe.places", refuse)
    steps = (Step("HorizontalFlip"), Step("Rotate"))
    of = SAMPLE.with_labels(labels)
    run(PipelineSpec(steps), of, 1)
    run(PipelineSpec(steps, swaps=(("port", "starboard"),)), of, 1)
    with pytest.raises(AssertionError):
        run(PipelineSpec(steps, swaps=SWAPS), SAMPLE, 1)
