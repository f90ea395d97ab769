"""Is it too much: what the pipeline does to the numbers of pictures and labels, over many draws at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from augviz import charts
from augviz.pipeline.materials import used_digest
from augviz.pipeline.spec import digest_of
from augviz.preview import Bounded
from augviz.sample import Sample
from augviz.statistics.contributions import Contributions, contributions
from augviz.statistics.one_epoch import Epoch, simulate_epoch
from augviz.statistics.over_draws import OverDraws, Where, statistics_over
from augviz.statistics.pixel_statistics import scalar_named
from augviz.statistics.training_range import TooFew, training_range
from augviz.ui import label_facts, workspace
from augviz.ui.checked import leaf_ids, open_sample, pin_of, title_of
from augviz.ui.progress import progress_in
from augviz.ui.text import counted, escaped
from augviz.ui.workspace import Workspace

EPOCH_IMAGES = 1000
"""Samples of the simulated epoch, at least; no picture is run for it."""

FAILURES_SHOWN = 3
"""Steps that could not run are named up to so many."""

WHOLE: Where = "whole"
INSIDE: Where = "inside objects"

_kept: Bounded[Numbers] = Bounded(64, lambda _numbers: 1)


@dataclass(frozen=True)
class Numbers:
    """Everything that the page shows.

    Attributes:
        over: Original against augmented over the draws.
        steps: What each step contributes.
        epoch: One epoch, simulated.
    """

    over: OverDraws
    steps: Contributions
    epoch: Epoch


def where_box() -> Where:
    """Which pixels are read: all, or those of the objects."""
    images = label_facts.images_of(workspace.current())
    has_masks = any(sample.labels.masks is not None or sample.labels.semantic is not None for sample in images)
    if not has_masks:
        return WHOLE
    chosen = st.segmented_control(
        "Pixels", [WHOLE, INSIDE], default=WHOLE, key="pixels-where", required=True,
        format_func=lambda each: {"whole": "All", "inside objects": "Inside objects only"}[each],
    )  # fmt: skip
    return INSIDE if chosen == INSIDE else WHOLE


def numbers(where: Where, place: DeltaGenerator) -> Numbers:
    """The numbers of the pipeline in hand; work that takes longer shows how far it is.

    Args:
        where: Which pixels are read.
        place: An empty place for the bar.
    """
    state = workspace.current()
    images = label_facts.images_of(state)
    draws = label_facts.draws_of(state, images)
    names = [(sample.name, sample.digest) for sample in images]
    key = digest_of(state.spec.digest, used_digest(state.spec, state.materials), names, draws, state.seed, where)
    found = _kept.get(key)
    if found is None:
        found = _work(state, images, draws, where, place)
        _kept.put(key, found)
    return found


def _work(state: Workspace, images: tuple[Sample, ...], draws: int, where: Where, place: DeltaGenerator) -> Numbers:
    over = statistics_over(
        state.spec,
        images,
        draws=draws,
        seed=state.seed,
        where=where,
        materials=state.materials,
        on_progress=progress_in(place, "samples"),
    )
    steps = contributions(
        state.spec,
        images,
        draws=max(1, draws // 4),
        seed=state.seed,
        where=where,
        materials=state.materials,
        on_progress=progress_in(place, "samples with steps left out"),
    )
    epochs = -(-EPOCH_IMAGES // len(images))
    epoch = simulate_epoch(state.spec, len(images), epochs=epochs, seed=state.seed, destructive={})
    place.empty()
    return Numbers(over, steps, epoch)


def what_it_is_about(found: Numbers) -> None:
    """How many images and draws, and what could not be read."""
    images = len(found.over.originals)
    drawn = len(found.over.drawn)
    st.markdown(
        f"**{counted(images, 'image')}**, {counted(drawn, 'sample')}. Lines are the originals; bands hold nine tenths "
        "of the draws."
    )
    for text in list(dict.fromkeys(failure.error for failure in found.over.failures))[:FAILURES_SHOWN]:
        st.warning(f"{escaped(text)} The other steps went on without it.", icon=":material/error:")


def training_range_section(found: Numbers) -> None:
    """How far samples lie outside what the user's own images are like."""
    held = training_range(found.over)
    if isinstance(held, TooFew):
        st.markdown(escaped(held.words))
        return
    _chart(charts.outside_rates(held), "outside-rates")
    named = [one.name for one in held.ranges]
    name = st.selectbox("Number", named, format_func=_title, key="range-scalar")
    _chart(charts.range_scatter(found.over, held, name), "range-scatter")
    outside = held.outside_of(name)
    if not outside:
        st.markdown("No sample lies outside the range of your images.")
        return
    st.markdown("Samples outside, the farthest first; choose a row to see one step by step.")
    rows = [{"Image": one.image, "Draw": one.draw + 1, _title(name): round(one.value, 3)} for one in outside]
    chosen = st.dataframe(
        rows, hide_index=True, height=240, on_select="rerun", selection_mode="single-row", key=f"outside-{name}"
    )
    picked = chosen["selection"]["rows"]
    if picked and picked[0] < len(outside):
        one = outside[picked[0]]
        open_sample(pin_of(label_facts.images_of(workspace.current())[one.place], one.seed))


