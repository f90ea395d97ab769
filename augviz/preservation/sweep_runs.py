"""What is run for a sweep, and what need not be run again.

* Where two values give the same pipeline (a range that has reached its bound), it is run once.
* A draw in which no step fires that the value is about speaks for all values.
* What an earlier sweep has run is taken from a memory, so that more values or more draws cost only the new ones, and
  work that was stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from augviz.pipeline.effects import Measurers
from augviz.pipeline.materials import Materials
from augviz.pipeline.spec import Node, PipelineSpec, Step, walk
from augviz.pipeline.strength import way_of
from augviz.preservation.safe_range import ChecksFail
from augviz.preservation.scalars import scalars_of
from augviz.preservation.subject import Original, Subject
from augviz.preservation.trials import Drawn, Fails
from augviz.side_by_side import Progress, in_threads
from augviz.transforms.neutral import NEVER_QUITE_OFF

HALF = 0.5
"""An object of which less can be seen counts as hardly visible."""


class SweepRun(NamedTuple):
    """What is kept of one run.

    Attributes:
        failed: Whether the label failed, or a step could not run, so that training would have no such sample.
        broken: Codes of the checks by which it did; empty where another judge says so, and where a step could not run.
        below_half: Objects of which less than half can be seen.
        objects: Of how many; 0 where a step could not run.
        scalars: Numbers of the picture that came out; none where a step could not run.
        stopped: Ids of the steps that could not run.
        fired: Ids of the steps that fired, or would have if they could.
    """

    failed: bool
    broken: frozenset[str]
    below_half: int
    objects: int
    scalars: Mapping[str, float]
    stopped: frozenset[str]
    fired: frozenset[str]


class RunMemory(Protocol):
    """Runs by what decided them; asked from several threads."""

    def get(self, key: object, /) -> SweepRun | None:
        """The run, or None."""

    def put(self, key: object, value: SweepRun, /) -> None:
        """Keep a run."""


def deciding_steps(spec: PipelineSpec, step_id: str | None) -> frozenset[str] | None:
    """Steps on which alone it hangs whether a draw is the same at every strength.

    Args:
        spec: The pipeline.
        step_id: The step or group that is made stronger; None is the whole pipeline.

    Returns:
        Their ids, or None where strength also moves how often a step fires.
    """
    nodes: tuple[Node, ...] = spec.steps if step_id is None else (spec.find(step_id),)
    steps = [node for top in nodes for node in walk(top) if isinstance(node, Step)]
    ways = {step.id: way_of(step).kind for step in steps}
    if "chance" in ways.values() or any(step.name in NEVER_QUITE_OFF for step in steps):
        return None
    return frozenset(each for each, kind in ways.items() if kind == "numbers")


class Runs:
    """The runs of one sweep.

    Args:
        drawn: The draws, the same for every value.
        pipelines: How many different pipelines there will be, for the progress.
        deciding: A draw in which none of these steps fires is the same at every value; None where none is.
        materials: Other images by name.
        memory: Runs of earlier sweeps, or None.
        on_progress: Called in the caller's thread with (done, count); what it raises ends the work.
    """

    def __init__(
        self,
        drawn: Sequence[Drawn],
        *,
        pipelines: int,
        deciding: frozenset[str] | None,
        materials: Materials,
        memory: RunMemory | None,
        on_progress: Progress | None,
    ) -> None:
        self._drawn, self._deciding, self._materials, self._memory = drawn, deciding, materials, memory
        self._on_progress, self._count = on_progress, pipelines * len(drawn)
        self._originals = {draw.place: Original(draw.sample) for draw in drawn}
        self._found: dict[str, tuple[SweepRun, ...]] = {}
        self._still: dict[tuple[int, int], SweepRun] = {}

    def of(self, spec: PipelineSpec, fails: Fails) -> tuple[SweepRun, ...]:
        """What one pipeline does in every draw.

        Args:
            spec: The pipeline.
            fails: Judge of one run.
        """
        if spec.digest not in self._found:
            self._found[spec.digest] = self._run(spec, fails)
        return self._found[spec.digest]

    def _run(self, spec: PipelineSpec, fails: Fails) -> tuple[SweepRun, ...]:
        known = {draw.key: run for draw in self._drawn if (run := self._known(spec, draw)) is not None}
        fresh = [draw for draw in self._drawn if draw.key not in known]
        measurers = Measurers(spec, self._materials, looks=bool(getattr(fails, "looks", True)))
        before = len(self._found) * len(self._drawn) + len(known)

        def work(draw: Drawn) -> SweepRun:
            run = self._measured(measurers, draw, fails)
            if self._memory is not None:
                self._memory.put(self._key(spec, draw), run)
            return run

        def told(done: int, _count: int) -> None:
            if self._on_progress is not None:
                self._on_progress(before + done, self._count)

        known |= dict(zip((draw.key for draw in fresh), in_threads(work, fresh, told), strict=True))
        if self._deciding is not None:
            self._still |= {key: run for key, run in known.items() if not run.fired & self._deciding}
        return tuple(known[draw.key] for draw in self._drawn)

    def _known(self, spec: PipelineSpec, draw: Drawn) -> SweepRun | None:
        found = self._still.get(draw.key)
        return found if found is not None or self._memory is None else self._memory.get(self._key(spec, draw))

    def _key(self, spec: PipelineSpec, draw: Drawn) -> tuple[str, str, int]:
        return spec.digest, draw.sample.digest, draw.seed

    def _measured(self, measurers: Measurers, draw: Drawn, fails: Fails) -> SweepRun:
        with measurers.one() as measurer:
            run = measurer.measure(draw.sample, draw.seed)
        fired = frozenset(step.step_id for step in run.outcome.trace if step.fired or step.error)
        if run.outcome.errors:
            stopped = frozenset(step.step_id for step in run.outcome.errors)
            return SweepRun(True, frozenset(), 0, 0, {}, stopped, fired)
        views = Subject(run, self._originals[draw.place]).objects
        after = run.outcome.after
        broken = fails.codes(run) if isinstance(fails, ChecksFail) else frozenset()
        return SweepRun(
            bool(broken) or (not isinstance(fails, ChecksFail) and fails(run)),
            broken,
            sum(view.visible_share < HALF for view in views),
            len(views),
            scalars_of(after.image, after.bands),
            frozenset(),
            fired,
        )
