"""What the network gets: which images make a batch, and the batch as the training loader makes it, kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from augviz.batch.assembling import Assembled, Job, assemble, jobs_of
from augviz.batch.collating import Batch, collate
from augviz.batch.drawing import drawn, labels_on
from augviz.batch.loading import Loading
from augviz.batch.mistakes import MistakeId, with_mistake
from augviz.batch.normalising import Normalisation
from augviz.batch.remarks import Channel, Remark, in_words
from augviz.errors import InputError
from augviz.images import encode_jpeg, shrink, to_display
from augviz.overlay import ClassColours
from augviz.overlay import of as overlay_of
from augviz.pipeline.materials import used_digest
from augviz.pipeline.spec import digest_of
from augviz.preview import Bounded
from augviz.sample import Sample
from augviz.side_by_side import Progress, in_threads
from augviz.ui import label_facts, workspace
from augviz.ui.batch import mean_std
from augviz.ui.batch.loader_form import normalisation_of
from augviz.ui.gallery import Tile
from augviz.ui.progress import progress_in
from augviz.ui.text import escaped
from augviz.wording import percent

TILE_SIDE = 320

KEPT_BYTES = 192 * 2**20
"""Images of batches that are kept for all visitors together, so that another choice runs no picture again."""

KEPT_TILE_BYTES = 24 * 2**20

CUT_OFF_FROM = 0.005
"""Share of values outside of what can be shown, from which on the caption says so."""

_assembled: Bounded[Assembled] = Bounded(KEPT_BYTES, lambda found: sum(each.image.nbytes for each in found.samples))
_shown: Bounded[Shown] = Bounded(KEPT_TILE_BYTES, lambda shown: 4000 + sum(len(tile.jpeg) for tile in shown.tiles))


@dataclass(frozen=True)
class Asked:
    """Everything that a batch is made of.

    Attributes:
        loading: What the visitor chose.
        jobs: Which images, and with which seeds.
        found: The same as they come out of the pipeline.
        normalisations: What their values go through.
        key: Digest of all that decides ``found``.
    """

    loading: Loading
    jobs: tuple[Job, ...]
    found: Assembled
    normalisations: tuple[Normalisation, ...]
    key: str


@dataclass(frozen=True)
class Shown:
    """What is shown of a batch; the array itself is let go.

    Attributes:
        shape, dtype, nbytes, layout: Of the array.
        channels: Its numbers.
        remarks: What is wrong with it, or good to know.
        tiles: Its images, drawn back.
        normalised: Whether values went through a Normalize.
    """

    shape: tuple[int, ...]
    dtype: str
    nbytes: int
    layout: str
    channels: tuple[Channel, ...]
    remarks: tuple[Remark, ...]
    tiles: tuple[Tile, ...]
    normalised: bool


def asked(place: DeltaGenerator) -> Asked | None:
    """The images of the batch, run through the pipeline; None where nothing can be put together, which is said.

    Args:
        place: An empty place for the bar.
    """
    state = workspace.current()
    images = label_facts.images_of(state)
    jobs = jobs_of(images, state.loading.count, state.seed)
    named = [(job.sample.name, job.sample.digest, job.seed) for job in jobs]
    key = digest_of(state.spec.digest, used_digest(state.spec, state.materials), named)
    found = _assembled.get(key)
    try:
        if found is None:
            found = assemble(
                state.spec, jobs, materials=state.materials, on_progress=progress_in(place, "images of the batch")
            )
            place.empty()
            _assembled.put(key, found)
        measured = mean_std.measured(images, place) if state.loading.by == "measured" else None
        normalisations = normalisation_of(state.loading, measured)
    except InputError as error:
        st.error(escaped(str(error)), icon=":material/error:")
        return None
    return Asked(state.loading, jobs, found, normalisations, key)


def shown(asked: Asked, mistake: MistakeId | None = None) -> Shown | None:
    """The batch, put together and drawn back; None where it cannot be put together, which is said.

    Args:
        asked: What it is made of.
        mistake: A mistake to be made, or None for the right batch.
    """
    colours = workspace.current().colours
    loading = asked.loading
    numbers = [(each.mean, each.std, each.max_pixel_value) for each in asked.normalisations]
    choice = (loading.how, loading.size_hw, loading.layout, loading.dtype)
    key = digest_of(asked.key, choice, numbers, mistake, [(name, colours.index_of(name)) for name in colours.names])
    found = _shown.get(key)
    if found is None:
        samples, normalisations = asked.found.samples, asked.normalisations
        if mistake is not None:
            samples, normalisations = with_mistake(samples, normalisations, mistake)
        place = st.empty()
        try:
            batch = _collated(samples, loading, normalisations, progress_in(place, "images put together"))
        except InputError as error:
            st.error(escaped(str(error)), icon=":material/error:")
            return None
        found = _shown_of(batch, samples, colours, progress_in(place, "images drawn"))
        place.empty()
        _shown.put(key, found)
    return found


def sample_tile(place: int, sample: Sample, badge: str = "") -> Tile:
    """One image as it comes out of the pipeline, with its size."""
    height, width = sample.size_hw
    small = encode_jpeg(shrink(to_display(sample.image, sample.bands), TILE_SIDE))
    overlay = overlay_of(sample.labels, sample.size_hw, workspace.current().colours, max_side=TILE_SIDE)
    caption = f"#{place + 1} · {in_words(sample.size_hw)}"
    return Tile(small, width, height, overlay, caption, f"Image {place + 1} of the batch: {sample.name}", badge)


def _collated(
    samples: Sequence[Sample], loading: Loading, normalisations: Sequence[Normalisation], show: Progress
) -> Batch:
    return collate(
        samples,
        how=loading.how,
        size_hw=None if loading.how == "refuse" else loading.size_hw,
        normalisations=normalisations,
        layout=loading.layout,
        dtype=loading.dtype,
        on_progress=show,
    )


def _shown_of(batch: Batch, samples: Sequence[Sample], colours: ClassColours, show: Progress) -> Shown:
    return Shown(
        batch.shape,
        batch.dtype,
        batch.array.nbytes,
        batch.layout,
        batch.channels,
        batch.warnings,
        tuple(in_threads(lambda job: _tile(batch, *job, colours), list(enumerate(samples)), show)),
        bool(batch.normalisations),
    )


def _tile(batch: Batch, place: int, sample: Sample, colours: ClassColours) -> Tile:
    picture = drawn(batch, place)
    height, width = picture.image.shape[:2]
    overlay = overlay_of(labels_on(batch, place, sample), (height, width), colours, max_side=TILE_SIDE)
    cut = f" · {percent(picture.clipped_share)} cut off" if picture.clipped_share > CUT_OFF_FROM else ""
    jpeg = encode_jpeg(shrink(to_display(picture.image, sample.bands), TILE_SIDE))
    alt = f"Image {place + 1} of the batch, drawn back: {sample.name}{cut}"
    return Tile(jpeg, width, height, overlay, f"#{place + 1}{cut}", alt)
