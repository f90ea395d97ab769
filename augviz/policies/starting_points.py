"""Pipelines to start from: the guide's own two, an empty one, and a careful one for each kind of image.

``why`` of each says in one sentence what it does and leaves out, and ``source`` says who says so.
"""

from __future__ import annotations

from augviz.errors import InputError
from augviz.policies.domain_points import (
    AERIAL,
    CHEST_X_RAY,
    COINS,
    DIGITS,
    DOCUMENT,
    FUNDUS,
    HISTOLOGY,
    METAL,
    MULTI_SPECTRAL,
    NATURAL_PHOTO,
    ROAD_SCENE,
)
from augviz.policies.guide_points import BLANK, GUIDE, GUIDE_DETECTION
from augviz.policies.more_domain_points import DERMATOLOGY, SHOP, TINY
from augviz.policies.starting_point import StartingPoint

__all__ = ["STARTING_POINTS", "StartingPoint", "starting_point"]

STARTING_POINTS: tuple[StartingPoint, ...] = (
    GUIDE,
    GUIDE_DETECTION,
    BLANK,
    NATURAL_PHOTO,
    COINS,
    FUNDUS,
    HISTOLOGY,
    CHEST_X_RAY,
    DOCUMENT,
    ROAD_SCENE,
    AERIAL,
    MULTI_SPECTRAL,
    DIGITS,
    METAL,
    DERMATOLOGY,
    SHOP,
    TINY,
)


def starting_point(point_id: str) -> StartingPoint:
    """The starting point with this id.

    Raises:
        InputError: There is none.
    """
    for point in STARTING_POINTS:
        if point.id == point_id:
            return point
    known = ", ".join(point.id for point in STARTING_POINTS)
    raise InputError("there is no starting point of this name", where=point_id, mend=f"There are: {known}.")
