"""Showing a step never changes it, whatever its transform and values; touching a control changes just that."""

from __future__ import annotations

from typing import Any

import pytest
from immutabledict import immutabledict
from streamlit.testing.v1 import AppTest

from augviz.pipeline.spec import Step
from augviz.transforms.catalogue import offered
from augviz.transforms.construct import check
from augviz.transforms.kinds import KINDS
from augviz.transforms.starting import starting_params
from augviz.ui.controls import EVERYTHING, control, reset
from augviz.ui.kind_controls import help_text
from tests.conformance.trial_values import slider_values

PAGE = """
import streamlit as st
from augviz.transforms.catalogue import entry
from augviz.ui.controls import step_controls

step = st.session_state["step"]
st.session_state["step"] = step_controls(entry(step.name), step, key=st.session_state["key"])
"""


def _show(step: Step, *, typed: bool = False, app: AppTest | None = None) -> AppTest:
    """A page with the controls of one step, rare parameters included; or the same page with another step."""
    app = app or AppTest.from_string(PAGE, default_timeout=20)
    key = f"step-{id(step)}"
    app.session_state["key"] = key
    app.session_state["step"] = step
    app.session_state[f"{key}-more"] = True
    app.session_state[f"{key}-type"] = typed
    app.run()
    assert not app.exception, app.exception[0].message
    return app


def _step(app: AppTest) -> Step:
    step = app.session_state["step"]
    assert isinstance(step, Step)
    return step


def test_every_kind_has_a_control() -> None:
    assert set(KINDS) <= set(control.registry)


def test_every_parameter_of_every_transform_has_a_kind_with_a_control() -> None:
    kinds = {type(parameter) for entry in offered().values() for parameter in entry.parameters}
    assert kinds <= set(control.registry)
    assert kinds == set(KINDS), "a kind that no parameter has would be dead code"


@pytest.mark.parametrize("typed", [False, True], ids=["sliders", "typed"])
@pytest.mark.parametrize("name", offered())
def test_showing_a_step_does_not_change_it(name: str, typed: bool) -> None:
    before = Step(name, starting_params(name, (256, 256)))
    app = _show(before, typed=typed)
    assert _step(app) == before
    app.run()
    assert _step(app) == before


@pytest.mark.parametrize("name", offered())
def test_showing_other_values_does_not_change_them(name: str) -> None:
    """Every slider's end and every option; each round takes the next value of every parameter."""
    values = {parameter.name: list(slider_values(parameter)) for parameter in offered()[name].parameters}
    rounds = max(map(len, values.values()), default=0)
    steps = [Step(name, immutabledict({k: v[i % len(v)] for k, v in values.items() if v})) for i in range(rounds)]
    app = None
    for before in steps:
        app = _show(before, app=app)
        assert _step(app) == before


FROM_FILES = {
    "one number for a range": ("Rotate", {"limit": 15}),
    "beyond the slider": ("Rotate", {"limit": (-400.0, 725.5)}),
    "between two steps": ("RandomBrightnessContrast", {"brightness_limit": (-0.123456, 1 / 3)}),
    "half a pixel where whole ones are meant": ("AdvancedBlur", {"rotate_limit": (-12.5, 30)}),
    "backwards": ("Rotate", {"limit": (30, -30)}),
    "an even kernel": ("Blur", {"blur_limit": (4, 8)}),
    "one scale for both axes": ("Affine", {"scale": 1.1}),
    "one axis only": ("Affine", {"scale": {"x": (0.5, 1.5)}}),
    "a number an axis": ("Affine", {"translate_px": {"x": 5, "y": (-3, 3)}}),
    "both of two that exclude each other": ("Affine", {"translate_px": 5, "translate_percent": 0.1}),
    "bits a channel": ("Posterize", {"num_bits": ((1, 3), (2, 4), (5, 6))}),
    "several sizes": ("LongestMaxSize", {"max_size": (128, 256)}),
    "one free side": ("LongestMaxSize", {"max_size_hw": (128, None)}),
    "a fill of six bands": ("Rotate", {"fill": (1, 2, 3, 4, 5, 6)}),
    "a fill between two values": ("Rotate", {"fill": 0.5}),
    "mixed sides": ("CropAndPad", {"px": ((-5, 5), 3, (-1, 1), 0)}),
    "choices a side": ("CropAndPad", {"px": ((1, 2, 3), 3, 3, 3)}),
    "holes in pixels": ("CoarseDropout", {"hole_height_range": (8, 16)}),
    "an option that we do not show": ("MaskDropout", {"fill": "inpaint_ns"}),
    "an interpolation that we do not show": ("ChromaticAberration", {"interpolation": 6}),
    "two channels of noise": ("AdditiveNoise", {"noise_params": {"ranges": ((-0.1, 0.1), (-0.2, 0.2))}}),
    "noise of another type": ("AdditiveNoise", {"noise_type": "beta", "noise_params": {"ranges": ((-0.1, 0.1),)}}),
    "one mean for all channels": ("Normalize", {"mean": 0.5, "std": 0.5}),
    "a preset without its method": ("HEStain", {"preset": "dark"}),
    "text where a number is meant": ("Rotate", {"limit": "much"}),
    "nothing where a value is needed": ("Resize", {}),
}


