"""Models: what they take and give, and what strangers' files cannot do."""

from __future__ import annotations

import gc
import hashlib
import io
import math
import os
import pickle
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from augviz.errors import InputError
from augviz.models import process
from augviz.models.card import IMAGENET_MEAN, IMAGENET_STD, ModelCard, card_from_json
from augviz.models.model import Model, open_model
from augviz.models.outputs import MOST_BOXES, ClassScores, Detections, PixelScores, decoded
from augviz.models.preparing import tensor_of
from augviz.models.process import Limits
from augviz.models.torch_file import read_weights, weights_in
from augviz.models.wire import MOST_HEAD_BYTES, read_frame, write_frame
from tests.unit import onnx_files as files

QUICK = Limits(open_s=30, run_s=2.0, memory_mb=3_000)

RAW = ModelCard("raw", mean=(0.0,), std=(1.0,))
"""Values go in as they are, 0..1."""
RAW_8 = replace(RAW, size_hw=(8, 8), fit="stretch")


def picture(height: int = 8, width: int = 8, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (height, width, channels), dtype=np.uint8)


def answer(file: bytes, image: np.ndarray, card: ModelCard | None = None) -> Any:
    with open_model(file, card=card, limits=QUICK) as model:
        return model.predict(image).output


# -- what goes in -------------------------------------------------------------------------------------------------


def test_values_are_normalised_as_the_card_says() -> None:
    image = picture()
    means = image.reshape(-1, 3).mean(axis=0) / 255
    guessed = answer(files.mean_colour(), image)
    assert guessed.kind == "logits"
    assert guessed.values == pytest.approx((means - IMAGENET_MEAN) / IMAGENET_STD, abs=1e-5)
    assert answer(files.mean_colour(), image, RAW).values == pytest.approx(means, abs=1e-6)
    large = ModelCard(scale="0..255", mean=(127.0,), std=(128.0,))
    assert answer(files.mean_colour(), image, large).values == pytest.approx((means * 255 - 127) / 128, abs=1e-5)
    swapped = ModelCard(channels="BGR", mean=(0.0,), std=(1.0,))
    assert answer(files.mean_colour(), image, swapped).values == pytest.approx(means[::-1], abs=1e-6)
    float_image = np.asarray(image / np.float32(255), np.float32)
    assert answer(files.mean_colour(), float_image, RAW).values == pytest.approx(means, abs=1e-6)


def test_a_grey_picture_becomes_colour_and_a_coloured_one_grey() -> None:
    grey = picture(channels=1)
    assert answer(files.mean_colour(), grey, RAW).values == pytest.approx([grey.mean() / 255] * 3, abs=1e-6)
    card = ModelCard(channels="grey", mean=(0.0,), std=(1.0,), output="pixels")
    colour = picture()
    luma = colour @ np.array([0.299, 0.587, 0.114]) / 255  # ITU-R BT.601
    seen = answer(files.takes((1, 1, "h", "w")), colour, card)
    assert seen.values[1] == pytest.approx(luma, abs=1e-3)


@pytest.mark.parametrize(
    ("shape", "kind", "layout", "channels", "size_hw"),
    [
        ((1, 3, 32, 48), files.FLOAT, "NCHW", "RGB", (32, 48)),
        ((1, 32, 48, 3), files.FLOAT, "NHWC", "RGB", (32, 48)),
        (("n", 3, "h", "w"), files.FLOAT, "NCHW", "RGB", None),
        ((1, 1, 28, 28), files.FLOAT, "NCHW", "grey", (28, 28)),
        ((1, 224, 224, 1), files.FLOAT, "NHWC", "grey", (224, 224)),
        ((1, 6, 64, 64), files.FLOAT, "NCHW", "as they are", (64, 64)),
        ((1, 3, 20, 20), 2, "NCHW", "RGB", (20, 20)),  # uint8
        ((1, 3, 20, 20), 10, "NCHW", "RGB", (20, 20)),  # float16
    ],
)
def test_the_file_says_how_a_picture_goes_in(shape: Any, kind: int, layout: str, channels: str, size_hw: Any) -> None:
    with open_model(files.takes(shape, kind), limits=QUICK) as model:
        assert (model.card.layout, model.card.channels, model.card.size_hw) == (layout, channels, size_hw)
        assert model.card.output == "pixels"
        height, width = size_hw or (5, 7)
        image = picture(height, width, {"grey": 1, "RGB": 3}.get(channels, 6))
        scores = model.predict(image).output
        assert isinstance(scores, PixelScores)
        assert scores.values.shape == (2 if channels == "grey" else image.shape[2], height, width)


