"""The page of statistics: what it counts, where it reads, and how it gets to a sample. Without a browser."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.sample import Sample
from augviz.ui.page_table import ROOT
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


def test_one_image_is_too_few_for_a_range_and_the_rest_is_shown(app: AppTest) -> None:
    opened(app, "cat", DARKER)
    assert "**1 image**, 16 samples" in texts(app)
    assert "Too few: a range of your own images needs at least 20 of them, there are 1." in texts(app)
    assert len(app.get("plotly_chart")) == 10


def test_samples_outside_the_range_of_the_users_own_images_are_listed(app: AppTest) -> None:
    rng = np.random.default_rng(3)
    own = tuple(Sample(f"{k}.png", rng.integers(100 + k, 140 + k, (48, 64, 3)).astype(np.uint8)) for k in range(24))
    opened(app, "0.png", DARKER, uploads=own)
    assert "**24 images**, 48 samples" in texts(app)
    table = app.dataframe[0].value
    assert len(table) > 0
    assert set(table["Image"]) <= {sample.name for sample in own}


def test_pixels_inside_objects_only_are_another_matter(app: AppTest) -> None:
    opened(app, "coins", DARKER)
    box = next(each for each in app.segmented_control if each.label == "Pixels")
    box.set_value("inside objects").run()
    assert not app.exception
    assert "**1 image**, 16 samples" in texts(app)


def test_an_image_without_masks_offers_no_choice_of_pixels(app: AppTest) -> None:
    opened(app, "digits", DARKER)
    assert not [each for each in app.segmented_control if each.label == "Pixels"]


def test_a_pipeline_that_does_nothing_or_cannot_run_says_so(app: AppTest) -> None:
    opened(app, "cat")
    assert "No step of this pipeline fired" in texts(app)
    assert "**100 %** of 1,000 samples stay as they are" in texts(app)
    opened(app, "cat", Step("RandomCrop", freeze({"height": 3000, "width": 3000})))
    assert any("3000" in each.value and "went on without it" in each.value for each in app.warning)


def test_six_bands_go_by_their_names(app: AppTest) -> None:
    opened(app, "six-bands", Step("GaussNoise"))
    numbers = next(each for each in app.selectbox if each.label == "Number")
    assert any("near infrared" in option for option in numbers.options)


def test_the_same_numbers_are_not_worked_out_twice(app: AppTest) -> None:
    opened(app, "cat", DARKER)
    before = [chart.proto.spec for chart in app.get("plotly_chart")]
    app.session_state["workspace"] = replace(app.session_state["workspace"], place=3)
    app.run()
    assert [chart.proto.spec for chart in app.get("plotly_chart")] == before
