"""Policies and presets to choose from: what each is, and how to begin with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from augviz import sample_library
from augviz.pipeline.spec import PipelineSpec
from augviz.policies.policy import Policy, PolicyParameter
from augviz.policies.rand_augment import RAND_AUGMENT
from augviz.policies.starting_points import STARTING_POINTS
from augviz.policies.table import POLICIES, PRESETS
from augviz.ui import label_facts, workspace
from augviz.ui.copy_field import copy_field
from augviz.ui.in_hand import SweepChoice
from augviz.ui.page_table import page
from augviz.ui.text import escaped
from augviz.ui.workspace import Workspace

LIST_HEIGHT_PX = 500
FAMILIES: Mapping[str, tuple[Policy, ...]] = {"Published policies": POLICIES, "For a kind of images": PRESETS}
NO_AUGMIX = (
    "AugMix is not among them: it blends several chains of steps into one picture, which no file that Albumentations "
    "loads can say."
)


@dataclass(frozen=True)
class Chosen:
    """What is looked at.

    Attributes:
        policy: The policy, or a starting point in its form.
        numbers: The numbers that it is made with, by name.
        spec: Its pipeline, with the names that change places in a mirror image as the visitor has them.
        is_trimmed: Whether it was cut to labels.
    """

    policy: Policy
    numbers: Mapping[str, int]
    spec: PipelineSpec
    is_trimmed: bool = False

    @property
    def title(self) -> str:
        """Its name with its numbers: "RandAugment (N = 2, M = 9), trimmed"."""
        told = ", ".join(f"{name.upper()} = {value}" for name, value in self.numbers.items())
        return f"{self.policy.title}{f' ({told})' if told else ''}{', trimmed' if self.is_trimmed else ''}"


def choice_list() -> None:
    """The published policies, or the presets for a kind of images, with a line and a source each."""
    state = workspace.current()
    now = _policy_of(state)
    titles = list(FAMILIES)
    family = st.segmented_control(
        "Which", titles, default=titles[now in PRESETS], key="policy-family", required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    fitting = _fitting(state)
    offered = {policy.id: policy for policy in sorted(FAMILIES[str(family)], key=lambda policy: policy.id != fitting)}
    key = f"policy-{family}"

    def choose() -> None:
        workspace.change(policy=st.session_state[key])

    with st.container(height=LIST_HEIGHT_PX if len(offered) > len(POLICIES) else "content", border=True):
        st.radio(
            "Policy", list(offered), index=list(offered).index(now.id) if now.id in offered else None, key=key,
            format_func=lambda policy_id: f"**{offered[policy_id].title}**", on_change=choose,
            captions=[_line(policy, fits=policy.id == fitting) for policy in offered.values()],
            label_visibility="collapsed",
        )  # fmt: skip
        if family == titles[0]:
            st.markdown(NO_AUGMIX)


def chosen() -> Chosen:
    """What the visitor has chosen, with the numbers that are set for it."""
    state = workspace.current()
    policy = _policy_of(state)
    numbers = {each.name: state.policy_numbers.get(each.name, each.default) for each in policy.parameters}
    return Chosen(policy, numbers, replace(policy.build(**numbers), swaps=state.spec.swaps))


def description(now: Chosen) -> None:
    """What it is, who says so, and the numbers it is made with."""
    st.header(now.policy.title)
    st.markdown(escaped(now.policy.description))
    st.markdown(f":gray[Source: {escaped(now.policy.source)}]")
    for parameter in now.policy.parameters:
        _slider(parameter, now.numbers[parameter.name])


def ways_on(now: Chosen, line: str, said: str = "The same file without a browser:") -> None:
    """Into the builder, or straight to its strength; and the same file without a browser.

    Args:
        now: What is taken along.
        line: The command that writes it.
        said: What stands above the command.
    """
    which = "trimmed" if now.is_trimmed else "policy"
    with st.container(horizontal=True, gap="small"):
        words = "Open trimmed in builder" if now.is_trimmed else "Open in builder"
        if st.button(words, icon=":material/tune:", key=f"open-{which}"):
            _take(now)
            st.switch_page(page("workbench.py"))
        words = "Sweep the strength of the trimmed one" if now.is_trimmed else "Sweep its strength"
        if st.button(words, icon=":material/trending_up:", key=f"sweep-{which}"):
            _take(now)
            workspace.change(swept=_to_sweep(now, workspace.current().swept))
            st.switch_page(page("strength.py"))
    st.markdown(said)
    label = "Command line of the trimmed one" if now.is_trimmed else "Command line"
    copy_field(line, label=label, button="Copy", key=f"command-{which}")


def _take(now: Chosen) -> None:
    """Make it the pipeline in hand; like every edit it can be undone."""
    is_point = not now.is_trimmed and any(point.id == now.policy.id for point in STARTING_POINTS)
    workspace.begin_from(now.spec, now.title, start=now.policy.id if is_point else "")


def _policy_of(state: Workspace) -> Policy:
    return next((policy for policy in (*POLICIES, *PRESETS) if policy.id == state.policy), POLICIES[0])


def _fitting(state: Workspace) -> str:
    """Id of the preset for the visitor's kind of images, or nothing."""
    profile = label_facts.profile_now(state, label_facts.images_of(state))
    entries = sample_library.entries()
    shown = [entry for entry in entries if entry.id == state.image and entry.profile == profile]
    of_profile = [entry.starting_point for entry in (*shown, *entries) if entry.profile == profile]
    return next((point for point in (*of_profile, profile) if point in {each.id for each in PRESETS}), "")


def _line(policy: Policy, *, fits: bool) -> str:
    """One line and its source, both cut where the explanation begins."""
    told = policy.description.removesuffix(" Nothing to set.")
    if fits:
        told = f"For your kind of images: {told[:1].lower()}{told[1:]}"
    return f"{escaped(_first_part(told))}  \n{escaped(_first_part(policy.source))}"


def _first_part(text: str) -> str:
    return text.partition(";")[0].removesuffix(".")


def _to_sweep(now: Chosen, before: SweepChoice) -> SweepChoice:
    """RandAugment by its magnitude, as its paper does; everything else as a whole."""
    if now.policy is RAND_AUGMENT and not now.is_trimmed:
        return replace(before, what="randaugment", operations=now.numbers["n"])
    return replace(before, what="pipeline")


def _slider(parameter: PolicyParameter, value: int) -> None:
    key = f"policy-number-{parameter.name}"

    def move() -> None:
        workspace.change(
            policy_numbers={**workspace.current().policy_numbers, parameter.name: int(st.session_state[key])}
        )

    st.slider(parameter.title, parameter.low, parameter.high, value, key=key, on_change=move, help=parameter.help)
