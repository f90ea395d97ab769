"""What a check is: one measure, the limits it is held against, where they come from, and its own proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from augviz.pipeline.spec import Step
from augviz.preservation.facts import FACT_OF, Facts
from augviz.preservation.measures import Measure
from augviz.preservation.severity import Severity
from augviz.preservation.subject import Known

Level = Literal["caution", "violating"]
LEVELS: tuple[Level, ...] = ("violating", "caution")
"""The worst first."""


MOST_LIMIT = 1e9
"""No limit is moved beyond this number."""


class Limit(NamedTuple):
    """A threshold.

    Attributes:
        value: The last value that is still all right.
        source: Who says so: a key of :data:`augviz.preservation.sources.SOURCES`.
    """

    value: float
    source: str


class Example(NamedTuple):
    """Steps that run on the example image (:mod:`augviz.preservation.check_examples`)."""

    steps: tuple[Step, ...]
    known: Known = Known()


class Judgement(NamedTuple):
    """What a number means.

    Attributes:
        severity: "violating", "caution", or "safe" where no limit was crossed.
        limit: The limit that was crossed, or the one that would be crossed first.
    """

    severity: Severity
    limit: float


@dataclass(frozen=True)
class Check:
    """One row.

    Attributes:
        code: Short name ("m1").
        title: Name for people.
        unit: Unit of value and limits: "share" (0..1), "px", "px²", "°", "×", "names"; empty for plain numbers.
        worse: Whether lower or higher numbers are worse.
        measure: The measure.
        caution, violating: Limits; None where there is no such level.
        reason: What is wrong with a sample that crosses them, one sentence.
        mend: What would mend it, one sentence.
        needs: A label fact without which the check says nothing, or empty.
        must_pass, must_fail: Examples on either side of the strictest limit.
        is_open: Whether nobody has answered what it needs to know (:meth:`under`): then it never says more than
            "caution", whichever limit is crossed.
    """

    code: str
    title: str
    unit: str
    worse: Literal["lower", "higher"]
    measure: Measure
    reason: str
    mend: str
    must_pass: Example
    must_fail: Example
    caution: Limit | None = None
    violating: Limit | None = None
    needs: str = ""
    is_open: bool = False

    def under(self, facts: Facts) -> Check | None:
        """The check as it is asked about labels with these facts: itself, nothing where the fact that it needs does not
        hold, and a careful one that says what has not been answered where nobody knows.
        """
        answer = facts.answer(self.needs) if self.needs else "yes"
        if answer != "unknown":
            return self if answer == "yes" else None
        question = FACT_OF[self.needs].question
        reason = f"{self.reason} Whether that matters has not been answered: “{question}”"
        return replace(self, is_open=True, reason=reason, mend=f"Answer that first; if so: {self.mend}")

    def limits(self, thresholds: Mapping[str, float]) -> dict[Level, float]:
        """The limits in force, the worst level first."""
        own = {level: limit for level in LEVELS if (limit := getattr(self, level)) is not None}
        return {level: thresholds.get(threshold_id(self, level), limit.value) for level, limit in own.items()}

    def refusal(self, value: float) -> str:
        """Why a number cannot be a limit of this check, without a full stop; empty when it can."""
        if not abs(value) <= MOST_LIMIT:
            return f"a limit has to be a number of at most {MOST_LIMIT:,.0f}"
        if self.unit in ("share", "IoU") and not 0 <= value <= 1:
            return f"a share is from 0 to 1, not {value:g}"
        return ""

    def crosses(self, value: float, limit: float) -> bool:
        """Whether a value is beyond a limit."""
        return value < limit if self.worse == "lower" else value > limit

    def is_worse(self, value: float, than: float) -> bool:
        """Whether one value is worse than another."""
        return self.crosses(value, than)

    def judge(self, value: float, thresholds: Mapping[str, float]) -> Judgement:
        """Hold a value against the limits in force."""
        limits = self.limits(thresholds)
        crossed = next(((level, limit) for level, limit in limits.items() if self.crosses(value, limit)), None)
        if crossed is None:
            return Judgement("safe", list(limits.values())[-1])
        level, limit = crossed
        return Judgement("caution" if self.is_open else level, limit)


def threshold_id(check: Check, level: Level) -> str:
    """Name under which a limit can be moved ("m1.violating")."""
    return f"{check.code}.{level}"