@pytest.mark.parametrize("typed", [False, True], ids=["sliders", "typed"])
@pytest.mark.parametrize(("name", "params"), FROM_FILES.values(), ids=FROM_FILES)
def test_values_from_files_are_shown_and_kept(name: str, params: dict[str, Any], typed: bool) -> None:
    before = Step(name, params, p=0.37)
    assert _step(_show(before, typed=typed)) == before


def _touch(step: Step, kind: str, label: str, value: Any, *, typed: bool = False) -> Step:
    app = _show(step, typed=typed)
    widgets = [widget for widget in getattr(app, kind) if widget.label == label]
    assert len(widgets) == 1, [widget.label for widget in getattr(app, kind)]
    widgets[0].set_value(value)
    app.run()
    assert not app.exception, app.exception[0].message
    after = _step(app)
    app.run()
    assert _step(app) == after, "a changed step stays as it is"
    return after


TOUCHES = {
    "a slider": ("Rotate", {}, "slider", "Rotation (°)", (-30.0, 90.0), {"limit": (-30.0, 90)}),
    "one thumb": ("RandomBrightnessContrast", {"contrast_limit": (-0.123, 0.2)}, "slider", "Contrast (share)",
                  (-0.12, 0.5), {"contrast_limit": (-0.123, 0.5)}),
    "a whole number": ("ThinPlateSpline", {}, "slider", "Control points a side", 6, {"num_control_points": 6}),
    "a choice": ("Rotate", {}, "selectbox", "Border", 4, {"border_mode": 4}),
    "a switch": ("Rotate", {}, "toggle", "Crop the border away", True, {"crop_border": True}),
    "a colour": ("RandomRain", {}, "color_picker", "Drop colour", "#ff8000", {"drop_color": (255, 128, 0)}),
    "a word": ("CoarseDropout", {}, "selectbox", "Fill", "random", {"fill": "random"}),
    "a value for a fill": ("CoarseDropout", {}, "slider", "Fill: value", 128.0, {"fill": 128.0}),
    "one side of a size": ("RandomResizedCrop", {"size": (64, 64)}, "slider", "Size (px): width", 128,
                         {"size": (64, 128)}),
    "an area": ("RandomGravel", {}, "slider", "Where gravel appears (share): across", (0.2, 0.9),
                {"gravel_roi": (0.2, 0.4, 0.9, 0.9)}),
    "axes apart": ("Affine", {"shear": (-5.0, 5.0)}, "toggle", "Shear: x and y apart", True,
                   {"shear": {"x": (-5.0, 5.0), "y": (-5.0, 5.0)}}),
    "axes together": ("Affine", {"shear": {"x": (-5.0, 5.0)}}, "toggle", "Shear: x and y apart", False,
                      {"shear": (-5.0, 5.0)}),
    "nothing": ("GridDropout", {"unit_size_range": (16, 64)}, "checkbox", "Grid cell: from the number of holes", True,
                {"unit_size_range": None}),
    "something": ("GridDropout", {}, "checkbox", "Grid cell: from the number of holes", False,
                  {"unit_size_range": (16, 64)}),
    "a list of numbers": ("ConstrainedCoarseDropout", {}, "text_input", "Class values to cover", "1, 2",
                          {"mask_indices": (1, 2)}),
    "a list of means": ("Normalize", {}, "text_input", "Mean", "0.5", {"mean": 0.5}),
    "a list of names": ("ConstrainedCoarseDropout", {}, "text_input", "Classes of boxes to cover", "car, bus",
                        {"bbox_labels": ("car", "bus")}),
    "noise": ("AdditiveNoise", {"noise_type": "gaussian"}, "slider", "Standard deviation (share)", (0.1, 0.3),
              {"noise_type": "gaussian", "noise_params": {"mean_range": (0.0, 0.0), "std_range": (0.1, 0.3)}}),
    "a distribution, which makes its noise anew": (
        "AdditiveNoise", {"noise_params": {"ranges": ((-0.5, 0.5),)}}, "selectbox", "Distribution", "laplace",
        {"noise_type": "laplace"}),
    "sides": ("Pad", {"padding": 10}, "segmented_control", "Padding (px)", "each side", {"padding": (10, 10, 10, 10)}),
    "holes in pixels": ("CoarseDropout", {}, "segmented_control", "Hole height in", "pixels",
                        {"hole_height_range": (16, 32)}),
    "one of two that exclude each other": (
        "Affine", {"translate_percent": (-0.1, 0.1)}, "segmented_control", "Shift", "by pixels",
        {"translate_px": (-10, 10)}),
    "neither of two that exclude each other": (
        "Affine", {"translate_percent": (-0.1, 0.1)}, "segmented_control", "Shift", "none", {}),
    "the one without a default": (
        "PadIfNeeded", {}, "segmented_control", "Height", "divisible by",
        {"min_height": None, "pad_height_divisor": 32}),
}  # fmt: skip


