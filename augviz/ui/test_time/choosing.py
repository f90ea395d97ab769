"""What is looked at, through which views, and how they are merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import streamlit as st

from augviz.errors import InputError
from augviz.models.card import OutputKind
from augviz.pipeline.spec import PipelineSpec, digest_of
from augviz.preservation.facts import Facts
from augviz.preservation.prefill import prefill
from augviz.preservation.profiles import profile_of
from augviz.preview import Bounded
from augviz.sample import Sample
from augviz.tta.merging import MERGES, How
from augviz.tta.objects import object_of, objects_of
from augviz.tta.own_views import own_view
from augviz.tta.refusing import Judged, facts_for, judge_views, labels_for
from augviz.tta.view import PLAIN, View
from augviz.tta.view_sets import VIEW_SETS, ViewSet, view_set
from augviz.ui import label_facts, versions, workspace
from augviz.ui.keyed import showing
from augviz.ui.test_time.opening import InHand
from augviz.ui.text import escaped

OWN_PIPELINES = "pipeline"
USUAL_VIEWS: Mapping[str, str] = {"imagenet": "scales", "digits": "flips"}
"""Set of views to begin with, by model: as in the guide's example, and one in which most views break the label."""

WHOLE, SINGLE = "Whole picture", "Single objects"

_own: Bounded[View | InputError] = Bounded(256, lambda _found: 1)
_judged: Bounded[tuple[Judged, ...]] = Bounded(512, lambda _judged: 1)


@dataclass(frozen=True, eq=False)
class Choice:
    """What is to be shown.

    Attributes:
        hand: The model.
        sample: What it is shown: the image in view, or one object of it.
        by_object: Whether it is shown single objects.
        views: Every view with what the rules say; the plain one first.
        how: How views are merged.
    """

    hand: InHand
    sample: Sample
    by_object: bool
    views: tuple[Judged, ...]
    how: How

    @property
    def used(self) -> tuple[View, ...]:
        """The views that are not refused."""
        return tuple(each.view for each in self.views if not each.is_refused)


def choice(hand: InHand | None) -> Choice | None:
    """The controls below the choice of a model, and what they say; None where there is nothing to show."""
    if hand is None:
        return None
    with st.sidebar:
        by_object = _object_box(hand)
        sample = _object_choice() if by_object else workspace.current().sample
        views = _view_box(hand)
        how = _merge_box(hand.card.output)
    if views is None:
        return None
    return Choice(hand, sample, by_object, _judge(hand, views, sample), how)


def facts_of(hand: InHand, sample: Sample) -> Facts:
    """What is known about the labels that this model answers."""
    state = workspace.current()
    images = label_facts.images_of(state)
    labels = [labels_for(each.labels, hand.card.output) for each in (sample, *images)]
    facts = prefill(labels, profile_of(label_facts.profile_now(state, images)))
    for name, answer in state.facts.items():
        facts = facts.says(name, answer)
    return facts_for(facts, hand.card.output)


def shows_objects(hand: InHand, sample: Sample) -> bool:
    """Whether the model is shown single objects: the digit model reads one digit at a time."""
    if hand.card.output != "classes" or not len(sample.labels.boxes):
        return False
    chosen = workspace.current().looking.by_object
    return hand.id == "digits" if chosen is None else chosen


# -- controls ----------------------------------------------------------------------------------------------------------


def _object_box(hand: InHand) -> bool:
    """Whole pictures or single objects; asked of classifiers where there are boxes."""
    sample = workspace.current().sample
    by_object = shows_objects(hand, sample)
    if hand.card.output == "classes" and len(sample.labels.boxes):
        key = showing("test-time-by-object", SINGLE if by_object else WHOLE)

        def choose() -> None:
            workspace.look_with(by_object=st.session_state.get(key) == SINGLE)

        st.segmented_control(
            "The model is shown", [WHOLE, SINGLE], key=key, on_change=choose,
            required=True, help="Single objects are cut out along their boxes; the name of the box is their class.",
        )  # fmt: skip
    return by_object


def _object_choice() -> Sample:
    """Which object."""
    state = workspace.current()
    sample = state.sample
    boxes = sample.labels.boxes
    titles = dict(zip(boxes.ids, boxes.labels, strict=True))
    now = state.looking.object_id if state.looking.object_id in titles else _first_turned(titles)
    key = showing(f"test-time-object-{state.image}", now)

    def choose() -> None:
        workspace.look_with(object_id=st.session_state.get(key))

    st.selectbox(
        "Object", list(titles), key=key, on_change=choose,
        format_func=lambda object_id: f"{titles[object_id]} ({object_id})",
    )  # fmt: skip
    found = object_of(sample, now)
    return found if found is not None else next(iter(objects_of(sample)), sample)


