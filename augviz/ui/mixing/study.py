"""What mixing does to labels over many draws, what holes hide, and the code for a training loop."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from augviz import charts
from augviz.mixing.collate_code import collate_code
from augviz.mixing.erasing import Hidden, erasing_step, hidden_over
from augviz.mixing.label_study import DRAWS, LabelStudy, study_labels
from augviz.mixing.samples import CENTRE_RANGE, class_of
from augviz.pipeline.export import options_for, to_python
from augviz.pipeline.materials import registry
from augviz.pipeline.spec import PipelineSpec, Step, digest_of, freeze
from augviz.preservation.sources import SOURCES
from augviz.preview import Bounded
from augviz.ui import workspace
from augviz.ui.mixing.choice import Choice
from augviz.ui.page_table import page
from augviz.ui.progress import progress_in
from augviz.ui.text import escaped
from augviz.wording import counted, percent

IMBALANCES = (1, 5, 20, 100)
EXAMPLE_CLASSES = ("common", "less common", "rare")
HIDING_DRAWS = (8, 48)
HIDING_MEGAPIXELS = 24
"""So many draws are measured, and so many pixels of them: fewer draws of larger images."""

CODE_LINES = 18
CODE_HEIGHT_PX = 420
"""Longer code scrolls."""

_studies: Bounded[LabelStudy] = Bounded(64, lambda _study: 1)
_hidden: Bounded[tuple[Hidden, ...]] = Bounded(64, lambda _draws: 1)


def many_draws(choice: Choice, place: DeltaGenerator) -> None:
    """What the method does over many draws.

    Args:
        choice: What is chosen.
        place: An empty place for the bar.
    """
    if choice.method.mixes:
        _label_section(choice)
    else:
        _hiding_section(choice, place)


def code_section(choice: Choice) -> None:
    """Python to copy."""
    if choice.method.id in ("mixup", "cutmix"):
        classes = list(dict.fromkeys(class_of(sample) for sample in choice.samples))
        st.markdown(
            "A collate function that needs NumPy only. A test of augviz holds it to the same bytes as "
            f"`augviz.mixing.{choice.method.id}`."
        )
        _code(collate_code(choice.method.id, choice.settings.alpha, classes, workspace.current().seed))
        return
    step = _step_of(choice)
    what = "Mosaic of Albumentations is divided in the same way; it moves boxes and keypoints, but no masks of objects."
    st.markdown(what if choice.method.mixes else f"It is a step of Albumentations: `{step.name}`.")
    st.button(
        "Add to the pipeline", icon=":material/add:", key="mixing-add", on_click=_add, args=(step,),
        help="Behind the other steps, firing in every second sample. It can be undone on the page Pipeline.",
    )  # fmt: skip
    labels = choice.samples[0].labels
    spec = PipelineSpec((step,))
    options = options_for(spec, has_boxes=len(labels.boxes) > 0, has_keypoints=len(labels.keypoints) > 0)
    _code(to_python(spec, options, registry(choice.samples)))


# -- labels ------------------------------------------------------------------------------------------------------------


def _label_section(choice: Choice) -> None:
    counts, is_own = _class_counts()
    study = _study(choice, counts)
    st.markdown(
        f"**{DRAWS:,} draws**, from classes as frequent as below. The label stays a single class in "
        f"**{percent(study.still_one_class)}** of the samples."
    )
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Weights**")
        _chart(charts.lambda_distribution(study), "lambda-distribution")
    with right:
        st.markdown("**How undecided labels become**")
        _chart(charts.entropy_distribution(study), "entropy-distribution")
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Labels that are wrong**")
        _noise_box(study)
    with right:
        st.markdown("**Which classes meet**")
        _pairs_box(study, is_own)
    with st.expander("Does mixing harm where labels are noisy? It is contested", icon=":material/balance:"):
        st.markdown(_CONTESTED)


def _study(choice: Choice, counts: tuple[tuple[str, float], ...]) -> LabelStudy:
    size_hw = choice.samples[0].size_hw
    key = digest_of(choice.method.id, choice.settings.alpha, counts, size_hw)
    return _studies.made(key, lambda: study_labels(choice.method.id, choice.settings.alpha, counts, size_hw=size_hw))


def _class_counts() -> tuple[tuple[tuple[str, float], ...], bool]:
    """Images of each class, counted on the visitor's own where two classes are known; otherwise an example."""
    state = workspace.current()
    own = Counter(sample.labels.label for sample in state.uploads if sample.labels.label)
    if len(own) > 1:
        return tuple((str(name), float(count)) for name, count in own.most_common()), True
    ratio = float(state.mixing.imbalance)
    return tuple(zip(EXAMPLE_CLASSES, (ratio, ratio**0.5, 1.0), strict=True)), False


