"""The export proves itself.

A file is proven when, after our strict reader has accepted it, ``A.load`` in a fresh process gives a pipeline that the
library itself runs on the same draws to the same image, masks, boxes and keypoints. The fresh process is
:mod:`augviz.pipeline.verify_child`; what passes between the two is a folder with the file, the arrays and a plan.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from augviz.errors import Problem, VerificationError
from augviz.pipeline import border
from augviz.pipeline.covering import covered_rows
from augviz.pipeline.draws import Draws
from augviz.pipeline.export import swaps_apart
from augviz.pipeline.importing import Imported, read_pipeline
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.run import ROOT_ID, run
from augviz.pipeline.spec import BoxPolicy, KeypointPolicy, PipelineSpec, Step, walk
from augviz.pipeline.trace import ELSEWHERE, Outcome
from augviz.pipeline.training_call import call_arrays, from_box_format, given_arrays, in_keypoint_format
from augviz.sample import Sample
from augviz.transforms import construct

FileFormat = Literal["yaml", "json"]

TIME_LIMIT_S = 120.0
"""Importing the library takes about 3 s on two cores; the rest is room for slow transforms and large images."""

MAX_COMPARED_BYTES = 2_000_000_000
"""Pictures of one proof, held at once: 24 of 27 megapixels, RGB."""

BOX_TOLERANCE_PX = 0.01
"""Boxes travel as float32 shares of the side: 2**-24 of 8,192 px is 0.0005 px, and formats round once more."""


@dataclass(frozen=True)
class Comparison:
    """One thing that was compared over all samples.

    Attributes:
        what: "image", "boxes", …
        same: Whether it agreed in every sample.
        detail: How it was compared, or where it first differed.
    """

    what: str
    same: bool
    detail: str


@dataclass(frozen=True)
class Verification:
    """What a verification found; it exists only when the file was really loaded and run.

    Attributes:
        comparisons: What was compared.
        lost: Fields that ``A.load`` gave another value than the file says, and warnings it raised.
        samples: How many draws were compared.
        seconds: Time of the fresh process.
        beside: What was shown and no file can do, and what is therefore neither proven nor disproven.
    """

    comparisons: tuple[Comparison, ...]
    lost: tuple[Problem, ...]
    samples: int
    seconds: float
    beside: tuple[Problem, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether everything agreed and nothing was lost."""
        return bool(self.comparisons) and all(item.same for item in self.comparisons) and not self.lost


def verify_text(
    text: str,
    file_format: FileFormat,
    sample: Sample,
    seeds: Sequence[int],
    *,
    shown: PipelineSpec | None = None,
    materials: Materials = NO_MATERIALS,
    time_limit_s: float = TIME_LIMIT_S,
) -> Verification:
    """Prove a file against the pictures.

    Args:
        text: The file.
        file_format: How ``A.load`` is told to read it.
        sample: Labelled image to run on.
        seeds: One draw each.
        shown: The pipeline that was shown; without it the file is compared with our own reading of it.
        materials: Other images by name; those that the shown pipeline names are passed in the call of the file.
        time_limit_s: Limit of the fresh process.

    Raises:
        PipelineError: The strict reader refuses the file.
        VerificationError: The fresh process took too long or died, or the pictures are too large to be compared;
            nothing was proven or disproven.
    """
    imported = read_pipeline(text)
    spec = imported.spec if shown is None else shown
    # A.load has no word for names that change places, so that they are compared as the library leaves them.
    beside = (swaps_apart(spec),) if spec.swaps else ()
    spec = replace(spec, swaps=())
    outcomes = _outcomes(spec, sample, seeds, materials)
    with tempfile.TemporaryDirectory(prefix="augviz-") as folder:
        where = Path(folder)
        (where / f"pipeline.{file_format}").write_text(text, encoding="utf-8")
        given = given_arrays(spec, imported.spec, sample, materials)
        _write_plan(where, imported, file_format, sample, seeds, given=given)
        began = time.perf_counter()
        report = _run_child(where, time_limit_s)
        seconds = time.perf_counter() - began
        if report["refused"]:
            refused = Comparison("load", False, f"A.load refused the file: {report['refused']}. {_REFUSED_MEND}")
            return Verification((refused,), (), len(seeds), seconds, beside)
        comparisons = _compare(where, imported.spec, outcomes, report)
        if shown is not None and shown.boxes is not None and imported.spec.boxes is None:
            comparisons += _undeclared_boxes(outcomes)
    return Verification(comparisons, _lost(imported.spec, report), len(seeds), seconds, beside)


