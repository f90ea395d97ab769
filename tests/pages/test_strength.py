"""The page that says how much stronger a pipeline may be: its answer, its limits, and what it takes over."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.pipeline.strength import scaled
from augviz.policies.rand_augment import RAND_AUGMENT
from augviz.preservation.check_examples import example_sample
from augviz.preservation.knobs import knobs_of
from augviz.preservation.sweep import Sweep, sweep
from augviz.preservation.sweep_runs import Runs
from augviz.sample import Labels
from augviz.ui import inspection, stopping
from augviz.ui.in_hand import SweepChoice
from augviz.ui.page_table import ROOT
from augviz.ui.strength import work as sweeping
from augviz.ui.workspace import Workspace
from tests.pages.visitor import work

SHIFT = Step("Affine", freeze({"translate_percent": {"x": (0.0, 0.9), "y": (0.0, 0.0)}}))
LIGHT = Step("RandomBrightnessContrast", freeze({"brightness_limit": (-0.1, 0.1), "contrast_limit": (-0.1, 0.1)}), 0.5)
OWN = example_sample()


@pytest.fixture
def app() -> AppTest:
    page = AppTest.from_file(str(ROOT / "augviz" / "ui" / "router.py"), default_timeout=120).run()
    page.switch_page(str(ROOT / "pages" / "strength.py"))
    return page


def opened(app: AppTest, *steps: Step, **choice: object) -> AppTest:
    """The page with a small image of the visitor's own and these steps."""
    spec = PipelineSpec(steps)
    before = app.session_state["workspace"]
    app.session_state["workspace"] = Workspace(
        uploads=(OWN,),
        image=OWN.name,
        spec=spec,
        swept=SweepChoice(draws=8, **choice),  # type: ignore[arg-type]
        history=before.history.noted(spec, "", 0.0),
    )
    app.run()
    assert not app.exception
    return app


def answer(app: AppTest) -> str:
    """What the banner says."""
    return next(
        box.value for box in (*app.error, *app.warning, *app.success) if box.value.startswith("Labels survive")
    ).replace("\\", "")


def texts(app: AppTest) -> str:
    return "\n".join(each.value for each in app.markdown).replace("\\", "")


def button(app: AppTest, start: str) -> object:
    return next(each for each in app.button if each.label.replace("\\", "").startswith(start))


def press(app: AppTest, start: str) -> AppTest:
    button(app, start).click()  # type: ignore[attr-defined]
    app.run()
    assert not app.exception
    return app


def curve(app: AppTest) -> dict[str, list[float]]:
    """The curve of surviving labels, as it is drawn."""
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    return {trace["name"]: trace for trace in figure["data"]}["labels that survive"]


def values(app: AppTest) -> int:
    """How many points the curve has."""
    found = curve(app)["x"]
    return len(found) if isinstance(found, list) else -1


def test_what_is_too_much_says_so_and_is_set_to_the_safe_limit(app: AppTest) -> None:
    opened(app, SHIFT, what="pipeline")
    said = answer(app)
    assert "you are at 1, which is too much: " in said
    assert "of the samples lose their label" in said
    assert "What breaks first: **" in texts(app)
    assert "8 samples at each value, of 1 image" in texts(app)
    limit = said.partition("up to **strength ")[2].partition("**")[0]
    before = work(app).spec
    press(app, f"Set to the safe limit, {limit}")
    high = work(app).spec.steps[0].params["translate_percent"]["x"][1]  # type: ignore[union-attr]
    assert high == pytest.approx(0.9 * float(limit))
    assert work(app).history.now.title == f"Strength of the pipeline × {limit}"
    assert "which is too much" not in answer(app)
    assert before == work(app).history.at(work(app).history.place - 1).now.spec


def test_what_is_harmless_may_be_stronger(app: AppTest) -> None:
    opened(app, LIGHT)
    assert "**RandomBrightnessContrast**: moves Brightness and Contrast." in texts(app)
    assert answer(app) == "Labels survive at every value tried, up to **strength 2**; you are at 1."
    assert not [each for each in app.button if "safe limit" in each.label]
    next(each for each in app.selectbox if each.label == "Another value").set_value(1.5).run()
    press(app, "Use 1.5")
    assert work(app).spec.steps[0].params["brightness_limit"] == pytest.approx((-0.15, 0.15))  # type: ignore[union-attr]


def test_a_step_that_cannot_run_is_no_surviving_label(app: AppTest) -> None:
    opened(app, Step("RandomCrop", freeze({"height": 500, "width": 500})))
    assert answer(app) == (
        "Labels survive only when it is off: at strength 0.25, a step cannot run on 25% of the samples."
    )
    (warning,) = [box.value for box in app.warning]
    assert "**RandomCrop** cannot run on some of these samples" in warning


def test_what_is_at_nothing_stays_at_nothing_and_is_not_called_strong(app: AppTest) -> None:
    opened(app, Step("Rotate", freeze({"limit": (0, 0)})))
    assert answer(app) == "Labels survive at every value tried, and nothing changes: every sample comes out the same."
    opened(app, SHIFT)
    box = next(each for each in app.selectbox if each.label == "Another value")
    assert "0" not in box.options  # from 0 no strength leads back
    assert "0.25" in box.options


