"""Rules for industrial inspection, plants and tiny images."""

from __future__ import annotations

from augviz.preservation.rules.conditions import (
    ANOTHER_LAMP,
    GREY,
    MIRRORS,
    REVERSED,
    SHUFFLES,
    above,
    both,
    compresses,
    crops,
    downscales,
    either,
    holds,
    neither,
    no,
    not_yes,
    softer,
    turns,
    yes,
)
from augviz.preservation.rules.fixes import (
    largest_hole,
    least_crop,
    limit_blur,
    limit_hue,
    limit_turn,
    switch_off,
)
from augviz.preservation.rules.rule import Rule, do, on

TINY = holds(lambda case: case.targets.shortest_side_px <= 64)

INDUSTRIAL_RULES: tuple[Rule, ...] = (
    Rule("I01", "Small defects softened", "violating", "detail", "industrial",
        both(either(softer(0.8), downscales(0.75), compresses(50)), yes("small_details")),
        "Blur erases hairline cracks and scratches: the label says defect, and the image shows none.",
        "Leave blur out.", "AD AD-what",
        on(do("GaussianBlur")), on(do("RandomBrightnessContrast")), fix=switch_off),
    Rule("I02", "The wrong way round is a defect", "violating", "turn", "industrial",
        both(either(above("turn", 10), MIRRORS), yes("orientation_label")),
        "A part that lies the wrong way round is itself a class of defect.",
        "Leave it out.", "MVTEC", on(do("HorizontalFlip"), facts="orientation_label"), on(do("HorizontalFlip"),
        denied="orientation_label"), fix=limit_turn(5)),
    Rule("I07", "Is the wrong way round a defect?", "caution", "turn", "industrial",
        both(either(above("turn", 20), MIRRORS),
        holds(lambda case: case.facts.answer("orientation_label") == "unknown")),
        "If a part that lies the wrong way round is a defect, this makes defects of good parts, and nobody has "
        "said whether it is.",
        "Say whether the label depends on how the part lies.", "MVTEC",
        on(do("HorizontalFlip"), unknown="orientation_label"), on(do("HorizontalFlip"), denied="orientation_label"),
        fix=limit_turn(10)),
    Rule("I03", "Discolouration is a defect", "violating", "hue", "industrial",
        both(either(above("hue", 10), GREY, REVERSED), yes("colour_label")),
        "Discolouration is a class of defect, and the colour changes.",
        "Change brightness only.", "MVTEC AD", on(do("ColorJitter"), facts="colour_label"), on(do("ColorJitter")),
        fix=limit_hue(5)),
    Rule("I04", "Surfaces without orientation", "safe", "turn", "industrial",
        both(either(MIRRORS, above("turn", 75)), no("orientation_label")), "Even surfaces have no orientation.", "",
        "AD MVTEC",
        on(do("D4"), denied="orientation_label"), on(do("D4"), facts="orientation_label"), scope="step"),
    Rule("I05", "Holes look like defects", "caution", "cover", "industrial",
        above("covered", 0.003), "Holes and stains on a good part look like defects; such patches are even used "
        "to make defects.",
        "Leave it out for good parts.", "CUTP OURS", on(do("CoarseDropout")), on(do("RandomBrightnessContrast")),
        fix=switch_off),
    Rule("I06", "Lamp and sensor", "safe", "light", "industrial",
        both(either(above("brightness", 0.01), above("noise", 0.003), above("contrast", 0.02)),
        neither(above("brightness", 0.22), above("noise", 0.05), softer(0.8), REVERSED)),
        "Lamps and sensors do vary.", "", "AD", on(do("RandomBrightnessContrast", brightness_limit=(0.1, 0.1))),
        on(do("GaussNoise")), scope="step"),
)  # fmt: skip
"""Industrial inspection."""

