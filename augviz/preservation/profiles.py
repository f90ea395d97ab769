"""Kinds of image sets, and what is known about the labels of each before anybody has said anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from augviz.errors import InputError
from augviz.preservation.facts import Facts


@dataclass(frozen=True)
class Profile:
    """One kind of image set.

    Attributes:
        id: Name in rules, files and on the command line.
        title: Name for people.
        hint: What belongs here, in a few words.
        facts: Label facts that usually hold.
        asks: Label facts that differ from set to set, so that they have to be asked.
    """

    id: str
    title: str
    hint: str
    facts: frozenset[str] = frozenset()
    asks: frozenset[str] = frozenset()

    def as_facts(self) -> Facts:
        """The answers that this profile gives, each with its reason."""
        said = dict.fromkeys(sorted(self.facts), f"usual for {self.title.lower()}")
        asked = dict.fromkeys(sorted(self.asks), f"differs among sets of {self.title.lower()}, so please say")
        return Facts(self.facts, self.asks, {**said, **asked})


def _row(profile_id: str, title: str, hint: str, facts: str = "", asks: str = "") -> Profile:
    return Profile(profile_id, title, hint, frozenset(facts.split()), frozenset(asks.split()))


PROFILES: tuple[Profile, ...] = (
    _row("natural", "Photos", "everyday photographs with one class each"),
    _row("fine-grained", "Look-alike classes", "birds, flowers, car models", "colour_label small_details"),
    _row("digits", "Digits and letters", "single characters", "directional_or_text orientation_label"),
    _row("detection", "Object detection", "photographs with boxes", "boxes"),
    _row("segmentation", "Segmentation", "photographs with masks", "masks"),
    _row("keypoints", "Named points", "poses, landmarks", "left_right_keypoints"),
    _row("chest-xray", "Chest X-rays", "frontal films", "", "left_right_labels"),
    _row("ct-mri", "CT and MRI", "slices of a body", "calibrated_intensity", "left_right_labels"),
    _row("dermatology", "Skin lesions", "close-ups and dermoscopy", "colour_label"),
    _row("histology", "Tissue under the microscope", "stained sections", "", "not_he_stain"),
    _row("fundus", "Retina photographs", "the back of an eye", "left_right_labels small_details"),
    _row("aerial", "Aerial photos", "drone, plane and satellite, seen from above"),
    _row("multispectral", "Multi-spectral images", "bands beyond red, green and blue", "calibrated_intensity"),
    _row("document", "Documents", "pages, receipts, screenshots", "transcript_label directional_or_text text_heavy"),
    _row("road-scene", "Road scenes", "signs, lights, traffic", "directional_or_text colour_label"),
    _row("face", "Faces and biometrics", "faces, irises, fingerprints", "", "left_right_keypoints"),
    _row("shop", "Products", "goods on shelves and in shops", "", "text_heavy"),
    _row(
        "industrial", "Industrial inspection", "parts and surfaces with defects", "small_details", "orientation_label"
    ),
    _row("agriculture", "Plants and crops", "leaves, fruit, fields", "colour_label"),
    _row("tiny", "Tiny images", "64 pixels a side or less"),
)
"""All profiles, in the order in which they are offered."""

PROFILE_OF: Mapping[str, Profile] = MappingProxyType({profile.id: profile for profile in PROFILES})


def profile_of(profile_id: str) -> Profile:
    """The profile with this id.

    Raises:
        InputError: There is none.
    """
    if profile_id not in PROFILE_OF:
        known = ", ".join(PROFILE_OF)
        raise InputError("there is no profile of this name", where=profile_id, mend=f"There are: {known}.")
    return PROFILE_OF[profile_id]