def test_what_the_file_does_not_say_is_what_most_models_do() -> None:
    with open_model(files.mean_colour(32), limits=QUICK) as model:
        assert (model.card.fit, model.card.scale, model.card.mean, model.card.std) == (
            "centre", "0..1", IMAGENET_MEAN, IMAGENET_STD,
        )  # fmt: skip
    for shape, kind, scale in (((1, 3, 8, 8), 2, "0..255"), ((1, 6, 8, 8), files.FLOAT, "0..1")):
        with open_model(files.takes(shape, kind), limits=QUICK) as model:
            assert (model.card.fit, model.card.scale) == ("stretch", scale)
            assert (model.card.mean, model.card.std) == ((0.0,), (1.0,))


def test_whole_numbers_go_in_as_whole_numbers() -> None:
    image = np.array([[[0, 100, 255]]], np.float32) / 255 + np.float32(0.6 / 255)
    card = ModelCard(scale="0..255", mean=(0.0,), std=(1.0,))
    assert tensor_of(image, card, "uint8").ravel().tolist() == [1, 101, 255]
    assert tensor_of(image, card, "uint8").dtype == np.uint8


def test_mean_and_deviation_are_one_number_or_one_a_channel() -> None:
    with pytest.raises(InputError, match="has 3 channels, mean and standard deviation have 2 and 1"):
        tensor_of(picture(), ModelCard(mean=(0.0, 0.0), std=(1.0,)))


def test_a_size_and_a_way_to_get_it_belong_together() -> None:
    for size, fit in ((None, "centre"), ((8, 8), "none")):
        with pytest.raises(InputError, match="belong together"):
            ModelCard(size_hw=size, fit=fit)  # type: ignore[arg-type]


def test_a_file_that_takes_only_eight_at_once_is_given_eight() -> None:
    assert answer(files.takes((8, 3, 4, 4)), picture(4, 4), ModelCard(size_hw=(4, 4), fit="stretch", output="pixels"))


def test_one_score_a_pixel_says_this_or_not() -> None:
    card = ModelCard(channels="grey", mean=(0.0,), std=(1.0,), output="pixels")
    image = picture(channels=1)
    scores = answer(files.takes((1, 1, "h", "w")), image, card).values
    assert scores[0].max() == 0
    assert scores[1] == pytest.approx(image[..., 0] / 255)


# -- what comes out -----------------------------------------------------------------------------------------------


def test_whether_scores_are_probabilities_is_read_from_the_last_operator() -> None:
    scores = answer(files.mean_colour(32, softmax=True), picture(32, 32))
    assert isinstance(scores, ClassScores)
    assert scores.kind == "probabilities"
    assert scores.values.sum() == pytest.approx(1)


def test_operators_that_change_no_value_are_looked_through() -> None:
    made = onnx.load_model_from_string(files.mean_colour(32, softmax=True))
    made.graph.node[-1].output[0] = "soft"
    made.graph.node.append(onnx.helper.make_node("Identity", ["soft"], ["scores"]))
    assert answer(made.SerializeToString(), picture(32, 32)).kind == "probabilities"


@pytest.mark.parametrize("classes_first", [True, False])
def test_boxes_come_in_three_outputs(classes_first: bool) -> None:
    found = answer(files.boxes_in_three(classes_first=classes_first), picture(32, 32))
    assert found.xyxy.tolist() == [[16, 8, 30, 20], [4, 4, 12, 14]]
    assert (found.classes.tolist(), found.scores.tolist()) == ([1, 2], [0.75, 0.5])


