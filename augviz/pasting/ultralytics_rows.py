"""One row an augmentation setting of Ultralytics: default, range, what it becomes, and what differs.

Source: ultralytics from 8.3.79 on: ultralytics/cfg/default.yaml (defaults), ultralytics/cfg/__init__.py (fractions are
held to 0..1) and ultralytics/data/augment.py (RandomPerspective, RandomHSV, RandomFlip, v8_transforms,
classify_augmentations).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal


@dataclass(frozen=True)
class Setting:
    """A setting.

    Attributes:
        key: Its name.
        default: What Ultralytics takes where it is left out.
        low, high: Range.
        becomes: What it becomes, in words; empty where nothing does.
        differs: What is not the same, or why it is left out.
        task: Which training looks at it: "all", "detect" (and segment, pose, obb), or "classify".
    """

    key: str
    default: float
    low: float
    high: float
    becomes: str
    differs: str = ""
    task: Literal["all", "detect", "classify"] = "all"


_SEVERAL = "It needs several pictures."

SETTINGS: tuple[Setting, ...] = (
    Setting("imgsz", 640, 32, 8192, "LongestMaxSize and PadIfNeeded with the grey 114",
            "The padding is drawn by Albumentations, and rounds by at most one pixel otherwise."),
    Setting("degrees", 0.0, 0, 180, "Affine, rotate = ±degrees", task="detect"),
    Setting("translate", 0.1, 0, 1, "Affine, translate_percent = ±translate", task="detect"),
    Setting("scale", 0.5, 0, 1, "Affine, scale = 1 - scale to 1 + scale, the same for both axes"),
    Setting("shear", 0.0, 0, 89, "Affine, shear = ±shear for each axis",
            "The matrices are multiplied in another order.", "detect"),
    Setting("perspective", 0.0, 0, 0.001,
            "Perspective before Affine; corners move by imgsz × perspective / 6 of the side on average",
            "The four corners are drawn apart, and not by two slants.", "detect"),
    Setting("hsv_h", 0.015, 0, 1, "ColorJitter, hue = ±hsv_h (a share of the colour circle)"),
    Setting("hsv_s", 0.7, 0, 1, "ColorJitter, saturation = 1 - hsv_s to 1 + hsv_s",
            "Ultralytics multiplies the saturation of HSV; ColorJitter mixes the picture with its grey."),
    Setting("hsv_v", 0.4, 0, 1, "ColorJitter, brightness = 1 - hsv_v to 1 + hsv_v"),
    Setting("flipud", 0.0, 0, 1, "VerticalFlip, p = flipud"),
    Setting("fliplr", 0.5, 0, 1, "HorizontalFlip, p = fliplr"),
    Setting("bgr", 0.0, 0, 1, "", "Albumentations has no step that swaps red and blue only.", "detect"),
    Setting("mosaic", 1.0, 0, 1, "", _SEVERAL, "detect"),
    Setting("mixup", 0.0, 0, 1, "", _SEVERAL, "detect"),
    Setting("cutmix", 0.0, 0, 1, "", _SEVERAL, "detect"),
    Setting("copy_paste", 0.0, 0, 1, "", "It pastes objects by their masks, from other pictures too.", "detect"),
    Setting("erasing", 0.4, 0, 0.9, "Erasing, p = erasing, area 0.02 to 0.33", "", "classify"),
    Setting("crop_fraction", 1.0, 0.1, 1, "", "It is about validation, and newer versions have none.", "classify"),
)  # fmt: skip

BY_KEY: Mapping[str, Setting] = MappingProxyType({setting.key: setting for setting in SETTINGS})

POLICIES = ("randaugment", "autoaugment", "augmix")

TASKS = ("detect", "segment", "classify", "pose", "obb", "semantic")

OTHERS = frozenset(
    {
        "task", "mode", "model", "data", "epochs", "time", "patience", "batch", "save", "save_period", "cache",
        "device", "workers", "project", "name", "exist_ok", "pretrained", "optimizer", "verbose", "seed",
        "deterministic", "single_cls", "rect", "cos_lr", "close_mosaic", "resume", "amp", "fraction", "profile",
        "freeze", "multi_scale", "compile", "overlap_mask", "mask_ratio", "dropout", "val", "split", "save_json",
        "save_hybrid", "conf", "iou", "max_det", "half", "dnn", "plots", "end2end", "source", "vid_stride",
        "stream_buffer", "visualize", "augment", "agnostic_nms", "classes", "retina_masks", "embed", "show",
        "save_frames", "save_txt", "save_conf", "save_crop", "show_labels", "show_conf", "show_boxes", "line_width",
        "format", "keras", "optimize", "int8", "dynamic", "simplify", "opset", "workspace", "nms", "lr0", "lrf",
        "momentum", "weight_decay", "warmup_epochs", "warmup_momentum", "warmup_bias_lr", "box", "cls", "cls_pw",
        "dfl", "pose", "kobj", "rle", "angle", "nbs", "label_smoothing", "cfg", "tracker", "copy_paste_mode",
        "auto_augment", "augmentations", "distill_model", "dis",
    }
)  # fmt: skip
"""Other settings of a training; those that are no augmentation are not looked at."""
