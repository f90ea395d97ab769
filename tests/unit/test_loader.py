"""Which images make a batch, mistakes made on purpose, and the code that does the same without augviz."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from augviz.batch import assembling
from augviz.batch.assembling import assemble, jobs_of
from augviz.batch.code import collate_code
from augviz.batch.collating import DType, Layout, collate, sizes_in
from augviz.batch.drawing import drawn, labels_on
from augviz.batch.mistakes import MISTAKE_IDS, MISTAKES, possible, with_mistake
from augviz.batch.normalising import Normalisation
from augviz.batch.remarks import How
from augviz.errors import InputError
from augviz.pipeline.draws import sample_seed
from augviz.pipeline.run import run
from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.preservation.check_examples import example_sample
from augviz.sample import Boxes, Labels, Masks, Sample, SemanticMap

IMAGENET = Normalisation()


def sample(name: str, height: int, width: int, channels: int = 3, *, whole: bool = True, seed: int = 0) -> Sample:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, channels), dtype=np.uint8)
    return Sample(name, pixels if whole else (pixels / np.float32(255)).astype(np.float32))


MIXED = (sample("a", 20, 30, seed=1), sample("b", 30, 20, seed=2), sample("c", 20, 30, seed=3))


# Which images


def test_each_image_comes_once_before_one_comes_again_and_another_seed_gives_another_batch() -> None:
    images = [sample(f"{k}", 4, 4) for k in range(10)]
    batches = [jobs_of(images, 16, seed) for seed in range(4)]
    for jobs in batches:
        assert len({job.sample.name for job in jobs[:10]}) == 10
        assert len(jobs) == 16
    assert len({tuple(job.sample.name for job in jobs) for jobs in batches}) == 4
    assert len({job.seed for jobs in batches for job in jobs}) == 64
    assert [job.seed for job in jobs_of(images[:1], 3, 5)] == [sample_seed(5, k) for k in range(3)]


def test_a_batch_is_what_the_pipeline_gives_and_names_what_could_not_run_once() -> None:
    spec = PipelineSpec((Step("HorizontalFlip", p=0.5), Step("RandomCrop", freeze({"height": 99, "width": 99}))))
    jobs = jobs_of(MIXED[:1], 5, 2)
    found = assemble(spec, jobs)
    assert [each.digest for each in found.samples] == [run(spec, *job).after.digest for job in jobs]
    assert len(found.errors) == 1


def test_too_many_pixels_are_refused_before_they_are_all_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assembling, "MOST_IMAGE_BYTES", 4000)
    done: list[int] = []
    with pytest.raises(InputError, match="Take fewer images"):
        assemble(PipelineSpec(), jobs_of(MIXED, 32, 0), on_progress=lambda at, _count: done.append(at))
    assert len(done) < 32


def test_sizes_are_grouped_the_most_frequent_first() -> None:
    assert [(group.size_hw, group.places) for group in sizes_in(MIXED)] == [((20, 30), (0, 2)), ((30, 20), (1,))]


# Labels on the pictures


def test_padding_moves_no_label_and_masks_get_the_size_of_the_picture() -> None:
    one = example_sample()
    height, width = one.size_hw
    semantic = SemanticMap(np.ones((height, width), np.int32))
    masks = Masks(np.ones((1, height, width), np.uint16), ("x",), (1,))
    labelled = Sample("s", one.image, Labels(Boxes.of([[1, 2, 9, 9]], ["x"], [1]), masks, semantic))
    batch = collate([labelled], how="pad", size_hw=(height + 7, width + 9))
    found = labels_on(batch, 0, labelled)
    assert found.masks is not None
    assert found.semantic is not None
    assert found.masks.layers.shape == (1, height + 7, width + 9)
    assert int(found.masks.layers.sum()) == int(found.semantic.values.sum()) == height * width
    assert found.boxes.xyxy.tolist() == [[1, 2, 9, 9]]
    resized = labels_on(collate([labelled], how="resize", size_hw=(2 * height, 2 * width)), 0, labelled)
    assert (resized.masks, resized.semantic, resized.boxes.xyxy.tolist()) == (None, None, [[1, 2, 9, 9]])


# Mistakes


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("mistake", ["twice", "too small", "too large"])
def test_a_mistake_is_what_the_batch_itself_warns_of(mistake: Any, whole: bool) -> None:
    samples = [sample("a", 20, 30, whole=whole)]
    right = Normalisation(max_pixel_value=255.0 if whole else 1.0)
    assert collate(samples, normalisations=[right]).warnings == ()
    fed = with_mistake(samples, [right], mistake)
    batch = collate(fed.samples, normalisations=fed.normalisations)
    assert [remark.code for remark in batch.warnings] == [mistake]


def test_mistakes_look_in_numbers_and_pictures_as_is_said_of_them() -> None:
    samples = [example_sample()]
    right = collate(samples, normalisations=[IMAGENET])
    spread = float(np.mean([channel.std for channel in right.channels]))

    def made(mistake: Any) -> tuple[float, float, float]:
        fed = with_mistake(samples, [IMAGENET], mistake)
        batch = collate(fed.samples, normalisations=fed.normalisations)
        channels = batch.channels
        mean, std = (float(np.mean([getattr(each, name) for each in channels])) for name in ("mean", "std"))
        return mean, std / spread, float(drawn(batch, 0).image.mean())

    mean, ratio, shade = made("twice")
    assert (-2.2 < mean < -1.7, 1 / 60 < ratio < 1 / 50, shade < 5) == (True, True, True)
    mean, ratio, shade = made("too small")
    assert (-2.2 < mean < -1.7, ratio == pytest.approx(1 / 255, rel=0.01), shade < 2) == (True, True, True)
    mean, _ratio, shade = made("too large")
    assert (mean > 100, shade > 200) == (True, True)


def test_bgr_swaps_the_numbers_of_red_and_blue() -> None:
    samples = [example_sample()]
    half = Normalisation((0.5,), (0.5,))
    right = collate(samples, normalisations=[half]).channels
    fed = with_mistake(samples, [half], "bgr")
    wrong = collate(fed.samples, normalisations=fed.normalisations).channels
    assert [each[1:] for each in wrong] == [each[1:] for each in right[::-1]]
    assert [each.band for each in wrong] == [each.band for each in right]


def test_only_what_can_go_wrong_is_offered() -> None:
    assert possible(MIXED, [IMAGENET]) == MISTAKE_IDS == tuple(MISTAKES)
    assert possible(MIXED, []) == ("bgr",)
    assert possible([sample("g", 4, 4, 1)], [IMAGENET]) == ("twice", "too small", "too large")
    assert possible([sample("g", 4, 4, 1)], []) == ()


# The code


def executed(code: str, images: list[np.ndarray]) -> np.ndarray:
    space: dict[str, Any] = {}
    exec(code, space)
    found = space["collate"](images)
    assert isinstance(found, np.ndarray)
    return found


NORMALISATIONS = [(), (IMAGENET,), (Normalisation((0.5,), (0.25,)),), (IMAGENET, IMAGENET)]


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize("normalisations", NORMALISATIONS, ids=["none", "imagenet", "one number", "twice"])
@pytest.mark.parametrize(
    ("how", "size_hw"), [("refuse", None), ("pad", None), ("pad", (40, 48)), ("resize", None), ("resize", (16, 24))]
)
def test_the_code_gives_the_very_same_array(
    how: How, size_hw: tuple[int, int] | None, normalisations: tuple[Normalisation, ...], layout: Layout
) -> None:
    samples = (MIXED[0], MIXED[2]) if how == "refuse" else MIXED
    dtypes: tuple[DType, ...] = ("float32", "float16") if normalisations else ("float32", "float16", "uint8")
    for dtype in dtypes:
        batch = collate(samples, how=how, size_hw=size_hw, normalisations=normalisations, layout=layout, dtype=dtype)
        code = collate_code(how=how, size_hw=size_hw, normalisations=normalisations, layout=layout, dtype=dtype)
        found = executed(code, [each.image for each in samples])
        assert found.dtype == batch.array.dtype
        assert found.flags.c_contiguous
        assert np.array_equal(found, batch.array)


@pytest.mark.parametrize("channels", [1, 6])
def test_the_code_takes_other_channels_and_fractions(channels: int) -> None:
    samples = [sample("a", 20, 30, channels, whole=False), sample("b", 10, 12, channels, whole=False)]
    mean, std = (tuple(np.linspace(0.3, 0.6, channels)) for _ in range(2))
    by = [Normalisation(mean, std, 1.0)]
    for how in ("pad", "resize"):
        batch = collate(samples, how=how, normalisations=by)
        code = collate_code(how=how, size_hw=None, normalisations=by, layout="NCHW", dtype="float32")
        assert np.array_equal(executed(code, [each.image for each in samples]), batch.array)


def test_the_code_refuses_what_a_loader_refuses_and_says_that_normalize_has_to_go() -> None:
    code = collate_code(how="refuse", size_hw=None, normalisations=[IMAGENET], layout="NCHW", dtype="float32")
    with pytest.raises(ValueError, match="sizes differ"):
        executed(code, [each.image for each in MIXED])
    assert "leave Normalize out of the pipeline" in code
    assert "augviz" not in code
