"""Rules for boxes, masks and keypoints. What happens to the objects themselves is measured by the checks."""

from __future__ import annotations

from augviz.pipeline.spec import BoxPolicy, KeypointPolicy
from augviz.preservation.rules.case import Case, Leaf
from augviz.preservation.rules.conditions import (
    BOX_SAFE,
    CLASSES_FOLLOW,
    MIRRORS,
    POINTS_FOLLOW,
    SHUFFLES,
    When,
    above,
    below,
    both,
    either,
    holds,
    named,
    neither,
    yes,
)
from augviz.preservation.rules.fixes import (
    limit_turn,
    limit_zoom,
    nearest_masks,
    set_box_policy,
    set_point_policy,
    set_value,
    swap_names,
    switch_off,
)
from augviz.preservation.rules.rule import SIDES, Rule, do, on

BOXES = holds(lambda case: case.targets.boxes)
BOXES_ALONE = holds(lambda case: case.targets.are_boxes_alone)
MASKS = holds(lambda case: case.targets.masks)
POINTS = holds(lambda case: case.targets.keypoints)

TURNS_FREELY = holds(lambda case: case.reach.turn_deg % 90 > 1 and case.params.get("rotate_method") == "largest_box")
"""By other angles than quarters, and with boxes around the turned corners."""


def _policy(case: Case) -> BoxPolicy:
    return case.spec.boxes or BoxPolicy()


def _largest_free_turn(over: float, up_to: float) -> When:
    return both(above("turn", over, up_to), holds(lambda case: case.params.get("rotate_method") == "largest_box"))


def _croppers(case: Case) -> int:
    return sum(leaf.reach.least_seen_share < 0.9 for leaf in case.leaves)


def _crops_freely(leaf: Leaf) -> bool:
    return leaf.reach.least_seen_share < 0.7 and leaf.step.name not in BOX_SAFE


def _is_judged_each(policy: BoxPolicy) -> bool:
    return policy.min_visibility > 0 and policy.check_each_transform


def _follows_ellipse(case: Case) -> bool:
    return bool(case.params.get("rotate_method") == "ellipse")


def _interpolates_masks(case: Case) -> bool:
    is_set = case.spec.mask_interpolation not in (None, 0, 6)
    own = [leaf.step.params.get("mask_interpolation", 0) for leaf in case.leaves]
    return is_set or (case.spec.mask_interpolation is None and any(value not in (0, 6) for value in own))


def _is_eroding(case: Case) -> bool:
    return float(case.params.get("erosion_rate", 0)) > 0


def _drops_points(case: Case) -> bool:
    policy = case.spec.keypoints
    return policy is not None and policy.remove_invisible and not policy.label_fields


def _loses_points(case: Case) -> bool:
    return any(leaf.reach.least_seen_share < 0.97 for leaf in case.leaves)


