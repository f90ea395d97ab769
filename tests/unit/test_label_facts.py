"""What names of labels give away, what profiles know, and what nobody has answered."""

from __future__ import annotations

import numpy as np
import pytest

from augviz.errors import InputError
from augviz.preservation.facts import FACTS, facts_of
from augviz.preservation.prefill import likely_profile, paired_names, prefill
from augviz.preservation.profiles import PROFILE_OF, PROFILES, profile_of
from augviz.sample import Boxes, Keypoints, Labels, Sample
from augviz.sample_library import load

NATURAL = PROFILE_OF["natural"]


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("left lung", "left_right_labels"),
        ("eye_r", "left_right_labels"),
        ("kidney L", "left_right_labels"),
        ("LeftHand", "left_right_labels"),
        ("turn left", "directional_or_text"),
        ("arrow-up", "directional_or_text"),
        ("speed limit 30", "directional_or_text"),
        ("red light", "colour_label"),
        ("unripe", "colour_label"),
        ("7", "directional_or_text"),
        ("digit_9", "directional_or_text"),
        ("notch up", "orientation_label"),
        ("hairline crack", "small_details"),
    ],
)
def test_a_name_gives_a_fact_away_and_is_named_as_the_reason(name: str, fact: str) -> None:
    facts = prefill((), NATURAL, [name])
    assert facts.answer(fact) == "yes"
    assert name in facts.reasons[fact]


@pytest.mark.parametrize("name", ["cat", "bright", "leftover", "copyright", "carrot", "tower", "infrared", "person"])
def test_other_names_give_nothing_away(name: str) -> None:
    assert prefill((), NATURAL, [name]).yes == frozenset()


def test_letters_for_sides_are_not_characters_and_many_letters_are_not_sides() -> None:
    assert prefill((), NATURAL, ["L", "R"]).yes == {"left_right_labels"}
    assert "left_right_labels" not in prefill((), NATURAL, list("ABCLR")).yes


def test_points_boxes_and_masks_speak_for_themselves() -> None:
    points = Labels(keypoints=Keypoints.of([[1, 1], [2, 2]], ["left_eye", "right_eye"]))
    assert prefill([points], NATURAL).yes == {"left_right_keypoints"}
    boxes = Labels(boxes=Boxes.of([[0, 0, 5, 5]], ["car"]))
    assert prefill([boxes], NATURAL).yes == {"boxes", "boxes_without_masks"}


def test_the_sample_images_are_understood() -> None:
    chest = prefill([load("chest").labels], PROFILE_OF["chest-xray"])
    assert chest.answer("left_right_labels") == "yes"
    assert chest.reasons["left_right_labels"].endswith(" lung”")
    assert prefill([load("cat").labels], NATURAL).answer("left_right_keypoints") == "yes"
    assert prefill([load("road").labels], NATURAL).yes >= {"directional_or_text", "colour_label"}
    assert prefill([load("digits").labels], NATURAL).answer("directional_or_text") == "yes"


def test_what_a_profile_does_not_know_is_asked_until_somebody_says() -> None:
    facts = PROFILE_OF["chest-xray"].as_facts()
    assert facts.answer("left_right_labels") == "unknown"
    assert facts.says("left_right_labels", "no").answer("left_right_labels") == "no"
    assert facts.says("left_right_labels", "yes").answer("left_right_labels") == "yes"
    assert PROFILE_OF["fundus"].as_facts().says("left_right_labels", "no").answer("left_right_labels") == "no"


def test_profiles_name_facts_that_exist() -> None:
    known = {fact.id for fact in FACTS}
    assert len(PROFILES) == 20
    assert all(profile.facts | profile.asks <= known and not profile.facts & profile.asks for profile in PROFILES)
    with pytest.raises(InputError, match="moon"):
        profile_of("moon")
    with pytest.raises(InputError, match="moon"):
        facts_of("moon")


def test_names_that_differ_in_their_side_are_pairs() -> None:
    names = ["left_eye", "right_eye", "nose", "KneeL", "hand left"]
    assert paired_names(names) == {"left_eye": "right_eye", "right_eye": "left_eye"}
    assert paired_names(["Left", "Right"]) == {"Left": "Right", "Right": "Left"}


@pytest.mark.parametrize(
    ("sample_id", "profile"),
    [
        ("cat", "keypoints"),
        ("road", "road-scene"),
        ("chest", "chest-xray"),
        ("coins", "detection"),
        ("retina", "fundus"),
        ("tissue", "histology"),
        ("aerial", "aerial"),
        ("six-bands", "multispectral"),
        ("digits", "digits"),
        ("plate", "industrial"),
    ],
)
def test_the_likeliest_profile_follows_from_images_and_names(sample_id: str, profile: str) -> None:
    assert likely_profile([load(sample_id)]) == profile


def test_images_without_labels_are_photos_and_small_ones_are_tiny() -> None:
    assert likely_profile([]) == "natural"
    assert likely_profile([load("cat").with_labels(Labels())]) == "natural"
    assert likely_profile([Sample("a.png", np.zeros((32, 32, 3), np.uint8))]) == "tiny"


@pytest.mark.parametrize(
    "name", ["airplane", "stripe", "student", "accident", "cracker", "proof", "leaflet", "planet", "plunge", "traffic"]
)
def test_a_piece_of_a_word_proposes_no_kind_of_images(name: str) -> None:
    boxes = Boxes(np.array([[1, 1, 9, 9]], np.float32), (name,), (0,))
    assert likely_profile([Sample("a.png", np.zeros((99, 99, 3), np.uint8), Labels(boxes=boxes))]) == "detection"


def test_one_name_among_many_others_proposes_no_kind_of_images() -> None:
    names = ("person", "bicycle", "car", "dog", "chair", "cup", "traffic light")
    boxes = Boxes(np.tile(np.array([[1, 1, 9, 9]], np.float32), (7, 1)), names, tuple(range(7)))
    assert likely_profile([Sample("a.png", np.zeros((99, 99, 3), np.uint8), Labels(boxes=boxes))]) == "detection"