def test_what_breaks_labels_elsewhere_is_not_blamed_on_the_step(app: AppTest) -> None:
    gone = Step("Affine", freeze({"translate_percent": {"x": (0.95, 0.95), "y": (0.0, 0.0)}}))
    opened(app, gone, LIGHT, what="number", step_id="RandomBrightnessContrast-1")
    assert answer(app).startswith("Labels survive at none of these values: at ")
    assert answer(app).endswith("What breaks them may be another step or number.")


def test_images_without_labels_are_said_to_have_none(app: AppTest) -> None:
    opened(app, LIGHT)
    assert "no labels" not in texts(app)
    bare = replace(OWN, labels=Labels())
    app.session_state["workspace"] = replace(work(app), uploads=(bare,))
    app.run()
    assert "There are no labels on them, so only what the picture itself loses is judged." in texts(app)


def test_one_step_moves_alone(app: AppTest) -> None:
    opened(app, SHIFT, LIGHT, what="step", step_id="RandomBrightnessContrast-1")
    press(app, "Use 0.25")
    shift, light = work(app).spec.steps
    assert shift.params == SHIFT.params  # type: ignore[union-attr]
    assert light.params["brightness_limit"] == pytest.approx((-0.025, 0.025))  # type: ignore[union-attr]
    assert work(app).history.now.title == "RandomBrightnessContrast: strength × 0.25"


def test_one_number_has_the_rules_beside_the_checks(app: AppTest) -> None:
    turn = Step("Rotate", freeze({"limit": (-5, 5)}))
    spec = PipelineSpec((turn,))
    knob = next(each for each in knobs_of(spec, "Rotate-1") if each.part == "both")
    opened(app, turn, what="number", step_id="Rotate-1", number=f"{knob.parameter}--both")
    assert "you are at 5°" in answer(app)
    assert {1.25, 2.5, 3.75, 5.0, 6.25, 7.5} <= set(curve(app)["x"])
    assert "What is measured and the rules about this step decide" in texts(app)


def test_randaugment_is_opened_in_the_builder(app: AppTest) -> None:
    opened(app, LIGHT, what="randaugment")
    assert "M = 5" in answer(app) or "M = 20" in answer(app)
    next(each for each in app.number_input if each.label == "Operations N").set_value(1).run()
    assert work(app).swept.operations == 1
    next(each for each in app.selectbox if each.label == "Another value").set_value(10.0).run()
    press(app, "Open in builder at M = 10")
    assert work(app).spec == RAND_AUGMENT.build(n=1, m=10)
    assert work(app).history.now.title == "RandAugment, 1 operation at M = 10"


def test_more_values_run_only_the_new_ones(app: AppTest) -> None:
    opened(app, Step("Rotate", freeze({"limit": (-29, 29)})))
    assert values(app) == 9
    with patch.object(Runs, "_measured", autospec=True, side_effect=Runs._measured) as measured:
        next(each for each in app.segmented_control if each.label == "Values").set_value(True).run()
        assert not app.exception
        assert values(app) == 17
        assert measured.call_count == 8 * 8
    with patch.object(Runs, "_measured", autospec=True, side_effect=Runs._measured) as measured:
        next(each for each in app.segmented_control if each.label == "Values").set_value(False).run()
        assert measured.call_count == 0


def test_much_work_waits_for_a_press(app: AppTest) -> None:
    with patch.object(sweeping, "MEGAPIXELS_AT_ONCE", 0):
        opened(app, Step("HorizontalFlip", p=0.5))
        assert not app.get("plotly_chart")
        assert "72 samples of your images are run for this" in texts(app)
        press(app, "Start")
        assert values(app) == 9


def test_what_was_stopped_shows_what_is_known_and_goes_on(app: AppTest) -> None:
    def stopped_after_three(*args: Any, on_point: Callable[[Sweep], None], **kwargs: Any) -> Sweep:
        def told(so_far: Sweep) -> None:
            on_point(so_far)
            if len(so_far.points) == 3:
                stopping.stop("sweep", st.session_state["sweep-so-far"][0])
                st.rerun()

        return sweep(*args, on_point=told, **kwargs)

    with patch.object(sweeping, "sweep", stopped_after_three):
        opened(app, SHIFT, LIGHT, Step("VerticalFlip", p=0.1))
    assert "Stopped: 3 of 9 values tried." in texts(app)
    assert curve(app)["x"] == [0, 0.25, 0.5]
    assert not [each for each in app.button if each.label.startswith("Use ")]
    with patch.object(Runs, "_measured", autospec=True, side_effect=Runs._measured) as measured:
        press(app, "Go on")
        assert measured.call_count == 6 * 8
    assert answer(app)
    assert values(app) == 9


def test_a_pipeline_without_steps_says_what_can_be_done(app: AppTest) -> None:
    opened(app)
    assert "This pipeline has no step that could be stronger" in texts(app)
    assert not app.get("plotly_chart")


def test_a_sample_of_another_strength_is_opened_with_its_own_pipeline(app: AppTest) -> None:
    opened(app, SHIFT)
    with (
        patch("augviz.ui.strength.strip.filmstrip", return_value=8),
        patch.object(inspection, "run", side_effect=inspection.run) as ran,
    ):
        app.run()
    assert not app.exception
    state = work(app)
    assert state.inspected is not None
    assert state.inspected.image == OWN.name
    assert state.inspected_with is not None
    assert state.inspected_with.title == "The pipeline, strength 2"
    assert state.inspected_with.spec == scaled(state.spec, 2) != state.spec
    assert ran.call_args.args[0] == state.inspected_with.spec
    assert "**The pipeline, strength 2** · sample of" in texts(app)
