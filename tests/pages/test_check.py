"""The page that says whether labels survive: verdict, mend, answers, limits. Without a browser."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from augviz.errors import Problem
from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.preservation.checks import CHECK_OF, LIMITS
from augviz.sample import Labels, Sample
from augviz.ui import assessing, label_facts, limits, workspace
from augviz.ui import checked as checked_samples
from augviz.ui.in_hand import KeptVersion, OpenedFile, Pin
from augviz.ui.page_table import ROOT
from augviz.ui.workspace import Workspace, library_sample
from tests.pages.visitor import work

FLIP = Step("HorizontalFlip", p=0.5)
LIGHT = Step("RandomBrightnessContrast", freeze({"brightness_limit": (-0.1, 0.1), "contrast_limit": (-0.1, 0.1)}), 0.5)
CROP = Step("RandomResizedCrop", freeze({"size": (300, 384), "scale": (0.08, 1.0)}))


@pytest.fixture
def app() -> AppTest:
    page = AppTest.from_file(str(ROOT / "augviz" / "ui" / "router.py"), default_timeout=120).run()
    page.switch_page(str(ROOT / "pages" / "check.py"))
    return page


def checked(app: AppTest, image: str, *steps: Step) -> AppTest:
    """The page with this sample image and these steps."""
    before = app.session_state["workspace"]
    spec = PipelineSpec(steps)
    app.session_state["workspace"] = Workspace(image=image, spec=spec, history=before.history.noted(spec, "", 0.0))
    app.run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception
    return app


def verdict(app: AppTest) -> str:
    """What the banner says, whatever its colour."""
    return next(
        box.value
        for box in (*app.error, *app.warning, *app.info, *app.success)
        if box.value.startswith(("**Violating", "**Caution", "**Undecided", "**Safe", "**Cannot"))
    )


def counts(app: AppTest) -> pd.DataFrame:
    """The tables of counts, by the title of the check."""
    tables = [each.value for each in app.dataframe if "Failing images" in each.value.columns]
    return pd.concat(tables).set_index("Check")


def test_the_verdict_names_the_step_and_the_mend_edits_the_pipeline(app: AppTest) -> None:
    checked(app, "plate", Step("GaussianBlur", freeze({"blur_limit": (3, 7)}), 0.5), LIGHT)
    assert verdict(app).startswith("**Violating.** GaussianBlur: ")
    press(app, "Set p of GaussianBlur to 0")
    assert [node.p for node in work(app).spec.walk()] == [0.0, 0.5]
    assert work(app).history.now.title == "Set p of GaussianBlur to 0"
    assert not verdict(app).startswith("**Violating")


def test_nothing_found_on_one_image_is_undecided_and_says_how_many_more(app: AppTest) -> None:
    checked(app, "coins", LIGHT)
    assert verdict(app).startswith("**Undecided.**")
    assert "1 image cannot show" in verdict(app)
    assert "about 58 more" in verdict(app)


def test_an_answer_decides_and_overrules_what_was_proposed(app: AppTest) -> None:
    checked(app, "road", Step("HueSaturationValue", freeze({"hue_shift_limit": (-60, 60)}), 0.5))
    question = "Is colour part of what the label says?"
    assert verdict(app).startswith("**Violating")
    answers = next(each for each in app.segmented_control if each.label == question)
    assert answers.value == "yes"
    answers.set_value("no").run()
    assert work(app).facts == {"colour_label": "no"}
    assert CHECK_OF["m15b"].title not in counts(app).index
    press(app, "Take all answers back")
    assert work(app).facts == {}
    assert CHECK_OF["m15b"].title in counts(app).index


def test_the_profile_is_proposed_and_can_be_chosen(app: AppTest) -> None:
    checked(app, "chest", FLIP)
    box = next(each for each in app.selectbox if each.label == "Kind of images")
    assert box.value == "chest-xray"
    box.set_value("natural").run()
    assert work(app).profile == "natural"
    assert not app.exception


def test_counts_are_counts_of_images(app: AppTest) -> None:
    checked(app, "coins", CROP)
    row = counts(app).loc["Visible share"]
    assert row["Failing images"] == "1 of 1"
    assert row["95% interval"] == "21 to 100%"
    assert row["Claim"] == "one image gives no rate"
    who = next(each.value for each in app.dataframe if "Who broke it" in each.value.columns)
    assert set(who["Who broke it"]) == {"caused by RandomResizedCrop"}


def test_fewer_draws_are_drawn_when_fewer_are_asked_for(app: AppTest) -> None:
    checked(app, "coins", CROP)
    next(each for each in app.segmented_control if each.label == "Draws of each image").set_value(1).run()
    assert work(app).draws == 1
    assert any("1 draw of each" in each.value for each in app.markdown)


def test_a_step_that_cannot_run_is_named_and_the_page_stays(app: AppTest) -> None:
    checked(app, "cat", Step("RandomCrop", freeze({"height": 2000, "width": 2000})))
    assert verdict(app).startswith("**Cannot run.** RandomCrop: This step cannot run on these images")
    assert any("2000" in box.value and "not counted" in box.value for box in app.warning)


def test_an_empty_pipeline_breaks_nothing(app: AppTest) -> None:
    checked(app, "cat")
    assert verdict(app) == "**Safe.** No step of this pipeline can happen, so nothing happens to a label."
    assert any("No step of this pipeline has a number" in each.value for each in app.markdown)


def test_a_file_is_judged_as_it_was_written_until_the_pipeline_is_edited(app: AppTest) -> None:
    checked(app, "coins", LIGHT)
    note = Problem("line 2", "Compose(seed=…) gives every step the same random numbers")
    state = work(app)
    app.session_state["workspace"] = replace(state, opened=OpenedFile("a.yaml", (note,), 0, state.spec.digest))
    app.run()
    assert "gives a seed to Compose" in verdict(app)
    edited = state.spec.add(FLIP)
    app.session_state["workspace"] = replace(work(app), spec=edited, history=state.history.noted(edited, "", 0.0))
    app.run()
    assert "gives a seed to Compose" not in verdict(app)


def test_a_validation_pipeline_that_draws_at_random_is_wrong(app: AppTest) -> None:
    checked(app, "coins", LIGHT)
    app.session_state["workspace"] = replace(work(app), kept=(KeptVersion("val", PipelineSpec((FLIP,))),))
    app.run()
    next(each for each in app.selectbox if each.label == "Validation pipeline").set_value("val").run()
    assert verdict(app).startswith("**Violating.** All steps together: The pipeline for validation draws at random")


def test_what_is_exported_and_not_drawn_is_judged_too(app: AppTest) -> None:
    """Normalize changes no picture, and yet another verdict."""
    told = "No step normalises pixel values"
    checked(app, "coins", LIGHT)
    assert any(told in each.value for each in app.markdown)
    state = work(app)
    spec = state.spec.add(Step("Normalize"))
    app.session_state["workspace"] = replace(state, spec=spec, history=state.history.noted(spec, "", 0.0))
    app.run()
    assert not any(told in each.value for each in app.markdown)


def test_a_check_that_was_stopped_says_so_and_can_be_done_after_all(app: AppTest) -> None:
    checked(app, "aerial", LIGHT)
    assessing._assessments.clear()
    app.session_state["assessment-stopped"] = assessing_key(app)
    app.run()
    assert any("The check was stopped" in each.value for each in app.markdown)
    press(app, "Check again")
    assert verdict(app).startswith("**")


def assessing_key(app: AppTest) -> str:
    """Key of the question that the page asks."""
    state = work(app)
    images = (state.sample,)
    facts = label_facts.facts_now(state, images)
    profile, draws = label_facts.profile_now(state, images), label_facts.draws_of(state, images)
    return assessing.Question(state.spec, images, profile, facts, draws, state.seed, {}, {}).key


def test_many_images_without_a_failure_are_safe_and_counted(app: AppTest) -> None:
    cat = library_sample("cat").with_labels(Labels(label="cat"))
    own = tuple(Sample(f"{k}.png", cat.image[k:, :], cat.labels) for k in range(60))
    checked(app, "coins", LIGHT)
    app.session_state["workspace"] = replace(work(app), uploads=own, image="0.png", thresholds={"m20.caution": 1e6})
    app.run()
    assert verdict(app) == "**Safe.** No rule speaks against a step, and the labels of 60 images survived."


def test_a_pinned_sample_opens_its_own_image(app: AppTest) -> None:
    cat, coins = library_sample("cat"), library_sample("coins")
    state = Workspace(image="coins", uploads=(Sample("mine.png", cat.image, cat.labels),))
    assert [pin_in(state, sample) for sample in (coins, *state.uploads)] == [Pin("coins", 5), Pin("mine.png", 5)]


def pin_in(state: Workspace, sample: Sample) -> Pin:
    with patch.object(workspace, "current", lambda: state):
        return checked_samples.pin_of(sample, 5)


# -- limits --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "level", "value"), [("m1", "violating", 0.4), ("m15", "caution", 90.0)])
def test_a_limit_is_moved_under_its_name_and_back(code: str, level: str, value: float) -> None:
    moved: dict[str, float] = {}
    assert limits.move(moved, CHECK_OF[code], level, value) is None  # type: ignore[arg-type]
    assert moved == {f"{code}.{level}": value}
    assert limits.move(moved, CHECK_OF[code], level, LIMITS[f"{code}.{level}"].value) is None  # type: ignore[arg-type]
    assert moved == {}


@pytest.mark.parametrize(
    ("code", "value", "said"),
    [
        ("m1", 1.5, "a share is from 0 to 1, not 1.5"),
        ("m1", -0.1, "a share is from 0 to 1"),
        ("m15", float("inf"), "a limit has to be a number"),
        ("m15", 1e12, "a limit has to be a number of at most"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused_in_words(code: str, value: float, said: str) -> None:
    moved: dict[str, float] = {}
    assert said in str(limits.move(moved, CHECK_OF[code], "caution", value))
    assert moved == {}


def test_a_moved_limit_decides_on_the_page(app: AppTest) -> None:
    checked(app, "cat", Step("Affine", freeze({"translate_percent": (0.1, 0.1)})))
    before = counts(app)
    app.session_state["workspace"] = Workspace(
        image="cat", spec=work(app).spec, history=work(app).history, thresholds={"m11.caution": 0.05}
    )
    app.run()
    after = counts(app)
    assert before.loc["Padding", "Failing images"] == "0 of 1"
    assert after.loc["Padding", "Failing images"] == "1 of 1"
    assert any(button.label == "All limits back" for button in app.button)
