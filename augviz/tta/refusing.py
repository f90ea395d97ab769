"""Which views keep the label, by the same rules that judge a pipeline.

Each view is judged as *one* step that always fires: two mirrors that make a half turn are a half turn and nothing else.
What a rule knows of a step by its name, its colours or its noise, is asked of every step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from augviz.models.card import OutputKind
from augviz.pipeline.effects import TEST_IMAGE, Effects, Measurer
from augviz.pipeline.spec import Step
from augviz.preservation.facts import Facts
from augviz.preservation.finding import Finding, worst_first
from augviz.preservation.judge import Survey, cases, findings, forced, targets_of
from augviz.preservation.profiles import profile_of
from augviz.preservation.reach import reach_of
from augviz.preservation.rules import RULES, Rule
from augviz.preservation.rules.case import Leaf
from augviz.sample import Labels, Sample
from augviz.tta.own_views import steps_of
from augviz.tta.view import View

WHERE_THINGS_GO = frozenset({"mirror", "turn", "crop", "zoom", "stretch", "warp", "boxes", "points"})
"""Themes in which several steps can undo each other, so that only all of them together are judged."""

NOT_OF_VIEWS = frozenset({"chance", "validation", "file", "order", "mixing"})
"""Themes that are about training."""

OF_ALL = tuple(rule for rule in RULES if rule.scope != "pipeline" and rule.theme not in NOT_OF_VIEWS)
OF_EACH = tuple(rule for rule in OF_ALL if rule.theme not in WHERE_THINGS_GO)

SEVERAL = Step("NoOp")
"""Stands for several steps at once, of which no name says anything."""


class Judged(NamedTuple):
    """A view and what the rules say.

    Attributes:
        view: The view.
        breaking: Rules by which it changes the label; then it is refused.
        doubts: Rules that ask for caution; then it is used, and they are shown.
    """

    view: View
    breaking: tuple[Finding, ...]
    doubts: tuple[Finding, ...]

    @property
    def is_refused(self) -> bool:
        """Whether it must not be used."""
        return bool(self.breaking)


def judge_views(
    views: Sequence[View], facts: Facts, profile: str, samples: Sequence[Sample] = (TEST_IMAGE,)
) -> tuple[Judged, ...]:
    """Ask the rules about views.

    Args:
        views: The views; the plain one is what the model was made for and is never refused.
        facts: What is known about the labels.
        profile: Id of the profile.
        samples: Images to measure on; views are fixed, so that one is enough for most.

    Raises:
        InputError: There is no such profile.
    """
    profile_of(profile)
    images = tuple(samples) or (TEST_IMAGE,)
    return tuple(_judged(each, facts, profile, images) for each in views)


def labels_for(labels: Labels, output: OutputKind) -> Labels:
    """The labels that a model of this kind answers: points named left and right say nothing about a class."""
    if output == "classes":
        return Labels(label=labels.label)
    if output == "boxes":
        return Labels(boxes=labels.boxes)
    return Labels(masks=labels.masks, semantic=labels.semantic)


def facts_for(facts: Facts, output: OutputKind) -> Facts:
    """What is known about labels, without what is about others than those that a model of this kind answers."""
    others = {"left_right_keypoints"}
    if output != "boxes":
        others |= {"boxes", "boxes_without_masks"}
    if output != "pixels":
        others |= {"masks"}
    return replace(facts, yes=facts.yes - others, unknown=facts.unknown - others)


def kept(judged: Sequence[Judged]) -> tuple[View, ...]:
    """The views that are not refused."""
    return tuple(each.view for each in judged if not each.is_refused)


def _judged(view: View, facts: Facts, profile: str, samples: Sequence[Sample]) -> Judged:
    steps = steps_of(view)
    if view.is_plain or not steps:
        return Judged(view, (), ())
    bare = tuple(sample.with_labels(Labels()) for sample in samples)
    targets = targets_of(() if samples == (TEST_IMAGE,) else samples, facts, profile)
    measurer = Measurer(view.spec)
    whole = reach_of([measurer.measure(sample, 0).whole.now() for sample in bare], 1.0)
    together = (Leaf(steps[0] if len(steps) == 1 else SEVERAL, whole),)
    apart = () if len(steps) == 1 else tuple(Leaf(one, reach_of(_alone(view, one, bare), 1.0)) for one in steps)

    def said(leaves: tuple[Leaf, ...], rules: Sequence[Rule]) -> tuple[Finding, ...]:
        return findings(cases(Survey(view.spec, leaves, whole, None), targets, facts, profile), rules)

    found = (*said(together, OF_ALL), *said(apart, OF_EACH))
    unique = tuple({each.code: each for each in reversed(worst_first(list(found)))}.values())[::-1]
    return Judged(
        view,
        tuple(each for each in unique if each.severity == "violating"),
        tuple(each for each in unique if each.severity == "caution"),
    )


def _alone(view: View, one: Step, samples: Sequence[Sample]) -> tuple[Effects, ...]:
    return forced(view.spec, one.id, samples, len(samples))
