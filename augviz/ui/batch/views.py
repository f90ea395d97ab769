"""The Batch page: the array and its numbers, its pictures, a mistake beside them, and the code that does the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from augviz.batch.code import collate_code
from augviz.batch.collating import sizes_in
from augviz.batch.loading import Loading
from augviz.batch.mistakes import MISTAKES, MistakeId, possible
from augviz.batch.normalising import Normalisation
from augviz.batch.remarks import Channel, Code, How, Remark, in_words
from augviz.ui import label_facts, seed_bar, workspace
from augviz.ui.batch import work
from augviz.ui.batch.loader_form import set_loading
from augviz.ui.batch.work import Asked, Shown
from augviz.ui.checked import open_sample, pin_of
from augviz.ui.curtain import PairTile, pairs
from augviz.ui.gallery import gallery
from augviz.ui.page_table import page
from augviz.ui.text import escaped
from augviz.wording import counted

NAMED_SAMPLES = 6
"""Samples of one size are named up to so many."""

NAMED_SIZES = 4
"""Sizes are named up to so many, the most frequent first."""

AXES: Mapping[str, str] = {
    "NCHW": "images, channels, height, width",
    "NHWC": "images, height, width, channels",
}


def batch_bar() -> None:
    """To another batch, and back."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        seed_bar.seed_buttons("Another batch: other images, or other draws of the same one.")


def batch_section(asked: Asked | None) -> None:
    """The batch in numbers and pictures, or why it cannot be put together."""
    if asked is None:
        return
    for text in asked.found.errors:
        st.warning(f"{escaped(text)} The other steps went on without it.", icon=":material/error:")
    if asked.loading.how == "refuse" and len(sizes_in(asked.found.samples)) > 1:
        _refused(asked)
        return
    right = work.shown(asked)
    if right is None:
        return
    size = right.nbytes / 2**20
    shape = " × ".join(f"{side:,}" for side in right.shape)
    st.markdown(f"**{shape}** ({AXES[right.layout]}), `{right.dtype}`, {size:,.1f} MB")
    _left_out(asked.loading)
    _remarks(right.remarks)
    mistake = _mistake_box(asked)
    wrong = None if mistake is None else work.shown(_as_float(asked), mistake)
    if mistake is None or wrong is None:
        st.table(_rows(right.channels), hide_index=True, border="horizontal")
        opened = gallery(right.tiles, key="batch")
        _open(asked, None if opened is None else opened.opened)
    else:
        _beside(asked, right, wrong, mistake)
    _code(asked, right)


def _open(asked: Asked, place: int | None) -> None:
    """One image of the batch, step by step."""
    if place is not None:
        job = asked.jobs[place]
        own = next(each for each in label_facts.images_of(workspace.current()) if each.name == job.sample.name)
        open_sample(pin_of(own, job.seed))


def _as_float(asked: Asked) -> Asked:
    """A mistake is seen in the values, which whole numbers could not hold."""
    return replace(asked, loading=replace(asked.loading, dtype="float32")) if asked.normalisations else asked


# -- what is said ------------------------------------------------------------------------------------------------


def _left_out(loading: Loading) -> None:
    """That the pipeline has a Normalize as well, where the loader's is looked at."""
    if loading.by == "pipeline" or workspace.current().spec.at_the_end("Normalize") is None:
        return
    if loading.by == "nothing":
        st.info("Normalize of the pipeline is left out here.", icon=":material/info:")
    else:
        st.warning(
            "Normalize of the pipeline is left out here, for the numbers that you chose. Switch Normalize off in the "
            "pipeline, or training normalises twice.",
            icon=":material/warning:",
        )


def _remarks(remarks: Sequence[Remark]) -> None:
    """Each kind once, what is wrong first."""
    of_kind: dict[Code, list[Remark]] = {}
    for remark in sorted(remarks, key=lambda remark: not remark.is_wrong):
        of_kind.setdefault(remark.code, []).append(remark)
    for found in of_kind.values():
        first = found[0]
        named = (
            f"{first.where}: {first.what}" if first.code == "stretched" else f"{first.what[:1].upper()}{first.what[1:]}"
        )
        more = f", and {counted(len(found) - 1, 'more image')} likewise" if len(found) > 1 else ""
        show, icon = (st.error, ":material/error:") if first.is_wrong else (st.info, ":material/info:")
        show(escaped(f"{named}{more}. {first.mend}"), icon=icon)


def _rows(channels: Sequence[Channel]) -> list[dict[str, str]]:
    return [{"Channel": escaped(channel.band), **_numbers(channel)} for channel in channels]


def _numbers(channel: Channel) -> dict[str, str]:
    numbers = {"Smallest": channel.min, "Largest": channel.max, "Mean": channel.mean, "Deviation": channel.std}
    return {title: _number(value) for title, value in numbers.items()}


