"""What views buy: accuracy of the single view against all views on labelled pictures."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from augviz import charts
from augviz.errors import InputError
from augviz.models.outputs import ClassScores
from augviz.pipeline.spec import digest_of
from augviz.preview import Bounded
from augviz.side_by_side import Progress
from augviz.tta.gain import CurvePoint, Gain, curve, gain_of_classes
from augviz.tta.reading import Reading, read_views
from augviz.ui.page_table import page
from augviz.ui.test_time.choosing import Choice
from augviz.ui.test_time.labelled import MOST_PICTURES, Labelled, labelled
from augviz.ui.test_time.looking import Looked, light
from augviz.ui.test_time.opening import asked
from augviz.ui.test_time.work import Task, worked
from augviz.ui.text import escaped
from augviz.wording import counted, percent, percent_range

Read = tuple[tuple[Reading, ...], ...]

LEAST_PICTURES = 10
"""With fewer, one picture more or less is more than views ever buy."""

AT_ONCE_S = 2.0
"""Work that takes longer than that waits for a press."""

SHOWN_LABELS = 5
CONVINCING = 0.05

KEPT_SCORES = 24_000_000
"""Scores that are kept for all visitors together, 8 bytes each."""

_kept: Bounded[Read] = Bounded(KEPT_SCORES, lambda read: sum(_scores(each) for each in read))


def buys_section(choice: Choice, found: Looked) -> None:
    """Accuracy, gained and lost, and the curves over the number of views; or what is needed for them.

    Args:
        choice: What is chosen.
        found: What the model says of the picture in view; it tells how long a picture takes.
    """
    if choice.hand.card.output != "classes":
        st.markdown("Accuracy is counted for models that give one class for a picture; this one does not.")
        return
    known = labelled(choice, _classes(found))
    if len(known.samples) < 2:
        _what_is_needed(choice, known)
        return
    if len(choice.used) < 2:
        st.markdown("There is only one view that keeps the label, so there is nothing to compare. Choose other views.")
        return
    read = worked(_task(choice, known, found), st.empty())
    if read is not None:
        _told(choice, known, gain_of_classes(read, known.truth, choice.how), curve(read, known.truth, choice.how))


def _classes(found: Looked) -> int:
    """How many classes the model answers with; 0 where it has not answered."""
    outputs = [reading.output for reading in found.readings]
    return next((len(each.values) for each in outputs if isinstance(each, ClassScores)), 0)


def _task(choice: Choice, known: Labelled, found: Looked) -> Task[Read]:
    seconds = sum(reading.ms for reading in found.readings) / 1e3 * len(known.samples)
    views = [(view.id, view.spec.digest) for view in choice.used]
    pictures = [sample.digest for sample in known.samples]
    about = (
        f"{counted(len(known.samples), 'labelled picture')}, {counted(len(choice.used), 'view')} each: about "
        f"{max(1, round(seconds))} s."
    )
    return Task(
        "buys",
        digest_of(choice.hand.digest, choice.hand.card.to_json(), views, pictures),
        "pictures asked about",
        lambda show: _read(choice, known, show),
        _kept,
        about if seconds > AT_ONCE_S else "",
        "Measure",
    )


def _read(choice: Choice, known: Labelled, show: Progress) -> Read:
    read = []
    with asked(choice.hand) as model:
        warm = read_views(choice.used[:1], known.samples[0], model)  # a new process takes longer for the first answer
        _check_size(_scores(warm) * len(choice.used), len(known.samples))
        for done, sample in enumerate(known.samples, start=1):
            read.append(tuple(light(reading) for reading in read_views(choice.used, sample, model)))
            show(done, len(known.samples))
    return tuple(read)


def _check_size(scores: int, pictures: int) -> None:
    """Refuse what would take the server's memory: the scores of all views of all pictures are kept for the curves."""
    if scores * pictures > KEPT_SCORES:
        raise InputError(
            f"{scores:,} scores for each of {pictures} pictures are too much to be counted here",
            mend="Open fewer pictures, or choose fewer views.",
        )


