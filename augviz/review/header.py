"""A review in one line, for the header of an exported file; and whether a pipeline is still the reviewed one."""

from __future__ import annotations

from augviz.pipeline.difference import headline
from augviz.pipeline.one_line import JOINERS, visible
from augviz.pipeline.spec import PipelineSpec
from augviz.review.findings import Findings
from augviz.review.review import Review
from augviz.wording import counted, percent

MAX_NAME = 40
"""Characters of a name in one line."""

MOST_NAMES = 3


def header_line(found: Findings) -> str:
    """A review in one line.

    Returns:
        "reviewed: 61 images, 1 label changed, 95% upper limit 7.5%, α = .84, by Dr Weber, on 2026-11-29,
        digest 3f…": whatever a name holds, it is one line of characters that can be seen.
    """
    rate = found.rate
    parts = [f"reviewed: {counted(rate.images, 'image')}", f"{counted(rate.changed, 'label')} changed"]
    if rate.open:
        parts.append(f"{rate.open} not settled (upper limit {percent(rate.upper_with_open)} if they changed)")
    parts.append(f"95% upper limit {percent(rate.upper)}")
    if found.agreement is not None:
        alpha = found.agreement.alpha
        parts.append(f"raw agreement {percent(found.agreement.raw)}" if alpha is None else f"α = {coefficient(alpha)}")
    names = [in_one_line(one.reviewer.name) for one in found.trust]
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    parts.append(f"by {', '.join(names[:MOST_NAMES])}{more}" if names else "by nobody yet")
    return ", ".join([*parts, f"on {found.until:%Y-%m-%d}", f"digest {found.review.digest}"])


def not_reviewed(review: Review, spec: PipelineSpec) -> str:
    """Why a pipeline is not the one that was reviewed, as a sentence; empty when it is."""
    if review.is_of(spec):
        return ""
    changes = review.changes_to(spec)
    what = f": {in_one_line(headline(changes), 200)}" if changes else ", because its steps draw other random numbers"
    return f"This is not the pipeline that was reviewed{what}."


def in_one_line(text: str, most: int = MAX_NAME) -> str:
    r"""A stranger's text as one short line of characters that can be seen.

    >>> in_one_line("Dr\nWeber")
    'Dr Weber'
    """
    line = " ".join(visible(text).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip(JOINERS)}…"


def coefficient(value: float) -> str:
    """A coefficient of at most 1 as papers write it.

    >>> coefficient(0.84), coefficient(-0.031), coefficient(1.0)
    ('.84', '-.03', '1.00')
    """
    text = f"{value:.2f}"
    return text.replace("0.", ".", 1) if "0." in text[:3] else text
