"""The model as a weak witness: does it still say the same after the pipeline?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import streamlit as st

from augviz import charts
from augviz.images import encode_jpeg, shrink, to_display
from augviz.pipeline.draws import draw_seed
from augviz.pipeline.materials import Materials, used_digest
from augviz.pipeline.run import run
from augviz.pipeline.spec import PipelineSpec, digest_of
from augviz.preview import TILE_SIDE, Bounded
from augviz.sample import Sample
from augviz.side_by_side import Progress
from augviz.tta.objects import object_of
from augviz.tta.witness import NULL, SURE, Testimony, Witness, witness
from augviz.ui import label_facts, shots, workspace
from augviz.ui.checked import open_sample, pin_of
from augviz.ui.gallery import Tile, gallery
from augviz.ui.keyed import showing
from augviz.ui.page_table import page
from augviz.ui.test_time.buys import AT_ONCE_S
from augviz.ui.test_time.choosing import Choice
from augviz.ui.test_time.looking import Looked, names_of
from augviz.ui.test_time.opening import asked
from augviz.ui.test_time.work import Task, worked
from augviz.ui.text import escaped
from augviz.wording import counted, percent

DRAWS = (4, 8, 16, 32)
SHOWN = 8
RUN_S = 0.03
"""Time of a pipeline on one picture, to say about how long it will take."""


class Shown(NamedTuple):
    """An augmented picture as it is shown.

    Attributes:
        seed: Seed of its draw.
        jpeg: The picture, small.
        width, height: Its true size in pixels.
    """

    seed: int
    jpeg: bytes
    width: int
    height: int


SHOWN_BYTES = 8 * 2**20
"""Memory for the pictures that are shown, for all visitors together: about 300."""

_shown_before: Bounded[Shown] = Bounded(SHOWN_BYTES, lambda shown: len(shown.jpeg))
_kept: Bounded[Witness] = Bounded(100_000, lambda found: 10 + len(found.augmented) + len(found.null))


@dataclass(frozen=True, eq=False)
class Original:
    """One picture that the model is asked about before and after.

    Attributes:
        image: The whole image.
        place: Its place among the images.
        object_id: The object that the model is shown, or None for the whole image.
    """

    image: Sample
    place: int
    object_id: int | None = None

    def seen(self, sample: Sample) -> Sample | None:
        """What the model is shown of the image before or after the pipeline; None where the object is gone."""
        return sample if self.object_id is None else object_of(sample, self.object_id)


@dataclass(frozen=True, eq=False)
class Pairs(Sequence[tuple[Sample, Sequence[Sample]]]):
    """Each original with its augmented pictures, made when they are asked for, so that only a few are held.

    Attributes:
        originals: The originals.
        spec: The pipeline.
        materials: Other images by name.
        seed: Seed of the draws.
        draws: Draws of each original.
    """

    originals: tuple[Original, ...]
    spec: PipelineSpec
    materials: Materials
    seed: int
    draws: int
    _last: dict[int, list[tuple[int, Sample]]] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.originals)

    def __getitem__(self, place: int) -> tuple[Sample, Sequence[Sample]]:  # type: ignore[override]
        original = self.originals[place]
        before = original.seen(original.image)
        assert before is not None  # noqa: S101 - those that cannot be cut out are no originals
        return before, [picture for _seed, picture in self.after(original)]

    def after(self, original: Original) -> Iterator[tuple[int, Sample]]:
        """The augmented pictures with the seed of each; draws in which the object is gone are left out."""
        for seed, whole in self._augmented(original):
            picture = original.seen(whole)
            if picture is not None:
                yield seed, picture

    def _augmented(self, original: Original) -> list[tuple[int, Sample]]:
        """The whole image after each draw; kept while objects of the same image are asked for."""
        if original.place not in self._last:
            seeds = [draw_seed(self.seed, original.place, draw) for draw in range(self.draws)]
            made = [(seed, run(self.spec, original.image, seed, materials=self.materials).after) for seed in seeds]
            self._last.clear()
            self._last[original.place] = made
        return self._last[original.place]


def witness_section(choice: Choice, found: Looked) -> None:
    """How often the model changes its mind after the pipeline, beside how often it does after hardly any change.

    Args:
        choice: What is chosen.
        found: What the model says of the picture in view; it tells how long a picture takes.
    """
    st.markdown(
        "The model is asked before and after the pipeline in hand. It is a weak witness: it may change its mind "
        "because the label did, or because it never learnt such pictures. So it is also asked about pictures that were "
        "hardly changed: turned by 2°, or saved as JPEG."
    )
    if choice.hand.card.output != "classes":
        st.markdown("It takes a model that gives one class for a picture; this one does not.")
        return
    _draws_box()
    pairs = _pairs(choice)
    task = _task(choice, pairs, found)
    told = worked(task, st.empty())
    if told is not None:
        _show(choice, pairs, told, task.key)


def _draws_box() -> None:
    now = workspace.current().looking.draws
    key = showing("test-time-draws", now)

    def choose() -> None:
        if st.session_state.get(key) in DRAWS:
            workspace.look_with(draws=st.session_state[key])

    st.segmented_control(
        "Draws of each picture", DRAWS, key=key, on_change=choose, required=True,
    )  # fmt: skip


def _pairs(choice: Choice) -> Pairs:
    state = workspace.current()
    originals: list[Original] = []
    for place, image in enumerate(label_facts.images_of(state)):
        if choice.by_object:
            ids = [each for each in image.labels.boxes.ids if object_of(image, each) is not None]
            originals += [Original(image, place, object_id) for object_id in ids]
        else:
            originals.append(Original(image, place))
    return Pairs(tuple(originals), state.spec, state.materials, state.seed, state.looking.draws)


def _task(choice: Choice, pairs: Pairs, found: Looked) -> Task[Witness]:
    asks = len(pairs) * (1 + pairs.draws + len(NULL))
    images = len({original.place for original in pairs.originals})
    seconds = asks * found.readings[0].ms / 1e3 + images * pairs.draws * RUN_S
    names = [(each.image.name, each.image.digest, each.object_id) for each in pairs.originals]
    key = digest_of(
        choice.hand.digest, choice.hand.card.to_json(), names, pairs.spec.digest, pairs.seed, pairs.draws,
        used_digest(pairs.spec, pairs.materials),
    )  # fmt: skip
    pictures = counted(len(pairs) * pairs.draws, "augmented picture")

    def work(show: Progress) -> Witness:
        with asked(choice.hand) as model:
            return witness(model, pairs, on_progress=show)

    waits = f"{pictures} of {counted(len(pairs), 'original')}: about {max(1, round(seconds))} s."
    return Task(
        "witness", key, "originals asked about", work, _kept, waits if seconds > AT_ONCE_S else "", "Ask the model"
    )


def _show(choice: Choice, pairs: Pairs, told: Witness, key: str) -> None:
    st.markdown(escaped(told.words))
    st.plotly_chart(
        charts.change_bars(told.tally, told.null_tally), key="test-time-changes", config={"displayModeBar": False}
    )
    first = told.to_look_at[:SHOWN]
    if not first:
        st.markdown(f"In no augmented picture is the model surer than {percent(SURE)} of another class.")
        return
    more = len(told.to_look_at) - len(first)
    st.markdown(
        "**Look at these first.** The model is sure of another class. Press a picture to see it step by step; one that "
        "you pin comes first in a review." + (f" {more} more are not shown." if more else "")
    )
    shown = [_shown_before.made((key, one.image, one.place), partial(_shown, pairs, one)) for one in first]
    pins = [pin_of(_original(pairs, one).image, each.seed) for one, each in zip(first, shown, strict=True)]
    tiles = [
        _tile(choice, one, each, is_pinned=pin in workspace.current().pins)
        for one, each, pin in zip(first, shown, pins, strict=True)
    ]
    event = gallery(tiles, key="test-time-changed", switches=False, on_pin=lambda place: shots.toggle(pins[place]))
    if event is not None:
        open_sample(pins[event.opened])
    st.page_link(page("review.py"), label="Let an expert judge", icon=":material/rate_review:")


def _original(pairs: Pairs, one: Testimony) -> Original:
    return next(each for each in pairs.originals if _name(each) == one.image)


def _shown(pairs: Pairs, one: Testimony) -> Shown:
    """The picture that is told about, made again."""
    seed, picture = list(pairs.after(_original(pairs, one)))[one.place]
    height, width = picture.size_hw
    jpeg = encode_jpeg(shrink(to_display(picture.image, picture.bands), TILE_SIDE), 88)
    return Shown(seed, jpeg, width, height)


def _name(original: Original) -> str:
    seen = original.seen(original.image)
    return "" if seen is None else seen.name


def _tile(choice: Choice, one: Testimony, shown: Shown, *, is_pinned: bool) -> Tile:
    before, after = names_of(choice.hand.card, [one.before, one.after])
    caption = f"{before} → {after} ({percent(one.after_share)})"
    alt = f"{one.image} after the pipeline: {caption}"
    return Tile(shown.jpeg, shown.width, shown.height, caption=caption, alt=alt, is_pinned=is_pinned)
