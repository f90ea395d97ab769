"""What a policy holds, as tables: operations with strength and likeness to Pillow's, rows of AutoAugment, steps with
their sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from augviz.policies.lines import OperationLine, StepLine, SubPolicyLine, operation_lines, step_lines, sub_policy_lines
from augviz.policies.operations import Likeness
from augviz.preservation.sources import SOURCES
from augviz.ui.policies.choice import Chosen
from augviz.ui.text import escaped
from augviz.wording import percent

LIKENESS: Mapping[Likeness, str] = {"exact": "the same", "close": "close", "different": "different"}


def what_is_in_it(now: Chosen) -> None:
    """Everything that it may do, how often and how far, and who says so."""
    operations, steps = operation_lines(now.policy, now.spec), step_lines(now.policy, now.spec)
    if operations:
        table, others = st.columns([2, 3], gap="large")
        with table:
            _operations(operations)
        with others:
            _likeness(operations)
            _sub_policies(sub_policy_lines(now.policy, now.spec))
    if steps:
        _steps(steps)
    if not (operations or steps):
        st.markdown("Nothing yet: every image passes unchanged.")


def _operations(lines: Sequence[OperationLine]) -> None:
    _table(
        ("Operation", "In samples", "Strength", "Next to Pillow's"),
        (
            (line.operation.title, percent(line.share), line.strength, LIKENESS[line.operation.likeness])
            for line in lines
        ),
    )


def _likeness(lines: Sequence[OperationLine]) -> None:
    st.markdown("The papers used Pillow. Where a step of Albumentations differs from it:")
    told = dict.fromkeys((line.operation.likeness, line.operation.why) for line in lines if line.operation.why)
    for likeness, why in sorted(told, key=lambda each: list(LIKENESS).index(each[0]), reverse=True):
        names = ", ".join(
            line.operation.title for line in lines if (line.operation.likeness, line.operation.why) == (likeness, why)
        )
        st.markdown(f"- **{escaped(names)}**, {LIKENESS[likeness]}: {escaped(why)}")


def _sub_policies(rows: Sequence[SubPolicyLine]) -> None:
    if not rows:
        return
    st.markdown(
        f"For each image one of these {len(rows)} rows is drawn, all equally likely; then each half of it by its own "
        "chance."
    )
    _table(
        ("Row", "First", "Then"),
        (
            (str(place), f"{row.first} ({percent(row.first_p)})", f"{row.second} ({percent(row.second_p)})")
            for place, row in enumerate(rows, 1)
        ),
    )


def _steps(lines: Sequence[StepLine]) -> None:
    _table(
        ("Step", "In samples", "Strength", "Source"),
        (
            (
                line.name,
                f"{percent(line.share)}{f' ({line.group})' if line.group else ''}",
                line.strength,
                "; ".join(_short(key) for key in line.sources),
            )
            for line in lines
        ),
    )
    with st.expander("Sources in full", icon=":material/menu_book:"):
        keys = dict.fromkeys(key for line in lines for key in line.sources)
        st.markdown("\n".join(f"- {escaped(SOURCES[key])}" for key in keys))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    lines = [_row(map(escaped, head)), _row("---" for _title in head), *(_row(map(escaped, row)) for row in rows)]
    st.markdown("\n".join(lines))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _short(key: str) -> str:
    """A source up to where its details begin."""
    text = SOURCES[key].strip('"')
    cut = min((place for mark in (" (", ";", ":", '"', " arXiv") if (place := text.find(mark)) > 0), default=len(text))
    return text[:cut].rstrip(",. ")
