"""From a plan to pictures: every item is drawn once, kept, and described for whoever asks in five years.

What the reviewer sees is what training would get, at its true size: the pipeline runs on the whole image, and only a
picture with a longer side than :data:`MAX_SIDE_PX` is shown smaller.
"""

from __future__ import annotations

import datetime as dt
import json
import platform
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np

import augviz
from augviz import overlay
from augviz.errors import InputError
from augviz.images import encode_png, shrink, to_display
from augviz.overlay import ClassColours
from augviz.overlay.shapes import is_background
from augviz.pipeline.effects import RunEffects, measure_run
from augviz.pipeline.export import options_for, to_yaml
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.spec import PipelineSpec
from augviz.pipeline.trace import Outcome, fired_steps
from augviz.preservation.blame import blame
from augviz.preservation.check import Check
from augviz.preservation.checks import CHECKS
from augviz.preservation.facts import Facts
from augviz.preservation.gate import answers
from augviz.preservation.measurement import known_of, readings_of
from augviz.preservation.prefill import known_pairs, prefill
from augviz.preservation.profiles import PROFILE_OF
from augviz.preservation.subject import Known, Original, Subject
from augviz.review.doses import doses_of
from augviz.review.judgement import storable
from augviz.review.plan import Draw, Plan
from augviz.review.review import Item, Picture, Review, Setting, StepSeen
from augviz.sample import Labels, Sample
from augviz.side_by_side import Progress, in_threads

MAX_SIDE_PX = 2_048
"""Longer side of a stored picture; a reviewer can zoom in so far."""

NAMED_OBJECTS = 3
"""Classes that the stored label names; the others are counted."""

Keep = Callable[[bytes, tuple[int, int]], Picture]
"""Stores the bytes of a PNG with its width and height, and gives what it is called now."""


@dataclass(frozen=True)
class Material:
    """What a review is drawn from.

    Attributes:
        samples: The images that may be judged.
        known: Draws whose label is known to have changed.
        materials: Other images by name, for steps that take something from them.
    """

    samples: Sequence[Sample]
    known: Sequence[Outcome] = ()
    materials: Materials = NO_MATERIALS


def render(
    spec: PipelineSpec,
    plan: Plan,
    setting: Setting,
    material: Material,
    keep: Keep,
    *,
    on_progress: Progress | None = None,
) -> Review:
    """Draw every item of a plan.

    Args:
        spec: The pipeline.
        plan: Made with the digests of ``material.samples`` and, as ``known``, of the originals of ``material.known``.
        setting: What was settled before.
        material: What it is drawn from.
        keep: Stores a picture.
        on_progress: Told about each item.

    Raises:
        InputError: There is no such profile or fact, a step could not run on an image, or there is no room.
    """
    painter = _Painter(spec, setting, material, keep)
    items = in_threads(painter.item, plan.draws, on_progress)
    labels = [sample.labels for sample in material.samples]
    options = options_for(
        spec,
        has_boxes=any(len(each.boxes) for each in labels),
        has_keypoints=any(len(each.keypoints) for each in labels),
    )
    return Review(
        secrets.token_urlsafe(16),
        setting,
        plan.seed,
        plan.wanted,
        dt.datetime.now(tz=dt.UTC),
        spec.exported_digest,
        to_yaml(spec, options),
        spec,
        versions(),
        tuple(items),
    )


def refuse_failures(outcome: Outcome) -> None:
    """Refuse a draw in which a step could not run: nobody would judge what training gets.

    Raises:
        InputError: It says what could not be done, and with which image.
    """
    if outcome.failures:
        failed = outcome.failures[0]
        raise InputError(failed.error, where=failed.image, mend="Mend that step, or leave the image out.")


def versions() -> tuple[tuple[str, str], ...]:
    """Name and version of what decides a picture."""
    names = ("albumentations", "opencv-python-headless", "numpy")
    return (
        ("augviz", augviz.__version__),
        *((name, version(name)) for name in names),
        ("python", platform.python_version()),
    )


