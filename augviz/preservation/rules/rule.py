"""A rule: one row that says when a step can change a label, why, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from augviz.errors import Problem
from augviz.pipeline.spec import Node, PipelineSpec, Step
from augviz.preservation.facts import Facts, facts_of
from augviz.preservation.finding import Finding, Fix
from augviz.preservation.profiles import PROFILE_OF
from augviz.preservation.rules.case import Case
from augviz.preservation.rules.conditions import Hit, When
from augviz.preservation.severity import Severity

Scope = Literal["effect", "step", "pipeline"]
"""``effect``: asked of every step, and of the whole pipeline where no step alone does it. ``step``: of every step.
``pipeline``: once."""

Theme = Literal[
    "mirror", "turn", "crop", "zoom", "stretch", "warp", "hue", "grey", "light", "detail", "noise", "cover", "boxes",
    "masks", "points", "mixing", "weather", "bands", "order", "chance", "validation", "file",
]  # fmt: skip
"""What a rule is about; of several findings about one thing in one step only the worst is told."""


@dataclass(frozen=True)
class Example:
    """A small pipeline on which a rule speaks, or is silent.

    Attributes:
        spec: The pipeline.
        facts: Facts that hold, beside those of the profile.
        profile: Profile; empty is the first of the rule's.
        unknown: Facts that nobody knows.
        denied: Facts of the profile that do not hold.
        validation: The validation pipeline.
        notes: What was said when the file was read.
        shortest_side_px: Shortest side of the images, where it matters.
        is_round: Whether objects are round, where it matters.
    """

    spec: PipelineSpec
    facts: frozenset[str] = frozenset()
    profile: str = ""
    unknown: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    validation: PipelineSpec | None = None
    notes: tuple[Problem, ...] = ()
    shortest_side_px: int | None = None
    is_round: bool | None = None

    def facts_in(self, profile: str) -> Facts:
        """The facts of the profile with those of the example."""
        usual = PROFILE_OF[profile]
        return facts_of(
            *((usual.facts | self.facts) - self.denied - self.unknown),
            unknown=(usual.asks | self.unknown) - self.facts - self.denied,
        )


@dataclass(frozen=True)
class Rule:
    """One row.

    Attributes:
        code: Stable code ("X02").
        name: What it is about, in a few words.
        severity: How bad it is.
        theme: Of several findings with one theme about one step, the worst is told.
        profiles: Ids of the profiles that it belongs to, with spaces; empty is all.
        when: The condition.
        message: What happens to the label, in plain words.
        mend: What to do; empty for ``safe``.
        source: Keys of the sources, with spaces (docs/sources.md).
        fires_on: Example on which it speaks.
        silent_on: Example on which it is silent.
        mended_on: One more such example, where names that swap mend it.
        scope: Whom it is asked of.
        fix: Makes the mend with one press, where there is one.
    """

    code: str
    name: str
    severity: Severity
    theme: Theme
    profiles: str
    when: When
    message: str
    mend: str
    source: str
    fires_on: Example
    silent_on: Example
    scope: Scope = "effect"
    fix: Callable[[Case], Fix | None] | None = None
    mended_on: Example | None = None

    def ask(self, case: Case) -> Finding | None:
        """What it finds in a case, or nothing."""
        if self.profiles and case.profile not in self.profiles.split():
            return None
        hit = self.when(case)
        return None if hit is None else self._finding(case, hit)

    def _finding(self, case: Case, hit: Hit) -> Finding:
        fix = None if self.fix is None else self.fix(case)
        if fix is not None and fix.edit(case.spec) == case.spec:
            fix = None  # there is nothing left to limit: what the rule speaks of comes from something else
        return Finding(
            code=self.code,
            severity=self.severity,
            step_id=None if case.step is None else case.step.id,
            transform=case.name,
            message=self.message,
            mend=self.mend if fix is None or not fix.mend else fix.mend,
            source=", ".join(self.source.split()),
            value=None if hit.value is None else round(hit.value, 3),
            limit=hit.limit,
            unit=hit.unit,
            fix=fix,
        )


def on(*steps: Node, facts: str = "", profile: str = "", unknown: str = "", denied: str = "", **spec: Any) -> Example:
    """An example of steps; further arguments are fields of the pipeline or of the example."""
    extra = {key: spec.pop(key) for key in ("validation", "notes", "shortest_side_px", "is_round") if key in spec}
    words = [frozenset(text.split()) for text in (facts, unknown, denied)]
    return Example(PipelineSpec(steps, **spec), words[0], profile, words[1], words[2], **extra)


SIDES = (("left eye", "right eye"),)
"""Names that change places, for examples."""


def do(name: str, p: float = 1.0, **params: Any) -> Step:
    """A step, for examples."""
    return Step(name, params, p)  # type: ignore[arg-type]
