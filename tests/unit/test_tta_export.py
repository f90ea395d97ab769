"""Exported views are run as a user would run them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import albumentations as A
import numpy as np
import onnxruntime
import pytest
import yaml
from onnx import TensorProto

from augviz.models.card import ModelCard
from augviz.models.model import open_model
from augviz.models.outputs import ClassScores, Detections, PixelScores, decoded
from augviz.models.preparing import tensor_of
from augviz.sample import ImageArray
from augviz.tta import plain
from augviz.tta.export import views_to_python, views_to_yaml
from augviz.tta.merging import MERGES, How, merge_boxes, merge_classes, merge_pixels
from augviz.tta.reading import read_views
from augviz.tta.seeing import look
from augviz.tta.view import step, view
from augviz.tta.view_sets import VIEW_SETS, view_set
from tests.unit import onnx_files as files
from tests.unit.tta_cases import SQUARE, Fake, noise


def executed(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "exported"}
    exec(compile(code, "exported.py", "exec"), names)
    return names


@pytest.mark.parametrize("views", [each.id for each in VIEW_SETS])
def test_each_view_of_the_yaml_gives_the_same_picture(views: str) -> None:
    made = view_set(views).make(SQUARE)
    sample = noise(60, 80)
    document = yaml.safe_load(views_to_yaml(made, SQUARE, "logits"))
    assert document["merge"] == "logits"
    assert document["model"]["size_hw"] == [224, 224]
    for each, written in zip(made, document["views"], strict=True):
        ours = look(each, sample, SQUARE).image
        assert written["title"] == each.title
        assert np.array_equal(A.from_dict(written["pipeline"])(image=sample.image)["image"], ours)


def weigh(tensor: np.ndarray, classes: int) -> np.ndarray:
    """Scores that depend on every pixel of a tensor (1, C, h, w)."""
    weights = np.random.default_rng(3).normal(size=(classes, 64)).astype(np.float32)
    flat = np.resize(tensor[0].mean(axis=0).ravel(), 64)
    return weights @ flat


@pytest.mark.parametrize("how", [each.id for each in MERGES])
@pytest.mark.parametrize("values", ["logits", "probabilities"])
def test_the_python_says_the_same_class(how: How, values: Any) -> None:
    card = ModelCard(size_hw=(32, 32), fit="centre", values=values, scale="0..255", mean=(127.0,), std=(64.0,))

    def run(batch: np.ndarray) -> np.ndarray:
        scores = weigh(batch, 5)[None]
        return scores if values == "logits" else np.exp(scores) / np.exp(scores).sum()

    def says(image: ImageArray) -> ClassScores:
        return ClassScores(run(tensor_of(image, card))[0].astype(np.float64), values)

    views, sample = view_set("ten-crop").make(card), noise(60, 80)
    ours = merge_classes(read_views(views, sample, Fake(card, says)), how)
    predict = executed(views_to_python(views, card, how))["predict"]
    assert predict(sample.image, run) == pytest.approx(ours.probabilities, rel=1e-5)
    pooled = predict(sample.image, lambda batch: run(batch)[..., None, None])  # (1, K, 1, 1), as after a global pool
    assert pooled == pytest.approx(ours.probabilities, rel=1e-5)


@pytest.mark.parametrize("how", [each.id for each in MERGES])
@pytest.mark.parametrize("classes", [1, 4])
@pytest.mark.parametrize("values", ["logits", "probabilities"])
@pytest.mark.parametrize("dtype", ["uint8", "float16"])
def test_the_python_asks_a_file_of_any_kind_and_says_the_same(how: How, classes: int, values: Any, dtype: Any) -> None:
    """One score, scores after a sigmoid (each with a sum of its own), and inputs that are no float32."""
    kind = {"uint8": TensorProto.UINT8, "float16": TensorProto.FLOAT16}[dtype]
    file = files.pixel_scores(classes, kind, sigmoid=values == "probabilities")
    scale: Any = "0..255" if dtype == "uint8" else "0..1"
    card = ModelCard(size_hw=(16, 16), fit="centre", values=values, scale=scale, mean=(0.0,), std=(1.0,))
    views, sample = view_set("mirror").make(card), noise(30, 40)
    with open_model(file, card=card) as model:
        ours = merge_classes(read_views(views, sample, model), how)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    names = executed(views_to_python(views, card, how, dtype=dtype))
    theirs = names["predict"](sample.image, lambda batch: session.run(None, {"image": batch})[0])
    assert theirs == pytest.approx(ours.probabilities, rel=1e-5)
    assert len(theirs) == max(2, classes)


@pytest.mark.parametrize("values", ["logits", "probabilities"])
def test_the_python_says_the_same_of_pixels_that_have_one_score(values: Any) -> None:
    card = ModelCard(output="pixels", values=values, mean=(0.0,), std=(1.0,))

    def run(batch: np.ndarray) -> np.ndarray:
        return batch[:, :1] if values == "probabilities" else batch[:, :1] * 8 - 4

    def says(image: ImageArray) -> PixelScores:
        scores = run(tensor_of(image, card))
        return decoded([scores], card)  # type: ignore[return-value]

    made, sample = view_set("d4").make(card), noise(24, 30)
    ours = merge_pixels(read_views(made, sample, Fake(card, says)))
    classes, probabilities = executed(views_to_python(made, card, "probabilities"))["predict"](sample.image, run)
    assert np.array_equal(classes, ours.classes)
    assert probabilities == pytest.approx(ours.probabilities, abs=1e-5)


@pytest.mark.parametrize("how", [each.id for each in MERGES])
@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize(("views", "size"), [("d4", None), ("shifts", None), ("scales", None), ("mirror", (30, 44))])
def test_the_python_says_the_same_of_every_pixel(how: How, layout: Any, views: str, size: Any) -> None:
    card = ModelCard(
        size_hw=size, fit="none" if size is None else "stretch", layout=layout, output="pixels", mean=(0.5,), std=(0.5,)
    )
    axis = (0, 1, 2, 3) if layout == "NCHW" else (0, 2, 3, 1)

    def run(batch: np.ndarray) -> np.ndarray:
        first = batch if layout == "NCHW" else batch.transpose(0, 3, 1, 2)
        return (first * np.float32([3, 2, 1])[:, None, None]).transpose(axis)

    def says(image: ImageArray) -> PixelScores:
        scores = run(tensor_of(image, card))[0]
        return PixelScores(np.ascontiguousarray(scores if layout == "NCHW" else scores.transpose(2, 0, 1)), "logits")

    made, sample = view_set(views).make(card), noise(40, 56)
    ours = merge_pixels(read_views(made, sample, Fake(card, says)), how)
    classes, probabilities = executed(views_to_python(made, card, how))["predict"](sample.image, run)
    is_exact = size is None and views != "scales"
    # On noise that is resampled some votes are nearly even, and a rounding decides them.
    assert (classes == ours.classes).mean() >= (1 if is_exact else 0.97)
    if is_exact or how != "vote":
        assert np.abs(probabilities - ours.probabilities).max() < (1e-5 if is_exact else 0.1)


@pytest.mark.parametrize("channels", ["RGB", "BGR", "grey", "as they are"])
@pytest.mark.parametrize("bands", [1, 3])
def test_the_python_makes_the_same_array_of_grey_and_of_coloured_pictures(channels: Any, bands: int) -> None:
    card = ModelCard(channels=channels, scale="0..255", mean=(127.0,), std=(128.0,))
    image = np.random.default_rng(2).integers(0, 256, (9, 12, bands), dtype=np.uint8)
    tensor = executed(views_to_python(view_set("mirror").make(card), card, "vote"))["tensor"]
    wanted = tensor_of(image, card)
    assert tensor(image).shape == wanted.shape
    assert tensor(image) == pytest.approx(wanted, abs=1e-5)


def test_the_python_fuses_the_same_boxes() -> None:
    card = ModelCard(output="boxes", values="probabilities", channels="BGR")

    def boxes(image: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        y, x = np.unravel_index(int(image[..., 0].argmax()), image.shape[:2])
        return np.array([[x - 3, y - 2, x + 4, y + 3.0]]), np.array([0.8]), np.array([2])

    def run(batch: np.ndarray) -> Any:
        return boxes(batch[0].transpose(1, 2, 0)[..., ::-1])

    def says(image: ImageArray) -> Detections:
        return Detections(*boxes(image.astype(np.float64)))

    made, sample = view_set("d4").make(card), noise(40, 56)
    ours = merge_boxes(read_views(made, sample, Fake(card, says)))
    theirs = executed(views_to_python(made, card, "vote"))["predict"](sample.image, run)
    assert theirs.boxes == pytest.approx(ours.boxes)
    assert theirs.scores == pytest.approx(ours.scores)


@pytest.mark.parametrize("output", ["classes", "pixels", "boxes"])
def test_the_python_needs_nothing_of_ours(output: Any, tmp_path: Path) -> None:
    card = ModelCard(output=output, channels="grey", mean=(0.0,), std=(1.0,))
    file = tmp_path / "views.py"
    file.write_text(views_to_python(view_set("d4").make(card), card, "logits"), encoding="utf-8")
    code = (
        "import sys, numpy as np, views; t = views.tensor(np.zeros((8, 9, 3), np.uint8)); "
        "print(t.shape, 'augviz' in sys.modules, len(views.VIEWS))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "(1, 1, 8, 9) False 8"


@pytest.mark.parametrize("views", ["d4", "shifts"])
@pytest.mark.parametrize("cells", [2, 4])
def test_the_python_brings_scores_back_from_a_grid_that_is_coarser_than_the_image(views: str, cells: int) -> None:
    card = ModelCard(output="pixels", mean=(0.0,), std=(1.0,))

    def run(batch: np.ndarray) -> np.ndarray:
        """One score a square of pixels: a network with strides."""
        squares = batch[:, :2].reshape(1, 2, batch.shape[2] // cells, cells, batch.shape[3] // cells, cells)
        return np.ascontiguousarray(squares.mean(axis=(3, 5)), np.float32)

    def says(image: ImageArray) -> PixelScores:
        return PixelScores(run(tensor_of(image, card))[0], "logits")

    made, sample = view_set(views).make(card), noise(40, 56)
    ours = merge_pixels(read_views(made, sample, Fake(card, says)))
    classes, probabilities = executed(views_to_python(made, card, "probabilities"))["predict"](sample.image, run)
    assert np.abs(probabilities - ours.probabilities).max() < 1e-4
    assert (classes == ours.classes).mean() > 0.999


@pytest.mark.parametrize("size_hw", [(121, 161), (119, 160), (120, 159)])
def test_a_picture_of_almost_the_models_size_is_brought_back_by_both_ways(size_hw: tuple[int, int]) -> None:
    card = ModelCard(size_hw=size_hw, fit="stretch", output="pixels")
    mirrored = view_set("mirror").make(card)[1]
    ours = look(mirrored, noise(120, 160), card).back
    to_view, shows = plain.way_back(executed(views_to_python([mirrored], card, "vote"))["VIEWS"][0][1], (120, 160))
    assert ours is not None
    assert shows.all()
    assert ours.seen.all()
    corners = np.array([[0, 0, 1], [159, 0, 1], [0, 119, 1], [159, 119, 1.0]]).T
    assert to_view @ corners == pytest.approx(ours.to_view @ corners, abs=0.05)


@pytest.mark.parametrize("border_mode", [0, 4])
def test_what_was_pushed_out_and_came_back_as_a_border_is_not_seen_in_both_ways(border_mode: int) -> None:
    there, back = (
        step("Affine", {"translate_px": {"x": (by, by), "y": (0, 0)}, "border_mode": border_mode}) for by in (5, -5)
    )
    moved = view("moved", "There and back", there, back)
    card = ModelCard(output="pixels")
    ours = look(moved, noise(40, 56), card).back
    _to_view, shows = plain.way_back(executed(views_to_python([moved], card, "vote"))["VIEWS"][0][1], (40, 56))
    assert ours is not None
    for seen in (ours.seen, shows):
        assert seen[:, :-5].all()
        assert not seen[:, -5:].any()


def test_a_ramp_on_a_coarser_grid_lies_where_it_belongs() -> None:
    """Scores that say where they are: the middle of each square of four pixels, in both ways back."""
    identity = np.array([[1.0, 0, 0], [0, 1, 0]])
    x = np.arange(8) * 4 + 1.5  # middles of squares, in pixels from the middle of the first
    ramp = np.broadcast_to(x, (1, 6, 8)).astype(np.float32)
    back = plain.scores_back(ramp, identity, (24, 32), (24, 32))[0]
    inner = back[:, 2:-2]
    assert inner == pytest.approx(np.broadcast_to(np.arange(32.0), (24, 32))[:, 2:-2], abs=0.05)
    mirrored = np.array([[-1.0, 0, 31], [0, 1, 0]])
    back = plain.scores_back(ramp, mirrored, (24, 32), (24, 32))[0]
    assert back[:, 2:-2] == pytest.approx(np.broadcast_to(31 - np.arange(32.0), (24, 32))[:, 2:-2], abs=0.05)
