"""Packages that overwrite each other are found, and the words say how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from augviz.environment import check_environment


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment of its own, in which only what the test puts there is installed."""
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    return tmp_path


def install(site: Path, name: str) -> None:
    folder = site / f"{name.replace('-', '_')}-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")


@pytest.mark.parametrize(
    "names",
    [
        (),
        ("opencv-python-headless",),
        ("opencv-python",),
        ("opencv-contrib-python", "albumentations"),
        ("opencv-pythonic",),
    ],
)
def test_one_opencv_or_none_is_fine(site: Path, names: tuple[str, ...]) -> None:
    for name in names:
        install(site, name)
    assert check_environment() == ()


@pytest.mark.parametrize(
    "names",
    [
        ("opencv-python", "opencv-python-headless"),
        ("opencv_python_headless", "opencv-contrib-python"),
        ("opencv-contrib-python-headless", "OpenCV-Python"),
        ("opencv-python", "opencv-python-headless", "opencv-contrib-python"),
    ],
)
def test_two_opencvs_are_named_with_the_commands_that_mend_it(site: Path, names: tuple[str, ...]) -> None:
    for name in names:
        install(site, name)
    (problem,) = check_environment()
    command = str(problem).split("pip uninstall -y ")[1].split(" and then")[0]
    assert set(command.split()) == {name.lower().replace("_", "-") for name in names}
    assert "pip install -r requirements.txt" in str(problem)


def test_the_successor_of_albumentations_is_named(site: Path) -> None:
    install(site, "albumentationsx")
    (problem,) = check_environment()
    assert "albumentationsx is installed over albumentations" in str(problem)
    assert "pip uninstall -y albumentationsx albumentations" in str(problem)


def test_both_conflicts_are_told_at_once(site: Path) -> None:
    for name in ("albumentationsx", "opencv-python", "opencv-python-headless"):
        install(site, name)
    assert len(check_environment()) == 2


def test_the_environment_of_these_tests_is_sound() -> None:
    assert check_environment() == ()
