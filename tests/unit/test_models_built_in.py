"""The models that are there without a download."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from skimage import data

from augviz.errors import InputError
from augviz.models import built_in, cache, efficientnet
from augviz.models.built_in import BUILT_IN, open_built_in
from augviz.models.model import Model
from augviz.sample import Sample
from augviz.sample_library import load
from augviz.tta.seeing import look
from augviz.tta.view import PLAIN
from scripts import train_digits


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Model]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUGVIZ_CACHE", str(tmp_path_factory.mktemp("cache")))
        with open_built_in("imagenet") as model:
            yield model


@pytest.fixture(scope="module")
def digits() -> Iterator[Model]:
    with open_built_in("digits") as model:
        yield model


def first_five(model: Model, image: np.ndarray) -> list[str]:
    seen = look(PLAIN, Sample("picture", image), model.card)
    values: Any = model.predict(seen.image).output
    return [model.card.name_of(int(place)) for place in np.argsort(-values.values)[:5]]


def test_the_cat_is_a_cat_and_the_rocket_a_missile(photographs: Model) -> None:
    # Which class stands where shows that channels, values and names are in order.
    cats = {"tabby", "tiger cat", "Egyptian cat"}
    assert set(first_five(photographs, load("cat").image)[:3]) == cats
    assert first_five(photographs, data.coffee())[0] == "espresso"
    assert first_five(photographs, data.rocket())[0] == "missile"


def test_a_thousand_classes_have_a_thousand_names(photographs: Model) -> None:
    names = photographs.card.class_names
    assert len(set(names)) == 1_000
    assert (names[0], names[281], names[999]) == ("tench", "tabby", "toilet tissue")


def test_it_is_converted_once_and_again_only_when_the_file_was_changed(tmp_path: Path) -> None:
    made = []

    def make() -> bytes:
        made.append(1)
        return b"model"

    for _ in range(2):
        assert cache.kept("a.onnx", make, tmp_path) == b"model"
    assert len(made) == 1
    (tmp_path / "a.onnx").write_bytes(b"mod")
    assert cache.kept("a.onnx", make, tmp_path) == b"model"
    assert len(made) == 2
    assert cache.kept("a.onnx", make, tmp_path) == b"model"
    assert len(made) == 2


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert cache.kept("a.onnx", lambda: b"model", tmp_path / "file" / "below") == b"model"


def test_a_disk_that_is_full_leaves_no_half_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: Any) -> Any:
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert cache.kept("a.onnx", lambda: b"model", tmp_path) == b"model"
    assert list(tmp_path.iterdir()) == []


def test_other_weights_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "weights.pth"
    whole = bytearray(efficientnet.weights_file().read_bytes())
    whole[-1] ^= 1
    file.write_bytes(whole)
    with pytest.raises(InputError, match="not the one that is known"):
        efficientnet.converted(file)


def test_a_model_of_another_name_is_named() -> None:
    with pytest.raises(InputError, match="There are: imagenet, digits"):
        open_built_in("mnist")
    assert all(entry.title and entry.about and entry.licence for entry in BUILT_IN)


# -- digits -------------------------------------------------------------------------------------------------------


def read(model: Model, image: np.ndarray) -> int:
    output: Any = model.predict(image).output
    return int(output.values.argmax())


def as_picture(digit: np.ndarray) -> np.ndarray:
    return np.rint(digit * 255).astype(np.uint8)[..., None]


def test_the_file_is_the_one_that_was_trained() -> None:
    assert hashlib.sha256(built_in.DIGITS_FILE.read_bytes()).hexdigest() == built_in.DIGITS_SHA256


def test_training_again_gives_the_same_predictions(digits: Model) -> None:
    known, held_out = train_digits.digits()
    again = train_digits.train(train_digits.augmented(known))
    images = held_out.images[::4]
    ours = np.array([digits.predict(as_picture(image)).output.values for image in images])  # type: ignore[union-attr]
    theirs = again.scores(np.array([as_picture(image)[..., 0] / 255 for image in images]))
    assert ours == pytest.approx(theirs, abs=0.02)
    assert (ours.argmax(axis=1) == held_out.labels[::4]).mean() > 0.9


def test_a_six_turned_over_is_read_as_a_nine_and_a_nine_as_a_six(digits: Model) -> None:
    _, held_out = train_digits.digits()
    for digit, other, least in ((6, 9, 0.85), (9, 6, 0.8)):
        turned = held_out.images[held_out.labels == digit][:, ::-1, ::-1]
        assert np.mean([read(digits, as_picture(image)) == other for image in turned]) > least


def test_it_reads_the_drawn_digits_of_the_sample_dark_on_light(digits: Model) -> None:
    sample = load("digits")
    boxes = sample.labels.boxes
    right = 0
    for (x1, y1, x2, y2), label in zip(boxes.xyxy, boxes.labels, strict=True):
        reach = max(x2 - x1, y2 - y1) * 0.54
        x, y = (x1 + x2) / 2, (y1 + y2) / 2
        cut = sample.image[int(max(0, y - reach)) : int(y + reach), int(max(0, x - reach)) : int(x + reach)]
        right += read(digits, cv2.resize(cut, (8, 8), interpolation=cv2.INTER_AREA)) == int(label)
    assert right >= 18
