"""Files out, the proof that they hold, and files in again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from augviz.errors import InputError, PipelineError, Problem, VerificationError
from augviz.pipeline.draws import sample_seed
from augviz.pipeline.export import ExportOptions, not_carried, options_for, to_json, to_python, to_yaml
from augviz.pipeline.importing import read_pipeline
from augviz.pipeline.materials import taking_steps, used_digest
from augviz.pipeline.spec import PipelineSpec, digest_of
from augviz.pipeline.verify import Verification, verify_text
from augviz.transforms.other_images import OTHER_IMAGES
from augviz.ui import workspace
from augviz.ui.in_hand import OpenedFile, Proof
from augviz.ui.review import seal
from augviz.ui.text import escaped
from augviz.ui.upload_limits import give_back


def usual_options() -> ExportOptions:
    """What goes into a file beside the steps, as the labels in view ask for."""
    state = workspace.current()
    labels = state.sample.labels
    joining = [labels, *(sample.labels for sample in state.materials.values())] if _joins(state.spec) else [labels]
    return options_for(
        state.spec,
        has_boxes=any(len(each.boxes) for each in joining),
        has_keypoints=any(len(each.keypoints) for each in joining),
        seed=state.seed,
        classes={} if labels.semantic is None else labels.semantic.names,
    )


def option_box() -> ExportOptions:
    """What goes into the file beside the steps, also what an expert review says of them."""
    state = workspace.current()
    options = replace(usual_options(), reviewed=seal.reviewed_line(state.spec))
    with st.container(horizontal=True, gap="medium"):
        boxes = st.checkbox(
            "Boxes (`bbox_params`)", options.boxes, help="Training then has to pass boxes and their labels every time."
        )
        keypoints = st.checkbox("Keypoints (`keypoint_params`)", options.keypoints)
        torch = st.checkbox(
            "ToTensorV2 in YAML and JSON",
            False,
            help="A.load then needs PyTorch.",
            disabled=not any(step.name == "ToTensorV2" for step in state.spec.tail),
        )
    return replace(options, boxes=boxes, keypoints=keypoints, torch=torch)


def _joins(spec: PipelineSpec) -> bool:
    """Whether labels of other images come along."""
    return any(OTHER_IMAGES[step.name].form == "partners" for step in taking_steps(spec))


def code_tabs(options: ExportOptions) -> None:
    """YAML, JSON and Python: each to be copied and downloaded."""
    spec = workspace.current().spec
    try:
        written = [
            ("YAML", to_yaml(spec, options), "yaml"),
            ("JSON", to_json(spec, options), "json"),
            ("Python", to_python(spec, options, workspace.current().materials), "py"),
        ]
    except PipelineError as error:
        st.error(escaped(str(error)), icon=":material/error:")
        return
    for tab, (title, text, extension) in zip(st.tabs([row[0] for row in written]), written, strict=True):
        with tab:
            st.download_button(
                f"Download {title}",
                text,
                f"pipeline.{extension}",
                key=f"download-{extension}",
                icon=":material/download:",
                on_click="ignore",
            )
            st.code(text, language={"py": "python"}.get(extension, extension), height=480)


def not_carried_list(options: ExportOptions) -> None:
    """What YAML and JSON cannot say."""
    try:
        found = not_carried(workspace.current().spec, options)
    except PipelineError:
        return  # code_tabs has shown the sentence
    st.markdown("**What YAML and JSON cannot carry**")
    st.markdown("\n".join(f"- {escaped(str(problem))}" for problem in found))


def proof_box(options: ExportOptions) -> None:
    """Load the file in a fresh process and compare; never called proven when it was not run."""
    state = workspace.current()
    st.header("Proof")
    st.markdown(
        "Loads the YAML with `A.load` in a fresh process, runs the draws that the gallery shows, and compares picture, "
        "masks, boxes and keypoints."
    )
    now = digest_of(state.spec, options.boxes, options.keypoints, options.torch, state.seed, state.count)
    now = f"{now}-{state.sample.digest}-{used_digest(state.spec, state.materials)}"
    if st.button("Prove it", icon=":material/verified:", key="prove"):
        with st.status("Loading and comparing", expanded=False) as status:
            workspace.change(proof=Proof(now, _prove(state.spec, options)))
            status.update(label="Compared", state="complete")
    proof = workspace.current().proof
    if proof is None or proof.about != now:
        st.markdown("Not proven yet for this pipeline, image and draw. Press *Prove it*.")
    elif isinstance(proof.found, str):
        st.error(escaped(proof.found), icon=":material/error:")
    else:
        _show_proof(proof.found)


def _prove(spec: PipelineSpec, options: ExportOptions) -> Verification | str:
    state = workspace.current()
    seeds = [sample_seed(state.seed, place) for place in range(state.count)]
    try:
        text = to_yaml(spec, options)
        return verify_text(text, "yaml", state.sample, seeds, shown=spec, materials=state.materials)
    except (PipelineError, VerificationError) as error:
        return str(error)


def _show_proof(result: Verification) -> None:
    if result.proven:
        st.success(
            f"Proven on {result.samples} samples in {result.seconds:.1f} s: the file gives what you saw.",
            icon=":material/verified:",
        )
    else:
        st.error("The file does not give what you saw.", icon=":material/error:")
    for item in result.comparisons:
        mark = ":material/check:" if item.same else ":material/close:"
        st.markdown(f"{mark} **{item.what}**: {escaped(item.detail)}")
    for problem in result.lost:
        st.markdown(f":material/warning: {escaped(str(problem))}")
    for problem in result.beside:
        st.markdown(f":material/info: Not part of the proof: {escaped(str(problem))}")


def import_box() -> None:
    """A file in again; nothing in it is run, only names of the catalogue are built."""
    st.header("Open a pipeline")
    revision = workspace.current().revision
    with st.form(f"import-{revision}", border=True):
        file = st.file_uploader("YAML or JSON", type=["yaml", "yml", "json"], max_upload_size=1)
        sent = st.form_submit_button("Open file", icon=":material/folder_open:")
    if sent and file is not None:
        try:
            imported = read_pipeline(text_of(file.getvalue()), file.name)
        except InputError as error:
            st.error(escaped(str(error)), icon=":material/error:")
            return
        give_back([file])
        take_over(imported.spec, file.name, imported.notes, imported.seed)


def take_over(spec: PipelineSpec, name: str, notes: Sequence[Problem], seed: int | None) -> None:
    """Make an opened pipeline the visitor's own, and say what it came from."""
    seed = workspace.current().seed if seed is None else seed % (workspace.MAX_SEED + 1)
    spec = replace(spec, swaps=spec.swaps or workspace.current().spec.swaps)  # they are about the labels
    workspace.set_spec(spec, start="", open_step="", seed=seed, drawn=None)
    state = workspace.current()
    workspace.change(opened=OpenedFile(name, tuple(notes), state.revision, state.spec.digest))
    st.rerun()


def opened_message() -> None:
    """What was opened last, and what was mapped, moved or left out."""
    opened = workspace.current().opened
    if opened is not None and opened.revision == workspace.current().revision:
        st.success(f"Opened {escaped(opened.name)}.", icon=":material/check:")
        if opened.notes:
            st.info("\n".join(f"- {escaped(str(note))}" for note in opened.notes))


def text_of(data: bytes) -> str:
    """A text file's text.

    Raises:
        InputError: It is not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("the file is not UTF-8 text", mend="Save it as UTF-8, or paste its text.") from error
