"""The command line never overwrites one picture with another, and a disk that refuses gets one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from augviz.cli import main

PIPELINE = "transform:\n- HorizontalFlip: {p: 0.5}\n"


@pytest.fixture
def pipeline(tmp_path: Path) -> Path:
    path = tmp_path / "pipeline.yaml"
    path.write_text(PIPELINE)
    return path


def picture(path: Path, grey: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.full((9, 12, 3), grey, np.uint8))
    return path


SAME_STEM = {
    "other extensions": ("cat.png", "cat.jpg", "cat.bmp"),
    "folder and dash": ("x/a/b.png", "x/a-b.png", "x/b.png"),
    "capitals": ("CAT.png", "cat.bmp", "cat-2.png"),
}


@pytest.mark.parametrize("names", SAME_STEM.values(), ids=SAME_STEM)
def test_every_picture_has_files_of_its_own(names: tuple[str, ...], pipeline: Path, tmp_path: Path) -> None:
    greys = range(40, 40 + 50 * len(names), 50)
    for name, grey in zip(names, greys, strict=True):
        picture(tmp_path / "in" / name, grey)
    out = tmp_path / "out"
    given = ["run", str(pipeline), str(tmp_path / "in"), "--samples", "2", "--out", str(out)]
    assert main([*given, "--labels-format", "coco", "yolo"]) == 0
    found = sorted(int(cv2.imread(str(path))[0, 0, 0]) for path in out.glob("*.png"))
    np.testing.assert_allclose(found, sorted([*greys, *greys]), atol=1)
    listed = [image["file_name"] for image in json.loads((out / "coco/annotations.json").read_text())["images"]]
    assert sorted(listed) == sorted(path.name for path in out.glob("*.png"))
    labels = {path.stem for path in (out / "yolo/labels").glob("*.txt")}
    assert labels == {Path(name).stem for name in listed}  # YOLO finds labels by the stem of the picture


def test_a_file_that_cannot_be_written_is_one_sentence(
    pipeline: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    (out / "cat_0000.png").mkdir(parents=True)
    source = picture(tmp_path / "cat.png", 9)
    assert main(["run", str(pipeline), str(source), "--samples", "1", "--out", str(out)]) == 2
    assert "cat_0000.png: the file cannot be written" in capsys.readouterr().err


def test_a_labels_folder_that_cannot_be_made_is_one_sentence(
    pipeline: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "coco").write_text("a file in the way")
    source = picture(tmp_path / "cat.png", 9)
    assert main(["run", str(pipeline), str(source), "--samples", "1", "--out", str(out)]) == 2
    assert "coco: the folder cannot be made" in capsys.readouterr().err


def test_verify_says_that_a_load_refuses_the_short_form(pipeline: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(pipeline), "--samples", "1"]) == 1
    said = capsys.readouterr().out
    assert "NOT proven" in said
    assert "A.load refused the file" in said
    assert "Export page" in said
