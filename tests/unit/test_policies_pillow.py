"""Operations of policies against Pillow's own, at the published magnitudes, on a photo and on noise."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image

from augviz.policies.operations import OPERATION_OF, OPERATIONS
from scripts.pillow import PILLOW, apart, difference, magnitudes, ours, pictures, worst


class Limit(NamedTuple):
    """Largest and mean difference in grey values of 255 that is allowed, and the share of pixels that differ."""

    largest: int
    mean: float
    share: float = 1.0


EXACT = Limit(0, 0.0, 0.0)
LIMITS = {
    "photo": {
        "Color": Limit(1, 0.6), "Contrast": Limit(1, 0.5), "AutoContrast": Limit(1, 0.5), "Equalize": Limit(5, 2.6),
        "Rotate": Limit(255, 0.03, 0.003), "Sharpness": Limit(16, 0.7), "ShearX": Limit(255, 8.5),
        "ShearY": Limit(255, 8.5),
    },
    "noise": {
        "Color": Limit(2, 0.6), "Contrast": Limit(1, 0.4), "AutoContrast": Limit(1, 0.6), "Equalize": Limit(2, 1.1),
        "Rotate": Limit(255, 0.25, 0.003), "Sharpness": Limit(120, 8.5), "ShearX": Limit(255, 90),
        "ShearY": Limit(255, 90),
    },
}  # fmt: skip
"""What differs; all other operations give the same bytes. Shears are half a pixel apart at some magnitudes, which is
everything on noise."""

PICTURES = pictures()


@pytest.mark.parametrize("picture", LIMITS)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_an_operation_is_as_near_to_pillow_as_its_row_says(operation: object, picture: str) -> None:
    limit = LIMITS[picture].get(operation.name, EXACT)
    found = worst(operation, PICTURES[picture])
    assert found.largest <= limit.largest
    assert found.mean <= limit.mean
    assert found.share <= limit.share
    assert (operation.likeness == "exact") == (limit is EXACT)
    assert bool(operation.why) == (limit is not EXACT)


@pytest.mark.parametrize("picture", LIMITS)
def test_sharpening_differs_by_rounding_only_inside_the_frame(picture: str) -> None:
    operation, shown = OPERATION_OF["Sharpness"], PICTURES[picture]
    for m in magnitudes(operation):
        if m > 0:
            theirs = np.asarray(PILLOW["Sharpness"](Image.fromarray(shown), m))
            assert apart(ours(operation.step(m), shown)[1:-1, 1:-1], theirs[1:-1, 1:-1]).largest <= 1


@pytest.mark.parametrize("name", ["ShearX", "ShearY"])
def test_a_shear_is_pillows_where_the_shift_is_whole_pixels(name: str) -> None:
    square = PICTURES["photo"]  # 300 pixels: a tangent of 0.1 moves the centre by 15
    for m in (0.1, -0.1, 0.3):
        assert difference(OPERATION_OF[name], m, square).share < 0.001
    assert difference(OPERATION_OF[name], 0.1, PICTURES["wide photo"]).share > 0.5


def test_the_usual_auto_contrast_would_be_another_operation() -> None:
    step = OPERATION_OF["AutoContrast"].step().without_param("method")
    theirs = np.asarray(PILLOW["AutoContrast"](Image.fromarray(PICTURES["photo"]), 0))
    assert apart(ours(step, PICTURES["photo"]), theirs).mean > 5