def _outcomes(spec: PipelineSpec, sample: Sample, seeds: Sequence[int], materials: Materials) -> list[Outcome]:
    outcomes: list[Outcome] = []
    held = 0
    for seed in seeds:
        outcomes.append(run(spec, sample, seed, materials=materials))
        held += outcomes[-1].after.image.nbytes
        if held > MAX_COMPARED_BYTES:
            raise VerificationError(
                f"{len(seeds)} pictures of this size are more than the {MAX_COMPARED_BYTES / 1e9:g} GB that are "
                "compared at once",
                mend="Take fewer samples or a smaller image.",
            )
    return outcomes


# -- the fresh process -------------------------------------------------------------------------------------------


def _write_plan(
    where: Path,
    imported: Imported,
    file_format: FileFormat,
    sample: Sample,
    seeds: Sequence[int],
    *,
    given: Mapping[str, Sequence[Mapping[str, npt.NDArray[Any]]]],
) -> None:
    spec = imported.spec
    arrays, passed = call_arrays(spec, sample)
    others = {
        f"{argument}/{i}/{key}": array
        for argument, items in given.items()
        for i, item in enumerate(items)
        for key, array in item.items()
    }
    np.savez(where / "input.npz", **arrays, **others)  # type: ignore[arg-type]
    plan = {
        "format": file_format,
        "seeds": list(seeds),
        "ids": [node.id for top in (*spec.steps, *spec.tail) for node in walk(top)],
        "passed": passed,
        "covered": {
            node.id: rows
            for node in spec.walk()
            if isinstance(node, Step) and (rows := covered_rows(node, sample.labels.boxes)) is not None
        },
        "given": {argument: [sorted(item) for item in items] for argument, items in given.items()},
    }
    (where / "plan.json").write_text(json.dumps(plan), encoding="utf-8")


def _run_child(where: Path, time_limit_s: float) -> dict[str, Any]:
    command = [sys.executable, "-I", "-c", _CHILD, str(Path(__file__).parents[2]), str(where)]
    environment = {**os.environ, "NO_ALBUMENTATIONS_UPDATE": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - our own module with our own folder
            command, capture_output=True, text=True, timeout=time_limit_s, check=False, env=environment
        )
    except subprocess.TimeoutExpired as error:
        raise VerificationError(
            f"the fresh process did not finish within {time_limit_s:.0f} s",
            mend="Try fewer samples or a smaller image.",
        ) from error
    if done.returncode != 0 or not (where / "report.json").exists():
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise VerificationError(f"the fresh process ended with code {done.returncode}: {last[:300]}")
    report: dict[str, Any] = json.loads((where / "report.json").read_text(encoding="utf-8"))
    return report


_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from augviz.pipeline.verify_child import main; main(sys.argv[2])"


_REFUSED_MEND = "It reads only what A.save writes: open the file on the Export page, and download it there as YAML."

# -- comparing ---------------------------------------------------------------------------------------------------


def _compare(
    where: Path, spec: PipelineSpec, outcomes: Sequence[Outcome], report: Mapping[str, Any]
) -> tuple[Comparison, ...]:
    if report["stopped"]:
        return (Comparison("run", False, f"Albumentations stopped: {report['stopped']}"),)
    pairs = [
        (outcome, dict(np.load(where / f"output-{i}.npz", allow_pickle=False))) for i, outcome in enumerate(outcomes)
    ]
    found = [_first_difference("image", "equal in every pixel", pairs, lambda o, t: _image_differs(spec, o, t))]
    first = outcomes[0].before.labels
    if first.semantic is not None:
        found.append(_first_difference("semantic mask", "equal in every pixel", pairs, _semantic_differs))
    if first.masks is not None and "masks" in pairs[0][1]:
        one_by_one = border.mixes_mask_values(spec)
        found.append(
            _first_difference(
                "instance masks", "equal in every pixel", pairs, lambda o, t: _masks_differ(o, t, one_by_one)
            )
        )
    if spec.boxes is not None:
        found.append(
            _first_difference("boxes", f"within {BOX_TOLERANCE_PX} px", pairs, lambda o, t: _boxes_differ(spec, o, t))
        )
    if spec.keypoints is not None:
        found.append(
            _first_difference(
                "keypoints", f"within {BOX_TOLERANCE_PX} px", pairs, lambda o, t: _keypoints_differ(spec, o, t)
            )
        )
    return tuple(found)


