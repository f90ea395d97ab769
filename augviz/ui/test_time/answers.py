"""The answer of all views beside that of the single one, and whether the views agree."""

from __future__ import annotations

import numpy as np
import streamlit as st

from augviz import charts
from augviz.charts.test_time import ClassBar
from augviz.images import encode_jpeg, shrink, to_display
from augviz.models.card import ModelCard
from augviz.overlay import ClassColours
from augviz.overlay import of as overlay_of
from augviz.sample import Boxes, Labels, SemanticMap
from augviz.tta.box_fusion import Fused
from augviz.tta.merging import MergedClasses, MergedPixels, merge_classes
from augviz.ui.gallery import Tile, gallery
from augviz.ui.test_time.choosing import Choice
from augviz.ui.test_time.looking import Looked, names_of
from augviz.ui.test_time.views import SURE_BOX
from augviz.ui.text import escaped
from augviz.wording import counted, percent

SHOWN_CLASSES = 5
SIDE_PX = 900


def answer(choice: Choice, found: Looked) -> None:
    """One answer from all views, beside the single view."""
    if found.pixels is not None:
        _pixels(choice, *found.pixels)
    elif found.boxes is not None:
        _boxes(choice, *found.boxes, len(found.readings))
    else:
        _classes(choice, found)


def _classes(choice: Choice, found: Looked) -> None:
    card, views = choice.hand.card, len(found.readings)
    single, merged = merge_classes(found.readings[:1]), merge_classes(found.readings, choice.how)
    truth = choice.sample.labels.label
    label = f" The label of this picture is **{escaped(truth)}**." if truth else ""
    st.markdown(_both_answers(choice, single, merged, views) + label)
    bars = charts.answer_bars(class_rows(card, single, merged), is_alone=views == 1)
    st.plotly_chart(bars, key="test-time-answer", config={"displayModeBar": False})
    if views > 1:
        st.markdown(_agreement(card, merged))
    _names_that_do_not_fit(card, len(merged.probabilities))


def class_rows(card: ModelCard, single: MergedClasses, merged: MergedClasses) -> list[ClassBar]:
    """The likeliest classes of both, by what all views say."""
    likely = np.argsort(-merged.probabilities, kind="stable")[:SHOWN_CLASSES].tolist()
    if single.winner not in likely:
        likely = [*likely[: SHOWN_CLASSES - 1], single.winner]
    names = names_of(card, likely)
    return [
        ClassBar(name, float(single.probabilities[k]), float(merged.probabilities[k]))
        for name, k in zip(names, likely, strict=True)
    ]


def _both_answers(choice: Choice, single: MergedClasses, merged: MergedClasses, views: int) -> str:
    first, last = (escaped(name) for name in names_of(choice.hand.card, [single.winner, merged.winner]))
    before = percent(single.probabilities[single.winner])
    if views == 1:
        return f"The model says **{first}**, {before}. None of the other views keeps the label: choose others."
    share = float(merged.probabilities[merged.winner])
    after, by = percent(share), f"by {views} views"
    if choice.how == "vote":
        after, by = f"{round(share * views)} of {views} votes", "by all views"
    if single.winner == merged.winner:
        return f"**{first}** by both: {before} by the single view, {after} {by}."
    return f"**{first}**, {before}, by the single view; **{last}**, {after}, {by}."


NEAR, FAR = 0.05, 0.3
"""Distances of views, in bits: below the first nobody sees in the bars that they differ, above the second they tell
different stories. Ours; the number stands beside the words.
"""

SURE_SHARE = 0.5


def _agreement(card: ModelCard, merged: MergedClasses) -> str:
    """How far the views agree, as a hint and no more."""
    views = len(merged.by_view)
    agree, name = round(merged.agreement * views), escaped(names_of(card, [merged.winner])[0])
    share = float(merged.by_view[:, merged.winner].mean())
    everybody = "Both views" if views == 2 else f"All {views} views"
    others = "the other" if views - agree == 1 else "the others"
    if agree < views:
        told = f"{agree} of {views} views say {name}, {others} another class: take this answer with care. "
        told += _how_far_apart(merged.divergence)
    elif share < SURE_SHARE:
        told = f"{everybody} say {name}, but give it only {percent(share)} on average: it is not a sure answer."
    elif merged.divergence < NEAR:
        told = f"{everybody} say {name}, and as surely: nothing here hints at a doubt."
    else:
        told = f"{everybody} say {name}, but some much more surely than others."
    apart = "less than 0.01" if 0 < merged.divergence < 0.01 else f"{merged.divergence:.2f}"
    return (
        f"{told} Agreement is a hint at how unsure the answer is, not a probability: a model can be wrong in all views "
        f"alike. :gray[Distance between the views: {apart}, from 0, the same, to 1, nothing in common "
        "(Jensen-Shannon).]"
    )


