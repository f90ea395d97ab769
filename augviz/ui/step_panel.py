"""What stands below the step tree: the box that adds a step, and the controls of the one that is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from augviz.pipeline.chances import firing_shares
from augviz.pipeline.editing import add_beside, parent_of
from augviz.pipeline.spec import GROUP_KINDS, Group, GroupKind, Node, Step
from augviz.transforms import catalogue
from augviz.transforms.starting import starting_params
from augviz.ui import knobs, workspace
from augviz.ui.controls import step_controls
from augviz.ui.knobs import Knob
from augviz.ui.materials import material_choice, with_first_choice
from augviz.ui.step_tree import GROUP_LOOKS, icon_of, label_of
from augviz.ui.text import escaped
from augviz.wording import percent

EMPTY = "Without steps the pictures stay as they are. Another pipeline can be chosen at the top."


def add_step() -> None:
    """A search box over everything that can be added; it goes where the visitor works."""
    offered = catalogue.offered()
    state = workspace.current()
    key = f"add-step-{state.revision}"

    def add() -> None:
        if st.session_state[key] is not None:
            _add(st.session_state[key])

    st.selectbox(
        "Add a step",
        list(offered),
        index=None,
        key=key,
        placeholder=f"{_where()}: search {len(offered)} transforms",
        format_func=lambda name: f"{name} · {offered[name].family}" + (" · slow" if offered[name].is_slow else ""),
        on_change=add,
        label_visibility="collapsed",
        icon=":material/add:",
    )


def open_panel() -> None:
    """The controls of the open step or group; a change goes into the workspace."""
    state = workspace.current()
    if not state.spec.has(state.open_step):
        words = "Choose a step to see what it does and to change it." if state.spec.steps else EMPTY
        st.markdown(words)
        return
    node = state.spec.find(state.open_step)
    st.subheader(f":material/{icon_of(node)}: {escaped(node.title or label_of(node))}", anchor=False)
    if node.id in state.failing:
        st.error(escaped(state.failing[node.id]), icon=":material/error:")
    key = f"{node.id}-{state.revision}"
    changed = _group_inside(node, key) if isinstance(node, Group) else _step_inside(node, key)
    if changed != node:
        workspace.change(spec=workspace.current().spec.edit(node.id, lambda _old: changed))


def mark_failing(failing: Mapping[str, str]) -> bool:
    """Mark the steps that could not run in this draw; the tree was made before it was drawn.

    Args:
        failing: Sentence by step id.

    Returns:
        Whether the marks are others than those on the page.
    """
    if failing == workspace.current().failing:
        return False
    workspace.change(failing=failing)
    return True


# -- adding ------------------------------------------------------------------------------------------------------


def _add(name: str) -> None:
    state = workspace.current()
    there = next((step for step in state.spec.tail if step.name == name), None)
    if there is not None:  # Normalize and ToTensorV2 stand once: show the one that is there
        workspace.set_spec(state.spec, open_step=there.id)
        return
    step = Step(name, starting_params(name, state.sample.size_hw), catalogue.entry(name).default_p)
    step = with_first_choice(step)
    spec = add_beside(state.spec, step, state.open_step)
    known = {node.id for node in (*state.spec.walk(), *state.spec.tail)}
    new = next(node for node in (*spec.walk(), *spec.tail) if node.id not in known)
    workspace.set_spec(spec, open_step=new.id)


def _where() -> str:
    """Words for the place where a step is added."""
    state = workspace.current()
    node = next((node for node in state.spec.walk() if node.id == state.open_step), None)
    around = node if isinstance(node, Group) else parent_of(state.spec, state.open_step)
    return "Add a step" if around is None else f"Add to “{around.title or label_of(around)}”"


# -- a step ------------------------------------------------------------------------------------------------------


def _step_inside(step: Step, key: str) -> Step:
    entry = catalogue.entry(step.name)
    named = f"**{escaped(step.name)}** · " if step.title else ""
    st.markdown(f"{named}:gray[{escaped(entry.summary)}]")
    share = st.empty()
    changed = step_controls(entry, material_choice(step, key), key=key)
    if not entry.is_tail:
        share.markdown(_share_sentence(changed))
    return changed


def _share_sentence(step: Step) -> str:
    spec = workspace.current().spec.edit(step.id, lambda _old: step)
    said = f"Fires in **{percent(firing_shares(spec)[step.id])}** of the samples"
    parent = parent_of(spec, step.id)
    if parent is None or parent.kind != "OneOf" or not step.enabled:
        return said
    total = sum(child.p for child in parent.children if child.enabled)
    weight = step.p / total if total else 0.0
    return f"{said}; its weight takes **{percent(weight)}** of “{escaped(parent.title or label_of(parent))}”"


# -- a group -----------------------------------------------------------------------------------------------------


def _group_inside(group: Group, key: str) -> Group:
    kind = st.selectbox(
        "Kind", GROUP_KINDS, GROUP_KINDS.index(group.kind), key=f"kind-{key}", format_func=_kind_title,
        on_change=_change_kind, args=(group.id, f"kind-{key}"),
    )  # fmt: skip
    st.markdown(f":gray[{GROUP_LOOKS[kind].help}]")
    p = _followed(
        f"p-{key}",
        st.slider("Probability", 0.0, 1.0, float(group.p), 0.05, key=f"p-{key}", help="How often the group runs."),
        (0.0, 1.0),
        lambda new: lambda spec: spec.edit(group.id, lambda node: replace(node, p=new)),
    )
    changed = replace(group, p=p)
    if kind == "OneOf":
        _weights(group, key)
    if kind in ("OneOf", "Sequential"):
        return changed
    most = max(len(group.children), group.n, 2)
    n = _followed(
        f"n-{key}",
        st.slider("How many", 1, most, group.n, key=f"n-{key}"),
        (1, most),
        lambda new: lambda spec: spec.edit(group.id, lambda node: replace(node, n=int(new))),
    )
    again = st.checkbox("A step may be drawn twice", group.replace, key=f"replace-{key}")
    return replace(changed, n=int(n), replace=again)


def _kind_title(kind: GroupKind) -> str:
    return GROUP_LOOKS[kind].title


def _change_kind(group_id: str, key: str) -> None:
    """From outside the controls: another kind has other ones."""
    kind, spec = st.session_state[key], workspace.current().spec
    if not spec.has(group_id) or spec.find(group_id).name == kind:
        return
    workspace.edit_node(group_id, lambda node: replace(node, kind=kind) if isinstance(node, Group) else node)


def _weights(group: Group, key: str) -> None:
    """The weights of a OneOf's children as parts of the whole; what one gets, the others give in proportion."""
    children = [child for child in group.children if child.enabled]
    if len(children) < 2:
        return
    st.markdown("**Which of them**, as parts of all runs of the group")
    for child, share in zip(children, shares_of(children), strict=True):
        _percent_slider(group, child, round(100 * share), f"{key}-{child.id}")


