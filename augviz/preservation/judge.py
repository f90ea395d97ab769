"""The verdict of the rules on a pipeline: what each step, and all of them together, can do to labels.

Every step is forced to fire, at least 16 times on the images at hand, and what it did is measured; how often it fires
is computed from the tree. What steps do together is measured on natural draws, and on draws in which all of them fire.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from augviz.errors import Problem
from augviz.pipeline.chances import firing_shares
from augviz.pipeline.draws import sample_seed
from augviz.pipeline.effects import TEST_IMAGE, Effects, KnownDraws, Measurers, force_leaf, measure_run
from augviz.pipeline.materials import NO_MATERIALS, Materials, taking_steps
from augviz.pipeline.run import run
from augviz.pipeline.spec import BoxPolicy, Group, KeypointPolicy, Node, PipelineSpec, Step
from augviz.pipeline.swapping import names_in
from augviz.preservation.facts import Facts
from augviz.preservation.finding import Finding, worst_first
from augviz.preservation.prefill import known_pairs
from augviz.preservation.profiles import profile_of
from augviz.preservation.reach import Reach, reach_of
from augviz.preservation.rules import RULES
from augviz.preservation.rules.case import Case, Leaf, Targets
from augviz.preservation.rules.rule import Rule, Theme
from augviz.preservation.severity import Verdict, rank, verdict_of
from augviz.sample import NO_KEYPOINTS, Labels, Sample
from augviz.side_by_side import Progress, in_threads

CANNOT_RUN = "U01"
"""Code of the finding that a step could not run at all."""

DRAWS = 16
"""Forced draws of each step, over all images."""

STEADY_DRAWS = 4
"""Forced draws of one image from which on equal effects in all of them mean that the step draws nothing. One that takes
one of two ways at random passes for such a step once in 4,000 times at most.
"""

TOGETHER_DRAWS = 8
"""Draws in which every step fires, over all images."""

TINY_PX = 32
"""Longest side of the built-in image when tiny images are judged without any."""

TOGETHER_THEMES = frozenset({"mirror", "turn", "crop", "zoom"})
"""What several harmless steps can add up to."""

ROUND_ENOUGH = 0.93
"""Share of the ellipse in its box that a mask has to fill, and no more than 1.07 of it, to be called round."""


ForcedKey: TypeAlias = tuple[Step, BoxPolicy | None, KeypointPolicy | None, int | None]
"""Everything that decides what a step does when it is forced, beside the images and the number of draws."""


@dataclass(frozen=True)
class Memory:
    """What was measured on some images; one surveys the next pipeline on the same images with it.

    Attributes:
        steps: What each step did when it was forced; what draws nothing stands there without an id as well.
        draws: What single draws did: a step that stands at many places is measured once.
    """

    steps: dict[ForcedKey, tuple[Effects, ...]] = field(default_factory=dict)
    draws: KnownDraws = field(default_factory=dict)


@dataclass(frozen=True)
class Survey:
    """A pipeline, measured; the rules are asked about it.

    Attributes:
        spec: The pipeline.
        leaves: Its steps that can fire, in order.
        whole: The pipeline as a whole.
        size_hw: Size of the results where it is always the same, or None.
        unmeasured: Why, by the id of each step that could not be run on any image.
    """

    spec: PipelineSpec
    leaves: tuple[Leaf, ...]
    whole: Reach
    size_hw: tuple[int, int] | None
    unmeasured: Mapping[str, str] = field(default_factory=dict)


def judge(
    spec: PipelineSpec,
    facts: Facts,
    profile: str,
    samples: Sequence[Sample] = (TEST_IMAGE,),
    validation: PipelineSpec | None = None,
    *,
    notes: Sequence[Problem] = (),
    materials: Materials = NO_MATERIALS,
    draws: int = DRAWS,
) -> tuple[Finding, ...]:
    """Ask all rules about a pipeline.

    Args:
        spec: The pipeline.
        facts: What is known about the labels.
        profile: Id of the profile.
        samples: Images to measure on; the built-in one where there are none.
        validation: The pipeline of the validation images, if it is known.
        notes: What was said when the pipeline was read from a file.
        materials: Other images by name.
        draws: Forced draws of each step, spread over the images.

    Returns:
        Findings, the worst first, and among equals in the order of the pipeline.
    """
    images = tuple(samples) or (TEST_IMAGE,)
    measured = survey_for(spec, images, profile, draws=draws, materials=materials)
    other = None if validation is None else survey_for(validation, images, profile, draws=draws, materials=materials)
    return findings_on(measured, images, facts, profile, validation=other, notes=notes)


def survey_for(
    spec: PipelineSpec,
    samples: Sequence[Sample],
    profile: str,
    *,
    draws: int = DRAWS,
    materials: Materials = NO_MATERIALS,
    on_progress: Progress | None = None,
    memory: Memory | None = None,
) -> Survey:
    """The measurement that :func:`findings_on` asks the rules about; it depends on no label fact.

    Args:
        spec: The pipeline.
        samples: Images to measure on.
        profile: Id of the profile.
        draws: Forced draws of each step, spread over the images.
        materials: Other images by name.
        on_progress: Told how far the work is.
        memory: What was measured on the same images before, which is taken from it and added to it.

    Raises:
        InputError: There is no such profile.
    """
    images: Sequence[Sample] = samples
    if profile_of(profile).id == "tiny" and _is_builtin(samples):
        images = (_shrunk(TEST_IMAGE),)
    return survey(spec, images, draws=draws, materials=materials, on_progress=on_progress, memory=memory)


def findings_on(
    measured: Survey,
    samples: Sequence[Sample],
    facts: Facts,
    profile: str,
    *,
    validation: Survey | None = None,
    notes: Sequence[Problem] = (),
) -> tuple[Finding, ...]:
    """What the rules say about a pipeline that was measured; arguments and answer as for :func:`judge`."""
    targets = targets_of(() if _is_builtin(samples) else samples, facts, profile)
    found = findings(cases(measured, targets, facts, profile, validation=validation, notes=notes))
    own = not _is_builtin(samples)
    return worst_first([*found, *(_cannot_run(measured.spec, i, why, own) for i, why in measured.unmeasured.items())])


def findings_on_step(
    spec: PipelineSpec,
    step_id: str,
    samples: Sequence[Sample],
    facts: Facts,
    profile: str,
    *,
    draws: int = DRAWS,
    materials: Materials = NO_MATERIALS,
) -> tuple[Finding, ...]:
    """What the rules say about one step alone, forced to fire; nothing where it cannot run.

    Args:
        spec: The pipeline.
        step_id: The step.
        samples, facts, profile, draws, materials: As for :func:`judge`.
    """
    step = spec.find(step_id)
    effects = forced(spec, step_id, samples, draws, materials)
    if not isinstance(step, Step) or not effects:
        return ()
    reach = reach_of(effects, firing_shares(spec).get(step_id, 0.0))
    measured = Survey(spec, (Leaf(step, reach),), reach, None)
    case = cases(measured, targets_of(samples, facts, profile), facts, profile)[0]
    found = _of_one(case, [rule for rule in RULES if rule.scope != "pipeline"])
    return worst_first([finding for _theme, finding in found])


def _is_builtin(samples: Sequence[Sample]) -> bool:
    return tuple(samples) == (TEST_IMAGE,)


def _cannot_run(spec: PipelineSpec, step_id: str, why: str, are_own: bool) -> Finding:
    """A step of which nothing is known must not pass for a safe one; on the user's own images it would stop training,
    unless all that is missing are the other images that it takes something from.
    """
    lacks_images = any(step.id == step_id for step in taking_steps(spec))
    stops = are_own and not lacks_images
    return Finding(
        CANNOT_RUN,
        "violating" if stops else "caution",
        step_id,
        spec.find(step_id).name,
        f"This step cannot run on these images{', and training would stop here' if stops else ''}. {why}".strip(),
        "Give the images, labels or other images that it needs, or change it." if lacks_images else "Change the step.",
        "M",
    )


def _why_not(spec: PipelineSpec, step: Step, sample: Sample, materials: Materials) -> str:
    """What the step says when it is called on an image."""
    alone = replace(spec, steps=(replace(step, p=1.0, enabled=True),), tail=(), p=1.0, swaps=())
    return next((told.error for told in run(alone, sample, 0, materials=materials).errors), "")


def verdict(found: Iterable[Finding], step_id: str | None = None) -> Verdict:
    """The verdict on a step, or on the pipeline with all its steps."""
    return verdict_of(each.severity for each in found if step_id in (None, each.step_id))


def survey(
    spec: PipelineSpec,
    samples: Sequence[Sample],
    *,
    draws: int = DRAWS,
    materials: Materials = NO_MATERIALS,
    on_progress: Progress | None = None,
    memory: Memory | None = None,
) -> Survey:
    """Measure how far each step goes, and all of them together; arguments as for :func:`survey_for`."""
    known = Memory() if memory is None else memory
    shares = firing_shares(spec)
    steps = [node for node in spec.walk() if isinstance(node, Step) and shares.get(node.id, 0) > 0]
    together = [
        (measurers, place)
        for each, count in ((spec, draws), (all_firing(spec), TOGETHER_DRAWS))
        for measurers in (Measurers(each, materials),)
        for place in range(count if steps else 0)
    ]

    def told(before: int) -> Progress | None:
        count = len(steps) + len(together)
        return None if on_progress is None else lambda done, _count: on_progress(before + done, count)

    def run_together(job: tuple[Measurers, int]) -> tuple[Effects, tuple[int, int]]:
        measurers, place = job
        with measurers.one() as measurer:
            run = measurer.measure(samples[place % len(samples)], sample_seed(0, place))
        return run.whole.now(), run.outcome.after.size_hw

    def forced_once(step: Step) -> tuple[Effects, ...]:
        key, alike = (
            (each, spec.boxes, spec.keypoints, spec.mask_interpolation)
            for each in (replace(step, p=1.0, title=""), replace(step, p=1.0, title="", id=""))
        )
        if key not in known.steps:
            effects = known.steps.get(alike) or forced(spec, step.id, samples, draws, materials, known=known.draws)
            known.steps[key] = effects
            if _is_steady(effects, draws, min(len(samples), draws)):
                known.steps[alike] = effects
        return known.steps[key]

    found = in_threads(forced_once, steps, told(0))
    done = {step.id: effects for step, effects in zip(steps, found, strict=True)}
    leaves = tuple(Leaf(step, reach_of(done[step.id], shares[step.id])) for step in steps)
    runs = in_threads(run_together, together, told(len(steps)))
    sizes = {size_hw for _effects, size_hw in runs}
    return Survey(
        spec,
        leaves,
        reach_of([effects for effects, _size_hw in runs]),
        next(iter(sizes)) if len(sizes) == 1 else None,
        {step.id: _why_not(spec, step, samples[0], materials) for step in steps if not done[step.id]},
    )


def forced(
    spec: PipelineSpec,
    step_id: str,
    samples: Sequence[Sample],
    draws: int,
    materials: Materials = NO_MATERIALS,
    *,
    known: KnownDraws | None = None,
) -> tuple[Effects, ...]:
    """What a step does when it fires; on the bare image where it cannot run with these labels."""
    used = samples[: max(1, draws)]
    each = -(-draws // len(used))
    found: list[Effects] = []
    for place, sample in enumerate(used):
        ran = force_leaf(spec, step_id, sample, each, place, materials=materials, known=known)
        found += ran or force_leaf(
            spec, step_id, sample.with_labels(Labels()), each, place, materials=materials, known=known
        )
    return tuple(found)


def _is_steady(effects: Sequence[Effects], draws: int, images: int) -> bool:
    """Whether a step did the same in all draws of an image, so that it does it at another place of the pipeline too."""
    each = -(-draws // max(1, images))
    if each < STEADY_DRAWS or len(effects) != each * images:
        return False
    return all(effects[place] == effects[place - place % each] for place in range(len(effects)))


def all_firing(spec: PipelineSpec) -> PipelineSpec:
    """The pipeline with every p at 1; a OneOf still takes one of its children by their weights."""
    return replace(spec, p=1.0, steps=tuple(_firing(node) for node in spec.steps))


def _firing(node: Node, *, is_weight: bool = False) -> Node:
    p = node.p if is_weight or node.p == 0 else 1.0
    if isinstance(node, Group):
        children = tuple(_firing(child, is_weight=node.kind == "OneOf") for child in node.children)
        return replace(node, p=p, children=children)
    return replace(node, p=p)


def cases(
    found: Survey,
    targets: Targets,
    facts: Facts,
    profile: str,
    *,
    validation: Survey | None = None,
    notes: Sequence[Problem] = (),
) -> tuple[Case, ...]:
    """One case a step, and one for the whole pipeline at the end."""
    whole = Case(
        spec=found.spec,
        profile=profile,
        facts=facts,
        targets=targets,
        reach=found.whole,
        leaves=found.leaves,
        size_hw=found.size_hw,
        validation=None if validation is None else validation.spec,
        validation_leaves=() if validation is None else validation.leaves,
        validation_size_hw=None if validation is None else validation.size_hw,
        notes=tuple(notes),
    )
    return (*(replace(whole, step=leaf.step, reach=leaf.reach) for leaf in found.leaves), whole)


def findings(asked: Sequence[Case], rules: Sequence[Rule] = RULES) -> tuple[Finding, ...]:
    """What the rules find, the worst first; of several about one thing in one step only the worst is told."""
    *steps, whole = asked
    of_steps = [rule for rule in rules if rule.scope != "pipeline"]
    told = [pair for case in steps for pair in _of_one(case, of_steps)]
    worst_of = {theme: min(rank(found.severity) for other, found in told if other == theme) for theme, _found in told}
    together = [
        rule
        for rule in rules
        if rule.scope == "pipeline"
        or (
            rule.scope == "effect"
            and rule.theme in TOGETHER_THEMES
            and rank(rule.severity) < worst_of.get(rule.theme, rank("info"))
        )
    ]
    return worst_first([found for _theme, found in (*told, *_of_one(whole, together))])


def _of_one(case: Case, rules: Sequence[Rule]) -> list[tuple[Theme, Finding]]:
    """Findings about one step, one a theme; what is doubtful is not called safe beside it."""
    best: dict[Theme, Finding] = {}
    for rule in rules:
        found = rule.ask(case)
        if found is not None and (rule.theme not in best or rank(found.severity) < rank(best[rule.theme].severity)):
            best[rule.theme] = found
    is_doubtful = any(found.severity in ("violating", "caution") for found in best.values())
    return [(theme, found) for theme, found in best.items() if not (is_doubtful and found.severity == "safe")]


def targets_of(samples: Sequence[Sample], facts: Facts, profile: str) -> Targets:
    """What is labelled, as the images show or, without any, as the facts say."""
    labels = [sample.labels for sample in samples]
    boxes = any(len(label.boxes) for label in labels) or facts.answer("boxes") == "yes"
    boxes = boxes or facts.answer("boxes_without_masks") == "yes"
    masks = any(label.masks is not None or label.semantic is not None for label in labels)
    masks = masks or facts.answer("masks") == "yes"
    points = any(len(label.keypoints) for label in labels)
    default = () if samples else (TEST_IMAGE,)
    return Targets(
        boxes=boxes,
        masks=masks,
        keypoints=points or (not samples and (profile == "keypoints" or facts.answer("left_right_keypoints") == "yes")),
        are_boxes_alone=facts.answer("boxes_without_masks") == "yes" or (bool(samples) and boxes and not masks),
        are_boxes_round=_are_round(labels),
        names=frozenset(name for each in labels for name in names_in(replace(each, keypoints=NO_KEYPOINTS))),
        point_names=frozenset(name for each in labels for name in each.keypoints.labels),
        pairs=known_pairs(labels, ()),
        channels=max(sample.image.shape[2] for sample in samples) if samples else 3,
        shortest_side_px=TINY_PX
        if profile == "tiny" and not samples
        else min(min(sample.size_hw) for sample in (*samples, *default)),
    )


def _are_round(labels: Sequence[Labels]) -> bool | None:
    """Whether most objects with box and mask fill the ellipse in their box; None where no mask says."""
    shares = [share for label in labels for share in _ellipse_shares(label)]
    if not shares:
        return None
    return sum(ROUND_ENOUGH <= share <= 2 - ROUND_ENOUGH for share in shares) > len(shares) / 2


def _ellipse_shares(labels: Labels) -> list[float]:
    if labels.masks is None:
        return []
    areas: Mapping[int, float] = dict(zip(labels.masks.ids, labels.masks.areas_px.tolist(), strict=True))
    return [
        areas[i] / max(1.0, float((box[2] - box[0]) * (box[3] - box[1])) * 0.785)
        for i, box in zip(labels.boxes.ids, labels.boxes.xyxy, strict=True)
        if areas.get(i)
    ]


def _shrunk(sample: Sample) -> Sample:
    step = Step("LongestMaxSize", {"max_size": TINY_PX, "interpolation": 3}, id="tiny")  # type: ignore[arg-type]
    return measure_run(PipelineSpec((step,)), sample, 0).outcome.after
