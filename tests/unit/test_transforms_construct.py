"""Building transforms: what is refused, in which words, and that nothing is ignored in silence."""

from __future__ import annotations

import threading
import warnings
from typing import Any

import pytest
from immutabledict import immutabledict

from augviz.errors import PipelineError
from augviz.transforms.construct import check, make, notes, signature_defaults, starting_params

INFINITE = float("inf")

REFUSED = {
    "a misspelt argument": ("Rotate", {"limt": 30}, "Rotate has no parameter 'limt'. Did you mean limit?"),
    "an argument of 1.x": ("GaussNoise", {"var_limit": (10, 50)}, "GaussNoise has no parameter 'var_limit'."),
    "a missing argument": (
        "Resize",
        {"height": 64},
        "Resize: width must be given. It is a whole number from 1 to 8192.",
    ),
    "text for a number": (
        "Rotate",
        {"limit": "x"},
        "Rotate.limit: 'x' is not accepted. It must be two numbers, the smaller first, or one number.",
    ),
    "a number in quotes, which would pass the limits": (
        "Resize",
        {"height": "100000", "width": 64},
        "Resize.height: '100000' is not accepted. It must be a whole number from 1 to 8192.",
    ),
    "a number in quotes within a range": (
        "Rotate",
        {"limit": (0, "9")},
        "Rotate.limit: (0, '9') is not accepted. It must be two numbers, the smaller first, or one number.",
    ),
    "a switch for a number": (
        "Resize",
        {"height": 64, "width": True},
        "Resize.width: True is not accepted. It must be a whole number from 1 to 8192.",
    ),
    "a word for a switch": (
        "GaussNoise",
        {"per_channel": "yes"},
        "GaussNoise.per_channel: 'yes' is not accepted. It must be true or false.",
    ),
    "a word that is no option": (
        "OpticalDistortion",
        {"mode": "fish"},
        "OpticalDistortion.mode: 'fish' is not accepted. It must be one of camera, fisheye.",
    ),
    "beyond the schema": (
        "GaussNoise",
        {"std_range": (0.5, 2)},
        "GaussNoise.std_range: (0.5, 2) is not accepted. It must be two numbers from 0 to 1, the smaller first.",
    ),
    "one number beyond what its range allows": (
        "ColorJitter",
        {"hue": 0.7},
        "ColorJitter.hue: 0.7 is not accepted. "
        "It must be two numbers from -0.5 to 0.5, the smaller first, or one number.",
    ),
    "a range that runs backwards": (
        "Rotate",
        {"limit": (30, -30)},
        "Rotate.limit: the range runs backwards, from 30 to -30. Swap the two numbers.",
    ),
    "a side of a billion": (
        "Resize",
        {"height": 10**9, "width": 10**9},
        "Resize.height: 1000000000 is too large. At most 8192 is possible here.",
    ),
    "a pad of a billion": (
        "Pad",
        {"padding": 10**9},
        "Pad.padding: 1000000000 is too large. At most 8192 is possible here.",
    ),
    "a billion holes": (
        "CoarseDropout",
        {"num_holes_range": (1, 10**9)},
        "CoarseDropout.num_holes_range: 1000000000 is too large. At most 1000 is possible here.",
    ),
    "an infinite number": (
        "RandomBrightnessContrast",
        {"brightness_limit": (-INFINITE, INFINITE)},
        "RandomBrightnessContrast.brightness_limit: -inf is not a finite number.",
    ),
    "not a number": ("Affine", {"scale": {"x": float("nan")}}, "Affine.scale: nan is not a finite number."),
    "a growing output": (
        "Affine",
        {"fit_output": True, "scale": 9.0},
        "Affine.fit_output: with fit_output the image grows to hold all of it, and this would make it more than 16 "
        "times as large. Stay within 75 degrees of shear and 4 times the scale, or switch fit_output off.",
    ),
    "a long list": (
        "CropNonEmptyMaskIfExists",
        {"height": 8, "width": 8, "ignore_values": tuple(range(10_000))},
        "CropNonEmptyMaskIfExists.ignore_values: 10000 values are too many. At most 256 are possible.",
    ),
    "deep nesting": ("CropAndPad", {"px": ((((1,),),),)}, "CropAndPad.px: the value is nested too deeply."),
    "a long word": ("HEStain", {"preset": "x" * 1000}, "HEStain.preset: a word of 1000 letters is too long."),
    "an object": ("Rotate", {"limit": object()}, "Rotate.limit: a value of type object cannot be used."),
    "a mask function by name": (
        "Equalize",
        {"mask": "os.system"},
        "Equalize.mask: it cannot be set. It takes an array or a function, which a file cannot carry.",
    ),
    "what is not offered": ("Lambda", {}, "Lambda is not offered. It runs code of yours"),
    "a base class": ("BaseDropout", {}, "There is no transform 'BaseDropout'."),
    "a class of another library": ("os.system", {}, "There is no transform 'os.system'."),
    "endless zoom layers": ("ZoomBlur", {"step_factor": 0.2}, "ZoomBlur.step_factor: zooming to 1.31 in steps of 0"),
}


