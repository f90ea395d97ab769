"""What is mixed or erased, with which images, and how strongly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from augviz import charts, sample_library
from augviz.mixing.erasing import AMOUNTS
from augviz.mixing.methods import METHOD_OF, METHODS, Method, MethodId
from augviz.mixing.mixed_sample import Settings
from augviz.mixing.samples import lambda_of, mixable
from augviz.pipeline.draws import draw_seed
from augviz.sample import Sample
from augviz.ui import seed_bar, workspace
from augviz.ui.in_hand import Mixing
from augviz.ui.shots import open_image
from augviz.ui.text import escaped
from augviz.ui.workspace import Workspace
from augviz.wording import counted

USUAL_PARTNERS = 3
USUAL_OBJECTS = 12
"""Usual partners have no more objects, so that the first picture can be read."""

MOST_PARTNERS = 24
"""So many can be chosen; with more to choose from, one searches in a list."""

ALPHA_MOST = 4.0
DRAWN, FIXED = "Drawn", "Fixed"


@dataclass(frozen=True)
class Choice:
    """What is to be shown.

    Attributes:
        method: Which way.
        settings: How images are mixed; says nothing where parts are erased.
        samples: The image in view, then those that it may be mixed with.
        titles: What each is called.
        amount: How much is erased; 0 where images are mixed.
        draw: Which draw is shown large, from 0.
    """

    method: Method
    settings: Settings
    samples: tuple[Sample, ...]
    titles: tuple[str, ...]
    amount: float
    draw: int


def method_box() -> None:
    """Which way to mix or to erase, and what it does in one sentence."""
    chosen = _now().method
    key = f"mixing-method-{chosen}"

    def choose() -> None:
        if st.session_state.get(key) in METHOD_OF:
            _change(method=st.session_state[key])

    st.pills(
        "Method",
        [method.id for method in METHODS],
        default=chosen,
        key=key,
        format_func=lambda each: METHOD_OF[each].title,
        on_change=choose,
        required=True,
    )
    method = METHOD_OF[chosen]
    st.markdown(f"{method.does}  \n:gray[{escaped(method.source)}]")


def partner_box() -> None:
    """Which images the one in view is mixed with; those of another kind are counted, not offered."""
    state = workspace.current()
    if not METHOD_OF[state.mixing.method].mixes:
        return
    offered, left_out = _offered(state)
    chosen = _partners(state)
    with st.popover(
        f"Mix with {counted(len(chosen), 'image')}", icon=":material/photo_library:", key="mixing-with",
        width="stretch", help="Each draw takes one of them; a mosaic takes three.",
    ):  # fmt: skip
        _partner_list(state, offered, chosen)
        st.markdown("Images of another size are scaled to cover the first one, and cut at the middle.")
        if left_out:
            st.markdown(f"{counted(left_out, 'image')} of another kind cannot be mixed with this one.")
    names = ", ".join(_title(name) for name in chosen)
    st.markdown(f"With {escaped(names)}." if chosen else "With no other image, it is mixed with itself.")


def _partner_list(state: Workspace, offered: list[str], chosen: list[str]) -> None:
    key = f"mixing-partners-{state.image}-{state.mixing.partners is None}"

    def choose() -> None:
        _change(partners=tuple(st.session_state[key]))

    if len(offered) <= MOST_PARTNERS:
        st.pills(
            "Images", offered, default=chosen, key=key, format_func=_escaped_title, on_change=choose,
            selection_mode="multi",
        )  # fmt: skip
    else:
        st.multiselect(
            "Images", offered, default=chosen, key=key, format_func=_title, on_change=choose,
            max_selections=MOST_PARTNERS, placeholder="Choose images",
        )  # fmt: skip


def strength_controls() -> None:
    """α with its curve and λ, drawn or fixed; or how much is erased."""
    method = METHOD_OF[_now().method]
    if not method.mixes:
        _amount_slider(method.id)
        return
    if method.alpha is not None:
        _alpha_slider(method)
        _lambda_box(method)
    _visible_slider()


def draw_bar() -> None:
    """New draw, previous draw, a typed seed."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        seed_bar.seed_buttons("Draw other images, another λ and another place.")


def choice() -> Choice:
    """What is chosen."""
    state = workspace.current()
    now, method = state.mixing, METHOD_OF[state.mixing.method]
    partners = _partners(state) if method.mixes else []
    found = [(name, sample) for name in partners if (sample := open_image(state, name)) is not None]
    settings = Settings(method.id, _alpha(method), now.lam, now.min_visible)
    return Choice(
        method,
        settings,
        (state.sample, *(sample for _name, sample in found)),
        (_title(state.image), *(_title(name) for name, _sample in found)),
        0.0 if method.mixes else now.amounts.get(method.id, AMOUNTS[method.id].default),
        _draw(),
    )


