"""Who broke it: the step to blame for a failing sample, by running the very draws that failed again.

Every step has a random stream of its own, so that a step can be taken out and all others do what they did. A step that
is taken out is not switched off but replaced by one that does nothing: a OneOf would otherwise take another child.

Three questions are asked (docs/checks.md):

* *first crossing*: with only the first j steps, when does the check fail for the first time?
* *necessary*: does the failure go away when this step alone is left out?
* *sufficient*: does this step fail the check all by itself?
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from augviz.pipeline.effects import Measurer, RunEffects
from augviz.pipeline.idling import only
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.pipeline.trace import Outcome, Removal
from augviz.preservation.check import Check
from augviz.preservation.intervals import Interval, wilson
from augviz.preservation.measures import LOOKS, Reading
from augviz.preservation.subject import Known, Original, Subject
from augviz.sample import Sample

Kind = Literal["caused by", "interaction of", "joint", "in the original"]


@dataclass(frozen=True)
class Blame:
    """Why one sample fails one check.

    Attributes:
        kind: "caused by" a step that is enough by itself · "interaction of" steps of which each is needed · "joint"
            no single step is enough or needed · "in the original" it fails without any step.
        steps: Ids of the steps that the kind speaks of, in the order of running; all that ran where it is joint.
        step_id: The one step to look at first: the first crossing where it is among them; None in the original.
        transform: Its class name.
        object_id, object_name: What failed; None and empty for the whole image.
        before, after: The number without that step's doing, and with it, steps up to there only; ``before`` is None
            where there was nothing to measure yet.
        limit: The limit that was crossed.
        unit: Unit of the numbers.
        cause: Why, one sentence.
        mend: What would mend it, one sentence.
        first_crossing: The step at which the check fails first, or None.
        necessary, sufficient: Ids of the steps that are.
        replays: How many runs it took.
    """

    kind: Kind
    steps: tuple[str, ...]
    step_id: str | None
    transform: str
    object_id: int | None
    object_name: str
    before: float | None
    after: float | None
    limit: float
    unit: str
    cause: str
    mend: str
    first_crossing: str | None = None
    necessary: tuple[str, ...] = ()
    sufficient: tuple[str, ...] = ()
    replays: int = 0

    @property
    def blamed(self) -> tuple[str, ...]:
        """Steps that are counted: those that break it alone, or else the one at which it breaks; the others of an
        interaction had to be there and may be harmless.
        """
        return self.steps if self.kind == "caused by" else () if self.step_id is None else (self.step_id,)


@dataclass(frozen=True)
class StepShare:
    """In how many failing images a step was to blame.

    Attributes:
        step_id: The step.
        images: Failing images in which it was.
        of: Failing images.
        interval: Wilson's 95% of the share.
    """

    step_id: str
    images: int
    of: int
    interval: Interval


@dataclass
class _Replay:
    """The runs of one sample with one seed and some of its steps, each made once."""

    spec: PipelineSpec
    sample: Sample
    seed: int
    check: Check
    limit: float
    reading: tuple[int | None, str]
    known: Known
    materials: Materials
    original: Original
    runs: dict[frozenset[str], tuple[Reading | None, Outcome]] = field(default_factory=dict)

    def measured(self, active: Iterable[str]) -> tuple[Reading | None, Outcome]:
        """The number with only these steps, and what came out."""
        kept = frozenset(active)
        if kept not in self.runs:
            measurer = Measurer(only(self.spec, kept), self.materials, looks=self.check.measure in LOOKS)
            run = measurer.measure(self.sample, self.seed)
            self.runs[kept] = self._reading(run), run.outcome
        return self.runs[kept]

    def fails(self, active: Iterable[str]) -> bool:
        """Whether the check fails with only these steps."""
        found, _outcome = self.measured(active)
        return found is not None and self.check.crosses(found.value, self.limit)

    def value(self, active: Iterable[str]) -> float | None:
        """The number with only these steps, or None."""
        found, _outcome = self.measured(active)
        return None if found is None else found.value

    def _reading(self, run: RunEffects) -> Reading | None:
        """The reading of the object in question; the worst one where the check speaks of no object."""
        found = self.check.measure(Subject(run, self.original, self.known))
        object_id, name = self.reading
        if object_id is not None:
            found = tuple(reading for reading in found if reading.object_id == object_id)
        elif name and any(reading.name == name for reading in found):
            found = tuple(reading for reading in found if reading.name == name)
        worst: Reading | None = None
        for reading in found:
            if worst is None or self.check.is_worse(reading.value, worst.value):
                worst = reading
        return worst


def blame(
    spec: PipelineSpec,
    sample: Sample,
    seed: int,
    check: Check,
    *,
    limit: float,
    object_id: int | None = None,
    name: str = "",
    known: Known | None = None,
    materials: Materials = NO_MATERIALS,
) -> Blame:
    """Find the step to blame for a sample that fails a check.

    Args:
        spec: The pipeline.
        sample: The image.
        seed: Seed of the failing sample (:attr:`augviz.preservation.sampling.Row.seed`).
        check: The check.
        limit: The limit that was crossed.
        object_id, name: The reading that failed, as its row says.
        known: What is known beside the run, as it was for the row.
        materials: Other images by name.
    """
    replay = _Replay(spec, sample, seed, check, limit, (object_id, name), known or Known(), materials, Original(sample))
    _reading, outcome = replay.measured(node.id for node in spec.walk() if isinstance(node, Step))
    fired = tuple(dict.fromkeys(step.step_id for step in outcome.trace if step.fired))
    if not fired or replay.fails(()):
        return _verdict(replay, "in the original", (), fired)
    sufficient = tuple(step for step in fired if replay.fails([step]))
    necessary = tuple(step for step in fired if not replay.fails(other for other in fired if other != step))
    if sufficient:
        return _verdict(replay, "caused by", sufficient, fired, necessary=necessary, sufficient=sufficient)
    if necessary:
        return _verdict(replay, "interaction of", necessary, fired, necessary=necessary)
    return _verdict(replay, "joint", fired, fired)


def _verdict(
    replay: _Replay,
    kind: Kind,
    steps: tuple[str, ...],
    fired: tuple[str, ...],
    *,
    necessary: tuple[str, ...] = (),
    sufficient: tuple[str, ...] = (),
) -> Blame:
    crossing = next((fired[j] for j in range(len(fired)) if steps and replay.fails(fired[: j + 1])), None)
    headline = crossing if crossing in steps else (steps[0] if steps else None)
    until = fired[: fired.index(headline)] if headline is not None else ()
    before = replay.value(until)
    upto = (*until, headline) if headline is not None else fired
    found, outcome = replay.measured(upto)
    removal = _removal(outcome, replay.reading[0], headline)
    object_id, name = replay.reading
    return Blame(
        kind,
        steps,
        headline,
        "" if headline is None else replay.spec.find(headline).name,
        object_id,
        name or ("" if found is None else found.name),
        before,
        None if found is None else found.value,
        replay.limit,
        replay.check.unit,
        replay.check.reason if removal is None else f"{replay.check.reason} ({removal.describe()})",
        replay.check.mend if removal is None else removal.mend,
        crossing,
        necessary,
        sufficient,
        len(replay.runs),
    )


def _removal(outcome: Outcome, object_id: int | None, step_id: str | None) -> Removal | None:
    """What the trace says became of the object's box or mask at the step."""
    labels = outcome.before.labels
    ids: Mapping[str, Sequence[int]] = {
        "box": labels.boxes.ids,
        "mask": () if labels.masks is None else labels.masks.ids,
    }
    for removal in outcome.removed:
        rows = ids.get(removal.target, ())
        if removal.step_id == step_id and removal.row < len(rows) and rows[removal.row] == object_id:
            return removal
    return None


def shares(blames: Iterable[tuple[str, Blame]]) -> tuple[StepShare, ...]:
    """In how many of the failing images each step was to blame, the most often first.

    Args:
        blames: ``(image, blame)`` of every failing sample; draws of one image count once.
    """
    listed = list(blames)
    images = {image for image, _found in listed}
    by_step: dict[str, set[str]] = {}
    for image, found in listed:
        for step_id in found.blamed:
            by_step.setdefault(step_id, set()).add(image)
    counted = [StepShare(i, len(own), len(images), wilson(len(own), len(images))) for i, own in by_step.items()]
    return tuple(sorted(counted, key=lambda share: -share.images))
