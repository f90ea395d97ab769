"""Mean and standard deviation of the images in hand, beside ImageNet's, and one press that puts them into Normalize."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from augviz.batch.measuring import Measured, measured_mean_std
from augviz.batch.normalising import IMAGENET_MEAN, IMAGENET_STD
from augviz.errors import InputError
from augviz.pipeline.spec import PipelineSpec, Step, digest_of, freeze
from augviz.preview import Bounded
from augviz.sample import Sample
from augviz.transforms.dead_parameters import effective
from augviz.ui import label_facts, workspace
from augviz.ui.progress import progress_in
from augviz.ui.text import escaped
from augviz.wording import counted

DIGITS = 4
"""Digits after the point: a ten-thousandth of the range is far below what an image set can tell."""

FEW_IMAGES = 20
"""Below so many images the numbers say more about these images than about what will come."""

_kept: Bounded[Measured] = Bounded(256, lambda _measured: 1)


def measured(images: Sequence[Sample], place: DeltaGenerator) -> Measured:
    """Mean and deviation of images as they are, before the pipeline; kept, because they are read pixel by pixel.

    Raises:
        InputError: Images differ in channels or number type.
    """

    def made() -> Measured:
        found = measured_mean_std(images, progress_in(place, "images measured"))
        place.empty()
        return found

    return _kept.made(digest_of([(sample.digest, sample.bands) for sample in images]), made)


def mean_std_section() -> None:
    """Measured, ImageNet's and the pipeline's own numbers beside each other, and the press that takes them over."""
    state = workspace.current()
    images = label_facts.images_of(state)
    try:
        found = measured(images, st.empty())
    except InputError as error:
        st.warning(escaped(str(error)), icon=":material/warning:")
        return
    st.table(_rows(found, state.spec), hide_index=True, border="horizontal")
    numbers = f"Measured over {counted(found.images, 'image')}, {found.pixels:,} pixels, before the pipeline."
    few = "" if found.images >= FEW_IMAGES else " Few images say little about the ones that will come."
    st.markdown(f"{numbers}{few} A network that was trained on ImageNet expects ImageNet's.")
    step = _with(found, state.spec)
    if min(found.std) == 0:
        st.markdown("A channel is the same in every pixel, so nothing can be divided by its deviation.")
    elif step == state.spec.at_the_end("Normalize"):
        st.markdown("Normalize has these numbers.")
    else:
        st.button("Use them in Normalize", icon=":material/check:", key="use-measured", on_click=_use, args=(found,))


def _rows(found: Measured, spec: PipelineSpec) -> list[dict[str, str]]:
    own = spec.at_the_end("Normalize")
    rows = []
    for place, band in enumerate(found.bands):
        row = {"Channel": escaped(band), "Your images": _pair(found.mean[place], found.std[place])}
        if len(found.bands) == len(IMAGENET_MEAN):
            row["ImageNet"] = _pair(IMAGENET_MEAN[place], IMAGENET_STD[place])
        row["Normalize in the pipeline"] = "none" if own is None else _at(own, place, len(found.bands))
        rows.append(row)
    return rows


def _pair(mean: float, std: float) -> str:
    return f"{mean:.{DIGITS - 1}f} ± {std:.{DIGITS - 1}f}"


def _at(normalize: Step, place: int, channels: int) -> str:
    """What a Normalize does to one channel; one number stands for all of them."""
    values = effective(normalize.name, normalize.params)
    if values["normalization"] != "standard":
        return "of each image"
    pair = [value if isinstance(value, tuple) else (value,) for value in (values["mean"], values["std"])]
    for each in pair:
        if len(each) not in (1, channels):
            return f"for {counted(len(each), 'channel')}"
    return _pair(*(float(each[place if len(each) > 1 else 0]) for each in pair))


def _with(found: Measured, spec: PipelineSpec) -> Step:
    """The Normalize of the pipeline, or a new one, with the measured numbers."""
    old = next((step for step in spec.tail if step.name == "Normalize"), Step("Normalize"))
    numbers = {
        "mean": tuple(round(value, DIGITS) for value in found.mean),
        "std": tuple(max(round(value, DIGITS), 10.0**-DIGITS) for value in found.std),
        "max_pixel_value": found.max_pixel_value,
        "normalization": "standard",
    }
    return replace(old, params=old.params.update(freeze(numbers)), p=1.0, enabled=True)


def _use(found: Measured) -> None:
    spec = workspace.current().spec
    step = _with(found, spec)
    made = spec.edit(step.id, lambda _old: step) if step.id and spec.has(step.id) else spec.add(step)
    workspace.mend("Took the measured mean and deviation into Normalize", made)
    st.toast("Normalize has the measured numbers. It can be undone on the page Pipeline.", icon=":material/check:")
