"""No pipeline makes a picture that the machine cannot hold; the step that would is marked, and the rest goes on."""

from __future__ import annotations

import numpy as np
import pytest

from augviz.errors import VerificationError
from augviz.pipeline import verify
from augviz.pipeline.export import ExportOptions, to_yaml
from augviz.pipeline.growth import MAX_STEP_BYTES, drawn_size
from augviz.pipeline.run import run
from augviz.pipeline.spec import Group, PipelineSpec, Step
from augviz.pipeline.verify import verify_text
from augviz.sample import Sample
from augviz.transforms import construct

STRIP = Sample("strip", np.full((1, 300, 3), 90, np.uint8))
PICTURE = Sample("picture", np.full((300, 400, 3), 90, np.uint8))
FOUR_TIMES = Step("RandomScale", {"scale_limit": (3.0, 3.0)})

TOO_MUCH = {
    "four enlargements": (PICTURE, (FOUR_TIMES,) * 6),
    "a strip by its shortest side": (STRIP, (Step("SmallestMaxSize", {"max_size": 8192}),)),
    "pads": (PICTURE, (Step("Pad", {"padding": 8192}),)),
    "crop and pad": (PICTURE, (Step("CropAndPad", {"px": 8192, "keep_size": False}),)),
    "affine that fits its output": (PICTURE, (Step("Affine", {"scale": (4, 4), "fit_output": True}),) * 4),
    "inside a group": (PICTURE, (Group("Sequential", (FOUR_TIMES,) * 6),)),
}


@pytest.mark.parametrize(("sample", "steps"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_a_step_that_would_make_too_much_is_marked(sample: Sample, steps: tuple[Step | Group, ...]) -> None:
    outcome = run(PipelineSpec((*steps, Step("HorizontalFlip"))), sample, 1)
    assert "would become" in outcome.errors[0].error
    assert "px" in outcome.errors[0].error
    assert outcome.trace[-1].fired
    assert outcome.after.image.nbytes <= MAX_STEP_BYTES


def test_the_proof_does_not_make_it_either() -> None:
    spec = PipelineSpec(TOO_MUCH["four enlargements"][1])
    result = verify_text(to_yaml(spec, ExportOptions(boxes=False, keypoints=False)), "yaml", PICTURE, [1], shown=spec)
    assert not result.proven
    assert "would become" in result.comparisons[0].detail


SIZES = {
    "RandomScale": {"scale_limit": (0.5, 0.5)},
    "SmallestMaxSize": {"max_size": 500},
    "LongestMaxSize": {"max_size": 500},
    "Pad": {"padding": (3, 5, 7, 11)},
    "PadIfNeeded": {"min_height": 500, "min_width": 600},
    "CropAndPad": {"px": (3, 5, 7, 11), "keep_size": False},
    "Affine": {"rotate": (30, 30), "fit_output": True},
    "Perspective": {"scale": (0.1, 0.1), "fit_output": True, "keep_size": False},
    "ShiftScaleRotate": {"scale_limit": (0.5, 0.5)},
}


@pytest.mark.parametrize("name", SIZES)
def test_the_size_is_known_before_the_picture_is_made(name: str) -> None:
    transform = construct.make(name, SIZES[name], 1.0)
    after = transform(image=PICTURE.image)["image"].shape[:2]
    assert np.abs(np.subtract(drawn_size(transform.params), after)).max() <= 1


def test_more_than_fits_into_memory_is_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "MAX_COMPARED_BYTES", 2 * PICTURE.image.nbytes)
    text = to_yaml(PipelineSpec((Step("HorizontalFlip"),)), ExportOptions(boxes=False, keypoints=False))
    assert verify.verify_text(text, "yaml", PICTURE, [1, 2]).proven
    with pytest.raises(VerificationError, match="fewer samples"):
        verify.verify_text(text, "yaml", PICTURE, [1, 2, 3])
