"""One pass over the training images, told from the draws alone: no picture is touched.

Which steps fire is decided by their streams and not by pixels (:mod:`augviz.pipeline.firing`), so that thousands of
samples are told in a second, groups and probabilities as they really are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

from augviz.pipeline.chances import firing_shares
from augviz.pipeline.draws import draw_seed
from augviz.pipeline.firing import firing_steps
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.statistics.wilson import Interval, wilson

ALWAYS_THE_SAME = frozenset(
    {"FromFloat", "LongestMaxSize", "NoOp", "PadIfNeeded", "Resize", "SmallestMaxSize", "ToFloat"}
)
"""Transforms that bring every image to one size or type: an image they alone touched counts as untouched."""

MOST_EXAMPLES = 12


@dataclass(frozen=True)
class Share:
    """How many samples of an epoch, and what that says about the next one.

    Attributes:
        samples: How many.
        of: Of how many.
        interval: Wilson's 95%; samples draw independently of each other, also those of one image.
    """

    samples: int
    of: int
    interval: Interval

    @property
    def rate(self) -> float:
        """Share of samples, 0..1."""
        return self.samples / self.of if self.of else 0.0


@dataclass(frozen=True)
class StepInEpoch:
    """One step.

    Attributes:
        step_id, name: The step.
        fired: Samples in which it fired at least once.
        chance: The same from its probability and the groups around it, exactly, 0..1.
        is_destructive: Whether it was said to destroy something.
    """

    step_id: str
    name: str
    fired: Share
    chance: float
    is_destructive: bool


@dataclass(frozen=True)
class Meeting:
    """Two destructive steps in one sample.

    Attributes:
        first, second: Their ids, in the order of the pipeline.
        met: Samples in which both fired.
    """

    first: str
    second: str
    met: Share


@dataclass(frozen=True)
class EpochExample:
    """A sample in which most destructive steps meet.

    Attributes:
        place: Place of the image, from 0.
        draw: Which draw of it, from 0.
        seed: Seed of the sample.
        steps: Ids of the destructive steps that fired, in the order of running.
    """

    place: int
    draw: int
    seed: int
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Epoch:
    """One epoch, or several.

    Attributes:
        images: Images of one epoch.
        epochs: How many were simulated.
        untouched: Samples that no counted step touched.
        stacked: Share of samples, 0..1, by how many counted steps fired.
        destructive_stacked: The same for destructive steps.
        steps: One a step, in the order of the pipeline.
        meeting: Samples in which two destructive steps, or more, met.
        meetings: One a pair of destructive steps that met, the most frequent first.
        examples: Samples with the most destructive steps, those with most first; none with fewer than two.
    """

    images: int
    epochs: int
    untouched: Share
    stacked: Mapping[int, float]
    destructive_stacked: Mapping[int, float]
    steps: tuple[StepInEpoch, ...]
    meeting: Share
    meetings: tuple[Meeting, ...]
    examples: tuple[EpochExample, ...]

    @property
    def mean_stacked(self) -> float:
        """How many counted steps fire in a sample, on average."""
        return sum(count * share for count, share in self.stacked.items())


def simulate_epoch(
    spec: PipelineSpec,
    images: int,
    *,
    epochs: int = 1,
    seed: int = 0,
    destructive: Mapping[str, bool] | None = None,
    apart: Collection[str] | None = None,
) -> Epoch:
    """Draw which steps fire in every sample of an epoch.

    A step that is called twice in one sample (RandomOrder with replacement) counts once.

    Args:
        spec: The pipeline.
        images: Images of the data set, at least 1 and at most 4096.
        epochs: How many epochs are put together, for steadier numbers.
        seed: Seed of the whole; the samples are those of :func:`augviz.statistics.over_draws.statistics_over`.
        destructive: Whether each step destroys something (a crop, a hole, a strong blur), by id, as it was measured or
            said; steps that are not named do not.
        apart: Ids of the steps that do not count as touching; by default :data:`ALWAYS_THE_SAME`.
    """
    steps = [node for node in spec.walk() if isinstance(node, Step)]
    uncounted = {step.id for step in steps if step.name in ALWAYS_THE_SAME} if apart is None else set(apart)
    harsh = {step_id for step_id, is_harsh in (destructive or {}).items() if is_harsh}
    samples = [(place, draw, draw_seed(seed, place, draw)) for draw in range(epochs) for place in range(images)]
    fired = [tuple(dict.fromkeys(firing_steps(spec, one[2]))) for one in samples]
    counted = [len(set(ids) - uncounted) for ids in fired]
    harmed = [tuple(step_id for step_id in ids if step_id in harsh) for ids in fired]
    of, chances = len(samples), firing_shares(spec)
    often = Counter(step_id for ids in fired for step_id in ids)
    order = {step.id: place for place, step in enumerate(steps)}
    pairs = Counter(pair for ids in harmed for pair in combinations(sorted(ids, key=order.__getitem__), 2))
    worst = sorted((k for k in range(of) if len(harmed[k]) > 1), key=lambda k: -len(harmed[k]))[:MOST_EXAMPLES]
    return Epoch(
        images,
        epochs,
        _share(counted.count(0), of),
        _shares_of(counted),
        _shares_of(len(ids) for ids in harmed),
        tuple(
            StepInEpoch(step.id, step.name, _share(often[step.id], of), chances[step.id], step.id in harsh)
            for step in steps
        ),
        _share(sum(len(ids) > 1 for ids in harmed), of),
        tuple(Meeting(first, second, _share(count, of)) for (first, second), count in pairs.most_common()),
        tuple(EpochExample(*samples[k], harmed[k]) for k in worst),
    )


def _share(samples: int, of: int) -> Share:
    return Share(samples, of, wilson(samples, of))


def _shares_of(counts: Iterable[int]) -> Mapping[int, float]:
    found = Counter(counts)
    return MappingProxyType({count: often / found.total() for count, often in sorted(found.items())})
