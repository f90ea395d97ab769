"""The page of test-time augmentation: models, views, refusals, what they buy, and the witness. Without a browser."""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from augviz.intake.limits import UPLOAD_BYTES, UPLOAD_MB
from augviz.models.card import ModelCard
from augviz.models.model import open_model
from augviz.models.outputs import ClassScores
from augviz.models.process import Limits
from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.sample import Boxes, Labels, Sample
from augviz.tta.gain import CurvePoint, Gain
from augviz.tta.merging import merge_classes
from augviz.tta.reading import Reading
from augviz.tta.seeing import Seen
from augviz.tta.view import PLAIN
from augviz.ui.in_hand import KeptVersion, Looking
from augviz.ui.page_table import ROOT
from augviz.ui.test_time import answers, buys, opening
from augviz.ui.test_time import labelled as labelled_pictures
from augviz.ui.test_time.looking import _NO_IMAGE
from augviz.ui.test_time.workers import WORKERS
from tests.pages.visitor import work
from tests.unit import onnx_files as files

HALF_TURN = PipelineSpec((Step("HorizontalFlip", p=1.0), Step("VerticalFlip", p=1.0)))


@pytest.fixture
def app() -> Iterator[AppTest]:
    page = AppTest.from_file(str(ROOT / "augviz" / "ui" / "router.py"), default_timeout=120).run()
    yield page
    del page
    gc.collect()


def opened(app: AppTest, **changes: Any) -> AppTest:
    app.session_state["workspace"] = replace(work(app), **changes)
    return done(app.switch_page(str(ROOT / "pages" / "test_time.py")).run())


def done(app: AppTest) -> AppTest:
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    return "\n".join(each.value for each in app.markdown).replace("\\", "")


def labelled(elements: Any, label: str) -> Any:
    return next(each for each in elements if each.label == label)


def upload(app: AppTest, name: str, data: bytes) -> AppTest:
    labelled(app.file_uploader, "ONNX file").upload(name, data)
    return done(app.run())


def test_the_cat_is_a_cat_by_both_and_one_sees_what_it_costs(app: AppTest) -> None:
    opened(app)
    assert app.title[0].value == "Do more views help?"
    assert "by the single view" in texts(app)
    assert "4 views say" in texts(app)
    assert "times** as long for every picture" in texts(app)
    assert "One picture cannot tell." in texts(app)
    assert "These have not: cat." in texts(app)
    assert "def predict(image, model)" in app.code[0].value
    assert "merge: probabilities" in app.code[1].value
    done(labelled(app.selectbox, "One answer by").set_value("vote").run())
    assert "merge: vote" in app.code[1].value
    assert "of 4 votes by all views" in texts(app)
    assert not app.error


def test_half_a_turn_of_a_six_is_a_nine_and_is_refused_with_its_rule(app: AppTest) -> None:
    opened(app, image="digits")
    assert "The model says **6**" in texts(app)
    assert "**1 view**, 3 more not used: they would change the label." in texts(app)
    assert "**Half a turn.** Half a turn makes a 9 of a 6" in texts(app)
    assert "Rule D03" in texts(app)
    assert "There is only one view that keeps the label" in texts(app)
    assert "A.HorizontalFlip" not in app.code[0].value
    done(labelled(app.selectbox, "Views").set_value("d4").run())
    assert "7 more not used" in texts(app)


def test_labelled_digits_say_what_views_buy(app: AppTest) -> None:
    opened(app, image="digits", looking=Looking(views="shifts"))
    metrics = {each.label: each.value for each in app.metric}
    assert metrics["Single view right"].endswith("of 20)")
    assert metrics["5 views right"].endswith("of 20)")
    assert {"Gained", "Lost"} <= set(metrics)
    assert "on these 20" in texts(app) or "of 20 images" in texts(app)
    assert "points (95% interval" in texts(app)
    assert re.search(r"right most often, in \d+ of 20 pictures \(\d+ ms for a picture; 95% interval", texts(app))


def test_scores_that_would_fill_the_servers_memory_are_refused(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buys, "KEPT_SCORES", 10)
    opened(app, image="digits", looking=Looking(views="light"))
    assert "30 scores for each of 20 pictures are too much" in app.error[0].value.replace("\\", "")
    assert "A model can be mistaken: look for yourself." in texts(app) or "Ask the model" in str(app.button)


