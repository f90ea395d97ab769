"""What comes in with a link or a project file becomes the visitor's workspace, and how it went is said."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import streamlit as st

from augviz import sample_library
from augviz.errors import InputError
from augviz.policies.starting_points import STARTING_POINTS
from augviz.preservation.checks import LIMITS, refusal
from augviz.preservation.facts import FACT_OF, Answer
from augviz.preservation.profiles import PROFILE_OF
from augviz.sample import Sample
from augviz.sharing.link import PARAMETER, from_link_text
from augviz.sharing.opening import Awaited, OpenedProject, read_project, with_awaited
from augviz.sharing.state import Shared
from augviz.ui import uploads, workspace
from augviz.ui.in_hand import Arrival, KeptVersion, Pin
from augviz.ui.text import escaped
from augviz.ui.workspace import Workspace

MAX_NOTES = 20
"""Notes that are shown; a project of two hundred damaged pictures has more."""


def take_link() -> None:
    """Open the pipeline in the address, once: at the first run of a session, before anything else is done.

    It is taken out of the address then, so that a reload, or the browser's Back button, cannot undo later work.
    """
    if PARAMETER not in st.query_params:
        return
    text, is_first = st.query_params[PARAMETER], workspace.is_new()
    del st.query_params[PARAMETER]
    if not is_first:
        return
    try:
        shared = from_link_text(text)
    except InputError as error:
        workspace.change(arrival=Arrival(str(error), is_error=True))
        return
    state, notes = _with_shared(workspace.current(), shared)
    if not shared.image:
        notes = (*notes, "The sender's own pictures do not travel with a link, so a sample image is shown.")
    said = Arrival("Opened a link: pipeline, seed and settings are those of the sender.", notes)
    workspace.keep(replace(state, arrival=said), title="Opened a link")


def open_project(data: bytes, name: str) -> None:
    """Take over a project file; what is wrong with a part of it is said in the notice.

    Raises:
        InputError: Nothing can be read; the work in hand stays.
    """
    opened = read_project(data, name)
    workspace.keep(_with_project(workspace.current(), opened, name), title=f"Opened the project {name}")


def give_awaited() -> None:
    """Give pictures that have just been opened the labels that a project has for them."""
    state = workspace.current()
    if not {sample.name for sample in state.uploads} & {each.name for each in state.awaited}:
        return
    samples, awaited, problems = with_awaited(state.uploads, state.awaited, keep_own=True)
    labelled = {sample.name for sample in samples if not sample.labels.is_empty()}
    workspace.change(
        uploads=samples,
        awaited=awaited,
        problems=(*state.problems, *problems),
        unlabelled=tuple(name for name in state.unlabelled if name not in labelled),
        drawn=None,
    )


def notice() -> None:
    """How the link or the project went, until the visitor closes it."""
    arrival = workspace.current().arrival
    if arrival is None:
        return
    show, icon = (st.error, ":material/link_off:") if arrival.is_error else (st.success, ":material/check:")
    notes = "".join(f"\n- {escaped(note)}" for note in arrival.notes[:MAX_NOTES])
    more = len(arrival.notes) - MAX_NOTES
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        show(f"{escaped(arrival.text)}\n{notes}" + (f"\n- and {more} more" if more > 0 else ""), icon=icon)
        st.button("Close", icon=":material/close:", key="close-arrival", type="tertiary", on_click=_close)


def _close() -> None:
    workspace.change(arrival=None)


def _library() -> frozenset[str]:
    return frozenset(entry.id for entry in sample_library.entries())


def _with_shared(state: Workspace, shared: Shared) -> tuple[Workspace, tuple[str, ...]]:
    """The workspace with everything that a link carries; what does not exist here is left out and named."""
    notes = []
    if shared.image and shared.image not in _library():
        notes.append(f"There is no sample image called {shared.image} here.")
    count = min(workspace.COUNTS, key=lambda offered: abs(offered - shared.count))
    if count != shared.count:
        notes.append(f"{count} samples are shown; {shared.count} are not offered here.")
    if shared.profile and shared.profile not in PROFILE_OF:
        notes.append(f"There is no kind of images called {shared.profile} here.")
    facts = {name: cast(Answer, answer) for name, answer in shared.facts.items() if name in FACT_OF}
    limits = {name: value for name, value in shared.thresholds.items() if name in LIMITS and not refusal(name, value)}
    notes += [f"There is no label question called {name} here." for name in shared.facts if name not in facts]
    notes += [f"There is no limit called {name} here." for name in shared.thresholds if name not in LIMITS]
    refused = {name: refusal(name, value) for name, value in shared.thresholds.items() if name in LIMITS}
    notes += [f"The limit {name} stays as usual: {said}." for name, said in refused.items() if said]
    return replace(
        state,
        spec=shared.spec,
        seed=shared.seed,
        count=count,
        image=shared.image if shared.image in _library() else state.image,
        profile=shared.profile if shared.profile in PROFILE_OF else "",
        facts=facts,
        thresholds=limits,
        start=next((start.id for start in STARTING_POINTS if start.spec == replace(shared.spec, swaps=())), ""),
        open_step="",
        place=0,
        frame=0,
        drawn=None,
        revision=state.revision + 1,
    ), tuple(notes)


def _with_project(state: Workspace, opened: OpenedProject, name: str) -> Workspace:
    project = opened.project
    kept, samples, notes = _pictures(state, opened)
    samples, awaited, problems = with_awaited((*kept, *samples), opened.awaited)
    state, shared_notes = _with_shared(state, project.shared)
    names = {sample.name for sample in samples}
    image = project.image if project.image in names | _library() else state.image
    if image not in names | _library():
        image = next((sample.name for sample in samples), sample_library.entries()[0].id)
    said = [*shared_notes, *notes, *(str(problem) for problem in (*opened.problems, *problems)), *_missing(awaited)]
    return replace(
        state,
        uploads=samples,
        awaited=awaited,
        image=image,
        pins=tuple(Pin(*pin) for pin in project.pins),
        kept=tuple(KeptVersion(*version) for version in project.kept),
        class_colours=project.colours,
        arrival=Arrival(f"Opened the project {name}.", tuple(said)),
    )


def _pictures(state: Workspace, opened: OpenedProject) -> tuple[tuple[Sample, ...], tuple[Sample, ...], list[str]]:
    """Pictures that stay open, and those of the project that fit beside them."""
    coming = {sample.name: sample for sample in opened.project.samples}
    kept = tuple(sample for sample in state.uploads if sample.name not in coming)
    notes = [
        f"{sample.name}: the project's picture takes the place of the one that was open."
        for sample in state.uploads
        if sample.name in coming and coming[sample.name].digest != sample.digest
    ]
    fitting, problems = uploads.within_limits(kept, opened.project.samples)
    return kept, fitting, [*notes, *(str(problem) for problem in problems)]


def _missing(awaited: tuple[Awaited, ...]) -> list[str]:
    if not awaited:
        return []
    names = ", ".join(each.name for each in awaited[:10])
    rest = f" and {len(awaited) - 10} more" if len(awaited) > 10 else ""
    return [f"Labels wait for pictures that are not in the project: {names}{rest}. Open them under Images and labels."]
