"""The pair that the page Train and validation is about: the two pipelines, and whether they match. Kept."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from augviz.batch.arriving import Arrived, arrived
from augviz.batch.matching import Check, checks_of
from augviz.errors import InputError, Problem
from augviz.pipeline.aligning import aligned
from augviz.pipeline.importing import read_pipeline
from augviz.pipeline.materials import used_digest
from augviz.pipeline.spec import PipelineSpec, digest_of
from augviz.pipeline.validation import Row, validation_of
from augviz.preview import Bounded
from augviz.ui import exporting, label_facts, versions, workspace
from augviz.ui.progress import progress_in
from augviz.ui.text import escaped
from augviz.ui.upload_limits import give_back

MOST_DRAWS = 16
"""Draws of each image in which the sizes are looked at: a step with p = 0.5 is missed once in 65,000 times."""

FORM_SEED = 0
"""Which draws these are does not matter for their form; so another draw asks nothing anew."""

_arrived: Bounded[Arrived] = Bounded(256, lambda _found: 1)
_TURN = "own-validation-turn"


@dataclass(frozen=True)
class Pairing:
    """Training and validation beside each other.

    Attributes:
        training, validation: The pipelines.
        notes: What was mapped, moved or ignored in the file that the visitor's own validation pipeline came from.
        rows: What became of each step.
        checks: In what the two agree.
        trained, validated: What came out of them.
    """

    training: PipelineSpec
    validation: PipelineSpec
    notes: tuple[Problem, ...]
    rows: tuple[Row, ...]
    checks: tuple[Check, ...]
    trained: Arrived
    validated: Arrived


def choice_bar() -> None:
    """Derived, or one of the visitor's own: kept before, or opened from a file here."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        label_facts.validation_box("Made from the training pipeline", width=360)
        with st.popover("Check a file of your own", icon=":material/upload_file:", width="content"):
            _file_form()


def _file_form() -> None:
    with st.form(f"own-validation-{st.session_state.get(_TURN, 0)}", border=False):
        file = st.file_uploader(
            "YAML or JSON of a validation pipeline", type=["yaml", "yml", "json"], max_upload_size=1
        )
        sent = st.form_submit_button("Check it", icon=":material/fact_check:")
    if not sent or file is None:
        return
    try:
        imported = read_pipeline(exporting.text_of(file.getvalue()), file.name)
    except InputError as error:
        st.error(escaped(str(error)), icon=":material/error:")
        return
    give_back([file])
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    workspace.change(validation=versions.keep_spec(file.name, imported.spec, imported.notes))
    st.rerun()


def pairing(place: DeltaGenerator) -> Pairing:
    """The pair in hand; what comes out of both is worked out now where it is not known, with a bar.

    Args:
        place: An empty place for the bar.
    """
    state = workspace.current()
    derived = validation_of(state.spec)
    own = state.own_validation
    validation = derived.spec if own is None else own.spec
    trained, validated = (_arrived_of(spec, place) for spec in (state.spec, validation))
    return Pairing(
        state.spec,
        validation,
        () if own is None else own.notes,
        derived.rows if own is None else aligned(derived.rows, own.spec),
        checks_of(state.spec, validation, trained, validated),
        trained,
        validated,
    )


def _arrived_of(spec: PipelineSpec, place: DeltaGenerator) -> Arrived:
    state = workspace.current()
    images = label_facts.images_of(state)
    draws = min(MOST_DRAWS, label_facts.draws_of(state, images))
    materials = state.materials_of(spec)
    key = digest_of(spec.digest, used_digest(spec, materials), [sample.digest for sample in images], draws)

    def made() -> Arrived:
        found = arrived(
            spec, images, draws=draws, seed=FORM_SEED, materials=materials,
            on_progress=progress_in(place, "samples looked at"),
        )  # fmt: skip
        place.empty()
        return found

    return _arrived.made(key, made)