def test_the_witness_names_sixes_that_became_nines_and_stands_beside_the_null(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(app, image="digits", spec=HALF_TURN, looking=Looking(views="light", draws=4))
    begin = [each for each in app.button if each.label == "Ask the model"]
    if begin:
        done(begin[0].click().run())
    told = texts(app)
    assert "A model can be mistaken: look for yourself." in told
    assert "Look at these first." in told
    assert "of 60 that were only turned by 2° or saved as JPEG" in told
    assert "violat" not in told
    monkeypatch.setattr("augviz.ui.test_time.witness.run", None)  # a press elsewhere on the page makes no picture again
    done(app.run())
    assert "Look at these first." in texts(app)


def test_own_pipelines_are_views_where_they_are_fixed(app: AppTest) -> None:
    opened(app, spec=PipelineSpec((Step("HorizontalFlip", p=0.5),)), looking=Looking(views="pipeline"))
    assert "a view always does the same, and this fires with p = 0.5" in app.warning[0].value.replace("\\", "")
    assert not app.code
    opened(app, spec=PipelineSpec((Step("RandomGamma", freeze({"gamma_limit": (80, 80)})),)))
    app.session_state["workspace"] = replace(work(app), spec=PipelineSpec((Step("HorizontalFlip", p=1.0),)))
    done(app.run())
    assert "of 2 views say" in texts(app) or "Both views say" in texts(app)


def test_each_kept_pipeline_is_a_view_of_its_own_and_those_that_draw_are_left_out(app: AppTest) -> None:
    flip, gamma = Step("HorizontalFlip", p=1.0), Step("RandomGamma", freeze({"gamma_limit": (80, 80)}), p=1.0)
    opened(app, spec=PipelineSpec((flip,)), looking=Looking(views="pipeline"))
    app.button(key="keep-view").click()
    done(app.run())
    assert [kept.name for kept in work(app).kept] == ["View 1"]
    assert not any(button.key == "keep-view" for button in app.button)  # it is kept already
    app.session_state["workspace"] = replace(
        work(app),
        spec=PipelineSpec((gamma,)),
        kept=(*work(app).kept, KeptVersion("Coin", PipelineSpec((Step("Rotate"),)))),
    )
    done(app.run())
    assert "of 3 views say" in texts(app) or "All 3 views say" in texts(app)
    assert "Left out: Coin (Rotate: a view always does the same" in texts(app)


def test_a_view_with_another_number_of_channels_is_shown(app: AppTest) -> None:
    grey = PipelineSpec((Step("ToGray", freeze({"num_output_channels": 1}), p=1.0),))
    opened(app, spec=grey, looking=Looking(views="pipeline"))
    assert "of 2 views say" in texts(app) or "Both views say" in texts(app)


def test_words_say_what_is_needed_for_labels_that_no_class_has(app: AppTest) -> None:
    image = np.zeros((40, 40, 3), np.uint8)
    uploads = tuple(Sample(f"{i}.png", image + i, Labels(label="**owl**")) for i in range(3))
    opened(app, uploads=uploads, image="0.png")
    assert r"\*\*owl\*\*" in "\n".join(each.value for each in app.markdown)


def test_numbers_count_as_labels_as_far_as_the_model_has_classes_and_not_all_pictures_are_asked_about(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labelled_pictures, "MOST_PICTURES", 4)
    monkeypatch.setattr(buys, "MOST_PICTURES", 4)
    image = np.zeros((40, 40, 3), np.uint8)
    labels = ("0", "1", "2", "3", "0", "0")
    uploads = tuple(Sample(f"{i}.png", image + i, Labels(label=label)) for i, label in enumerate(labels))
    opened(app, uploads=uploads, image="0.png", looking=Looking(model="own", views="light"))
    upload(app, "colours.onnx", files.mean_colour(32))  # it has three classes
    assert "These have not: 3." in texts(app)
    assert "Only the first 4 pictures are asked about, 2 more are not." in texts(app)


# -- models of one's own -----------------------------------------------------------------------------------------------


def test_a_model_of_ones_own_is_read_asked_about_and_used(app: AppTest) -> None:
    opened(app, looking=Looking(model="own"))
    upload(app, "colours.onnx", files.mean_colour(32))
    own = work(app).looking.own
    assert own is not None
    assert own.card.size_hw == (32, 32)
    assert "**colours.onnx**" in texts(app)
    assert any("What the file does not say" in each.label for each in app.expander)
    assert "Both views say class" in texts(app)
    labelled(app.text_area, "Names of the classes, one a line").set_value("rouge\n:red[vert]\nbleu")
    done(labelled(app.button, "Use it so").click().run())
    assert work(app).looking.own.card.class_names == ("rouge", ":red[vert]", "bleu")
    assert "Both views say rouge" in texts(app)
    assert not app.warning
    labelled(app.text_area, "Names of the classes, one a line").set_value("rouge\nvert")
    done(labelled(app.button, "Use it so").click().run())
    assert app.warning[0].value.startswith("The model has 3 classes and was given 2 names")
    path = own.file.path
    assert path.exists()
    done(labelled(app.button, "Another file").click().run())
    assert work(app).looking.own is None
    assert labelled(app.file_uploader, "ONNX file")


def test_numbers_that_are_none_are_said_and_nothing_changes(app: AppTest) -> None:
    opened(app, looking=Looking(model="own"))
    upload(app, "colours.onnx", files.mean_colour(32))
    labelled(app.selectbox, "Values of the pixels").set_value("Other numbers")
    labelled(app.text_input, "Mean").set_value("a, b")
    done(labelled(app.button, "Use it so").click().run())
    assert "mean is not a list of numbers" in app.error[0].value.replace("\\", "")
    assert not work(app).looking.own.is_settled


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (files.takes((3, 8, 8)), "in0 (float32, 3 x 8 x 8) is no picture"),
        (files.external_data(), "the weights of this model lie in another file"),
        (files.custom_operator(), "calls Explode of “somebody.else”"),
        (b"PK\x03\x04...", "a zip, as PyTorch saves its models"),
        (b"hello" * 99, "no ONNX file, or a damaged one"),
    ],
    ids=["wrong shape", "external data", "custom operator", "a zip", "noise"],
)
def test_a_hostile_file_gets_a_sentence_and_the_page_goes_on(app: AppTest, data: bytes, sentence: str) -> None:
    opened(app, looking=Looking(model="own"))
    upload(app, "**theirs**.onnx", data)
    assert sentence in app.error[0].value.replace("\\", "")
    assert r"\*\*theirs\*\*" in app.error[0].value
    assert work(app).looking.own is None
    done(labelled(app.pills, "Model").set_value("imagenet").run())
    assert "4 views say" in texts(app)
    assert not app.error