BOX_RULES: tuple[Rule, ...] = (
    Rule("B03", "Slivers stay labelled", "caution", "boxes", "detection",
        both(BOXES, holds(lambda case: _policy(case).min_visibility == 0),
        holds(lambda case: any(_crops_freely(leaf) for leaf in case.leaves))),
        "The limit min_visibility is 0, so an object of which a sliver is left keeps its box.",
        "Set min_visibility to 0.3 to 0.5.",
        "AD AD-box S",
        on(do("RandomResizedCrop", size=(224, 224), scale=(0.2, 1.0))),
        on(do("RandomResizedCrop", size=(224, 224), scale=(0.2, 1.0)), boxes=BoxPolicy(min_visibility=0.4)),
        scope="pipeline", fix=set_box_policy("Set min_visibility to 0.3", min_visibility=0.3)),
    Rule("B04", "Visibility judged step by step", "caution", "boxes", "",
        both(BOXES, holds(lambda case: _is_judged_each(_policy(case)) and _croppers(case) >= 2)),
        "The limit min_visibility is judged anew after each step. Two crops that keep 60% leave 36% and pass a "
        "limit of 0.5.",
        "Judge once at the end (check_each_transform=False).", "M",
        on(do("RandomResizedCrop", size=(300, 300), scale=(0.5, 0.8)), do("RandomResizedCrop", size=(224, 224),
        scale=(0.5, 0.8)), boxes=BoxPolicy(min_visibility=0.5), profile="detection"),
        on(do("RandomResizedCrop", size=(224, 224), scale=(0.5, 0.8)), boxes=BoxPolicy(min_visibility=0.5),
        profile="detection"),
        scope="pipeline", fix=set_box_policy("Judge visibility once at the end", check_each_transform=False)),
    Rule("B05", "Boxes grow when they turn", "caution", "boxes", "",
        both(_largest_free_turn(10, 30), BOXES_ALONE),
        "The box is drawn around the turned corners of the old one and grows: at 15 to 20° it overlaps the true box of "
        "people, cars and discs by .54 to .80.",
        "Use rotate_method=ellipse, stay within ±10°, or give masks.", "KALRA M",
        on(do("Rotate", limit=(-20, 20)), facts="boxes boxes_without_masks", profile="detection"),
        on(do("Rotate", limit=(-8, 8)), facts="boxes boxes_without_masks", profile="detection"),
        scope="step", fix=set_value("rotate_method", "ellipse", "Follow the ellipse inside the box")),
    Rule("B06", "Boxes become wrong when they turn far", "violating", "boxes", "",
        both(_largest_free_turn(30, 180), holds(lambda case: case.reach.varies and case.name in ("Rotate",
        "SafeRotate", "Affine", "ShiftScaleRotate")), BOXES_ALONE),
        "The box is drawn around the turned corners of the old one. At 30 to 45° it overlaps the true box of people, "
        "cars and discs by .48 to .68 only.",
        "Use rotate_method=ellipse, stay within ±10°, turn by quarters, or give masks.", "KALRA M",
        on(do("Rotate", limit=(-45, 45)), facts="boxes boxes_without_masks", profile="detection"),
        on(do("Rotate", limit=(-45, 45), rotate_method="ellipse"), facts="boxes boxes_without_masks",
        profile="detection"),
        scope="step", fix=limit_turn(10)),
    Rule("B07", "Ellipses in rectangles", "caution", "boxes", "detection document road-scene",
        both(above("turn", 10),
        holds(_follows_ellipse), holds(lambda case: case.targets.are_boxes_round is not True), BOXES),
        "Boxes follow the ellipse inside them, but the objects fill their corners. At 45° a square keeps an "
        "overlap of .51.",
        "Use rotate_method=largest_box for rectangles.", "M",
        on(do("Rotate", limit=(-30, 30), rotate_method="ellipse"), facts="boxes", profile="document"),
        on(do("Rotate", limit=(-30, 30)), facts="boxes", profile="document"),
        scope="step", fix=set_value("rotate_method", "largest_box", "Use the turned corners")),
    Rule("B16", "Boxes of round things grow when they turn", "violating", "boxes", "",
        both(_largest_free_turn(25, 180), holds(lambda case: case.targets.are_boxes_round is True), BOXES),
        "A round thing that is turned keeps its box, but this box is drawn around the turned corners of the old one: "
        "the overlap with the true box is .68 at 15° and .50 at 45°.",
        "Use rotate_method=ellipse for round things.", "KALRA M",
        on(do("Rotate", limit=(-45, 45)), facts="boxes", profile="detection", is_round=True),
        on(do("Rotate", limit=(-45, 45), rotate_method="ellipse"), facts="boxes", profile="detection", is_round=True),
        scope="step", fix=set_value("rotate_method", "ellipse", "Follow the ellipse inside the box")),
    Rule("B10", "A crop that may cut boxes", "caution", "boxes", "",
        both(holds(_is_eroding), BOXES),
        "The setting erosion_rate lets the crop cut into boxes: at 0.2 the worst object kept 31%, at 0.5 a "
        "quarter of them "
        "lost half.",
        "Set erosion_rate to 0, or look at the visible shares.", "M S",
        on(do("RandomSizedBBoxSafeCrop", height=224, width=224, erosion_rate=0.2), profile="detection"),
        on(do("RandomSizedBBoxSafeCrop", height=224, width=224), profile="detection"),
        scope="step", fix=set_value("erosion_rate", 0.0, "Cut no boxes")),
    Rule("B11", "A hole takes the box and leaves the mask", "caution", "cover", "detection segmentation",
        both(above("covered", 0.01), BOXES, MASKS, holds(lambda case: case.params.get("fill_mask", 0) is None)),
        "A hole that covers an object takes its box away, while its mask stays.", "Set fill_mask.", "RARE M AD",
        on(do("CoarseDropout"), facts="boxes masks", profile="detection"),
        on(do("CoarseDropout", fill_mask=0), facts="boxes masks", profile="detection"),
        scope="step", fix=set_value("fill_mask", 0, "Cut holes into masks too")),
    Rule("B12", "Shapes are stretched", "caution", "stretch", "detection fine-grained face digits",
        above("aspect", 1.4), "One direction is stretched against the other by more than the customary 4 to 3.",
        "Keep the ratio: LongestMaxSize and PadIfNeeded.", "TV API AD-what",
        on(do("Resize", height=100, width=400)), on(do("Affine", scale=(0.9, 1.1), keep_ratio=True))),
    Rule("B14", "Objects are made small", "caution", "zoom", "detection",
        both(below("least_scale", 0.5), either(above("padded", 0.3), named("RandomScale")), BOXES),
        "Objects shrink to less than half and fall below what a detector finds.", "Keep the scale at 0.5 or more.",
        "AD",
        on(do("Affine", scale=(0.2, 0.4), keep_ratio=True)), on(do("Affine", scale=(0.8, 1.2), keep_ratio=True)),
        fix=limit_zoom(0.5)),
)  # fmt: skip
"""Boxes."""

