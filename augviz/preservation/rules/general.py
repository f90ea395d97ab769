"""Rules for every kind of image: what labels say about sides, directions, colours, sizes and counts."""

from __future__ import annotations

from augviz.preservation.rules.case import Case
from augviz.preservation.rules.conditions import (
    ANOTHER_LAMP,
    CLASSES_FOLLOW,
    GREY,
    MIRRORS,
    REVERSED,
    SHUFFLES,
    TURNS_UPSIDE_DOWN,
    When,
    above,
    both,
    crops,
    either,
    holds,
    neither,
    yes,
)
from augviz.preservation.rules.fixes import largest_hole, limit_hue, limit_turn, limit_zoom, swap_names, switch_off
from augviz.preservation.rules.rule import SIDES, Rule, do, on

WITH_OWN_TURNS = ("digits",)
WITH_OWN_SIGNS = ("digits", "document", "road-scene", "shop")
WITH_OWN_COLOURS = ("road-scene", "industrial", "agriculture", "dermatology", "multispectral")


def _not_in(profiles: tuple[str, ...]) -> When:
    """Profiles that have a rule of their own for it."""
    return holds(lambda case: case.profile not in profiles)


def _grey_and_holes(case: Case) -> bool:
    grey = [leaf for leaf in case.leaves if leaf.reach.least_saturation < 0.15]
    holes = [leaf for leaf in case.leaves if leaf.reach.covered_share > 0.1]
    return any(a.reach.firing_share * b.reach.firing_share > 0.02 for a in grey for b in holes if a is not b)


