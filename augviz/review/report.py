"""A review as one HTML file that opens from disk, prints well, runs no script and loads nothing.

The template (``report.html.j2``) escapes everything; what people wrote is text in it and nothing else.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from augviz.errors import InputError
from augviz.images import decode, encode_jpeg, shrink
from augviz.overlay import PALETTE
from augviz.pipeline.spec import PipelineSpec
from augviz.review import doses
from augviz.review.findings import Findings, Looked
from augviz.review.header import coefficient, header_line, in_one_line, not_reviewed
from augviz.review.judgement import WORDING
from augviz.review.review import Picture, StepSeen
from augviz.review.reviewers import Count
from augviz.wording import counted, percent, percent_range

SIDE_PX = 640
"""Longer side of a picture in the report; the stored ones are larger."""

MOST_PICTURES = 60
"""More pairs of pictures are counted and not shown: the file would not open well."""

MAX_SHOWN = 120
"""Characters of a name in the report; the JSON has all of it."""

Read = Callable[[str], bytes]
"""The bytes of a stored picture by its digest."""


class Shape(NamedTuple):
    """Something that lies over a picture: an SVG path or a point, its colour and its name."""

    path: str
    point_xy: tuple[float, float] | None
    colour: str
    name: str


class Shown(NamedTuple):
    """A picture in the report: data URI, size of its coordinates, and shapes over it; or why it cannot be shown."""

    uri: str
    size_wh: tuple[int, int]
    shapes: tuple[Shape, ...]
    stroke: float
    trouble: str = ""


def as_html(found: Findings, read: Read, *, on_screen: PipelineSpec | None = None) -> str:
    """The report.

    Args:
        found: What the review has found.
        read: Gives a stored picture.
        on_screen: A pipeline; where it is not the one that was reviewed, the report says so at its head.
    """
    words = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words.filters |= {
        "percent": percent,
        "short": lambda text: in_one_line(text, MAX_SHOWN),
        "coefficient": coefficient,
        "interval": lambda found: percent_range(*found),
        "times": _times,
        "day": lambda at: f"{at:%Y-%m-%d}",
        "minute": lambda at: f"{at:%Y-%m-%d %H:%M} UTC",
    }
    shown = [*found.changed, *found.open][:MOST_PICTURES]
    calls = {step.step_id: step.transform for step in found.steps}
    return words.get_template("report.html.j2").render(
        found=found,
        review=found.review,
        setting=found.review.setting,
        summary=header_line(found),
        warning="" if on_screen is None else not_reviewed(found.review, on_screen),
        changed=[_card(one, read, calls) for one in shown if one.settled.is_changed],
        unsettled=[_card(one, read, calls) for one in shown if not one.settled.is_changed],
        not_shown=len(found.changed) + len(found.open) - len(shown),
        disputed=[
            (one, [(said.reviewer.name, WORDING[said.judgement.answer].title) for said in one.said])
            for one in found.disputed
        ],
        wording=WORDING,
        quantities=doses.QUANTITY,
        counted=counted,
        dose=doses.shown,
    )


class Card(NamedTuple):
    """One item of which there is something to see."""

    looked: Looked
    after: Shown
    before: Shown
    steps: str
    blamed: str


def _card(one: Looked, read: Read, calls: dict[str, str]) -> Card:
    item = one.item
    return Card(
        one,
        _shown(item.after, item.objects_after, read),
        _shown(item.before, item.objects_before, read),
        ", ".join(_named(step) for step in item.steps) or "nothing",
        ", ".join(calls.get(step_id, step_id) for step_id in one.blamed),
    )


def _named(step: StepSeen) -> str:
    return f"{step.transform} {step.value}".rstrip()


def _shown(picture: Picture, objects: str, read: Read) -> Shown:
    try:
        display = decode(f"{picture.digest}.png", read(picture.digest)).image
    except InputError as error:  # what was said of it is there all the same
        return Shown("", picture.size_wh, (), 1.0, str(error))
    jpeg = encode_jpeg(shrink(display, SIDE_PX))  # type: ignore[arg-type]  # it was written with eight bits
    drawn = json.loads(objects)
    width, height = drawn.get("size", picture.size_wh)
    uri = f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
    return Shown(uri, (int(width), int(height)), tuple(_shapes(drawn)), max(width, height) / 300)


def _shapes(drawn: dict[str, Any]) -> Iterable[Shape]:
    names: Sequence[str] = drawn.get("names", [])
    for x1, y1, x2, y2, name, colour, _id in drawn.get("boxes", []):
        yield Shape(f"M{x1:g} {y1:g}H{x2:g}V{y2:g}H{x1:g}Z", None, _hex(colour), names[name])
    for name, colour, *_about, rings in [*drawn.get("outlines", []), *drawn.get("regions", [])]:
        yield Shape("".join(map(_ring, rings)), None, _hex(colour), names[name])
    for x, y, name, colour, _id, _seen in drawn.get("points", []):
        yield Shape("", (x, y), _hex(colour), names[name])


def _ring(ring: Sequence[float]) -> str:
    pairs = " ".join(f"{x:g} {y:g}" for x, y in zip(ring[::2], ring[1::2], strict=True))
    return f"M{pairs}Z"


def _hex(place: int) -> str:
    return PALETTE[place % len(PALETTE)].hex


def _times(count: Count) -> str:
    return f"{count.words} ({percent_range(*count.interval)})" if count.of else count.words
