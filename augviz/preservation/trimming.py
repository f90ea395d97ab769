"""Trim to my labels: cut and clamp any pipeline until no rule calls it violating.

The pipeline is judged; where a mend with one press narrows a step, it is pressed, otherwise the step is taken out; then
it is judged again, until nothing violating is left. Nothing is ever made stronger: no range grows and no step is added.
What remains in a "One of" is drawn more often than before, because something is drawn for every image.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from immutabledict import immutabledict

from augviz.pipeline.editing import parent_of
from augviz.pipeline.effects import TEST_IMAGE
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.spec import Group, Node, PipelineSpec, Step
from augviz.preservation.facts import Facts
from augviz.preservation.finding import Finding
from augviz.preservation.judge import Memory, Survey, findings_on, judge, survey_for
from augviz.preservation.reach import FIXED_TOLERANCE, Reach
from augviz.preservation.rules import RULES
from augviz.preservation.rules.rule import Theme
from augviz.sample import Sample
from augviz.side_by_side import Progress
from augviz.transforms.kinds import is_number
from augviz.transforms.values import Params


@dataclass(frozen=True)
class Cut:
    """One thing that was taken away, and why.

    Attributes:
        step_id: The step; empty where it is a setting of the whole pipeline.
        title: The step for people: its own name, or that of its transform.
        done: What was done ("Removed", "Limit rotation to ±15°").
        code: Code of the rule.
        message: What would have happened to the label.
        source: Keys of the sources (docs/sources.md), with commas.
    """

    step_id: str
    title: str
    done: str
    code: str
    message: str
    source: str

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        source = f" ({self.source})" if self.source else ""
        return f"{self.title}: {self.done[:1].lower()}{self.done[1:]}. {self.code}: {self.message}{source}"


@dataclass(frozen=True)
class Trimmed:
    """A pipeline that keeps the labels, and what it took.

    Attributes:
        spec: The pipeline.
        removed: Steps that were taken out, in the order in which that happened.
        clamped: Steps, or settings of the pipeline, that were narrowed and are still there.
        left: What is violating still, because no step does it and no mend with one press is known, such as a Normalize
            for another number of bands.
    """

    spec: PipelineSpec
    removed: tuple[Cut, ...] = ()
    clamped: tuple[Cut, ...] = ()
    left: tuple[Finding, ...] = ()

    def lines(self, profile: str) -> list[str]:
        """What was done, one line each, for comments in a file and for terminals."""
        cuts = (*self.removed, *self.clamped)
        if not cuts:
            return [f"Trimmed to {profile}: nothing had to go."]
        return [
            f"Trimmed to {profile}: {len(self.removed)} removed, {len(self.clamped)} narrowed.",
            *(f"- {cut.sentence}" for cut in cuts),
        ]


def violations(
    spec: PipelineSpec,
    profile: str,
    facts: Facts,
    samples: Sequence[Sample] = (),
    materials: Materials = NO_MATERIALS,
) -> tuple[Finding, ...]:
    """What the rules call violating, and so what :func:`trim` would take away; arguments as there."""
    found = judge(spec, facts, profile, samples, materials=materials)
    return tuple(each for each in found if each.severity == "violating")


def trim(
    spec: PipelineSpec,
    profile: str,
    facts: Facts,
    samples: Sequence[Sample] = (),
    *,
    materials: Materials = NO_MATERIALS,
    on_progress: Progress | None = None,
) -> Trimmed:
    """Cut and clamp a pipeline by the rules of a profile.

    Trimming again changes nothing.

    Args:
        spec: The pipeline.
        profile: Id of the profile.
        facts: What is known about the labels.
        samples: The user's own images with their labels; without any the built-in one is measured on.
        materials: Other images by name.
        on_progress: Told how far the first measurement is, the longest; and again that it is nearly done while what is
            left is judged anew, so that it can end that work as well.

    Raises:
        InputError: There is no such profile.
    """
    images = tuple(samples) or (TEST_IMAGE,)
    memory = Memory()
    work = _Work(spec)
    tell = on_progress
    while True:
        measured = survey_for(work.spec, images, profile, materials=materials, memory=memory, on_progress=tell)
        tell = None if on_progress is None else _nearly_done(on_progress, len(measured.leaves))
        found = [each for each in findings_on(measured, images, facts, profile) if each.severity == "violating"]
        if not work.mend(found, measured):
            return work.done(found)


def _nearly_done(on_progress: Progress, count: int) -> Progress:
    return lambda _done, _count: on_progress(count, count + 1)


@dataclass
class _Work:
    """A pipeline while it is trimmed. Every round narrows or removes something, and a step is narrowed once a rule."""

    spec: PipelineSpec
    removed: tuple[Cut, ...] = ()
    clamped: tuple[Cut, ...] = ()
    titles: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.titles = {node.id: title_of(node) for node in self.spec.walk()}

    def mend(self, found: Sequence[Finding], measured: Survey) -> bool:
        """One round; False when there is nothing left that could be done."""
        before = self.spec
        by_step: dict[str, list[Finding]] = {}
        for each in found:
            if each.step_id is not None:
                by_step.setdefault(each.step_id, []).append(each)
        for step_id, about in by_step.items():
            if not [each for each in about if self.clamp(each, step_id)]:
                self.remove(step_id, about[0])
        for each in found if not by_step else ():  # without the steps that are violating alone, it may be gone
            if self.clamp_whole(each) or self.remove_rarest(each, measured):
                break
        return self.spec != before

    def clamp(self, finding: Finding, step_id: str) -> bool:
        """Narrow a step by the mend of a finding, if that does narrow it and was not tried before."""
        tried = any((cut.step_id, cut.code) == (step_id, finding.code) for cut in self.clamped)
        if finding.fix is None or tried or not self.spec.has(step_id):
            return False
        step, after = self.spec.find(step_id), finding.fix.edit(self.spec)
        narrowed = after.find(step_id)
        if isinstance(step, Step) and isinstance(narrowed, Step) and any(c.step_id == step_id for c in self.clamped):
            narrowed = _inside(step, narrowed)
        if narrowed == step or not narrowed.enabled or narrowed.p == 0:
            return False
        self.clamped += (
            _cut(finding, step_id, self.titles[step_id], finding.fix.title.removesuffix(f" in {step.name}")),
        )
        self.spec = self.spec.edit(step_id, lambda _step: _retitled(narrowed))
        return True

    def clamp_whole(self, finding: Finding) -> bool:
        """Change a setting of the pipeline by the mend of a finding, once."""
        if finding.fix is None or any(cut.code == finding.code and not cut.step_id for cut in self.clamped):
            return False
        after = finding.fix.edit(self.spec)
        if after == self.spec:
            return False
        self.clamped += (_cut(finding, "", "The pipeline", finding.fix.title),)
        self.spec = after
        return True

    def remove(self, step_id: str, finding: Finding) -> None:
        """Take a step out, with groups that are empty then."""
        if self.spec.has(step_id):
            self.removed += (_cut(finding, step_id, self.titles[step_id], "Removed"),)
            self.spec = without(self.spec, step_id)

    def remove_rarest(self, finding: Finding, measured: Survey) -> bool:
        """Take out the step that fires least often among those that add to what they do together.

        Among equals it is the one that goes farthest, and then the last. A step with another sign beside it goes with
        that.
        """
        does = _DOES.get(_THEME_OF.get(finding.code, "file"))
        adding = {} if does is None else {leaf.step.id: leaf.reach for leaf in measured.leaves if does(leaf.reach) > 0}
        if does is None or not adding:
            return False
        last = list(adding)
        chosen = min(adding, key=lambda i: (round(adding[i].firing_share, 6), -does(adding[i]), -last.index(i)))
        for step_id in (chosen, *_other_signs(self.spec, chosen, adding)):
            self.remove(step_id, finding)
        return True

    def done(self, found: Sequence[Finding]) -> Trimmed:
        """What came of it; a step that was narrowed and then removed counts as removed."""
        gone = {cut.step_id for cut in self.removed}
        return Trimmed(
            self.spec, self.removed, tuple(cut for cut in self.clamped if cut.step_id not in gone), tuple(found)
        )


def without(spec: PipelineSpec, step_id: str) -> PipelineSpec:
    """The pipeline without a step, and without groups that have nothing left to run."""
    return replace(spec, steps=_pruned(spec.steps, step_id))


def title_of(node: Node) -> str:
    """A step for people: the name that it was given with its transform, or the transform."""
    return f"{node.title} ({node.name})" if node.title not in ("", node.name) else node.name


def _pruned(nodes: Iterable[Node], step_id: str) -> tuple[Node, ...]:
    kept: list[Node] = []
    for node in nodes:
        if isinstance(node, Group):
            children = _pruned(node.children, step_id)
            if children == node.children:
                kept.append(node)
            elif _can_run(node, children):
                most = node.n if node.replace else min(node.n, len(children))
                kept.append(replace(node, children=children, n=most))
        elif node.id != step_id:
            kept.append(node)
    return tuple(kept)


def _can_run(group: Group, children: Sequence[Node]) -> bool:
    return bool(children) and (group.kind != "OneOf" or any(child.p > 0 for child in children if child.enabled))


def _inside(step: Step, narrowed: Step) -> Step:
    """A mend, made from the step as it was judged, that leaves what an earlier mend has narrowed more."""
    params = {name: _overlap(step.params.get(name), value) for name, value in narrowed.params.items()}
    return replace(narrowed, params=Params(params), p=min(step.p, narrowed.p))


def _overlap(now: Any, then: Any) -> Any:
    """What two ranges, or the ranges of two axes, have in common; the later value where that is nothing."""
    if isinstance(now, Mapping) and isinstance(then, Mapping):
        return immutabledict({key: _overlap(now.get(key), value) for key, value in then.items()})
    if not (_is_range(now) and _is_range(then)):
        return then
    low, high = max(now[0], then[0]), min(now[1], then[1])
    return (low, high) if low <= high else then


def _is_range(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(is_number(end) for end in value)


def _retitled(node: Node) -> Node:
    """A narrowed step must not go on saying “Rotate +9°”."""
    word = re.split(r" [+−±×\d]", node.title)[0].removesuffix(", narrowed")
    return replace(node, title=f"{word}, narrowed"[-60:]) if node.title else node


def _cut(finding: Finding, step_id: str, title: str, done: str) -> Cut:
    return Cut(step_id, title, done, finding.code, finding.message, finding.source)


def _other_signs(spec: PipelineSpec, step_id: str, adding: Mapping[str, Reach]) -> tuple[str, ...]:
    """The step's twins in a OneOf that holds nothing but it with other numbers, all of which add to the finding."""
    parent, step = parent_of(spec, step_id), spec.find(step_id)
    if parent is None or parent.kind != "OneOf":
        return ()
    twins = all(isinstance(child, Step) and child.name == step.name and child.id in adding for child in parent.children)
    return tuple(child.id for child in parent.children if child.id != step_id) if twins else ()


_THEME_OF: Mapping[str, Theme] = {rule.code: rule.theme for rule in RULES}

_DOES: Mapping[Theme, Callable[[Reach], float]] = {
    "mirror": lambda reach: reach.mirrored_share,
    "turn": lambda reach: max(0.0, reach.turn_deg - 0.5),
    "crop": lambda reach: max(0.0, 0.995 - reach.least_seen_share),
    "zoom": lambda reach: max(0.0, reach.zoom_spread - 1 - FIXED_TOLERANCE),
}
"""How much a step adds to what all of them do together, by the theme of the rule (``judge.TOGETHER_THEMES``)."""
