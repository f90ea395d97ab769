"""Code of torchvision becomes steps with the same ranges; what differs or has no counterpart is said.

torchvision is not installed here, so its documented ranges are compared with what the steps draw; no pictures are.
"""

from __future__ import annotations

from typing import Any

import albumentations as A
import cv2
import numpy as np
import pytest

from augviz.errors import PipelineError
from augviz.pasting import Pasted, read
from augviz.pasting.torchvision_arguments import REQUIRED
from augviz.pasting.torchvision_rows import ROWS
from augviz.pipeline.run import run
from augviz.pipeline.spec import TAIL_NAMES, Group, Step
from augviz.sample import Sample
from augviz.transforms import construct


def pasted(code: str) -> Pasted:
    return read(f"import torch\nfrom torchvision.transforms import v2\nv2.Compose([\n{code}\n])")


def steps(code: str) -> tuple[Any, ...]:
    return pasted(code).spec.steps


def built(step: Step) -> A.BasicTransform:
    return construct.make(step.name, step.params, step.p)


NEEDED = {
    "size": "96", "min_size": "[64, 80]", "target_size": "(96, 80)", "padding": "4", "degrees": "10", "bits": "3",
    "sharpness_factor": "2.0", "threshold": "128", "kernel_size": "5", "quality": "(40, 60)", "mean": "[0.5, 0.4, 0.3]",
    "std": "[0.2, 0.2, 0.2]",
}  # fmt: skip


def call(row: Any) -> str:
    needed = [key for key, default in row.signature.items() if default is REQUIRED]
    values = {**NEEDED, **({"min_size": "64", "max_size": "96"} if row.name == "RandomResize" else {})}
    return f"v2.{row.name}({', '.join(f'{key}={values[key]}' for key in needed)})"


@pytest.mark.parametrize("row", [row for row in ROWS if row.convert], ids=lambda row: row.name)
def test_every_row_makes_steps_that_run_and_names_what_it_became(row: Any) -> None:
    rng = np.random.default_rng(1)
    sample = Sample("noise", rng.integers(0, 255, (100, 120, 3), np.uint8))
    spec = pasted(call(row)).spec
    assert [*spec.steps, *spec.tail]
    for node in (*spec.steps, *spec.tail):
        assert node.name in row.becomes
    if not any(node.name in TAIL_NAMES for node in spec.tail):
        assert run(spec, sample, 3).after.image.size


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_row_says_what_it_becomes_or_why_nothing(row: Any) -> None:
    assert bool(row.becomes) == (row.convert is not None)
    assert row.becomes or row.differs.endswith(".")
    assert row.source.endswith(".py")


@pytest.mark.parametrize("row", [row for row in ROWS if row.convert], ids=lambda row: row.name)
def test_positional_arguments_mean_what_named_ones_do(row: Any) -> None:
    needed = [key for key, default in row.signature.items() if default is REQUIRED]
    values = {**NEEDED, **({"min_size": "64", "max_size": "96"} if row.name == "RandomResize" else {})}
    assert pasted(call(row)).spec == pasted(f"v2.{row.name}({', '.join(values[key] for key in needed)})").spec


SAME = {
    "v2.RandomHorizontalFlip()": Step("HorizontalFlip", p=0.5),
    "v2.RandomVerticalFlip(p=0.3)": Step("VerticalFlip", p=0.3),
    "v2.RandomGrayscale()": Step("ToGray", p=0.1),
    "v2.RandomInvert(0.2)": Step("InvertImg", p=0.2),
    "v2.ColorJitter(brightness=0.4)": Step(
        "ColorJitter", {"brightness": (0.6, 1.4), "contrast": (1, 1), "saturation": (1, 1), "hue": (0, 0)}
    ),
    "v2.ColorJitter(2, (0.5, 0.9), 0, 0.1)": Step(
        "ColorJitter", {"brightness": (0, 3), "contrast": (0.5, 0.9), "saturation": (1, 1), "hue": (-0.1, 0.1)}
    ),
    "v2.RandomRotation(10)": Step("Rotate", {"limit": (-10, 10), "interpolation": 0}),
    "v2.RandomRotation((0, 30), v2.InterpolationMode.BILINEAR)": Step("Rotate", {"limit": (0, 30)}),
    "v2.RandomAffine((0, 30), interpolation=v2.InterpolationMode.BILINEAR)": Step("Affine", {"rotate": (-30, 0)}),
    "v2.Resize(64)": Step("SmallestMaxSize", {"max_size": 64}),
    "v2.Resize([64])": Step("SmallestMaxSize", {"max_size": 64}),
    "v2.Resize((64, 32))": Step("Resize", {"height": 64, "width": 32}),
    "v2.CenterCrop(8)": Step("CenterCrop", {"height": 8, "width": 8, "pad_if_needed": True}),
    "v2.Pad([1, 2], padding_mode='symmetric')": Step("Pad", {"padding": (1, 2), "border_mode": 2}),
    "v2.RandomPosterize(bits=3)": Step("Posterize", {"num_bits": 3}, 0.5),
    "v2.RandomSolarize(threshold=51.0)": Step("Solarize", {"threshold_range": (0.2, 0.2)}, 0.5),
    "v2.RandomSolarize(threshold=0.25)": Step("Solarize", {"threshold_range": (0.25, 0.25)}, 0.5),
    "v2.GaussianBlur(5, 0.7)": Step("GaussianBlur", {"blur_limit": (5, 5), "sigma_limit": (0.7, 0.7)}),
    "v2.GaussianNoise(0.1, 0.2)": Step("GaussNoise", {"std_range": (0.2, 0.2), "mean_range": (0.1, 0.1)}),
    "v2.JPEG(30)": Step("ImageCompression", {"compression_type": "jpeg", "quality_range": (30, 30)}),
}  # fmt: skip


