"""YAML and JSON as plain values that know their line, read so that a hostile file costs nothing.

``A.load`` is safe against code but not against the rest: a 637-byte file of aliases built 59,049 transforms in 49 s
(reference: docs/decisions/0005-strict-reader.md). Here the events are counted before anything is built: no aliases, no
tags, no duplicate keys, bounded size, depth and number of nodes.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from augviz.errors import PipelineError

MAX_BYTES = 256_000
MAX_NODES = 20_000
MAX_DEPTH = 40

MAX_WHOLE = 2**63 - 1
"""Largest whole number: nothing that a pipeline holds is larger than a seed."""

MAX_DIGITS = 100
"""Longest number as written: 1:1:1:…, which YAML 1.1 counts in sixties, takes minutes at 200,000 letters, and Python
refuses to print one of more than 4,300 digits.
"""

Scalar: TypeAlias = bool | int | float | str | None


@dataclass(frozen=True)
class Located:
    """A value and the line it stands on.

    Attributes:
        value: A scalar, a tuple of Located, or a dict of Located by text key.
        line: Line in the file, from 1.
    """

    value: Scalar | tuple[Located, ...] | dict[str, Located]
    line: int

    def plain(self) -> Any:
        """The value without lines: scalars, lists and dicts."""
        if isinstance(self.value, tuple):
            return [item.plain() for item in self.value]
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        return self.value


class _Loader(yaml.SafeLoader):
    """YAML 1.1 as PyYAML reads it, but 1e-05 (which JSON writes) is a number."""


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9]+(?:\.[0-9]*)?[eE][-+]?[0-9]+$"), list("-+0123456789")
)

_READ = {
    "tag:yaml.org,2002:null": yaml.SafeLoader.construct_yaml_null,
    "tag:yaml.org,2002:bool": yaml.SafeLoader.construct_yaml_bool,
    "tag:yaml.org,2002:int": yaml.SafeLoader.construct_yaml_int,
    "tag:yaml.org,2002:float": yaml.SafeLoader.construct_yaml_float,
    "tag:yaml.org,2002:str": yaml.SafeLoader.construct_yaml_str,
}


def read_located(text: str) -> Located:
    """Parse YAML or JSON text.

    Raises:
        PipelineError: Not YAML, too large, too deep, an alias, a tag, a repeated key, or a number that is not finite;
            ``where`` names the line.
    """
    size = len(text.encode(errors="replace"))
    if size > MAX_BYTES:
        raise PipelineError(f"the file has {size:,} bytes, and {MAX_BYTES:,} are allowed", mend="Is it a pipeline?")
    if "\0" in text:
        raise PipelineError("the file is not text", mend="Choose the YAML or JSON file of a pipeline.")
    if text.lstrip()[:1] in ("{", "["):
        text = text.replace(
            "\t", " "
        )  # JSON may be indented by tabs, which YAML refuses; inside its strings none can be
    try:
        _bound(text)
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                raise PipelineError("the file is empty", mend="Choose the YAML or JSON file of a pipeline.")
            return _locate(loader, node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}" if mark else ""
        raise PipelineError(f"this is not valid YAML or JSON: {error.problem}", where=where) from error
    except yaml.YAMLError as error:
        raise PipelineError("this is not valid YAML or JSON", mend="Save it as UTF-8 text.") from error


def _bound(text: str) -> None:
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        where = f"line {event.start_mark.line + 1}" if event.start_mark else ""
        if isinstance(event, yaml.AliasEvent):
            raise PipelineError("YAML aliases (*name) are not accepted", where=where, mend="Write the value out.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise PipelineError(f"nested more than {MAX_DEPTH} levels deep", where=where)
        if count > MAX_NODES:
            raise PipelineError(f"more than {MAX_NODES:,} values", where=where)


def _locate(loader: _Loader, node: yaml.Node) -> Located:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and node.tag == "tag:yaml.org,2002:seq":
        return Located(tuple(_locate(loader, item) for item in node.value), line)
    if isinstance(node, yaml.MappingNode) and node.tag == "tag:yaml.org,2002:map":
        entries: dict[str, Located] = {}
        for key_node, value_node in node.value:
            key = _locate(loader, key_node)
            if not isinstance(key.value, str):
                raise PipelineError(f"a key must be text, got {key.plain()!r}", where=f"line {key.line}")
            if key.value in entries:
                raise PipelineError(f"'{key.value}' stands twice", where=f"line {key.line}", mend="Remove one of them.")
            entries[key.value] = _locate(loader, value_node)
        return Located(entries, line)
    return Located(_scalar(loader, node, f"line {line}"), line)


def _scalar(loader: _Loader, node: yaml.Node, where: str) -> Scalar:
    reader = _READ.get(node.tag)
    if reader is None or not isinstance(node, yaml.ScalarNode):
        raise PipelineError(
            f"values of the kind '{node.tag.removeprefix('tag:yaml.org,2002:')}' are not accepted",
            where=where,
            mend="Only text, numbers, true/false, null, lists and mappings are.",
        )
    if len(node.value) > MAX_DIGITS and node.tag in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float"):
        raise PipelineError(f"'{node.value[:40]}…' is too long for a number", where=where)
    try:
        value: Scalar = reader(loader, node)
    except (ValueError, OverflowError) as error:
        raise PipelineError(f"'{node.value[:40]}' is not a number", where=where) from error
    if isinstance(value, float) and not math.isfinite(value):
        raise PipelineError(f"'{node.value}' is not a finite number", where=where)
    if isinstance(value, int) and abs(value) > MAX_WHOLE:
        raise PipelineError(f"'{node.value[:40]}' is too large a number", where=where)
    if isinstance(value, str) and not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
        raise PipelineError("half of a character stands alone (\\ud800 to \\udfff)", where=where)
    return value
