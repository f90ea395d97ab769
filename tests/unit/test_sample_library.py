"""The sample images: they load like an upload, their labels fit, and the script makes them again."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from augviz.errors import InputError
from augviz.formats.format import SourceFile
from augviz.intake import take_in
from augviz.policies.starting_points import STARTING_POINTS
from augviz.preservation.profiles import PROFILE_OF
from augviz.sample import Sample
from augviz.sample_library import FOLDER, SampleEntry, entries, load

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from sample_drawing.catalogue import RECIPES, Recipe  # noqa: E402

ENTRIES = entries()
PHOTOGRAPHS = {"cat", "coins", "retina", "tissue"}
EXPECTED = {  # boxes, masks, keypoints
    "cat": (2, 1, 3),
    "road": (9, 2, 0),
    "chest": (5, 4, 0),
    "page": (112, 0, 0),
    "coins": (24, 24, 0),
    "retina": (1, 1, 1),
    "tissue": (0, 0, 0),
    "aerial": (75, 37, 0),
    "six-bands": (29, 0, 0),
    "digits": (20, 0, 0),
    "plate": (6, 2, 0),
}


@pytest.fixture(scope="module")
def samples() -> dict[str, Sample]:
    return {entry.id: load(entry.id) for entry in ENTRIES}


each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)


def test_there_are_at_least_ten_and_the_cat_is_first() -> None:
    assert len(ENTRIES) >= 10
    assert ENTRIES[0].id == "cat"
    assert {entry.id for entry in ENTRIES} == set(EXPECTED)
    assert len({entry.title for entry in ENTRIES}) == len(ENTRIES)


def test_all_together_are_under_four_megabytes() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 4_000_000


@each_entry
def test_loads_without_a_problem(entry: SampleEntry) -> None:
    files = tuple(SourceFile(Path(name).name, (FOLDER / name).read_bytes()) for name in entry.files)
    intake = take_in(files, class_name=entry.label)
    assert len(intake.samples) == 1
    assert [str(problem) for problem in intake.problems if problem.kind != "note"] == []
    assert (intake.unmatched_labels, intake.images_without_labels) == ((), ())


@each_entry
def test_has_the_labels_that_its_description_promises(entry: SampleEntry, samples: dict[str, Sample]) -> None:
    labels = samples[entry.id].labels
    masks = 0 if labels.masks is None else len(labels.masks)
    assert (len(labels.boxes), masks, len(labels.keypoints)) == EXPECTED[entry.id]
    assert labels.label == entry.label
    assert not labels.is_empty()


@each_entry
def test_labels_lie_inside_the_image_and_masks_fill_their_boxes(entry: SampleEntry, samples: dict[str, Sample]) -> None:
    sample = samples[entry.id]
    height, width = sample.size_hw
    assert 384 <= max(height, width) <= 1024
    xyxy = sample.labels.boxes.xyxy
    assert (xyxy >= 0).all()
    assert (xyxy <= np.array([width, height, width, height])).all()
    assert (xyxy[:, 2:] - xyxy[:, :2] >= 1).all()
    points = sample.labels.keypoints.xy
    assert ((points > 0) & (points < np.array([width, height]))).all()
    if sample.labels.masks is not None:
        rows = {i: row for row, i in enumerate(sample.labels.boxes.ids)}
        for place, object_id in enumerate(sample.labels.masks.ids):
            ys, xs = np.nonzero(sample.labels.masks.mask_of(place))
            tight = [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]
            np.testing.assert_allclose(tight, xyxy[rows[object_id]], atol=1.01)


@each_entry
def test_says_licence_origin_and_where_to_start(entry: SampleEntry) -> None:
    licences = (FOLDER / "LICENSES.md").read_text(encoding="utf-8")
    row = next(line for line in licences.splitlines() if line.startswith(f"| {entry.id} |"))
    assert row == f"| {entry.id} | {entry.licence} | {entry.origin} | {'yes' if entry.synthetic else 'no'} |"
    assert entry.starting_point in {point.id for point in STARTING_POINTS}
    assert entry.profile in PROFILE_OF
    assert entry.synthetic == (entry.id not in PHOTOGRAPHS)
    assert bool(entry.note) == entry.synthetic


def test_no_file_lies_around_that_the_index_does_not_list() -> None:
    listed = {"index.json", "LICENSES.md", *(name for entry in ENTRIES for name in entry.files)}
    assert {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()} == listed


def test_names_are_unique_when_all_are_open(samples: dict[str, Sample]) -> None:
    assert len({sample.name for sample in samples.values()}) == len(ENTRIES)


def test_left_and_right_are_the_cats_own(samples: dict[str, Sample]) -> None:
    points = dict(zip(samples["cat"].labels.keypoints.labels, samples["cat"].labels.keypoints.xy, strict=True))
    assert points["left_eye"][0] > points["nose"][0] > points["right_eye"][0]
    assert points["nose"][1] > max(points["left_eye"][1], points["right_eye"][1])


def test_the_patients_left_is_on_the_pictures_right(samples: dict[str, Sample]) -> None:
    sample = samples["chest"]
    middle = {
        label: (x1 + x2) / 2
        for label, (x1, _, x2, _) in zip(sample.labels.boxes.labels, sample.labels.boxes.xyxy, strict=True)
    }
    assert middle["left lung"] > sample.size_hw[1] / 2 > middle["right lung"]
    assert middle["heart"] > sample.size_hw[1] / 2
    assert middle["side marker L"] > sample.size_hw[1] / 2


def test_in_a_left_eye_the_disc_lies_left_of_the_fovea(samples: dict[str, Sample]) -> None:
    labels = samples["retina"].labels
    assert labels.label == "left eye"
    assert labels.boxes.xyxy[0, 2] < labels.keypoints.xy[0, 0]


def test_the_crack_is_a_hairline_darker_than_the_metal(samples: dict[str, Sample]) -> None:
    sample = samples["plate"]
    assert sample.labels.masks is not None
    crack = sample.labels.masks.mask_of(sample.labels.masks.labels.index("crack"))
    squares = np.lib.stride_tricks.sliding_window_view(crack, (3, 3)).all(axis=(2, 3))
    assert squares.sum() < 0.05 * crack.sum(), "not only at its bends it is three pixels wide"
    assert crack.sum() > 400
    assert sample.image[crack].mean() < sample.image[200:260, 200:250].mean() - 40


def test_six_bands_have_names_and_green_plants(samples: dict[str, Sample]) -> None:
    sample = samples["six-bands"]
    assert sample.image.dtype == np.float32
    assert sample.bands == ("blue", "green", "red", "red edge", "near infrared", "short-wave infrared")
    red, infrared = (sample.image[..., sample.bands.index(name)] for name in ("red", "near infrared"))
    index = (infrared - red) / (infrared + red)
    assert 0.3 < (index > 0.6).mean() < 0.9, "share of plants by NDVI"


def test_the_page_reads_what_its_boxes_say(samples: dict[str, Sample]) -> None:
    words = set(samples["page"].labels.boxes.labels)
    assert {"paddle", "quilted", "dipped", "6", "9", "66", "99", "209.61"} <= words


def test_an_unknown_sample_is_named() -> None:
    with pytest.raises(InputError, match=r"dog: there is no sample image of this name\. There are: cat,"):
        load("dog")


def test_a_folder_without_an_index_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the index of the sample images cannot be read"):
        entries(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", '{"samples": [{}]}', '{"samples": [{"files": "cat.jpg"}]}', "{"])
def test_a_broken_index_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / "index.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"the index of the sample images cannot be read"):
        entries(tmp_path)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "index.json").write_bytes((FOLDER / "index.json").read_bytes())
    with pytest.raises(InputError, match=r"cat/cat\.jpg: a file of the sample image is missing"):
        load("cat", tmp_path)


# Pixels may differ a little where another processor or version of libjpeg or FreeType rounds another way: at most two
# levels of 255 on average, and 2% of the pixels by more than 12. Another seed or a moved line differs by far more.
MEAN_TOLERANCE = 2.0
FAR_OFF, FAR_OFF_SHARE = 12, 0.02


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.id)
def test_the_script_makes_the_same_files_again(recipe: Recipe) -> None:
    made = recipe.make()
    entry = next(entry for entry in ENTRIES if entry.id == recipe.id)
    assert [f"{recipe.id}/{name}" for name in made] == list(entry.files)
    for name, data in made.items():
        stored = (FOLDER / recipe.id / name).read_bytes()
        if Path(name).suffix in {".jpg", ".png", ".tif"}:
            off = np.abs(_levels(data) - _levels(stored))
            assert off.mean() < MEAN_TOLERANCE
            assert (off > FAR_OFF).mean() < FAR_OFF_SHARE
        elif recipe.synthetic:
            assert data == stored


def _levels(data: bytes) -> npt.NDArray[np.float64]:
    """Pixels in levels of 255."""
    if data[:2] in (b"II", b"MM"):
        sample = take_in((SourceFile("a.tif", data),)).samples[0]
        return np.asarray(sample.image, np.float64) * 255
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image, np.float64)
