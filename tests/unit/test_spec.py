"""Edits of a pipeline give a new one and keep the streams of what was not touched."""

from __future__ import annotations

from dataclasses import replace

import pytest

from augviz.errors import PipelineError
from augviz.pipeline.spec import BoxPolicy, Group, PipelineSpec, Step, freeze, thaw, without_ids

FLIP, BLUR, NOISE = Step("HorizontalFlip"), Step("GaussianBlur", {"blur_limit": [3, 7]}), Step("GaussNoise")


def ids(spec: PipelineSpec) -> list[str]:
    return [node.id for node in spec.walk()]


def test_nodes_without_ids_get_free_ones() -> None:
    spec = PipelineSpec((FLIP, Group("OneOf", (BLUR, FLIP))))
    assert ids(spec) == ["HorizontalFlip-1", "OneOf-1", "GaussianBlur-1", "HorizontalFlip-2"]
    assert ids(spec.add(FLIP, 0))[:2] == ["HorizontalFlip-3", "HorizontalFlip-1"]


def test_two_equal_ids_are_refused() -> None:
    with pytest.raises(PipelineError, match="share the id a"):
        PipelineSpec((Step("HorizontalFlip", id="a"), Group("OneOf", (Step("VerticalFlip", id="a"),))))


def test_a_title_decides_nothing_and_is_one_short_line() -> None:
    named = PipelineSpec((replace(BLUR, title="Soft lens"), Group("OneOf", (FLIP,), title="Mirrors")))
    bare = PipelineSpec((BLUR, Group("OneOf", (FLIP,))))
    assert named.digest == bare.digest
    assert without_ids(named) == without_ids(bare)
    for title in ("x" * 61, "a\nimport os", "a\u202eb"):
        with pytest.raises(PipelineError):
            Step("Blur", title=title)


def test_edit_inside_a_group_and_removal() -> None:
    spec = PipelineSpec((Group("OneOf", (BLUR, NOISE)),))
    edited = spec.edit("GaussianBlur-1", lambda node: node.with_param("blur_limit", [5, 5]))
    assert edited.find("GaussianBlur-1").params["blur_limit"] == (5, 5)
    assert spec.find("GaussianBlur-1").params["blur_limit"] == (3, 7)
    assert ids(spec.edit("GaussNoise-1", lambda _: None)) == ["OneOf-1", "GaussianBlur-1"]
    with pytest.raises(PipelineError, match="no step with this id"):
        spec.edit("nothing", lambda node: node)


def test_tail_steps_go_to_the_tail_in_their_order() -> None:
    spec = PipelineSpec().add(Step("ToTensorV2")).add(Step("Normalize")).add(FLIP)
    assert [step.name for step in spec.tail] == ["Normalize", "ToTensorV2"]
    assert ids(spec) == ["HorizontalFlip-1"]
    with pytest.raises(PipelineError, match="tail"):
        PipelineSpec((), (FLIP,))
    with pytest.raises(PipelineError, match="stands twice"):
        spec.add(Step("Normalize"))


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan"), True, "0.5"])
def test_a_probability_is_a_number_from_0_to_1(p: object) -> None:
    with pytest.raises(PipelineError, match="p must be a number from 0 to 1"):
        Step("HorizontalFlip", p=p)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "policy", [{"min_visibility": 2.0}, {"min_area": -1.0}, {"max_accept_ratio": 0.5}], ids=lambda p: next(iter(p))
)
def test_box_limits_are_checked(policy: dict[str, float]) -> None:
    with pytest.raises(PipelineError, match=next(iter(policy))):
        BoxPolicy(**policy)  # type: ignore[arg-type]


def test_the_digest_follows_everything_that_decides_a_picture() -> None:
    spec = PipelineSpec((BLUR,))
    assert spec.digest == PipelineSpec((Step("GaussianBlur", {"blur_limit": (3, 7)}),)).digest
    others = [
        spec.edit("GaussianBlur-1", lambda node: node.with_param("blur_limit", (3, 5))),
        PipelineSpec((BLUR,), boxes=BoxPolicy(min_area=4)),
        PipelineSpec((BLUR,), p=0.5),
        PipelineSpec((Step("GaussianBlur", {"blur_limit": (3, 7)}, id="other"),)),
    ]
    assert len({spec.digest, *(other.digest for other in others)}) == 5
    assert PipelineSpec((BLUR,), (Step("Normalize"),)).digest == spec.digest  # the tail is not drawn


def test_freeze_and_thaw_are_opposites() -> None:
    value = {"scale": [0.5, 1.0], "nested": {"x": [1, [2]]}, "flag": True, "none": None}
    assert thaw(freeze(value)) == value


def test_without_ids_compares_by_content() -> None:
    a = PipelineSpec((Step("HorizontalFlip", id="x"), BLUR))
    b = PipelineSpec((Step("HorizontalFlip", id="y"), BLUR))
    assert a != b
    assert without_ids(a) == without_ids(b)


def test_names_that_swap_decide_what_comes_out_and_each_stands_in_one_pair() -> None:
    spec = PipelineSpec((FLIP,), swaps=[["left eye", "right eye"]])  # type: ignore[arg-type]
    assert spec.swaps == (("left eye", "right eye"),)
    assert spec.digest != PipelineSpec((FLIP,)).digest
    assert spec.context != PipelineSpec((FLIP,)).context
    for swaps in ((("a", "a"),), (("a", "b"), ("c", "b")), (("", "b"),), ((" ", "b"),), (("a\nimport os", "b"),)):
        with pytest.raises(PipelineError):
            PipelineSpec((FLIP,), swaps=swaps)