@pytest.mark.parametrize(
    ("row", "sentence"),
    [([4, 4, math.inf, 14, 0.9, 1], "not finite numbers"), ([4, 4, 12, 14, math.nan, 1], "not finite numbers"),
     ([4, 4, 12, 14, 90, 1], "scores of boxes are above 1")],
)  # fmt: skip
def test_boxes_that_are_no_numbers_are_refused(row: list[float], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        decoded([np.array([[row]])], ModelCard(output="boxes"))


@pytest.mark.parametrize("output", ["classes", "pixels"])
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_scores_that_are_no_numbers_are_refused(output: Any, value: float) -> None:
    scores = np.zeros((1, 3, 2, 2) if output == "pixels" else (1, 3), np.float32)
    scores.flat[1] = value
    with pytest.raises(InputError, match="is not a finite number"):
        decoded([scores], ModelCard(output=output))


def test_only_so_many_boxes_are_looked_at_the_surest_first() -> None:
    rows = np.zeros((1, MOST_BOXES + 5, 6))
    rows[0, :, 4] = np.linspace(0.5, 0.9, MOST_BOXES + 5)
    scores = decoded([rows], ModelCard(output="boxes")).scores  # type: ignore[union-attr]
    assert (len(scores), scores[0]) == (MOST_BOXES, 0.9)


def test_channels_last_are_classes_last() -> None:
    scores = np.arange(12.0).reshape(1, 2, 2, 3)
    found = decoded([scores], ModelCard(output="pixels", layout="NHWC"))
    assert np.array_equal(found.values, scores[0].transpose(2, 0, 1))  # type: ignore[union-attr]


BOXES = [[4, 4, 12, 14, 0.9, 2], [1, 2, 3, 4, 0.01, 0], [16, 8, 30, 20, 0.95, 1]]


def test_boxes_come_in_rows_of_six() -> None:
    found = answer(files.constant_output([BOXES], like=(1, 3, 6)), picture(32, 32))
    assert isinstance(found, Detections)
    assert found.xyxy.tolist() == [[16, 8, 30, 20], [4, 4, 12, 14]]
    assert found.classes.tolist() == [1, 2]
    assert found.scores == pytest.approx([0.95, 0.9])


@pytest.mark.parametrize("number", [-1, -5, 1e30, float("nan")])
def test_boxes_of_classes_that_cannot_be_are_refused_and_rows_that_only_fill_up_are_not(number: float) -> None:
    rows = [[4, 4, 12, 14, 0.9, 1], [0, 0, 0, 0, 0.0, number]]
    assert len(answer(files.constant_output([rows], like=(1, 2, 6)), picture(32, 32)).scores) == 1
    rows[1][4] = 0.8
    with pytest.raises(InputError, match="numbers of classes are none"):
        answer(files.constant_output([rows], like=(1, 2, 6)), picture(32, 32))


def test_a_number_below_all_names_is_a_number() -> None:
    assert [ModelCard(class_names=("cat",)).name_of(index) for index in (-1, 0, 1)] == ["-1", "cat", "1"]


def test_a_model_of_another_number_of_channels_says_so_in_plain_words() -> None:
    with open_model(files.takes((1, 4, 8, 8)), name="theirs", limits=QUICK) as model:
        with pytest.raises(InputError, match="the model takes 4 channels, and gets 3"):
            model.predict(picture(8, 8, 3))
        assert model.predict(picture(8, 8, 4)).output.values.shape == (4, 8, 8)


def test_the_runtimes_words_are_said_without_its_code_and_files() -> None:
    with (
        open_model(files.says_one_size_takes_another(), limits=QUICK) as model,
        pytest.raises(InputError, match=r"5 x 5: .*mismatch") as caught,
    ):
        model.predict(picture(5, 5))
    assert ".h:" not in str(caught.value)
    assert "INVALID_ARGUMENT" not in str(caught.value)


def test_raw_rows_of_yolo_are_thinned_out() -> None:
    rows = np.zeros((6, 10))  # cx cy w h, two classes
    rows[:, 0] = [10, 10, 8, 8, 0.9, 0.1]
    rows[:, 1] = [10.5, 10, 8, 8, 0.8, 0.0]  # the same object
    rows[:, 2] = [10, 10, 8, 8, 0.0, 0.7]  # another class there
    rows[:, 3] = [25, 25, 4, 6, 0.6, 0.0]
    found = answer(files.constant_output(rows[None], like=(1, 6, 10)), picture(32, 32))
    assert found.xyxy.tolist() == [[6, 6, 14, 14], [6, 6, 14, 14], [23, 22, 27, 28]]
    assert found.classes.tolist() == [0, 1, 0]


@pytest.mark.parametrize("row", [[4, 4, 12, 14, 0.9, 0.4], [4, 4, 12, 14, 0.9, math.nan], [4, 4, 12, 14, 0.9, -1]])
def test_rows_whose_last_number_is_no_class_are_refused(row: list[float]) -> None:
    with pytest.raises(InputError, match="numbers of classes are none"):
        answer(files.constant_output([[row]], like=(1, 1, 6)), picture(32, 32))


@pytest.mark.parametrize(
    ("output", "shape"),
    [("classes", (0, 3)), ("classes", (1, 0)), ("pixels", (0, 2, 4, 4)), ("pixels", (1, 2, 0, 4)),
     ("pixels", (1, 0, 4, 4)), ("boxes", (0, 4, 6)), ("boxes", (1, 0, 5))],
)  # fmt: skip
@pytest.mark.parametrize("values", ["logits", "probabilities"])
def test_an_empty_answer_is_refused(output: Any, shape: tuple[int, ...], values: Any) -> None:
    with pytest.raises(InputError, match="answer for one picture is"):
        decoded([np.zeros(shape, np.float32)], ModelCard(output=output, values=values))


def test_no_boxes_are_an_answer() -> None:
    assert decoded([np.zeros((1, 0, 6), np.float32)], ModelCard(output="boxes")).scores.shape == (0,)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("output", "layout", "shape"),
    [("classes", "NCHW", (1, 1)), ("pixels", "NCHW", (1, 1, 4, 5)), ("pixels", "NHWC", (1, 4, 5, 1))],
)
def test_the_number_of_a_class_is_no_score(output: Any, layout: Any, shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="without ArgMax"):
        decoded([np.full(shape, 7)], ModelCard(output=output, layout=layout))
    several = decoded(
        [np.ones((1, 3, 4, 4), np.uint8)], ModelCard(output="pixels")
    )  # a model with whole numbers inside
    assert isinstance(several, PixelScores)