PLANT_RULES: tuple[Rule, ...] = (
    Rule("Y01", "Colours of plants", "violating", "hue", "agriculture",
        both(either(above("hue", 18), GREY, REVERSED), neither(ANOTHER_LAMP)),
        "Ripeness and disease are colour: the image then shows another state than the label says.",
        "Keep hue within ±10°.", "AD S", on(do("ColorJitter")), on(do("HueSaturationValue", hue_shift_limit=(-3,
        3))), fix=limit_hue(10)),
    Rule("Y02", "Plants have no up", "safe", "turn", "agriculture",
        both(either(MIRRORS, above("turn", 75)), not_yes("orientation_label")),
        "Leaves, and fields from above, have no up.", "", "AD OURS",
        on(do("D4")), on(do("D4"), facts="orientation_label"), scope="step"),
    Rule("Y03", "The lesion may be gone", "caution", "crop", "agriculture",
        either(crops(0.4), above("covered", 0.25)), "The lesion can be cut away or covered while the leaf keeps "
        "its label.", "Keep at least half.", "S OURS",
        on(do("RandomResizedCrop", size=(224, 224))), on(do("D4")), fix=least_crop(0.5)),
)  # fmt: skip
"""Plants and crops."""

TINY_RULES: tuple[Rule, ...] = (
    Rule("Z01", "Crops of tiny images", "caution", "crop", "tiny digits",
        both(crops(0.6), TINY), "A crop from 32 to 24 pixels loses what matters.", "Pad by 4 and crop back to 32.", "S",
        on(do("RandomResizedCrop", size=(32, 32), scale=(0.3, 1.0)), shortest_side_px=32),
        on(do("RandomResizedCrop", size=(32, 32), scale=(0.3, 1.0)), shortest_side_px=300), fix=least_crop(0.7)),
    Rule("Z02", "Tiny images turned far", "caution", "turn", "tiny",
        both(turns(30), TINY), "Resampling after a large turn destroys an image of 32 pixels.",
        "Keep rotation within ±30°.", "S TV",
        on(do("Rotate", limit=(-60, 60)), shortest_side_px=32), on(do("Rotate", limit=(-60, 60)),
        shortest_side_px=300), fix=limit_turn(30)),
    Rule("Z03", "Tiny images softened", "caution", "detail", "tiny",
        both(either(softer(0.8), downscales(0.7), compresses(50)), TINY),
        "A kernel of 5 pixels wipes out what a tiny image shows.",
        "Use a kernel of 3 pixels, and JPEG of 60 or better.", "AD S M",
        on(do("GaussianBlur", blur_limit=0, sigma_limit=(2, 3)), shortest_side_px=32),
        on(do("GaussianBlur", blur_limit=0, sigma_limit=(2, 3)), shortest_side_px=300), fix=limit_blur(0.6)),
    Rule("Z04", "Large holes in tiny images", "caution", "cover", "tiny",
        both(above("covered", 0.26), TINY), "The best hole on images of 32 pixels covered a quarter of them.",
        "Cover a quarter at most.", "CUTOUT",
        on(do("CoarseDropout", num_holes_range=(1, 1), hole_height_range=(0.7, 0.7), hole_width_range=(0.7, 0.7)),
        shortest_side_px=32),
        on(do("CoarseDropout", num_holes_range=(1, 1), hole_height_range=(0.3, 0.3), hole_width_range=(0.3, 0.3)),
        shortest_side_px=32), fix=largest_hole(0.25)),
    Rule("Z05", "Warps of tiny images", "caution", "warp", "tiny",
        both(both(above("warp", 0.02), neither(SHUFFLES)), TINY), "A warp moves pixels by several of 32.",
        "Warp less.", "OURS S",
        on(do("ThinPlateSpline", scale_range=(0.5, 0.5)), shortest_side_px=32), on(do("ThinPlateSpline",
        scale_range=(0.5, 0.5)), shortest_side_px=300), fix=switch_off),
)  # fmt: skip
"""Tiny images."""
