"""Text that somebody pasted: which form it has, and who reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from augviz.errors import PipelineError, Problem
from augviz.pasting import compose_code, torchvision_code, ultralytics
from augviz.pasting.python_source import parse
from augviz.pasting.python_values import Bound, read_values
from augviz.pasting.seen import Call, Library, Seen
from augviz.pipeline.importing import Imported, read_document
from augviz.pipeline.located import read_located
from augviz.pipeline.spec import PipelineSpec

Form: TypeAlias = Literal["Albumentations code", "torchvision code", "Ultralytics settings", "YAML or JSON"]

MAX_BYTES = 256_000

_COMMENT = re.compile(r"#[^\n]*")
_CODE = re.compile(r"\w\s*\(|^\s*(?:from|import)\s+\w|^\s*[A-Za-z_]\w*\s*(?::[^=\n]+)?=[^=]", re.MULTILINE)


@dataclass(frozen=True)
class Pasted:
    """What somebody pasted.

    Attributes:
        spec: The pipeline.
        form: What it was written in.
        notes: What was mapped, what differs and what was left out, as sentences with their lines.
        seed: Preview seed that augviz wrote into a file, or None.
    """

    spec: PipelineSpec
    form: Form
    notes: tuple[str, ...] = ()
    seed: int | None = None


def read(text: str) -> Pasted:
    """Read a pipeline from pasted text; nothing in it is run.

    Args:
        text: Python code with a Compose of Albumentations or torchvision, augmentation settings of Ultralytics, or a
            pipeline as YAML or JSON.

    Raises:
        PipelineError: What is wrong, in which line, and what to do.
    """
    size = len(text.encode(errors="replace"))
    if size > MAX_BYTES:
        raise PipelineError(
            f"the text has {size:,} bytes, and {MAX_BYTES:,} are allowed", mend="Paste only the pipeline."
        )
    if not text.strip():
        raise PipelineError("the text is empty", mend="Paste a pipeline.")
    if "\0" in text:
        raise PipelineError("this is not text", mend="Paste it from an editor.")
    if (settings := ultralytics.from_words(text)) is not None:
        return _pasted(ultralytics.read_settings(settings), "Ultralytics settings")
    if _CODE.search(_COMMENT.sub("", text)):
        return _read_code(text)
    root = read_located(text)
    if not isinstance(root.value, (dict, tuple)):
        raise PipelineError(
            "there is no pipeline in this text",
            mend="Paste A.Compose([…]), v2.Compose([…]), settings of Ultralytics, or YAML.",
        )
    if ultralytics.are_settings(root.value):
        return _pasted(ultralytics.read_settings(root), "Ultralytics settings")
    return _pasted(read_document(root), "YAML or JSON")


def _pasted(imported: Imported, form: Form, notes: Sequence[Problem] = ()) -> Pasted:
    return Pasted(imported.spec, form, tuple(str(note) for note in (*notes, *imported.notes)), imported.seed)


def _read_code(text: str) -> Pasted:
    found = read_values(text, parse(text), _bare_names(text))
    trainings = [training for bound in found if (training := _training(bound.value)) is not None]
    wanted = [training for training in trainings if ultralytics.are_settings(training.value)]
    if wanted:
        return _pasted(ultralytics.read_settings(wanted[-1].located()), "Ultralytics settings")
    chosen, notes = _chosen(found)
    if chosen is not None:
        return _read_pipeline(chosen, notes)
    single = Seen({bound.name: bound.value for bound in found if bound.name}, 1)
    values = [*(bound.value for bound in found), single]
    known = [value for value in values if ultralytics.are_settings(value.value)] or trainings
    if known:
        return _pasted(ultralytics.read_settings(known[-1].located()), "Ultralytics settings")
    raise PipelineError("there is no pipeline in this code", mend="Paste the lines with A.Compose([…]).")


def _training(seen: Seen) -> Seen | None:
    """The settings in ``model.train(…)``; PyTorch's own ``model.train()`` has none."""
    call = seen.value
    if not isinstance(call, Call) or call.name != "train" or not call.named:
        return None
    if call.positional:
        raise PipelineError("train takes arguments with names only", where=seen.where, mend="Write degrees=10.")
    return Seen(dict(call.named), seen.line)


def _read_pipeline(seen: Seen, notes: Sequence[Problem]) -> Pasted:
    if _library(seen) == "torchvision":
        return _pasted(torchvision_code.read_compose(seen), "torchvision code", notes)
    return _pasted(compose_code.read_compose(seen), "Albumentations code", notes)


def _chosen(found: Sequence[Bound]) -> tuple[Seen | None, list[Problem]]:
    """The last Compose that is no part of another one; where there is none, the last step or list of steps."""
    whole = [bound for bound in _with_entries(found) if _is_compose(bound.value)]
    last = whole[-1].value if whole else None
    if last is None:
        parts = [bound.value for bound in found if _library(bound.value) is not None]
        if not parts:
            return None, []
        note = Problem(parts[-1].where, "there is no Compose", "The steps are read as if they stood in one.", "note")
        return parts[-1], [note]
    others = {bound.name or bound.value.where: bound for bound in whole}
    names = [
        name for name, bound in others.items() if not _same(bound.value, last) and not last.holds(bound.value)
    ]  # fmt: skip
    if not names:
        return last, []
    kept = whole[-1].name or "the last one"
    what = f"there are several pipelines, and {kept} is the last one"
    mend = f"Left out: {', '.join(names)}. Paste only the one you want to see."
    return last, [Problem(last.where, what, mend, "left out")]


def _with_entries(found: Sequence[Bound]) -> list[Bound]:
    """Also the values of dicts: ``{"train": A.Compose(…), "val": A.Compose(…)}``."""
    bounds: list[Bound] = []
    for bound in found:
        if isinstance(bound.value.value, dict):
            bounds += [Bound(f"{bound.name}[{key!r}]", value) for key, value in bound.value.value.items()]
        else:
            bounds.append(bound)
    return bounds


def _same(one: Seen, other: Seen) -> bool:
    return one is other or one.value is other.value


def _is_compose(seen: Seen) -> bool:
    return isinstance(seen.value, Call) and seen.value.name in compose_code.COMPOSES


def _library(seen: Seen) -> Library | None:
    """Whose step it is, or of whom the steps of a list are."""
    if isinstance(seen.value, tuple):
        return _library(seen.value[0]) if seen.value else None
    if not isinstance(seen.value, Call) or seen.value.name in ("BboxParams", "KeypointParams"):
        return None
    return seen.value.library if seen.value.library in ("albumentations", "torchvision") else None


def _bare_names(text: str) -> Mapping[str, Library]:
    """Names without a module in front, by the library that they are of in this text.

    Both libraries have a Compose and a Resize; names that only one of them has tell which is meant.
    """
    ours, theirs = compose_code.names(), torchvision_code.names()
    words = set(re.findall(r"[A-Za-z_]\w*", text))
    shared: Library = "torchvision" if len(words & (theirs - ours)) > len(words & (ours - theirs)) else "albumentations"
    return {
        **dict.fromkeys(theirs - ours, "torchvision"),
        **dict.fromkeys(ours - theirs, "albumentations"),
        **dict.fromkeys(ours & theirs, shared),
    }
