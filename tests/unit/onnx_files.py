"""Small ONNX files for tests: honest ones, and such as nobody should send."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FLOAT = TensorProto.FLOAT


def value(name: str, shape: Sequence[int | str] | None, kind: int = FLOAT) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def model(
    nodes: Sequence[onnx.NodeProto],
    inputs: Sequence[onnx.ValueInfoProto],
    outputs: Sequence[onnx.ValueInfoProto],
    weights: Sequence[onnx.TensorProto] = (),
    domains: Sequence[str] = (),
) -> onnx.ModelProto:
    graph = helper.make_graph(list(nodes), "test", list(inputs), list(outputs), list(weights))
    opsets = [helper.make_opsetid("", 17), *(helper.make_opsetid(domain, 1) for domain in domains)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def mean_colour(side: int | str = "side", *, softmax: bool = False) -> bytes:
    """A classifier whose logits are the mean of red, green and blue."""
    nodes = [
        helper.make_node("GlobalAveragePool", ["image"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("Softmax" if softmax else "Identity", ["flat"], ["scores"]),
    ]
    made = model(nodes, [value("image", ("n", 3, side, side))], [value("scores", ("n", 3))])
    return bytes(made.SerializeToString())


def pixel_scores(classes: int, kind: int = FLOAT, *, sigmoid: bool = False) -> bytes:
    """A classifier for 16 x 16 px with one score a class, which depend on every pixel."""
    weight = np.random.default_rng(2).normal(0, 0.1, (16 * 16 * 3, classes)).astype(np.float32)
    nodes = [
        helper.make_node("Cast", ["image"], ["numbers"], to=FLOAT),
        helper.make_node("Flatten", ["numbers"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weight"], ["sums"]),
        helper.make_node("Mul", ["sums", "small"], ["logits"]),
        helper.make_node("Sigmoid" if sigmoid else "Identity", ["logits"], ["scores"]),
    ]
    small = numpy_helper.from_array(np.float32(0.01 if kind == TensorProto.UINT8 else 1), "small")
    ports = ([value("image", (1, 3, 16, 16), kind)], [value("scores", (1, classes))])
    return bytes(model(nodes, *ports, [numpy_helper.from_array(weight, "weight"), small]).SerializeToString())


def per_pixel() -> bytes:
    """A segmentation model whose logits are the channels themselves."""
    nodes = [helper.make_node("Identity", ["image"], ["map"])]
    made = model(nodes, [value("image", ("n", 3, "h", "w"))], [value("map", ("n", 3, "h", "w"))])
    return bytes(made.SerializeToString())


def constant_output(rows: Any, *, like: Sequence[int | str], name: str = "boxes") -> bytes:
    """A model that always says the same."""
    weight = numpy_helper.from_array(np.asarray(rows, np.float32), "rows")
    nodes = [
        helper.make_node("ReduceMean", ["image"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
        helper.make_node("Add", ["rows", "nothing"], [name]),
    ]
    zero = numpy_helper.from_array(np.float32(0), "zero")
    made = model(nodes, [value("image", (1, 3, 32, 32))], [value(name, like)], [weight, zero])
    return bytes(made.SerializeToString())


def endless_loop() -> bytes:
    """Adds 1 for ever."""
    body = helper.make_graph(
        [helper.make_node("Identity", ["going"], ["go_on"]), helper.make_node("Add", ["x", "one"], ["more"])],
        "body",
        [value("i", (), TensorProto.INT64), value("going", (), TensorProto.BOOL), value("x", ("a", "b", "c", "d"))],
        [value("go_on", (), TensorProto.BOOL), value("more", ("a", "b", "c", "d"))],
        [numpy_helper.from_array(np.float32(1), "one")],
    )
    nodes = [
        helper.make_node("Loop", ["", "yes", "image"], ["looped"], body=body),
        helper.make_node("GlobalAveragePool", ["looped"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["scores"]),
    ]
    yes = numpy_helper.from_array(np.array(True), "yes")
    made = model(nodes, [value("image", (1, 3, 8, 8))], [value("scores", (1, 3))], [yes])
    return bytes(made.SerializeToString())


def memory_eater(side: int = 200_000) -> bytes:
    """Wants some 160 GB to answer."""
    shape = numpy_helper.from_array(np.array([side, side], np.int64), "shape")
    nodes = [
        helper.make_node("ReduceMean", ["image"], ["mean"], keepdims=0),
        helper.make_node("Expand", ["mean", "shape"], ["scores"]),
    ]
    made = model(nodes, [value("image", (1, 3, 8, 8))], [value("scores", ("a", "b"))], [shape])
    return bytes(made.SerializeToString())


def external_data(where: str = "initializer") -> bytes:
    """Weights that lie in /etc/passwd, said in one of several places."""
    weight = numpy_helper.from_array(np.zeros((3, 3), np.float32), "weight")
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    for key, said in (("location", "../../etc/passwd"), ("length", "36")):
        entry = weight.external_data.add()
        entry.key, entry.value = key, said
    pool = [helper.make_node("GlobalAveragePool", ["image"], ["p"]), helper.make_node("Flatten", ["p"], ["flat"])]
    ports = ([value("image", (1, 3, 8, 8))], [value("scores", (1, 3))])
    use = helper.make_node("MatMul", ["flat", "weight"], ["scores"])
    if where == "initializer":
        return bytes(model([*pool, use], *ports, [weight]).SerializeToString())
    constant = helper.make_node("Constant", [], ["weight"])
    attribute = constant.attribute.add()
    attribute.name, attribute.type = "value", onnx.AttributeProto.TENSOR
    attribute.t.CopyFrom(weight)
    if where == "constant":
        return bytes(model([constant, *pool, use], *ports).SerializeToString())
    inner = helper.make_graph(
        [constant, helper.make_node("MatMul", ["flat", "weight"], ["inner"])], "inner", [], [value("inner", (1, 3))]
    )
    yes = numpy_helper.from_array(np.array(True), "yes")
    branch = helper.make_node("If", ["yes"], ["scores"], then_branch=inner, else_branch=inner)
    return bytes(model([*pool, branch], *ports, [yes]).SerializeToString())


def hidden_external_data(where: str) -> bytes:
    """The same in places where few look: sparse tensors, lists of tensors, functions and their defaults."""
    weight = onnx.load_model_from_string(external_data()).graph.initializer[0]
    made = onnx.load_model_from_string(mean_colour(8))
    if where == "sparse initializer":
        made.graph.sparse_initializer.add().values.CopyFrom(weight)
    elif where == "sparse constant":
        made.graph.node[0].attribute.add().sparse_tensor.values.CopyFrom(weight)
    elif where == "list of tensors":
        made.graph.node[0].attribute.add().tensors.append(weight)
    elif where == "function":
        function = made.functions.add()
        function.node.add().attribute.add().t.CopyFrom(weight)
    elif where == "default of a function":
        made.functions.add().attribute_proto.add().t.CopyFrom(weight)
    elif where == "only named":
        weight.data_location = TensorProto.DEFAULT
        made.graph.initializer.append(weight)
    return bytes(made.SerializeToString())


def own_function() -> bytes:
    """An operator of another name whose meaning the file brings along: the mean of each channel."""
    made = onnx.load_model_from_string(mean_colour(8))
    pool, flatten, _ = made.graph.node
    body = [
        helper.make_node("GlobalAveragePool", ["x"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["y"]),
    ]
    opset = helper.make_opsetid("", 17)
    made.functions.append(helper.make_function("theirs", "Mean", ["x"], ["y"], body, [opset]))
    made.opset_import.append(helper.make_opsetid("theirs", 1))
    use = helper.make_node("Mean", [pool.input[0]], [flatten.output[0]], domain="theirs")
    del made.graph.node[:2]
    made.graph.node.insert(0, use)
    return bytes(made.SerializeToString())


def boxes_in_three(*, classes_first: bool) -> bytes:
    """Boxes, classes and scores apart, as torchvision's detectors give them, or the last two the other way round."""
    given = {
        "boxes": np.array([[4, 4, 12, 14], [16, 8, 30, 20]], np.float32),
        "labels": np.array([2, 1], np.int64),
        "scores": np.array([0.5, 0.75], np.float32),
    }
    names = ["boxes", "labels", "scores"] if classes_first else ["boxes", "scores", "labels"]
    weights = [numpy_helper.from_array(array, f"{name}-weight") for name, array in given.items()]
    nodes = [helper.make_node("Identity", [f"{name}-weight"], [name]) for name in names]
    kinds = {"boxes": FLOAT, "labels": TensorProto.INT64, "scores": FLOAT}
    outputs = [value(name, given[name].shape, kinds[name]) for name in names]
    return bytes(model(nodes, [value("image", (1, 3, 32, 32))], outputs, weights).SerializeToString())