def _noise_box(study: LabelStudy) -> None:
    noise = workspace.current().mixing.noise
    wrong = st.slider(
        "Labels that are wrong before mixing", 0, 50, round(100 * noise), 1, format="%d%%", key="mixing-noise",
        on_change=lambda: _change_noise(st.session_state["mixing-noise"] / 100),
    )  # fmt: skip
    spread = study.noise_spread(wrong / 100)
    _chart(charts.noise_curve(spread), "noise-curve")
    st.markdown(
        f"Mixing touches **{percent(spread.touched)}** of the samples with something wrong, each by less: the mean "
        f"weight stays **{percent(spread.mean_weight)}**, and **{percent(spread.mostly_wrong)}** are more than half "
        "wrong."
    )


def _pairs_box(study: LabelStudy, is_own: bool) -> None:
    if is_own:
        st.markdown(f"Counted on the classes of your own images: {len(study.classes)} classes.")
    else:
        imbalance = workspace.current().mixing.imbalance
        st.segmented_control(
            "Images of the largest class for one of the smallest (an example)", IMBALANCES, default=imbalance,
            key="mixing-imbalance", required=True, on_change=_changed_imbalance,
        )  # fmt: skip
    _chart(charts.class_pairs(study), "class-pairs")
    rare = int(study.class_shares.argmin())
    share = float(study.class_shares[rare])
    st.markdown(
        f"**{escaped(study.classes[rare])}** ({percent(share)} of the images) is in "
        f"{percent(1 - (1 - share) ** 2)} of the pairs, and meets itself in {percent(share**2)}."
    )


def _changed_imbalance() -> None:
    chosen = st.session_state.get("mixing-imbalance")
    if chosen in IMBALANCES:
        workspace.change(mixing=replace(workspace.current().mixing, imbalance=chosen))


def _change_noise(noise: float) -> None:
    workspace.change(mixing=replace(workspace.current().mixing, noise=noise))


_CONTESTED = "\n".join(
    (
        "The chart shows what is certain: errors are spread over more samples, and their sum stays the same. What a "
        "model makes of that is contested.",
        "",
        "- **It harms:** the guide says that mixing amplifies noise, and to clean labels first "
        f"({escaped(SOURCES['S'])}). {escaped(SOURCES['SELMIX'])} agrees.",
        f"- **It helps:** {escaped(SOURCES['MIXUP'])}. {escaped(SOURCES['ARAZO'])}.",
        "",
        "With 10% or more of noise, clean labels first, or train with and without and compare on clean labels.",
    )
)


# -- holes -------------------------------------------------------------------------------------------------------------


def _hiding_section(choice: Choice, place: DeltaGenerator) -> None:
    draws = _hidden_draws(choice, place)
    mostly = sum(any(each.hidden_share > 0.5 for each in draw.objects) for draw in draws)
    has_objects = any(draw.objects for draw in draws)
    says = f" In **{mostly}** of them an object is more than half hidden, and its label stays." if has_objects else ""
    st.markdown(f"**{counted(len(draws), 'draw')}**, a dot each.{says}")
    _chart(charts.hidden_shares(draws), "hidden-shares")
    if has_objects:
        st.page_link(page("check.py"), label="Do labels survive the whole pipeline?", icon=":material/fact_check:")


def _hidden_draws(choice: Choice, place: DeltaGenerator) -> tuple[Hidden, ...]:
    sample, seed = choice.samples[0], workspace.current().seed
    megapixels = sample.size_hw[0] * sample.size_hw[1] / 1e6
    draws = min(max(int(HIDING_MEGAPIXELS / megapixels), HIDING_DRAWS[0]), HIDING_DRAWS[1])

    def made() -> tuple[Hidden, ...]:
        step = erasing_step(choice.method.id, choice.amount, sample.size_hw)
        found = hidden_over(step, sample, seed, draws, on_progress=progress_in(place, "draws"))
        place.empty()
        return found

    return _hidden.made(digest_of(choice.method.id, choice.amount, sample.digest, seed), made)


# -- code --------------------------------------------------------------------------------------------------------------


def _step_of(choice: Choice) -> Step:
    size_hw = choice.samples[0].size_hw
    if not choice.method.mixes:
        return replace(erasing_step(choice.method.id, choice.amount, size_hw), p=0.5, id="")
    params = {"target_size": size_hw, "cell_shape": size_hw, "center_range": CENTRE_RANGE, "fit_mode": "cover"}
    names = tuple(dict.fromkeys(sample.name for sample in choice.samples[1:]))
    return Step("Mosaic", freeze(params), 0.5, materials=names)


def _add(step: Step) -> None:
    workspace.set_spec(workspace.current().spec.add(step))
    st.toast(f"{step.name} is now the last step of the pipeline", icon=":material/check:")


def _code(text: str) -> None:
    st.code(text, height="content" if text.count("\n") <= CODE_LINES else CODE_HEIGHT_PX)


def _chart(figure: object, key: str) -> None:
    st.plotly_chart(figure, key=key, config={"displayModeBar": False})
