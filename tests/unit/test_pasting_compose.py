"""Code of Albumentations as people write it becomes the pipeline that it says."""

from __future__ import annotations

import pytest

from augviz.errors import PipelineError
from augviz.pasting import Pasted, read
from augviz.pipeline.spec import BoxPolicy, Group, KeypointPolicy, PipelineSpec, Step


def names(pasted: Pasted) -> list[str]:
    return [node.name for node in pasted.spec.steps]


def test_nested_groups_policies_and_constants() -> None:
    pasted = read(
        """
import albumentations as A
import cv2
import numpy as np
from albumentations.pytorch import ToTensorV2

SIZE = 2 * 16
ends, fill = (-np.pi, 0), 1 / 255
blurs = [A.MotionBlur(p=0.2), A.OneOf([A.MedianBlur(blur_limit=3), A.SomeOf([A.Blur(), A.NoOp()], 2, True, 0.3)])]

transform: A.Compose = A.Compose(
    [A.Resize(SIZE, SIZE, interpolation=cv2.INTER_AREA)] + blurs + [
        A.Rotate(limit=[-10, +20], border_mode=cv2.BORDER_REFLECT_101, p=.25),
        A.RandomOrder([A.HorizontalFlip(0.1), A.Sequential([A.VerticalFlip()], p=1)], n=2),
        A.Normalize(), ToTensorV2(),
    ],
    bbox_params=A.BboxParams('coco', ['labels'], min_visibility=1 / 4),
    keypoint_params=A.KeypointParams(format="xy", remove_invisible=False),
    p=0.9,
)
"""
    )
    median = Step("MedianBlur", {"blur_limit": 3}, 0.5)
    some = Group("SomeOf", (Step("Blur", p=0.5), Step("NoOp", p=0.5)), 0.3, 2, True)
    assert pasted.form == "Albumentations code"
    assert pasted.notes == ()
    assert pasted.spec == PipelineSpec(
        (
            Step("Resize", {"height": 32, "width": 32, "interpolation": 3}),
            Step("MotionBlur", p=0.2),
            Group("OneOf", (median, some), 0.5),
            Step("Rotate", {"limit": (-10, 20), "border_mode": 4}, 0.25),
            Group(
                "RandomOrder", (Step("HorizontalFlip", p=0.1), Group("Sequential", (Step("VerticalFlip", p=0.5),))), n=2
            ),
        ),
        (Step("Normalize"), Step("ToTensorV2")),
        BoxPolicy("coco", ("labels",), 0.25),
        KeypointPolicy("xy", (), False),
        0.9,
    )


@pytest.mark.parametrize(
    "code",
    [
        "import albumentations\nalbumentations.Compose([albumentations.HorizontalFlip()])",
        "import albumentations as alb\nt = alb.Compose([alb.HorizontalFlip()])",
        "from albumentations import Compose, HorizontalFlip as Flipped\nCompose(transforms=[Flipped()])",
        "from albumentations import *\nCompose([HorizontalFlip()])",
        "from albumentations.augmentations.geometric import HorizontalFlip\nA.Compose([HorizontalFlip()])",
        "A.Compose([A.HorizontalFlip()])",
        "Compose([HorizontalFlip()])",
        "albu.ReplayCompose([albu.HorizontalFlip()])",
        "def get(size=3):\n    '''Train.'''\n    steps = [A.HorizontalFlip()]\n    return A.Compose(steps)",
        "flip = A.HorizontalFlip()\nsteps = list((flip,))\nA.Compose(steps)",
        "A.Compose([A.HorizontalFlip()], bbox_params=None, additional_targets={})",
    ],
)
def test_names_are_followed_however_they_come(code: str) -> None:
    pasted = read(code)
    assert names(pasted) == ["HorizontalFlip"]
    assert pasted.notes == ()


@pytest.mark.parametrize("code", ["[A.HorizontalFlip(), A.Blur()]", "x = [A.HorizontalFlip(), A.Blur()]"])
def test_steps_without_a_compose_are_read_as_one(code: str) -> None:
    pasted = read(f"import albumentations as A\n{code}")
    assert names(pasted) == ["HorizontalFlip", "Blur"]
    assert any("there is no Compose" in note for note in pasted.notes)


def test_of_several_the_last_is_taken_and_the_others_are_named() -> None:
    pasted = read("train = A.Compose([A.Blur()])\nval = A.Compose([A.NoOp()])")
    assert names(pasted) == ["NoOp"]
    assert len(pasted.notes) == 1
    assert "line 2" in pasted.notes[0]
    assert "Left out: train." in pasted.notes[0]


def test_of_a_dict_of_them_the_last_is_taken() -> None:
    pasted = read("both = {'train': A.Compose([A.Blur()]), 'val': A.Compose([A.NoOp()])}")
    assert names(pasted) == ["NoOp"]
    assert "both['train']" in pasted.notes[0]


def test_a_compose_inside_another_is_a_group_and_not_another_pipeline() -> None:
    pasted = read("inner = A.Compose([A.Blur()])\nouter = A.Compose([inner, A.NoOp()])")
    assert names(pasted) == ["Sequential", "NoOp"]
    assert pasted.spec.steps[0].p == 1
    assert len(pasted.notes) == 1
    assert "Sequential" in pasted.notes[0]


