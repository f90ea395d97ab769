"""The sweep of the page Strength: how it is worked out, what is seen of it meanwhile, and what is kept.

Single runs are kept apart from the sweeps that are made of them: more values, more samples, or work that was stopped
and goes on, run only what is new.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from augviz.pipeline.materials import used_digest
from augviz.pipeline.spec import digest_of
from augviz.preservation.prefill import known_pairs
from augviz.preservation.sweep import Sweep, sweep
from augviz.preservation.sweep_rules import with_rules
from augviz.preservation.sweep_runs import SweepRun
from augviz.preview import Bounded
from augviz.ui import stopping
from augviz.ui.assessing import Question
from augviz.ui.progress import progress_in
from augviz.ui.strength.choice import Asked
from augviz.wording import counted

MEGAPIXELS_AT_ONCE = 250
"""Work on more pixels than that waits for a press: 9 values of 24 samples of 0.6 megapixels (125) take 8 to 17 s on two
cores (docs/performance.md).
"""

_NAME, _STARTED, _SO_FAR = "sweep", "sweep-started", "sweep-so-far"

KEPT_RUNS = 40_000
"""Runs that are kept for all visitors together, about 1 kB each, and as many once more in whole sweeps."""

_runs: Bounded[SweepRun] = Bounded(KEPT_RUNS, lambda _run: 1)
_sweeps: Bounded[Sweep] = Bounded(KEPT_RUNS, lambda found: len(found.points) * len(found.shots))


def swept(asked: Asked, place: DeltaGenerator, show: Callable[[Sweep], None]) -> Sweep | None:
    """The sweep that was asked for; worked out now where it is not yet, with a bar, a way to stop, and what is known.

    Args:
        asked: What is tried.
        place: An empty place for the bar.
        show: Shows what is known so far, and all of it at the end.

    Returns:
        None where there is no whole answer: it was stopped, or waits for a press.
    """
    found = _sweeps.get(asked.key)
    if found is not None:
        found = _named(found, asked)
        show(found)
        return found
    if stopping.is_stopped(_NAME, asked.key):
        _stopped(asked, place, show)
        return None
    if _megapixels(asked) > MEGAPIXELS_AT_ONCE and st.session_state.get(_STARTED) != asked.key:
        _start(asked, place)
        return None
    with place.container(border=True):
        bar = st.empty()
        bar.progress(0.0, "Trying the first value")
        stopping.stop_button(_NAME, asked.key)
        found = _work(asked, bar, show)
    place.empty()
    _sweeps.put(asked.key, found)
    show(found)
    return found


def _work(asked: Asked, bar: DeltaGenerator, show: Callable[[Sweep], None]) -> Sweep:
    about = asked.about

    def told(so_far: Sweep) -> None:
        st.session_state[_SO_FAR] = asked.key, so_far
        if not so_far.is_complete:
            show(so_far)

    st.session_state.pop(_SO_FAR, None)
    found = sweep(
        about.spec,
        about.images,
        asked.what,
        asked.values,
        draws=asked.choice.draws,
        seed=about.seed,
        facts=about.facts,
        thresholds=about.thresholds,
        title=asked.title,
        now=asked.now,
        materials=about.materials,
        memory=_Kept(_judge_of(about)),
        on_progress=progress_in(bar, "samples", quiet=False),
        on_point=told,
    )
    if asked.step_id is None:
        return found
    return with_rules(
        found,
        about.images,
        asked.step_id,
        profile=about.profile,
        facts=about.facts,
        materials=about.materials,
        on_progress=progress_in(bar, "values the rules are asked about", quiet=False),
    )


@dataclass(frozen=True)
class _Kept:
    """The runs that one judge has seen.

    Attributes:
        judge: Digest of everything beside pipeline, image and seed that decides a run.
    """

    judge: str

    def get(self, key: object, /) -> SweepRun | None:
        """The run, or None."""
        return _runs.get((self.judge, key))

    def put(self, key: object, value: SweepRun, /) -> None:
        """Keep a run."""
        _runs.put((self.judge, key), value)


def _judge_of(about: Question) -> str:
    pairs = known_pairs((sample.labels for sample in about.images), about.spec.swaps)
    facts = sorted(about.facts.yes), sorted(about.facts.unknown)
    return digest_of(facts, dict(about.thresholds), pairs, used_digest(about.spec, about.materials))


def _named(found: Sweep, asked: Asked) -> Sweep:
    """Kept for everybody, so that the name which a visitor gave to the step is put in here."""
    return replace(found, title=asked.title)


def _megapixels(asked: Asked) -> float:
    used = asked.about.images[: asked.choice.draws]
    each = sum(sample.size_hw[0] * sample.size_hw[1] for sample in used) / len(used)
    return asked.runs * each / 1e6


def _start(asked: Asked, place: DeltaGenerator) -> None:
    with place.container(border=True):
        st.markdown(
            f"{counted(asked.runs, 'sample')} of your images are run for this, about {_megapixels(asked):,.0f} "
            "megapixels: it takes a while. Fewer samples at each value are faster."
        )
        st.button("Start", icon=":material/play_circle:", key="start-sweep", on_click=_begin, args=(asked.key,))


def _stopped(asked: Asked, place: DeltaGenerator, show: Callable[[Sweep], None]) -> None:
    key, so_far = st.session_state.get(_SO_FAR, ("", None))
    known = so_far if key == asked.key else None
    if known is not None:
        show(known)
    tried = 0 if known is None else len(known.points)
    with place.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"Stopped: {tried} of {counted(len(asked.values), 'value')} tried.", width="content")
        st.button("Go on", icon=":material/play_circle:", key="resume-sweep", on_click=_begin, args=(asked.key,))


def _begin(key: str) -> None:
    st.session_state[_STARTED] = key
    stopping.go_on(_NAME)
