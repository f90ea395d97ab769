"""The Python code swaps names where augviz does; files cannot, say so, and are proven for all the rest."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import albumentations as A
import numpy as np
import pytest
import yaml

from augviz import pasting
from augviz.pipeline.draws import Draws
from augviz.pipeline.effects import TEST_IMAGE
from augviz.pipeline.export import ExportOptions, not_carried, to_json, to_python, to_yaml
from augviz.pipeline.importing import read_pipeline
from augviz.pipeline.run import run
from augviz.pipeline.scripted import script
from augviz.pipeline.spec import TAIL_NAMES, BoxPolicy, Group, KeypointPolicy, PipelineSpec, Step, walk
from augviz.pipeline.trace import Outcome
from augviz.pipeline.training_call import call_arrays
from augviz.pipeline.verify import verify_text
from augviz.sample import Boxes, Keypoints, Labels, Sample, SemanticMap
from augviz.transforms import catalogue
from augviz.transforms.other_images import OTHER_IMAGES
from augviz.transforms.starting import starting_params

SWAPS = (("left lung", "right lung"), ("l_eye", "r_eye"))
CLASSES = {0: "background", 3: "left lung", 7: "right lung"}
OPTIONS = ExportOptions(boxes=True, keypoints=True, classes=tuple(CLASSES.items()))
BOXES, POINTS = BoxPolicy(), KeypointPolicy(remove_invisible=False)


def labelled(image: np.ndarray) -> Sample:
    height, width = image.shape[:2]
    values = np.zeros((height, width), np.int32)
    values[:, : width // 3], values[:, -width // 3 :] = 3, 7
    labels = Labels(
        Boxes.of([[10, 10, 50, 40], [40, 30, 80, 55]], ["left lung", "heart"]),
        None,
        SemanticMap(values, CLASSES),
        Keypoints.of([[20, 20], [70, 50]], ["l_eye", "nose"]),
        "right lung",
    )
    return Sample("s", image, labels)


SAMPLE = labelled(np.random.default_rng(2).integers(0, 256, (90, 120, 3), np.uint8))


def executed(spec: PipelineSpec, sample: Sample, seed: int) -> dict[str, Any]:
    """What the exported code makes of a sample, run by the library itself on the draws of a seed."""
    options = ExportOptions(spec.boxes is not None, spec.keypoints is not None, classes=OPTIONS.classes)
    scope: dict[str, Any] = {}
    exec(compile(to_python(spec, options), "pipeline.py", "exec"), scope)
    ids = [node.id for top in (*spec.steps, *spec.tail) for node in walk(top)]
    script(scope["transform"], ids, Draws(seed))
    arrays, _passed = call_arrays(spec, sample)
    labels = sample.labels
    given: dict[str, Any] = {"image": arrays["image"], "mask": arrays["mask"], "label": labels.label}
    if spec.boxes is not None:
        given |= {"bboxes": arrays["bboxes"], "class_labels": list(labels.boxes.labels)}
    if spec.keypoints is not None:
        given |= {"keypoints": arrays["keypoints"], "keypoint_labels": list(labels.keypoints.labels)}
    result: dict[str, Any] = scope["augment"](**given)
    return result


def assert_same_names(theirs: dict[str, Any], outcome: Outcome) -> None:
    ours = outcome.after.labels
    np.testing.assert_array_equal(theirs["image"], outcome.after.image)
    np.testing.assert_array_equal(theirs["mask"], ours.semantic.values)
    assert theirs["label"] == ours.label
    assert list(theirs.get("class_labels", ours.boxes.labels)) == list(ours.boxes.labels)
    assert list(theirs.get("keypoint_labels", ours.keypoints.labels)) == list(ours.keypoints.labels)
    assert "places" not in theirs


TURNS = {
    "flip": (Step("HorizontalFlip"),),
    "upside down": (Step("VerticalFlip"),),
    "two flips": (Step("HorizontalFlip"), Step("VerticalFlip")),
    "transpose": (Step("Transpose"),),
    "any of eight": (Step("D4"),),
    "half turn": (Step("Rotate", {"limit": (180, 180)}),),
    "affine": (Step("Affine", {"rotate": (-180, 180), "scale": (0.4, 1.6), "shear": (-20, 20)}),),
    "affine and flip": (Step("Affine", {"rotate": (-180, 180), "border_mode": 4}), Step("HorizontalFlip", p=0.5)),
    "crop": (Step("HorizontalFlip", p=0.5), Step("RandomResizedCrop", {"size": (64, 80), "scale": (0.02, 1.0)})),
    "padded": (Step("HorizontalFlip", p=0.5), Step("Affine", {"scale": (0.1, 0.2), "fill_mask": 255})),
    "shuffled": (Step("HorizontalFlip", p=0.5), Step("RandomGridShuffle", {"grid": (4, 4)})),
    "warped": (Step("Transpose", p=0.5), Step("ElasticTransform", {"alpha": 120, "sigma": 6})),
    "holes": (Step("VerticalFlip", p=0.5), Step("CoarseDropout", {"fill_mask": 0})),
    "linear masks": (Step("Transpose", p=0.5), Step("Rotate", {"mask_interpolation": 1})),
    "groups": (
        Group("RandomOrder", (Step("HorizontalFlip"), Step("Transpose"), Step("VerticalFlip")), n=2, replace=True),
        Group("OneOf", (Step("D4"), Step("InvertImg")), p=0.7),
    ),
}


@pytest.mark.parametrize("name", TURNS)
def test_the_code_swaps_exactly_where_augviz_does(name: str) -> None:
    swapped = set()
    for seed in range(12):
        spec = PipelineSpec(TURNS[name], (), BOXES, POINTS, swaps=SWAPS)
        outcome = run(spec, SAMPLE, seed)
        theirs = executed(spec, SAMPLE, seed)
        if name == "linear masks":  # values between two classes are no classes
            theirs["mask"] = outcome.after.labels.semantic.values
        assert_same_names(theirs, outcome)
        swapped.add(outcome.after.labels.label == "left lung")
    if name not in ("two flips", "half turn", "affine"):
        assert True in swapped
    if any(node.p < 1 for top in TURNS[name] for node in walk(top)):
        assert swapped == {True, False}


TRIED = [name for name in catalogue.offered() if name not in (*TAIL_NAMES, *OTHER_IMAGES)]


@pytest.mark.filterwarnings("ignore:.*is a special case of Affine")
@pytest.mark.parametrize("name", TRIED)
def test_every_transform_lets_the_map_of_the_code_through(name: str) -> None:
    """Also behind a mirror, where a map that does not come through would leave names as they are."""
    sample = labelled(TEST_IMAGE.image)
    more = {"ConstrainedCoarseDropout": {"mask_indices": [3]}}.get(name, {})
    step = Step(name, {**starting_params(name, sample.size_hw), **more})
    needs = catalogue.entry(name).needs
    boxes = None if "no boxes" in needs else BOXES
    points = None if "no keypoints" in needs else POINTS
    if boxes is None or points is None:
        labels = sample.labels
        sample = sample.with_labels(Labels(Boxes.of([], []), None, labels.semantic, Keypoints.of([], []), labels.label))
    for before in ((), (Step("HorizontalFlip"),)):
        spec = PipelineSpec((*before, step), (), boxes, points, swaps=SWAPS)
        outcome = run(spec, sample, 5)
        assert not outcome.errors
        assert executed(spec, sample, 5)["label"] == outcome.after.labels.label


def test_the_code_runs_without_augviz(tmp_path: Path) -> None:
    spec = PipelineSpec((Step("HorizontalFlip"),), (Step("Normalize"),), BOXES, swaps=SWAPS)
    call = "augment(image=np.zeros((40, 60, 3), np.uint8), bboxes=np.array([[1.0, 2, 9, 9]]), "
    call += "class_labels=['left lung'], mask=np.full((40, 60), 3, np.uint8), label='heart')"
    told = "print(json.dumps([result['class_labels'], int(result['mask'][0, 0]), result['label'], sorted(result)]))"
    options = ExportOptions(boxes=True, classes=OPTIONS.classes)
    script_text = f"{to_python(spec, options)}\nimport json\nresult = {call}\n{told}\nimport sys\n"
    script_text += "assert 'augviz' not in sys.modules\n"
    (tmp_path / "pipeline.py").write_text(script_text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "pipeline.py"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    keys = ["bboxes", "class_labels", "image", "label", "mask"]
    assert json.loads(done.stdout) == [["right lung"], 7, "heart", keys]


def test_without_pairs_the_code_is_what_it_was() -> None:
    code = to_python(PipelineSpec(TURNS["flip"], (), BOXES), OPTIONS)
    assert "SWAPS" not in code
    assert "numpy" not in code
    assert "# augmented = transform(" in code


def test_masks_are_left_alone_where_the_values_are_not_known() -> None:
    code = to_python(PipelineSpec(TURNS["flip"], swaps=SWAPS), ExportOptions())
    assert "MASK_SWAPS" not in code
    assert 'augmented["mask"]' not in code


def test_tensors_are_cloned() -> None:
    spec = PipelineSpec(TURNS["flip"], (Step("ToTensorV2"),), swaps=SWAPS)
    assert 'augmented["mask"].clone()' in to_python(spec, OPTIONS)


@pytest.mark.parametrize("first", [False, True])
def test_the_map_is_read_wherever_its_channels_come_out(first: bool) -> None:
    """ToTensorV2 puts the channels of a mask first when it is told to; PyTorch itself is not needed to see that."""
    tail = (Step("ToTensorV2", {"transpose_mask": first}),)
    code = to_python(PipelineSpec(TURNS["flip"], tail, swaps=SWAPS), OPTIONS)
    scope: dict[str, Any] = {"transform": lambda **call: transposed(call, first), "np": np}
    lines = code.splitlines()
    begins = [next(i for i, line in enumerate(lines) if line.startswith(f"def {name}")) for name in NAMED]
    for begin in begins:
        ends = next((i for i in range(begin + 1, len(lines)) if lines[i] and not lines[i].startswith(" ")), len(lines))
        exec("\n".join(lines[begin:ends]), scope)
    scope |= {"SWAPS": {"left lung": "right lung", "right lung": "left lung"}, "MASK_SWAPS": []}
    labels = {"label": "left lung", "class_labels": ["heart", "left lung"], "keypoint_labels": []}
    made = scope["augment"](np.zeros((40, 64, 3), np.uint8), **labels)
    assert (made["label"], made["class_labels"]) == ("right lung", ["heart", "right lung"])


NAMED = ("is_mirrored", "augment")


def transposed(call: dict[str, Any], first: bool) -> dict[str, Any]:
    """A mirror image as the library makes it, the places as ToTensorV2 leaves them."""
    places = call["places"][:, ::-1]
    return {**call, "image": call["image"][:, ::-1], "places": np.moveaxis(places, -1, 0) if first else places}


def test_a_mosaic_says_that_the_code_cannot_either() -> None:
    spec = PipelineSpec((Step("Mosaic", materials=("a.png",)),), swaps=SWAPS)
    code = to_python(spec, ExportOptions())
    assert "def augment" not in code
    assert "Mosaic takes no map of places along" in code
    told = [str(problem) for problem in not_carried(spec, ExportOptions()) if problem.where == "names"]
    assert "the Python code cannot either, because of Mosaic" in told[0]


def test_hostile_names_stay_text() -> None:
    spec = PipelineSpec(TURNS["flip"], swaps=(('a"]); raise SystemExit(1) #', "b\\"),))
    scope: dict[str, Any] = {}
    exec(compile(to_python(spec, OPTIONS), "pipeline.py", "exec"), scope)
    assert scope["SWAPS"]["b\\"] == 'a"]); raise SystemExit(1) #'
    assert yaml.safe_load(to_yaml(spec, OPTIONS))["augviz"]["swaps"] == [list(spec.swaps[0])]


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_files_say_that_they_cannot_and_keep_the_pairs_for_us(form: str, tmp_path: Path) -> None:
    spec = PipelineSpec(TURNS["flip"], (), BOXES, POINTS, swaps=SWAPS)
    text = to_yaml(spec, OPTIONS) if form == "yaml" else to_json(spec, OPTIONS)
    if form == "yaml":
        assert "# A.load does not let left lung and right lung, l_eye and r_eye change places" in text
    assert any(problem.where == "names" and "Python code" in problem.mend for problem in not_carried(spec, OPTIONS))
    assert read_pipeline(text).spec == spec
    (tmp_path / "p").write_text(text, encoding="utf-8")
    assert isinstance(A.load(tmp_path / "p", data_format=form), A.Compose)


@pytest.mark.parametrize("swaps", ["x", [["a"]], [["a", 1]], [["a", "a"]], [["a", "b"], ["b", "c"]], [["", "b"]], {}])
def test_pairs_that_are_none_are_left_out(swaps: object) -> None:
    document = json.loads(to_json(PipelineSpec(TURNS["flip"], swaps=SWAPS), OPTIONS))
    document["augviz"]["swaps"] = swaps
    imported = read_pipeline(json.dumps(document))
    assert imported.spec.swaps == ()
    assert bool(imported.notes) == bool(swaps)


def test_pasted_code_that_swaps_is_read() -> None:
    spec = PipelineSpec(TURNS["groups"], (), BOXES, POINTS, swaps=SWAPS)
    assert pasting.read(to_python(spec, OPTIONS)).spec.steps == spec.steps


def test_a_file_is_proven_for_all_but_the_names_and_says_so() -> None:
    spec = PipelineSpec(TURNS["groups"], (), BOXES, POINTS, swaps=SWAPS)
    result = verify_text(to_yaml(spec, OPTIONS), "yaml", SAMPLE, [1, 2, 3, 4, 5, 6], shown=spec)
    assert result.proven
    (said,) = result.beside
    assert "left lung and right lung" in said.what
    assert any(run(spec, SAMPLE, seed).after.labels.label == "left lung" for seed in (1, 2, 3, 4, 5, 6))
    bare = verify_text(to_yaml(PipelineSpec(TURNS["flip"]), OPTIONS), "yaml", SAMPLE, [1])
    assert bare.beside == ()