def _first_turned(titles: Mapping[int, str]) -> int:
    """The object to begin with: a 6 where there is one, because half a turn makes a 9 of it."""
    return next((object_id for object_id, name in titles.items() if name == "6"), next(iter(titles)))


def _view_box(hand: InHand) -> tuple[View, ...] | None:
    """Which set of views, what it is good for, and its views for this model."""
    offered = {each.id: each for each in VIEW_SETS if hand.card.output == "classes" or not each.classes_only}
    titles = {**{name: each.title for name, each in offered.items()}, OWN_PIPELINES: "My pipelines"}
    usual = USUAL_VIEWS.get(hand.id, "mirror")
    chosen = workspace.current().looking.views
    chosen = chosen if chosen in titles else usual
    key = showing(f"test-time-views-{hand.card.output}", chosen)

    def choose() -> None:
        if st.session_state.get(key) in titles:
            workspace.look_with(views=st.session_state[key])

    st.selectbox(
        "Views", list(titles), key=key, format_func=lambda each: titles[each],
        on_change=choose,
    )  # fmt: skip
    try:
        return _own_pipelines(hand) if chosen == OWN_PIPELINES else _of_set(view_set(chosen), hand)
    except InputError as error:
        st.warning(escaped(str(error)), icon=":material/block:")
        return None


def _of_set(chosen: ViewSet, hand: InHand) -> tuple[View, ...]:
    st.markdown(f"{chosen.about}  \n:gray[{escaped(chosen.source)}]")
    return chosen.make(hand.card)


def _own_pipelines(hand: InHand) -> tuple[View, ...]:
    """The picture as it is, and once through each pipeline of the visitor's that always does the same.

    Raises:
        InputError: None of them does; the sentence is about the one in hand.
    """
    st.markdown(
        "The picture as it is, once through your pipeline, and once through each that you kept. A view always does the "
        "same: pipelines that draw are left out."
    )
    state = workspace.current()
    others = [(kept.name, kept.spec) for kept in state.kept if kept.spec.digest != state.spec.digest]
    if len(others) == len(state.kept):
        name = f"View {len(state.kept) + 1}"
        st.button(
            "Keep this pipeline as a view", icon=":material/bookmark_add:", key="keep-view", on_click=versions.keep,
            args=(name,), help="Then change the pipeline and come back: the next one is another view. Kept ones are "
            "listed, and dropped again, on the page Compare.",
        )  # fmt: skip
    views, refused = [PLAIN], []
    for place, (title, spec) in enumerate([("Through my pipeline", state.spec), *others]):
        made = _own_view(f"own-{place}", title, spec, hand)
        if isinstance(made, View):
            views.append(made)
        else:
            refused.append((title, made))
    if len(views) == 1:
        raise refused[0][1]
    if refused:
        told = "; ".join(f"{escaped(title)} ({escaped(str(error))})" for title, error in refused)
        st.markdown(f":gray[Left out: {told}]")
    return tuple(views)


def _own_view(view_id: str, title: str, spec: PipelineSpec, hand: InHand) -> View | InputError:
    """The view, or why it is none; either is found out once, because it takes up to 17 runs of the pipeline."""

    def made() -> View | InputError:
        try:
            return own_view(view_id, title, spec, hand.card)
        except InputError as error:
            return error.with_traceback(None)

    return _own.made(digest_of(view_id, title, spec.digest, hand.card.to_json()), made)


def _merge_box(output: OutputKind) -> How:
    """How views are merged; boxes have one way only."""
    now = workspace.current().looking.merge
    if output == "boxes":
        st.markdown("Boxes of one object are fused, weighted by their scores.  \n:gray[Solovyev et al., 2021]")
        return now
    about = {each.id: each for each in MERGES}
    key = showing("test-time-merge", now)

    def choose() -> None:
        if st.session_state.get(key) in get_args(How):
            workspace.look_with(merge=st.session_state[key])

    st.selectbox(
        "One answer by", list(about), key=key, on_change=choose,
        format_func=lambda how: about[how].title,
    )  # fmt: skip
    st.markdown(about[now].about)
    return now


def _judge(hand: InHand, views: tuple[View, ...], sample: Sample) -> tuple[Judged, ...]:
    """Ask the rules about each view, on what the model is shown."""
    state = workspace.current()
    profile = label_facts.profile_now(state, label_facts.images_of(state))
    facts = facts_of(hand, sample)
    about = sorted(facts.yes), sorted(facts.unknown), profile
    key = digest_of(
        about, sample.digest, hand.card.to_json(), [(view.id, view.title, view.spec.digest) for view in views]
    )

    def made() -> tuple[Judged, ...]:
        shown = sample.with_labels(labels_for(sample.labels, hand.card.output))
        return judge_views(views, facts, profile, (shown,))

    return _judged.made(key, made)