@pytest.mark.parametrize(("code", "step"), SAME.items(), ids=SAME)
def test_defaults_of_torchvision_are_written_out(code: str, step: Step) -> None:
    (made,) = steps(code)
    assert made.name == step.name
    assert made.p == step.p
    assert dict(made.params) == dict(step.params)


def test_affine_draws_what_torchvision_draws() -> None:
    (step,) = steps("v2.RandomAffine(degrees=15, translate=(0.1, 0.2), scale=(0.8, 1.25), shear=(-4, 4, -2, 2))")
    assert dict(step.params["translate_percent"]) == {"x": (-0.1, 0.1), "y": (-0.2, 0.2)}
    assert dict(step.params["shear"]) == {"x": (-4, 4), "y": (-2, 2)}
    assert step.params["scale"] == (0.8, 1.25)
    assert step.params["keep_ratio"] is True
    assert step.params["rotate"] == (-15, 15)
    assert step.p == 1


def test_a_positive_affine_angle_turns_clockwise_as_in_torchvision() -> None:
    picture = np.zeros((9, 9, 3), np.uint8)
    picture[0, 2] = 255
    (affine,) = steps("v2.RandomAffine(degrees=(90, 90))")
    (rotation,) = steps("v2.RandomRotation(degrees=(90, 90))")
    assert np.array_equal(A.Compose([built(affine)])(image=picture)["image"], np.rot90(picture, -1))
    assert np.array_equal(A.Compose([built(rotation)])(image=picture)["image"], np.rot90(picture, 1))


@pytest.mark.parametrize("factor", [1.5, 2.0, 5.0])
def test_sharpness_uses_torchvisions_kernel(factor: float) -> None:
    """adjust_sharpness blends with a blur of 5 in the middle and 1 around, over 13."""
    picture = np.random.default_rng(3).integers(60, 190, (32, 32, 3)).astype(np.float32) / 255
    blur = np.ones((3, 3)) / 13
    blur[1, 1] = 5 / 13
    wanted = np.clip(factor * picture + (1 - factor) * cv2.filter2D(picture, -1, blur), 0, 1)
    (step,) = steps(f"v2.RandomAdjustSharpness({factor}, p=1)")
    found = A.Compose([built(step)])(image=picture)["image"]
    assert np.abs(found - wanted)[1:-1, 1:-1].max() < 1e-4


def test_perspective_moves_corners_as_far_as_torchvision_on_average() -> None:
    """torchvision: evenly from 0 to distortion_scale / 2 of the side."""
    (step,) = steps("v2.RandomPerspective(distortion_scale=0.4, p=1)")
    spread = step.params["scale"][0]
    moved = np.abs(np.random.default_rng(0).normal(0, spread, 200_000)) % 0.32
    assert moved.mean() == pytest.approx(0.4 / 4, rel=0.03)


def test_elastic_moves_pixels_as_far_as_torchvision() -> None:
    """torchvision: an even draw, blurred, times alpha / side, on a grid from -1 to 1."""
    (step,) = steps("v2.ElasticTransform(alpha=60.0, sigma=4.0)")
    side = 200
    assert step.params["alpha"] == pytest.approx(60 / side * side / 2)
    assert step.params["noise_distribution"] == "uniform"


def test_zoom_out_makes_pictures_of_the_same_mean_size() -> None:
    """torchvision: the side times an even draw from 1 to 4, so 2.5 on average."""
    (step,) = steps("v2.RandomZoomOut(p=1)")
    compose = A.Compose([built(step)], seed=5)
    widths = [compose(image=np.zeros((40, 40, 3), np.uint8))["image"].shape[1] for _ in range(400)]
    assert np.mean(widths) / 40 == pytest.approx(2.5, rel=0.05)
    assert min(widths) >= 40
    assert max(widths) <= 160


def test_scale_jitter_fits_into_the_target_first() -> None:
    """torchvision: min(target_size[0] / width, target_size[1] / height), times the draw."""
    made = steps("v2.ScaleJitter(target_size=(100, 200), scale_range=(0.5, 0.5))")
    compose = A.Compose([built(step) for step in made])
    assert compose(image=np.zeros((100, 50, 3), np.uint8))["image"].shape == (100, 50, 3)


