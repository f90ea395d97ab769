"""The installed Albumentations: its concrete transforms, and what their docstrings say.

Nothing here knows which of them we offer (that is :mod:`augviz.transforms.catalogue`).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import albumentations as A
from albumentations.core.transforms_interface import BasicTransform

BASES = frozenset({"BasicTransform", "DualTransform", "ImageOnlyTransform", "Transform3D"})
"""Classes that others build on; they change nothing themselves."""

_ARGUMENT = re.compile(r"^ {4}\*{0,2}(\w+)\s*(?:\([^\n]*\))?:\s*(.*)$")
_ITEM = re.compile(r"[-*•]\s")


@cache
def concrete_classes() -> Mapping[str, type[BasicTransform]]:
    """Every concrete transform of the installed library by class name.

    The two tensor transforms are missing when PyTorch is not installed.
    """
    found = {
        name: value
        for name, value in vars(A).items()
        if inspect.isclass(value) and issubclass(value, BasicTransform) and name not in BASES
    }
    return MappingProxyType(dict(sorted(found.items())))


@cache
def first_line(name: str) -> str:
    """First sentence of a transform's docstring."""
    paragraph = (inspect.getdoc(concrete_classes()[name]) or "").split("\n\n", 1)[0].replace("\n", " ").strip()
    return re.split(r"(?<=[.!?])\s", paragraph, maxsplit=1)[0]


@cache
def argument_texts(name: str) -> Mapping[str, str]:
    """What the library says about each parameter.

    Reads the Google-style ``Args:`` section of the class, then of its bases, because aliases such as MedianBlur
    leave parameters undescribed that their parent describes. Bullet points stay on lines of their own.
    """
    texts: dict[str, str] = {}
    for base in concrete_classes()[name].__mro__[:-1]:
        for argument, text in _argument_section(inspect.cleandoc(base.__doc__ or "")).items():
            texts.setdefault(argument, text)
    return MappingProxyType(texts)


def _argument_section(doc: str) -> dict[str, str]:
    section = re.search(r"^Args:\n(.*?)(?:^\S|\Z)", doc, re.DOTALL | re.MULTILINE)
    texts: dict[str, str] = {}
    name = ""
    for line in section.group(1).splitlines() if section else ():
        if start := _ARGUMENT.match(line):
            name = start.group(1)
            texts[name] = start.group(2).strip()
        elif name and line.strip():
            joint = "\n" if _ITEM.match(line.strip()) else " "
            texts[name] = f"{texts[name]}{joint}{line.strip()}".strip()
    return texts
