"""Augmentation settings of Ultralytics: to the steps that one picture goes through.

The order is that of ``v8_transforms``: letterbox, RandomPerspective, RandomHSV, flips; for classification that of
``classify_augmentations``. What needs several pictures is named and left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Literal

from augviz.errors import PipelineError, Problem
from augviz.pasting.seen import step
from augviz.pasting.torchvision_geometry import corner_spread
from augviz.pasting.ultralytics_rows import BY_KEY, OTHERS, POLICIES, SETTINGS, TASKS, Setting
from augviz.pipeline.importing import Imported, read_document
from augviz.pipeline.located import Located, Scalar

GREY = 114
"""Colour of the letterbox and of what comes from outside (RandomPerspective's border value)."""

SMALLEST_SCALE = 0.01
CLASSIFY_SIZE = 224

_WORD = re.compile(r"([A-Za-z_]\w*)=(\S*)")
_COMMAND = ("yolo", "train", *TASKS)
_WORDS: dict[str, Scalar] = {"none": None, "null": None, "": None, "true": True, "false": False}


def are_settings(value: object) -> bool:
    """Whether a mapping holds settings of Ultralytics, and is no pipeline."""
    if not isinstance(value, dict) or value.keys() & {"transform", "transforms", "__class_fullname__"}:
        return False
    return bool(value.keys() & (BY_KEY.keys() | {"auto_augment"}))


def from_words(text: str) -> Located | None:
    """Settings of a command line (``yolo train degrees=10 fliplr=0.5``), or None where the text is something else."""
    entries: dict[str, Located] = {}
    for number, line in enumerate(text.splitlines(), 1):
        for word in line.partition("#")[0].replace("\\", " ").replace(",", " ").split():
            match = _WORD.fullmatch(word)
            if match is None and word not in _COMMAND:
                return None
            if match is not None:
                key = match[1]
                if key in entries:
                    raise PipelineError(f"'{key}' stands twice", where=f"line {number}", mend="Remove one of them.")
                entries[key] = Located(_scalar(match[2]), number)
    return Located(entries, 1) if are_settings(entries) else None


def read_settings(root: Located) -> Imported:
    """Settings as a pipeline.

    Args:
        root: A mapping of settings.

    Raises:
        PipelineError: A key is not known, or a value is out of its range; with the line.
    """
    if not isinstance(root.value, dict):
        raise PipelineError("settings must be a mapping", where=f"line {root.line}", mend="Write degrees: 10.")
    return _Reader(root.value, root.line).read()


def _scalar(word: str) -> Scalar:
    word = word.strip("'\"")
    if word.lower() in _WORDS:
        return _WORDS[word.lower()]
    try:
        return float(word) if len(word) <= 40 else word
    except ValueError:
        return word


class _Reader:
    """One set of settings on its way in; collects notes."""

    def __init__(self, entries: dict[str, Located], line: int) -> None:
        self.entries = entries
        self.line = line
        self.notes: list[Problem] = []

    def read(self) -> Imported:
        self._check_keys()
        task = self._word("task", "detect", TASKS)
        values = {setting.key: self._number(setting) for setting in SETTINGS}
        if task == "classify" and "imgsz" not in self.entries:
            values["imgsz"] = CLASSIFY_SIZE
        nodes = self._classify(values) if task == "classify" else self._detect(values)
        self._say_differences(values, task)
        self._say_defaults(task)
        imported = read_document(Located(tuple(nodes), self.line))
        return Imported(imported.spec, (*self.notes, *imported.notes))

    # -- values --------------------------------------------------------------------------------------------------

    def _check_keys(self) -> None:
        for key, value in self.entries.items():
            if key not in BY_KEY and key not in OTHERS:
                raise PipelineError(
                    f"'{key}' is no setting of Ultralytics",
                    where=f"line {value.line}",
                    mend=f"Check the spelling. Augmentations are: {', '.join(BY_KEY)}, auto_augment.",
                )
        others = sorted((self.entries.keys() & OTHERS) - {"task", "auto_augment", "augmentations", "copy_paste_mode"})
        if others:
            self._note("", f"settings that change no picture are not looked at: {_listed(others)}", "", "note")
        if "augmentations" in self.entries:
            self._note("augmentations", "augmentations are steps of Albumentations", "Paste them on their own.")

    def _number(self, setting: Setting) -> float:
        entry = self.entries.get(setting.key)
        if entry is None or entry.value is None or entry.value == "None":
            return setting.default
        value = entry.value
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not setting.low <= value <= setting.high:
            shown = repr(entry.plain())[:40]
            raise PipelineError(
                f"{setting.key}: {shown} is not accepted",
                where=f"line {entry.line}",
                mend=f"It must be a number from {setting.low:g} to {setting.high:g}.",
            )
        if setting.key == "imgsz" and value != int(value):
            raise PipelineError(f"imgsz: {value:g} is not a whole number", where=f"line {entry.line}")
        return float(value)

    def _word(self, key: str, default: str, allowed: Collection[str]) -> str:
        entry = self.entries.get(key)
        if entry is None or entry.value is None or entry.value == "None":
            return default
        if not isinstance(entry.value, str) or entry.value not in allowed:
            shown = repr(entry.plain())[:40]
            raise PipelineError(
                f"{key}: {shown} is not accepted", where=f"line {entry.line}", mend=f"One of {', '.join(allowed)}."
            )
        return entry.value

    # -- steps ---------------------------------------------------------------------------------------------------

    def _detect(self, values: dict[str, float]) -> list[Located]:
        size = int(values["imgsz"])
        nodes = [
            self._step("imgsz", "LongestMaxSize", max_size=size, p=1.0),
            self._step("imgsz", "PadIfNeeded", min_height=size, min_width=size, fill=GREY, p=1.0),
        ]
        if values["perspective"]:
            spread = corner_spread(corner_shift(values["perspective"], size))
            nodes.append(self._step("perspective", "Perspective", scale=(spread, spread), fill=GREY, p=1.0))
        if any(values[key] for key in ("degrees", "translate", "scale", "shear")):
            nodes.append(self._step("scale", "Affine", **self._affine(values), fill=GREY, p=1.0))
        return [*nodes, *self._jitter(values, contrast=False), *self._flips(values)]

    def _affine(self, values: dict[str, float]) -> dict[str, Any]:
        lowest = round(1 - values["scale"], 6)
        if lowest < SMALLEST_SCALE:
            lowest = SMALLEST_SCALE
            self._note("scale", "a picture cannot shrink to nothing", f"It shrinks to {SMALLEST_SCALE:g} at most.")
        return {
            "scale": (lowest, round(1 + values["scale"], 6)),
            "keep_ratio": True,
            "translate_percent": dict.fromkeys("xy", _both_ways(values["translate"])),
            "rotate": _both_ways(values["degrees"]),
            "shear": dict.fromkeys("xy", _both_ways(values["shear"])),
        }

    def _jitter(self, values: dict[str, float], *, contrast: bool) -> list[Located]:
        hue, saturation, value = values["hsv_h"], values["hsv_s"], values["hsv_v"]
        if not (hue or saturation or value):
            return []
        if hue > 0.5:
            self._note("hsv_h", "half of the colour circle is all of it, both ways", "0.5 is used.")
            hue = 0.5
        arguments = {
            "brightness": _around(value),
            "contrast": _around(value if contrast else 0.0),
            "saturation": _around(saturation),
            "hue": _both_ways(hue),
        }
        return [self._step("hsv_h", "ColorJitter", **arguments, p=1.0)]

    def _flips(self, values: dict[str, float]) -> list[Located]:
        flips = (("flipud", "VerticalFlip"), ("fliplr", "HorizontalFlip"))
        return [self._step(key, name, p=values[key]) for key, name in flips if values[key]]

    def _classify(self, values: dict[str, float]) -> list[Located]:
        size = int(values["imgsz"])
        crop = self._step(
            "imgsz",
            "RandomResizedCrop",
            size=(size, size),
            scale=(max(SMALLEST_SCALE, 1 - values["scale"]), 1.0),
            p=1.0,
        )
        nodes = [crop, *reversed(self._flips(values))]
        if self._policy():
            self._note(
                "auto_augment", f"{self._policy()} draws from a policy of its own", "It is left out.", "left out"
            )
            self._note("hsv_h", "hsv_h, hsv_s and hsv_v are switched off by auto_augment", "", "note")
        else:
            nodes += self._jitter(values, contrast=True)
        if values["erasing"]:
            nodes.append(self._step("erasing", "Erasing", p=values["erasing"]))
        return nodes

    def _policy(self) -> str:
        entry = self.entries.get("auto_augment")
        if entry is not None and entry.value in (None, "None", ""):
            return ""
        return self._word("auto_augment", POLICIES[0], POLICIES)

    def _step(self, key: str, name: str, **arguments: Any) -> Located:
        return step(name, self.entries[key].line if key in self.entries else self.line, **arguments)

    # -- notes ---------------------------------------------------------------------------------------------------

    def _say_differences(self, values: dict[str, float], task: str) -> None:
        mine = "classify" if task == "classify" else "detect"
        for setting in SETTINGS:
            if setting.task not in ("all", mine):
                if setting.key in self.entries:
                    which = "classification" if setting.task == "classify" else "detection"
                    self._note(
                        setting.key, f"{setting.key} is looked at in {which} only", "It is left out.", "left out"
                    )
            elif not setting.becomes and values[setting.key] and (setting.key != "crop_fraction" or self._has(setting)):
                self._note(setting.key, f"{setting.key} is left out", setting.differs, "left out")
            elif setting.becomes and setting.differs and values[setting.key] and mine == "detect":
                self._note(setting.key, f"{setting.key} became {_first_word(setting.becomes)}", setting.differs)
        if mine == "detect":
            if "auto_augment" in self.entries:
                self._note("auto_augment", "auto_augment is looked at in classification only", "It is left out.")
            rare = "where Albumentations is installed, Ultralytics adds Blur, MedianBlur, ToGray and CLAHE"
            self._note("", rare, "They are left out; each comes for 1 picture in 100.", "left out")

    def _say_defaults(self, task: str) -> None:
        mine = "classify" if task == "classify" else "detect"
        missing = [s for s in SETTINGS if s.task in ("all", mine) and not self._has(s)]
        shown = [f"{s.key} {_default(s, task):g}" for s in missing if s.becomes]
        if shown:
            self._note("", f"defaults of Ultralytics are used for {_listed(shown)}", "", "note")

    def _has(self, setting: Setting) -> bool:
        entry = self.entries.get(setting.key)
        return entry is not None and entry.value is not None and entry.value != "None"

    def _note(
        self, key: str, what: str, mend: str = "", kind: Literal["left out", "changed", "note"] = "changed"
    ) -> None:
        where = f"line {self.entries[key].line}" if key in self.entries else "defaults" if key else ""
        self.notes.append(Problem(where, what, mend, kind))


def corner_shift(perspective: float, size: int) -> float:
    """Mean shift of a corner by RandomPerspective, as a share of the side.

    A corner at half the side is divided by 1 + size / 2 (px + py), with px and py even on ±perspective; the mean of
    ``|px + py|`` is 2/3 perspective, and half a side is moved.
    """
    return 0.5 * (size / 2) * (2 / 3 * perspective)


def _default(setting: Setting, task: str) -> float:
    return CLASSIFY_SIZE if task == "classify" and setting.key == "imgsz" else setting.default


def _both_ways(limit: float) -> tuple[float, float]:
    return 0.0 - limit, limit


def _around(strength: float) -> tuple[float, float]:
    return round(1 - strength, 6), round(1 + strength, 6)


def _first_word(text: str) -> str:
    return text.partition(",")[0].partition(" ")[0]


def _listed(words: Collection[str]) -> str:
    words = list(words)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