def test_a_model_that_fails_on_every_picture_says_so_once_and_can_be_tried_again(app: AppTest) -> None:
    opened(app, looking=Looking(model="own"))
    upload(app, "theirs.onnx", files.says_one_size_takes_another())
    assert "the model fails on an input of" in app.error[0].value.replace("\\", "")
    done(labelled(app.button, "Try again").click().run())
    assert "the model fails on an input of" in app.error[0].value.replace("\\", "")


def test_a_model_that_loops_for_ever_is_stopped_once_and_others_go_on(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "open_model", partial(open_model, limits=Limits(run_s=1.0)))
    opened(app, looking=Looking(model="own"))
    upload(app, "loops.onnx", files.endless_loop())
    told = "loops.onnx: the model took longer than 1 s to answer for one picture, and was stopped. It may loop for ever"
    assert app.error[0].value.replace("\\", "").startswith(told)
    assert "Accuracy" not in texts(app)  # nothing below it pretends to know an answer
    began = time.monotonic()
    done(app.run())
    assert app.error[0].value.replace("\\", "").startswith(told)
    assert time.monotonic() - began < 1.0  # it was not asked again
    done(labelled(app.pills, "Model").set_value("digits").run())
    assert not app.error
    assert "4 views say" in texts(app)


def test_a_model_may_be_larger_than_a_picture_and_the_box_says_how_large(app: AppTest) -> None:
    opened(app, looking=Looking(model="own"))
    assert "at most 500 MB" in texts(app)
    assert labelled(app.file_uploader, "ONNX file").proto.max_upload_size_mb == Limits().file_mb
    done(app.switch_page(str(ROOT / "pages" / "images.py")).run())
    box = labelled(app.file_uploader, "Pictures, label files, or a zip of both")
    assert box.proto.max_upload_size_mb == UPLOAD_MB
    box.upload("large.png", bytes(UPLOAD_BYTES + 1), "image/png")  # as a program may send it past the box
    done(labelled(app.button, "Open").click().run())
    assert "large.png: the file has 52 MB, and 50 MB is the most" in texts(app)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]], "Both views say class 0, and as surely: nothing here hints at a doubt."),
        ([[0.99, 0.01], [0.55, 0.45]], "Both views say class 0, but some much more surely than others."),
        ([[0.4, 0.3, 0.3], [0.4, 0.3, 0.3]], "Both views say class 0, but give it only 40% on average"),
        ([[0.51, 0.49], [0.48, 0.52]], "1 of 2 views say class 1, the other another class: take this answer "
                                       "with care. All see nearly the same, so it is a close call"),
        ([[0.8, 0.2], [0.3, 0.7]], "How likely each class is changes from view to view."),
        ([[0.99, 0.01], [0.0, 1.0]], "They see quite different things"),
    ],
)  # fmt: skip
def test_how_far_views_agree_is_said_in_words(rows: list[list[float]], sentence: str) -> None:
    looked_at = [
        Reading(Seen(PLAIN, _NO_IMAGE, None), ClassScores(np.array(row), "probabilities"), 1, 1) for row in rows
    ]
    told = answers._agreement(ModelCard(), merge_classes(looked_at))
    assert sentence in told
    assert "a hint at how unsure the answer is, not a probability" in told
    assert "0.00" not in told or np.allclose(rows[0], rows[1])