@pytest.mark.parametrize(("name", "params", "sentence"), REFUSED.values(), ids=REFUSED)
def test_bad_values_get_one_sentence(name: str, params: dict[str, Any], sentence: str) -> None:
    with pytest.raises(PipelineError) as caught:
        make(name, params, 1.0)
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)
    with pytest.raises(PipelineError):
        check(name, params)


@pytest.mark.parametrize("p", [-0.1, 1.5, float("nan"), "x", True])
def test_p_must_be_a_probability(p: Any) -> None:
    with pytest.raises(PipelineError, match="p must be a number from 0 to 1"):
        make("HorizontalFlip", {}, p)


def test_frozen_values_arrive() -> None:
    built = make("Affine", immutabledict({"scale": immutabledict({"x": (0.5, 1.5), "y": 1.0})}), 0.25)
    assert built.scale == {"x": (0.5, 1.5), "y": (1.0, 1.0)}
    assert built.p == 0.25


def test_an_even_kernel_becomes_odd_without_a_warning() -> None:
    assert make("Blur", {"blur_limit": (4, 8)}, 1.0).blur_limit == (5, 9)


def test_what_the_library_ignores_is_taken_and_dropped() -> None:
    assert make("PlasmaShadow", {"plasma_size": 256}, 1.0).p == 1.0
    with pytest.raises(PipelineError, match="ignores it"):
        make("PlasmaShadow", {"plasma_size": 64}, 1.0)


def test_an_alias_is_built_without_a_warning_and_explained() -> None:
    built = make("ShiftScaleRotate", {"rotate_limit": 15}, 0.5)
    assert built.rotate_limit == (-15, 15)
    assert "Affine" in " ".join(notes("ShiftScaleRotate"))
    assert notes("HorizontalFlip") == ()


def test_building_on_many_threads_leaves_the_warnings_as_they_were() -> None:
    before = list(warnings.filters)
    failed: list[BaseException] = []

    def build() -> None:
        try:
            for _ in range(50):
                make("ShiftScaleRotate", {}, 0.5)
                make("Blur", {"blur_limit": (4, 6)}, 0.5)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=build) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert list(warnings.filters) == before


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (37, 501), (480, 640), (4000, 3000)])
@pytest.mark.parametrize(
    "name", ["RandomCrop", "Crop", "RandomResizedCrop", "RandomSizedCrop", "XYMasking", "PadIfNeeded", "LongestMaxSize"]
)
def test_starting_values_fit_any_image(name: str, size: tuple[int, int]) -> None:
    params = starting_params(name, size)
    check(name, params)
    shorter = min(size)
    sides = [params[key] for key in ("height", "width") if key in params] + list(params.get("size", ()))
    assert all(1 <= side <= shorter for side in sides)


def test_starting_values_are_three_quarters_and_a_multiple_of_eight() -> None:
    assert starting_params("RandomCrop", (480, 640)) == {"height": 360, "width": 360}
    assert starting_params("HorizontalFlip", (480, 640)) == {}


def test_signature_defaults_leave_out_p_and_what_is_required() -> None:
    assert signature_defaults("RandomCrop").keys() & {"p", "strict", "height", "width"} == set()
    assert signature_defaults("Rotate")["limit"] == (-90, 90)
    assert signature_defaults("ToTensorV2") == {"transpose_mask": False}


def test_tensors_can_be_described_and_checked_without_pytorch() -> None:
    check("ToTensorV2", {"transpose_mask": True})
    with pytest.raises(PipelineError, match="no parameter 'transpose'"):
        check("ToTensorV2", {"transpose": True})
