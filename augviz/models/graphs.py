"""Write small ONNX files: the few operators that our own models are made of, and how they are used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from augviz.models.card import ModelCard
from augviz.models.inspecting import CARD_KEY

OPSET = 17
IR_VERSION = 8
"""Versions that every onnxruntime since 1.14 (2023) reads."""


class GraphWriter:
    """Adds one operator after the other; each takes what the one before gave.

    Args:
        input_name: Name of the model's input.
        shape: Its sides; a text stands for a side that is open.
    """

    def __init__(self, input_name: str, shape: Sequence[int | str]) -> None:
        self._input = helper.make_tensor_value_info(input_name, TensorProto.FLOAT, list(shape))
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []
        self.last = input_name

    def add(self, operator: str, *weights: npt.NDArray[Any], after: Sequence[str] = (), **attributes: Any) -> str:
        """Add an operator.

        Args:
            operator: Its name in ONNX.
            weights: Further inputs that never change.
            after: Values that it takes instead of the last one.
            attributes: As ONNX names them.

        Returns:
            The name of what it gives.
        """
        place = len(self._nodes)
        names = [f"w{place}_{i}" for i in range(len(weights))]
        self._weights += [numpy_helper.from_array(array, name) for array, name in zip(weights, names, strict=True)]
        output = f"v{place}"
        inputs = [*(after or (self.last,)), *names]
        self._nodes.append(helper.make_node(operator, inputs, [output], f"{operator}_{place}", **attributes))
        self.last = output
        return output

    def file(self, output_name: str, shape: Sequence[int | str], card: ModelCard) -> bytes:
        """The whole model, with the card in its metadata; the same graph gives the same bytes."""
        self._nodes.append(helper.make_node("Identity", [self.last], [output_name]))
        output = helper.make_tensor_value_info(output_name, TensorProto.FLOAT, list(shape))
        graph = helper.make_graph(self._nodes, "model", [self._input], [output], self._weights)
        opsets = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="augviz")
        helper.set_model_props(model, {CARD_KEY: card.to_json()})
        onnx.checker.check_model(model)
        return bytes(model.SerializeToString(deterministic=True))


def as_weights(*arrays: npt.NDArray[Any]) -> tuple[npt.NDArray[np.float32], ...]:
    """The arrays as float32, C-contiguous, as ONNX wants them."""
    return tuple(np.ascontiguousarray(array, np.float32) for array in arrays)