def pixel_section(found: Numbers) -> None:
    """Histograms by band, the circle of hues, and one number for all draws."""
    form = st.segmented_control(
        "Curve", ["Histogram", "Cumulative"], default="Histogram", key="pixels-curve", required=True
    )
    _chart(charts.channel_curves(found.over, cumulative=form == "Cumulative"), "channel-curves")
    left, right = st.columns(2, gap="large")
    with left:
        name = _scalar_box(found, "scalar-box")
        _chart(charts.scalar_boxes(found.over, name), "scalar-boxes")
    with right:
        wheel = charts.hue_wheel(found.over)
        if wheel is None:
            st.markdown("These images have no colours, so there is no circle of hues.")
        else:
            st.markdown("**Hues**")
            _chart(wheel, "hue-wheel")


def step_section(found: Numbers) -> None:
    """Which step moves a number, by how much: every step left out in turn, on the same draws."""
    if not found.steps.rows:
        st.markdown("No step of this pipeline fired, so none contributes anything.")
        return
    name = _scalar_box(found, "contribution-scalar")
    _chart(charts.contribution_bars(found.steps, name, _titles()), "contributions")


def label_section(found: Numbers) -> None:
    """What becomes of the labels: how many objects of each class, how large, and where."""
    labels = found.over.labels
    images = label_facts.images_of(workspace.current())
    if not any(len(each.labels.boxes) or each.labels.masks is not None for each in images):
        st.markdown("These images have no boxes or masks of objects.")
        return
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Objects of each class**")
        _chart(charts.class_counts(labels), "class-counts")
        st.markdown("**Size of boxes**")
        _chart(charts.sizes(labels), "box-sizes")
    with right:
        st.markdown("**Objects in a sample**")
        _chart(charts.objects_per_image(labels), "objects-per-image")
        st.markdown("**Where they lie**")
        _chart(charts.positions(labels), "positions")


def epoch_section(found: Numbers) -> None:
    """How many samples of an epoch nothing touches, and how many steps meet in one."""
    untouched = found.epoch.untouched
    share = 100 * untouched.samples / max(untouched.of, 1)
    st.markdown(f"Simulated without running a picture: **{share:.0f} %** of {untouched.of:,} samples stay as they are.")
    left, right = st.columns(2, gap="large")
    with left:
        _chart(charts.stacked_bars(found.epoch), "stacked-steps")
    with right:
        _chart(charts.step_bars(found.epoch, _titles()), "step-shares")


def _scalar_box(found: Numbers, key: str) -> str:
    names = list(found.over.scalar_names)
    return str(st.selectbox("Number", names, format_func=_title, key=key))


def _title(name: str) -> str:
    scalar = scalar_named(name)
    return f"{name[:1].upper()}{name[1:]}" + (f" ({scalar.unit})" if scalar.unit else "")


def _titles() -> Mapping[str, str]:
    return {step_id: title_of(step_id) for step_id in leaf_ids(workspace.current().spec)}


def _chart(figure: object, key: str) -> None:
    st.plotly_chart(figure, key=key, config={"displayModeBar": False})
