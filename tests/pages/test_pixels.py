"""The page of statistics: what it counts, where it reads, and how it gets to a sample. Without a browser."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.sample import Sample
from augviz.statistics.corners import corners
from augviz.ui import label_facts
from augviz.ui.in_hand import OtherPipeline, Pin
from augviz.ui.page_table import ROOT
from augviz.ui.picture_statistics import work
from augviz.ui.picture_statistics.opening import picked
from augviz.ui.workspace import Workspace

DARKER = Step("RandomBrightnessContrast", freeze({"brightness_limit": (-0.5, -0.5), "contrast_limit": (0.0, 0.0)}))


@pytest.fixture
def app() -> AppTest:
    page = AppTest.from_file(str(ROOT / "augviz" / "ui" / "router.py"), default_timeout=120).run()
    page.switch_page(str(ROOT / "pages" / "pixels.py"))
    return page


def opened(app: AppTest, image: str, *steps: Step, uploads: tuple[Sample, ...] = ()) -> AppTest:
    """The page with this image and these steps."""
    before = app.session_state["workspace"]
    spec = PipelineSpec(steps)
    state = Workspace(image=image, spec=spec, uploads=uploads, history=before.history.noted(spec, "", 0.0))
    app.session_state["workspace"] = state
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    return "\n".join(each.value for each in app.markdown).replace("\\", "")


def headers(app: AppTest) -> list[str]:
    return [each.value for each in app.header]


def own_images(count: int = 24) -> tuple[Sample, ...]:
    rng = np.random.default_rng(3)
    return tuple(Sample(f"{k}.png", rng.integers(100 + k, 140 + k, (48, 64, 3)).astype(np.uint8)) for k in range(count))


def button(app: AppTest, label: str) -> Button:
    return next(each for each in app.button if each.label == label)


def test_one_image_is_too_few_for_a_verdict_and_the_rest_is_shown(app: AppTest) -> None:
    opened(app, "cat", DARKER)
    assert "**1 image**, 16 samples" in texts(app)
    assert any("at least 20, and this is 1 image" in each.value for each in app.info)
    assert "RandomBrightnessContrast moves it most." in texts(app)
    assert headers(app) == ["Which step does it", "At its strongest", "Pixels", "Labels", "One epoch"]
    assert len(app.get("plotly_chart")) == 12


def test_every_chart_stands_below_a_sentence_that_says_what_it_shows(app: AppTest) -> None:
    opened(app, "coins", DARKER)
    blocks = [each.type for each in app.main]
    charts = [place for place, kind in enumerate(blocks) if kind == "plotly_chart"]
    assert len(charts) >= 10
    assert all(blocks[place - 1] == "markdown" for place in charts)


def test_samples_outside_the_range_of_the_users_own_images_decide_and_are_listed(app: AppTest) -> None:
    opened(app, "0.png", DARKER, uploads=own_images())
    assert "**24 images**, 48 samples" in texts(app)
    (verdict,) = [each.value.replace("\\", "") for each in app.warning]
    assert verdict.startswith("**A lot.** 100% of the samples leave the range of your images in “")
    assert verdict.endswith("RandomBrightnessContrast moves it most.")
    assert "Outside your images" in headers(app)
    table = app.dataframe[0].value
    assert len(table) == 48
    assert set(table["Image"]) <= {sample.name for sample in own_images()}


def test_samples_like_the_users_own_images_are_called_little(app: AppTest) -> None:
    opened(app, "0.png", Step("HorizontalFlip"), uploads=own_images())
    assert any(each.value.startswith("**Little.**") for each in app.success)
    assert "No number of the pictures moves." in texts(app)


def test_the_sample_that_moved_farthest_is_opened_at_the_step_that_moved_it(app: AppTest) -> None:
    flip = Step("HorizontalFlip")
    opened(app, "cat", flip, DARKER)
    button(app, "Show the farthest").click().run()
    state = app.session_state["workspace"]
    assert state.inspected is not None
    assert (state.inspected.image, state.inspected_with, state.inspected_from) == ("cat", None, "pixels.py")
    app.switch_page(str(ROOT / "pages" / "inspect.py")).run()
    assert not app.exception
    assert "Sample of cat.jpg" in texts(app)
    assert "**2. RandomBrightnessContrast** · fired" in texts(app)


def test_a_corner_is_run_again_as_it_was_seen_and_leads_back_here(app: AppTest) -> None:
    rare = Step(
        "RandomBrightnessContrast", freeze({"brightness_limit": (-0.5, 0.5), "contrast_limit": (0.0, 0.0)}), 0.01
    )
    upper = corners(PipelineSpec((rare,)))[1].spec
    opened(app, "cat", rare)
    other = OtherPipeline(upper, "All at the upper end, every step at once")
    state = replace(app.session_state["workspace"], inspected=Pin("cat", 5), inspected_with=other)
    app.session_state["workspace"] = state
    app.switch_page(str(ROOT / "pages" / "inspect.py")).run()
    assert not app.exception
    assert "**All at the upper end, every step at once** · sample of cat.jpg · **1** of 1 steps fired" in texts(app)


def test_marks_of_samples_open_that_sample_and_nothing_else_does() -> None:
    images = own_images(3)

    def press(*customdata: object) -> tuple[Sample, int] | None:
        return picked({"selection": {"points": [{"customdata": list(customdata)}]}}, images)

    assert press("2.png", "9007199254740993") == (images[2], 9007199254740993), "no digit is lost on the way"
    assert press("gone.png", "1") is None
    assert press("2.png") is None, "an original is no sample"
    assert press("2.png", "-1") is None
    assert press("2.png", "9" * 5000) is None
    assert picked({"selection": {"points": []}}, images) is None
    assert picked({"selection": {"points": [{}]}}, images) is None


def test_pixels_inside_objects_only_are_another_matter(app: AppTest) -> None:
    opened(app, "coins", DARKER)
    box = next(each for each in app.segmented_control if each.label == "Pixels")
    box.set_value("inside objects").run()
    assert not app.exception
    assert "**1 image**, 16 samples" in texts(app)


def test_an_image_without_masks_offers_no_choice_of_pixels_and_no_chart_of_masks(app: AppTest) -> None:
    opened(app, "digits", DARKER)
    assert not [each for each in app.segmented_control if each.label == "Pixels"]
    assert "**Pixels under masks**" not in texts(app)
    assert "**Shape of boxes**" in texts(app)


def test_a_semantic_map_has_a_chart_of_masks_and_none_of_boxes(app: AppTest) -> None:
    opened(app, "tissue", DARKER)
    assert "**Pixels under masks**" in texts(app)
    assert "**Shape of boxes**" not in texts(app)


def test_a_pipeline_that_does_nothing_says_so_and_no_more(app: AppTest) -> None:
    opened(app, "cat")
    assert "No step of this pipeline can happen, so every picture stays as it is." in texts(app)
    assert headers(app) == []
    opened(app, "cat", Step("HorizontalFlip", p=0.0))
    assert headers(app) == []


def test_a_step_that_cannot_run_is_named_and_the_others_go_on(app: AppTest) -> None:
    opened(app, "cat", Step("RandomCrop", freeze({"height": 3000, "width": 3000})), DARKER)
    assert any("3000" in each.value and "went on without it" in each.value for each in app.warning)
    assert "RandomBrightnessContrast moves it most." in texts(app)


def test_steps_that_destroy_something_are_named_with_what_they_destroy_and_how_often_they_meet(app: AppTest) -> None:
    noise = Step("GaussNoise", freeze({"std_range": (0.3, 0.4)}), 0.5)
    crop = Step("CenterCrop", freeze({"height": 100, "width": 100}), 0.5)
    opened(app, "cat", noise, crop, Step("HorizontalFlip", p=0.5))
    said = texts(app)
    assert "GaussNoise: up to 3" in said
    assert "of the range is noise, the limit is 10%; beyond a limit in 16 of 16 draws" in said
    assert "of the picture in view, the limit is 50%" in said
    assert "- HorizontalFlip" not in said
    assert "Two destructive steps meet in 2" in said
    assert "more than 10% of the range is noise" in said, "what counts, with its limits"
    button(app, "Show a sample in which they meet").click().run()
    assert app.session_state["workspace"].inspected is not None


def test_without_destructive_steps_the_page_says_so(app: AppTest) -> None:
    opened(app, "cat", Step("HorizontalFlip", p=0.5))
    assert "No step is destructive" in texts(app)


def test_six_bands_go_by_their_names_and_are_told_as_shares_of_their_range(app: AppTest) -> None:
    opened(app, "six-bands", Step("GaussNoise"))
    numbers = next(each for each in app.selectbox if each.label == "Number")
    assert "Mean of near infrared" in numbers.options
    assert "of the range" in texts(app)
    assert "levels" not in texts(app)


def test_measuring_that_was_stopped_says_so_and_goes_on_at_a_press(app: AppTest) -> None:
    before = app.session_state["workspace"]
    spec = PipelineSpec((Step("RandomGamma", freeze({"gamma_limit": (83, 84)})),))
    state = replace(before, spec=spec, history=before.history.noted(spec, "", 0.0))
    app.session_state["workspace"] = state
    images = (state.sample,)
    facts = label_facts.facts_now(state, images)
    draws = label_facts.draws_of(state, images)
    asked = work.Question(spec, images, draws, state.seed, work.WHOLE, state.materials, facts, state.thresholds)
    app.session_state["statistics-stopped"] = asked.key
    app.run()
    assert "Measuring was stopped" in texts(app)
    assert headers(app) == []
    button(app, "Go on measuring").click().run()
    assert "Which step does it" in headers(app)


def test_the_same_numbers_are_not_worked_out_twice(app: AppTest) -> None:
    opened(app, "cat", DARKER)
    before = [chart.proto.spec for chart in app.get("plotly_chart")]
    app.session_state["workspace"] = replace(app.session_state["workspace"], place=3)
    app.run()
    assert [chart.proto.spec for chart in app.get("plotly_chart")] == before
