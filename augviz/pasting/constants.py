"""Constants of other libraries that pipelines are written with, by their full names; a fixed table.

Sources: OpenCV's imgproc and core headers (interpolation flags, border types), torchvision's InterpolationMode,
Pillow's Resampling.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

CONSTANTS: Mapping[str, float | int | str] = MappingProxyType(
    {
        "cv2.INTER_NEAREST": 0,
        "cv2.INTER_LINEAR": 1,
        "cv2.INTER_CUBIC": 2,
        "cv2.INTER_AREA": 3,
        "cv2.INTER_LANCZOS4": 4,
        "cv2.INTER_LINEAR_EXACT": 5,
        "cv2.INTER_NEAREST_EXACT": 6,
        "cv2.BORDER_CONSTANT": 0,
        "cv2.BORDER_REPLICATE": 1,
        "cv2.BORDER_REFLECT": 2,
        "cv2.BORDER_WRAP": 3,
        "cv2.BORDER_REFLECT_101": 4,
        "cv2.BORDER_REFLECT101": 4,
        "cv2.BORDER_DEFAULT": 4,
        "numpy.pi": math.pi,
        "math.pi": math.pi,
        "numpy.e": math.e,
        "math.e": math.e,
        **{
            f"{module}.InterpolationMode.{name}": name.lower()
            for module in (
                "torchvision.transforms",
                "torchvision.transforms.v2",
                "torchvision.transforms.functional",
                "torchvision.transforms.v2.functional",
            )
            for name in ("NEAREST", "NEAREST_EXACT", "BILINEAR", "BICUBIC", "BOX", "HAMMING", "LANCZOS")
        },
        **{
            f"PIL.Image.{prefix}{name}": number
            for prefix in ("", "Resampling.")
            for number, name in enumerate(("NEAREST", "LANCZOS", "BILINEAR", "BICUBIC", "BOX", "HAMMING"))
        },
        **{
            f"torch.{name}": f"torch.{name}"
            for name in ("float", "float16", "float32", "float64", "half", "bfloat16", "uint8", "int64", "long")
        },
        **{
            f"torchvision.transforms.{module}AutoAugmentPolicy.{name}": name.lower()
            for module in ("", "v2.")
            for name in ("IMAGENET", "CIFAR10", "SVHN")
        },
    }
)

MODULES: Mapping[str, str] = MappingProxyType(
    {
        "A": "albumentations",
        "albu": "albumentations",
        "alb": "albumentations",
        "albumentations": "albumentations",
        "T": "torchvision.transforms",
        "tt": "torchvision.transforms",
        "tfms": "torchvision.transforms",
        "transforms": "torchvision.transforms",
        "v2": "torchvision.transforms.v2",
        "torchvision": "torchvision",
        "InterpolationMode": "torchvision.transforms.InterpolationMode",
        "AutoAugmentPolicy": "torchvision.transforms.AutoAugmentPolicy",
        "Image": "PIL.Image",
        "PIL": "PIL",
        "torch": "torch",
        "nn": "torch.nn",
        "np": "numpy",
        "numpy": "numpy",
        "math": "math",
        "cv2": "cv2",
        "YOLO": "ultralytics.YOLO",
        "ultralytics": "ultralytics",
    }
)
"""What a name usually stands for, where the pasted text does not say."""