RULES: tuple[Rule, ...] = (
    Rule(
        "L01",
        "Size or count is the label",
        "violating",
        "zoom",
        "",
        both(either(above("zoom", 1.1), crops(0.9)), yes("size_label", "count_label")),
        "The label is a size or a count. Zooming or cropping changes it, and the label stays as it was.",
        "Scale the label with the image, or keep zoom within ±5%.",
        "OURS AD",
        on(do("Affine", scale=(0.7, 1.3)), facts="size_label"),
        on(do("Affine", scale=(0.7, 1.3))),
        fix=limit_zoom(0.04),
    ),
    Rule(
        "L02",
        "Orientation is the label",
        "violating",
        "turn",
        "",
        both(either(above("turn", 5), MIRRORS), yes("orientation_label"), _not_in(WITH_OWN_TURNS)),
        "The label says which way something points or lies. The image is turned or mirrored, and the label is not.",
        "Transform the label as well, or keep rotation within ±5° and do not mirror.",
        "AB-med OURS",
        on(do("Rotate", limit=(-30, 30)), facts="orientation_label"),
        on(do("Rotate", limit=(-30, 30))),
        fix=limit_turn(5),
    ),
    Rule(
        "L03",
        "Labels name a side",
        "violating",
        "mirror",
        "",
        both(MIRRORS, yes("left_right_labels"), neither(CLASSES_FOLLOW)),
        "The image is mirrored, so left becomes right. The labels are not swapped and name the wrong side.",
        "Let the names change places in mirror images, or set p to 0.",
        "S AD NNU",
        on(do("HorizontalFlip"), facts="left_right_labels"),
        on(do("HorizontalFlip")),
        fix=swap_names,
        mended_on=on(do("HorizontalFlip"), facts="left_right_labels", swaps=SIDES),
    ),
    Rule(
        "L04",
        "Arrows or writing, mirrored",
        "violating",
        "mirror",
        "",
        both(MIRRORS, yes("directional_or_text"), _not_in(WITH_OWN_SIGNS)),
        "The label depends on arrows or writing. Mirrored, an arrow points the other way and letters become others.",
        "Set p to 0 for these images.",
        "S AD CHIR",
        on(do("HorizontalFlip"), facts="directional_or_text", profile="natural"),
        on(do("HorizontalFlip"), profile="natural"),
        fix=switch_off,
    ),
    Rule(
        "L05",
        "Arrows or writing, upside down",
        "violating",
        "turn",
        "",
        both(TURNS_UPSIDE_DOWN, yes("directional_or_text"), _not_in((*WITH_OWN_SIGNS, "aerial"))),
        "The label depends on arrows or writing, which mean something else, or nothing, upside down: a 6 becomes a 9.",
        "Keep rotation within ±15°.",
        "S AD M",
        on(do("Rotate", limit=(180, 180)), facts="directional_or_text", profile="natural"),
        on(do("Rotate", limit=(-15, 15)), facts="directional_or_text", profile="natural"),
        fix=limit_turn(15),
    ),
    Rule(
        "L06",
        "Things are counted",
        "violating",
        "cover",
        "",
        both(above("covered", 0.02), yes("count_label")),
        "Things are counted, and holes can cover some of them. The count in the label stays.",
        "Leave holes out.",
        "OURS",
        on(do("CoarseDropout"), facts="count_label"),
        on(do("CoarseDropout")),
        fix=switch_off,
    ),
    Rule(
        "F02",
        "Colour is the label",
        "violating",
        "hue",
        "",
        both(
            both(either(above("hue", 18), GREY, REVERSED), neither(ANOTHER_LAMP)),
            yes("colour_label"),
            _not_in(WITH_OWN_COLOURS),
        ),
        "Colour is part of what the label says, and this changes it: another hue, no colour, or reversed tones.",
        "Keep hue within ±10°; leave out grey, swapped channels and inversion.",
        "S AD M",
        on(do("HueSaturationValue", hue_shift_limit=(-40, 40)), profile="fine-grained"),
        on(do("HueSaturationValue", hue_shift_limit=(-4, 4)), profile="fine-grained"),
        fix=limit_hue(10),
    ),
    Rule(
        "G10",
        "More than half is covered",
        "violating",
        "cover",
        "",
        above("covered", 0.5),
        "More than half of the image can be covered. What the label rests on may be gone.",
        "Cover a third at most.",
        "AD RE",
        on(do("GridDropout", ratio=0.9)),
        on(do("CoarseDropout")),
        fix=largest_hole(0.33),
    ),
    Rule(
        "G09",
        "No colour and holes together",
        "caution",
        "cover",
        "",
        holds(_grey_and_holes),
        "One step takes colour away, another covers parts. Each keeps the label; together they may take every cue.",
        "Make both rarer: grey in 5 to 15% of the samples, holes in 30 to 50%.",
        "AD AD-what",
        on(do("ToGray", 0.5), do("CoarseDropout", 0.5, hole_height_range=(0.3, 0.4), hole_width_range=(0.3, 0.4))),
        on(do("ToGray", 0.05), do("CoarseDropout", 0.3, hole_height_range=(0.3, 0.4), hole_width_range=(0.3, 0.4))),
        scope="pipeline",
    ),
    Rule(
        "N11",
        "Tiles are shuffled",
        "caution",
        "warp",
        "",
        both(SHUFFLES, neither(holds(lambda case: case.profile in ("document", "digits", "road-scene")))),
        "Pieces of the image change places. The shape of the whole is gone, and boxes cannot follow in a "
        "meaningful way.",
        "Use it for textures only.",
        "M OURS",
        on(do("RandomGridShuffle", grid=(3, 3)), profile="natural"),
        on(do("ElasticTransform", alpha=50, sigma=8), profile="natural"),
        fix=switch_off,
    ),
    Rule(
        "G07",
        "Always flipped or turned",
        "info",
        "chance",
        "",
        both(holds(lambda case: case.reach.firing_share > 0.999), either(MIRRORS, above("turn", 75))),
        "This step fires for every image: the model seldom or never sees the image as it was taken.",
        "Set p to 0.5, unless you mean it.",
        "API OURS",
        on(do("HorizontalFlip", 1.0)),
        on(do("HorizontalFlip", 0.5)),
        scope="step",
    ),
    Rule(
        "G17",
        "Warps on large images",
        "info",
        "chance",
        "",
        both(above("warp", 0.003), holds(lambda case: case.targets.shortest_side_px > 1024)),
        "Warping an image of more than 1024 pixels a side takes long.",
        "Crop or resize first.",
        "S AD",
        on(do("ElasticTransform", alpha=200, sigma=10), shortest_side_px=2000),
        on(do("ElasticTransform", alpha=200, sigma=10), shortest_side_px=300),
        scope="step",
    ),
)
"""All rows of this theme."""
