"""``augviz check``: the verdict for a team's CI, with its exit codes and its three forms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from augviz.cli import main
from augviz.sample_library import FOLDER

FLIP = "transform:\n  - OneOf:\n    - HorizontalFlip: {p: 0.5}\n    - NoOp: {p: 0.5}\n"
NORMALIZE = "  - Normalize: {}\n"


@pytest.fixture
def flip(tmp_path: Path) -> Path:
    path = tmp_path / "flip.yaml"
    path.write_text(FLIP + NORMALIZE, encoding="utf-8")
    return path


def test_a_violating_pipeline_fails_and_names_the_leaf(flip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["check", str(flip), "--profile", "chest-xray", "--fact", "left_right_labels", "--format", "json"])
    said = json.loads(capsys.readouterr().out)
    assert code == 1
    assert said["verdict"] == "violating"
    first = said["findings"][0]
    assert (first["code"], first["step"], first["transform"]) == ("X02", "0.0", "HorizontalFlip")
    assert set(first) == set(
        "code severity step transform message mend source value limit unit images violations".split()  # noqa: SIM905
    )


def test_a_fact_decides_and_can_be_denied(flip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(flip), "--profile", "chest-xray"]) == 0
    assert capsys.readouterr().out.startswith("caution\n")
    assert main(["check", str(flip), "--profile", "fundus", "--fact", "left_right_labels=no"]) == 0
    assert capsys.readouterr().out.startswith("caution\n")


def test_names_of_labels_are_read_from_the_images(flip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(FOLDER / "chest" / name) for name in ("chest-phantom.png", "chest-phantom.json")]
    code = main(["check", str(flip), "--profile", "chest-xray", "--images", files[0], "--labels", files[1]])
    assert code == 1
    assert "X02  step 0.0 HorizontalFlip" in capsys.readouterr().out


def test_one_compose_in_a_python_file_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "train.py"
    code = "import albumentations as A\nimport cv2\n"
    code += "t = A.Compose([A.Rotate(limit=180, border_mode=cv2.BORDER_REFLECT, p=1)])\n"
    path.write_text(code, encoding="utf-8")
    assert main(["check", str(path), "--profile", "digits", "--format", "sarif"]) == 1
    said = json.loads(capsys.readouterr().out)
    results = said["runs"][0]["results"]
    assert ("D03", "error") in {(row["ruleId"], row["level"]) for row in results}


def test_normalize_that_stood_too_early_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "early.yaml"
    path.write_text("transform:\n  - Normalize: {}\n  - RandomBrightnessContrast: {p: 0.5}\n", encoding="utf-8")
    assert main(["check", str(path), "--profile", "natural"]) == 1
    assert "violating  G01  the whole pipeline" in capsys.readouterr().out


def test_random_validation_is_violating(flip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fixed = tmp_path / "val.yaml"
    fixed.write_text("transform:\n  - NoOp: {p: 1.0}\n" + NORMALIZE, encoding="utf-8")
    assert main(["check", str(flip), "--profile", "natural", "--validation", str(fixed)]) == 0
    assert main(["check", str(flip), "--profile", "natural", "--validation", str(flip)]) == 1
    assert "G11" in capsys.readouterr().out


def _codes(said: str) -> set[str]:
    return {row["code"] for row in json.loads(said)["findings"] if row["severity"] != "safe"}


def test_limits_can_be_moved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "narrow.yaml"
    path.write_text("transform:\n  - CenterCrop: {height: 220, width: 300, p: 1.0}\n", encoding="utf-8")
    files = [str(FOLDER / "cat" / name) for name in ("cat.jpg", "cat.json")]
    asked = ["check", str(path), "--profile", "natural", "--images", files[0], "--labels", files[1], "--format", "json"]
    assert main(asked) == 0
    assert "m1" in _codes(capsys.readouterr().out)
    assert main([*asked, "--limit", "m1.violating=0.1", "m1.caution=0.2"]) == 0
    assert "m1" not in _codes(capsys.readouterr().out)
    assert main([*asked, "--limit", "m1.caution=1", "--limit", "m1.violating=0.99"]) == 0
    rows = json.loads(capsys.readouterr().out)["findings"]
    assert next(row["limit"] for row in rows if row["code"] == "m1") == 0.99


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("m1=0.4", "m1: there is no limit of this name"),
        ("m2.violating=1", "m2.violating: there is no limit of this name"),
        ("moon.caution=1", "moon.caution: there is no limit of this name"),
        ("m1.violating", "m1.violating: nothing is not a number"),
        ("m1.violating=half", "m1.violating: half is not a number"),
        ("m1.violating=nan", "m1.violating: nan is not a number"),
        ("m1.violating=inf", "m1.violating: a limit has to be a number of at most"),
        ("m1.violating=1.2", "m1.violating: a share is from 0 to 1, not 1.2"),
    ],
)
def test_a_limit_that_cannot_be_moved_is_two(
    flip: Path, capsys: pytest.CaptureFixture[str], word: str, said: str
) -> None:
    assert main(["check", str(flip), "--profile", "natural", "--limit", word]) == 2
    assert said in capsys.readouterr().err


def test_bad_input_is_two(flip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "none.yaml"), "--profile", "natural"]) == 2
    assert main(["check", str(flip), "--profile", "natural", "--fact", "moon"]) == 2
    assert "there is no label fact of this name" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        main(["check", str(flip), "--profile", "moon"])
    assert stopped.value.code == 2


def test_names_that_change_places_mend_what_is_about_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flip = tmp_path / "always.yaml"
    flip.write_text("transform:\n  - HorizontalFlip: {p: 1.0}\n", encoding="utf-8")
    files = [str(FOLDER / "cat" / name) for name in ("cat.jpg", "cat.json")]
    about = ["check", str(flip), "--profile", "keypoints", "--images", files[0], "--labels", files[1]]
    assert main(about) == 1
    said = capsys.readouterr().out
    assert "K01  step 0 HorizontalFlip" in said
    assert "m8  step 0 HorizontalFlip" in said
    assert main([*about, "--swap", "left_eye=right_eye"]) == 0
    said = capsys.readouterr().out
    assert "K01" not in said
    assert "m8" not in said


@pytest.mark.parametrize("pair", ["left_eye", "=right", "left=", "a=b=c"])
def test_what_is_no_pair_of_names_is_refused(flip: Path, pair: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check", str(flip), "--profile", "keypoints", "--swap", pair])
    assert "is no pair of names" in capsys.readouterr().err


def test_a_name_in_two_pairs_is_refused(flip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(flip), "--profile", "keypoints", "--swap", "a=b", "b=c"]) == 2
    assert "b would change places with two names" in capsys.readouterr().err
