"""Our run gives what Albumentations' own Compose gives on the same draws, containers included."""

from __future__ import annotations

import albumentations as A
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from augviz.pipeline.draws import Draws
from augviz.pipeline.run import run
from augviz.pipeline.scripted import script
from augviz.pipeline.spec import BoxPolicy, Group, KeypointPolicy, Node, PipelineSpec, Step, walk
from augviz.sample import Boxes, Keypoints, Labels, Masks, Sample, SemanticMap

STEPS = (
    ("HorizontalFlip", {}),
    ("VerticalFlip", {}),
    ("RandomRotate90", {}),
    ("Rotate", {"limit": (-30, 30)}),
    ("Affine", {"scale": (0.6, 1.4), "rotate": (-20, 20), "shear": (-10, 10)}),
    ("Affine", {"translate_percent": (-0.2, 0.2), "border_mode": 4}),  # reflects: boxes get mirror images
    ("RandomResizedCrop", {"size": (48, 72), "scale": (0.2, 0.8)}),
    ("RandomCrop", {"height": 30, "width": 40, "pad_if_needed": True}),
    ("RandomBrightnessContrast", {}),
    ("GaussNoise", {}),
    ("CoarseDropout", {"num_holes_range": (1, 4), "hole_height_range": (0.2, 0.5), "hole_width_range": (0.2, 0.5)}),
    ("ColorJitter", {}),
    ("Perspective", {}),
)

probabilities = st.sampled_from([0.0, 0.3, 0.5, 0.9, 1.0])
steps = st.builds(lambda step, p: Step(step[0], step[1], p), st.sampled_from(STEPS), probabilities)


def groups(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Group]:
    """Groups that the library can build: a OneOf needs a weight above 0."""
    return st.builds(
        Group,
        st.sampled_from(["OneOf", "SomeOf", "RandomOrder", "Sequential"]),
        st.lists(children, min_size=1, max_size=3).map(tuple),
        probabilities,
        st.integers(1, 3),
        st.booleans(),
    ).filter(lambda group: group.kind != "OneOf" or sum(child.p for child in group.children) > 0)


nodes = st.recursive(steps, groups, max_leaves=5)
box_policies = st.builds(
    BoxPolicy,
    min_visibility=st.sampled_from([0.0, 0.3, 0.7]),
    min_area=st.sampled_from([1.0, 40.0]),
    max_accept_ratio=st.sampled_from([None, 4.0]),
    check_each_transform=st.booleans(),
)
keypoint_policies = st.builds(KeypointPolicy, remove_invisible=st.booleans(), check_each_transform=st.booleans())


def make_sample() -> Sample:
    """A small picture, deliberately not square, with every kind of label."""
    rng = np.random.default_rng(5)
    height, width = 56, 80
    image = rng.integers(0, 256, (height, width, 3), np.uint8)
    boxes = [[4, 6, 30, 28], [40, 10, 76, 50], [60, 40, 66, 46]]
    masks = np.zeros((3, height, width), bool)
    for mask, (x1, y1, x2, y2) in zip(masks, boxes, strict=True):
        mask[y1:y2, x1:x2] = True
    labels = Labels(
        Boxes.of(boxes, ["a", "b", "c"]),
        Masks.from_stack(masks, ["a", "b", "c"], size=(height, width)),
        SemanticMap(masks[1].astype(np.int32) * 7),
        Keypoints.of([[10, 10], [50, 30], [79, 55]], ["p", "q", "r"]),
    )
    return Sample("small", image, labels)


SAMPLE = make_sample()


def library_node(node: Node) -> A.BasicTransform | A.BaseCompose:
    """The node as a person would write it with the library."""
    if isinstance(node, Step):
        return getattr(A, node.name)(**dict(node.params), p=node.p)
    children = [library_node(child) for child in node.children]
    n = node.n if node.replace else min(node.n, len(children))
    numbers = {"n": n, "replace": node.replace} if node.kind in ("SomeOf", "RandomOrder") else {}
    return getattr(A, node.kind)(children, p=node.p, **numbers)


def compose_result(spec: PipelineSpec, seed: int) -> dict:
    """What Compose makes of the sample when it is given our draws."""
    assert spec.boxes is not None
    assert spec.keypoints is not None
    compose = A.Compose(
        [library_node(node) for node in spec.steps],
        bbox_params=A.BboxParams(
            "pascal_voc",
            ["rows"],
            min_visibility=spec.boxes.min_visibility,
            min_area=spec.boxes.min_area,
            max_accept_ratio=spec.boxes.max_accept_ratio,
            check_each_transform=spec.boxes.check_each_transform,
        ),
        keypoint_params=A.KeypointParams(
            "xy",
            ["points"],
            remove_invisible=spec.keypoints.remove_invisible,
            check_each_transform=spec.keypoints.check_each_transform,
        ),
        p=spec.p,
    )
    script(compose, [node.id for top in spec.steps for node in walk(top)], Draws(seed))
    labels = SAMPLE.labels
    return compose(
        image=SAMPLE.image,
        mask=labels.semantic.values.astype(np.uint8),
        masks=labels.masks.layers,
        bboxes=labels.boxes.xyxy,
        rows=[0, 1, 2],
        keypoints=labels.keypoints.xy - 0.5,  # the library counts points from the middle of the first pixel
        points=[0, 1, 2],
    )


@pytest.mark.filterwarnings("ignore:Got processor for")  # a drawn pipeline may move no label at all
@settings(max_examples=120)
@given(
    st.lists(nodes, min_size=1, max_size=4).map(tuple),
    box_policies,
    keypoint_policies,
    st.sampled_from([0.5, 1.0]),
    st.integers(0, 2**32),
)
def test_run_equals_compose(
    steps: tuple[Node, ...], boxes: BoxPolicy, keypoints: KeypointPolicy, p: float, seed: int
) -> None:
    spec = PipelineSpec(steps, (), boxes, keypoints, p)
    ours, theirs = run(spec, SAMPLE, seed), compose_result(spec, seed)
    assert not ours.errors
    labels = ours.after.labels
    np.testing.assert_array_equal(ours.after.image, theirs["image"])
    np.testing.assert_array_equal(labels.semantic.values, theirs["mask"])
    np.testing.assert_array_equal(labels.masks.layers, theirs["masks"])
    assert list(ours.box_rows) == [int(row) for row in theirs["rows"]]
    np.testing.assert_allclose(labels.boxes.xyxy, np.reshape(theirs["bboxes"], (-1, 4)), atol=1e-3)
    assert list(ours.keypoint_rows) == [int(row) for row in theirs["points"]]
    np.testing.assert_allclose(labels.keypoints.xy - 0.5, np.reshape(theirs["keypoints"], (-1, 2)), atol=1e-3)
