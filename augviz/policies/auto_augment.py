"""AutoAugment: the three policies that were found for ImageNet, CIFAR-10 and SVHN, as published."""

from __future__ import annotations

from typing import NamedTuple

from augviz.pipeline.spec import Group, Node, PipelineSpec
from augviz.policies.operations import OPERATION_OF
from augviz.policies.policy import Policy

BINS = 10
"""Magnitudes 0 to 9, as published."""


class Application(NamedTuple):
    """One operation of a sub-policy.

    Attributes:
        operation: Name of the operation.
        p: Probability, 0..1.
        place: Magnitude, 0..9, or None where there is none.
    """

    operation: str
    p: float
    place: int | None


SubPolicy = tuple[Application, ...]


def sub_policies(table: str) -> tuple[SubPolicy, ...]:
    """The rows of a table: operation, probability and magnitude, twice a row.

    >>> sub_policies("Posterize 0.4 8, Equalize 0.6")[0][1]
    Application(operation='Equalize', p=0.6, place=None)
    """
    return tuple(tuple(map(_application, line.split(","))) for line in table.strip().splitlines())


def _application(text: str) -> Application:
    name, p, *place = text.split()
    return Application(name, float(p), int(place[0]) if place else None)


IMAGENET = sub_policies(
    """
    Posterize 0.4 8, Rotate 0.6 9
    Solarize 0.6 5, AutoContrast 0.6
    Equalize 0.8, Equalize 0.6
    Posterize 0.6 7, Posterize 0.6 6
    Equalize 0.4, Solarize 0.2 4
    Equalize 0.4, Rotate 0.8 8
    Solarize 0.6 3, Equalize 0.6
    Posterize 0.8 5, Equalize 1.0
    Rotate 0.2 3, Solarize 0.6 8
    Equalize 0.6, Posterize 0.4 6
    Rotate 0.8 8, Color 0.4 0
    Rotate 0.4 9, Equalize 0.6
    Equalize 0.0, Equalize 0.8
    Invert 0.6, Equalize 1.0
    Color 0.6 4, Contrast 1.0 8
    Rotate 0.8 8, Color 1.0 2
    Color 0.8 8, Solarize 0.8 7
    Sharpness 0.4 7, Invert 0.6
    ShearX 0.6 5, Equalize 1.0
    Color 0.4 0, Equalize 0.6
    Equalize 0.4, Solarize 0.2 4
    Solarize 0.6 5, AutoContrast 0.6
    Invert 0.6, Equalize 1.0
    Color 0.6 4, Contrast 1.0 8
    Equalize 0.8, Equalize 0.6
    """
)
"""Found on a part of ImageNet: colours and grey values, Rotate and one ShearX."""

CIFAR10 = sub_policies(
    """
    Invert 0.1, Contrast 0.2 6
    Rotate 0.7 2, TranslateX 0.3 9
    Sharpness 0.8 1, Sharpness 0.9 3
    ShearY 0.5 8, TranslateY 0.7 9
    AutoContrast 0.5, Equalize 0.9
    ShearY 0.2 7, Posterize 0.3 7
    Color 0.4 3, Brightness 0.6 7
    Sharpness 0.3 9, Brightness 0.7 9
    Equalize 0.6, Equalize 0.5
    Contrast 0.6 7, Sharpness 0.6 5
    Color 0.7 7, TranslateX 0.5 8
    Equalize 0.3, AutoContrast 0.4
    TranslateY 0.4 3, Sharpness 0.2 6
    Brightness 0.9 6, Color 0.2 8
    Solarize 0.5 2, Invert 0.0
    Equalize 0.2, AutoContrast 0.6
    Equalize 0.2, Equalize 0.6
    Color 0.9 9, Equalize 0.6
    AutoContrast 0.8, Solarize 0.2 8
    Brightness 0.1 3, Color 0.7 0
    Solarize 0.4 5, AutoContrast 0.9
    TranslateY 0.9 9, TranslateY 0.7 9
    AutoContrast 0.9, Solarize 0.8 3
    Equalize 0.8, Invert 0.1
    TranslateY 0.7 9, AutoContrast 0.9
    """
)
"""Found on a part of CIFAR-10: colours, grey values, and shifts by up to 45% of the side."""

SVHN = sub_policies(
    """
    ShearX 0.9 4, Invert 0.2
    ShearY 0.9 8, Invert 0.7
    Equalize 0.6, Solarize 0.6 6
    Invert 0.9, Equalize 0.6
    Equalize 0.6, Rotate 0.9 3
    ShearX 0.9 4, AutoContrast 0.8
    ShearY 0.9 8, Invert 0.4
    ShearY 0.9 5, Solarize 0.2 6
    Invert 0.9, AutoContrast 0.8
    Equalize 0.6, Rotate 0.9 3
    ShearX 0.9 4, Solarize 0.3 3
    ShearY 0.8 8, Invert 0.7
    Equalize 0.9, TranslateY 0.6 6
    Invert 0.9, Equalize 0.6
    Contrast 0.3 3, Rotate 0.8 4
    Invert 0.8, TranslateY 0.0 2
    ShearY 0.7 6, Solarize 0.4 8
    Invert 0.6, Rotate 0.8 4
    ShearY 0.3 7, TranslateX 0.9 3
    ShearX 0.1 6, Invert 0.6
    Solarize 0.7 2, TranslateY 0.6 7
    ShearY 0.8 4, Invert 0.8
    ShearX 0.7 9, TranslateY 0.8 3
    ShearY 0.8 5, AutoContrast 0.7
    ShearX 0.7 2, Invert 0.1
    """
)
"""Found on a part of SVHN, house numbers: shears and inversion; turns by 13° at most."""


def auto_augment(table: tuple[SubPolicy, ...]) -> PipelineSpec:
    """One of 25 sub-policies, all equally likely; each is two operations, one after the other, with their own p."""
    rows = tuple(_sub_policy(row, number) for number, row in enumerate(table, 1))
    return PipelineSpec((Group("OneOf", rows, title="AutoAugment"),))


def _sub_policy(row: SubPolicy, number: int) -> Group:
    titles = ", ".join(OPERATION_OF[each.operation].title for each in row)
    return Group("Sequential", tuple(_node(each) for each in row), title=f"{number}: {titles}")


def _node(each: Application) -> Node:
    operation = OPERATION_OF[each.operation]
    return operation.node(0.0 if each.place is None else operation.magnitude(each.place, BINS), each.p)


_SOURCE = "Cubuk et al. 2019 AutoAugment, arXiv:1805.09501; the policy and its 10 magnitudes as in torchvision."

AUTO_AUGMENT_IMAGENET = Policy(
    "autoaugment-imagenet",
    "AutoAugment (ImageNet)",
    "Takes one of the 25 sub-policies that were found for ImageNet. Nothing to set.",
    _SOURCE,
    (),
    lambda: auto_augment(IMAGENET),
)

AUTO_AUGMENT_CIFAR10 = Policy(
    "autoaugment-cifar10",
    "AutoAugment (CIFAR-10)",
    "Takes one of the 25 sub-policies that were found for CIFAR-10. Nothing to set.",
    _SOURCE,
    (),
    lambda: auto_augment(CIFAR10),
)

AUTO_AUGMENT_SVHN = Policy(
    "autoaugment-svhn",
    "AutoAugment (SVHN)",
    "Takes one of the 25 sub-policies that were found for house numbers. Nothing to set.",
    _SOURCE,
    (),
    lambda: auto_augment(SVHN),
)
