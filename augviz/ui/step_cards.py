"""The pipeline as a list of cards: one card a step or group, and what can be done with it.

Only the open card makes its controls; at most one is open. So a moved slider draws about a dozen widgets, however long
the pipeline is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from augviz.pipeline.chances import firing_shares
from augviz.pipeline.editing import duplicate, move_by
from augviz.pipeline.spec import Group, Node, Step
from augviz.transforms import catalogue
from augviz.transforms.starting import starting_params
from augviz.ui import workspace
from augviz.ui.controls import step_controls
from augviz.ui.text import escaped

GROUP_TITLES: Mapping[str, str] = {
    "OneOf": "One of",
    "SomeOf": "Some of",
    "RandomOrder": "Some of, in random order",
    "Sequential": "All of",
}
GROUP_HELP: Mapping[str, str] = {
    "OneOf": "One step runs; p of each step is its weight.",
    "SomeOf": "Some steps are drawn and run in this order, each with its own p.",
    "RandomOrder": "Some steps are drawn and run in the order drawn, each with its own p.",
    "Sequential": "All steps run, each with its own p.",
}
FAMILY_ICONS: Mapping[str, str] = {
    "Flip and rotate": ":material/flip:",
    "Shift, scale and tilt": ":material/transform:",
    "Crop": ":material/crop:",
    "Resize and pad": ":material/aspect_ratio:",
    "Warp": ":material/waves:",
    "Brightness and contrast": ":material/brightness_6:",
    "Colour": ":material/palette:",
    "Channels": ":material/layers:",
    "Blur and sharpen": ":material/blur_on:",
    "Noise": ":material/grain:",
    "Compression and quality": ":material/compress:",
    "Weather and light": ":material/rainy:",
    "Erase and shuffle": ":material/ink_eraser:",
    "Normalise": ":material/functions:",
}


def step_list() -> DeltaGenerator | None:
    """All cards of the pipeline in view.

    Returns:
        The card that is open, to be filled by :func:`open_card`, or None.
    """
    spec, failing = workspace.current().spec, workspace.current().failing
    shares = firing_shares(spec)
    if not spec.steps:
        st.markdown("No steps yet. Add the first one below.")
    return _last([_card(node, shares, failing) for node in spec.steps])


def open_card(inside: DeltaGenerator | None) -> bool:
    """The controls of the open card.

    Args:
        inside: The card that is open, or None.

    Returns:
        Whether what the titles of other cards say has changed with it.
    """
    state = workspace.current()
    if inside is None or not state.spec.has(state.open_step):
        return False
    node = state.spec.find(state.open_step)
    with inside:
        changed = _inside(node, state.failing)
    if changed == node:
        return False
    workspace.change(spec=state.spec.edit(node.id, lambda _old: changed))
    # A step of its own says its share inside the card; in a group, a weight moves the shares of the others as well.
    return isinstance(changed, Group) or (changed.p != node.p and node not in state.spec.steps)


def add_step() -> None:
    """A search box over everything that can be added."""
    offered = catalogue.offered()

    def add() -> None:
        name = st.session_state[key]
        if name is None:
            return
        state = workspace.current()
        there = next((step for step in state.spec.tail if step.name == name), None)
        if there is not None:  # Normalize and ToTensorV2 stand once: show the one that is there
            workspace.set_spec(state.spec, open_step=there.id)
            return
        entry = catalogue.entry(name)
        step = Step(name, starting_params(name, state.sample.size_hw), entry.default_p)
        spec = state.spec.add(step)
        new = next(node for node in (*spec.steps, *spec.tail)[::-1] if node.name == name)
        workspace.set_spec(spec, open_step=new.id)

    key = f"add-step-{workspace.current().revision}"
    st.selectbox(
        "Add a step",
        list(offered),
        index=None,
        key=key,
        placeholder=f"Add a step: search {len(offered)} transforms",
        format_func=lambda name: f"{name} · {offered[name].family}" + (" · slow" if offered[name].is_slow else ""),
        on_change=add,
        label_visibility="collapsed",
        icon=":material/add:",
    )


def tail_list() -> DeltaGenerator | None:
    """Normalize and ToTensorV2: exported, not in the picture.

    Returns:
        The card that is open, or None.
    """
    tail = workspace.current().spec.tail
    if not tail:
        return None
    st.markdown("**At the end**, exported but not in the picture")
    with st.container(gap="xsmall"):
        return _last([_card(step, {step.id: step.p}, {}) for step in tail])


def mark_failing(failing: Mapping[str, str]) -> bool:
    """Mark the cards of the steps that could not run in this draw; the cards were made before it was drawn.

    Args:
        failing: Sentence by step id.

    Returns:
        Whether the marks are others than those on the page.
    """
    if failing == workspace.current().failing:
        return False
    workspace.change(failing=failing)
    return True


def _last(cards: Sequence[DeltaGenerator | None]) -> DeltaGenerator | None:
    return next((card for card in reversed(cards) if card is not None), None)


def _card(node: Node, shares: Mapping[str, float], failing: Mapping[str, str]) -> DeltaGenerator | None:
    key = f"open-{node.id}"
    is_open = workspace.current().open_step == node.id
    st.session_state[key] = is_open
    card = st.expander(_title(node, shares), key=key, icon=_icon(node, failing), on_change=_toggle, args=(node.id, key))
    found: list[DeltaGenerator | None] = [card if is_open else None]
    if isinstance(node, Group):
        _edge, inner = st.columns([0.06, 0.94], gap=None)
        with inner, st.container(gap="xsmall"):
            found += [_card(child, shares, failing) for child in node.children]
    return _last(found)


def _toggle(node_id: str, key: str) -> None:
    workspace.change(open_step=node_id if st.session_state[key] else "")


def _title(node: Node, shares: Mapping[str, float]) -> str:
    name = GROUP_TITLES[node.kind] if isinstance(node, Group) else node.name
    if not node.enabled:
        return f":gray[{name} · off]"
    if isinstance(node, Group):
        return f"{name} · {node.n} of {len(node.children)}" if node.kind in ("SomeOf", "RandomOrder") else name
    if node.id == workspace.current().open_step:
        return name
    return f"{name} :gray[· in {shares.get(node.id, 0.0):.0%}]"


def _icon(node: Node, failing: Mapping[str, str]) -> str:
    if not node.enabled:
        return ":material/visibility_off:"
    if node.id in failing:
        return ":material/error:"
    if isinstance(node, Group):
        return ":material/account_tree:"
    return FAMILY_ICONS.get(catalogue.entry(node.name).family, ":material/tune:")


def _inside(node: Node, failing: Mapping[str, str]) -> Node:
    if node.id in failing:
        st.error(escaped(failing[node.id]), icon=":material/error:")
    _actions(node)
    key = f"{node.id}-{workspace.current().revision}"
    return _group_controls(node, key) if isinstance(node, Group) else _step_inside(node, key)


def _step_inside(step: Step, key: str) -> Step:
    entry = catalogue.entry(step.name)
    st.markdown(f":gray[{escaped(entry.summary)}]")
    share = st.empty()
    changed = step_controls(entry, step, key=key)
    if not entry.is_tail:
        share_now = firing_shares(workspace.current().spec.edit(step.id, lambda _old: changed))[step.id]
        share.markdown(f"Fires in **{share_now:.0%}** of the samples")
    return changed


def _group_controls(group: Group, key: str) -> Group:
    st.markdown(f":gray[{GROUP_HELP[group.kind]}]")
    p = st.slider("Probability", 0.0, 1.0, float(group.p), 0.05, key=f"p-{key}")
    if group.kind not in ("SomeOf", "RandomOrder"):
        return replace(group, p=p)
    most = max(len(group.children), group.n, 2)
    n = st.slider("How many", 1, most, group.n, key=f"n-{key}")
    again = st.checkbox("A step may be drawn twice", group.replace, key=f"replace-{key}")
    return replace(group, p=p, n=int(n), replace=again)


def _actions(node: Node) -> None:
    """Switch off, move, copy, remove. Words, because an icon alone has no name for those who do not see it."""
    in_tail = node in workspace.current().spec.tail
    with st.container(horizontal=True, gap="small"):
        for label, sentence, act in (
            ("Off" if node.enabled else "On", "Keep it, but do not run or export it.", _switch),
            ("Up", "One place earlier.", _move_up),
            ("Down", "One place later.", _move_down),
            ("Copy", "Once more below, with draws of its own.", _duplicate),
            ("Remove", "Take it out of the pipeline.", _remove),
        ):
            if in_tail and act in (_move_up, _move_down, _duplicate):
                continue
            key = f"{act.__name__}-{node.id}"
            st.button(label, key=key, help=sentence, type="tertiary", on_click=act, args=(node.id,))


def _switch(node_id: str) -> None:
    workspace.edit_node(node_id, lambda node: replace(node, enabled=not node.enabled))


def _move_up(node_id: str) -> None:
    workspace.set_spec(move_by(workspace.current().spec, node_id, -1))


def _move_down(node_id: str) -> None:
    workspace.set_spec(move_by(workspace.current().spec, node_id, 1))


def _duplicate(node_id: str) -> None:
    before = workspace.current().spec
    spec = duplicate(before, [node_id])
    known = {node.id for node in before.walk()}
    copy = next((node.id for node in spec.walk() if node.id not in known), workspace.current().open_step)
    workspace.set_spec(spec, open_step=copy)


def _remove(node_id: str) -> None:
    workspace.edit_node(node_id, lambda _node: None)
    workspace.change(open_step="")
