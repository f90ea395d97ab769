"""A small file cannot make the machine work for ever."""

from __future__ import annotations

import pytest

from augviz.errors import PipelineError
from augviz.pipeline.importing import MAX_CALLS, read_pipeline


def nested(kind: str, n: int, levels: int, inner: str = "NoOp: {p: 1}") -> str:
    opening = f"{kind}: {{n: {n}, replace: true, transforms: [{{" * levels
    return f"transform:\n- {opening}{inner}{'}]}' * levels}\n"


@pytest.mark.parametrize("kind", ["SomeOf", "RandomOrder"])
@pytest.mark.parametrize(("n", "levels"), [(200, 2), (200, 10), (2, 11)])
def test_groups_that_multiply_are_refused(kind: str, n: int, levels: int) -> None:
    with pytest.raises(PipelineError, match=f"{MAX_CALLS:,} are allowed") as caught:
        read_pipeline(nested(kind, n, levels))
    assert "line 2" in caught.value.where


SMALL = {
    "a hundred draws": nested("SomeOf", 100, 1),
    "ten times ten times ten": nested("RandomOrder", 10, 3),
    "one of many is one": "transform:\n- SomeOf: {n: 200, replace: true, transforms: "
    f"[OneOf: {{transforms: [{', '.join(['{NoOp: {p: 1}}'] * 20)}]}}]}}\n",
    "without replacement each comes once": "transform:\n- SomeOf: {n: 200, transforms: "
    f"[{', '.join(['{NoOp: {p: 1}}'] * 150)}]}}\n",
}


@pytest.mark.parametrize("text", SMALL.values(), ids=SMALL)
def test_groups_that_people_write_are_read(text: str) -> None:
    assert read_pipeline(text).spec.steps
