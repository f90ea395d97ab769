"""What a check is: one measure, the limits it is held against, where they come from, and its own proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from augviz.pipeline.spec import Step
from augviz.preservation.facts import Facts
from augviz.preservation.measures import Measure
from augviz.preservation.severity import Severity
from augviz.preservation.subject import Known

Level = Literal["caution", "violating"]
LEVELS: tuple[Level, ...] = ("violating", "caution")
"""The worst first."""


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

    def applies(self, facts: Facts) -> bool:
        """Whether the check has something to say about labels with these facts."""
        return not self.needs or facts.answer(self.needs) == "yes"

    def limits(self, thresholds: Mapping[str, float]) -> dict[Level, float]:
        """The limits in force, the worst level first."""
        own = {level: limit for level in LEVELS if (limit := getattr(self, level)) is not None}
        return {level: thresholds.get(threshold_id(self, level), limit.value) for level, limit in own.items()}

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
        return Judgement("safe", list(limits.values())[-1]) if crossed is None else Judgement(*crossed)


def threshold_id(check: Check, level: Level) -> str:
    """Name under which a limit can be moved ("m1.violating")."""
    return f"{check.code}.{level}"