def _how_far_apart(divergence: float) -> str:
    if divergence < NEAR:
        return "All see nearly the same, so it is a close call between classes that the model can hardly tell apart."
    if divergence < FAR:
        return "How likely each class is changes from view to view."
    return "They see quite different things, so the answer hangs on how one looks."


def _names_that_do_not_fit(card: ModelCard, classes: int) -> None:
    """Names are matched by their order, so one too many or too few may shift them all."""
    names = len(card.class_names)
    if names and names != classes:
        st.warning(
            f"The model has {classes:,} classes and was given {counted(names, 'name')}, which may stand for the wrong "
            "classes. Give one name a class, in the order of the model.",
            icon=":material/warning:",
        )


# -- pixels and boxes --------------------------------------------------------------------------------------------------


def _pixels(choice: Choice, single: MergedPixels, merged: MergedPixels) -> None:
    names = _pixel_names(choice.hand.card, int(max(single.classes.max(), merged.classes.max())))
    differ = float((single.classes != merged.classes).mean())
    seen = merged.views > 0
    apart = float((merged.agreement[seen] < 1).mean()) if seen.any() else 0.0
    told = f"All views together change **{percent(differ)}** of the pixels. "
    told += (
        f"In {percent(apart)} at least one view says another class: these are white in the last picture."
        if apart
        else "No view says another class anywhere."
    )
    st.markdown(told)
    tiles = [
        _labelled(choice, Labels(semantic=SemanticMap((each.classes + 1).astype(np.int32), names)), title)
        for each, title in ((single, "Single view"), (merged, "All views"))
    ]
    if apart:
        tiles.append(_doubt(merged))
    gallery(tiles, key="test-time-pixels", columns=len(tiles), show=("masks", "names"))


def _pixel_names(card: ModelCard, most: int) -> dict[int, str]:
    """Names of the values of a map, in which 0 is what no view shows; class 0 is background without a name."""
    names = names_of(card, range(most + 1))
    first = names[0] if card.class_names else "background"
    return {0: "", **{place + 1: name for place, name in enumerate([first, *names[1:]])}}


def _doubt(merged: MergedPixels) -> Tile:
    grey = np.where(merged.views > 0, np.rint((1 - merged.agreement) * 255), 0).astype(np.uint8)[..., None]
    height, width = grey.shape[:2]
    title = "Where views disagree"
    jpeg = encode_jpeg(shrink(to_display(np.repeat(grey, 3, axis=2)), SIDE_PX), 88)
    return Tile(jpeg, width, height, caption=title, alt=f"{title}: white where all others say another class")


def _boxes(choice: Choice, single: Fused, merged: Fused, views: int) -> None:
    before, after = (int((each.scores >= SURE_BOX).sum()) for each in (single, merged))
    st.markdown(
        f"**{before}** by the single view and **{after}** by {counted(views, 'view')} are surer than "
        f"{percent(SURE_BOX)}. "
        "What only some of the views have found counts for less."
    )
    tiles = [
        _labelled(choice, Labels(_named_boxes(choice.hand.card, each, count)), title)
        for each, title, count in ((single, "Single view", 1), (merged, "All views", views))
    ]
    gallery(tiles, key="test-time-boxes", columns=2, show=("boxes", "names"))


def _named_boxes(card: ModelCard, found: Fused, views: int) -> Boxes:
    rows = [k for k in range(len(found.scores)) if found.scores[k] >= SURE_BOX]
    names = names_of(card, [int(found.classes[k]) for k in rows])
    seen = [f" in {found.views[k]} of {views}" if views > 1 else "" for k in rows]
    labels = [f"{name} {percent(found.scores[k])}{times}" for name, k, times in zip(names, rows, seen, strict=True)]
    return Boxes.of(found.boxes[rows], labels)


def _labelled(choice: Choice, labels: Labels, title: str) -> Tile:
    height, width = choice.sample.size_hw
    overlay = overlay_of(labels, (height, width), ClassColours.of([labels]), max_side=SIDE_PX)
    jpeg = encode_jpeg(shrink(to_display(choice.sample.image, choice.sample.bands), SIDE_PX), 88)
    return Tile(jpeg, width, height, overlay, caption=title, alt=f"{title} of {choice.sample.name}")