def _undeclared_boxes(outcomes: Sequence[Outcome]) -> tuple[Comparison, ...]:
    """A file without bbox_params touches no box, but the rules of the shown pipeline may have dropped some."""
    for place, outcome in enumerate(outcomes, start=1):
        before, after = outcome.before.labels.boxes, outcome.after.labels.boxes
        if not np.array_equal(before.ids, after.ids) or _too_far(after.xyxy, before.xyxy):
            told = f"the file declares no bbox_params and leaves {len(before)} boxes as they are"
            told += f", the label rules here leave {len(after)}"
            return (Comparison("boxes", False, f"sample {place} (seed {outcome.seed}): {told}"),)
    return ()


def _first_difference(
    what: str, how: str, pairs: Sequence[tuple[Outcome, Mapping[str, Any]]], differs: Any
) -> Comparison:
    for place, (outcome, theirs) in enumerate(pairs, start=1):
        if text := differs(outcome, theirs):
            return Comparison(what, False, f"sample {place} (seed {outcome.seed}): {text}")
    return Comparison(what, True, f"{how}, {len(pairs)} samples")


def _image_differs(spec: PipelineSpec, outcome: Outcome, theirs: Mapping[str, Any]) -> str:
    if outcome.errors:
        return f"{outcome.errors[0].name} could not run here"
    ours = _with_tail(spec, outcome)
    image = theirs["image"]
    image = image[..., None] if image.ndim == 2 else image
    if ours.shape != image.shape:
        return f"{image.shape} instead of {ours.shape}"
    if ours.dtype == np.uint8:
        differing = int((ours != image).any(axis=2).sum())
        return f"{differing:,} pixels differ" if differing else ""
    worst = float(np.abs(ours.astype(np.float64) - image).max())
    return "" if worst <= 1e-6 else f"values differ by up to {worst:.3g}"


def _with_tail(spec: PipelineSpec, outcome: Outcome) -> npt.NDArray[Any]:
    """The picture as training gets it: after the steps of the tail, each with its own draw.

    Returns:
        ``(H, W, C)`` uint8 or float32; ``(C, H, W)`` where ToTensorV2 ran.
    """
    image: npt.NDArray[Any] = outcome.after.image
    draws = Draws(outcome.seed)
    if draws.visit(ROOT_ID).u >= spec.p:
        return image
    for step in spec.tail:
        if draws.visit(step.id).u >= step.p:
            continue
        if step.name == "ToTensorV2":
            image = image.transpose(2, 0, 1)
        else:
            image = construct.make(step.name, step.params, 1.0)(image=image, force_apply=True)["image"]
    return image


def _semantic_differs(outcome: Outcome, theirs: Mapping[str, Any]) -> str:
    ours = outcome.after.labels.semantic
    assert ours is not None  # noqa: S101 - the caller asks only when there is one
    return "" if np.array_equal(ours.values, theirs["mask"]) else "values differ"


def _masks_differ(outcome: Outcome, theirs: Mapping[str, Any], one_by_one: bool) -> str:
    ours = outcome.after.labels.masks
    assert ours is not None  # noqa: S101 - the caller asks only when there is one
    if one_by_one:
        return "" if np.array_equal(ours.to_stack(), theirs["masks"] > 0) else "pixels differ"
    return "" if np.array_equal(ours.layers, theirs["masks"]) else "pixels differ"


