"""Rules for road scenes, faces and products."""

from __future__ import annotations

from augviz.preservation.rules.conditions import (
    ANOTHER_LAMP,
    GREY,
    MIRRORS,
    MIRRORS_SIDEWAYS,
    REVERSED,
    SHUFFLES,
    above,
    below,
    both,
    crops,
    either,
    holds,
    named,
    neither,
    not_yes,
    softer,
    turns,
    yes,
)
from augviz.preservation.rules.fixes import largest_hole, least_crop, limit_hue, limit_turn, set_value, switch_off
from augviz.preservation.rules.rule import Rule, do, on

MIRRORS_A_SIDE = holds(lambda case: case.reach.mirrored_share - case.reach.over_share > 1e-9)
WEATHER = named("RandomFog", "RandomRain", "RandomSnow", "MotionBlur", "RandomSunFlare", "RandomShadow")

ROAD_RULES: tuple[Rule, ...] = (
    Rule("TS1", "Signs upside down", "violating", "turn", "road-scene",
        above("turn", 75), "A sign that is upside down or on its side does not exist, and an arrow then points "
        "elsewhere.",
        "Keep rotation within ±10°.", "S AD", on(do("VerticalFlip")), on(do("Rotate", limit=(-8, 8))),
        fix=limit_turn(10)),
    Rule("TS2", "Signs mirrored", "violating", "mirror", "road-scene",
        both(MIRRORS_A_SIDE, yes("directional_or_text")), "“Turn left” becomes “turn right”, writing cannot be "
        "read, and traffic changes sides.",
        "Set p to 0, or swap the classes.", "S AD LHD", on(do("HorizontalFlip")), on(do("Rotate", limit=(-8, 8))),
        fix=switch_off),
    Rule("TS3", "Traffic on the other side", "caution", "mirror", "road-scene",
        both(MIRRORS_A_SIDE, not_yes("directional_or_text")), "A mirrored street has traffic on the other side.",
        "Set p to 0, or mirror on purpose for the other side.", "S LHD",
        on(do("HorizontalFlip"), denied="directional_or_text"), on(do("HorizontalFlip")), fix=switch_off),
    Rule("TS4", "Signs turned", "caution", "turn", "road-scene",
        turns(15), "An arrow that is turned means another direction; real cameras roll by less than 10°.",
        "Keep rotation within ±10°.", "S OURS", on(do("Rotate", limit=(-40, 40))), on(do("Rotate", limit=(-8, 8))),
        fix=limit_turn(10)),
    Rule("TS5", "Colours of lights and signs", "violating", "hue", "road-scene",
        both(both(either(above("hue", 18), GREY, REVERSED), neither(ANOTHER_LAMP)), yes("colour_label")),
        "Red, amber and green, and the colours of signs, carry the meaning; here they become others.",
        "Keep hue within ±10°.",
        "AD AD-what", on(do("ColorJitter")), on(do("RandomBrightnessContrast")), fix=limit_hue(10)),
    Rule("TS6", "Weather and motion", "safe", "weather", "road-scene detection",
        both(WEATHER, neither(above("covered", 0.1), softer(2.0))),
        "Weather, motion and light are the augmentation that driving needs.", "", "S AD",
        on(do("RandomRain")), on(do("Rotate", limit=(-8, 8))), scope="step"),
    Rule("TS7", "Weather that hides signs", "caution", "weather", "road-scene",
        both(named("RandomFog", "RandomSunFlare", "RandomSnow"), either(softer(2.0), above("covered", 0.1),
        below("correlation", 0.75))),
        "Dense fog or a flare can hide a sign altogether.", "Keep fog_coef within .5 and p within .2.", "API M AD",
        on(do("RandomFog", fog_coef_range=(0.9, 1.0))), on(do("RandomRain")), scope="step",
        fix=lambda case: set_value("fog_coef_range", (0.1, 0.4),
        "Thin the fog")(case) if case.name == "RandomFog" else None),
    Rule("TS8", "Digits on signs hidden", "caution", "cover", "road-scene",
        both(either(above("covered", 0.15), crops(0.8)), yes("directional_or_text")),
        "Hiding one digit makes 30 of 80.", "Use small holes only.", "OURS S",
        on(do("CoarseDropout", num_holes_range=(1, 1), hole_height_range=(0.6, 0.6), hole_width_range=(0.6, 0.6))),
        on(do("Rotate", limit=(-5, 5))), fix=lambda case: least_crop(0.85)(case) or largest_hole(0.1)(case)),
)  # fmt: skip
"""Road scenes."""

