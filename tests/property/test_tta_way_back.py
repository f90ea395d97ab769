"""View then inverse gives every pixel that survives its own place again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from augviz.models.card import ModelCard
from augviz.pipeline.run import run
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.sample import Boxes, Labels, Sample
from augviz.tta.seeing import look
from augviz.tta.view import View, step
from augviz.tta.view_sets import VIEW_SETS
from augviz.tta.way_back import boxes_back, labels_back, scores_back
from tests.unit.tta_cases import PIXELS, numbered, numbers_in

SIDE = st.integers(24, 60)


def crops(draw: st.DrawFn) -> Step:
    x, y = draw(st.integers(0, 8)), draw(st.integers(0, 8))
    return step(
        "Crop", {"x_min": x, "y_min": y, "x_max": x + draw(st.integers(12, 15)), "y_max": y + draw(st.integers(12, 15))}
    )


@st.composite
def moving_pixels(draw: st.DrawFn) -> tuple[Step, ...]:
    """Steps that only move whole pixels."""
    moves = [step("HorizontalFlip"), step("VerticalFlip"), step("Transpose")]
    steps = draw(st.lists(st.sampled_from(moves), max_size=4))
    shift = {"x": (draw(st.integers(-3, 3)),) * 2, "y": (draw(st.integers(-3, 3)),) * 2}
    if draw(st.booleans()):
        steps.append(step("Affine", {"translate_px": shift, "border_mode": draw(st.sampled_from([0, 4]))}))
    if draw(st.booleans()):
        steps.append(crops(draw))
    if draw(st.booleans()):
        steps.append(step("PadIfNeeded", {"min_height": 70, "min_width": 70, "border_mode": 0}))
    steps += draw(st.lists(st.sampled_from(moves), max_size=2))
    return tuple(steps)


@st.composite
def resampling(draw: st.DrawFn) -> tuple[Step, ...]:
    """Steps that also scale and turn."""
    height, width = draw(st.integers(20, 120)), draw(st.integers(20, 120))
    turn = draw(st.floats(-20, 20))
    kinds = [
        (step("Resize", {"height": height, "width": width}),),
        (step("SmallestMaxSize", {"max_size": height}), step("CenterCrop", {"height": 18, "width": 18})),
        (step("Rotate", {"limit": (turn, turn), "border_mode": draw(st.sampled_from([0, 4]))}),),
        (step("RandomScale", {"scale_limit": (0.25, 0.25)}), step("HorizontalFlip")),
    ]
    return draw(st.sampled_from(kinds))


@given(height=SIDE, width=SIDE, steps=moving_pixels())
def test_every_pixel_that_survives_comes_back_to_its_place(height: int, width: int, steps: tuple[Step, ...]) -> None:
    sample = numbered(height, width)
    seen = look(View("v", "V", PipelineSpec(steps)), sample, PIXELS)
    assert seen.back is not None
    assert seen.back.is_exact
    back = labels_back(numbers_in(seen.image), seen.back, unseen=0)
    assert np.array_equal(back[seen.back.seen], numbers_in(sample.image)[seen.back.seen])
    # … and what survives is exactly what can be found in the view.
    assert set(back[seen.back.seen].tolist()) == set(numbers_in(seen.image).ravel().tolist()) - {0}
    assert (back[~seen.back.seen] == 0).all()


@given(height=SIDE, width=SIDE, steps=resampling())
def test_scores_come_back_to_within_a_pixel(height: int, width: int, steps: tuple[Step, ...]) -> None:
    y, x = np.mgrid[:height, :width].astype(np.float32)
    ramp = np.dstack([x / 64, y / 64, np.zeros_like(x)]).astype(np.float32)
    seen = look(View("v", "V", PipelineSpec(steps)), Sample("ramp", ramp), PIXELS)
    assert seen.back is not None
    back = scores_back(np.ascontiguousarray(seen.image.transpose(2, 0, 1)), seen.back) * 64
    scale = 1 / np.sqrt(abs(np.linalg.det(seen.back.to_view[:, :2])))
    inner = np.zeros_like(seen.back.seen)
    edge = int(np.ceil(1 + 2 * scale))
    inner[edge:-edge, edge:-edge] = True  # at the frame the picture itself is stretched or mixed with what is outside
    shrunk = (
        seen.back.seen & inner & np.roll(seen.back.seen, (3, 3), (0, 1)) & np.roll(seen.back.seen, (-3, -3), (0, 1))
    )
    off = np.hypot(back[0] - x, back[1] - y)[shrunk]
    assert off.max(initial=0) < 0.75 * max(1, scale)
    assert off.mean() < 0.2 * max(1, scale) if off.size else True


@given(height=SIDE, width=SIDE, steps=st.one_of(moving_pixels(), resampling()), data=st.data())
def test_boxes_of_a_view_are_the_boxes_of_the_picture(
    height: int, width: int, steps: tuple[Step, ...], data: st.DataObject
) -> None:
    """What the library makes of a box, brought back, is the box: two ways that know nothing of each other."""
    x, y = data.draw(st.integers(10, width // 2)), data.draw(st.integers(10, height // 2))
    box = np.array([[x, y, x + 4, y + 3]], np.float32)
    sample = Sample("s", np.zeros((height, width, 3), np.uint8), Labels(boxes=Boxes.of(box, ["a"])))
    view = View("v", "V", PipelineSpec(steps))
    way = look(view, sample, PIXELS).back
    assert way is not None
    after = run(view.spec, sample, 0).after.labels.boxes
    if not way.seen[y - 1 : y + 4, x - 1 : x + 5].all() or not len(after):
        return  # part of it was cut off
    back = boxes_back(after.xyxy, way)
    is_turned = any(each.name == "Rotate" for each in steps)
    if is_turned:  # the library's box lies around the corners, and so does ours around its
        assert (back[0, :2] <= box[0, :2] + 1).all()
        assert (back[0, 2:] >= box[0, 2:] - 1).all()
    else:
        assert np.abs(back - box).max() < (1e-3 if way.is_exact else 0.05)


@given(height=st.integers(40, 90), width=st.integers(40, 90), side=st.sampled_from([16, 24, 33]), data=st.data())
def test_every_view_of_every_set_has_the_size_of_the_model_and_a_way_back(
    height: int, width: int, side: int, data: st.DataObject
) -> None:
    fit = data.draw(st.sampled_from(["stretch", "centre"]))
    size = (side, side + data.draw(st.sampled_from([0, 7])))
    card = ModelCard(size_hw=size, fit=fit, output="pixels")
    for views in VIEW_SETS:
        for view in views.make(replace(card, output="classes")):  # some are made for classes only
            seen = look(view, numbered(height, width), card)
            assert seen.image.shape[:2] == size, view.id
            assert seen.back is not None, view.id
            assert seen.back.seen.any()
