"""The page of mixing: which images, what becomes of the label, and what is remembered. Without a browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from augviz.mixing.methods import METHODS
from augviz.mixing.mixed_sample import MixedSample, Settings
from augviz.mixing.samples import mix
from augviz.sample import Boxes, Labels, Sample
from augviz.ui.in_hand import Mixing
from augviz.ui.page_table import ROOT
from tests.pages.visitor import work

HOSTILE = "**x** :red[y] $z$.png"


@pytest.fixture
def app() -> AppTest:
    page = AppTest.from_file(str(ROOT / "augviz" / "ui" / "router.py"), default_timeout=120).run()
    page.switch_page(str(ROOT / "pages" / "mixing.py")).run()
    assert not page.exception
    return page


def with_state(app: AppTest, **changes: object) -> AppTest:
    app.session_state["workspace"] = replace(work(app), **changes)
    return done(app.run())


def done(app: AppTest) -> AppTest:
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    return "\n".join(each.value for each in app.markdown).replace("\\", "")


def own(name: str, value: int, label: str | None = None, channels: int = 3) -> Sample:
    labels = Labels(Boxes.of([[5, 5, 25, 30]], [f"thing of {name}"]), label=label)
    return Sample(name, np.full((40, 60, channels), value, np.uint8), labels)


def labelled(elements, label: str):
    return next(each for each in elements if each.label == label)


def test_it_opens_with_the_cat_mixed_and_code_to_copy(app: AppTest) -> None:
    assert app.title[0].value == "What becomes of the label?"
    assert "λ is **" in texts(app)
    assert "def mixup(images, labels, rng" in app.code[0].value
    assert set(app.dataframe[0].value.columns) == {"Object", "From", "Visible", "Weight", "Fate"}
    assert "It is contested" in app.expander[0].label


def test_every_method_shows_its_picture_its_label_and_its_code(app: AppTest) -> None:
    code = {"mixup": "def mixup", "cutmix": "def cutmix", "mosaic": "A.Mosaic(", "cutout": "A.CoarseDropout("}
    code |= {"coarse-dropout": "A.CoarseDropout(", "random-erasing": "A.Erasing(", "gridmask": "A.GridDropout("}
    for method in METHODS:
        done(labelled(app.pills, "Method").set_value(method.id).run())
        assert work(app).mixing.method == method.id
        assert code[method.id] in app.code[0].value
        assert (method.alpha is not None) == any("strength" in each.label for each in app.slider)
        assert ("The label stays **cat**" in texts(app)) == (not method.mixes)
        assert len(app.dataframe[0].value) > 0


def test_alpha_lambda_and_amount_are_remembered_when_one_comes_back(app: AppTest) -> None:
    done(labelled(app.slider, "α, strength of mixing").set_value(1.5).run())
    done(labelled(app.segmented_control, "λ, weight of the first image").set_value("Fixed").run())
    done(labelled(app.slider, "λ").set_value(0.25).run())
    assert "λ is **0.25**" in texts(app)
    done(labelled(app.slider, "Labels that are wrong before mixing").set_value(30).run())
    assert "touches **51%**" in texts(app)
    done(app.switch_page(str(ROOT / "pages" / "images.py")).run())
    done(app.switch_page(str(ROOT / "pages" / "mixing.py")).run())
    now = work(app).mixing
    assert (now.alphas, now.lam, now.noise) == ({"mixup": 1.5}, 0.25, 0.3)
    assert labelled(app.slider, "α, strength of mixing").value == 1.5
    assert "ALPHA = 1.5" in app.code[0].value


def test_own_images_come_first_and_other_kinds_are_not_offered(app: AppTest) -> None:
    uploads = (own("a.png", 10, "owl"), own(HOSTILE, 200, "cat"), own("grey.png", 90, channels=1))
    with_state(app, uploads=uploads, image="a.png", mixing=Mixing(lam=0.5))
    partners = labelled(app.pills, "Images")
    offered = [each.replace("\\", "") for each in partners.options]
    assert offered[0] == HOSTILE
    assert "grey.png" not in offered
    done(partners.set_value([HOSTILE]).run())
    assert set(app.dataframe[0].value["From"]) == {"a.png", HOSTILE}
    assert "λ is **0.50**: the weight of a.png." in texts(app)
    assert "Counted on the classes of your own images" in texts(app)
    assert "CLASSES = ['owl', 'cat']" in app.code[0].value


def test_names_of_others_stay_text(app: AppTest) -> None:
    with_state(app, uploads=(own(HOSTILE, 10),), image=HOSTILE, mixing=Mixing(lam=0.5))
    assert any(r"\*\*x\*\* \:red\[y\]" in each.value for each in app.markdown)
    assert not any(":red[y]" in each.value for each in app.markdown)


def test_as_many_partners_as_can_be_pressed_are_used(app: AppTest) -> None:
    with_state(app, uploads=tuple(own(f"{k}.png", k) for k in range(15)), image="0.png")
    wanted = (*(f"{k}.png" for k in range(1, 15)), "cat", "road", "coins", "page")
    done(labelled(app.pills, "Images").set_value(list(wanted)).run())
    assert work(app).mixing.partners == wanted


def test_without_another_image_it_is_mixed_with_itself(app: AppTest) -> None:
    done(labelled(app.pills, "Images").set_value([]).run())
    assert "it is mixed with itself" in texts(app)
    assert set(app.dataframe[0].value["From"]) == {"Cat"}


def test_objects_that_are_hardly_visible_are_dropped(app: AppTest) -> None:
    with_state(app, mixing=Mixing("cutmix", lam=0.5))
    kept = (app.dataframe[0].value["Fate"] != "dropped").sum()
    done(labelled(app.slider, "Drop objects less visible than").set_value(1.0).run())
    table = app.dataframe[0].value
    assert (table["Fate"] != "dropped").sum() < kept
    assert set(table[table["Fate"] != "dropped"]["Visible"]) <= {100.0}


def test_erasing_can_be_added_to_the_pipeline(app: AppTest) -> None:
    before = work(app).spec
    with_state(app, mixing=Mixing("gridmask"))
    done(labelled(app.button, "Add to the pipeline").click().run())
    steps = work(app).spec.steps
    assert len(steps) == len(before.steps) + 1
    assert (steps[-1].name, steps[-1].p) == ("GridDropout", 0.5)


def test_a_mosaic_can_be_added_with_its_images(app: AppTest) -> None:
    with_state(app, mixing=Mixing("mosaic", partners=("road", "retina")))
    done(labelled(app.button, "Add to the pipeline").click().run())
    assert work(app).spec.steps[-1].materials == ("road.jpg", "retina.jpg")


@pytest.mark.parametrize("image", ["six-bands", "tissue", "coins"])
def test_bands_class_regions_and_grey_images_are_mixed_too(app: AppTest, image: str) -> None:
    for method in ("mixup", "cutmix", "gridmask"):
        with_state(app, image=image, mixing=Mixing(method))
    assert app.code[0].value


def test_only_what_changed_is_mixed_again(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def counting(samples: Sequence[Sample], seed: int, settings: Settings) -> MixedSample:
        calls.append(seed)
        return mix(samples, seed, settings)

    monkeypatch.setattr("augviz.ui.mixing.pictures.mix", counting)
    with_state(app, seed=41)
    assert len(calls) == 8
    done(labelled(app.slider, "Labels that are wrong before mixing").set_value(30).run())
    assert len(calls) == 8
    with_state(app, mixing=replace(work(app).mixing, opened=(41, 5)))
    assert len(calls) == 9
    with_state(app, class_colours=(("cat", 4),))
    assert len(calls) == 17


def test_a_single_row_of_pixels_is_mixed_and_what_cannot_be_says_why(app: AppTest) -> None:
    line = Sample("line.png", np.zeros((1, 40, 3), np.uint8))
    for method in ("mixup", "cutmix"):
        with_state(app, uploads=(line,), image="line.png", mixing=Mixing(method))
        assert "λ " in texts(app)
    with_state(app, mixing=Mixing("mosaic"))
    assert any("cannot be divided" in each.value for each in app.error)
    assert app.code[0].value


def test_lambda_that_whole_pixels_cannot_keep_is_not_blamed_on_the_edge_alone(app: AppTest) -> None:
    tiny = Sample("tiny.png", np.zeros((8, 8, 3), np.uint8))
    with_state(app, uploads=(tiny,), image="tiny.png", mixing=Mixing("cutmix", lam=0.55))
    assert "cut off at the edge and rounded to whole pixels" in texts(app)


def test_another_draw_gives_another_lambda_and_the_one_before_comes_back(app: AppTest) -> None:
    def said() -> str:
        return next(each.value for each in app.markdown if "λ is **" in each.value)

    first = said()
    done(labelled(app.button, "New draw").click().run())
    assert said() != first
    done(labelled(app.button, "Previous").click().run())
    assert said() == first


def test_a_draw_that_was_opened_is_shown_large_until_the_seed_changes(app: AppTest) -> None:
    first = app.dataframe[0].value
    with_state(app, mixing=replace(work(app).mixing, opened=(work(app).seed, 4)))
    assert not app.dataframe[0].value.equals(first)
    done(labelled(app.button, "New draw").click().run())
    done(labelled(app.button, "Previous").click().run())
    assert not app.dataframe[0].value.equals(first)
    with_state(app, mixing=replace(work(app).mixing, opened=(99, 4)))
    assert app.dataframe[0].value.equals(first)