class _Painter:
    """Draws the items of one review; called from several threads."""

    def __init__(self, spec: PipelineSpec, setting: Setting, material: Material, keep: Keep) -> None:
        self.spec, self.material, self.keep = spec, material, keep
        labels = [sample.labels for sample in material.samples]
        self.colours = ClassColours.of([*labels, *(known.before.labels for known in material.known)])
        self.thresholds = dict(setting.thresholds)
        self.checks = _checks(setting, labels)
        pairs = known_pairs(labels, spec.swaps)
        self.known: Known = known_of(spec, (), pairs)

    def item(self, draw: Draw) -> Item:
        """One item with its two pictures."""
        if draw.kind == "known violation":
            outcome = self.material.known[draw.image]
            return self._item(draw, outcome, tuple(StepSeen(*fired) for fired in fired_steps(outcome)), ())
        sample = self.material.samples[draw.image]
        if draw.kind == "untouched":
            return self._item(draw, Outcome(sample, sample, 0, ()), (), ())
        run = measure_run(self.spec, sample, draw.seed, materials=self.material.materials)
        refuse_failures(run.outcome)
        return self._item(draw, run.outcome, _steps(run), self._blamed(sample, draw.seed, run))

    def _item(self, draw: Draw, outcome: Outcome, steps: tuple[StepSeen, ...], blamed: tuple[str, ...]) -> Item:
        before, after = outcome.before, outcome.after
        return Item(
            draw.place,
            draw.kind,
            draw.key,
            draw.seed,
            draw.twin,
            storable(before.name, "name of an image"),
            before.digest,
            storable(described(before.labels), before.name),
            tuple(storable(name, before.name) for name in classes_of(before.labels)),
            self._picture(after),
            self._picture(before),
            self._objects(after),
            self._objects(before),
            steps,
            blamed,
        )

    def _picture(self, sample: Sample) -> Picture:
        display = shrink(to_display(sample.image, sample.bands), MAX_SIDE_PX)
        is_grey = bool((display[:, :, :1] == display).all())
        shown = np.ascontiguousarray(display[:, :, :1]) if is_grey else display
        return self.keep(encode_png(shown), (display.shape[1], display.shape[0]))

    def _objects(self, sample: Sample) -> str:
        drawn = overlay.of(sample.labels, sample.size_hw, self.colours, max_side=MAX_SIDE_PX).to_json()
        drawn["names"] = [storable(name, sample.name) for name in drawn["names"]]
        return json.dumps(drawn, ensure_ascii=True, allow_nan=False)

    def _blamed(self, sample: Sample, seed: int, run: RunEffects) -> tuple[str, ...]:
        """Steps that break the first check which finds the label violated."""
        readings = readings_of(Subject(run, Original(sample), self.known), self.checks)
        for check in self.checks:
            for reading in readings[check.code]:
                found = check.judge(reading.value, self.thresholds)
                if found.severity == "violating":
                    return blame(
                        self.spec,
                        sample,
                        seed,
                        check,
                        limit=found.limit,
                        object_id=reading.object_id,
                        name=reading.name,
                        known=self.known,
                        materials=self.material.materials,
                    ).blamed
        return ()


def _checks(setting: Setting, labels: Sequence[Labels]) -> tuple[Check, ...]:
    """The checks that apply to these labels."""
    if setting.profile and setting.profile not in PROFILE_OF:
        raise InputError("there is no such profile", where=setting.profile)
    facts = prefill(labels, PROFILE_OF[setting.profile]) if setting.profile else Facts()
    told = answers(facts, setting.facts)
    return tuple(check for row in CHECKS if (check := row.under(told)) is not None)


def _steps(run: RunEffects) -> tuple[StepSeen, ...]:
    effects = {leaf.step_id: leaf.effects for leaf in run.leaves}
    return tuple(
        StepSeen(step_id, name, value, doses_of(effects[step_id]) if step_id in effects else ())
        for step_id, name, value in fired_steps(run.outcome)
    )


def classes_of(labels: Labels) -> tuple[str, ...]:
    """Class names in an image, each once: of the whole, of its objects, of its mask."""
    found = [labels.label] if labels.label else []
    found += labels.class_names()
    if labels.semantic is not None:
        values = np.unique(labels.semantic.values).tolist()
        found += [labels.semantic.name_of(value) for value in values if not is_background(labels.semantic, value)]
    return tuple(dict.fromkeys(found))


def described(labels: Labels) -> str:
    """The stored label in words.

    >>> described(Labels(label="cat"))
    'cat'
    """
    if labels.label:
        return labels.label
    names = classes_of(labels)
    more = len(names) - NAMED_OBJECTS
    return ", ".join(names[:NAMED_OBJECTS]) + (f" and {more} more" if more > 0 else "")
