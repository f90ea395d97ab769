"""Train the digit model and write augviz/models/digits.onnx: the same file each time.

    python -m scripts.train_digits          write it
    python -m scripts.train_digits --check  only say how good it is

The 1,797 digits of scikit-learn (8 x 8 px, UCI "Optical Recognition of Handwritten Digits", CC BY 4.0), each also
slanted, turned a little, smaller and thinner. The model brings every picture to full contrast and light on dark; then
come fixed random features (ReLU, weights from a seed) and a layer on top that is solved and not searched for (ridge
regression), so that training again ends at the same model. Source: Huang, Zhu, Siew, Neurocomputing 70 (2006) 489.

Needs scikit-learn (requirements-dev.txt).
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from sklearn.datasets import load_digits

from augviz.models import built_in
from augviz.models.card import ModelCard
from augviz.models.graphs import GraphWriter, as_weights

SEED = 7
FEATURES = 1_000
RIDGE = 10.0
VARIANTS = 8
SHARPNESS = 10.0
"""Ridge scores run from 0 to 1; times this they are logits with the least log loss on digits held out."""

TRAINED_ON = 1_400
"""The first digits; the rest are held out, and were written by others (the set is ordered by writer)."""

LEAST_CONTRAST = 0.1
"""An empty picture is not blown up to noise."""

CORNERS = np.zeros((1, 1, 8, 8))
CORNERS[..., ::7, ::7] = 0.25
"""Weights of the pixels that are paper."""

Floats = npt.NDArray[np.float64]


class Digits(NamedTuple):
    """``(N, 8, 8)`` values 0..1, light on dark, and the digits."""

    images: Floats
    labels: npt.NDArray[np.int64]


class Trained(NamedTuple):
    """Random features and the layer on top."""

    hidden: Floats
    hidden_bias: Floats
    top: Floats
    top_bias: Floats

    def scores(self, images: Floats) -> Floats:
        """``(N, 10)`` logits."""
        return self.features(images) @ self.top.T + self.top_bias

    def features(self, images: Floats) -> Floats:
        """As the graph computes them."""
        return np.maximum(light_on_dark(images).reshape(len(images), -1) @ self.hidden.T + self.hidden_bias, 0)


def digits() -> tuple[Digits, Digits]:
    """Those it is trained on, and those held out."""
    data = load_digits()
    images, labels = data.images / 16.0, data.target.astype(np.int64)
    return Digits(images[:TRAINED_ON], labels[:TRAINED_ON]), Digits(images[TRAINED_ON:], labels[TRAINED_ON:])


def light_on_dark(images: Floats) -> Floats:
    """Each picture from its darkest to its lightest value, and turned round where its corners are light."""
    low = images.min(axis=(1, 2), keepdims=True)
    above = images - low
    contrast = above / np.maximum(above.max(axis=(1, 2), keepdims=True), LEAST_CONTRAST)
    corners = contrast[:, ::7, ::7].mean(axis=(1, 2), keepdims=True)
    return np.where(corners > 0.5, 1 - contrast, contrast)


def augmented(given: Digits) -> Digits:
    """Each digit also in other hands and pens."""
    rng = np.random.Generator(np.random.PCG64(SEED))
    others = [another_hand(image, rng) for _ in range(VARIANTS) for image in given.images]
    return Digits(np.concatenate([given.images, np.array(others)]), np.tile(given.labels, 1 + VARIANTS))


def another_hand(image: Floats, rng: np.random.Generator) -> Floats:
    """Slanted, turned up to 8 degrees, smaller, off the middle by less than a pixel, and often thinner."""
    large = cv2.resize(image, (64, 64), interpolation=cv2.INTER_CUBIC)
    turn, size = np.radians(rng.uniform(-8, 8)), rng.uniform(0.8, 1.1)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    slant = np.array([[1, rng.uniform(-0.45, 0.25)], [0, 1]])
    matrix = rotation @ slant @ np.diag([size * rng.uniform(0.75, 1.2), size])
    shift = 31.5 - matrix @ [31.5, 31.5] + rng.uniform(-6, 6, 2)
    moved = cv2.warpAffine(large, np.column_stack([matrix, shift]), (64, 64), flags=cv2.INTER_LINEAR)
    thinner = 0.5 * rng.random() if rng.random() < 0.6 else 0.0
    drawn = np.clip((moved - thinner) * (2 if thinner else 1), 0, 1)
    return np.clip(cv2.resize(drawn, (8, 8), interpolation=cv2.INTER_AREA), 0, 1)


def train(given: Digits) -> Trained:
    """Deterministic: a seed for the features, one solution for the rest."""
    rng = np.random.Generator(np.random.PCG64(SEED))
    hidden, bias = rng.normal(0, 0.35, (FEATURES, 64)), rng.uniform(-1, 1, FEATURES)
    empty = Trained(hidden, bias, np.zeros((10, FEATURES)), np.zeros(10))
    features = np.column_stack([empty.features(given.images), np.ones(len(given.images))])
    wanted = np.eye(10)[given.labels]
    solved = np.linalg.solve(features.T @ features + RIDGE * np.eye(FEATURES + 1), features.T @ wanted)
    return empty._replace(top=SHARPNESS * solved[:-1].T, top_bias=SHARPNESS * solved[-1])


def to_onnx(trained: Trained) -> bytes:
    """The file."""
    card = ModelCard(
        name="Single digits",
        channels="grey",
        size_hw=(8, 8),
        fit="stretch",
        mean=(0.0,),
        std=(1.0,),
        class_names=tuple("0123456789"),
    )
    net = GraphWriter("image", ("batch", 1, 8, 8))
    image = net.last
    low = net.add("ReduceMin", axes=[2, 3], keepdims=1)
    above = net.add("Sub", after=(image, low))
    high = net.add("ReduceMax", after=(above,), axes=[2, 3], keepdims=1)
    reach = net.add("Max", *as_weights(np.array(LEAST_CONTRAST)), after=(high,))
    contrast = net.add("Div", after=(above, reach))
    corners = net.add("Mul", *as_weights(CORNERS), after=(contrast,))
    light = net.add("ReduceSum", np.array([2, 3]), after=(corners,), keepdims=1)
    is_light = net.add("Greater", *as_weights(np.array(0.5)), after=(light,))
    turned = net.add("Add", *as_weights(np.array(1.0)), after=(net.add("Neg", after=(contrast,)),))
    net.add("Where", after=(is_light, turned, contrast))
    net.add("Flatten")
    net.add("Gemm", *as_weights(trained.hidden, trained.hidden_bias), transB=1)
    net.add("Relu")
    net.add("Gemm", *as_weights(trained.top, trained.top_bias), transB=1)
    return net.file("logits", ("batch", 10), card)


def report(trained: Trained, held_out: Digits) -> str:
    """How good it is, and what it makes of digits that are turned over."""

    def read(images: Floats) -> Any:
        return trained.scores(images).argmax(axis=1)

    right = [float((read(images) == held_out.labels).mean()) for images in (held_out.images, 1 - held_out.images)]
    lines = [f"held out: {right[0]:.1%} right, dark on light {right[1]:.1%}"]
    for digit, other in ((6, 9), (9, 6)):
        turned = held_out.images[held_out.labels == digit][:, ::-1, ::-1]
        lines.append(f"{digit} turned over is read as {other}: {float((read(turned) == other).mean()):.0%}")
    return "\n".join(lines)


def main() -> None:
    known, held_out = digits()
    trained = train(augmented(known))
    print(report(trained, held_out))
    if "--check" in sys.argv:
        return
    data = to_onnx(trained)
    built_in.DIGITS_FILE.write_bytes(data)
    source = Path(built_in.__file__)
    digest = f'DIGITS_SHA256 = "{hashlib.sha256(data).hexdigest()}"'
    text = re.sub(r'DIGITS_SHA256 = "\w*"', digest, source.read_text(encoding="utf-8"))
    source.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
