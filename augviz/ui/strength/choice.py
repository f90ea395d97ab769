"""What is made stronger: the whole pipeline, one step, one number of it, or RandAugment's magnitude."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import streamlit as st

from augviz.pipeline.spec import PipelineSpec, Step, digest_of
from augviz.pipeline.strength import scaled, way_of
from augviz.policies.rand_augment import RAND_AUGMENT, magnitude_of
from augviz.preservation.knobs import Knob, knobs_of, turned
from augviz.preservation.sweep import RANDAUGMENT_MAGNITUDES, Strength, What, values_for
from augviz.transforms.neutral import NEVER_QUITE_OFF
from augviz.ui import assessing, workspace
from augviz.ui.assessing import Question
from augviz.ui.checked import leaf_ids, title_of
from augviz.ui.how_often import all_images_toggle
from augviz.ui.in_hand import SweepChoice, Swept
from augviz.ui.keyed import showing
from augviz.ui.page_table import page
from augviz.ui.text import escaped
from augviz.ui.turnable import key_of, name_of, shown, turnable
from augviz.wording import counted

TITLES: Mapping[Swept, str] = {
    "pipeline": "Whole pipeline",
    "step": "One step",
    "number": "One number",
    "randaugment": "RandAugment",
}
COARSE, FINE = 9, 17
"""Values; the finer ones contain the coarser, so that only the new ones are run."""

NEAR = (0.25, 0.5, 0.75, 1.25, 1.5)
NEARER = (*NEAR, 0.125, 0.375, 0.625, 0.875, 1.125, 1.375, 1.75, 2.0)
"""Values of one number around where it stands, in parts of its way from doing nothing."""

MAGNITUDES = (1.0, 3.0, 5.0, 8.0, 10.0, 13.0, 15.0, 18.0, 20.0, 25.0, 30.0)
"""The finer ones for RandAugment."""

DRAWS = (8, 24, 60)
SCALE = "Strength: 0 off, 1 as set, 2 twice as far"


@dataclass(frozen=True)
class Asked:
    """What is tried.

    Attributes:
        about: The pipeline in hand, the images, and what is known about their labels.
        choice: What is made stronger.
        what: The same for the sweep.
        values: What is tried.
        title: What is made stronger, for people.
        axis: The same for the axis of a figure.
        now: Where it stands, or None.
    """

    about: Question
    choice: SweepChoice
    what: What
    values: tuple[float, ...]
    title: str
    axis: str
    now: float | None

    @property
    def key(self) -> str:
        """Digest of all of it."""
        return digest_of(self.about.key, self.choice.what, self.step_id, self.number_key, self.values, self.now,
                         self.choice.operations, self.choice.draws)  # fmt: skip

    @property
    def step_id(self) -> str | None:
        """The step that it is about, where it is one."""
        return self.what.step_id if isinstance(self.what, Knob | Strength) else None

    @property
    def number_key(self) -> str:
        """Which number of the step, or empty."""
        return key_of(self.what) if isinstance(self.what, Knob) else ""

    @property
    def runs(self) -> int:
        """How many samples are run, about."""
        return len(self.values) * self.choice.draws

    def short(self, value: float) -> str:
        """A value, as short as a caption."""
        if isinstance(self.what, Knob):
            return shown(value, self.what)
        return f"{value:g}" if isinstance(self.what, Strength) else f"M = {value:g}"

    def spoken(self, value: float) -> str:
        """A value in a sentence."""
        return f"strength {value:g}" if isinstance(self.what, Strength) else self.short(value)

    def pipeline(self, value: float) -> PipelineSpec:
        """The pipeline at a value."""
        if isinstance(self.what, Knob):
            return turned(self.about.spec, self.what, value)
        if isinstance(self.what, Strength):
            return scaled(self.about.spec, value, self.what.step_id)
        return self.what(value)


def choice_bar() -> Asked | None:
    """Choose what is made stronger; None where there is nothing to choose from."""
    state = workspace.current()
    choice = state.swept
    _segments(choice)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        asked = _asked(choice)
        if asked is not None:
            _fineness(choice)
            all_images_toggle()
    if asked is None:
        st.markdown("This pipeline has no step that could be stronger. Add one, or look at RandAugment.")
        st.page_link(page("workbench.py"), label="Add a step", icon=":material/add:")
    return asked


def what_strength_does() -> None:
    """What a common strength moves in each step of the pipeline in hand."""
    spec = workspace.current().spec
    steps = [node for node in spec.walk() if isinstance(node, Step)]
    if steps and workspace.current().swept.what in ("pipeline", "step"):
        with st.expander("What strength does to each step", icon=":material/tune:"):
            st.markdown("\n".join(f"- **{escaped(title_of(step.id))}**: {_does(step)}" for step in steps))


def _does(step: Step) -> str:
    way = way_of(step)
    if way.kind == "chance":
        return "has no number that could be smaller, so it fires more or less often."
    if way.kind == "kept":
        return f"stays as it is. {_sentence(way.note)}"
    off = f"at 0 it is switched off, because {way.note}" if step.name in NEVER_QUITE_OFF else way.note
    return f"moves {_listed(way.parameters)}.{f' {_sentence(off)}' if off else ''}"


def _sentence(note: str) -> str:
    return f"{note[:1].upper()}{note[1:]}."


def _listed(titles: tuple[str, ...]) -> str:
    return " and ".join((", ".join(titles[:-1]), titles[-1])) if len(titles) > 1 else titles[0]


# -- the widgets ---------------------------------------------------------------------------------------------------


def _segments(choice: SweepChoice) -> None:
    key = showing("swept", choice.what)

    def choose() -> None:
        workspace.change(swept=replace(choice, what=st.session_state[key]))

    st.segmented_control(
        "What gets stronger", list(TITLES), key=key, format_func=lambda what: TITLES[what], on_change=choose,
        required=True,
    )  # fmt: skip


def _asked(choice: SweepChoice) -> Asked | None:
    about = assessing.question()
    if choice.what == "randaugment":
        return _randaugment(about, choice)
    steps = {
        step_id: title_of(step_id)
        for step_id in leaf_ids(about.spec)
        if (knobs_of(about.spec, step_id) if choice.what == "number" else _moves(about.spec, step_id))
    }
    if not steps:
        return None
    if choice.what == "pipeline":
        return Asked(about, choice, Strength(), _strengths(choice), "the pipeline", SCALE, 1.0)
    step_id = _step_box(choice, steps)
    if choice.what == "step":
        return Asked(about, choice, Strength(step_id), _strengths(choice), steps[step_id], SCALE, 1.0)
    knob = _number_box(choice, about.spec, step_id)
    unit = f" ({knob.unit})" if knob.unit not in ("", "share") else ""  # a share is drawn in percent
    return Asked(about, choice, knob, _numbers(knob, choice.is_fine), knob.title, f"{knob.title}{unit}", knob.now)


def _numbers(knob: Knob, is_fine: bool) -> tuple[float, ...]:
    """Values over the whole range, and closer ones around where the number stands, as far away as it is from doing
    nothing.
    """
    reach = 0.0 if knob.part == "exactly" else knob.now - knob.centre
    near = [knob.centre + share * reach for share in (NEARER if is_fine else NEAR)] if reach else []
    values = values_for(knob, FINE if is_fine else COARSE if not reach else len(NEAR))
    return tuple(sorted({*values, *(knob.settled(value) for value in near), knob.now}))


def _moves(spec: PipelineSpec, step_id: str) -> bool:
    step = spec.find(step_id)
    return isinstance(step, Step) and way_of(step).kind != "kept"


def _strengths(choice: SweepChoice) -> tuple[float, ...]:
    return values_for(Strength(), FINE if choice.is_fine else COARSE)


def _randaugment(about: Question, choice: SweepChoice) -> Asked:
    parameter = RAND_AUGMENT.parameters[0]
    key = showing("operations", choice.operations)

    def choose() -> None:
        workspace.change(swept=replace(choice, operations=int(st.session_state[key] or choice.operations)))

    st.number_input(
        parameter.title, parameter.low, parameter.high, key=key, width=160, on_change=choose, help=parameter.help,
    )  # fmt: skip
    in_hand = magnitude_of(about.spec)
    now = float(in_hand[1]) if in_hand is not None and in_hand[0] == choice.operations else None
    values = {*(MAGNITUDES if choice.is_fine else RANDAUGMENT_MAGNITUDES), *([] if now is None else [now])}
    title = f"RandAugment, {counted(choice.operations, 'operation')}"
    return Asked(
        about,
        choice,
        _maker(choice.operations, about.spec.swaps),
        tuple(sorted(values)),
        title,
        "RandAugment's magnitude M",
        now,
    )


def _maker(operations: int, swaps: tuple[tuple[str, str], ...]) -> Callable[[float], PipelineSpec]:
    """RandAugment by magnitude; names that change places in a mirror image are about the labels, and stay."""
    return lambda magnitude: replace(RAND_AUGMENT.build(n=operations, m=int(magnitude)), swaps=swaps)


def _step_box(choice: SweepChoice, steps: Mapping[str, str]) -> str:
    now = choice.step_id if choice.step_id in steps else next(iter(steps))
    key = showing("swept-step", now)

    def choose() -> None:
        workspace.change(swept=replace(choice, step_id=st.session_state[key], number=""))

    st.selectbox(
        "Step", list(steps), key=key, format_func=lambda each: steps[each], on_change=choose, width=260,
    )  # fmt: skip
    return now


def _number_box(choice: SweepChoice, spec: PipelineSpec, step_id: str) -> Knob:
    knobs = turnable(spec, step_id)
    now = choice.number if choice.number in knobs else next(iter(knobs))
    key = showing("swept-number", now)

    def choose() -> None:
        workspace.change(swept=replace(choice, step_id=step_id, number=st.session_state[key]))

    st.selectbox(
        "Number", list(knobs), key=key, format_func=lambda each: name_of(knobs[each]), on_change=choose, width=260,
    )  # fmt: skip
    return knobs[now]


def _fineness(choice: SweepChoice) -> None:
    fine, draws = showing("swept-fine", choice.is_fine), showing("swept-draws", choice.draws)
    words = {False: "5, 10, 15, 20", True: "1 to 30"} if choice.what == "randaugment" else {False: "Few", True: "Many"}

    def choose() -> None:
        workspace.change(
            swept=replace(choice, is_fine=bool(st.session_state[fine]), draws=int(st.session_state[draws]))
        )

    st.segmented_control(
        "Values", [False, True], key=fine, format_func=lambda each: words[each], on_change=choose, required=True,
    )  # fmt: skip
    st.segmented_control(
        "Samples at each", DRAWS, key=draws, on_change=choose, required=True,
        help="More samples tell smaller differences; what has been run is not run again.",
    )  # fmt: skip
