"""From the bytes of a label file to text, JSON and YAML values, with limits and without trust."""

from __future__ import annotations

import json
from typing import Any

import yaml

from augviz.errors import LabelError
from augviz.formats.format import SourceFile

MAX_TEXT_BYTES = 512 * 2**20
"""COCO's own instances_train2017.json has 448 MB."""

MAX_YAML_BYTES = 256 * 2**10
"""A data.yaml with 1,203 class names (LVIS) has 30 KB."""

MAX_YAML_EVENTS = 50_000
MAX_YAML_DEPTH = 10

YamlValue = Any
"""Nested ``dict``, ``list`` and ``str``: every scalar stays the text it was written as."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def text_of(file: SourceFile) -> str:
    """The file as text: UTF-8 with or without a mark, or UTF-16 with one.

    Raises:
        LabelError: It is none of these; the sentence names the byte.
    """
    if len(file.data) > MAX_TEXT_BYTES:
        raise LabelError(
            f"the file has {len(file.data) / 2**20:,.0f} MB, the limit is {MAX_TEXT_BYTES // 2**20} MB",
            where=file.name,
            mend="Split it into smaller files.",
        )
    is_utf_16 = file.data[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        return file.data.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.data[: error.start].count(b"\n") + 1
        raise LabelError(
            f"byte 0x{file.data[error.start]:02X} in line {line} is not {'UTF-16' if is_utf_16 else 'UTF-8'} text",
            where=file.name,
            mend="Save the file as UTF-8.",
        ) from error


def lines_of(file: SourceFile) -> list[str]:
    """The lines of the file without white space around them; see :func:`text_of` for errors."""
    return [line.strip() for line in text_of(file).splitlines()]


def json_of(file: SourceFile) -> Any:
    """The JSON value of the file; NaN and Infinity become floats, so that the reader can say where they stand.

    Raises:
        LabelError: It is empty, is no JSON, or is nested too deeply.
    """
    text = text_of(file)
    if not text.strip():
        raise LabelError("the file is empty", where=file.name, mend="Export the labels again.")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise LabelError(
            f"no valid JSON: {error.msg} in line {error.lineno}, column {error.colno}",
            where=file.name,
            mend="Export the labels again; the file may be cut off.",
        ) from error
    except RecursionError as error:
        raise LabelError("brackets are nested too deeply for a label file", where=file.name) from error
    except ValueError as error:  # A whole number of more than 4,300 digits.
        raise LabelError("a number is too long", where=file.name) from error


def yaml_of(file: SourceFile) -> YamlValue:
    """The YAML value of the file as nested ``dict``, ``list`` and ``str``.

    It is built from the parser's events and nothing else: no tags, no types, no aliases (a few lines of them expand
    to gigabytes), bounded in size, depth and number of values. Scalars stay text, so a class named ``no`` or ``007``
    keeps its name.

    Raises:
        LabelError: It is no YAML, or breaks one of these bounds.
    """
    if len(file.data) > MAX_YAML_BYTES:
        raise LabelError(f"the file has more than {MAX_YAML_BYTES // 1024} KB", where=file.name)
    try:
        return _yaml_value(text_of(file), file.name)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{file.name}, line {mark.line + 1}" if mark else file.name
        what = getattr(error, "problem", None) or "a character is not allowed"
        raise LabelError(f"no valid YAML: {what}", where=place, mend="Mend this line and upload it again.") from error


def _yaml_value(text: str, name: str) -> YamlValue:
    root: list[YamlValue] = []
    open_values: list[tuple[list[YamlValue], bool]] = [(root, False)]
    for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
        where = f"{name}, line {event.start_mark.line + 1}" if event.start_mark else name
        if isinstance(event, yaml.AliasEvent):
            raise LabelError("references (*name) are not accepted", where=where, mend="Write the value out.")
        if count > MAX_YAML_EVENTS or len(open_values) > MAX_YAML_DEPTH:
            raise LabelError("the file is too long or nested too deeply", where=where)
        if isinstance(event, yaml.ScalarEvent):
            open_values[-1][0].append(event.value)
        elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            open_values.append(([], isinstance(event, yaml.MappingStartEvent)))
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            values, is_mapping = open_values.pop()
            open_values[-1][0].append(_mapping(values, where) if is_mapping else values)
    return root[0] if root else ""


def _mapping(values: list[YamlValue], where: str) -> dict[str, YamlValue]:
    keys = values[0::2]
    if not all(isinstance(key, str) for key in keys):
        raise LabelError("a key is a list or a mapping", where=where)
    return dict(zip(keys, values[1::2], strict=True))
