"""A policy cut to the visitor's labels: what had to go or to be narrowed, which rule says so, and what is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from augviz import sample_library
from augviz.pipeline.materials import Materials
from augviz.pipeline.spec import PipelineSpec, digest_of
from augviz.preservation.facts import Facts
from augviz.preservation.profiles import PROFILE_OF
from augviz.preservation.sources import SOURCES
from augviz.preservation.trimming import Cut, Trimmed, trim
from augviz.preview import Bounded
from augviz.sample import Sample
from augviz.ui import label_facts, workspace
from augviz.ui.policies import command
from augviz.ui.policies.choice import Chosen, ways_on
from augviz.ui.progress import progress_in
from augviz.ui.text import escaped
from augviz.ui.workspace import Workspace
from augviz.wording import counted

NAMES_SHOWN = 4
"""Steps that went for one reason are named up to so many."""

OWN_FOLDER = "my-images"
"""Stands on the command line for the folder of the visitor's own images."""

_WANTED = "policy-trim-wanted"
_kept: Bounded[Trimmed] = Bounded(256, lambda _trimmed: 1)


@dataclass(frozen=True)
class Question:
    """Everything that decides what is left of a pipeline.

    Attributes:
        spec: The pipeline.
        images: The images with their labels that it is measured on.
        profile: Id of the profile.
        facts: What is known about the labels.
        materials: Other images by name.
    """

    spec: PipelineSpec
    images: tuple[Sample, ...]
    profile: str
    facts: Facts
    materials: Materials

    @property
    def key(self) -> str:
        """Digest of all of it."""
        names = [(sample.name, sample.digest) for sample in self.images]
        told = (sorted(self.facts.yes), sorted(self.facts.unknown))
        titles = [node.title for node in self.spec.walk()]
        return digest_of(self.spec.exported_digest, titles, names, self.profile, told)


def label_box() -> None:
    """What the labels say: the same questions as on the page Check labels, and the same answers."""
    label_facts.label_form()


def trim_box(now: Chosen, place: DeltaGenerator) -> Chosen | None:
    """The button, and what came of it: what was removed, what was narrowed, and why.

    Args:
        now: What the visitor has chosen.
        place: An empty place for the button, and then for the bar with the way to stop.

    Returns:
        What is left of it; None as long as it was not trimmed, where nothing had to go, and where nothing is left.
    """
    state = workspace.current()
    asked = _question(now, state)
    if asked.key not in _wanted():
        with place.container():
            _offer(now, asked)
        return None
    found = _kept.get(asked.key) or _work(asked, place)
    _what_went(found, asked.profile)
    if not (found.removed or found.clamped) or not found.spec.steps:
        return None
    left = replace(now, spec=found.spec, is_trimmed=True)
    _ways_on(left, state, asked.profile)
    return left


def _question(now: Chosen, state: Workspace) -> Question:
    images = label_facts.images_of(state)
    return Question(
        now.spec,
        images,
        label_facts.profile_now(state, images),
        label_facts.facts_now(state, images),
        state.materials_of(now.spec),
    )


def _offer(now: Chosen, asked: Question) -> None:
    images = "the image in view" if len(asked.images) == 1 else f"your {len(asked.images)} images"
    st.markdown(
        f"Every step of {escaped(now.policy.title)} is measured on {images} and held to the rules for "
        f"*{escaped(PROFILE_OF[asked.profile].title)}*. What would break labels is narrowed where a mend is known, and "
        "removed where none is. Nothing gets stronger."
    )
    st.button(
        "Trim to my labels", icon=":material/content_cut:", key="trim", on_click=_want,
        args=(asked.key,),
    )  # fmt: skip


def _work(asked: Question, place: DeltaGenerator) -> Trimmed:
    place.empty()  # the button would else stay below the bar until the end
    with place.container(border=True):
        bar = st.empty()
        bar.progress(0.0, "Looking at what each step does")
        st.button("Stop", icon=":material/stop_circle:", key="stop-trim", on_click=_stop, args=(asked.key,))
        found = trim(
            asked.spec,
            asked.profile,
            asked.facts,
            asked.images,
            materials=asked.materials,
            on_progress=progress_in(bar, "measurements of what the steps do", quiet=False),
        )
    place.empty()
    _kept.put(asked.key, found)
    return found


def _wanted() -> frozenset[str]:
    """What the visitor has asked for: whoever comes back to a policy finds what is left of it."""
    wanted: frozenset[str] = st.session_state.get(_WANTED, frozenset())
    return wanted


def _want(key: str) -> None:
    st.session_state[_WANTED] = _wanted() | {key}


def _stop(key: str) -> None:
    st.session_state[_WANTED] = _wanted() - {key}


# -- what came of it -----------------------------------------------------------------------------------------------


def _what_went(found: Trimmed, profile: str) -> None:
    kind = escaped(PROFILE_OF[profile].title)
    if not (found.removed or found.clamped or found.left):
        st.success(f"Nothing has to go: no rule for *{kind}* calls a step violating.", icon=":material/check_circle:")
        return
    counts = ((len(found.removed), "removed"), (len(found.clamped), "narrowed"))
    said = " and ".join(f"{counted(count, 'step')} {done}" for count, done in counts if count)
    if said:
        below = " Below are the same draws, trimmed." if found.spec.steps else ""
        st.markdown(f"**{said}** for *{kind}*.{below}")
    for title, icon, cuts in (
        ("Removed", ":material/delete:", found.removed),
        ("Narrowed", ":material/compress:", found.clamped),
    ):
        for same in _grouped(cuts):
            _cut(title, icon, same)
    for finding in found.left:
        st.warning(f"Not to be mended by trimming: {escaped(finding.message)}", icon=":material/warning:")
    if not found.spec.steps:
        st.warning("Nothing is left of it: for these labels, begin with something else.", icon=":material/warning:")


def _grouped(cuts: Sequence[Cut]) -> Iterable[tuple[Cut, ...]]:
    """Cuts for the same reason together: AutoAugment holds one operation many times."""
    groups: dict[tuple[str, str], list[Cut]] = {}
    for cut in cuts:
        groups.setdefault((cut.done, cut.code), []).append(cut)
    return (tuple(group) for group in groups.values())


def _cut(title: str, icon: str, same: Sequence[Cut]) -> None:
    names = list(dict.fromkeys(cut.title for cut in same))
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    count = f" · {len(same)} times" if len(same) > len(names) else ""
    done = "" if same[0].done == title else f": {escaped(same[0].done[:1].lower() + same[0].done[1:])}"
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"{icon} **{title}{done}** · {escaped(', '.join(names[:NAMES_SHOWN]))}{more}{count}")
        st.markdown(escaped(same[0].message))
        with st.popover(
            f"Rule {same[0].code}", icon=":material/menu_book:", key=f"why-{title}-{same[0].step_id}-{same[0].code}"
        ):
            keys = [key.strip() for key in same[0].source.split(",") if key.strip()]
            st.markdown(
                "\n".join(f"- {escaped(SOURCES.get(key, key))}" for key in keys) or "Without an outside source."
            )


def _ways_on(left: Chosen, state: Workspace, profile: str) -> None:
    own, said = state.shows_own_image, "The same file without a browser"
    folder = OWN_FOLDER if own else f"{sample_library.FOLDER.name}/{state.image}"
    line = command.line(left.policy.id, left.numbers, profile=profile, facts=state.facts, images=folder)
    ways_on(
        left,
        line,
        f"{said}, with the folder of your images and labels in place of `{OWN_FOLDER}`:" if own else f"{said}:",
    )
