"""A review as a frozen value: what is judged, what it was made with, and everything that is needed to show it again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple

from augviz.pipeline.difference import Change, changes
from augviz.pipeline.spec import PipelineSpec
from augviz.preservation.intervals import SAFE_RATE
from augviz.review.plan import Kind

QUESTION = "Which label would you give this picture?"


class Picture(NamedTuple):
    """A stored picture.

    Attributes:
        digest: Of its bytes (BLAKE2b, 128 bits); also its name.
        size_wh: Its width and height in pixels; smaller than the sample where that was too large.
        size_bytes: Length of the file.
    """

    digest: str
    size_wh: tuple[int, int]
    size_bytes: int


class Dose(NamedTuple):
    """How strongly a step did something: what (:data:`augviz.review.doses.QUANTITIES`), and how much, at least 0."""

    quantity: str
    value: float


class StepSeen(NamedTuple):
    """A step that ran on an item.

    Attributes:
        step_id: Its id in the pipeline.
        transform: Class name.
        value: What it drew, in a few words; may be empty.
        doses: What it did, measured.
    """

    step_id: str
    transform: str
    value: str = ""
    doses: tuple[Dose, ...] = ()


@dataclass(frozen=True)
class Item:
    """One picture that is judged.

    Attributes:
        place, kind, key, seed, twin: As for :class:`augviz.review.plan.Draw`.
        image_name: File name of the image; a stranger's text.
        image_digest: Digest of its pixels and labels.
        label: The stored label in words; may be empty.
        classes: Class names in the image, each once.
        after, before: The picture that is judged, and the original.
        objects_after, objects_before: What lies over them, as JSON (:meth:`augviz.overlay.Overlay.to_json`).
        steps: The steps that ran, in the order of running.
        blamed: Ids of steps that measured checks blame, before anybody has judged.
    """

    place: int
    kind: Kind
    key: str
    seed: int
    twin: int | None
    image_name: str
    image_digest: str
    label: str
    classes: tuple[str, ...]
    after: Picture
    before: Picture
    objects_after: str = field(default="{}", repr=False)
    objects_before: str = field(default="{}", repr=False)
    steps: tuple[StepSeen, ...] = ()
    blamed: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it is counted; the others are controls."""
        return self.kind == "draw"


@dataclass(frozen=True)
class Setting:
    """What was settled before the first picture was judged.

    Attributes:
        title: Name of the review.
        question: What reviewers are asked first.
        project: What the review belongs to; an expert's word against a rule holds within it only.
        profile: Id of the profile, or empty.
        facts: What the labels mean, as words of the command line ("colour_label", "size_label=no").
        thresholds: Limits of checks that were moved, by name.
        limit: The claim: fewer than this share of labels change, 0..1.
        made_by: Account of whoever made it, where people sign in; else empty.
    """

    title: str = "Review"
    question: str = QUESTION
    project: str = ""
    profile: str = ""
    facts: tuple[str, ...] = ()
    thresholds: tuple[tuple[str, float], ...] = ()
    limit: float = SAFE_RATE
    made_by: str = ""


@dataclass(frozen=True)
class Review:
    """A review.

    Attributes:
        id: Unguessable; whoever knows it may judge.
        setting: What was settled before.
        seed: Of the plan and of the orders.
        wanted: Images that were asked for.
        made_at: When, UTC.
        digest: ``exported_digest`` of the pipeline.
        pipeline_yaml: The pipeline as exported, for people and for ``A.load``.
        spec: The pipeline to the last bit; None where this version can no longer read it.
        versions: Name and version of what drew the pictures.
        items: What is judged, by place.
    """

    id: str
    setting: Setting
    seed: int
    wanted: int
    made_at: dt.datetime
    digest: str
    pipeline_yaml: str
    spec: PipelineSpec | None
    versions: tuple[tuple[str, str], ...]
    items: tuple[Item, ...] = field(repr=False)

    def is_of(self, spec: PipelineSpec) -> bool:
        """Whether a pipeline is the one that was reviewed: it would export the same and draw the same."""
        return spec.exported_digest == self.digest

    def changes_to(self, spec: PipelineSpec) -> tuple[Change, ...]:
        """What was changed in a pipeline since it was reviewed; may be empty also where :meth:`is_of` says no: when
        only streams have other names, or the reviewed one can no longer be read.
        """
        return () if self.spec is None or self.is_of(spec) else changes(self.spec, spec)


class Reviewer(NamedTuple):
    """Somebody who judges.

    Attributes:
        id: Number in the store.
        name: What he or she is called; a stranger's text.
        order_seed: Seed of the order.
        account: Who signed in, or empty.
    """

    id: int
    name: str
    order_seed: int
    account: str = ""
