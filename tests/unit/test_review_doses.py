"""What was measured as strengths: each quantity from its own number, and nothing that is not worth speaking of."""

from __future__ import annotations

import pytest

from augviz.pipeline.affine_fit import Geometry
from augviz.pipeline.appearance import Appearance
from augviz.pipeline.watching import NOTHING, Effects
from augviz.review.doses import QUANTITIES, doses_of


def moved(**changes: float) -> Effects:
    return Effects(Geometry(**changes), None, 0.0)  # type: ignore[arg-type]


def looks(**changes: float) -> Effects:
    return Effects(None, Appearance(**changes), 0.0)


EXAMPLES = (
    ("rotation", moved(rotation_deg=-12.0), 12.0),
    ("mirror", moved(is_mirrored=True), 1.0),
    ("zoom", moved(scale=1.5), 0.5),
    ("zoom", moved(scale=0.5), 1.0),
    ("shear", moved(shear_deg=7.0), 7.0),
    ("warp", moved(warp_share=0.02), 0.02),
    ("cut", moved(source_seen_share=0.7), 0.3),
    ("padding", moved(padded_share=0.2), 0.2),
    ("erased", Effects(None, None, 0.4), 0.4),
    ("hue", looks(hue_deg=30.0), 30.0),
    ("brightness", looks(brightness=-0.25), 0.25),
    ("contrast", looks(contrast=0.8), 0.25),
    ("contrast", looks(contrast=0.0), 99.0),  # less than any number of times: the most there is
    ("saturation", looks(saturation=2.0), 1.0),
    ("noise", looks(noise=0.05), 0.05),
    ("blur", looks(sharpness=0.1), 0.9),
)


@pytest.mark.parametrize(("quantity", "did", "value"), EXAMPLES)
def test_each_strength_is_read_from_what_was_measured(quantity: str, did: Effects, value: float) -> None:
    (dose,) = doses_of(did)
    assert dose == (quantity, pytest.approx(value))


def test_every_quantity_has_an_example() -> None:
    assert {row.id for row in QUANTITIES} == {quantity for quantity, _did, _value in EXAMPLES}


@pytest.mark.parametrize(
    "did",
    [
        NOTHING,
        Effects(None, None, 0.0),
        looks(sharpness=3.0),  # sharper is no blur
        moved(rotation_deg=0.4, scale=1.009, padded_share=0.009),  # too little to speak of
    ],
)
def test_what_is_no_strength_is_left_out(did: Effects) -> None:
    assert doses_of(did) == ()
