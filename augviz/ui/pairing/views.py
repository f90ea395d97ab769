"""The page Train and validation: do they match, step by step, on the same image, and both as files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import streamlit as st

from augviz.batch.matching import Check, Grade, Topic, worst
from augviz.batch.normalising import of_tail, through
from augviz.batch.remarks import in_words
from augviz.errors import InputError, PipelineError
from augviz.images import encode_jpeg, shrink, to_display
from augviz.overlay import of as overlay_of
from augviz.pipeline.difference import GROUP_NAMES
from augviz.pipeline.draws import sample_seed
from augviz.pipeline.export import Companion, ExportOptions, not_carried, to_python
from augviz.pipeline.run import run
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.pipeline.trace import Outcome
from augviz.pipeline.validation import Fate, Row, pair_of
from augviz.pipeline.worded import same_value, worded
from augviz.sample import Sample
from augviz.transforms import catalogue
from augviz.ui import alt_texts, exporting, seed_bar, workspace
from augviz.ui.gallery import Tile, picture
from augviz.ui.page_table import page
from augviz.ui.pairing.work import Pairing
from augviz.ui.review import seal
from augviz.ui.text import escaped
from augviz.wording import counted

PICTURE_SIDE = 900

TOPICS: Mapping[Topic, str] = {
    "chance": "Chance",
    "size": "Size",
    "steps": "Steps and their order",
    "normalize": "Normalize",
    "channels": "Channels",
}

SIGNS: Mapping[Grade, str] = {
    "same": ":green[:material/check_circle:]",
    "doubtful": ":orange[:material/warning:]",
    "different": ":red[:material/cancel:]",
}

FATES: Mapping[Fate, str] = {
    "kept": ":green-badge[:material/check: kept]",
    "changed": ":blue-badge[:material/swap_horiz: changed]",
    "left out": ":gray-badge[:material/remove: left out]",
    "added": ":orange-badge[:material/add: only here]",
    "random": ":red-badge[:material/casino: random]",
}

SHOWN_VALUES = 3
"""Values of a step that are shown beside its name."""


def verdict(found: Pairing) -> None:
    """Whether the two match, in one line, and the five things in which they have to agree."""
    if found.notes:
        st.info("\n".join(f"- {escaped(str(note))}" for note in found.notes), icon=":material/info:")
    errors = [*dict.fromkeys((*found.trained.errors, *found.validated.errors))]
    for text in errors:
        st.error(escaped(text), icon=":material/error:")
    bad = [TOPICS[check.topic] for check in found.checks if check.grade != "same"]
    grade = worst(found.checks)
    if errors:
        st.error(
            "**Cannot say.** A step could not run, so what is said below is about the others.", icon=":material/error:"
        )
    elif grade == "same":
        st.success("**They match.** Both hand the model the same kind of picture.", icon=":material/check_circle:")
    elif grade == "doubtful":
        st.warning(f"**They match only in part.** Look at {', '.join(bad)}.", icon=":material/warning:")
    else:
        st.error(f"**They do not match.** Look at {', '.join(bad)}.", icon=":material/cancel:")
    st.markdown("  \n".join(_line(check) for check in found.checks))


def _line(check: Check) -> str:
    mend = f" {escaped(check.mend)}" if check.mend and check.grade != "same" else ""
    return f"{SIGNS[check.grade]} **{TOPICS[check.topic]}.** {escaped(check.what)}{mend}"


# -- step by step ------------------------------------------------------------------------------------------------


def step_table(found: Pairing) -> None:
    """Every step of both, in one line each where they belong together."""
    if not found.rows:
        st.markdown("The training pipeline has no steps, so images come to the model as they are, in both.")
        st.page_link(page("workbench.py"), label="Add a step", icon=":material/add:")
        return
    fates = [row.fate for row in found.rows]
    named = {
        "kept": "kept",
        "changed": "changed",
        "left out": "left out",
        "added": "only in validation",
        "random": "random",
    }
    said = [f"{fates.count(fate)} {named[fate]}" for fate in FATES if fate in fates]
    st.markdown(f"{counted(len(fates), 'step')}: {', '.join(said)}.")
    st.table([_step_row(row) for row in found.rows], hide_index=True, border="horizontal")


def _step_row(row: Row) -> dict[str, str]:
    within = "".join(f"{GROUP_NAMES[kind]} › " for kind in row.within)
    return {
        "Training": "–" if row.training is None else f"{within}{_step(row.training)}",
        "Validation": " → ".join(_step(step) for step in row.validation) or "–",
        "Why": f"{FATES[row.fate]} {escaped(row.why)}",
    }


def _step(step: Step) -> str:
    """Its name, with how often it happens and the values that are not the library's own."""
    values = [f"p {step.p:g}"] if step.p < 1 else []
    for parameter in catalogue.entry(step.name).parameters:
        value = step.params.get(parameter.name, parameter.default)
        if not same_value(value, parameter.default, parameter):
            values.append(f"{parameter.name} {worded(value, parameter)}")
    told = ", ".join(values[:SHOWN_VALUES]) + (", …" if len(values) > SHOWN_VALUES else "")
    return f"**{escaped(step.title or step.name)}**" + (f" {escaped(told)}" if told else "")


