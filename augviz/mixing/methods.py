"""The ways to mix and to erase: one row each, with its equation and its source."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

MethodId: TypeAlias = Literal["mixup", "cutmix", "mosaic", "cutout", "coarse-dropout", "random-erasing", "gridmask"]

USUAL_ALPHA = 0.2
"""α of MixUp; 0.1 to 0.4 in the paper."""


class Method(NamedTuple):
    """One way.

    Attributes:
        id: Short name.
        title: Its name, as in the paper.
        does: What it does to picture and label, one sentence.
        source: Paper.
        alpha: Usual concentration of λ; None where no λ is drawn.
        most_images: How many images go into one picture; 1 for erasing.
    """

    id: MethodId
    title: str
    does: str
    source: str
    alpha: float | None = None
    most_images: int = 1

    @property
    def mixes(self) -> bool:
        """Whether it takes several images."""
        return self.most_images > 1


METHODS: tuple[Method, ...] = (
    Method(
        "mixup",
        "MixUp",
        "Two images lie over each other, with the weights λ and 1 − λ; the label gets the same weights.",
        "Zhang et al., mixup: Beyond Empirical Risk Minimization, ICLR 2018, arXiv:1710.09412",
        USUAL_ALPHA,
        2,
    ),
    Method(
        "cutmix",
        "CutMix",
        "A box of one image is put into the other; the label is shared by area.",
        "Yun et al., CutMix, ICCV 2019, arXiv:1905.04899",
        1.0,
        2,
    ),
    Method(
        "mosaic",
        "Mosaic",
        "Four images share one picture, divided at a point that is drawn; the label is shared by area.",
        "Bochkovskiy et al., YOLOv4, 2020, arXiv:2004.10934",
        None,
        4,
    ),
    Method(
        "cutout",
        "Cutout",
        "One square hole; the label stays as it is, whatever the hole hides.",
        "DeVries and Taylor, Cutout, 2017, arXiv:1708.04552",
    ),
    Method(
        "coarse-dropout",
        "CoarseDropout",
        "Several small holes; the label stays as it is.",
        "Albumentations 2.0.8, CoarseDropout, after Cutout (arXiv:1708.04552)",
    ),
    Method(
        "random-erasing",
        "Random Erasing",
        "One hole of a size and shape that are drawn, filled with noise; the label stays as it is.",
        "Zhong et al., Random Erasing Data Augmentation, AAAI 2020, arXiv:1708.04896",
    ),
    Method(
        "gridmask",
        "GridMask",
        "A regular grid of holes; the label stays as it is.",
        "Chen et al., GridMask Data Augmentation, 2020, arXiv:2001.04086",
    ),
)
"""All of them, mixing first."""

METHOD_OF = {method.id: method for method in METHODS}
"""Method by id."""
