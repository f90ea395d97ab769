"""The pipeline as a tree in which steps are opened, moved, grouped, renamed and removed by hand.

One Streamlit component for the whole list. The browser shows an edit at once; Python does it to the workspace and sends
back how the tree is now (:mod:`augviz.ui.tree_edits`). Names that visitors gave are only ever set as text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import streamlit as st

from augviz.pipeline.chances import running_shares
from augviz.pipeline.spec import Group, Node, PipelineSpec, Step
from augviz.transforms import catalogue
from augviz.ui import tree_edits, workspace
from augviz.ui.components import component
from augviz.ui.tree_edits import Answered


class GroupLook(NamedTuple):
    """How a kind of group is shown: its title, the name of its Material icon, and what it does."""

    title: str
    icon: str
    help: str


GROUP_LOOKS: Mapping[str, GroupLook] = {
    "OneOf": GroupLook("One of", "alt_route", "One step runs, drawn by weight."),
    "SomeOf": GroupLook("Some of", "checklist", "Some steps are drawn and run in this order, each with its own p."),
    "RandomOrder": GroupLook(
        "Some of, in random order", "shuffle", "Some steps are drawn and run in the order drawn, each with its own p."
    ),
    "Sequential": GroupLook("All of", "format_list_numbered", "All steps run, each with its own p."),
}
FAMILY_ICONS: Mapping[str, str] = {
    "Flip and rotate": "flip",
    "Shift, scale and tilt": "transform",
    "Crop": "crop",
    "Resize and pad": "aspect_ratio",
    "Warp": "waves",
    "Brightness and contrast": "brightness_6",
    "Colour": "palette",
    "Channels": "layers",
    "Blur and sharpen": "blur_on",
    "Noise": "grain",
    "Compression and quality": "compress",
    "Weather and light": "rainy",
    "Erase and shuffle": "ink_eraser",
    "With other images": "photo_library",
    "Normalise": "functions",
}
KEY = "step-tree"
CODE = ("tree_model.js", "tree_rows.js", "tree_tools.js", "tree_keys.js", "tree_drag.js", "step_tree.js")
_ANSWERED = "step-tree-answered"


def step_tree() -> None:
    """Show the pipeline in view; what is done in it changes the workspace before the page runs."""
    state, answered = workspace.current(), _answered()
    data = {
        **tree_json(state.spec, state.failing),
        "open": state.open_step,
        "start": state.start,
        "client": answered.client,
        "answered": answered.seq,
        "names": dict(answered.names),
        "refused": answered.refused,
    }
    component("augviz_step_tree", html='<div class="steps"></div>', css=["step_tree.css"], js=CODE)(
        key=KEY, data=data, on_edits_change=_taken
    )


def take(value: object) -> None:
    """Do to the workspace what the browser has queued and what has not been done yet.

    Args:
        value: The queue as it came in, not trusted.
    """
    message = tree_edits.read_message(value)
    if message is None:
        return
    answered = _answered()
    if message.client != answered.client:
        answered = Answered(message.client)
    for edit in message.edits:
        if edit.seq <= answered.seq:
            continue
        state = workspace.current()
        if message.start != state.start:  # made in a tree that showed another pipeline
            answered = Answered(message.client, edit.seq, answered.names)
            continue
        done = tree_edits.done(state.spec, state.open_step, edit, answered)
        answered = done.answered
        if done.spec != state.spec:
            workspace.set_spec(done.spec, open_step=done.open_step)
        elif done.open_step != state.open_step:
            workspace.change(open_step=done.open_step)
    st.session_state[_ANSWERED] = answered


def _taken() -> None:
    """Before the page runs, so that all of it shows what was done."""
    take((st.session_state.get(KEY) or {}).get("edits"))


def tree_json(spec: PipelineSpec, failing: Mapping[str, str]) -> dict[str, Any]:
    """What the component shows of a pipeline.

    Args:
        spec: The pipeline.
        failing: Sentence by step id, for the steps that could not run.
    """
    shares = running_shares(spec)
    return {
        "steps": [_node_json(node, shares, failing) for node in spec.steps],
        "tail": [_node_json(step, {}, failing) for step in spec.tail],
        "kinds": {kind: {"label": look.title, "icon": look.icon} for kind, look in GROUP_LOOKS.items()},
    }


def label_of(node: Node) -> str:
    """What the node is called when the visitor has given it no name."""
    if isinstance(node, Step):
        return node.name
    title = GROUP_LOOKS[node.kind].title
    if node.kind not in ("SomeOf", "RandomOrder"):
        return title
    return title.replace("Some of", f"{min(node.n, max(len(node.children), 1))} of {len(node.children)}", 1)


def icon_of(node: Node) -> str:
    """Name of the node's Material icon."""
    if isinstance(node, Group):
        return GROUP_LOOKS[node.kind].icon
    return FAMILY_ICONS.get(catalogue.entry(node.name).family, "tune")


def _node_json(node: Node, shares: Mapping[str, float], failing: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": node.id,
        "label": label_of(node),
        "title": node.title,
        "icon": icon_of(node),
        "p": float(node.p),
        "enabled": node.enabled,
        "error": failing.get(node.id, ""),
    }
    if node.id in shares:
        found["share"] = round(shares[node.id], 4)
    if isinstance(node, Group):
        found |= {"kind": node.kind, "kids": [_node_json(child, shares, failing) for child in node.children]}
    return found


def _answered() -> Answered:
    found = st.session_state.get(_ANSWERED)
    return found if isinstance(found, Answered) else Answered()
