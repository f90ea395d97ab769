"""Read an ONNX file as what it is, a stranger's: what it would load or call from elsewhere is refused.

Runs in the model's own process, because even the reader of such a file can be made to eat memory.
"""

from __future__ import annotations

from collections.abc import Iterator

import onnx
from google.protobuf.message import DecodeError
from onnx import AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto

from augviz.errors import InputError
from augviz.models.signature import Port, Signature

KNOWN_DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft", "com.microsoft.nchwc", "com.ms.internal.nhwc"})
"""Operators that onnxruntime brings along (source: its lists OperatorKernels and ContribOperators)."""

CARD_KEY = "augviz"
"""Key of a file's metadata under which it may say how it is used."""

PASSING_ON = frozenset({"Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Transpose"})
"""Operators that change no value, or only its place and type."""


def parsed(data: bytes) -> ModelProto:
    """The file as a message.

    Raises:
        InputError: It is none.
    """
    try:
        model = onnx.load_model_from_string(data)
    except DecodeError as error:
        raise InputError("this is no ONNX file, or a damaged one", mend="Export the model as ONNX again.") from error
    if not model.graph.node or not model.graph.output:
        raise InputError("this ONNX file has no model in it", mend="Export the model as ONNX again.")
    return model


def refuse_what_is_elsewhere(model: ModelProto) -> None:
    """Refuse weights in other files and operators of other programs.

    Raises:
        InputError: There is one.
    """
    own = {(function.domain, function.name) for function in model.functions}
    for node in _nodes(model):
        if node.domain not in KNOWN_DOMAINS and (node.domain, node.op_type) not in own:
            raise InputError(
                f"the model calls {node.op_type} of “{node.domain}”, an operator that onnxruntime does not bring along",
                mend="Export it with the operators of ONNX alone.",
            )
    if any(_is_external(tensor) for tensor in _tensors(model)):
        raise InputError(
            "the weights of this model lie in another file",
            mend="Save it as one file: onnx.save(onnx.load(path), one_path, save_as_external_data=False).",
        )


def signature_of(model: ModelProto) -> Signature:
    """What the file says about its inputs and outputs."""
    weights = {tensor.name for tensor in model.graph.initializer}
    made_by = {name: node for node in model.graph.node for name in node.output}
    inputs = tuple(_port(value) for value in model.graph.input if value.name not in weights)
    outputs = tuple(_port(value, _ends_in(value.name, made_by)) for value in model.graph.output)
    card = next((entry.value for entry in model.metadata_props if entry.key == CARD_KEY), "")
    return Signature(inputs, outputs, card)


def _port(value: ValueInfoProto, ends_in: str = "") -> Port:
    kind = value.type.tensor_type
    if value.type.WhichOneof("value") != "tensor_type" or kind.elem_type == TensorProto.UNDEFINED:
        return Port(value.name, "no array", None, ends_in)
    try:
        dtype = onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type).name
    except KeyError:
        dtype = "an unknown type"
    if not kind.HasField("shape"):
        return Port(value.name, dtype, None, ends_in)
    sides = tuple(side.dim_value if side.dim_value > 0 else None for side in kind.shape.dim)
    return Port(value.name, dtype, sides, ends_in)


def _ends_in(name: str, made_by: dict[str, NodeProto]) -> str:
    seen: set[str] = set()
    while name in made_by and name not in seen:
        seen.add(name)
        node = made_by[name]
        if node.op_type not in PASSING_ON or not node.input:
            return str(node.op_type)
        name = node.input[0]
    return ""


def _parts(model: ModelProto) -> Iterator[GraphProto | FunctionProto]:
    """Every graph, those inside operators and functions too."""
    todo: list[GraphProto | FunctionProto] = [model.graph, *model.functions]
    while todo:
        part = todo.pop()
        yield part
        for attribute in _attributes(part):
            todo += [attribute.g, *attribute.graphs] if attribute.HasField("g") else attribute.graphs


def _nodes(model: ModelProto) -> Iterator[NodeProto]:
    for part in _parts(model):
        yield from part.node


def _attributes(part: GraphProto | FunctionProto) -> Iterator[AttributeProto]:
    for node in part.node:
        yield from node.attribute
    if isinstance(part, FunctionProto):
        yield from part.attribute_proto


def _tensors(model: ModelProto) -> Iterator[TensorProto]:
    for part in _parts(model):
        if isinstance(part, GraphProto):
            yield from part.initializer
            for sparse in part.sparse_initializer:
                yield from (sparse.values, sparse.indices)
        for attribute in _attributes(part):
            yield from (attribute.t, *attribute.tensors)
            for sparse in (attribute.sparse_tensor, *attribute.sparse_tensors):
                yield from (sparse.values, sparse.indices)


def _is_external(tensor: TensorProto) -> bool:
    return tensor.data_location == TensorProto.EXTERNAL or bool(tensor.external_data)
