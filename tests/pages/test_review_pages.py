"""The pages of expert review without a browser: make, arrive, read, settle, overrule, export."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from augviz.errors import InputError
from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.review.judgement import Judgement
from augviz.review.queue import order
from augviz.review.store import Store
from augviz.sample import Boxes, Labels, Sample
from augviz.ui.in_hand import KeptVersion, Pin
from augviz.ui.page_table import ROOT
from augviz.ui.review import access, desk
from augviz.ui.workspace import Workspace
from tests.pages.visitor import work
from tests.unit import review_cases
from tests.unit.review_cases import HOSTILE

TURN = PipelineSpec((Step("Rotate", freeze({"limit": (10, 20)})),))
HALF_TURN = PipelineSpec((Step("Rotate", freeze({"limit": (180, 180)})),))


def images(count: int = 6) -> tuple[Sample, ...]:
    rng = np.random.default_rng(4)
    return tuple(
        Sample(
            f"picture {k}.png",
            rng.integers(0, 255, (32, 40, 3), np.uint8),
            Labels(boxes=Boxes.of([[6, 6, 30, 26]], ["6" if k % 2 else "9"], [0])),
        )
        for k in range(count)
    )


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("AUGVIZ_DATA_DIR", str(tmp_path))
    page = AppTest.from_file(str(ROOT / "augviz" / "ui" / "router.py"), default_timeout=120).run()
    before = page.session_state["workspace"]
    page.session_state["workspace"] = Workspace(
        uploads=images(),
        image="picture 0.png",
        spec=TURN,
        kept=(KeptVersion("Half turns", HALF_TURN),),
        history=before.history.noted(TURN, "", 0.0),
    )
    return page


def opened(app: AppTest, file: str) -> AppTest:
    app.switch_page(str(ROOT / "pages" / file)).run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    boxes = (*app.title, *app.success, *app.warning, *app.error, *app.info, *app.markdown)
    return "\n".join(each.value for each in boxes).replace("\\", "")


def press(app: AppTest, label: str) -> AppTest:
    next(each for each in app.button if each.label == label).click().run()
    assert not app.exception
    return app


def made(app: AppTest, *, project: str = "", known: str = "", title: str = "Sixes and nines") -> tuple[Store, str]:
    opened(app, "review.py")
    app.text_input(key="review-title").set_value(title)
    app.text_input(key="review-project").set_value(project)
    if known:
        next(each for each in app.selectbox if each.label == "Known violations").set_value(known)
    press(app, "Make the review")
    assert not app.error
    return access.store(), work(app).review


def judged(store: Store, review_id: str, name: str, answer: str = "same") -> None:
    who = store.join(review_id, name)
    for item in store.review(review_id).items:
        store.judge(review_id, who.id, item.place, Judgement(answer, seconds=3.0))  # type: ignore[arg-type]


def test_a_database_that_did_not_answer_is_not_asked_again_at_once(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def silent() -> None:
        asked.append(1)
        raise InputError("the database cannot be opened", where="postgresql://host/db", mend="Check that it is there.")

    monkeypatch.setattr("augviz.review.store.open_store", silent)
    monkeypatch.setenv("AUGVIZ_DATABASE_URL", "postgresql://host/db")
    for _visit in range(2):
        opened(app, "review.py")
        assert "postgresql://host/db: the database cannot be opened. Check that it is there." in texts(app)
    assert len(asked) == 1
    monkeypatch.setattr(access, "ASKED_AGAIN_S", 0.0)
    opened(app, "review.py")
    assert len(asked) > 1


def test_nothing_is_opened_before_there_is_a_review(app: AppTest, tmp_path: Path) -> None:
    for file in ("review.py", "judge.py", "results.py", "export.py"):
        opened(app, file)
    assert list(tmp_path.iterdir()) == []


def test_a_review_holds_what_was_asked_for(app: AppTest) -> None:
    store, review_id = made(app, project="digits", known="Half turns")
    review = store.review(review_id)
    assert (review.setting.title, review.setting.project) == ("Sixes and nines", "digits")
    assert review.is_of(TURN)
    kinds = [item.kind for item in review.items]
    assert (kinds.count("draw"), kinds.count("untouched"), kinds.count("duplicate")) == (6, 1, 1)
    assert kinds.count("known violation") == 1
    assert review.items[-1].steps[0].transform == "Rotate"
    assert "9 pictures, ready. Give this link" in texts(app)
    assert "Nobody has begun" in texts(app)


def test_pinned_samples_come_first_and_do_not_count(app: AppTest) -> None:
    pins = (Pin("picture 2.png", 41), Pin("closed.png", 7), Pin("picture 2.png", 42))
    app.session_state["workspace"] = replace(work(app), pins=pins)
    store, review_id = made(app)
    assert next(each for each in app.checkbox if each.label == "2 pinned samples first").value
    review = store.review(review_id)
    suspects = [item for item in review.items if item.kind == "suspect"]
    assert [(item.image_name, item.seed, item.counts) for item in suspects] == [
        ("picture 2.png", 41, False), ("picture 2.png", 42, False),
    ]  # fmt: skip
    assert {review.items[place].kind for place in order(review.items, 5)[:2]} == {"suspect"}
    next(each for each in app.checkbox if each.label == "2 pinned samples first").uncheck()
    press(app, "Make the review")
    assert all(item.kind != "suspect" for item in store.review(work(app).review).items)


def test_the_question_fits_the_kind_of_images_and_the_number_is_explained(app: AppTest) -> None:
    app.session_state["workspace"] = Workspace(
        uploads=images(), image="picture 0.png", spec=TURN, history=work(app).history, profile="chest-xray"
    )
    opened(app, "review.py")
    assert app.text_area[0].value == "What do you see in this X-ray, and on which side?"
    assert "59 images with no change show that fewer than 5% change" in texts(app)
    assert "With 6 images, the best one can show is fewer than 39%" in texts(app)


def test_a_step_that_cannot_run_leaves_nothing_behind(app: AppTest, tmp_path: Path) -> None:
    large = PipelineSpec((Step("RandomCrop", freeze({"height": 500, "width": 500})),))
    app.session_state["workspace"] = Workspace(
        uploads=images(), image="picture 0.png", spec=large, history=work(app).history
    )
    opened(app, "review.py")
    press(app, "Make the review")
    assert app.error
    assert access.store().reviews() == ()
    assert list(tmp_path.rglob("*.png")) == []


def test_the_desk_stays_while_the_database_does_not_answer(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    _store, review_id = made(app)
    app.query_params["review"] = review_id
    opened(app, "judge.py")
    app.text_input(key="reviewer-name").set_value("Ada")
    press(app, "Begin")

    def silent(_self: Store, _review: str) -> None:
        raise InputError("the database of the reviews did not answer")

    drawn: list[str] = []
    component = desk.component
    monkeypatch.setattr(desk, "component", lambda name, **parts: drawn.append(name) or component(name, **parts))
    monkeypatch.setattr(Store, "log", silent)
    app.run()
    assert "did not answer" in texts(app)
    assert drawn == ["augviz_judge"]  # it holds what is not stored yet, and says it again


def test_whoever_has_the_link_gives_a_name_and_begins(app: AppTest) -> None:
    store, review_id = made(app)
    app.query_params["review"] = review_id
    opened(app, "judge.py")
    assert "You will see **8 pictures**, one at a time" in texts(app)
    press(app, "Begin")
    assert "a reviewer has a name" in texts(app)
    app.text_input(key="reviewer-name").set_value("Ada")
    press(app, "Begin")
    judging = work(app).judging
    assert judging is not None
    assert (judging.review, judging.name) == (review_id, "Ada")
    assert store.join(review_id, "ada").id == judging.reviewer
    assert "You judge as **Ada**" in texts(app)
    press(app, "Somebody else")
    assert work(app).judging is None


def test_who_has_signed_in_needs_no_name(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    store, review_id = made(app)
    app.query_params["review"] = review_id
    known = {"is_logged_in": True, "name": "Dr Weber", "email": "w@x.org", "sub": "17", "iss": "https://id.example"}
    monkeypatch.setattr(st, "user", known)
    opened(app, "judge.py")
    assert not app.text_input
    press(app, "Begin")
    assert "You judge as **Dr Weber**" in texts(app)
    assert [one.account for one in store.log(review_id).reviewers] == ["https://id.example 17"]
    assert store.join(review_id, "Dr Weber").account == ""  # the same name without the sign-in is somebody else


def test_where_people_sign_in_nobody_judges_without(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    _store, review_id = made(app)
    app.query_params["review"] = review_id
    monkeypatch.setattr(st, "user", {"is_logged_in": False})
    opened(app, "judge.py")
    assert [each.label for each in app.button if each.label in ("Begin", "Sign in")] == ["Sign in"]


def test_a_deleted_review_is_gone_with_its_pictures(app: AppTest, tmp_path: Path) -> None:
    store, review_id = made(app)
    opened(app, "results.py")
    assert next(each for each in app.button if each.label == "Delete").disabled
    app.checkbox(key=f"sure-{review_id}").check().run()
    press(app, "Delete")
    assert store.reviews() == ()
    assert list(tmp_path.rglob("*.png")) == []
    assert "There is no review yet." in texts(app)


def signed_in(monkeypatch: pytest.MonkeyPatch, sub: str) -> None:
    known = {"is_logged_in": bool(sub), "name": sub, "email": f"{sub}@x.org", "sub": sub, "iss": "https://id.example"}
    monkeypatch.setattr(st, "user", known)


def test_where_people_sign_in_only_the_maker_deletes(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(monkeypatch, "maker")
    store, review_id = made(app)
    assert store.review(review_id).setting.made_by == "https://id.example maker"
    for sub, said in (("other", "Only whoever made this review can delete it."), ("", "Sign in")):
        signed_in(monkeypatch, sub)
        opened(app, "results.py")
        assert not [each for each in app.button if each.label == "Delete"]
        assert said in texts(app) + "".join(each.label for each in app.button)
    signed_in(monkeypatch, "maker")
    opened(app, "results.py")
    app.checkbox(key=f"sure-{review_id}").check().run()
    press(app, "Delete")
    assert store.reviews() == ()


def test_a_review_that_nobody_signed_is_deleted_by_anybody_who_has_signed_in(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, review_id = made(app)
    assert store.review(review_id).setting.made_by == ""
    signed_in(monkeypatch, "other")
    opened(app, "results.py")
    app.checkbox(key=f"sure-{review_id}").check().run()
    press(app, "Delete")
    assert store.reviews() == ()


def test_a_wrong_link_says_so(app: AppTest) -> None:
    made(app)
    app.query_params["review"] = "<script>"
    opened(app, "judge.py")
    assert "there is no such review" in texts(app)


def test_a_link_to_results_that_are_gone_says_so(app: AppTest) -> None:
    made(app)
    app.query_params["review"] = "deleted"
    opened(app, "results.py")
    assert "There is no review of this link any more" in app.warning[0].value
    app.query_params["review"] = work(app).review
    opened(app, "results.py")
    assert not app.warning


def test_results_say_rate_claim_and_what_is_not_settled(app: AppTest) -> None:
    store, review_id = made(app)
    judged(store, review_id, "Ada", "cannot tell")
    opened(app, "results.py")
    shown = {each.label: each.value for each in app.metric}
    assert shown["Labels changed"] == "0 of 6"
    assert shown["At most, 95% sure"] == "39%"
    assert shown["If all unsettled changed"] == "100%"
    assert "6 images not settled" in texts(app)
    assert "Agreement needs two reviewers" in texts(app)
    assert "The pipeline on screen is the one that was reviewed." in texts(app)


def test_another_pipeline_on_screen_is_said_plainly_and_the_reviewed_one_comes_back(app: AppTest) -> None:
    store, review_id = made(app)
    judged(store, review_id, "Ada")
    app.session_state["workspace"] = Workspace(
        uploads=images(), image="picture 0.png", spec=HALF_TURN, history=work(app).history, review=review_id
    )
    opened(app, "results.py")
    assert "This is not the pipeline that was reviewed" in app.error[0].value.replace("\\", "")
    press(app, "Open the reviewed pipeline")
    assert work(app).spec == TURN
    assert not app.error


def test_a_reviewed_pipeline_that_is_opened_brings_its_project(app: AppTest) -> None:
    _store, review_id = made(app, project="digits")
    app.session_state["workspace"] = replace(work(app), project="", spec=HALF_TURN)
    app.query_params["review"] = review_id
    opened(app, "results.py")
    press(app, "Open the reviewed pipeline")
    assert work(app).project == "digits"


def test_reviewers_who_differ_settle_it(app: AppTest) -> None:
    store, review_id = made(app)
    judged(store, review_id, "Ada", "same")
    judged(store, review_id, "Bob", "changed")
    opened(app, "results.py")
    assert "Krippendorff's α" in texts(app)
    assert "Only 6 images were called changed by anybody: the interval of α is then too narrow" in texts(app)
    before = len(access.findings(store.review(review_id), store.log(review_id)).disputed)
    form = next(each for each in app.segmented_control if each.label == "What holds")
    form.set_value("same")
    next(each for each in app.text_input if each.label == "Agreed by").set_value("Ada and Bob")
    press(app, "Settle")
    log = store.log(review_id)
    assert [(row.answer, row.by) for row in log.adjudications] == [("same", "Ada and Bob")]
    assert len(access.findings(store.review(review_id), log).disputed) == before - 1
    assert "1 settled together" in texts(app)


def test_an_experts_word_overrules_a_rule_on_the_check_page_of_this_project_only(app: AppTest) -> None:
    app.session_state["workspace"] = Workspace(
        uploads=images(), image="picture 0.png", spec=HALF_TURN, history=work(app).history, profile="digits"
    )
    store, review_id = made(app, project="one-sided digits")
    judged(store, review_id, "Ada")
    app.session_state["workspace"] = replace(work(app), project="")  # somebody else reads the results
    opened(app, "results.py")
    app.toggle(key="show-rules").set_value(True).run()
    count = sum(each.label == "Overrule this rule for this project" for each in app.button)
    assert count
    for _rule in range(count):
        ruled = {row.code for row in store.overrulings("one-sided digits")}
        forms = [each for each in app.segmented_control if each.label == "In this project it is"]
        forms[len(ruled)].set_value("safe")
        [each for each in app.text_input if each.label == "Decided by"][len(ruled)].set_value("Ada")
        [each for each in app.button if each.label == "Overrule this rule for this project"][len(ruled)].click().run()
        assert not app.exception
    assert len(store.overrulings("one-sided digits")) == count
    offered = next(each for each in app.segmented_control if each.label == "In this project it is").options
    assert "violating" in offered  # the way back to what the rule says
    assert "safe" not in offered  # that holds already
    opened(app, "check.py")
    assert "Expert: safe instead of" in texts(app)
    assert "**Violating.**" not in texts(app)
    app.session_state["workspace"] = Workspace(
        uploads=images(), image="picture 0.png", spec=HALF_TURN, history=work(app).history, profile="digits",
        project="others",
    )  # fmt: skip
    opened(app, "check.py")
    assert "Expert: safe" not in texts(app)
    assert "**Violating.**" in texts(app)


def test_an_export_says_that_it_was_reviewed_once_somebody_has_judged_all(app: AppTest) -> None:
    store, review_id = made(app)
    opened(app, "export.py")
    assert "No expert has judged exactly this pipeline yet" in texts(app)
    judged(store, review_id, "Ada")
    opened(app, "export.py")
    assert "reviewed: 6 images, 0 labels changed, 95% upper limit 39%, by Ada" in app.success[0].value.replace("\\", "")
    assert all("reviewed: 6 images" in each.value for each in app.code if "Rotate" in each.value)


def test_an_export_says_nothing_of_a_review_that_nobody_finished_or_of_another_pipeline(app: AppTest) -> None:
    store, review_id = made(app)
    items = store.review(review_id).items
    for name, half in (("Ada", items[::2]), ("Bob", items[1::2])):
        who = store.join(review_id, name)
        for item in half:
            store.judge(review_id, who.id, item.place, Judgement("same"))
    opened(app, "export.py")
    assert "No expert has judged exactly this pipeline yet" in texts(app)
    judged(store, review_id, "Cleo")
    opened(app, "export.py")
    assert "by Ada, Bob, Cleo" in texts(app)
    app.session_state["workspace"] = replace(work(app), spec=HALF_TURN)
    opened(app, "export.py")
    assert "No expert has judged exactly this pipeline yet" in texts(app)


def test_a_pipeline_of_which_59_labels_stayed_is_shown_as_safe(app: AppTest) -> None:
    access.store().add(replace(review_cases.review([review_cases.item(place) for place in range(59)]), id="safe"))
    judged(access.store(), "safe", "Ada")
    app.query_params["review"] = "safe"
    opened(app, "results.py")
    assert "**Safe: fewer than 5% of labels change.**" in [each.value for each in app.success]


def test_the_files_for_training_and_validation_say_it_too(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    store, review_id = made(app)
    judged(store, review_id, "Ada")
    written = {}
    monkeypatch.setattr(st, "download_button", lambda _label, text, name, **_options: written.__setitem__(name, text))
    opened(app, "validation.py")
    assert sorted(written) == ["train.py", "train.yaml", "validation.py", "validation.yaml"]
    for name, text in written.items():
        assert ("# reviewed: 6 images, 0 labels changed" in text) == name.startswith("train")


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_text_on_every_page(app: AppTest, name: str) -> None:
    store, review_id = made(app, title=name[:200].replace("\ud83d", ""))
    judged(store, review_id, name)
    judged(store, review_id, "Bob", "changed")
    for file in ("review.py", "results.py", "export.py"):
        opened(app, file)
        for each in (*app.markdown, *app.success, *app.title):
            assert not re.search(r"(?<!\\)<(script|img)", each.value)
