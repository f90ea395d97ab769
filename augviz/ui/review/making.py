"""A new review: what is judged, how many, and drawing its pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from augviz import sample_library
from augviz.errors import InputError
from augviz.pipeline.spec import PipelineSpec
from augviz.pipeline.trace import Outcome
from augviz.review.making import known_violations, make_review
from augviz.review.plan import MOST_ITEMS, Controls, Suspect, best_claim, images_for, make_plan
from augviz.review.questions import question_for
from augviz.review.rendering import Material
from augviz.review.review import Review, Setting
from augviz.sample import Sample
from augviz.side_by_side import Progress
from augviz.ui import label_facts, workspace
from augviz.ui.page_table import page
from augviz.ui.progress import progress_in
from augviz.ui.review import access, arrival
from augviz.ui.text import escaped
from augviz.ui.workspace import Workspace
from augviz.wording import counted, percent

if TYPE_CHECKING:
    from augviz.review.store import Store

MAX_TITLE, MAX_QUESTION = 200, 400
NO_VERSION = ""


@dataclass(frozen=True)
class Wish:
    """What the visitor wants.

    Attributes:
        title, question, project: As in :class:`augviz.review.review.Setting`.
        images: How many.
        controls_share: Share of each kind of control, 0..1.
        known: Name of the kept version that is known to break labels, or empty.
        with_pins: Whether pinned samples are judged first.
    """

    title: str
    question: str
    project: str
    images: int
    controls_share: float
    known: str
    with_pins: bool


def images_of(state: Workspace) -> tuple[Sample, ...]:
    """The images that are judged: all own ones, or all sample images where there are none."""
    return state.uploads or tuple(workspace.library_sample(entry.id) for entry in sample_library.entries())


def review_form() -> None:
    """What is judged; the button draws the pictures, with a bar and a way to stop."""
    state = workspace.current()
    images = images_of(state)
    _what_is_judged(state, images)
    wish = _form(state, images)
    place = st.empty()
    if wish is None:
        return
    store = access.store_or_sentence()
    if store is None:
        return
    workspace.change(project=wish.project)
    with place.container(border=True):
        bar = st.empty()
        bar.progress(0.0, "Drawing the pictures")
        st.button("Stop", icon=":material/stop_circle:", key="stop-review")
        _make(store, wish, images, bar)
    place.empty()


def _what_is_judged(state: Workspace, images: Sequence[Sample]) -> None:
    whose = "of your images" if state.uploads else "of the sample images"
    st.markdown(
        f"The pipeline in hand on **{len(images):,}** {whose}, one draw each. Somebody who knows such images looks at "
        "them, without being told what was done, and says whether the label still fits."
    )
    if not state.uploads:
        st.page_link(page("images.py"), label="Open your own images", icon=":material/photo_library:")


def _form(state: Workspace, images: Sequence[Sample]) -> Wish | None:
    """What the visitor wants, once the button was pressed."""
    available = min(len({sample.digest for sample in images}), MOST_ITEMS)
    profile = label_facts.profile_now(state, images) if state.uploads or state.profile else "natural"
    known: Mapping[str, str] = {NO_VERSION: "None", **{kept.name: kept.name for kept in state.kept}}
    with st.form("review-form", border=True):
        left, right = st.columns(2, gap="large")
        with left:
            title = st.text_input("Name of the review", "Label review", max_chars=MAX_TITLE, key="review-title")
            question = st.text_area(
                "What reviewers are asked first", question_for(profile), max_chars=MAX_QUESTION, height=80,
                key=f"review-question-{profile}", help="Asked before they see the original or the stored label.",
            )  # fmt: skip
            project = st.text_input(
                "Project", state.project, max_chars=MAX_TITLE, key="review-project",
                help="An expert's word against a rule holds within this project only. May be left empty.",
            )  # fmt: skip
        with right:
            wanted = st.number_input(
                "Number of images", 1, available, min(images_for()[0].images, available), key=f"review-n-{available}"
            )
            st.markdown(_helper(available))
            share = st.slider(
                "Controls, of each kind", 0, 20, 10, 5, format="%d%%", key="review-controls",
                help="Mixed in so that nobody can tell: images that nothing was done to, and draws that come twice. "
                "They show how far a reviewer can be relied on, and do not count in the result.",
            )  # fmt: skip
            chosen = st.selectbox(
                "Known violations", list(known), format_func=known.__getitem__, key=f"review-known-{len(known)}",
                help="A version that you kept on the page Compare, and of which you know that it breaks labels: some "
                "of its draws are mixed in to see whether reviewers notice.",
            )  # fmt: skip
            pinned = suspects_of(state, images)
        with_pins = bool(pinned) and st.checkbox(
            f"{counted(len(pinned), 'pinned sample')} first", True, key=f"review-pins-{len(pinned)}",
            help="They come before all others and do not count in the result, because they were picked.",
        )  # fmt: skip
        sent = st.form_submit_button("Make the review", icon=":material/rate_review:")
    if not sent:
        return None
    return Wish(title.strip() or "Label review", question, project.strip(), int(wanted), share / 100, chosen, with_pins)


def suspects_of(state: Workspace, images: Sequence[Sample]) -> tuple[Suspect, ...]:
    """The pinned samples of the images that are judged."""
    names = [sample.name for sample in state.uploads] or [entry.id for entry in sample_library.entries()]
    places = dict(zip(names, range(len(images)), strict=True))
    return tuple(Suspect(places[pin.image], pin.seed) for pin in state.pins if pin.image in places)


def _helper(available: int) -> str:
    """How many images it takes, as a sentence."""
    rows = images_for()
    limit = percent(rows[0].limit)
    needed = (
        f"{rows[0].images} images with no change show that fewer than {limit} change; "
        f"{rows[1].images} if one does, {rows[2].images} if two do."
    )
    if available >= rows[0].images:
        return needed
    return f"{needed} With {counted(available, 'image')}, the best one can show is fewer than " + (
        f"{percent(best_claim(available))}."
    )


def _make(store: Store, wish: Wish, images: Sequence[Sample], bar: DeltaGenerator) -> None:
    try:
        review = draw_review(store, wish, images, workspace.current(), progress_in(bar, "pictures", quiet=False))
    except InputError as error:
        st.error(escaped(str(error)), icon=":material/error:")
        st.stop()
    workspace.change(review=review.id)


def draw_review(store: Store, wish: Wish, images: Sequence[Sample], state: Workspace, show: Progress) -> Review:
    """Draw and store a review.

    Raises:
        InputError: A step could not run, or there is no room.
    """
    known = _known(wish, images, state)
    plan = make_plan(
        [sample.digest for sample in images],
        wish.images,
        state.seed,
        known=[one.before.digest for one in known],
        controls=Controls(*(wish.controls_share,) * 3),
        suspects=suspects_of(state, images) if wish.with_pins else (),
    )
    material = Material(images, known, state.materials_of(state.spec))
    return make_review(store, state.spec, plan, _setting(wish, images, state), material, on_progress=show)


def _setting(wish: Wish, images: Sequence[Sample], state: Workspace) -> Setting:
    answered = {"yes": "{}", "no": "{}=no"}
    return Setting(
        wish.title,
        wish.question.strip() or question_for(""),
        wish.project,
        label_facts.profile_now(state, images),
        tuple(answered[said].format(name) for name, said in state.facts.items() if said in answered),
        tuple(sorted(state.thresholds.items())),
        made_by=arrival.account()[1],
    )


def _known(wish: Wish, images: Sequence[Sample], state: Workspace) -> list[Outcome]:
    """Draws of the version that breaks labels, of as many images as there are such controls."""
    version: PipelineSpec | None = next((kept.spec for kept in state.kept if kept.name == wish.known), None)
    if version is None or not wish.controls_share:
        return []
    count = max(1, round(wish.controls_share * wish.images))
    return known_violations(version, images, count, state.seed, state.materials_of(version))
