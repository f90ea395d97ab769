"""The page Batch: what is put together, what cannot be, mistakes, mean and deviation. Without a browser."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from augviz.batch.loading import Loading
from augviz.batch.normalising import Normalisation
from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.sample import Sample
from augviz.transforms.dead_parameters import effective
from augviz.ui.page_table import ROOT
from augviz.ui.workspace import Workspace
from tests.pages.visitor import work

CROP = Step("RandomCrop", freeze({"height": 64, "width": 48}))
TRAIN = PipelineSpec((CROP,), (Step("Normalize"),))


@pytest.fixture
def app() -> AppTest:
    page = AppTest.from_file(str(ROOT / "augviz" / "ui" / "router.py"), default_timeout=120).run()
    page.switch_page(str(ROOT / "pages" / "batch.py"))
    return page


def opened(app: AppTest, spec: PipelineSpec, image: str = "cat", **fields: Any) -> AppTest:
    """The page with this pipeline."""
    before = app.session_state["workspace"]
    state = Workspace(image=image, spec=spec, history=before.history.noted(spec, "", 0.0), **fields)
    app.session_state["workspace"] = state
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    boxes = (*app.error, *app.warning, *app.info, *app.markdown)
    return "\n".join(each.value for each in boxes).replace("\\", "")


def numbers(app: AppTest) -> pd.DataFrame:
    found = app.table[0].value
    assert isinstance(found, pd.DataFrame)
    return found


def press(app: AppTest, label: str) -> AppTest:
    next(each for each in app.button if each.label == label).click().run()
    assert not app.exception
    return app


def number(text: str) -> float:
    return float(str(text).replace("−", "-").replace(",", ""))


def test_the_array_is_named_with_its_numbers_by_channel(app: AppTest) -> None:
    opened(app, TRAIN, loading=Loading(count=4))
    assert "**4 × 3 × 64 × 48** (images, channels, height, width), `float32`, 0.1 MB" in texts(app)
    table = numbers(app)
    assert list(table["Channel"]) == ["red", "green", "blue"]
    assert -2.2 < number(table["Smallest"][0]) < number(table["Mean"][0]) < number(table["Largest"][0]) < 2.7


def test_sizes_that_differ_name_the_samples_and_one_press_pads(app: AppTest) -> None:
    opened(app, PipelineSpec((Step("RandomRotate90"),)))
    assert "These 8 images cannot be put together, because they have 2 sizes: " in texts(app)
    assert "#" in texts(app)
    press(app, "Pad in the loader")
    assert work(app).loading.how == "pad"
    assert "**8 × 3 × 451 × 451**" in texts(app)
    assert "% of it is padding" in texts(app)


def test_of_many_sizes_a_few_are_named(app: AppTest) -> None:
    own = tuple(Sample(f"{k}.png", np.zeros((20 + k, 30, 3), np.uint8)) for k in range(32))
    opened(app, PipelineSpec(), "0.png", uploads=own, loading=Loading(count=32))
    said = app.error[0].value.replace("\\", "")
    assert "because they have 32 sizes: " in said
    assert "; and 28 more sizes." in said
    assert len(said) < 300


def test_numbers_of_the_loader_say_that_the_pipelines_own_are_left_out(app: AppTest) -> None:
    opened(app, TRAIN, loading=Loading(count=4, by="imagenet"))
    assert "Switch Normalize off in the pipeline, or training normalises twice." in texts(app)
    opened(app, TRAIN, loading=Loading(count=4, by="nothing"))
    assert "Normalize of the pipeline is left out here." in texts(app)
    assert "twice" not in texts(app)
    for spec, by in ((TRAIN, "pipeline"), (PipelineSpec((CROP,)), "imagenet")):
        opened(app, spec, loading=Loading(count=4, by=by))
        assert "left out here" not in texts(app)


def test_a_normalize_by_image_has_no_numbers_to_show(app: AppTest) -> None:
    opened(app, PipelineSpec((CROP,), (Step("Normalize", freeze({"normalization": "image"})),)))
    assert set(app.table[-1].value["Normalize in the pipeline"]) == {"of each image"}


def test_a_mistake_stands_beside_the_right_numbers(app: AppTest) -> None:
    opened(app, TRAIN, loading=Loading(count=4, mistake="twice"))
    table = numbers(app)
    assert list(table["Channel"][:3]) == ["red **A**", "red **B**", "green **A**"]
    assert "**B** the same with the mistake: Normalised twice." in texts(app)
    right, wrong = (number(table["Deviation"][row]) for row in (0, 1))
    assert wrong == pytest.approx(right / (255 * 0.229), abs=0.002)
    assert "**How to tell.** All pixels have nearly the same value" in texts(app)
    assert "Padding" not in texts(app)


def test_without_normalize_only_what_can_go_wrong_is_offered(app: AppTest) -> None:
    opened(app, PipelineSpec((CROP,)), loading=Loading(count=4, mistake="twice"))
    assert "Values are not normalised, they can be 255" in texts(app)
    assert list(numbers(app)["Channel"]) == ["red", "green", "blue"]
    offered = next(each for each in app.button_group if each.label.startswith("What if"))
    assert list(offered.options) == ["BGR instead of RGB"]


def test_the_choices_of_the_loader_are_kept_and_used(app: AppTest) -> None:
    opened(app, TRAIN, loading=Loading(count=4))
    next(each for each in app.button_group if each.label == "Channels").set_value("NHWC").run()
    next(each for each in app.button_group if each.label == "Number type").set_value("float16").run()
    assert work(app).loading == Loading(count=4, layout="NHWC", dtype="float16")
    assert "**4 × 64 × 48 × 3** (images, height, width, channels), `float16`" in texts(app)
    next(each for each in app.button_group if each.label == "Number type").set_value("uint8").run()
    assert "Take float32" in texts(app)
    next(each for each in app.selectbox if each.label == "Normalize").set_value("nothing").run()
    assert "`uint8`" in texts(app)


def test_numbers_that_are_typed_are_used_or_refused(app: AppTest) -> None:
    opened(app, TRAIN, loading=Loading(count=4, by="typed"))
    next(each for each in app.text_input if each.label.startswith("Mean")).set_value("0.5 0.4, 0.3")
    next(each for each in app.text_input if each.label.startswith("Deviation")).set_value("1 1 1")
    press(app, "Use these")
    assert work(app).loading.typed == Normalisation((0.5, 0.4, 0.3), (1.0, 1.0, 1.0))
    assert number(numbers(app)["Smallest"][0]) >= -0.5
    next(each for each in app.text_input if each.label.startswith("Mean")).set_value("half")
    press(app, "Use these")
    assert "these are no numbers" in texts(app)


def test_the_next_batch_is_another_one_and_back(app: AppTest) -> None:
    opened(app, TRAIN, loading=Loading(count=4))
    first = numbers(app)
    assert not numbers(press(app, "New draw")).equals(first)
    assert numbers(press(app, "Previous")).equals(first)


def test_measured_numbers_go_into_normalize_and_can_be_undone(app: AppTest) -> None:
    rng = np.random.default_rng(3)
    own = tuple(Sample(f"{k}.png", rng.integers(20 * k, 20 * k + 60, (40, 50, 3)).astype(np.uint8)) for k in range(5))
    opened(app, PipelineSpec((), (Step("Normalize"),)), "0.png", uploads=own, loading=Loading(by="measured"))
    pixels = np.concatenate([each.image.reshape(-1, 3) for each in own]) / 255
    press(app, "Use them in Normalize")
    (step,) = work(app).spec.tail
    values = effective("Normalize", step.params)
    assert values["mean"] == pytest.approx(pixels.mean(axis=0), abs=1e-4)
    assert values["std"] == pytest.approx(pixels.std(axis=0), abs=1e-4)
    assert "Normalize has these numbers." in texts(app)
    history = work(app).history
    assert history.now.title == "Took the measured mean and deviation into Normalize"
    assert history.entries[history.place - 1].spec.tail == (Step("Normalize", id="Normalize-1"),)


def test_a_normalize_that_is_switched_off_is_switched_on_and_one_that_is_missing_added(app: AppTest) -> None:
    opened(app, PipelineSpec((), (Step("Normalize", enabled=False), Step("ToTensorV2"))))
    press(app, "Use them in Normalize")
    assert [(step.name, step.enabled) for step in work(app).spec.tail] == [("Normalize", True), ("ToTensorV2", True)]
    opened(app, PipelineSpec((), (Step("ToTensorV2"),)))
    press(app, "Use them in Normalize")
    assert [step.name for step in work(app).spec.tail] == ["Normalize", "ToTensorV2"]


def test_six_bands_are_measured_by_name_and_imagenet_has_nothing_to_say(app: AppTest) -> None:
    opened(app, PipelineSpec(), "six-bands", loading=Loading(count=4))
    table = app.table[-1].value
    assert "near infrared" in list(table["Channel"])
    assert list(table.columns) == ["Channel", "Your images", "Normalize in the pipeline"]
    assert set(table["Normalize in the pipeline"]) == {"none"}


def test_images_of_several_kinds_are_refused_with_the_mend(app: AppTest) -> None:
    grey = Sample("grey.png", np.zeros((40, 40, 1), np.uint8))
    colour = Sample("colour.png", np.zeros((40, 40, 3), np.uint8))
    opened(app, PipelineSpec(), "grey.png", uploads=(grey, colour), loading=Loading(count=4))
    assert "cannot be stacked" in texts(app)
    assert "Measure images of one kind together." in texts(app)
    opened(app, PipelineSpec(), "grey.png", uploads=(grey,), loading=Loading(count=4))
    assert "nothing can be divided by its deviation" in texts(app)


def test_images_of_one_batch_run_once_whatever_is_chosen_of_the_loader(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(app, TRAIN, loading=Loading(count=4))
    monkeypatch.setattr("augviz.ui.batch.work.assemble", None)
    state = replace(work(app), loading=Loading(count=4, layout="NHWC", by="imagenet", mistake="bgr"))
    app.session_state["workspace"] = state
    app.run()
    assert not app.exception
