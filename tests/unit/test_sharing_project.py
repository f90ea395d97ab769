"""A project file holds what a visitor has in hand, and what is wrong in one is said while the rest opens."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import albumentations as A
import numpy as np
import pytest
from pycocotools.coco import COCO

from augviz import sample_library
from augviz.errors import InputError
from augviz.intake import Limits
from augviz.pipeline.spec import Group, PipelineSpec, Step
from augviz.policies.starting_points import STARTING_POINTS
from augviz.sample import Boxes, Labels, Masks, Sample, SemanticMap
from augviz.sharing import project as project_room
from augviz.sharing.opening import OpenedProject, read_project, with_awaited
from augviz.sharing.project import Pinned, Project, Version, write_project
from augviz.sharing.state import Shared

GUIDE = STARTING_POINTS[0].spec
SHARED = Shared(replace(GUIDE, swaps=(("left", "right"),)), seed=11, count=12, thresholds={"a": 0.5})


def labelled(name: str = "cat.png", size: tuple[int, int] = (12, 16)) -> Sample:
    image = np.random.default_rng(3).integers(0, 256, (*size, 3), np.uint8)
    stack = [np.eye(*size, dtype=np.bool_), np.ones(size, np.bool_)]
    labels = Labels(
        Boxes.of([[1.123456, 2, 8.5, 9], [0, 0, 3, 3]], ["thing", "other"], [7, 3]),
        Masks.from_stack(stack, ["thing", "other"], [7, 3], size=size),
        SemanticMap(np.arange(size[0] * size[1], dtype=np.int32).reshape(size) * 300, {0: "ground"}, {0: (1, 2, 3)}),
        label="whole",
    )
    return Sample(name, image, labels)


def project(*samples: Sample) -> Project:
    first = samples[0].name if samples else "cat"
    return Project(
        SHARED, samples, first, (Pinned(first, 2**40),), (Version("before", STARTING_POINTS[1].spec),), (("cat", 3),)
    )


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def said(opened: OpenedProject) -> str:
    return " ".join(str(problem) for problem in opened.problems)


@pytest.mark.parametrize("sample_id", [entry.id for entry in sample_library.entries()])
def test_every_kind_of_picture_comes_back_to_the_last_bit(sample_id: str) -> None:
    """16 bits, many bands, polygons, keypoints, overlapping masks, class maps: the shelf has them all."""
    sample = replace(sample_library.load(sample_id), name="own.png")
    opened = read_project(write_project(project(sample), with_images=True))
    assert said(opened) == ""
    assert opened.project.samples[0].digest == sample.digest
    assert opened.project == replace(project(sample), samples=opened.project.samples)


def test_sixteen_bits_in_many_bands_come_back() -> None:
    values = np.random.default_rng(0).integers(0, 65536, (20, 30, 7), np.uint16).astype(np.float32) / np.float32(65535)
    sample = Sample("bands.tif", values, bands=("blue", "green", "red", "edge 1", "edge 2", "near", "short"))
    opened = read_project(write_project(project(sample), with_images=True))
    assert opened.project.samples[0].digest == sample.digest
    assert opened.project.samples[0].bands == sample.bands


def test_ids_colours_and_fractions_that_coco_would_lose_come_back() -> None:
    sample = labelled()
    opened = read_project(write_project(project(sample), with_images=True))
    back = opened.project.samples[0]
    assert back.digest == sample.digest
    assert back.labels.semantic is not None
    assert back.labels.semantic.colours == {0: (1, 2, 3)}


def test_other_programs_can_read_it(tmp_path: Path) -> None:
    plain = replace(project(labelled()), shared=Shared(PipelineSpec((Step("HorizontalFlip", p=0.5),))))
    parts = parts_of(write_project(plain, with_images=True))
    (tmp_path / "pipeline.yaml").write_bytes(parts["pipeline.yaml"])
    (tmp_path / "coco.json").write_bytes(parts["labels/annotations.json"])
    assert isinstance(A.load(tmp_path / "pipeline.yaml", data_format="yaml"), A.Compose)
    coco = COCO(tmp_path / "coco.json")
    assert [row["name"] for row in coco.loadCats(coco.getCatIds())] == ["other", "thing"]
    assert [row["file_name"] for row in coco.loadImgs(coco.getImgIds())] == ["cat.png"]


def test_names_never_become_paths() -> None:
    names = ("../../etc/passwd", "a/b.png", "C:\\x.png", "<b>.png")
    parts = parts_of(write_project(project(*(labelled(name) for name in names)), with_images=True))
    inside = [name for name in parts if name.startswith(("images/", "labels/masks/"))]
    assert all(name.split("/")[-1][:4].isdecimal() and ".." not in name for name in inside)
    opened = read_project(zipped(parts))
    assert [sample.name for sample in opened.project.samples] == ["a/b.png", "<b>.png"]
    assert "points outside its own folder" in said(opened)


def test_the_same_project_gives_the_same_bytes() -> None:
    assert write_project(project(labelled()), with_images=True) == write_project(project(labelled()), with_images=True)


def test_without_pictures_labels_wait_for_them_and_only_for_them() -> None:
    one, two = labelled("one.png"), labelled("two.png")
    data = write_project(project(one, two), with_images=False)
    assert not [name for name in parts_of(data) if name.startswith("images/")]
    opened = read_project(data)
    assert opened.project.samples == ()
    other = labelled("two.png", (10, 16)).with_labels(Labels())
    found, waiting, problems = with_awaited([one.with_labels(Labels()), other], opened.awaited)
    assert found[0].digest == one.digest
    assert found[1].labels.is_empty()
    assert waiting == ()
    assert "labels for 16 × 12 pixels, the picture has 16 × 10" in str(problems[0])


def test_labels_on_other_pixels_are_given_with_a_word() -> None:
    opened = read_project(write_project(project(labelled()), with_images=False))
    other = replace(labelled(), image=np.zeros((12, 16, 3), np.uint8), labels=Labels())
    found, _, problems = with_awaited([other], opened.awaited)
    assert len(found[0].labels.boxes) == 2
    assert "the pixels are not those" in str(problems[0])


def test_labels_that_were_changed_with_another_program_are_taken() -> None:
    parts = parts_of(write_project(project(labelled()), with_images=True))
    parts["labels/annotations.json"] = parts["labels/annotations.json"].replace(b'"thing"', b'"cat"')
    opened = read_project(zipped(parts))
    labels = opened.project.samples[0].labels
    assert sorted(labels.boxes.labels) == ["cat", "other"]
    assert (labels.semantic is not None, labels.label) == (True, "whole")
    assert "Its labels are used" in said(opened)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("labels/exact.json", "The labels come from labels/annotations.json"),
        ("labels/masks/0001-layer-1.png", "The labels of this picture come from labels/annotations.json"),
        ("labels/masks/0001-classes.png", "The labels of this picture come from labels/annotations.json"),
        ("images/0001.png", "not a picture"),
        ("settings.json", "the pipeline was read from pipeline.yaml instead"),
        ("pipeline.yaml", ""),
    ],
)
@pytest.mark.parametrize("damage", [b"damaged", None])
def test_a_damaged_part_is_said_and_the_rest_opens(name: str, sentence: str, damage: bytes | None) -> None:
    parts = parts_of(write_project(project(labelled()), with_images=True))
    if damage is None:
        del parts[name]
    else:
        parts[name] = damage
    opened = read_project(zipped(parts))
    assert sentence in said(opened) or (damage is None and "missing" in said(opened))
    assert [step.id for step in opened.project.shared.spec.steps] == [step.id for step in GUIDE.steps]
    assert opened.project.shared.seed == 11
    if name.startswith("labels/"):
        assert len(opened.project.samples[0].labels.boxes) == 2
    if name.startswith("images/"):
        assert opened.awaited[0].labels.label == "whole"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "the zip is empty"),
        (b"PK nonsense", "not a zip, or it is damaged"),
        (zipped({"photo.txt": b"x"}), "this zip is no project of augviz"),
        (zipped({"settings.json": b"{}"}), "pipeline.yaml: the file is missing"),
        (zipped({"pipeline.yaml": b"\xff\xfe\xff"}), "pipeline.yaml: the file is no text"),
        (zipped({"pipeline.yaml": b"transform: [{Eval: {}}]"}), "pipeline.yaml, line 1: "),
    ],
)
def test_what_is_no_project_gets_its_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_project(data)


def test_a_later_form_is_said() -> None:
    parts = parts_of(write_project(project(), with_images=True))
    parts["settings.json"] = parts["settings.json"].replace(b'"version": 1', b'"version": 2', 1)
    assert "this augviz reads form 1" in said(read_project(zipped(parts)))


def changed_settings(**changes: object) -> OpenedProject:
    parts = parts_of(write_project(project(labelled()), with_images=True))
    parts["settings.json"] = json.dumps({**json.loads(parts["settings.json"]), **changes}).encode()
    return read_project(zipped(parts))


def test_values_that_nobody_would_save_are_left_out_with_a_word() -> None:
    opened = changed_settings(
        pins=[["cat.png", 1], ["cat.png", -1], 7],
        colours=[["cat", 3], ["dog", 10**9], ["", 1]],
        kept=[{"name": "x", "spec": {"steps": [{"name": "eval", "id": "e"}]}}, {"name": "y", "spec": {}}],
        pictures=[{"name": "cat.png", "height": 10**9, "width": 16}, {"name": "b.png", "height": 3, "width": 3}],
    )
    assert opened.project.pins == (Pinned("cat.png", 1),)
    assert [kept.name for kept in opened.project.kept] == ["y"]
    assert opened.project.colours == (("cat", 3),)
    assert [each.name for each in opened.awaited] == ["b.png"]
    assert len(opened.problems) >= 4


def test_a_picture_cannot_take_the_name_of_a_sample_image_or_of_another() -> None:
    rows = [{"name": name, "height": 3, "width": 3} for name in ("coins", "a", "a")]
    assert [each.name for each in changed_settings(pictures=rows).awaited] == ["coins (2)", "a", "a (2)"]


def test_a_file_outside_its_folder_is_not_read() -> None:
    parts = parts_of(write_project(project(labelled()), with_images=True))
    opened = read_project(zipped({**parts, "../evil.json": b"{}"}))
    assert "points outside its own folder" in said(opened)
    assert opened.project.samples[0].digest == labelled().digest


def test_boxes_outside_the_picture_are_cut_as_in_an_upload() -> None:
    parts = parts_of(write_project(project(labelled()), with_images=True))
    exact = json.loads(parts["labels/exact.json"])
    exact["pictures"][0]["boxes"][0][2] = 1e9
    opened = read_project(zipped({**parts, "labels/exact.json": json.dumps(exact).encode()}))
    assert "does not lie in the picture" in said(opened)
    assert opened.project.samples[0].labels.boxes.xyxy.max() <= 16


def test_bombs_get_their_sentence() -> None:
    parts = parts_of(write_project(project(labelled()), with_images=True))
    opened = read_project(zipped({**parts, "big.json": b"\0" * 30_000_000}))
    assert "zip bomb" in said(opened)
    tight = Limits(decoded_bytes=2_000)
    opened = read_project(zipped(parts), limits=tight)
    assert "more memory than there is" in said(opened)


def test_limits_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project_room, "MAX_PIXEL_BYTES", 500)
    with pytest.raises(InputError, match="Save it without pictures"):
        write_project(project(labelled()), with_images=True)
    monkeypatch.setattr(project_room, "MAX_PROJECT_BYTES", 500)
    with pytest.raises(InputError, match="Close some pictures"):
        write_project(project(labelled()), with_images=False)


def test_a_file_that_is_too_large_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("augviz.sharing.opening.MAX_PROJECT_BYTES", 100)
    with pytest.raises(InputError, match="can be opened"):
        read_project(write_project(project(), with_images=False))


def test_a_pipeline_that_cannot_be_exported_is_saved_all_the_same() -> None:
    spec = PipelineSpec((Group("OneOf", (Step("HorizontalFlip", p=0),)),))
    data = write_project(Project(Shared(spec)), with_images=False)
    assert parts_of(data)["pipeline.yaml"].startswith(b"# This pipeline cannot be exported.")
    assert read_project(data).project.shared.spec == spec
