"""What the rules say along the range of one number: from which value on a step may break labels, whatever is measured.

Checks see what they can measure on the samples; that a 6 becomes a 9 is known by a rule. So both are asked: the rules
about the step alone, forced to fire, at each value; its reach is measured, as :mod:`augviz.preservation.judge` does it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.spec import PipelineSpec
from augviz.preservation.facts import Facts
from augviz.preservation.finding import Finding
from augviz.preservation.judge import findings_on_step
from augviz.preservation.knobs import Knob, turned
from augviz.preservation.safe_range import SafeRange
from augviz.preservation.severity import Severity, rank
from augviz.sample import Sample
from augviz.side_by_side import Progress, in_threads

VALUES = 13
DRAWS = 8
"""Forced draws a value; a rule is asked about the farthest of them."""

BISECTIONS = 4
"""Steps with which the end of a stretch is found: to 1/200 of the range."""


@dataclass(frozen=True)
class Said:
    """What the rules say at one value.

    Attributes:
        value: The value.
        severity: The worst that they say about the step.
        finding: The worst finding; None where nothing speaks against it.
    """

    value: float
    severity: Severity
    finding: Finding | None


@dataclass(frozen=True)
class RuleRange:
    """What the rules say along a range.

    Attributes:
        said: By value, ascending.
    """

    said: tuple[Said, ...]

    def allowed(self, worst: Severity = "caution") -> tuple[tuple[float, float], ...]:
        """Stretches of neighbouring values at which the rules say nothing worse, ``(low, high)`` each, ascending."""
        return self._stretches(lambda one: rank(one.severity) >= rank(worst))

    def where(self, severity: Severity) -> tuple[tuple[float, float], ...]:
        """Stretches of neighbouring values at which this is the worst that the rules say, ascending."""
        return self._stretches(lambda one: one.severity == severity)

    def _stretches(self, fits: Callable[[Said], bool]) -> tuple[tuple[float, float], ...]:
        groups = ([one.value for one in group] for is_in, group in groupby(self.said, fits) if is_in)
        return tuple((values[0], values[-1]) for values in groups)

    def first(self, severity: Severity) -> Finding | None:
        """The finding of this severity that stands nearest to the gentle side, or None."""
        return next((one.finding for one in self.said if one.severity == severity), None)


def rule_range(
    spec: PipelineSpec,
    samples: Sequence[Sample],
    knob: Knob,
    *,
    profile: str,
    facts: Facts,
    materials: Materials = NO_MATERIALS,
    on_progress: Progress | None = None,
) -> RuleRange:
    """Ask the rules along the range of one number.

    Args:
        spec: The pipeline.
        samples: The user's own images with their labels; at least one.
        knob: The number.
        profile: Id of the profile.
        facts: What is known about the labels.
        materials: Other images by name.
        on_progress: Told about each value.
    """

    def ask(value: float) -> Said:
        set_to = turned(spec, knob, value)
        found = findings_on_step(set_to, knob.step_id, samples, facts, profile, draws=DRAWS, materials=materials)
        against = [one for one in found if one.severity in ("violating", "caution")]
        return Said(value, against[0].severity, against[0]) if against else Said(value, "safe", None)

    width = knob.high - knob.low
    values = dict.fromkeys(knob.settled(knob.low + width * k / (VALUES - 1)) for k in range(VALUES))
    said = in_threads(ask, list(values), on_progress)
    changes = [pair for pair in pairwise(said) if pair[0].severity != pair[1].severity]
    said += [one for low, high in changes for one in _ends(ask, low, high, knob)]
    return RuleRange(tuple(sorted(said, key=lambda one: one.value)))


def _ends(ask: Callable[[float], Said], low: Said, high: Said, knob: Knob) -> list[Said]:
    """Values on both sides of the place where the severity changes between two."""
    found = []
    for _step in range(BISECTIONS):
        middle = knob.settled((low.value + high.value) / 2)
        if middle in (low.value, high.value):
            break
        one = ask(middle)
        found.append(one)
        low, high = (one, high) if one.severity == low.severity else (low, one)
    return found


def within(found: SafeRange, rules: RuleRange) -> SafeRange:
    """A safe range with what the rules call violating taken out of it, and the value to limit the number to."""
    parts = tuple(
        (max(low, first), min(high, last))
        for low, high in found.safe
        for first, last in rules.allowed()
        if max(low, first) <= min(high, last)
    )
    left = replace(found, safe=parts, clamp=None)
    ends = [end for part in parts for end in part]
    if left.is_safe_now or not ends:
        return left
    return replace(left, clamp=min(ends, key=lambda end: abs(end - found.knob.now)))
