"""What the checks read on many samples, before any limit or label fact is asked.

Each (image, draw) is one run; its seed follows from the seed of the whole, so that the same call gives the same
readings. Numbers and seeds are kept, pictures are not: whoever wants to see a sample runs it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from augviz.pipeline.draws import draw_seed
from augviz.pipeline.effects import Measurers
from augviz.pipeline.materials import NO_MATERIALS, Materials, taking_steps
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.pipeline.swapping import with_pairs
from augviz.pipeline.trace import StepFailure
from augviz.preservation.check import Check
from augviz.preservation.checks import CHECKS
from augviz.preservation.measures import Readings
from augviz.preservation.prefill import known_pairs
from augviz.preservation.scalars import FEWEST_IMAGES, Bands, bands_of, scalars_of
from augviz.preservation.subject import Known, Original, Subject
from augviz.sample import Sample
from augviz.side_by_side import Progress, in_threads


@dataclass(frozen=True)
class SampleReadings:
    """What was read on one sample.

    Attributes:
        image: Name of the image.
        place: Its place among the images, from 0.
        draw: Which draw of it, from 0.
        seed: Seed of the sample: with the image, enough to draw it again.
        readings: What each check read, by its code; nothing where there was nothing to look at, or a step failed.
        failures: Steps that could not run.
    """

    image: str
    place: int
    draw: int
    seed: int
    readings: Mapping[str, Readings]
    failures: tuple[StepFailure, ...] = ()


@dataclass(frozen=True)
class Measurement:
    """What was read on all samples.

    Attributes:
        samples: One an image and draw.
        images, draws: How many images, and draws of each.
        known: What the checks knew beside the runs.
    """

    samples: tuple[SampleReadings, ...]
    images: int
    draws: int
    known: Known = field(default_factory=Known)

    def __len__(self) -> int:
        """How many readings there are."""
        return sum(len(found) for taken in self.samples for found in taken.readings.values())


def measure_checks(
    spec: PipelineSpec,
    samples: Sequence[Sample],
    *,
    draws: int = 1,
    seed: int = 0,
    swap_pairs: tuple[tuple[str, str], ...] = (),
    checks: Sequence[Check] = CHECKS,
    materials: Materials = NO_MATERIALS,
    on_progress: Progress | None = None,
) -> Measurement:
    """Run a pipeline on every image and let every check read what came out.

    Args:
        spec, samples, draws, seed, swap_pairs, materials, on_progress: As for
            :func:`augviz.preservation.sampling.sample_checks`.
        checks: The checks that read.
    """
    pairs = known_pairs((sample.labels for sample in samples), with_pairs(swap_pairs, spec.swaps))
    known = known_of(spec, samples if any(check.code == "m20" for check in checks) else (), pairs)
    jobs = [(place, draw, draw_seed(seed, place, draw)) for place in range(len(samples)) for draw in range(draws)]
    originals = [Original(sample) for sample in samples]
    measurers = Measurers(spec, materials)

    def work(job: tuple[int, int, int]) -> SampleReadings:
        place, draw, job_seed = job
        name = samples[place].name
        with measurers.one() as measurer:
            run = measurer.measure(samples[place], job_seed)
        subject = Subject(run, originals[place], known)
        failures = run.outcome.failures
        readings = {} if failures else readings_of(subject, checks)  # in training there would be no such sample
        return SampleReadings(name, place, draw, job_seed, readings, failures)

    return Measurement(tuple(in_threads(work, jobs, on_progress)), len(samples), draws, known)


def readings_of(subject: Subject, checks: Sequence[Check]) -> dict[str, Readings]:
    """What each check reads on one run, by its code."""
    return {check.code: check.measure(subject) for check in checks}


def known_of(spec: PipelineSpec, samples: Sequence[Sample], swap_pairs: tuple[tuple[str, str], ...] = ()) -> Known:
    """What checks know beside a run: also where the user's own images lie, when there are enough."""
    bands: Bands | None = None
    if len(samples) >= FEWEST_IMAGES:
        bands = bands_of(in_threads(lambda sample: scalars_of(sample.image, sample.bands), samples))
    return replace(pipeline_facts(spec), swap_pairs=swap_pairs, bands=bands)


def pipeline_facts(spec: PipelineSpec) -> Known:
    """What the pipeline tells the checks: classes that it writes on purpose, and whether it takes from others."""
    fills: set[int] = set()
    for node in spec.walk():
        if isinstance(node, Step):
            for name in ("fill_mask", "mask_drop_value"):
                value = node.params.get(name)
                each: Iterable[object] = value if isinstance(value, tuple) else (value,)
                fills |= {int(v) for v in each if isinstance(v, (int, float))}
    return Known(fill_values=frozenset(fills), takes_from_others=bool(taking_steps(spec)))