OLD = {
    "A.RandomResizedCrop(224, 112)": Step("RandomResizedCrop", {"size": (224, 112)}),
    "A.RandomResizedCrop((224, 112))": Step("RandomResizedCrop", {"size": (224, 112)}),
    "A.RandomSizedCrop((10, 20), 30, 40)": Step("RandomSizedCrop", {"min_max_height": (10, 20), "size": (30, 40)}),
    "A.RandomSizedCrop((10, 20), (30, 40))": Step("RandomSizedCrop", {"min_max_height": (10, 20), "size": (30, 40)}),
    "A.GaussNoise(var_limit=(650.25, 2601))": Step("GaussNoise", {"std_range": (0.1, 0.2)}, 0.5),
    "A.ShiftScaleRotate(value=0, always_apply=True)": Step("ShiftScaleRotate", {"fill": 0}, 1.0),
    "A.IAAFliplr()": Step("HorizontalFlip", p=0.5),
}


@pytest.mark.parametrize(("code", "step"), OLD.items(), ids=OLD)
def test_older_spellings_are_understood(code: str, step: Step) -> None:
    assert read(f"A.Compose([\n{code}])").spec == PipelineSpec((step,))


WRONG = {
    "A.Compose([A.Resize(8,\nCFG.size)])": ("line 2", "`CFG.size` is a value that augviz does not look up"),
    "A.Compose([\nA.Rotate(limt=3)])": ("line 2", "has no parameter 'limt'"),
    "A.Compose([\nA.Rotat()])": ("line 2", "Rotat"),
    "A.Compose([\nA.Rotat(3)])": ("line 2", "Rotat"),
    "A.Compose([A.Rotate(\nlimit='x')])": ("line 2", "'x' is not accepted"),
    "A.Compose([\nA.HorizontalFlip(p=3)])": ("line 2", "p must be a number from 0 to 1"),
    "A.Compose([\nA.HorizontalFlip(0.5, 3, 4)])": ("line 2", "takes"),
    "A.Compose([\nA.HorizontalFlip(0.5, p=0.1)])": ("line 2", "given p twice"),
    "A.Compose([\nA.HorizontalFlip])": ("line 2", "does not look up"),
    "A.Compose([\n'HorizontalFlip'])": ("line 2", "a transform is expected"),
    "A.Compose([\nA.BboxParams('coco')])": ("line 2", "is not a transform"),
    "A.Compose([],\nbbox_params=A.BboxParams('cocoo'))": ("line 2", "knows no format"),
    "A.Compose([],\nbbox_params=A.NoOp())": ("line 2", "NoOp is no bbox_params"),
    "A.Compose([],\nbbox_parms=None)": ("line 2", "no argument 'bbox_parms'"),
    "A.Compose(\nA.NoOp())": ("line 2", "transforms must be a list"),
    "A.Compose([A.NoOp(),\nv2.RandomInvert()])": ("line 2", "stands among steps of Albumentations"),
    "A.Compose([\nA.OneOf([A.NoOp(p=0)])])": ("line 2", "p above 0"),
    "def f(size):\n  return A.Compose([A.Resize(size, 3)])": ("line 2", "`size` has no value"),
}


@pytest.mark.parametrize(("code", "said"), WRONG.items(), ids=WRONG)
def test_a_mistake_gets_its_line(code: str, said: tuple[str, str]) -> None:
    with pytest.raises(PipelineError) as caught:
        read(code)
    assert caught.value.where.startswith(said[0])
    assert said[1] in str(caught.value)


def test_yaml_of_augviz_keeps_its_seed_and_streams() -> None:
    pasted = read("transform:\n- HorizontalFlip: {p: 0.5}\naugviz: {seed: 12, steps: [mine]}\n")
    assert pasted.form == "YAML or JSON"
    assert pasted.seed == 12
    assert pasted.spec.steps[0].id == "mine"


def test_comments_with_calls_do_not_make_code_of_yaml() -> None:
    assert read("# albumentations.load(path)\ntransform:\n- NoOp\n").form == "YAML or JSON"


def test_code_that_reads_other_images_may_stand_beside_the_pipeline() -> None:
    pasted = read(
        """
import numpy as np
from PIL import Image, ImageOps
import albumentations as A

def read(path):
    return np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB"))

references = [read("a.jpg"), {"image": read("b.jpg"), "bboxes": np.array([[1, 2, 3, 4]]).reshape(-1, 4)}]
transform = A.Compose([A.HorizontalFlip()])
"""
    )
    assert names(pasted) == ["HorizontalFlip"]


def test_a_long_sum_is_added_once() -> None:
    code = f"A.Compose([A.Resize({' + '.join(['1'] * 100)}, 8)])"
    assert read(code).spec.steps[0].params["height"] == 100


def test_long_chains_of_methods_are_read_once() -> None:
    assert names(read(f"x = np.array([1]){'.reshape(-1)' * 60}\nA.Compose([A.NoOp()])")) == ["NoOp"]


def test_int_rounds_a_number_down() -> None:
    assert read("A.Compose([A.LongestMaxSize(max_size=int(416 * 1.1))])").spec.steps[0].params["max_size"] == 457
