"""The worst samples by one check, to look at, open and pin; pinned ones are judged anew after every edit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from augviz.pipeline.effects import measure_whole
from augviz.pipeline.materials import used_digest
from augviz.preservation.assess import shown
from augviz.preservation.check import Check
from augviz.preservation.checks import CHECK_OF, CHECKS
from augviz.preservation.measurement import SampleReadings, readings_of
from augviz.preservation.sampling import GALLERIES, Row, Sampling, rows_of
from augviz.preservation.severity import rank
from augviz.preservation.subject import Known, Original, Subject
from augviz.preview import Bounded, PreviewTile, preview_each
from augviz.sample import Sample
from augviz.ui import alt_texts, assessing, label_facts, shots, workspace
from augviz.ui.assessing import Question
from augviz.ui.checked import open_sample, pin_of
from augviz.ui.gallery import Tile, gallery
from augviz.ui.in_hand import Pin
from augviz.ui.workspace import Workspace

TILES = 9

PINNED = "pinned"

_pins: Bounded[SampleReadings] = Bounded(500, lambda _readings: 1)


@dataclass(frozen=True)
class _Shot:
    """One sample to show: what it is drawn from, and what is said below it."""

    sample: Sample
    pin: Pin
    caption: str


def worst_gallery(sampling: Sampling) -> None:
    """The samples with the worst readings of one check; a click opens one, K or the pin keeps it."""
    state = workspace.current()
    offered = _offered(sampling, state)
    if not offered:
        st.markdown("Nothing was measured on these images, so none is worse than another.")
        return
    chosen = state.worst_by if state.worst_by in offered else next(iter(offered))
    key = f"worst-by-{'-'.join(offered)}-{chosen}"

    def choose() -> None:
        workspace.change(worst_by=st.session_state[key])

    st.segmented_control(
        "Show first", list(offered), default=chosen, key=key, format_func=lambda name: offered[name],
        on_change=choose, required=True,
    )  # fmt: skip
    if chosen == PINNED:
        st.markdown("The samples you pinned, run anew with the pipeline as it is now.")
    _show(_pinned(state, sampling) if chosen == PINNED else _worst(sampling, CHECK_OF[chosen]), state)


def _offered(sampling: Sampling, state: Workspace) -> dict[str, str]:
    """What can be shown, by the code of the check: pins first, then the usual ones, then checks that fail."""
    looked = {result.check.code: result for result in sampling.results if result.images}
    found = {PINNED: f"Pinned ({len(state.pins)})"} if state.pins else {}
    found |= {code: title for code, title in GALLERIES.items() if code in looked}
    return found | {code: result.check.title for code, result in looked.items()
                    if result.severity in ("violating", "caution") and code not in found}  # fmt: skip


def _worst(sampling: Sampling, check: Check) -> list[_Shot]:
    images = label_facts.images_of(workspace.current())
    return [
        _Shot(images[row.place], pin_of(images[row.place], row.seed), _caption(row, check, sampling.images > 1))
        for row in sampling.gallery(check.code, TILES)
    ]


def _caption(row: Row, check: Check, with_image: bool) -> str:
    name = f" of {row.name}" if row.name else ""
    where = f" · {row.image}" if with_image else ""
    return f"{check.title}{name} {shown(row.value, check.unit)}{where}"


def _pinned(state: Workspace, sampling: Sampling) -> list[_Shot]:
    shots_ = [(sample, pin) for pin in state.pins if (sample := shots.open_image(state, pin.image)) is not None]
    asked = assessing.question()
    applied = [known for check in CHECKS if (known := check.under(asked.facts)) is not None]
    return [
        _Shot(
            sample, pin, _state_of(rows_of(_read(asked, sample, pin.seed, sampling.known), applied, asked.thresholds))
        )
        for sample, pin in shots_
    ]


def _read(asked: Question, sample: Sample, seed: int, known: Known) -> SampleReadings:
    """What every check reads on one sample; run once for each version of the pipeline."""

    def made() -> SampleReadings:
        run = measure_whole(asked.spec, sample, seed, materials=asked.materials)
        readings = readings_of(Subject(run, Original(sample), known), CHECKS)
        return SampleReadings(sample.name, 0, 0, seed, readings)

    key = (asked.spec.digest, used_digest(asked.spec, asked.materials), sample.digest, seed, known.swap_pairs)
    return _pins.made(key, made)


def _state_of(rows: Sequence[Row]) -> str:
    """What is wrong with a pinned sample, or that nothing is."""
    failing = sorted((row for row in rows if row.severity in ("violating", "caution")), key=lambda r: rank(r.severity))
    if not failing:
        return "Passes every check"
    check = CHECK_OF[failing[0].code]
    more = f" and {len(failing) - 1} more" if len(failing) > 1 else ""
    return f"{failing[0].severity.capitalize()}: {_caption(failing[0], check, False)}{more}"


def _show(found: Sequence[_Shot], state: Workspace) -> None:
    if not found:
        st.markdown("No image of these is open any more.")
        return
    tiles = preview_each(
        state.spec, [(shot.sample, shot.pin.seed) for shot in found], state.colours, materials=state.materials
    )
    shown_tiles = [_tile(shot, tile, state) for shot, tile in zip(found, tiles, strict=True)]

    def pin(place: int) -> None:
        shots.toggle(found[place].pin)

    event = gallery(shown_tiles, key="worst", on_pin=pin)
    if event is not None:
        open_sample(found[event.opened].pin)
    st.markdown("A pinned sample stays first on the page Pipeline, whatever you change.")


def _tile(shot: _Shot, tile: PreviewTile, state: Workspace) -> Tile:
    alt = alt_texts.of_tile(f"{shot.caption}, {shot.sample.name}", tile, alt_texts.titles_of(state.spec))
    plain = Tile(tile.jpeg, tile.width, tile.height, tile.overlay, shot.caption, alt)
    return replace(plain, badge="error" if tile.errors else "", is_pinned=shot.pin in state.pins)
