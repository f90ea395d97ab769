"""Text of others (file names, labels, the library's sentences) inside Markdown."""

from __future__ import annotations

_SPECIAL = frozenset("\\`*_{}[]()#+-.!|<>:$~&")


def escaped(text: str) -> str:
    r"""Markdown that shows ``text`` literally: no links, images, colours or icons come of it.

    >>> escaped("[a](b) :material/x:")
    '\\[a\\]\\(b\\) \\:material/x\\:'
    >>> escaped("&lt;")
    '\\&lt;'
    """
    return "".join(f"\\{char}" if char in _SPECIAL else char for char in text)


def counted(count: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "image"), counted(1200, "image")
    ('1 image', '1,200 images')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