def _what_is_needed(choice: Choice, known: Labelled) -> None:
    """Why there is nothing to count, and what would do."""
    what = "objects with a class" if choice.by_object else "images with a class for the whole picture"
    st.markdown(
        f"One picture cannot tell. Open {what}, {LEAST_PICTURES} or more, better a hundred: then you see here how many "
        "more the model has right, and whether that is more than chance."
    )
    if known.unknown:
        _unknown(choice, known)
    st.page_link(page("images.py"), label="Open labelled images", icon=":material/photo_library:")


def _unknown(choice: Choice, known: Labelled) -> None:
    names = ", ".join(known.unknown[:SHOWN_LABELS]) + (", …" if len(known.unknown) > SHOWN_LABELS else "")
    examples = ", ".join(choice.hand.card.class_names[:3]) or "0, 1, 2"
    st.markdown(
        f"Labels count where they have the name of a class of the model, such as {escaped(examples)}. These have not: "
        f"{escaped(names)}."
    )


def _told(choice: Choice, known: Labelled, found: Gain, points: Sequence[CurvePoint]) -> None:
    views = counted(len(choice.used), "view")
    with st.container(horizontal=True, gap="medium"):
        st.metric("Single view right", _rate(found.single_right, found.images), border=True)
        st.metric(f"{views} right", _rate(found.merged_right, found.images), border=True)
        st.metric("Gained", f"{found.gained}", border=True, help="Wrong by the single view, right by all views.")
        st.metric("Lost", f"{found.lost}", border=True, help="Right by the single view, wrong by all views.")
    st.markdown(f"{escaped(_verdict(found))}")
    if known.unknown:
        _unknown(choice, known)
    if known.left_out:
        st.markdown(f"Only the first {MOST_PICTURES} pictures are asked about, {known.left_out:,} more are not.")
    st.markdown(_curve_words(points))
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Accuracy of the first views**")
        st.plotly_chart(charts.gain_curve(points), key="test-time-gain", config={"displayModeBar": False})
    with right:
        st.markdown("**Time of the first views**")
        st.plotly_chart(charts.latency_curve(points), key="test-time-latency", config={"displayModeBar": False})


def _verdict(found: Gain) -> str:
    """The library's sentence, with the test beside it."""
    changed = found.gained + found.lost
    few = f" With fewer than {LEAST_PICTURES} pictures this says little." if found.images < LEAST_PICTURES else ""
    if not changed:
        low, high = (end * 100 for end in found.interval)
        return (
            f"Both have the same pictures right and wrong: on these {found.images} the views buy nothing. On others "
            f"they may change accuracy by {low:+.0f} to {high:+.0f} points (95% interval).{few}"
        )
    chance = f" McNemar's test (mid-P): p = {found.p_value:.2g}"
    told = ", more than chance." if found.p_value < CONVINCING else "; so uneven a count is not rare by chance alone."
    return f"{found.words}{chance}{told}{few}"


def _curve_words(points: Sequence[CurvePoint]) -> str:
    """Both curves in a sentence: how many views are enough, and what they cost."""
    best, last = max(points, key=lambda point: (point.right, -point.views)), points[-1]
    first = "The single view is" if best.views == 1 else f"The first {best.views} views are"
    told = f"{first} right most often, in {best.right} of {best.images} pictures ({best.ms:.0f} ms for a picture"
    told += f"; 95% interval {percent_range(*best.interval)})."
    return told if best is last else f"{told} All {last.views} take {last.ms:.0f} ms and have {last.right} right."


def _rate(right: int, images: int) -> str:
    return f"{percent(right / images)} ({right} of {images})"


def _scores(readings: Sequence[Reading]) -> int:
    outputs = [reading.output for reading in readings]
    return sum(100 + (output.values.size if isinstance(output, ClassScores) else 0) for output in outputs)
