"""``augviz policy``: published policies and starting points as YAML on the standard output, also trimmed."""

from __future__ import annotations

from pathlib import Path

import albumentations as A
import pytest

from augviz.cli import main
from augviz.pipeline.importing import read_pipeline
from augviz.pipeline.spec import Step
from augviz.policies.table import POLICIES, PRESETS


def test_the_list_names_every_policy_and_starting_point(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [each.id for each in (*POLICIES, *PRESETS)]


def test_yaml_goes_out_and_loads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "randaugment", "--n", "3", "--m", "15"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.splitlines()[0].startswith("# RandAugment (n = 3, m = 15): Takes N of fourteen operations")
    assert said.out.splitlines()[1].startswith("# Source: Cubuk et al. 2020")
    path = tmp_path / "policy.yaml"
    path.write_text(said.out, encoding="utf-8")
    (order,) = A.load(path, data_format="yaml").transforms
    assert (type(order).__name__, order.n, order.replace) == ("RandomOrder", 3, True)
    assert main(["check", str(path), "--profile", "aerial"]) in (0, 1)


@pytest.mark.parametrize("policy_id", [each.id for each in (*POLICIES, *PRESETS) if not each.id.startswith("randaug")])
def test_every_one_comes_in_again(policy_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", policy_id]) == 0
    assert read_pipeline(capsys.readouterr().out).spec is not None


def test_a_trimmed_file_says_what_was_taken_and_passes_the_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["policy", "trivialaugment-wide", "--profile", "digits", "--trim"]) == 0
    said = capsys.readouterr()
    comments = [line for line in said.out.splitlines() if line.startswith("#")]
    assert any(line.startswith("# - Rotate: limit rotation to ±15°. D03:") for line in comments)
    assert "augviz: - Rotate: limit rotation to ±15°. D03:" in said.err
    path = tmp_path / "trimmed.yaml"
    path.write_text(said.out, encoding="utf-8")
    assert main(["check", str(path), "--profile", "digits"]) == 0
    turns = [node for node in read_pipeline(said.out).spec.walk() if isinstance(node, Step) and node.name == "Rotate"]
    assert [step.params["limit"] for step in turns] == [(-15, 15)]


def test_untrimmed_it_says_what_breaks_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "guide", "--profile", "chest-xray", "--fact", "left_right_labels"]) == 1
    said = capsys.readouterr()
    assert "augviz: violating: X02 HorizontalFlip:" in said.err
    assert "HorizontalFlip" in said.out
    assert main(["policy", "guide", "--profile", "chest-xray", "--fact", "left_right_labels", "--trim"]) == 0
    assert "HorizontalFlip\n" not in capsys.readouterr().out


def test_a_starting_point_keeps_its_box_settings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "shop"]) == 0
    assert read_pipeline(capsys.readouterr().out).spec.boxes.min_visibility == 0.4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["augmix"], "augmix: there is no policy of this name. There are: randaugment"),
        (["randaugment", "--m", "31"], "m is a whole number from 0 to 30, not 31"),
        (["guide", "--n", "2"], "has no parameter n"),
        (["randaugment", "--trim"], "Say which kind of images it is with --profile"),
        (["randaugment", "--profile", "digits", "--fact", "nonsense"], "nonsense"),
        ([], "Name one, or list them with --list"),
    ],
)
def test_what_cannot_be_used_is_named(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", *arguments]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""