def open_draw(place: int) -> None:
    """Show another draw large."""
    _change(opened=(workspace.current().seed, place))


# -- what is in the workspace ------------------------------------------------------------------------------------------


def _now() -> Mixing:
    return workspace.current().mixing


def _change(**changes: Any) -> None:
    workspace.change(mixing=replace(_now(), **changes))


def _draw() -> int:
    """The draw that was opened, as long as the seed is the same."""
    seed, place = _now().opened
    return place if seed == workspace.current().seed else 0


def _alpha(method: Method) -> float:
    return _now().alphas.get(method.id, method.alpha or 0.0)


def _offered(state: Workspace) -> tuple[list[str], int]:
    """Images that can be mixed with the one in view, own ones first, and how many cannot."""
    names = [sample.name for sample in state.uploads]
    names += [entry.id for entry in sample_library.entries() if entry.id not in names]
    others = [name for name in names if name != state.image]
    fitting = [name for name in others if _fits(state, name)]
    return fitting, len(others) - len(fitting)


def _fits(state: Workspace, name: str) -> bool:
    sample = open_image(state, name)
    return sample is not None and mixable(state.sample, sample)


def _partners(state: Workspace) -> list[str]:
    offered, _left_out = _offered(state)
    if state.mixing.partners is None:
        few = [name for name in offered if _objects(state, name) <= USUAL_OBJECTS]
        return few[:USUAL_PARTNERS]
    return [name for name in state.mixing.partners if name in offered]


def _objects(state: Workspace, name: str) -> int:
    sample = open_image(state, name)
    return 0 if sample is None else len(sample.labels.object_names())


def _title(name: str) -> str:
    titles = {entry.id: entry.title for entry in sample_library.entries()}
    return titles.get(name, name)


def _escaped_title(name: str) -> str:
    return escaped(_title(name))


# -- controls ----------------------------------------------------------------------------------------------------------


def _alpha_slider(method: Method) -> None:
    now = _alpha(method)
    key = f"mixing-alpha-{method.id}"

    def take() -> None:
        _change(alphas={**_now().alphas, method.id: float(st.session_state[key])})

    st.slider(
        "α, strength of mixing", 0.0, ALPHA_MOST, now, 0.1, key=key, on_change=take,
        help=f"λ is drawn from Beta(α, α). Usual for {method.title}: {method.alpha:g}. At 0 nothing is mixed.",
    )  # fmt: skip


def _lambda_box(method: Method) -> None:
    lam = _now().lam
    key = f"mixing-lambda-{'drawn' if lam is None else 'fixed'}"

    def choose() -> None:
        _change(lam=None if st.session_state.get(key) == DRAWN else 0.5)

    now = _now()
    settings = Settings(method.id, _alpha(method), lam, now.min_visible)
    at = lambda_of(draw_seed(workspace.current().seed, 0, _draw()), settings)
    st.plotly_chart(charts.beta_curve(_alpha(method), at), key="beta-curve", config={"displayModeBar": False})
    st.segmented_control(
        "λ, weight of the first image", [DRAWN, FIXED], default=DRAWN if lam is None else FIXED, key=key,
        on_change=choose, required=True, help="A fixed one is for looking: the charts and the code go on drawing it.",
    )  # fmt: skip
    if lam is not None:
        _slider("λ", "mixing-lam", lam, lambda value: _change(lam=value))


def _visible_slider() -> None:
    _slider(
        "Drop objects less visible than", "mixing-visible", _now().min_visible,
        lambda value: _change(min_visible=value),
        help="An object of which a smaller share can be seen loses box, mask and points. Ultralytics uses 0.1.",
    )  # fmt: skip


def _slider(title: str, key: str, now: float, take: Any, help: str | None = None) -> None:  # noqa: A002 - Streamlit's word
    st.slider(title, 0.0, 1.0, now, 0.05, key=key, on_change=lambda: take(float(st.session_state[key])), help=help)


def _amount_slider(method: MethodId) -> None:
    amount = AMOUNTS[method]
    key = f"mixing-amount-{method}"
    now = _now().amounts.get(method, amount.default)
    whole = amount.step >= 1

    def take() -> None:
        _change(amounts={**_now().amounts, method: float(st.session_state[key])})

    ends: Sequence[Any] = (amount.low, amount.high, now, amount.step)
    low, high, at, step = (int(end) for end in ends) if whole else (float(end) for end in ends)
    st.slider(
        amount.title, low, high, at, step, key=key, on_change=take, help=f"{amount.source}. {amount.differs}".strip()
    )
    if amount.differs:
        st.markdown(f":gray[{amount.differs}]")
