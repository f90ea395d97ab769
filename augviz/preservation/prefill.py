"""What the names of labels give away: answers to propose, each with the name that says so.

A proposal is shown with its reason and can be overruled. Nothing is ever answered with *no* here: that a name does not
say "left" does not mean that sides do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from augviz.pipeline.swapping import names_in, with_pairs
from augviz.preservation.facts import Facts
from augviz.preservation.profiles import Profile
from augviz.sample import Labels, Sample

SIDE = re.compile(
    r"(?:^|[^a-z])(?:left|right|links|rechts|gauche|droite|linke[rs]?|rechte[rs]?)(?:[^a-z]|$)"
    r"|(?:^l_|^r_|_l$|_r$|[ -][lr]$|^[lr]$)",
    re.IGNORECASE,
)
_CAMEL_SIDE = re.compile(r"(?:^|[a-z0-9])(?:Left|Right)(?:[A-Z]|$)")
_ARROW = re.compile(r"(?:^|[^a-z])(?:turn|arrow|keep|u-turn|uturn|one[ _-]?way|ahead|merge|lane)", re.IGNORECASE)
_COLOUR = re.compile(
    r"(?:^|[^a-z])(?:red|green|amber|yellow|blue|orange|purple|pink|brown|black|white|gr[ae]y|ripe|unripe|overripe|rotten"
    r"|bleached|chlorosis|rust|colou?r|discolou?red|melanoma|naevus|nevus)(?:[^a-z]|$)",
    re.IGNORECASE,
)
_CHARACTER = re.compile(r"^(?:digit[ _-]?)?[0-9A-Za-z]$")
_NUMBER_SIGN = re.compile(
    r"(?:speed|limit|sign|runway|number|zone|exit)[ _-]*\w*[ _-]*\d{1,3}$|^\d{1,3}/\d{1,3}$", re.IGNORECASE
)
_WRITING = re.compile(
    r"(?:^|[^a-z])(?:text|word|letter|licen[cs]e[ _-]?plate|number[ _-]?plate|logo|stop|sign)", re.IGNORECASE
)
_ORIENTATION = re.compile(
    r"(?:^|[^a-z])(?:up|down|upright|upside|rotated|clock|compass|north|south|east|west|portrait|landscape|flipped"
    r"|\d+ ?deg|\d+ ?°)(?:[^a-z]|$)",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(?:^|[^a-z])(?:small|large|big|tiny|size|mm|cm|[1-9]\d*x)(?:[^a-z]|$)", re.IGNORECASE)
_COUNT = re.compile(r"(?:^|[^a-z])(?:count|number of|\d+ (?:cells|objects|people|cars))(?:[^a-z]|$)", re.IGNORECASE)
_DETAIL = re.compile(r"(?:crack|scratch|hairline|microaneurysm|nodule|pinhole|calcification|fracture)", re.IGNORECASE)
_STAIN = re.compile(r"(?:^|[^a-z])(?:dab|ihc|dapi|gfp|fluorescen\w*|pas|giemsa)(?:[^a-z]|$)", re.IGNORECASE)


class Clue(NamedTuple):
    """A fact that a name gives away."""

    fact: str
    pattern: re.Pattern[str]


_CLUES = (
    Clue("left_right_labels", SIDE),
    Clue("left_right_labels", _CAMEL_SIDE),
    Clue("orientation_label", _ORIENTATION),
    Clue("colour_label", _COLOUR),
    Clue("directional_or_text", _ARROW),
    Clue("directional_or_text", _NUMBER_SIGN),
    Clue("directional_or_text", _WRITING),
    Clue("directional_or_text", _CHARACTER),
    Clue("size_label", _SIZE),
    Clue("count_label", _COUNT),
    Clue("small_details", _DETAIL),
    Clue("not_he_stain", _STAIN),
)

MANY_CHARACTERS = 4
"""From so many different one-letter names on, letters are characters and not sides (L, R) or sizes (S, M, L)."""


def prefill(labels: Sequence[Labels], profile: Profile, names: Iterable[str] = ()) -> Facts:
    """What the profile and the names of labels say.

    Args:
        labels: Labels of the images.
        profile: The kind of image set.
        names: More names, such as the classes of a data set.

    Returns:
        Answers with their reasons; what the names say overrules what the profile does not know.
    """
    facts = profile.as_facts()
    found: dict[str, str] = {}
    for fact, reason in (*_from_names(_classes(labels, names), "class"), *_from_points(labels), *_from_targets(labels)):
        found.setdefault(fact, reason)
    facts = replace(
        facts, yes=facts.yes | set(found), unknown=facts.unknown - set(found), reasons={**facts.reasons, **found}
    )
    return facts if labels == () or not any(label.masks or label.semantic for label in labels) else _with_masks(facts)


def _classes(labels: Sequence[Labels], names: Iterable[str]) -> tuple[str, ...]:
    found = [*names]
    for label in labels:
        found += [*label.class_names(), *([label.label] if label.label else [])]
        found += [] if label.semantic is None else label.semantic.names.values()
    return tuple(dict.fromkeys(found))


def _from_names(names: Sequence[str], what: str) -> Iterable[tuple[str, str]]:
    characters = {name for name in names if _CHARACTER.match(name)}
    are_characters = len(characters) >= MANY_CHARACTERS or any(name[-1].isdigit() for name in characters)
    for name in names:
        for clue in _CLUES:
            is_single = name in characters
            if is_single and (clue.pattern is _CHARACTER) != are_characters:
                continue
            if clue.pattern.search(name):
                yield clue.fact, f"because there is a {what} “{name}”"
        if name in characters and are_characters:
            yield "orientation_label", f"because “{name}” is a character"


def _from_points(labels: Sequence[Labels]) -> Iterable[tuple[str, str]]:
    names = dict.fromkeys(name for label in labels for name in label.keypoints.labels)
    sides = [name for name in names if SIDE.search(name) or _CAMEL_SIDE.search(name)]
    if sides:
        yield "left_right_keypoints", f"because there is a point “{sides[0]}”"


def _from_targets(labels: Sequence[Labels]) -> Iterable[tuple[str, str]]:
    boxes = sum(len(label.boxes) for label in labels)
    masks = sum(bool(label.masks) or label.semantic is not None for label in labels)
    if boxes:
        yield "boxes", f"because there are {boxes} boxes" if boxes > 1 else "because there is a box"
    if boxes and not masks:
        yield "boxes_without_masks", "because there are boxes and no masks"
    if masks:
        yield "masks", "because there are masks"


def _with_masks(facts: Facts) -> Facts:
    return replace(facts, yes=facts.yes - {"boxes_without_masks"})


_TINY_PX = 64
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"(?:^|[^a-z])(?:{words})(?:[^a-z]|$)", re.IGNORECASE))
    for kind, words in (
        ("chest-xray", "lungs?|clavicles?|pneumonia|cardiomegaly|pleura|pneumothorax"),
        ("dermatology", "melanoma|na?evus|nevus|skin lesion|keratosis"),
        ("fundus", "optic[ _-]dis[ck]|fovea|macula|microaneurysms?|retina"),
        ("histology", "nucleus|nuclei|stroma|mitosis|mitoses|epithelium"),
        (
            "road-scene",
            "traffic[ _-](?:light|sign)s?[a-z _-]*|speed[ _-]limit[a-z0-9 _-]*|pedestrians?|[a-z]+[ _-]lane",
        ),
        ("aerial", "runway[a-z0-9 _-]*|roofs?|footprints?"),
        ("industrial", "cracks?|scratch(?:es)?|defects?|dents?|welds?"),
        ("agriculture", "ripe|unripe|overripe|weeds?|chlorosis|leaf[ _-]rust"),
    )
)
"""Whole words that only one kind of image set has; the kind that most names agree on is proposed."""

MOST_FOREIGN = 4
"""A kind of image set is not proposed where more than so many times as many names say nothing of it."""


def likely_profile(samples: Sequence[Sample]) -> str:
    """Id of the profile to propose, by what is labelled, what the names say, and what the images are like."""
    if not samples:
        return "natural"
    if any(sample.image.shape[2] > 3 for sample in samples):
        return "multispectral"
    names = _classes([sample.labels for sample in samples], ())
    if names and all(_CHARACTER.match(name) for name in names):
        return "digits"
    if all(max(sample.size_hw) <= _TINY_PX for sample in samples):
        return "tiny"
    votes = {kind: sum(bool(pattern.search(name)) for name in names) for kind, pattern in _KINDS}
    kind = max(votes, key=lambda each: votes[each])
    if votes[kind] and len(names) - votes[kind] <= MOST_FOREIGN * votes[kind]:
        return kind
    return _profile_of_targets([sample.labels for sample in samples])


def _profile_of_targets(labels: Sequence[Labels]) -> str:
    if any(fact == "left_right_keypoints" for fact, _reason in _from_points(labels)):
        return "keypoints"
    if any(len(label.boxes) for label in labels):
        return "detection"
    return "segmentation" if any(label.masks or label.semantic is not None for label in labels) else "natural"


def paired_names(names: Iterable[str]) -> Mapping[str, str]:
    """Pairs of names that differ only in the side they name; each stands both ways round.

    >>> dict(paired_names(["left lung", "right lung", "heart"]))
    {'left lung': 'right lung', 'right lung': 'left lung'}
    """
    known = tuple(dict.fromkeys(names))
    swapped = {name: _other_side(name) for name in known}
    return {name: other for name, other in swapped.items() if other != name and other in known}


def side_pairs(names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The same pairs, each once; the name that says left comes first.

    >>> side_pairs(["right lung", "heart", "left lung"])
    (('left lung', 'right lung'),)
    """
    found = paired_names(names)
    rows = ((name, other) if _says_left(name) else (other, name) for name, other in found.items())
    return with_pairs((), tuple(rows))