def custom_operator() -> bytes:
    """An operator of somebody's own library."""
    nodes = [helper.make_node("Explode", ["image"], ["scores"], domain="somebody.else")]
    made = model(nodes, [value("image", (1, 3, 8, 8))], [value("scores", (1, 3))], domains=["somebody.else"])
    return bytes(made.SerializeToString())


def takes(shape: Sequence[int | str] | None, kind: int = FLOAT, inputs: int = 1) -> bytes:
    """Takes something of this shape, so many times."""
    names = [f"in{i}" for i in range(inputs)]
    nodes = [helper.make_node("Identity", [names[0]], ["out"])]
    made = model(nodes, [value(name, shape, kind) for name in names], [value("out", shape, kind)])
    return bytes(made.SerializeToString())


def says_one_size_takes_another() -> bytes:
    """Says that any size will do, and then multiplies by 192 numbers."""
    nodes = [
        helper.make_node("Flatten", ["image"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weight"], ["scores"]),
    ]
    weight = numpy_helper.from_array(np.zeros((192, 3), np.float32), "weight")
    made = model(nodes, [value("image", ("n", 3, "h", "w"))], [value("scores", ("n", 3))], [weight])
    return bytes(made.SerializeToString())


def unknown_bytes(count: int) -> bytes:
    """Bytes to make a file larger: a field that no reader of ONNX knows, and that all of them skip."""
    length, left = bytearray(), count
    while left > 0x7F:
        length.append(left & 0x7F | 0x80)
        left >>= 7
    return b"\xfa\x3f" + bytes([*length, left]) + bytes(count)