def test_a_choice_keeps_the_chance_of_its_transforms() -> None:
    """A weight is p of a child of OneOf, so the child's own p lives one level below."""
    (choice,) = steps("v2.RandomChoice([v2.RandomInvert(p=0.5), v2.RandomVerticalFlip(p=1)], p=[3, 1])")
    assert isinstance(choice, Group)
    assert choice.kind == "OneOf"
    weights = [child.p for child in choice.children]
    assert weights[0] / sum(weights) == pytest.approx(0.75)
    assert [child.children[0].p for child in choice.children] == [0.5, 1.0]
    compose = A.Compose([A.OneOf([A.Sequential([built(c.children[0])], p=c.p) for c in choice.children], p=1)], seed=4)
    picture = np.zeros((4, 4, 3), np.uint8)
    inverted = [compose(image=picture)["image"].max() == 255 for _ in range(2000)]
    assert np.mean(inverted) == pytest.approx(0.75 * 0.5, abs=0.04)


def test_containers() -> None:
    apply, order, inner = steps(
        "v2.RandomApply([v2.RandomInvert()], p=0.3), v2.RandomOrder([v2.RandomInvert(), v2.RandomEqualize()]),"
        "transforms.Compose([transforms.RandomInvert()])"
    )
    assert (apply.name, apply.p) == ("Sequential", 0.3)
    assert (order.name, order.n, order.p) == ("RandomOrder", 2, 1)
    assert (inner.name, inner.p) == ("Sequential", 1)


def test_the_tensor_stands_once_and_last() -> None:
    spec = pasted("v2.ToImage(), v2.RandomInvert(), v2.ToDtype(torch.float32, scale=True), v2.ToTensor(), "
                  "v2.Normalize([0.5], [0.5]), v2.RandomErasing()").spec  # fmt: skip
    assert [step.name for step in spec.steps] == ["InvertImg", "Erasing"]
    assert [step.name for step in spec.tail] == ["Normalize", "ToTensorV2"]


def test_what_has_no_counterpart_is_named_and_left_out() -> None:
    found = pasted("v2.RandomInvert(),\nv2.RandAugment(num_ops=2),\nv2.CutMix(num_classes=3)")
    assert [step.name for step in found.spec.steps] == ["InvertImg"]
    said = [note for note in found.notes if "is left out" in note]
    assert [note.partition(":")[0] for note in said] == ["line 5", "line 6"]
    assert "RandAugment" in said[0]
    assert "CutMix" in said[1]


def test_nothing_left_is_refused() -> None:
    with pytest.raises(PipelineError, match="nothing of this pipeline can be shown"):
        pasted("v2.AutoAugment(v2.AutoAugmentPolicy.IMAGENET)")


WRONG = {
    "v2.RandomRotation()": "needs degrees",
    "v2.RandomRotation(10, limit=3)": "has no argument 'limit'",
    "v2.RandomHorizontalFlip(p=2)": "a number from 0 to 1",
    "v2.RandomAffine(10, translate=(2, 0))": "two numbers from 0 to 1",
    "v2.Resize('x')": "is not accepted",
    "v2.RandomResizedCrop(5, scale=(1, 0.5))": "two numbers in order",
    "v2.RandomPerspective(interpolation='odd')": "InterpolationMode",
    "v2.Pad(3, padding_mode='odd')": "one of constant",
    "v2.RandomChoice([v2.RandomInvert()], p=[0])": "one weight for each",
    "v2.RandomApply(v2.RandomInvert())": "takes a list",
    "v2.MyTransform()": "is not known here",
    "A.NoOp()": "stands among transforms of torchvision",
    "5": "a transform is expected",
}


@pytest.mark.parametrize(("code", "said"), WRONG.items(), ids=WRONG)
def test_a_mistake_gets_its_line(code: str, said: str) -> None:
    with pytest.raises(PipelineError) as caught:
        pasted(f"v2.RandomInvert(),\n{code}")
    assert caught.value.where == "line 5"
    assert said in str(caught.value)


def test_both_modules_and_bare_names_are_known() -> None:
    for code in (
        "from torchvision import transforms as tr\ntr.Compose([tr.RandomInvert()])",
        "import torchvision\ntorchvision.transforms.v2.Compose([torchvision.transforms.v2.RandomInvert()])",
        "from torchvision.transforms import Compose, RandomInvert\nCompose([RandomInvert()])",
        "Compose([RandomHorizontalFlip(0), RandomInvert()])",
        "T.Compose([T.RandomInvert()])",
        "import torch.nn as nn\nnn.Sequential(T.RandomInvert())",
    ):
        found = read(code)
        assert found.form == "torchvision code"
        assert found.spec.steps[-1].name == "InvertImg"
