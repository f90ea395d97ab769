"""``augviz review``: a folder of pictures becomes a review that the app finds."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from augviz.cli import main
from augviz.pipeline.export import ExportOptions, to_yaml
from augviz.pipeline.importing import read_pipeline
from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.review.store import open_store

TURN = PipelineSpec((Step("Rotate", freeze({"limit": (10, 20)})),))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AUGVIZ_DATA_DIR", str(tmp_path / "data"))
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for k in range(6):
        noise = np.random.default_rng(k).integers(0, 255, (32, 40, 3), np.uint8)
        cv2.imwrite(str(pictures / f"{k}.png"), noise)
    (tmp_path / "turn.yaml").write_text(to_yaml(TURN, ExportOptions()))
    return tmp_path


def test_a_folder_becomes_a_review_with_its_link(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["review", str(folder / "turn.yaml"), str(folder / "pictures"), "--profile", "digits", "--count", "5"]
    words += ["--title", "Sixes", "--project", "post", "--known-violations", str(folder / "turn.yaml")]
    assert main([*words, "--address", "https://augviz.example/"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("5 images, 8 pictures with the controls.")
    found = re.search(r"^https://augviz\.example/judge\?review=([\w-]{22})$", said, re.MULTILINE)
    assert found is not None
    review = open_store().review(found[1])
    assert review.is_of(read_pipeline((folder / "turn.yaml").read_text()).spec)
    assert (review.setting.title, review.setting.project, review.setting.profile) == ("Sixes", "post", "digits")
    assert review.setting.question == "Which digits or letters do you read?"
    kinds = [item.kind for item in review.items]
    assert [kinds.count(kind) for kind in ("draw", "untouched", "duplicate", "known violation")] == [5, 1, 1, 1]
    assert {item.image_name for item in review.items} <= {f"{k}.png" for k in range(6)}


def test_what_cannot_be_drawn_leaves_nothing_behind(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    too_large = PipelineSpec((Step("RandomCrop", freeze({"height": 500, "width": 500})),))
    (folder / "crop.yaml").write_text(to_yaml(too_large, ExportOptions()))
    words = ["review", str(folder / "crop.yaml"), str(folder / "pictures"), "--profile", "digits"]
    assert main(words) == 2
    assert "leave the image out" in capsys.readouterr().err
    assert list((folder / "data").rglob("*.png")) == []


def test_a_fact_that_there_is_not_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["review", str(folder / "turn.yaml"), str(folder / "pictures"), "--profile", "digits", "--fact", "nonsense"]
    assert main(words) == 2
    assert "nonsense" in capsys.readouterr().err
