"""The page Train and validation: the verdict, the rows, a pipeline of one's own, the files. Without a browser."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from augviz.errors import Problem
from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.pipeline.validation import validation_of
from augviz.ui.in_hand import KeptVersion
from augviz.ui.page_table import ROOT
from augviz.ui.workspace import Workspace

TRAIN = PipelineSpec(
    (Step("RandomResizedCrop", freeze({"size": (96, 96)})), Step("HorizontalFlip", p=0.5)), (Step("Normalize"),)
)


@pytest.fixture
def app() -> AppTest:
    page = AppTest.from_file(str(ROOT / "augviz" / "ui" / "router.py"), default_timeout=120).run()
    page.switch_page(str(ROOT / "pages" / "validation.py"))
    return page


def opened(app: AppTest, spec: PipelineSpec, **fields: Any) -> AppTest:
    """The page with this training pipeline."""
    before = app.session_state["workspace"]
    state = Workspace(image="cat", spec=spec, history=before.history.noted(spec, "", 0.0), **fields)
    app.session_state["workspace"] = state
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    boxes = (*app.success, *app.warning, *app.error, *app.markdown)
    return "\n".join(each.value for each in boxes).replace("\\", "")


def rows(app: AppTest) -> list[tuple[str, str, str]]:
    found = app.table[0].value.map(lambda cell: str(cell).replace("\\", ""))
    return list(zip(found["Training"], found["Validation"], found["Why"], strict=True))


def test_what_is_derived_matches_and_every_step_says_why(app: AppTest) -> None:
    opened(app, TRAIN)
    assert "**They match.**" in texts(app)
    assert "**Size.** Both come out with 96 × 96 px." in texts(app)
    assert "3 steps: 1 kept, 1 changed, 1 left out." in texts(app)
    crop, flip, normalize = rows(app)
    assert crop[:2] == ("**RandomResizedCrop** size 96 × 96", "**SmallestMaxSize** max_size 110 → **CenterCrop** "
                        "height 96, width 96")  # fmt: skip
    assert (flip[0], flip[1], "left out" in flip[2]) == ("**HorizontalFlip** p 0.5", "–", True)
    assert normalize[:2] == ("**Normalize**", "**Normalize**")


def test_a_pipeline_of_ones_own_is_compared_with_the_training_pipeline(app: AppTest) -> None:
    own = PipelineSpec((Step("Resize", freeze({"height": 80, "width": 80})), Step("Rotate", p=0.5)))
    opened(app, TRAIN, kept=(KeptVersion("mine *here*", own),), validation="mine *here*")
    said = texts(app)
    assert "**They do not match.** Look at Chance, Size, Normalize." in said
    assert "Training makes 96 × 96 px, validation 80 × 80 px" in said
    box = next(each for each in app.selectbox if each.label == "Validation pipeline")
    box.set_value("").run()
    assert "**They match.**" in texts(app)
    assert app.session_state["workspace"].validation == ""


def test_an_empty_pipeline_and_one_that_cannot_run_say_so(app: AppTest) -> None:
    opened(app, PipelineSpec())
    assert "has no steps" in texts(app)
    opened(app, PipelineSpec((Step("RandomCrop", freeze({"height": 3000, "width": 3000})),)))
    assert "**Cannot say.**" in texts(app)
    assert any("3000" in each.value for each in app.error)


def test_what_was_ignored_in_a_file_of_ones_own_is_said(app: AppTest) -> None:
    opened(app, TRAIN)
    notes = (Problem("line 4", "Normalize stood earlier and was moved to the end", "Check the order.", "changed"),)
    opened(app, TRAIN, kept=(KeptVersion("val.yaml", TRAIN, notes),), validation="val.yaml")
    assert any("Normalize stood earlier" in each.value.replace("\\", "") for each in app.info)


def test_a_normalize_by_image_is_said_in_place_of_its_values(app: AppTest) -> None:
    opened(app, PipelineSpec((), (Step("Normalize", freeze({"normalization": "image"})),)))
    assert "by the numbers of each image (image)" in texts(app)


def test_the_validation_pipeline_goes_to_the_builder_as_a_version_that_can_be_undone(app: AppTest) -> None:
    opened(app, TRAIN)
    next(each for each in app.button if each.label.startswith("Open the validation")).click().run()
    assert not app.exception
    state = app.session_state["workspace"]
    assert state.spec == validation_of(TRAIN).spec
    assert state.history.now.title == "Opened the validation pipeline"
    assert state.history.entries[state.history.place - 1].spec == TRAIN


def test_another_draw_changes_the_seed_and_nothing_else(app: AppTest) -> None:
    opened(app, TRAIN)
    before = app.session_state["workspace"]
    next(each for each in app.button if each.label == "New draw").click().run()
    assert app.session_state["workspace"] == replace(before, seed=before.seed + 1)
