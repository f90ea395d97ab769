"""Rules that are known and cannot be judged here, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_OBJECTS = "A check measures it on the objects of your images (docs/checks.md)."
_SET = "It needs facts about the whole data set, which is not looked at yet."
_MODEL = "It needs a model."
_USE = "It is about what the pipeline is used for, which nobody is asked."

NOT_JUDGED: Mapping[str, str] = MappingProxyType(
    {
        "G02": "Pixel values are brought into range when an image is opened, so that no image here breaks it.",
        "G13": f"{_SET} It is about classes of very different sizes.",
        "G14": "Images are not mixed with their labels yet.",
        "G16": "It is about speed, not about labels.",
        "G18": "A check measures it against your own images.",
        "G19": _MODEL,
        "G20": f"{_USE} It is about tasks that need every pixel in its place.",
        "G21": f"{_USE} It is about learning from few examples.",
        "G22": f"{_SET} It is about more than ten million images.",
        "G23": "Pipelines are exported for Albumentations only.",
        "G24": "It is about files that are written once; the export here is a pipeline.",
        "G25": "Presets are judged step by step, like any other pipeline, so that their own rules speak.",
        "G26": "Each view for testing is judged by the rules of the profile, and refused where one breaks the label.",
        "B01": _OBJECTS,
        "B02": _OBJECTS,
        "B08": _OBJECTS,
        "B09": _OBJECTS,
        "B13": "L03 and L04 say it of boxes as of every other label.",
        "M01": _OBJECTS,
        "M05": "Images and masks always go through a pipeline together here.",
        "K03": _OBJECTS,
        "MS4": "Images of 16 bits become float32 when they are opened.",
    }
)
"""Reason by code."""