def _boxes_differ(spec: PipelineSpec, outcome: Outcome, theirs: Mapping[str, Any]) -> str:
    ours = outcome.after.labels.boxes
    if list(outcome.box_rows) != _own_rows(theirs["box_rows"], len(outcome.before.labels.boxes)):
        return f"{len(theirs['box_rows'])} are left instead of {len(ours)}, or others"
    size = theirs["image"].shape[:2]
    return _too_far(ours.xyxy, from_box_format(theirs["bboxes"], spec.boxes or BoxPolicy(), size))


def _keypoints_differ(spec: PipelineSpec, outcome: Outcome, theirs: Mapping[str, Any]) -> str:
    ours = outcome.after.labels.keypoints
    if list(outcome.keypoint_rows) != _own_rows(theirs["keypoint_rows"], len(outcome.before.labels.keypoints)):
        return f"{len(theirs['keypoint_rows'])} are left instead of {len(ours)}, or others"
    policy = spec.keypoints or KeypointPolicy()
    counted = ours.xy - border.PIXEL_CENTRE
    return _too_far(in_keypoint_format(counted, policy)[:, :2], theirs["keypoints"][:, :2])


def _own_rows(rows: npt.NDArray[Any], count: int) -> list[int]:
    return [row if row < count else ELSEWHERE for row in rows.tolist()]


def _too_far(ours: npt.NDArray[Any], theirs: npt.NDArray[Any]) -> str:
    worst = float(np.abs(np.asarray(ours, np.float64) - theirs).max(initial=0.0))
    return "" if worst <= BOX_TOLERANCE_PX else f"differ by up to {worst:.3g} px"


def _lost(spec: PipelineSpec, report: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Warnings of A.load, and parameters that came back with another value than the file says."""
    found = [Problem("A.load", f"warned: {text}", kind="note") for text in report["warnings"]]
    loaded: list[dict[str, Any]] = report["steps"]
    wanted = [node for top in (*spec.steps, *spec.tail) for node in walk(top)]
    for node, theirs in zip(wanted, loaded, strict=False):
        if isinstance(node, Step) and node.name != "ToTensorV2":
            made = construct.settings_of(construct.make(node.name, node.params, node.p))
            ours = json.loads(json.dumps(made, default=_jsonable))
            if spec.mask_interpolation is not None and "mask_interpolation" in ours:
                ours["mask_interpolation"] = spec.mask_interpolation  # Compose sets it on every step
            found += [
                Problem(f"{node.id}.{key}", f"came back as {theirs.get(key)!r} instead of {value!r}", kind="changed")
                for key, value in ours.items()
                if theirs.get(key) != value
            ]
        elif not isinstance(node, Step):
            counted = ("p", "n", "replace") if node.kind in ("SomeOf", "RandomOrder") else ("p",)
            found += [
                Problem(f"{node.id}.{key}", f"came back as {theirs.get(key)!r} instead of {value!r}", kind="changed")
                for key in counted
                if theirs.get(key) != (value := getattr(node, key))
            ]
    found += _lost_around(spec, report["frame"])
    if len(wanted) != len(loaded):
        found.append(Problem("transforms", f"{len(loaded)} came back instead of {len(wanted)}"))
    return tuple(found)


def _lost_around(spec: PipelineSpec, theirs: Mapping[str, Any]) -> list[Problem]:
    """The same for p of the whole, mask_interpolation, and the fields of bbox_params and keypoint_params."""
    ours: dict[str, Any] = {"p": spec.p, "mask_interpolation": spec.mask_interpolation}
    found = dict(theirs)
    for name, policy in (("bbox_params", spec.boxes), ("keypoint_params", spec.keypoints)):
        loaded = found.pop(name) or {}
        found |= {f"{name}.{key}": value for key, value in loaded.items()}
        found[f"{name}.label_fields"] = loaded.get("label_fields") or []  # none come back as null
        if policy is not None:
            ours |= {f"{name}.{key}": value for key, value in asdict(policy).items()}
    return [
        Problem(key, f"came back as {found.get(key)!r} instead of {value!r}", kind="changed")
        for key, value in json.loads(json.dumps(ours)).items()
        if found.get(key) != value
    ]


def _jsonable(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else str(value)
