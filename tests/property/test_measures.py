"""What checks measure, held to geometry that is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augviz.pipeline.effects import measure_whole
from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.preservation import measures
from augviz.preservation.scalars import Bands, bands_of, scalars_of
from augviz.preservation.subject import Known, Subject
from augviz.sample import Boxes, Labels, Masks, Sample, SemanticMap

HEIGHT, WIDTH = 120, 160
RECTANGLES = st.tuples(st.integers(0, 100), st.integers(0, 70), st.integers(24, 60), st.integers(24, 50))


def _sample(rectangle: tuple[int, int, int, int], *, masked: bool = True) -> Sample:
    x, y, width, height = rectangle
    image = np.random.default_rng(1).integers(60, 200, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[y : y + height, x : x + width] = True
    boxes = Boxes.of([[x, y, x + width, y + height]], ["thing"], [4])
    masks = Masks.from_stack([mask], ["thing"], [4], size=(HEIGHT, WIDTH)) if masked else None
    return Sample("s", image, Labels(boxes, masks, label="thing"))


def _subject(sample: Sample, *steps: tuple[str, dict[str, object]], seed: int = 0) -> Subject:
    spec = PipelineSpec(tuple(Step(name, freeze(params)) for name, params in steps))
    return Subject.of(measure_whole(spec, sample, seed))


def _overlap(rectangle: tuple[int, int, int, int], window: tuple[int, int, int, int]) -> float:
    x, y, width, height = rectangle
    across = max(0, min(x + width, window[2]) - max(x, window[0]))
    down = max(0, min(y + height, window[3]) - max(y, window[1]))
    return across * down / (width * height)


def _crop(window: tuple[int, int, int, int]) -> tuple[str, dict[str, object]]:
    return "Crop", dict(zip(("x_min", "y_min", "x_max", "y_max"), window, strict=True))


WINDOWS = st.tuples(st.integers(0, 70), st.integers(0, 50), st.integers(80, 160), st.integers(60, 120))


@given(RECTANGLES, WINDOWS, st.booleans())
def test_a_crop_leaves_the_share_that_it_shows(
    rectangle: tuple[int, int, int, int], window: tuple[int, int, int, int], masked: bool
) -> None:
    subject = _subject(_sample(rectangle, masked=masked), _crop(window))
    (view,) = subject.objects
    assert view.visible_share == pytest.approx(_overlap(rectangle, window), abs=0.005)
    assert view.object_id == 4


@given(RECTANGLES, WINDOWS, st.sampled_from([(60, 80), (90, 240), (300, 400)]))
def test_a_change_of_size_hides_nothing(
    rectangle: tuple[int, int, int, int], window: tuple[int, int, int, int], size: tuple[int, int]
) -> None:
    resize = ("Resize", {"height": size[0], "width": size[1]})
    subject = _subject(_sample(rectangle), _crop(window), resize)
    (view,) = subject.objects
    assert view.visible_share == pytest.approx(_overlap(rectangle, window), abs=0.08)


@given(RECTANGLES, st.integers(5, 60))
def test_visible_share_is_cumulative_where_each_step_takes_little(
    rectangle: tuple[int, int, int, int], cut: int
) -> None:
    left = _crop((cut, 0, WIDTH, HEIGHT))
    right = _crop((0, 0, WIDTH - 2 * cut, HEIGHT)) if WIDTH - 2 * cut > 10 else left
    subject = _subject(_sample(rectangle), left, right)
    (view,) = subject.objects
    assert view.visible_share == pytest.approx(_overlap(rectangle, (cut, 0, WIDTH - cut, HEIGHT)), abs=0.005)


@given(st.floats(-0.6, 0.6), st.floats(-0.6, 0.6))
def test_a_shift_pads_what_it_uncovers(across: float, down: float) -> None:
    shift = {"translate_percent": {"x": (across, across), "y": (down, down)}}
    subject = _subject(_sample((10, 10, 40, 40)), ("Affine", shift))
    (reading,) = measures.padded_share(subject)
    assert reading.value == pytest.approx(1 - (1 - abs(across)) * (1 - abs(down)), abs=0.02)


@given(RECTANGLES, st.sampled_from(["HorizontalFlip", "VerticalFlip", "Transpose", "RandomRotate90"]))
def test_mirrors_and_quarter_turns_harm_no_object(rectangle: tuple[int, int, int, int], name: str) -> None:
    subject = _subject(_sample(rectangle), (name, {}))
    assert [r.value for r in measures.visible_share(subject)] == pytest.approx([1.0])
    assert [r.value for r in measures.box_tightness(subject)] == pytest.approx([1.0])
    assert [r.value for r in measures.objects_lost(subject)] == [0.0]
    assert [r.value for r in measures.aspect_distortion(subject)] == pytest.approx([1.0], abs=0.02)
    assert [r.value for r in measures.padded_share(subject)] == [0.0]


@given(st.floats(0.5, 2.0))
def test_a_stretch_is_measured_as_it_is(stretch: float) -> None:
    width = round(WIDTH * stretch)
    subject = _subject(_sample((40, 30, 60, 50)), ("Resize", {"height": HEIGHT, "width": width}))
    (reading,) = measures.aspect_distortion(subject)
    assert reading.value == pytest.approx(max(width / WIDTH, WIDTH / width), abs=0.06)


@given(st.integers(0, 40))
def test_holes_count_where_they_cover_the_object(seed: int) -> None:
    share = (0.25, 0.25)
    holes = {"num_holes_range": (3, 3), "hole_height_range": share, "hole_width_range": share, "fill": 0}
    sample = _sample((40, 30, 60, 50))
    subject = _subject(sample, ("CoarseDropout", holes), seed=seed)
    black = (subject.after.image == 0).all(axis=2)
    (view,) = subject.objects
    assert view.in_frame_share == pytest.approx(1.0)
    assert view.erased_share == pytest.approx(black[30:80, 40:100].mean(), abs=0.02)
    assert measures.erased_share(subject)[0].value == pytest.approx(black.mean(), abs=0.01)


def test_saturation_is_not_a_hole() -> None:
    bright = {"brightness_limit": (0.9, 0.9), "contrast_limit": (0.0, 0.0)}
    subject = _subject(_sample((40, 30, 60, 50)), ("RandomBrightnessContrast", bright))
    assert measures.erased_share(subject)[0].value == 0
    assert subject.objects[0].erased_share == 0


def test_an_object_whose_box_was_dropped_is_lost_and_no_longer_judged_by_what_is_visible() -> None:
    sample = _sample((0, 0, 30, 30), masked=False)
    unlabelled = sample.with_labels(Labels(sample.labels.boxes))
    gone = _subject(unlabelled, _crop((60, 60, 160, 120)))
    assert [reading.value for reading in measures.objects_lost(gone)] == [1.0]
    assert measures.visible_share(gone) == ()
    # The label of the whole image stays, so that it is judged there.
    assert [reading.value for reading in measures.visible_share(_subject(sample, _crop((60, 60, 160, 120))))] == [0.0]


def test_a_box_that_was_loose_to_begin_with_is_not_the_pipelines_fault() -> None:
    sample = _sample((40, 30, 40, 40))
    loose = sample.with_labels(Labels(Boxes.of([[20, 10, 100, 90]], ["thing"], [4]), sample.labels.masks))
    (reading,) = measures.box_tightness(_subject(loose, ("HorizontalFlip", {})))
    assert reading.value == pytest.approx(1.0)


def test_names_count_only_while_the_image_is_mirrored() -> None:
    sample = _sample((40, 30, 60, 50))
    sided = sample.with_labels(Labels(Boxes.of(sample.labels.boxes.xyxy, ["left lung"], [4])))
    known = Known(swap_pairs=(("left lung", "right lung"),))
    counts = {}
    for steps in ((), ("HorizontalFlip",), ("VerticalFlip",), ("HorizontalFlip", "VerticalFlip"), ("Transpose",)):
        spec = PipelineSpec(tuple(Step(name) for name in steps))
        subject = Subject.of(measure_whole(spec, sided, 0), known)
        counts[steps] = [reading.value for reading in measures.names_not_swapped(subject)]
    assert [counts[steps][0] for steps in counts] == [0, 1, 1, 0, 1]


@pytest.mark.parametrize("has_partner", [True, False])
def test_classes_of_a_mask_count_as_well(has_partner: bool) -> None:
    """A class whose partner has no value cannot change places, and is told."""
    sample = _sample((40, 30, 60, 50))
    values = np.zeros(sample.size_hw, np.int32)
    values[5:25, 5:25] = 1
    classes = {1: "left lung", **({2: "right lung"} if has_partner else {})}
    sided = sample.with_labels(Labels(semantic=SemanticMap(values, classes)))
    pairs = (("left lung", "right lung"),)
    counts = []
    for names in ((), ("HorizontalFlip",), ("HorizontalFlip", "Transpose")):
        for swaps in ((), pairs):
            spec = PipelineSpec(tuple(Step(name) for name in names), swaps=swaps)
            subject = Subject.of(measure_whole(spec, sided, 0), Known(swap_pairs=pairs))
            counts.append([reading.value for reading in measures.names_not_swapped(subject)])
    assert counts == [[0], [0], [1], [0 if has_partner else 1], [0], [0]]


# The user's own images


def test_a_range_needs_twenty_images_and_a_spread() -> None:
    scalars = [{"contrast": 40.0 + k, "flat": 3.0} for k in range(19)]
    assert bands_of(scalars) is None
    bands = bands_of([*scalars, {"contrast": 59.0, "flat": 3.0}])
    assert bands is not None
    assert set(bands.low) == {"contrast"}
    assert bands.low["contrast"] <= 40
    assert bands.high["contrast"] >= 59


@given(st.floats(-500, 500))
def test_distance_is_one_at_the_ends(value: float) -> None:
    bands = Bands({"s": 10.0}, {"s": 30.0}, 20)
    assert bands.distance("s", 10.0) == bands.distance("s", 30.0) == 1.0
    assert (bands.distance("s", value) <= 1) == (10 <= value <= 30)


@given(st.integers(1, 8), st.booleans())
def test_scalars_are_the_same_for_bytes_and_floats(channels: int, grey: bool) -> None:
    image = np.random.default_rng(channels).integers(0, 256, (20, 30, 1 if grey else channels), dtype=np.uint8)
    names = [str(k) for k in range(image.shape[2])]
    as_bytes, as_floats = scalars_of(image, names), scalars_of((image / 255).astype(np.float32), names)
    assert as_bytes == pytest.approx(as_floats)
    assert as_bytes["mean of 0"] == pytest.approx(image[..., 0].mean(), abs=1e-3)
    assert ("colourfulness" in as_bytes) == (image.shape[2] == 3)
