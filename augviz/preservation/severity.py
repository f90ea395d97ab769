"""How bad a finding is, and which of several counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

Severity = Literal["violating", "caution", "info", "safe"]
"""``violating``: a person would, or may, give another label, or the stored label is wrong. ``caution``: it depends on
the task; ask an expert or measure. ``info``: worth knowing. ``safe``: known to keep the label."""

Verdict = Literal["violating", "caution", "safe"]

ORDER: tuple[Severity, ...] = ("violating", "caution", "info", "safe")
"""The worst first: a ``safe`` never hides a ``violating``."""


def rank(severity: Severity) -> int:
    """Place in :data:`ORDER`; 0 is the worst."""
    return ORDER.index(severity)


def verdict_of(severities: Iterable[Severity]) -> Verdict:
    """The verdict on several findings: that of the worst; without any, or with information only, safe.

    >>> verdict_of(["safe", "caution", "info"])
    'caution'
    >>> verdict_of([])
    'safe'
    """
    found = set(severities)
    if "violating" in found:
        return "violating"
    return "caution" if "caution" in found else "safe"