# -- hostile files ------------------------------------------------------------------------------------------------


def _large(folder: Path) -> Path:
    file = folder / "large.onnx"
    with file.open("wb") as stream:
        stream.truncate(600_000_000)
    return file


def _empty(folder: Path) -> Path:
    file = folder / "empty.onnx"
    file.touch()
    return file


HOSTILE: dict[str, tuple[Callable[[Path], bytes | Path], str]] = {
    "600 MB": (_large, "has 600 MB, and 500 MB is the most"),
    "loops for ever": (lambda _: files.endless_loop(), "longer than 2 s to answer for one picture, and was stopped"),
    "eats memory": (lambda _: files.memory_eater(), "needs more than 3,000 MB of memory"),
    "external data": (lambda _: files.external_data(), "the weights of this model lie in another file"),
    "external data in a constant": (lambda _: files.external_data("constant"), "lie in another file"),
    "external data in a branch": (lambda _: files.external_data("branch"), "lie in another file"),
    **{
        f"external data: {where}": (lambda _, where=where: files.hidden_external_data(where), "lie in another file")
        for where in (
            "sparse initializer",
            "sparse constant",
            "list of tensors",
            "function",
            "default of a function",
            "only named",
        )
    },
    "custom operator": (lambda _: files.custom_operator(), "calls Explode of “somebody.else”"),
    "no picture": (lambda _: files.takes((3, 8, 8)), "in0 (float32, 3 x 8 x 8) is no picture"),
    "video": (lambda _: files.takes((1, 3, 4, 8, 8)), "is no picture"),
    "whole numbers": (lambda _: files.takes((1, 3, 8, 8), 7), "int64, 1 x 3 x 8 x 8) is no picture"),
    "texts": (lambda _: files.takes((1, 3, 8, 8), 8), "is no picture"),
    "no channels": (lambda _: files.takes((1, 224, 224, 224)), "has no axis for channels"),
    "two inputs": (lambda _: files.takes((1, 3, 8, 8), inputs=2), "takes 2 inputs (in0, in1)"),
    "noise": (lambda _: b"hello" * 99, "no ONNX file, or a damaged one"),
    "cut off": (lambda _: files.mean_colour()[:-30], "no ONNX file, or a damaged one"),
    "empty": (lambda _: b"", "the file is empty"),
    "empty on the disk": (_empty, "the file is empty"),
    "a zip": (lambda _: b"PK\x03\x04...", "a zip, as PyTorch saves its models"),
    "a pickle": (lambda _: pickle.dumps({"a": 1}), "a pickle"),
    "not there": (lambda folder: folder / "none.onnx", "cannot be read"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_a_clear_sentence_and_nothing_else_breaks(name: str, tmp_path: Path, honest: Model) -> None:
    make, sentence = HOSTILE[name]
    with pytest.raises(InputError) as caught, open_model(make(tmp_path), name="theirs", limits=QUICK) as model:
        model.predict(picture())  # some are refused when opened, some when asked
    assert sentence in str(caught.value)
    assert caught.value.where == "theirs"
    assert "Traceback" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert honest.predict(picture()).output.values.shape == (3,)


@pytest.fixture(scope="module")
def honest() -> Any:
    with open_model(files.mean_colour(), limits=QUICK) as model:
        yield model


def test_a_model_that_was_stopped_says_so(honest: Model) -> None:
    with open_model(files.endless_loop(), limits=Limits(run_s=0.5)) as model:
        with pytest.raises(InputError, match="was stopped"):
            model.predict(picture())
        assert not model.is_alive
        with pytest.raises(InputError, match="Open it again"):
            model.predict(picture())
    assert honest.is_alive


def test_a_picture_that_does_not_fit_is_refused_and_the_model_goes_on() -> None:
    with open_model(files.says_one_size_takes_another(), limits=QUICK) as model:
        with pytest.raises(InputError, match="fails on an input of 1 x 3 x 9 x 9"):
            model.predict(picture(9, 9))
        assert model.predict(picture(8, 8)).output.values.tolist() == [0, 0, 0]
    with open_model(files.mean_colour(32), limits=QUICK) as model:
        with pytest.raises(InputError, match="takes 32 x 32 px, and the picture has 9 x 8"):
            model.predict(picture(8, 9))
        with pytest.raises(InputError, match="has 4 bands"):
            model.predict(picture(32, 32, 4))


def test_an_answer_of_another_kind_is_said() -> None:
    with pytest.raises(InputError, match="not one score a class"):
        answer(files.per_pixel(), picture(), ModelCard(output="classes"))
    with pytest.raises(InputError, match="no probability"):
        answer(files.mean_colour(), picture(), ModelCard(values="probabilities"))


def test_an_answer_that_was_not_read_is_not_taken_for_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    class StoppedError(BaseException):
        pass

    def stop(*_args: Any) -> Any:
        raise StoppedError

    with open_model(files.mean_colour(), limits=QUICK) as model:
        monkeypatch.setattr(process, "read_frame", stop)
        with pytest.raises(StoppedError):
            model.predict(picture())
        monkeypatch.undo()
        with pytest.raises(InputError, match="Open it again"):
            model.predict(np.zeros((8, 8, 3), np.uint8))


def test_the_process_ends_when_nobody_holds_on_to_the_model() -> None:
    model = open_model(files.mean_colour(), limits=QUICK)
    running = model._worker._process
    del model
    gc.collect()
    assert running.wait(timeout=5) is not None


def test_an_operator_that_the_file_itself_explains_is_no_strangers() -> None:
    image = picture()
    assert answer(files.own_function(), image, RAW_8).values == pytest.approx(image.mean(axis=(0, 1)) / 255, abs=1e-6)


def test_questions_and_answers_that_are_too_large_are_refused_and_the_model_goes_on() -> None:
    little = Limits(file_mb=1, answer_mb=1)
    with open_model(files.memory_eater(600), limits=little) as model:
        with pytest.raises(InputError, match="answer has more than 1 MB"):
            model.predict(picture())
        assert model.is_alive
    with open_model(files.mean_colour(), limits=little) as model:
        with pytest.raises(InputError, match=r"1\.04 MB, and 1 MB is the most"):
            model.predict(picture(300, 290))
        assert model.predict(picture()).output.values.shape == (3,)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux shows what a process was given")
def test_the_process_is_told_no_secret_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUGVIZ_DATABASE_URL", "postgresql://anna:secret@example.org/reviews")
    model = open_model(files.mean_colour())
    given = Path(f"/proc/{model._worker._process.pid}/environ").read_bytes()
    assert b"PATH=" in given
    assert b"secret" not in given


def test_the_process_ends_with_its_parent() -> None:
    """Also out of the middle of a run."""
    code = (
        "import os, threading, numpy as np; from augviz.models.model import open_model; from tests.unit import "
        "onnx_files; model = open_model(onnx_files.endless_loop()); print(model._worker._process.pid, flush=True); "
        "threading.Timer(1, os._exit, (0,)).start(); model.predict(np.zeros((8, 8, 3), np.uint8))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    pid = int(done.stdout)
    until = time.monotonic() + 10
    while _is_running(pid) and time.monotonic() < until:
        time.sleep(0.1)
    assert not _is_running(pid)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_two_threads_may_ask_one_model(honest: Model) -> None:
    images = [picture(8 + k, 8) for k in range(12)]
    alone = [honest.predict(image).output.values.tolist() for image in images]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda image: honest.predict(image).output.values.tolist(), images))
    assert together == alone


# -- cards, frames, weights ---------------------------------------------------------------------------------------


def test_a_card_survives_the_files_metadata() -> None:
    card = ModelCard("Ä", size_hw=(8, 9), fit="stretch", mean=(0.5,), std=(0.25,), class_names=("a", "b"))
    assert card_from_json(card.to_json()) == card


@pytest.mark.parametrize(
    "text",
    ["", "[]", "3", "null", '{"layout": "XY"}', '{"size_hw": [8]}', '{"size_hw": ["a", 2], "fit": "stretch"}',
     '{"class_names": "cat"}', '{"size_hw": [true, 2], "fit": "stretch"}', '{"std": [0]}',
     '{"mean": ["x"]}', '{"std": [1e999]}', '{"class_names": [[1]]}', '{"name": {"a": 1}}',
     '{"size_hw": [99999, 9], "fit": "stretch"}', "[" * 100_000],
)  # fmt: skip
def test_a_card_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        card_from_json(text)


def test_arrays_travel_as_their_bytes() -> None:
    stream = io.BytesIO()
    arrays = {"a": np.arange(6, dtype=np.float16).reshape(2, 3), "b": np.array(True), "c": np.zeros((0, 4), np.int64)}
    write_frame(stream, {"x": [1, "ä"]}, arrays)
    stream.seek(0)
    frame = read_frame(stream, 1_000)
    assert frame.words == {"x": [1, "ä"]}
    for name, array in arrays.items():
        assert frame.arrays[name].dtype == array.dtype
        assert np.array_equal(frame.arrays[name], array)


def test_no_objects_travel_and_no_more_than_allowed() -> None:
    with pytest.raises(ValueError, match="plain numbers"):
        write_frame(io.BytesIO(), {}, {"a": np.array([object()])})
    stream = io.BytesIO()
    write_frame(stream, {}, {"a": np.zeros(100)})
    whole = stream.getvalue()
    with pytest.raises(ValueError, match="more than"):
        read_frame(io.BytesIO(whole), 799)
    with pytest.raises(EOFError):
        read_frame(io.BytesIO(whole[:-1]), 10_000)
    with pytest.raises(ValueError, match="head of the message is too long"):
        read_frame(io.BytesIO(struct.pack("<I", MOST_HEAD_BYTES + 1)), 10_000)
    with pytest.raises(ValueError, match="plain numbers"):
        read_frame(io.BytesIO(whole.replace(b"float64", b"object_")), 10_000)


class _Bomb:
    def __reduce__(self) -> Any:
        return (exec, ("raise SystemExit('it ran')",))


def test_a_file_of_weights_that_is_not_the_known_one_is_not_opened(tmp_path: Path) -> None:
    bomb = pickle.dumps(_Bomb(), protocol=2)
    file = tmp_path / "weights.pth"
    file.write_bytes(bomb)
    with pytest.raises(InputError, match="not the one that is known"):
        read_weights(file, hashlib.sha256(b"another").hexdigest())
    with pytest.raises(InputError, match=r"calls (builtins|__builtin__)\.exec"):
        weights_in(bomb)


def test_nothing_of_it_is_imported_until_a_model_is_opened() -> None:
    code = (
        "import sys, augviz.models.model, augviz.models.built_in, augviz.tta.refusing, augviz.tta.export, "
        "augviz.tta.witness, augviz.tta.gain; print([m for m in ('onnx', 'onnxruntime', 'sklearn', 'google.protobuf') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_opening_takes_no_longer_than_allowed() -> None:
    with pytest.raises(InputError, match=r"longer than 0\.05 s to be opened"):
        open_model(files.mean_colour(), limits=Limits(open_s=0.05))
