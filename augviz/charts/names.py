"""Names of others in charts: shown as they are written, and short enough for an axis."""

from __future__ import annotations


def plain(name: str) -> str:
    """A name as text: plotly would read tags in it.

    >>> plain("a <b> & c")
    'a &lt;b> &amp; c'
    """
    return name.replace("&", "&amp;").replace("<", "&lt;")


def short(name: str, most: int) -> str:
    """The beginning of a long name, as text; cut before it is escaped, so that no sign is cut in two.

    Args:
        name: The name, as it is written.
        most: Characters that are shown at most.

    >>> short("a<<<<<", 4)
    'a&lt;&lt;…'
    """
    return plain(name if len(name) <= most else f"{name[: most - 1]}…")
