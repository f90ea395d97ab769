"""The page of policies: choose, set numbers, trim to labels, take into hand. Without a browser."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from augviz.cli import main
from augviz.pipeline.export import ExportOptions, to_yaml
from augviz.pipeline.importing import read_pipeline
from augviz.pipeline.spec import PipelineSpec, Step, without_ids
from augviz.policies.table import POLICIES, PRESETS, policy_of
from augviz.preservation.rules import RULES
from augviz.preservation.sources import SOURCES
from augviz.preservation.trimming import Cut, Trimmed
from augviz.ui.page_table import ROOT
from augviz.ui.policies import choice, command, trimming
from tests.pages.visitor import work


@pytest.fixture
def app() -> AppTest:
    page = AppTest.from_file(str(ROOT / "augviz" / "ui" / "router.py"), default_timeout=240).run()
    return page.switch_page(str(ROOT / "pages" / "policies.py")).run()


def shows(app: AppTest, **changes: object) -> AppTest:
    """The page with this in the workspace."""
    app.session_state["workspace"] = replace(work(app), **changes)
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    return "\n".join(each.value for each in app.markdown).replace("\\", "")


def headers(app: AppTest) -> list[str]:
    return [each.value for each in app.header]


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception
    return app


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_every_policy_and_preset_is_in_a_list_with_a_line_and_a_source(app: AppTest) -> None:
    for family, expected in (("Published policies", POLICIES), ("For a kind of images", PRESETS)):
        next(each for each in app.segmented_control if each.label == "Which").set_value(family).run()
        box = next(each for each in app.radio if each.label == "Policy")
        assert {text.strip("*") for text in box.options} == {policy.title for policy in expected}
        assert all("  \n" in caption for caption in box.proto.captions)


def test_what_is_chosen_is_described_and_stays(app: AppTest) -> None:
    assert headers(app)[0] == "RandAugment"
    next(each for each in app.radio if each.label == "Policy").set_value("autoaugment-svhn").run()
    assert work(app).policy == "autoaugment-svhn"
    assert headers(app)[0] == "AutoAugment (SVHN)"
    assert "| 1 | Shear x tangent ±0.13 (90%) | Invert (20%) |" in texts(app)
    assert "different: Pillow shears about the top left corner" in texts(app)
    app.switch_page(str(ROOT / "pages" / "workbench.py")).run()
    app.switch_page(str(ROOT / "pages" / "policies.py")).run()
    assert headers(app)[0] == "AutoAugment (SVHN)"


def test_the_numbers_of_randaugment_decide_the_table(app: AppTest) -> None:
    assert "| Rotate | 14% | ±9° | close |" in texts(app)
    next(each for each in app.slider if each.label == "Magnitude M").set_value(20).run()
    next(each for each in app.slider if each.label == "Operations N").set_value(1).run()
    assert work(app).policy_numbers == {"m": 20, "n": 1}
    assert "| Rotate | 7.1% | ±20° | close |" in texts(app)


def test_augmix_is_asked_for_and_the_reason_is_there(app: AppTest) -> None:
    assert "AugMix is not among them: it blends several chains" in texts(app)


def test_the_preset_for_the_kind_of_images_comes_first(app: AppTest) -> None:
    next(each for each in app.segmented_control if each.label == "Which").set_value("For a kind of images").run()
    for image, profile, first in (("road", "", "Road scene with signs"), ("cat", "dermatology", "Skin lesion")):
        shows(app, image=image, profile=profile)
        box = next(each for each in app.radio if each.label == "Policy")
        assert box.options[0].strip("*") == first
        assert box.proto.captions[0].startswith("For your kind of images")


def test_a_preset_lists_its_steps_with_their_sources(app: AppTest) -> None:
    shows(app, policy="road-scene")
    assert "| RandomFog | 9.5% (one of 5) | fog density 10…35%, fog opacity 8% |" in texts(app)
    assert "Automold road augmentation library" in texts(app)
    shows(app, policy="blank")
    assert "Nothing yet: every image passes unchanged." in texts(app)


def test_what_is_opened_is_in_hand_and_can_be_undone(app: AppTest) -> None:
    before = work(app)
    shows(app, policy="trivialaugment")
    press(app, "Open in builder")
    after = work(app)
    assert without_ids(after.spec) == without_ids(policy_of("trivialaugment").build())
    assert after.history.now.title == "Began with “TrivialAugment”"
    assert after.history.entries[after.history.place - 1].spec == before.spec
    assert after.start == ""


def test_a_preset_that_is_opened_is_the_starting_point(app: AppTest) -> None:
    shows(app, policy="shop")
    press(app, "Open in builder")
    assert work(app).start == "shop"
    assert work(app).spec.boxes == policy_of("shop").build().boxes


def test_names_that_change_places_stay_with_the_visitor(app: AppTest) -> None:
    swaps = (("left_eye", "right_eye"),)
    shows(app, spec=replace(work(app).spec, swaps=swaps))
    press(app, "Open in builder")
    assert work(app).spec.swaps == swaps


def test_trimming_says_what_went_and_why_and_opens_what_is_left(app: AppTest) -> None:
    shows(app, policy="guide", image="chest")
    press(app, "Trim to my labels")
    assert "removed" in texts(app)
    assert "**Removed** · HorizontalFlip" in texts(app)
    rule = next(rule for rule in RULES if rule.code == "X02")
    assert rule.message in texts(app)
    assert all(SOURCES[key] in texts(app) for key in rule.source.replace(",", " ").split())
    press(app, "Open trimmed in builder")
    names = {node.name for node in work(app).spec.walk() if isinstance(node, Step)}
    assert names
    assert "HorizontalFlip" not in names
    assert work(app).history.now.title == "Began with “The guide's basic pipeline, trimmed”"


def test_an_answer_asks_for_another_trim_and_the_first_is_kept(app: AppTest) -> None:
    shows(app, policy="guide", image="chest")
    press(app, "Trim to my labels")
    assert "Trim to my labels" not in labels(app)
    shows(app, facts={"left_right_labels": "no"})
    assert "Trim to my labels" in labels(app)
    shows(app, facts={})
    assert "Open trimmed in builder" in labels(app)


def test_where_nothing_has_to_go_nothing_is_offered(app: AppTest) -> None:
    shows(app, policy="blank")
    press(app, "Trim to my labels")
    assert any("Nothing has to go" in each.value for each in app.success)
    assert "Open trimmed in builder" not in labels(app)


def test_who_stops_is_offered_to_trim_again(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    shows(app, policy="chest-x-ray", image="chest")

    def stopped(*_arguments: object, **_named: object) -> None:
        trimming._stop(next(iter(trimming._wanted())))
        trimming.st.rerun()

    monkeypatch.setattr(trimming, "trim", stopped)
    press(app, "Trim to my labels")
    assert "Trim to my labels" in labels(app)


def test_the_command_line_writes_what_the_page_has_trimmed(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []
    monkeypatch.setattr(choice, "copy_field", lambda text, **_named: said.append(text))
    shows(app, policy="guide", image="chest", facts={"small_details": "no", "size_label": "yes"})
    press(app, "Trim to my labels")
    press(app, "Open trimmed in builder")
    monkeypatch.chdir(ROOT)
    line, _to, file = next(text for text in said if "--trim" in text).partition(" > ")
    assert file == "policy.yaml"
    assert main(shlex.split(line)[1:]) == 0
    written = read_pipeline(capsys.readouterr().out).spec
    in_hand = replace(work(app).spec, boxes=written.boxes)  # the file declares the boxes of the images
    assert to_yaml(written, ExportOptions()) == to_yaml(in_hand, ExportOptions())


def test_a_line_without_labels_is_short_and_own_images_have_a_folder_to_fill_in() -> None:
    assert command.line("guide", {}) == "augviz policy guide > policy.yaml"
    full = command.line(
        "randaugment", {"n": 1, "m": 3}, profile="tiny", facts={"boxes": "yes", "masks": "unknown"}, images="my-images"
    )
    assert full == (
        "augviz policy randaugment --n 1 --m 3 --profile tiny --fact boxes --images my-images --trim > policy.yaml"
    )


def test_randaugment_is_swept_by_its_magnitude_and_everything_else_as_a_whole(app: AppTest) -> None:
    shows(app, policy_numbers={"n": 1, "m": 5})
    press(app, "Sweep its strength")
    assert work(app).spec == policy_of("randaugment").build(n=1, m=5)
    assert (work(app).swept.what, work(app).swept.operations) == ("randaugment", 1)
    app.switch_page(str(ROOT / "pages" / "policies.py")).run()
    shows(app, policy="guide", image="chest")
    press(app, "Trim to my labels")
    press(app, "Sweep the strength of the trimmed one")
    assert work(app).swept.what == "pipeline"
    assert "HorizontalFlip" not in {node.name for node in work(app).spec.walk() if isinstance(node, Step)}


def test_where_nothing_is_left_nothing_is_offered(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = Cut("Rotate-1", "Rotate", "Removed", "X02", "It turns.", "")
    monkeypatch.setattr(trimming, "trim", lambda *_a, **_k: Trimmed(PipelineSpec(), (cut,)))
    shows(app, policy="shop", image="coins")
    press(app, "Trim to my labels")
    assert any(each.value.startswith("Nothing is left of it") for each in app.warning)
    assert "Open trimmed in builder" not in labels(app)


def test_what_no_trimming_mends_is_said(app: AppTest) -> None:
    shows(app, policy="chest-x-ray", image="six-bands")
    press(app, "Trim to my labels")
    assert any(each.value.startswith("Not to be mended by trimming: Normalize has another") for each in app.warning)
