"""The pipeline of the validation images, derived and written beside that of the training images."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import albumentations as A
import numpy as np
import pytest
import yaml

from augviz.errors import InputError
from augviz.pipeline.export import Companion, ExportOptions
from augviz.pipeline.fixed_steps import draws_nothing
from augviz.pipeline.importing import read_pipeline
from augviz.pipeline.run import run
from augviz.pipeline.spec import Group, PipelineSpec, Step, freeze, without_ids
from augviz.pipeline.validation import pair_of, validation_of
from augviz.policies.starting_points import STARTING_POINTS
from augviz.preservation.check_examples import example_sample
from augviz.preservation.facts import Facts
from augviz.preservation.judge import judge
from augviz.sample import Sample
from augviz.transforms.catalogue import offered
from augviz.transforms.construct import starting_params


def step(name: str, p: float = 1.0, **params: Any) -> Step:
    return Step(name, freeze(params), p)


def spec(*steps: Step | Group, tail: tuple[Step, ...] = (), **kwargs: Any) -> PipelineSpec:
    return PipelineSpec(steps, tail, **kwargs)


def derived(*steps: Step | Group) -> list[tuple[str, dict[str, Any]]]:
    found = validation_of(spec(*steps)).spec
    assert all(isinstance(each, Step) for each in found.steps)
    return [(each.name, dict(each.params)) for each in found.steps]  # type: ignore[union-attr]


def test_a_random_crop_becomes_a_central_one_of_the_same_size() -> None:
    ((name, params),) = derived(step("RandomCrop", height=64, width=48, pad_if_needed=True, fill=7.0))
    assert name == "CenterCrop"
    assert (params["height"], params["width"], params["pad_if_needed"], params["fill"]) == (64, 48, True, 7.0)
    assert derived(step("AtLeastOneBBoxRandomCrop", height=64, width=48)) == [
        ("CenterCrop", {"height": 64, "width": 48})
    ]


def test_a_resized_crop_becomes_what_imagenet_does() -> None:
    small, crop = derived(step("RandomResizedCrop", size=(224, 224), interpolation=2))
    assert small[0] == "SmallestMaxSize"
    assert (small[1]["max_size"], small[1]["interpolation"]) == (256, 2)
    assert crop == ("CenterCrop", {"height": 224, "width": 224})
    small, crop = derived(step("RandomResizedCrop", size=(140, 280)))
    assert small[1]["max_size_hw"] == (160, 320)
    assert crop == ("CenterCrop", {"height": 140, "width": 280})


def test_what_makes_the_size_stays_with_its_id_and_what_is_random_goes_and_is_said() -> None:
    train = spec(
        step("Resize", height=80, width=90),
        step("HorizontalFlip", 0.5),
        Group("OneOf", (step("GaussNoise"), step("Blur")), 0.4),
        step("PadIfNeeded", min_height=96, min_width=96, position="random"),
        step("Rotate", 0.0, limit=10),
        tail=(step("Normalize"), step("ToTensorV2")),
        p=0.9,
    )
    found = validation_of(train)
    assert [each.id for each in found.spec.steps] == ["Resize-1", "PadIfNeeded-1"]
    assert found.spec.tail == train.tail
    assert found.spec.p == 1
    pad = found.spec.find("PadIfNeeded-1")
    assert isinstance(pad, Step)
    assert pad.params["position"] == "center"
    said = {note.where: note for note in found.notes}
    assert set(said) == {"HorizontalFlip-1", "GaussNoise-1", "Blur-1", "PadIfNeeded-1", "Rotate-1", "Compose"}
    assert said["HorizontalFlip-1"].kind == "left out"
    assert "position is drawn in training" in said["PadIfNeeded-1"].what


def test_of_a_choice_the_likeliest_size_is_taken() -> None:
    train = spec(
        Group("OneOf", (step("Blur", 0.9), step("RandomCrop", 0.2, height=40, width=40),
                        step("RandomResizedCrop", 0.5, size=(70, 70))))
    )  # fmt: skip
    found = validation_of(train)
    assert [each.name for each in found.spec.steps] == ["SmallestMaxSize", "CenterCrop"]
    assert any("one of several" in note.what for note in found.notes)


def test_what_every_training_image_has_stays_and_what_some_have_goes() -> None:
    assert derived(step("ToGray"), step("VerticalFlip")) == [("ToGray", {}), ("VerticalFlip", {})]
    assert derived(step("ToGray", 0.9), Group("SomeOf", (step("InvertImg"), step("Equalize")), n=1)) == []
    assert derived(Group("Sequential", (step("InvertImg"),))) == [("InvertImg", {})]


def test_a_mosaic_becomes_its_canvas_where_it_always_fires() -> None:
    assert [name for name, _params in derived(step("Mosaic", target_size=(96, 128), cell_shape=(96, 128)))] == [
        "LongestMaxSize",
        "PadIfNeeded",
    ]
    assert derived(step("Mosaic", 0.5)) == []


def test_one_of_several_sides_becomes_the_middle_one() -> None:
    ((_name, params),) = derived(step("SmallestMaxSize", max_size=(256, 320, 288)))
    assert params["max_size"] == 288


def _all() -> list[PipelineSpec]:
    each = [
        spec(Step(entry.name, starting_params(entry.name, (96, 128)), p))
        for entry in offered().values()
        if not entry.is_tail
        for p in (0.5, 1.0)
    ]
    return [*each, *(point.spec for point in STARTING_POINTS)]


def test_a_derived_pipeline_is_its_own_and_draws_nothing() -> None:
    for train in _all():
        found = validation_of(train).spec
        assert validation_of(found).spec == found
        assert all(isinstance(each, Step) and draws_nothing(each) for each in found.steps)


def test_what_is_said_to_draw_nothing_gives_the_same_bytes_for_every_seed() -> None:
    sample = example_sample()
    for train in _all():
        found = validation_of(train).spec
        assert len({run(found, sample, seed).after.digest for seed in (0, 1, 2)}) == 1


def _disagreements(train: PipelineSpec, validation: PipelineSpec, samples: list[Sample]) -> set[str]:
    return {found.code for found in judge(train, Facts(), "natural", samples, validation, draws=6)} & {"G11", "G12"}


@pytest.mark.parametrize(
    "train",
    [
        spec(step("RandomResizedCrop", size=(64, 64)), step("HorizontalFlip", 0.5), tail=(step("Normalize"),)),
        spec(step("RandomCrop", height=64, width=64), step("Rotate", 0.5), tail=(step("Normalize", mean=(0.5,) * 3),)),
        spec(step("RandomSizedCrop", min_max_height=(40, 80), size=(64, 48)), step("ToGray")),
        spec(step("RandomSizedBBoxSafeCrop", height=64, width=80)),
        spec(step("LongestMaxSize", max_size=80), step("PadIfNeeded", min_height=80, min_width=80)),
        spec(Group("OneOf", (step("RandomCrop", height=64, width=64), step("Resize", height=64, width=64)))),
    ],
)
def test_the_rules_find_nothing_random_and_no_other_size_also_on_images_of_other_sizes(train: PipelineSpec) -> None:
    sample = example_sample()
    wide = Sample("wide", np.ascontiguousarray(np.tile(sample.image, (1, 2, 1))))
    found = validation_of(train).spec
    assert _disagreements(train, found, [sample]) == set()
    assert _disagreements(train, found, [Sample("bare", sample.image), wide]) == set()
    assert "G11" in _disagreements(train, spec(step("Rotate", 0.5)), [sample])


def test_every_starting_point_has_a_validation_pipeline_that_is_not_random() -> None:
    sample = Sample("large", np.ascontiguousarray(np.tile(example_sample().image, (6, 6, 1))))
    for point in STARTING_POINTS:
        found = validation_of(point.spec).spec
        assert "G11" not in _disagreements(spec(step("HorizontalFlip")), found, [sample]), point.id


# The pair of files

TRAIN = spec(
    step("RandomResizedCrop", size=(64, 64)), step("HorizontalFlip", 0.5), tail=(step("Normalize"),),
    swaps=(("left_eye", "right_eye"),),
)  # fmt: skip
OPTIONS = ExportOptions(boxes=True, seed=4, date=dt.date(2024, 1, 2))


def test_two_files_name_each_other_and_come_back() -> None:
    pair = pair_of(TRAIN, OPTIONS)
    assert "# For training images; its pair for validation is validation.yaml.\n" in pair.training
    assert "# For validation images; its pair for training is train.yaml.\n" in pair.validation
    assert yaml.safe_load(pair.training)["augviz"]["pair"] == {"role": "training", "file": "validation.yaml"}
    train, validation = read_pipeline(pair.training), read_pipeline(pair.validation)
    assert (train.companion, train.notes) == (Companion("training", "validation.yaml"), ())
    assert (validation.companion, validation.notes) == (Companion("validation", "train.yaml"), ())
    assert [each.id for each in train.spec.steps] == [each.id for each in TRAIN.steps]
    assert [each.id for each in validation.spec.steps] == [each.id for each in pair.derived.spec.steps]
    assert validation.spec.swaps == ()
    again = validation_of(without_ids(train.spec)).spec
    assert [each.name for each in again.steps] == [each.name for each in validation.spec.steps]


def test_the_library_reads_both_and_draws_what_is_shown(tmp_path: Any) -> None:
    pair = pair_of(TRAIN, OPTIONS)
    path = tmp_path / "validation.yaml"
    path.write_text(pair.validation)
    loaded = A.load(path, data_format="yaml")
    sample = example_sample()
    shown = run(pair.derived.spec, sample, 0).after.image
    normalised = A.Normalize()(image=shown)["image"]
    trained = loaded(image=sample.image, bboxes=[], class_labels=[])["image"]
    assert np.array_equal(trained, normalised)


@pytest.mark.parametrize("names", [("a.yaml", "a.yaml"), ("A.yaml", "a.yaml"), ("", "b.yaml"), ("../a", "b"),
                                   ("a\nb", "c"), ("x" * 300, "y")])  # fmt: skip
def test_names_that_are_no_file_names_are_refused(names: tuple[str, str]) -> None:
    with pytest.raises(InputError):
        pair_of(TRAIN, OPTIONS, names)


@pytest.mark.parametrize(
    "written", ["x", {"role": "test", "file": "a"}, {"role": "training", "file": 3}, {"role": "training"},
                {"role": "training", "file": "a\nb"}, {"role": "training", "file": "x" * 300}]
)  # fmt: skip
def test_a_strange_companion_is_ignored(written: Any) -> None:
    document = yaml.safe_load(pair_of(TRAIN, OPTIONS).training)
    document["augviz"]["pair"] = written
    assert read_pipeline(yaml.safe_dump(document)).companion is None


def test_a_pair_may_hold_a_validation_pipeline_of_ones_own() -> None:
    own = spec(step("Resize", height=64, width=64), tail=(step("Normalize"),))
    pair = pair_of(TRAIN, OPTIONS, validation=own)
    read = read_pipeline(pair.validation)
    assert [each.name for each in read.spec.steps] == ["Resize"]
    assert read.companion == Companion("validation", "train.yaml")
    assert pair.training == pair_of(TRAIN, OPTIONS).training


def test_what_experts_said_stands_in_the_file_of_their_pipeline_only() -> None:
    pair = pair_of(TRAIN, replace(OPTIONS, reviewed="reviewed: 61 images, by Ada"))
    assert "\n# reviewed: 61 images, by Ada\n" in pair.training
    assert "reviewed" not in pair.validation
    both = pair_of(TRAIN, replace(OPTIONS, reviewed="reviewed: by Ada"), reviewed="reviewed: by Ben")
    assert ("by Ada" in both.training, "by Ben" in both.training) == (True, False)
    assert "\n# reviewed: by Ben\n" in both.validation