FACE_RULES: tuple[Rule, ...] = (
    Rule("Q01", "Mirrored face", "safe", "mirror", "face",
        both(MIRRORS_SIDEWAYS, not_yes("left_right_labels", "left_right_keypoints")),
        "Mirroring is usual for recognising faces.", "", "ARC",
        on(do("HorizontalFlip"), denied="left_right_keypoints"), on(do("HorizontalFlip"),
        facts="left_right_labels"), scope="step"),
    Rule("Q02", "Fingers, irises and hands mirrored", "violating", "mirror", "face",
        both(MIRRORS, yes("left_right_labels")), "A mirrored left loop is a right loop, and a left iris or hand a "
        "right one.", "Set p to 0, or swap the label.",
        "HENRY OURS", on(do("HorizontalFlip"), facts="left_right_labels"), on(do("HorizontalFlip")), fix=switch_off),
    Rule("Q03", "Face upside down", "caution", "turn", "face",
        above("turn", 45), "Faces are not upside down when they are captured.", "Keep rotation within ±30°.", "AD",
        on(do("VerticalFlip")), on(do("Rotate", limit=(-20, 20))), fix=limit_turn(30)),
    Rule("Q04", "Skin tone", "caution", "hue", "face",
        either(above("hue", 18), REVERSED), "The skin tone changes, which biases attributes and liveness.",
        "Keep hue within ±10°.", "OURS",
        on(do("ColorJitter")), on(do("RandomBrightnessContrast")), fix=limit_hue(10)),
    Rule("Q05", "Face geometry", "caution", "warp", "face",
        both(above("warp", 0.015), neither(SHUFFLES)), "The geometry of a face is its identity.", "Warp mildly.",
        "OURS AD-what",
        on(do("ThinPlateSpline", scale_range=(0.5, 0.5))), on(do("Rotate", limit=(-20, 20))), fix=switch_off),
)  # fmt: skip
"""Faces and biometrics."""

SHOP_RULES: tuple[Rule, ...] = (
    Rule("E01", "Packages mirrored", "violating", "mirror", "shop",
        both(MIRRORS, yes("text_heavy", "directional_or_text")), "Books, packages and logos are mirrored.",
        "Set p to 0 for these goods.", "S CHIR",
        on(do("HorizontalFlip"), facts="text_heavy"), on(do("HorizontalFlip"), denied="text_heavy"), fix=switch_off),
    Rule("E06", "Packages mirrored, perhaps", "caution", "mirror", "shop",
        both(MIRRORS_SIDEWAYS, holds(lambda case: case.facts.answer("text_heavy") == "unknown")),
        "Writing on goods would be mirrored, and nobody has said whether there is much of it.",
        "Say whether goods carry much writing.", "S CHIR",
        on(do("HorizontalFlip"), unknown="text_heavy"), on(do("HorizontalFlip"), denied="text_heavy"), fix=switch_off),
    Rule("E02", "Goods upside down", "caution", "turn", "shop",
        above("turn", 75), "Goods are photographed upright, and writing cannot be read upside down.",
        "Keep rotation within ±15°.", "AD S",
        on(do("VerticalFlip")), on(do("Rotate", limit=(-10, 10))), fix=limit_turn(15)),
    Rule("E03", "Other light in a shop", "safe", "hue", "shop",
        both(above("saturation", 0.02), neither(above("hue", 18), above("saturation", 0.6), REVERSED)),
        "Light in shops does vary in colour.", "", "S AD",
        on(do("ColorJitter", hue=(-0.02, 0.02))), on(do("ColorJitter")), scope="step"),
    Rule("E04", "Something in front", "safe", "cover", "shop natural detection",
        above("covered", 0.005, 0.2), "Hands and clutter do cover parts of things.", "", "S RE",
        on(do("CoarseDropout", num_holes_range=(1, 1))), on(do("GridDropout", ratio=0.8)), scope="step"),
    Rule("E05", "Left and right shoes", "caution", "mirror", "shop",
        both(MIRRORS, yes("left_right_keypoints")), "A left shoe becomes a right shoe.", "Set p to 0 for pairs.",
        "OURS",
        on(do("HorizontalFlip"), facts="left_right_keypoints", denied="text_heavy"), on(do("HorizontalFlip"),
        denied="text_heavy"), fix=switch_off),
)  # fmt: skip
"""Products."""