def names_a_side(name: str) -> bool:
    """Whether a name says left or right.

    >>> [name for name in ("left lung", "r_eye", "leftEye", "heart") if names_a_side(name)]
    ['left lung', 'r_eye', 'leftEye']
    """
    return bool(SIDE.search(name) or _CAMEL_SIDE.search(name)) or _other_side(name) != name


def known_pairs(labels: Iterable[Labels], swaps: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Names that change places in a mirror image: those of the pipeline, and what the labels give away."""
    return with_pairs(swaps, side_pairs(name for each in labels for name in names_in(each)))


_LEFT = frozenset({"left", "l", "links"})
_SIDES = {"left": "right", "right": "left", "l": "r", "r": "l", "links": "rechts", "rechts": "links"}


def _other_side(name: str) -> str:
    return "".join(_cased(_SIDES.get(part.lower(), part), part) for part in _parts(name))


def _says_left(name: str) -> bool:
    return not _LEFT.isdisjoint(part.lower() for part in _parts(name))


def _parts(name: str) -> list[str]:
    return re.split(r"([^A-Za-z]+|(?<=[a-z])(?=[A-Z]))", name)


def _cased(word: str, like: str) -> str:
    if word.lower() == like.lower():
        return like
    return word.upper() if like.isupper() else word.capitalize() if like[:1].isupper() else word
