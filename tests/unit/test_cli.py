"""The command line does what the page does, and says what it cannot."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from augviz import sample_library
from augviz.cli import main
from augviz.pipeline.draws import sample_seed
from augviz.pipeline.export import ExportOptions, to_yaml
from augviz.pipeline.importing import read_pipeline
from augviz.pipeline.materials import registry, with_names
from augviz.pipeline.run import run
from augviz.pipeline.spec import PipelineSpec, Step

CAT = sample_library.FOLDER / "cat"
PIPELINE = """
transform:
  - HorizontalFlip: {p: 0.5}
  - Rotate: {limit: 20, p: 0.7}
  - RandomBrightnessContrast: {p: 0.5}
"""


@pytest.fixture
def pipeline(tmp_path: Path) -> Path:
    path = tmp_path / "pipeline.yaml"
    path.write_text(PIPELINE)
    return path


def test_run_writes_what_the_page_shows(pipeline: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ["run", str(pipeline), str(CAT), "--samples", "3", "--seed", "11", "--out", str(out)]
    assert main([*arguments, "--labels-format", "coco", "yolo", "voc", "mask"]) == 0
    pictures = sorted(out.glob("*.png"))
    assert [path.name for path in pictures] == ["cat_0000.png", "cat_0001.png", "cat_0002.png"]
    spec, cat = read_pipeline(PIPELINE).spec, sample_library.load("cat")
    for place, path in enumerate(pictures):
        expected = run(spec, cat, sample_seed(11, place)).after.image
        np.testing.assert_array_equal(cv2.imread(str(path))[:, :, ::-1], expected)
    coco = json.loads((out / "coco" / "annotations.json").read_text())
    assert {image["file_name"] for image in coco["images"]} == {path.name for path in pictures}
    assert len(list((out / "yolo").rglob("cat_*.txt"))) == 3
    assert len(list((out / "voc").rglob("*.xml"))) == 3


MATCHING = "transform:\n  - HistogramMatching: {p: 1.0}\n"


def test_references_are_taken_by_a_step_that_names_none(tmp_path: Path) -> None:
    path, road = tmp_path / "matching.yaml", sample_library.FOLDER / "road"
    path.write_text(MATCHING)
    arguments = ["run", str(path), str(CAT), "--references", str(road), "--samples", "1", "--seed", "3"]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 0
    reference = sample_library.load("road")
    spec = with_names(read_pipeline(MATCHING).spec, [reference.name])
    expected = run(spec, sample_library.load("cat"), sample_seed(3, 0), materials=registry([reference])).after.image
    assert (expected != sample_library.load("cat").image).any()
    np.testing.assert_array_equal(cv2.imread(str(tmp_path / "out" / "cat_0000.png"))[:, :, ::-1], expected)


def test_a_step_without_its_references_is_named_and_the_picture_comes_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "matching.yaml"
    path.write_text(MATCHING)
    assert main(["run", str(path), str(CAT), "--samples", "1", "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err
    assert "give them with --references" in said
    assert "has no reference images" in said
    assert (tmp_path / "out" / "cat_0000.png").exists()


def test_a_file_is_verified_with_its_references(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, road = tmp_path / "matching.yaml", sample_library.FOLDER / "road"
    path.write_text(to_yaml(read_pipeline(MATCHING).spec, ExportOptions()))
    arguments = ["verify", str(path), "--image", str(CAT / "cat.jpg"), "--samples", "2"]
    assert main([*arguments, "--references", str(road / "road.jpg")]) == 0
    assert "proven on 2 samples" in capsys.readouterr().out
    assert main(arguments) == 1


def test_more_samples_keep_the_first_and_seeds_differ(pipeline: Path, tmp_path: Path) -> None:
    for name, count, seed in (("a", "2", "1"), ("b", "4", "1"), ("c", "2", "2")):
        command = ["run", str(pipeline), str(CAT / "cat.jpg"), "--samples", count, "--seed", seed]
        assert main([*command, "--out", str(tmp_path / name)]) == 0
    first = [(tmp_path / name / "cat_0001.png").read_bytes() for name in "abc"]
    assert first[0] == first[1]
    assert first[0] != first[2]


def test_verify_proves_and_disproves_by_exit_code(
    pipeline: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(pipeline), str(CAT), "--samples", "1", "--out", str(tmp_path / "o")]) == 0
    saved = tmp_path / "crop.yaml"
    saved.write_text(
        "transform:\n  __class_fullname__: Compose\n  p: 1.0\n  transforms:\n"
        "  - {__class_fullname__: RandomCrop, height: 4000, width: 4000, p: 1.0}\n"
    )
    assert main(["verify", str(saved), "--samples", "1"]) == 1
    assert "NOT proven" in capsys.readouterr().out
    saved.write_text(saved.read_text().replace("4000", "40"))
    assert main(["verify", str(saved), "--samples", "2"]) == 0
    assert "proven on 2 samples" in capsys.readouterr().out


BAD = [
    (["run", "missing.yaml", str(CAT), "--out", "o"], "missing.yaml"),
    (["run", "{pipeline}", "missing.jpg", "--out", "o"], "missing.jpg"),
    (["run", "{pipeline}", "{pipeline}", "--out", "o"], "No picture"),
    (["run", "{binary}", str(CAT), "--out", "o"], "UTF-8"),
    (["run", "{pipeline}", str(CAT), "--out", "{pipeline}"], "folder"),
]


@pytest.mark.parametrize(("arguments", "said"), BAD, ids=[row[1] for row in BAD])
def test_bad_input_is_one_sentence_and_exit_code_2(
    arguments: list[str], said: str, pipeline: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00transform")
    filled = [part.format(pipeline=pipeline, binary=tmp_path / "binary.yaml") for part in arguments]
    assert main(filled) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


def test_a_step_that_cannot_run_is_said_and_the_rest_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("transform:\n- RandomCrop: {height: 4000, width: 4000}\n- HorizontalFlip: {p: 1}")
    assert main(["run", str(path), str(CAT), "--samples", "1", "--out", str(tmp_path / "o")]) == 1
    assert "RandomCrop could not run" in capsys.readouterr().err
    assert (tmp_path / "o" / "cat_0000.png").exists()


@pytest.mark.parametrize(
    "wrong", [["--samples", "0"], ["--samples", "x"], ["--seed", "-1"], ["--labels-format", "pdf"]]
)
def test_wrong_options_are_refused(wrong: list[str], pipeline: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["run", str(pipeline), str(CAT), "--out", "o", *wrong])
    assert caught.value.code == 2


def test_names_with_folders_never_leave_the_output(pipeline: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in" / "sub"
    folder.mkdir(parents=True)
    cv2.imwrite(str(folder / "a.png"), np.zeros((9, 9, 3), np.uint8))
    assert main(["run", str(pipeline), str(tmp_path / "in"), "--samples", "1", "--out", str(tmp_path / "o")]) == 0
    assert [path.name for path in (tmp_path / "o").glob("*.png")] == ["a_0000.png"]


def test_pictures_that_differ_in_folder_or_extension_only_do_not_overwrite_each_other(
    pipeline: Path, tmp_path: Path
) -> None:
    colours = {"cat.png": 10, "cat.bmp": 60, "a/b.png": 110, "a-b.png": 160, "CAT.tif": 210}
    for name, value in colours.items():
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(tmp_path / "in" / name), np.full((20, 20, 3), value, np.uint8))
    pipeline.write_text("transform:\n- HorizontalFlip: {p: 1}")
    out = tmp_path / "out"
    assert main(["run", str(pipeline), str(tmp_path / "in"), "--samples", "1", "--out", str(out)]) == 0
    written = sorted(out.glob("*.png"))
    assert sorted(int(cv2.imread(str(path))[0, 0, 0]) for path in written) == sorted(colours.values())
    assert len({path.name.lower() for path in written}) == len(colours)
    coco = json.loads((out / "coco" / "annotations.json").read_text())
    assert {image["file_name"] for image in coco["images"]} == {path.name for path in written}


def test_python_dash_m_works() -> None:
    done = subprocess.run([sys.executable, "-m", "augviz", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("augviz ")


def test_names_change_places_in_the_labels_that_are_written(tmp_path: Path) -> None:
    """A point that was the left eye of a cat is the right one of its mirror image."""
    path, out = tmp_path / "flip.yaml", tmp_path / "out"
    path.write_text("transform:\n  - HorizontalFlip: {p: 1.0}\n")
    arguments = ["run", str(path), str(CAT), "--samples", "1", "--out", str(out)]
    assert main([*arguments, "--swap", "left_eye=right_eye", "cat=dog", "--labels-format", "coco", "yolo"]) == 0
    coco = json.loads((out / "coco" / "annotations.json").read_text())
    names = {category["id"]: category for category in coco["categories"]}
    before = sample_library.load("cat").labels.keypoints
    at = dict(zip(before.labels, before.xy[:, 0].tolist(), strict=True))
    width = coco["images"][0]["width"]
    found = [each for each in coco["annotations"] if "keypoints" in each]
    points = found[0]["keypoints"]
    listed = names[found[0]["category_id"]]["keypoints"]
    assert names[found[0]["category_id"]]["name"] == "dog"
    assert points[3 * listed.index("right_eye")] == pytest.approx(width - at["left_eye"], abs=1)
    assert points[3 * listed.index("left_eye")] == pytest.approx(width - at["right_eye"], abs=1)
    written = (out / "yolo" / "data.yaml").read_text()
    assert "dog" in written


def test_the_pairs_of_a_file_are_used_and_those_given_come_first(tmp_path: Path) -> None:
    spec = PipelineSpec((Step("HorizontalFlip"),), swaps=(("left_eye", "nose"),))
    path = tmp_path / "flip.yaml"
    path.write_text(to_yaml(spec, ExportOptions()))
    for more, expected in (([], "nose"), (["--swap", "left_eye=right_eye"], "right_eye")):
        out = tmp_path / f"out{len(more)}"
        assert main(["run", str(path), str(CAT), "--samples", "1", "--out", str(out), *more]) == 0
        coco = json.loads((out / "coco" / "annotations.json").read_text())
        listed = next(each["keypoints"] for each in coco["categories"] if each.get("keypoints"))
        points = next(each["keypoints"] for each in coco["annotations"] if "keypoints" in each)
        before = sample_library.load("cat").labels.keypoints
        x = coco["images"][0]["width"] - float(before.xy[before.labels.index("left_eye"), 0])
        assert points[3 * listed.index(expected)] == pytest.approx(x, abs=1)


@pytest.mark.parametrize("command", ["run", "verify", "check", "policy", "review"])
def test_each_command_says_what_it_takes(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert "usage: augviz" in capsys.readouterr().out