MASK_AND_POINT_RULES: tuple[Rule, ...] = (
    Rule("G04", "Masks are interpolated", "violating", "masks", "",
        both(MASKS, holds(_interpolates_masks)),
        "Values of masks are mixed between neighbours, which makes classes that do not exist.",
        "Take the nearest pixel for masks.", "AD AD-what M",
        on(do("Rotate", mask_interpolation=1), facts="masks"), on(do("Rotate"), facts="masks"),
        scope="pipeline", fix=nearest_masks),
    Rule("M02", "Sides of masks are not swapped", "violating", "mirror", "segmentation ct-mri face",
        both(MIRRORS, yes("left_right_labels"), MASKS, neither(CLASSES_FOLLOW)),
        "Left and right masks change places and keep their names.",
        "Let the names change places in mirror images, or do not mirror.", "NNU MMCV",
        on(do("HorizontalFlip"), facts="left_right_labels masks"), on(do("HorizontalFlip"), facts="masks",
        profile="segmentation"),
        fix=swap_names, mended_on=on(do("HorizontalFlip"), facts="left_right_labels masks", swaps=SIDES)),
    Rule("M03", "Padding is a class", "caution", "masks", "segmentation",
        both(above("padded", 0.25), MASKS, holds(lambda case: case.params.get("fill_mask", 255) == 0)),
        "The padded border gets class 0 in masks, which may be a real class.",
        "Set fill_mask to the value that training ignores, such as 255.", "OURS API",
        on(do("Affine", scale=(0.5, 0.6))), on(do("Rotate", limit=(-5, 5))), scope="step",
        fix=set_value("fill_mask", 255, "Mark padding with 255")),
    Rule("M04", "Thin shapes break", "caution", "warp", "segmentation ct-mri histology",
        both(both(above("warp", 0.03), neither(SHUFFLES)), MASKS),
        "Thin shapes such as vessels, wires and cracks break when they are warped.",
        "Warp less.", "AD-what AB-med",
        on(do("ThinPlateSpline", scale_range=(0.5, 0.5)), facts="masks"), on(do("Rotate", limit=(-5, 5)),
        facts="masks"), fix=switch_off),
    Rule("M06", "Holes keep their class", "info", "cover", "segmentation",
        both(above("covered", 0.01), MASKS, holds(lambda case: case.params.get("fill_mask", 0) is None)),
        "Covered pixels keep their class: the model has to guess it.",
        "Leave it so if occlusion is meant, or set fill_mask to the value that training ignores.", "M API",
        on(do("CoarseDropout")), on(do("CoarseDropout", fill_mask=255)), scope="step"),
    Rule("G27", "Erasing that can fail", "caution", "file", "",
        both(named("Erasing"), holds(lambda case: float(case.params["scale"][1]) >= 0.6)),
        "Erasing can stop with an error when a hole of this size does not fit (Albumentations 2.0.8).",
        "Use CoarseDropout, or holes of less than half.", "M",
        on(do("Erasing", scale=(0.5, 0.7))), on(do("Erasing")), scope="step",
        fix=set_value("scale", (0.02, 0.33), "Erase at most 33%")),
    Rule("K01", "Sides of points are not swapped", "violating", "mirror", "",
        both(MIRRORS, yes("left_right_keypoints"), POINTS, neither(POINTS_FOLLOW)),
        "Points move with the mirrored image and keep their names: what is called left is now on the right.",
        "Let the names change places in mirror images, or set p to 0.", "AD-what A#840 LP M",
        on(do("HorizontalFlip"), profile="keypoints"), on(do("Rotate", limit=(-10, 10)), profile="keypoints"),
        fix=swap_names, mended_on=on(do("HorizontalFlip"), profile="keypoints", swaps=SIDES)),
    Rule("K02", "Points lose their names", "violating", "points", "",
        both(POINTS, holds(_drops_points), holds(_loses_points)),
        "Points that leave the image are removed, and without label fields all later points move up one place.",
        "Keep points outside the image (remove_invisible=False), or carry their names as a label field.", "M AD-what",
        on(do("RandomResizedCrop", size=(224, 224)), keypoints=KeypointPolicy(label_fields=()), profile="keypoints"),
        on(do("RandomResizedCrop", size=(224, 224)), keypoints=KeypointPolicy(), profile="keypoints"),
        scope="pipeline", fix=set_point_policy("Keep points outside the image", remove_invisible=False)),
    Rule("K04", "Impossible bodies", "caution", "warp", "keypoints face",
        both(both(above("warp", 0.03), neither(SHUFFLES)), POINTS),
        "Warps of this strength make bodies and faces that cannot exist.",
        "Warp less.", "AD-what",
        on(do("ThinPlateSpline", scale_range=(0.5, 0.5))), on(do("Rotate", limit=(-10, 10))), fix=switch_off),
    Rule("K05", "People upside down", "caution", "turn", "keypoints",
        both(either(above("turn", 45))), "People are upright in most uses; these turns go beyond 45°.",
        "Keep rotation within ±45°.", "AD OURS",
        on(do("Rotate", limit=(-90, 90))), on(do("Rotate", limit=(-30, 30))), fix=limit_turn(40)),
)  # fmt: skip
"""Masks and keypoints."""
