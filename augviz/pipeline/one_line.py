"""A stranger's text as one line of characters that can be seen, for the head of a file and for a page."""

from __future__ import annotations

import unicodedata

JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
_VIRAMA = 9
"""Combining class of the sign that takes a letter's vowel away."""

_ARROWS = "\N{LEFT RIGHT ARROW}\N{UP DOWN ARROW}"
"""Emoji that Unicode counts among the mathematical signs."""


def visible(text: str) -> str:
    r"""The same text with a space for each character that cannot be seen: ends of lines, controls, turns of direction.

    Joiners stay where they belong to what is seen: between two emoji that are one picture together, and after a virama
    (RFC 5892, appendix A), without which names of Sri Lanka and India are spelled wrongly.

    >>> visible("evil\u202egnp.exe"), len(visible("\N{WOMAN}\u200d\N{PERSONAL COMPUTER}"))
    ('evil gnp.exe', 3)
    """
    return "".join(char if char.isprintable() or _joins(text, at) else " " for at, char in enumerate(text))


def _joins(text: str, at: int) -> bool:
    if text[at] not in JOINERS or not 0 < at < len(text) - 1:
        return False
    if unicodedata.combining(text[at - 1]) == _VIRAMA:
        return text[at + 1].isprintable()
    return text[at] == "\N{ZERO WIDTH JOINER}" and _ends_emoji(text[at - 1]) and _is_emoji(text[at + 1])


def _is_emoji(char: str) -> bool:
    return unicodedata.category(char) == "So" or char in _ARROWS


def _ends_emoji(char: str) -> bool:
    """Whether an emoji may end with it: itself, a colour of skin, or the sign that asks for a coloured picture."""
    return _is_emoji(char) or "\U0001f3fb" <= char <= "\U0001f3ff" or char == "\N{VARIATION SELECTOR-16}"