def test_a_model_for_pixels_shows_both_maps(app: AppTest) -> None:
    opened(app, image="coins", looking=Looking(model="own", views="mirror"))
    upload(app, "pixels.onnx", files.per_pixel())
    assert "All views together change" in texts(app)
    assert "this one does not" in texts(app)
    assert not any(each.startswith("Five") for each in labelled(app.selectbox, "Views").options)


def test_a_visitor_has_one_process_at_most(app: AppTest) -> None:
    before = len(WORKERS)
    opened(app, image="digits", looking=Looking(object_id=13, views="scales"))  # what no other test has asked about
    assert len(WORKERS) == before + 1
    app.session_state["workspace"] = replace(work(app), looking=Looking(model="imagenet", object_id=13))
    done(app.run())
    assert len(WORKERS) == before + 1


def test_objects_of_own_images_are_pictures_of_their_own(app: AppTest) -> None:
    boxes = Boxes.of([[5, 5, 25, 30], [30, 5, 55, 30]], ["0", "7"])
    image = np.random.default_rng(1).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    opened(app, uploads=(Sample("own.png", image, Labels(boxes)),), image="own.png", looking=Looking(model="digits"))
    assert labelled(app.selectbox, "Object").options == ["0 (0)", "7 (1)"]
    assert "The label of this picture is **0**" in texts(app)


def test_both_curves_are_said_in_words() -> None:
    points = [CurvePoint(views, "", right, 20, 2.0 * views) for views, right in ((1, 15), (2, 18), (3, 17), (4, 18))]
    assert buys._curve_words(points) == (
        "The first 2 views are right most often, in 18 of 20 pictures (4 ms for a picture; 95% interval 70 to 97%). "
        "All 4 take 8 ms and have 18 right."
    )
    assert buys._curve_words(points[:1]).startswith("The single view is right most often, in 15 of 20 pictures")


def test_what_views_buy_is_said_with_its_interval_and_the_test() -> None:
    gained = buys._verdict(Gain(images=40, single_right=20, merged_right=28, gained=9, lost=1))
    assert "9 more right, 1 more wrong, of 40 images: +20.0 points (95% interval" in gained
    assert "McNemar's test (mid-P): p = 0.012, more than chance." in gained
    same = buys._verdict(Gain(images=8, single_right=8, merged_right=8, gained=0, lost=0))
    assert "they may change accuracy by -28 to +28 points (95% interval)." in same
    assert "With fewer than 10 pictures this says little." in same
