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