@pytest.mark.parametrize(("name", "params", "kind", "label", "value", "expected"), TOUCHES.values(), ids=TOUCHES)
def test_touching_a_control_changes_its_parameter(
    name: str, params: dict[str, Any], kind: str, label: str, value: Any, expected: dict[str, Any]
) -> None:
    step = Step(name, params, p=0.5)
    after = _touch(step, kind, label, value)
    assert after == Step(name, expected, p=0.5)


def test_a_value_beyond_the_slider_can_be_typed() -> None:
    after = _touch(Step("ElasticTransform"), "number_input", "Strength (px)", 2000.0, typed=True)
    assert after.params == {"alpha": 2000.0}
    check(after.name, after.params)


def test_p_is_a_slider() -> None:
    assert _touch(Step("HorizontalFlip", p=0.5), "slider", "Probability", 0.25) == Step("HorizontalFlip", p=0.25)


def test_a_typing_error_is_named_and_changes_nothing() -> None:
    app = _show(before := Step("ConstrainedCoarseDropout", {"mask_indices": (1,)}))
    field = next(widget for widget in app.text_input if widget.label == "Class values to cover")
    field.set_value("1, two").run()
    assert _step(app) == before
    assert "whole number" in app.error[0].value


def test_a_dead_parameter_is_greyed_and_says_why() -> None:
    app = _show(Step("Sharpen"))
    sliders = {slider.label: slider for slider in app.slider}
    assert sliders["Sigma (px)"].disabled
    assert "gaussian" in sliders["Sigma (px)"].help
    assert not sliders["Lightness (×)"].disabled


def test_changing_its_controller_gives_life_in_the_same_run() -> None:
    app = _show(Step("Sharpen"))
    next(box for box in app.selectbox if box.label == "Method").set_value("gaussian").run()
    sliders = {slider.label: slider for slider in app.slider}
    assert not sliders["Sigma (px)"].disabled
    assert sliders["Lightness (×)"].disabled


def test_a_value_that_changed_elsewhere_is_shown() -> None:
    """A widget must not bring back what it held when the step was changed by an undo or another control."""
    app = _show(Step("Rotate", {"limit": (-10.0, 10.0)}))
    slider = next(slider for slider in app.slider if slider.label.startswith("Rotation"))
    slider.set_value((-50.0, 50.0)).run()
    app.session_state["step"] = Step("Rotate", {"limit": (-10.0, 10.0)})
    app.run()
    assert _step(app).params == {"limit": (-10.0, 10.0)}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("limit", {"border_mode": 4}), (EVERYTHING, {})],
)
def test_reset(asked: str, expected: dict[str, Any]) -> None:
    app = _show(Step("Rotate", {"limit": (-10.0, 10.0), "border_mode": 4}))
    app.session_state[f"{app.session_state['key']}-reset-asked"] = asked
    app.run()
    assert _step(app).params == expected
    shown = next(slider for slider in app.slider if slider.label.startswith("Rotation"))
    assert tuple(shown.value) == (-90, 90)


def test_reset_keeps_what_is_required() -> None:
    before = Step("RandomCrop", {"height": 64, "width": 32, "pad_if_needed": True})
    assert reset(before, EVERYTHING).params == {"height": 64, "width": 32}


def test_help_is_shown_literally() -> None:
    """The library's docstrings hold brackets and stars; they must not become links or lists."""
    text = help_text(next(p for p in offered()["Pad"].parameters if p.name == "padding"))
    assert text is not None
    assert "\\*" in text