# -- the same image through both ---------------------------------------------------------------------------------


def same_image(found: Pairing) -> None:
    """One image through both, each with its size and what Normalize makes of its values."""
    state = workspace.current()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        seed_bar.seed_buttons("Only the training image changes with it.")
    seed = sample_seed(state.seed, 0)
    sides = st.columns(2, gap="large")
    for column, title, spec, switches in zip(
        sides, ("Training", "Validation"), (found.training, found.validation), (True, False), strict=True
    ):
        outcome = run(spec, state.sample, seed, materials=state.materials_of(spec))
        with column:
            caption = f"{title} · {_form(outcome.after)} · {_values(spec, outcome.after)}"
            picture(_tile(outcome, caption), key=f"pair-{title}", switches=switches)


def _tile(outcome: Outcome, caption: str) -> Tile:
    after = outcome.after
    height, width = after.size_hw
    overlay = overlay_of(after.labels, after.size_hw, workspace.current().colours, max_side=PICTURE_SIDE)
    alt = alt_texts.of_outcome(f"{caption.partition(' · ')[0]}: {after.name}", outcome, {})
    jpeg = encode_jpeg(shrink(to_display(after.image, after.bands), PICTURE_SIDE), 90)
    return Tile(jpeg, width, height, overlay, caption, alt, badge="error" if outcome.errors else "")


def _form(sample: Sample) -> str:
    return f"{in_words(sample.size_hw)}, {counted(sample.image.shape[2], 'channel')}"


def _values(spec: PipelineSpec, sample: Sample) -> str:
    """From where to where the values go that the model gets."""
    try:
        own = of_tail(spec)
        values = through(sample.image, () if own is None else (own,))
    except InputError as error:
        return error.what
    when = "not normalised" if own is None else "after Normalize"
    spread = f"{_number(values.min())} to {_number(values.max())}, mean {_number(np.mean(values, dtype=np.float64))}"
    return f"{when} {spread}"


def _number(value: float | np.floating) -> str:
    return f"{float(value):.2f}".replace("-", "−")


# -- files -------------------------------------------------------------------------------------------------------


def files(found: Pairing) -> None:
    """Both as YAML and as Python, each naming the other; and the validation pipeline into the builder."""
    options = replace(exporting.usual_options(), reviewed=seal.reviewed_line(found.training))
    apart = replace(options, reviewed=seal.reviewed_line(found.validation))
    try:
        pair = pair_of(found.training, options, validation=found.validation, reviewed=apart.reviewed)
    except PipelineError as error:
        st.error(escaped(str(error)), icon=":material/error:")
        return
    st.markdown("The two files of a pair name each other, so that nobody mixes them up.")
    train, validation = ((name, name.replace(".yaml", ".py")) for name in pair.names)
    with st.container(horizontal=True, gap="small"):
        _download(pair.training, train[0])
        _download(_python(found.training, options, Companion("training", validation[1])), train[1])
        _download(pair.validation, validation[0])
        _download(_python(found.validation, apart, Companion("validation", train[1])), validation[1])
    _builder_button(found)
    _apart(found, options)


def _download(text: str, name: str) -> None:
    st.download_button(
        f"Download {name}", text, name, key=f"download-{name}", icon=":material/download:", on_click="ignore"
    )


def _python(spec: PipelineSpec, options: ExportOptions, companion: Companion) -> str:
    return to_python(spec, replace(options, companion=companion), workspace.current().materials_of(spec))


def _builder_button(found: Pairing) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        is_there = found.validation == found.training
        if st.button(
            "Open the validation pipeline in the builder", icon=":material/tune:", key="open-validation",
            disabled=is_there, help="It takes the place of the training pipeline; Undo brings that one back.",
        ):  # fmt: skip
            workspace.mend("Opened the validation pipeline", found.validation)
            st.switch_page(page("workbench.py"))


def _apart(found: Pairing, options: ExportOptions) -> None:
    """What YAML cannot say of the two."""
    said = dict.fromkeys(
        str(problem) for spec in (found.training, found.validation) for problem in not_carried(spec, options)
    )
    with st.expander("What YAML cannot carry", icon=":material/info:"):
        st.markdown("\n".join(f"- {escaped(text)}" for text in said))
