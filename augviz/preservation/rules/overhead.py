"""Rules for images taken from above, and for bands beyond red, green and blue."""

from __future__ import annotations

from augviz.preservation.rules.case import Case
from augviz.preservation.rules.conditions import (
    MIRRORS,
    above,
    below,
    both,
    compresses,
    downscales,
    either,
    holds,
    named,
    neither,
    not_yes,
    softer,
    yes,
)
from augviz.preservation.rules.fixes import (
    less_often,
    limit_hue,
    limit_light,
    limit_turn,
    limit_zoom,
    set_value,
    switch_off,
)
from augviz.preservation.rules.rule import Rule, do, on

BAND_MIXERS = (
    "ToGray",
    "ChannelShuffle",
    "HueSaturationValue",
    "ColorJitter",
    "RGBShift",
    "PlanckianJitter",
    "FancyPCA",
    "ToSepia",
)
"""Steps that are defined for red, green and blue and mix them; on a band image most of them stop with an error."""


def _means(case: Case) -> int | None:
    step = case.spec.at_the_end("Normalize")
    mean = None if step is None else step.params.get("mean", (0, 0, 0))
    return len(mean) if isinstance(mean, tuple) else None


def _per_band(case: Case) -> bool:
    if case.name == "MultiplicativeNoise":
        return bool(case.params["per_channel"])
    return case.name == "AdditiveNoise" and case.params["spatial_mode"] == "constant"


AERIAL_RULES: tuple[Rule, ...] = (
    Rule("A01", "From above there is no up", "safe", "turn", "aerial multispectral",
        both(either(MIRRORS, above("turn", 75)), not_yes("orientation_label", "directional_or_text", "text_heavy")),
        "Seen from above there is no up and no side; geometry helps.", "", "AB-geo AD HOPK",
        on(do("D4")), on(do("D4"), facts="orientation_label"), scope="step"),
    Rule("A02", "North is the label", "violating", "turn", "aerial multispectral",
        both(either(MIRRORS, above("turn", 30)), yes("orientation_label")),
        "The label depends on where north, the sun or the traffic is, and the image is turned.",
        "Leave it out, or turn the label as well.",
        "AD-what OURS", on(do("D4"), facts="orientation_label"), on(do("D4")), fix=limit_turn(5)),
    Rule("A03", "Strong colour from above", "caution", "hue", "aerial",
        either(above("hue", 18), above("saturation", 0.6), above("brightness", 0.3)),
        "Changes of colour do not help with satellite and aerial images.",
        "Keep brightness and contrast within ±20%, and hue as it is.",
        "HOPK AB-geo", on(do("ColorJitter")), on(do("RandomBrightnessContrast", brightness_limit=(-0.1, 0.1),
        contrast_limit=(-0.1, 0.1))), fix=limit_hue(10)),
    Rule("A04", "Writing on the ground, mirrored", "caution", "mirror", "aerial",
        both(MIRRORS, yes("text_heavy", "directional_or_text")),
        "Runway numbers and arrows on the road are mirrored.", "Use quarter turns only.",
        "OURS CHIR", on(do("HorizontalFlip"), facts="text_heavy"), on(do("HorizontalFlip")), fix=switch_off),
    Rule("A05", "Haze and weather", "safe", "weather", "aerial multispectral",
        both(named("RandomFog", "RandomShadow"), neither(above("covered", 0.05), softer(2.0))),
        "Haze and shadows of clouds are recommended.", "", "S AD",
        on(do("RandomShadow")), on(do("D4")), scope="step"),
    Rule("A06", "Cars of ten pixels vanish", "caution", "zoom", "aerial",
        either(downscales(0.4), both(below("least_scale", 0.5), either(above("padded", 0.3), named("RandomScale"))),
        softer(2.0)),
        "Objects of some ten pixels cannot be seen any more.", "Keep the scale at one half or more.", "S KIS AD-what",
        on(do("Affine", scale=(0.2, 0.4))), on(do("D4")), fix=limit_zoom(0.3)),
)  # fmt: skip
"""Aerial images."""

BAND_RULES: tuple[Rule, ...] = (
    Rule("MS1", "Bands are mixed", "violating", "bands", "multispectral",
        named(*BAND_MIXERS), "This is made for red, green and blue. It mixes bands, which breaks the spectrum, or "
        "it stops with an error.",
        "Leave it out.", "BURG M S", on(do("ToGray")), on(do("D4")), scope="step", fix=switch_off),
    Rule("MS2", "Strong brightness on bands", "caution", "light", "multispectral",
        either(above("brightness", 0.18)), "Strong brightness contradicts the physics of reflectance and does not "
        "help.",
        "Keep brightness within ±10%.", "BURG AB-geo",
        on(do("RandomBrightnessContrast", brightness_limit=(0.4, 0.5))), on(do("RandomBrightnessContrast",
        brightness_limit=(-0.05, 0.05), contrast_limit=(-0.05, 0.05))), fix=limit_light(0.1)),
    Rule("MS3", "Gains that differ between bands", "caution", "bands", "multispectral",
        both(holds(_per_band), yes("spectral_index_label")),
        "A gain of its own for each band changes ratios such as NDVI, on which the label rests.",
        "Use one gain for all bands.", "BURG OURS",
        on(do("MultiplicativeNoise", per_channel=True), facts="spectral_index_label"), on(do("MultiplicativeNoise"),
        facts="spectral_index_label"),
        scope="step", fix=set_value("per_channel", False, "Use one gain for all bands")),
    Rule("MS5", "Normalize for another number of bands", "violating", "bands", "multispectral",
        holds(lambda case: (count := _means(case)) is not None and count not in (1, case.targets.channels)),
        "Normalize has another number of means than the images have bands.",
        "Give one mean and one standard deviation a band.", "API OURS",
        on(tail=(do("Normalize", mean=(0.5,) * 6, std=(0.2,) * 6),)), on(tail=(do("Normalize", mean=(0.5,) * 3,
        std=(0.2,) * 3),)), scope="pipeline"),
    Rule("MS6", "Bands are dropped often", "caution", "bands", "multispectral",
        both(named("ChannelDropout"), above("fires", 0.1)), "Dropping bands is a known augmentation; it must not "
        "drop the band that defines the label.",
        "Set p to 0.1.", "S MIXCH", on(do("ChannelDropout", 0.5)), on(do("ChannelDropout", 0.1)), scope="step",
        fix=less_often(0.1)),
    Rule("MS7", "Lossy compression of measurements", "caution", "detail", "multispectral ct-mri",
        compresses(90), "Lossy compression changes calibrated values.", "Leave it out.", "OURS",
        on(do("ImageCompression", quality_range=(50, 80))), on(do("ImageCompression", quality_range=(95, 100))),
        scope="step", fix=switch_off),
)  # fmt: skip
"""Multi-spectral images."""