def _number(value: float) -> str:
    return (f"{value:,.3f}" if abs(value) < 100 else f"{value:,.1f}").replace("-", "−")


def _refused(asked: Asked) -> None:
    """Which samples differ, what they look like, and what to do."""
    samples = asked.found.samples
    groups = sizes_in(samples)
    said = [
        f"{in_words(group.size_hw)} ({counted(len(group.places), 'image')}: {_places(group.places)})"
        for group in groups[:NAMED_SIZES]
    ]
    if len(groups) > NAMED_SIZES:
        said.append(f"and {counted(len(groups) - NAMED_SIZES, 'more size')}")
    st.error(
        f"These {len(samples)} images cannot be put together, because they have {len(groups)} sizes: "
        f"{escaped('; '.join(said))}.",
        icon=":material/error:",
    )
    st.markdown(
        "End the pipeline with a step that makes one size (Resize, RandomResizedCrop, or LongestMaxSize and "
        "PadIfNeeded), or let the loader do it."
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.page_link(page("workbench.py"), label="Add such a step", icon=":material/add:")
        _mend("Pad in the loader", "pad", ":material/fit_screen:")
        _mend("Resize in the loader", "resize", ":material/resize:")
    usual = groups[0].size_hw
    tiles = [
        work.sample_tile(place, sample, "" if sample.size_hw == usual else "other size")
        for place, sample in enumerate(samples)
    ]
    opened = gallery(tiles, key="batch-refused")
    _open(asked, None if opened is None else opened.opened)


def _mend(title: str, how: How, icon: str) -> None:
    st.button(title, icon=icon, key=f"mend-{how}", on_click=_choose_how, args=(how,))


def _choose_how(how: How) -> None:
    set_loading(how=how)


def _places(places: Sequence[int]) -> str:
    named = ", ".join(f"#{place + 1}" for place in places[:NAMED_SAMPLES])
    return named if len(places) <= NAMED_SAMPLES else f"{named}, …"


# -- mistakes ----------------------------------------------------------------------------------------------------


def _mistake_box(asked: Asked) -> MistakeId | None:
    """A mistake to look at beside the right batch."""
    offered = possible(asked.found.samples, asked.normalisations)
    if not offered:
        return None
    now = asked.loading.mistake if asked.loading.mistake in offered else None
    key = f"mistake-{now}-{'-'.join(offered)}"

    def choose() -> None:
        set_loading(mistake=st.session_state.get(key))

    st.pills(
        "What if …", offered, default=now, key=key, on_change=choose, format_func=lambda each: MISTAKES[each].title,
        help="Makes a common mistake on purpose, beside the right batch.",
    )  # fmt: skip
    return now


def _beside(asked: Asked, right: Shown, wrong: Shown, mistake: MistakeId) -> None:
    """How the mistake is recognised, its numbers below the right ones, and its pictures beside the right ones."""
    told = MISTAKES[mistake]
    has_padding = any(remark.code == "padding" for remark in right.remarks) and mistake != "bgr"
    padding = " Padding, which stays 0, widens the deviation in the table." if has_padding else ""
    st.markdown(f"**A** is the batch as it is, **B** the same with the mistake: {escaped(told.title)}.")
    st.markdown(
        f"**How to tell.** {escaped(told.looks(_last(asked)) + padding)}  \n**What to do.** {escaped(told.mend)}"
    )
    rows = [
        {"Channel": f"{escaped(channel.band)} **{letter}**", **_numbers(channel)}
        for channels in zip(right.channels, wrong.channels, strict=True)
        for letter, channel in zip("AB", channels, strict=True)
    ]
    st.table(rows, hide_index=True, border="horizontal")
    tiles = [
        PairTile(replace(a, overlay=None), replace(b, overlay=None, alt=f"B, {told.title}: {b.alt}"), b.caption)
        for a, b in zip(right.tiles, wrong.tiles, strict=True)
    ]
    _open(asked, pairs(tiles, key="batch-pairs"))


def _last(asked: Asked) -> Normalisation:
    return asked.normalisations[-1] if asked.normalisations else Normalisation()


# -- code --------------------------------------------------------------------------------------------------------


def _code(asked: Asked, right: Shown) -> None:
    loading = asked.loading
    text = collate_code(
        how=loading.how,
        size_hw=None if loading.how == "refuse" else loading.size_hw,
        normalisations=asked.normalisations if right.normalised else (),
        layout=loading.layout,
        dtype=loading.dtype,
    )
    with st.expander("The same in Python, without augviz", icon=":material/code:"):
        st.download_button(
            "Download collate.py", text, "collate.py", key="download-collate", icon=":material/download:",
            on_click="ignore",
        )  # fmt: skip
        st.code(text, language="python")
