"""Reviews and pictures that the tests of the review share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from augviz.pipeline.spec import PipelineSpec, Step
from augviz.review.plan import Kind
from augviz.review.review import Dose, Item, Picture, Review, Setting, StepSeen
from augviz.sample import Boxes, Labels, Sample

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
TURN = PipelineSpec((Step("Rotate", {"limit": (-30, 30)}), Step("HorizontalFlip", p=0.5)))
HOSTILE = (
    'Dr "Quote" O\'Neil; DROP TABLE verdicts; --',
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "Zoë 👩‍⚕️ 日本語 \u202eabc",
    "line\nbreak\ttab\x85next\u2028line\r\n--- !!python/object:os.system",
    "{{ 7 * 7 }} {% raw %} ${x} %s %(a)s :name \\",
    "x" * 10_000,
    "NUL \0 and half a pair \ud83d",
)
"""Texts that are to be stored and shown as text and as nothing else."""


def picture(seed: int, size: int = 24) -> Sample:
    """A coloured picture with one box."""
    rng = np.random.default_rng(seed)
    image = np.full((size, size, 3), rng.integers(40, 200, 3), np.uint8)
    image[6:14, 6:14] = rng.integers(0, 255, 3)
    labels = Labels(boxes=Boxes.of([[6, 6, 14, 14]], ["car"], [3]), label="street")
    return Sample(f"picture {seed}.png", image, labels)


def item(
    place: int,
    kind: Kind = "draw",
    *,
    twin: int | None = None,
    classes: Sequence[str] = ("street",),
    turn: float | None = None,
    name: str = "",
    blamed: tuple[str, ...] = (),
) -> Item:
    """An item without a picture file; ``turn`` is how far Rotate turned it, None where it did not run."""
    steps = () if turn is None else (StepSeen("Rotate-1", "Rotate", f"by {turn:.1f}°", (Dose("rotation", turn),)),)
    digest = f"{place:032x}"
    shown = Picture(digest, (24, 24), 100)
    key = digest if twin is None else f"{twin:032x}"
    called = name or f"picture {place}.png"
    return Item(place, kind, key, place, twin, called, key, classes[0], tuple(classes), shown, shown,
                '{"boxes": [[6, 6, 14, 14, 0, 0, 3]], "names": ["car"], "size": [24, 24]}',
                '{"boxes": [[6, 6, 14, 14, 0, 0, 3]], "names": ["car"], "size": [24, 24]}',
                steps, blamed)  # fmt: skip


def review(items: Sequence[Item], *, setting: Setting | None = None, spec: PipelineSpec = TURN) -> Review:
    """A review of these items."""
    versions = (("augviz", "0.1.0"), ("albumentations", "2.0.8"))
    given = setting or Setting("Street signs", project="streets")
    return Review(
        "a-review", given, 7, len(items), NOON, spec.exported_digest, "# yaml\n", spec, versions, tuple(items)
    )
