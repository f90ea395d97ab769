"""A link carries the whole pipeline; what is not one gets a sentence."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import zlib
from dataclasses import fields, replace

import pytest

from augviz.errors import InputError
from augviz.pipeline.spec import BoxPolicy, Group, KeypointPolicy, PipelineSpec, Step
from augviz.policies.starting_points import STARTING_POINTS
from augviz.sharing import state
from augviz.sharing.link import MAX_LINK, MAX_UNPACKED, VERSION, from_link_text, to_link, to_link_text
from augviz.sharing.state import Shared, from_json, to_json
from augviz.sharing.words import WORDS

GUIDE = STARTING_POINTS[0].spec
EVERYTHING = Shared(
    PipelineSpec(
        (
            Group(
                "SomeOf",
                (
                    Group(
                        "OneOf",
                        (Step("HorizontalFlip", p=1), Step("Transpose", p=0.25)),
                        p=0.75,
                        id="my group",
                        title="a group",
                    ),
                    Step("CoarseDropout", {"fill": (1, 2.5, 3), "num_holes_range": (1, 4)}, 0.1, enabled=False),
                ),
                n=2,
                replace=True,
            ),
            Step("Affine", {"translate_percent": {"x": (-0.1, 0.1), "y": (0, 0)}, "scale": 1}, id="äöü ☂"),
        ),
        (Step("Normalize", title="my own name"),),
        BoxPolicy("yolo", ("a", "b"), 0.1, 16, max_accept_ratio=3, clip=True),
        KeypointPolicy("xyas", (), remove_invisible=False),
        0.5,
        3,
        (("left eye", "right eye"), ("left ear", "right ear")),
    ),
    2**31 - 1,
    24,
    "coins",
    "retina",
    {"colour_label": "unknown", "label_noise": "yes"},
    {"visible share": 0.25},
)


def link_of(written: str | bytes) -> str:
    """A link with any text inside, its checksum right, as a hostile person makes it."""
    data = written.encode() if isinstance(written, str) else written
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zdict=WORDS[VERSION])
    packed = packer.compress(data) + packer.flush()
    return VERSION + base64.urlsafe_b64encode(zlib.crc32(packed).to_bytes(4, "big") + packed).rstrip(b"=").decode()


@pytest.mark.parametrize("start", STARTING_POINTS, ids=lambda start: start.id)
def test_every_starting_point_fits_a_short_link(start: object) -> None:
    shared = Shared(start.spec, 12345, image="cat", profile="natural-photo")  # type: ignore[attr-defined]
    text = to_link_text(shared)
    assert len(text) < 500
    assert from_link_text(text) == shared
    assert from_link_text(text).spec.digest == shared.spec.digest


def test_everything_comes_back() -> None:
    assert from_link_text(to_link_text(EVERYTHING)) == EVERYTHING
    assert from_link_text(to_link_text(EVERYTHING)).spec.digest == EVERYTHING.spec.digest


def test_whole_numbers_and_fractions_stay_apart_because_the_digest_tells_them_apart() -> None:
    for p in (1, 1.0, 0, -0.0):
        spec = PipelineSpec((Step("Rotate", {"limit": (-5, 5.0)}, p),))
        assert from_link_text(to_link_text(Shared(spec))).spec.digest == spec.digest


def test_a_link_in_a_sentence_is_read() -> None:
    assert from_link_text(f" {to_link_text(EVERYTHING)}).\n") == EVERYTHING


def test_the_whole_link_is_the_address_and_the_text() -> None:
    assert to_link("https://example.org/a/", EVERYTHING) == f"https://example.org/a/?p={to_link_text(EVERYTHING)}"


def test_no_field_of_a_pipeline_is_forgotten() -> None:
    """A new field of a step would else be lost on the way without a word."""
    assert {each.name for each in fields(Step)} == set(state.STEP_FIELDS)
    assert {each.name for each in fields(Group)} == {*state.GROUP_FIELDS, "children"}
    assert {each.name for each in fields(PipelineSpec)} == {*state.SPEC_FIELDS, "steps", "tail"}
    assert {each.name for each in fields(BoxPolicy)} == set(state.BOX_FIELDS)
    assert {each.name for each in fields(KeypointPolicy)} == set(state.KEYPOINT_FIELDS)
    assert {each.name for each in fields(Shared)} == set(state.SHARED_FIELDS)


def test_the_words_of_version_1_are_what_they_were() -> None:
    """Links that people have kept are read with exactly these words; others need a new version."""
    assert list(WORDS) == ["1"]
    assert hashlib.blake2b(WORDS["1"], digest_size=8).hexdigest() == "7259c3bce212f1f3"
    kept = (
        "1ExQUyyNSGWaTATkI8DURMCtoZJ34KmQSmmnA2DMwMwJFM4iKRW-1wSMXo_kGjeNaNGfhbz-RW9YDnWEESm-xWAp9uFwt1hAiVKI"
        "T1dOBpWyUHg9CEKXngxAG94AQQYjuPpxdIeIaQMY65nAjjXE0egjkL4waDEuWh9ZpmBm_lsL8WVsLAA"
    )
    assert from_link_text(kept).spec == GUIDE


def test_a_pipeline_that_is_too_large_is_said() -> None:
    numbers = random.Random(7)
    steps = tuple(Step("Rotate", {"limit": numbers.random()}, numbers.random(), id=f"{i}") for i in range(190))
    with pytest.raises(InputError, match=r"too large for a link of 6,000 characters\. Save a project file instead"):
        to_link_text(Shared(PipelineSpec(steps)))


def test_a_link_that_nobody_could_open_is_not_handed_out() -> None:
    with pytest.raises(InputError, match=r"Rotate\.limit"):
        to_link_text(Shared(PipelineSpec((Step("Rotate", {"limit": "much"}),))))
    with pytest.raises(InputError, match="not a finite number"):
        to_link_text(Shared(PipelineSpec((Step("Rotate", {"limit": float("nan")}),))))


GOOD = to_link_text(Shared(GUIDE))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "holds no pipeline"),
        ("...", "holds no pipeline"),
        (GOOD[:-1], "damaged or cut off"),
        (GOOD[:40], "damaged or cut off"),
        (GOOD[0], "damaged or cut off"),
        (GOOD + "AA", "damaged or cut off"),
        (GOOD[:50] + ("A" if GOOD[50] != "A" else "B") + GOOD[51:], "damaged or cut off"),
        (GOOD[1:], "another version of augviz, or its beginning is missing"),
        ("9" + GOOD[1:], "another version of augviz, or its beginning is missing"),
        (GOOD.replace("1", "+", 1), "characters that no link of augviz has"),
        ("<script>alert(1)</script>", "characters that no link of augviz has"),
        ("1ä\x00", "characters that no link of augviz has"),
        ("1" * (MAX_LINK + 1), "6,001 characters, and 6,000 is the most"),
        (link_of(b"\0" * (MAX_UNPACKED + 1)), "larger than 300,000 bytes"),
        (link_of(b"x" * 4_000_000), "larger than 300,000 bytes"),
        (link_of(b"\xff\xfe"), "no readable JSON"),
        (link_of("[" * 100_000), "no readable JSON"),
        (link_of("{"), "no readable JSON"),
        (link_of("9" * 5000), "no readable JSON"),
        (link_of("[]"), "an object is expected"),
        (link_of("{}"), "the field 'version' is missing"),
        (link_of('{"version":1,"version":1}'), "a field stands twice"),
    ],
)  # fmt: skip
def test_damage_gets_its_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as found:
        from_link_text(text)
    assert "link" in str(found.value)


def test_every_bit_that_flips_on_the_way_is_noticed() -> None:
    """Without the checksum 27 of 1,032 would give another pipeline, which nobody could tell from the sender's."""
    data = base64.urlsafe_b64decode(GOOD[1:] + "=" * (-len(GOOD[1:]) % 4))
    for place in range(8 * len(data)):
        flipped = bytearray(data)
        flipped[place // 8] ^= 1 << place % 8
        with pytest.raises(InputError, match="damaged or cut off"):
            from_link_text(GOOD[0] + base64.urlsafe_b64encode(flipped).rstrip(b"=").decode())


def changed(**changes: object) -> str:
    """A link whose JSON has other values; ``spec`` stands for the first step where it is a step."""
    plain = json.loads(to_json(Shared(PipelineSpec((Step("Rotate"),)))))
    return link_of(json.dumps({**plain, **changes}))


def with_step(**step: object) -> str:
    return changed(spec={"steps": [{"name": "Rotate", "id": "a", **step}]})


def nested(depth: int) -> dict[str, object]:
    inner: dict[str, object] = {"name": "Rotate", "id": "s"}
    for level in range(depth):
        inner = {"kind": "Sequential", "id": f"g{level}", "children": [inner]}
    return inner


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (changed(version=2), "it has the form 2, and this augviz reads form 1"),
        (changed(version=True), "it has the form True"),
        (changed(surprise=1), "there is no field 'surprise'"),
        (changed(seed=-1), "link, seed: a whole number from 0 to 2,147,483,647"),
        (changed(seed=1.5), "link, seed: a whole number"),
        (changed(count=10**9), "link, count: a whole number"),
        (changed(image=7), "link, image: a text is expected"),
        (changed(image="x" * 301), "link, image: a text is too long"),
        (changed(profile="a\nb"), "link, profile: a text is too long or holds characters that cannot be shown"),
        (changed(thresholds={"a": "b"}), "link, thresholds, 'a': a number is expected"),
        (changed(facts={"colour_label": "perhaps"}), "'colour_label': 'perhaps' is none of yes, no, unknown"),
        (changed(facts={str(i): "yes" for i in range(101)}), "at most 100 fields"),
        (changed(thresholds={"a": 1e300}), "out of all bounds"),
        (changed(spec={"steps": [{"name": "Normalize", "id": "n"}]}), "can only stand at the end"),
        (changed(thresholds={str(i): 0 for i in range(501)}), "at most 500 fields"),
        (changed(swaps=[["a"]]), "link, swaps: two entries are expected"),
        (changed(swaps=[["a", "b"], ["b", "c"]]), "b would change places with two names"),
        (changed(spec={"swaps": [["a", "a"]]}), "a would change places with two names, or with itself"),
        (changed(spec={"swaps": [["a", ""]]}), "link, spec, swaps: a name is empty"),
        (changed(spec={"steps": 3}), "a list is expected"),
        (changed(spec={"steps": [{"name": "Rotate"}]}), "step 1: the field 'id' is missing"),
        (changed(spec={"steps": [{"name": "Rotate", "id": "a"}] * 2}), "two steps share the id a"),
        (changed(spec={"steps": [{"name": "Rotate", "id": f"{i}"} for i in range(201)]}), "201 entries are too many"),
        (changed(spec={"p": 2}), "p must be a number from 0 to 1"),
        (changed(spec={"tail": [{"name": "Rotate", "id": "a"}]}), "Rotate cannot stand in the tail"),
        (changed(spec={"tail": [nested(1)]}), "a group cannot stand here"),
        (changed(spec={"steps": [nested(17)]}), "nested too deeply"),
        (changed(spec={"boxes": {"format": "voc"}}), "'voc' is none of pascal_voc"),
        (changed(spec={"boxes": {"label_fields": ["a-b"]}}), "cannot be the name of an argument"),
        (changed(spec={"boxes": {"min_area": -1}}), "min_area must be 0 or more"),
        (changed(spec={"mask_interpolation": 9}), "a whole number from 0 to 6"),
        (with_step(name="eval"), "eval"),
        (with_step(name="Lambda"), "Lambda"),
        (with_step(name="__import__('os')"), "__import__"),
        (with_step(p="1"), "p: a number is expected"),
        (with_step(p=2), "p must be a number from 0 to 1"),
        (with_step(enabled=1), "true or false is expected"),
        (with_step(id=""), "a name is empty"),
        (with_step(id="x" * 81), "more than 80 characters"),
        (with_step(params={"limit": "100000"}), r"Rotate\.limit"),
        (with_step(params={"limit": [1, [2, [3, [4, [5, [6, [7, 8]]]]]]]}), "nested too deeply"),
        (with_step(params={"limt": 3}), "limt"),
        (with_step(params={"limit": 1e400}), "Infinity is not a number"),
        (link_of('{"version":1,"spec":{},"seed":1e999}'), "seed: a whole number"),
        (with_step(code="import os"), "there is no field 'code'"),
        (changed(spec={"steps": [{"kind": "SomeOf", "id": "g", "n": 0, "children": []}]}), "a whole number from 1"),
        (changed(spec={"steps": [{"kind": "All", "id": "g", "children": []}]}), "'All' is none of OneOf"),
        (
            changed(spec={"steps": [{"kind": "OneOf", "id": "g", "children": [{"name": "Normalize", "id": "n"}]}]}),
            "can only stand at the end",
        ),
    ],
)  # fmt: skip
def test_what_no_pipeline_has_gets_its_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as found:
        from_link_text(text)
    assert str(found.value).startswith("link")