def _percent_slider(group: Group, child: Node, now: int, key: str) -> None:
    """A part of the whole in percent; made anew when another one has moved it."""
    memory = f"{key}-seen"
    seen, count = st.session_state.get(memory, (now, 0))
    count += seen != now
    widget = f"{key}-share-{count}"

    def moved() -> None:
        percent = int(st.session_state[widget])
        if percent == now:  # also called, without a move, when the run that made the slider was cut short
            return
        st.session_state[memory] = (percent, count)
        spec = workspace.current().spec
        if spec.has(group.id):
            workspace.change(spec=spec.edit(group.id, lambda node: reweighted(node, child.id, percent / 100)))

    shown = st.slider(escaped(child.title or label_of(child)), 0, 100, now, key=widget, format="%d%%", on_change=moved)
    _followed(
        widget,
        shown,
        (0, 100),
        lambda new: lambda spec: spec.edit(group.id, lambda node: reweighted(node, child.id, int(new) / 100)),
    )
    st.session_state[memory] = (now, count)


def shares_of(children: Sequence[Node]) -> list[float]:
    """What part of a OneOf's runs each of its children takes, 0..1; all of them switched on."""
    total = sum(child.p for child in children)
    return [child.p / total if total else 0.0 for child in children]


def reweighted(group: Node, child_id: str, share: float) -> Node:
    """The group with one child's part set; the others keep their proportions among each other.

    Args:
        group: A OneOf; anything else stays as it is.
        child_id: One of its children that is switched on.
        share: Its part, 0..1.
    """
    if not isinstance(group, Group):
        return group
    others = [child for child in group.children if child.enabled and child.id != child_id]
    rest = sum(child.p for child in others)

    def weight(child: Node) -> float:
        if child.id == child_id:
            return share
        return (1 - share) * (child.p / rest if rest else 1 / len(others))

    children = tuple(replace(child, p=round(weight(child), 4)) if child.enabled else child for child in group.children)
    return replace(group, children=children)


def _followed(key: str, value: float, ends: tuple[float, float], edit: Callable[[Any], Any]) -> float:
    """A slider that the pictures follow while it is dragged."""
    knobs.offer(key, Knob(*ends, (value,), lambda thumbs: edit(thumbs[0])))
    return value
