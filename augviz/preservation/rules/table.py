"""All rules, in the order in which they are asked: special ones before general ones."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from augviz.preservation.rules import (
    characters,
    general,
    medical,
    objects,
    overhead,
    photos,
    street_and_goods,
    structure,
    surfaces,
)
from augviz.preservation.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    *characters.DIGIT_RULES,
    *characters.DOCUMENT_RULES,
    *medical.XRAY_RULES,
    *medical.SKIN_AND_TISSUE_RULES,
    *overhead.AERIAL_RULES,
    *overhead.BAND_RULES,
    *street_and_goods.ROAD_RULES,
    *street_and_goods.FACE_RULES,
    *street_and_goods.SHOP_RULES,
    *surfaces.INDUSTRIAL_RULES,
    *surfaces.PLANT_RULES,
    *surfaces.TINY_RULES,
    *photos.LOOK_ALIKE_RULES,
    *photos.PHOTO_RULES,
    *objects.MASK_AND_POINT_RULES,
    *objects.BOX_RULES,
    *general.RULES,
    *structure.RULES,
)
"""Every row. Of two that say the same about one step, the one that comes first is told."""

NAMES: Mapping[str, str] = MappingProxyType({rule.code: rule.name for rule in RULES})
"""What each rule is about, by its code."""
