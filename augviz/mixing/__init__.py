"""Mixing images and erasing parts of them: what becomes of picture and label.

For a training loop, on NumPy batches: :func:`mixup` and :func:`cutmix`. For one labelled image and others, with boxes
and masks: :func:`augviz.mixing.samples.mix`. What mixing does to labels over many draws:
:mod:`augviz.mixing.label_study`. Erasing is done by Albumentations, through the pipeline:
:mod:`augviz.mixing.erasing`.
"""

from augviz.mixing.blending import MixedUp, mixup
from augviz.mixing.cutting import CutMixed, cutmix

__all__ = ["CutMixed", "MixedUp", "cutmix", "mixup"]