def test_groups_that_multiply_into_endless_work_are_refused() -> None:
    node: dict[str, object] = {"name": "Rotate", "id": "s"}
    for level in range(3):
        node = {"kind": "SomeOf", "id": f"g{level}", "n": 200, "replace": True, "children": [node]}
    with pytest.raises(InputError, match="more than 2,000 steps for one picture"):
        from_link_text(changed(spec={"steps": [node]}))


def test_nan_and_infinity_are_no_numbers() -> None:
    for word in ("NaN", "Infinity", "-Infinity"):
        with pytest.raises(InputError, match=f"{word} is not a number"):
            from_json(f'{{"version":1,"spec":{{"p":{word}}}}}')


def test_steps_keep_their_streams() -> None:
    """The same pictures come: ids travel, even where new ones would be others."""
    spec = replace(GUIDE, steps=tuple(replace(step, id=f"renamed {i}") for i, step in enumerate(GUIDE.steps)))
    assert [step.id for step in from_link_text(to_link_text(Shared(spec))).spec.steps] == [s.id for s in spec.steps]


def test_a_link_of_the_time_when_names_stood_beside_the_pipeline_still_opens() -> None:
    pairs = (("left eye", "right eye"),)
    assert from_link_text(changed(swaps=[list(pair) for pair in pairs])).spec.swaps == pairs
    both = json.loads(to_json(Shared(PipelineSpec((Step("Rotate"),), swaps=pairs)))) | {"swaps": [["a", "b"]]}
    assert from_link_text(link_of(json.dumps(both))).spec.swaps == pairs, "the pipeline's own count"
