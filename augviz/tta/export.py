"""A set of views out again: as YAML, and as Python that needs nothing of ours."""

from __future__ import annotations

import datetime as dt
import inspect
import json
from collections.abc import Callable, Sequence
from typing import Any

import augviz
from augviz.models.card import ModelCard
from augviz.pipeline.export import ALBUMENTATIONS_VERSION, ExportOptions, in_yaml, steps_code, to_document
from augviz.pipeline.spec import PipelineSpec
from augviz.tta import arithmetic, box_fusion, plain
from augviz.tta.merging import How
from augviz.tta.view import View, complete

_MEANS: dict[How, Callable[..., Any]] = {
    "probabilities": arithmetic.mean_of_probabilities,
    "logits": arithmetic.mean_of_logits,
    "geometric": arithmetic.geometric_mean,
    "vote": arithmetic.majority_vote,
}


def views_to_yaml(views: Sequence[View], card: ModelCard, how: How, date: dt.date | None = None) -> str:
    """The views, each as a pipeline in the form of ``A.save``, with how the model is used and how they are merged.

    Args:
        views: The views; each is written with the steps that bring it to the model's size.
        card: The model.
        how: How views are merged.
        date: Date in the header.
    """
    document = {
        "merge": how,
        "model": {
            "layout": card.layout,
            "channels": card.channels,
            "size_hw": None if card.size_hw is None else list(card.size_hw),
            "scale": card.scale,
            "mean": list(card.mean),
            "std": list(card.std),
            "output": card.output,
            "values": card.values,
        },
        "views": [{"id": view.id, "title": view.title, "pipeline": _pipeline(complete(view, card))} for view in views],
    }
    load = '# Load each view with: albumentations.from_dict(view["pipeline"])'
    return f"{_header(date)}\n{load}\n{in_yaml(document)}"


def _pipeline(spec: PipelineSpec) -> dict[str, Any]:
    """What ``A.from_dict`` reads, without what only our own reader wants."""
    document = to_document(spec, ExportOptions())
    return {key: document[key] for key in ("__version__", "transform")}


def views_to_python(
    views: Sequence[View], card: ModelCard, how: How, date: dt.date | None = None, *, dtype: str = "float32"
) -> str:
    """The views as Python with a function ``predict(image, model)``.

    Args:
        views, card, how, date: As for :func:`views_to_yaml`.
        dtype: Type of the model's input: "float32", "float16" or "uint8".
    """
    parts = [
        f"{_header(date)}\n",
        _DOC[card.output],
        "from __future__ import annotations\n",
        _imports(card),
        _views(views, card),
        _tensor(card, dtype),
        *_functions(card, how),
        _predict(card, how),
    ]
    return "\n".join(part if part.startswith(_TOP) else f"\n{part}" for part in parts)


_TOP = ("#", '"""', "from", "import")
"""Beginnings of what stands without two empty lines before it."""


def _header(date: dt.date | None) -> str:
    on = f" on {date}" if date else ""
    return f"# Made with augviz {augviz.__version__}{on} for albumentations {ALBUMENTATIONS_VERSION}."


_DOC = {
    "classes": '"""Test-time augmentation: predict(image, model) gives one class for a picture."""\n',
    "pixels": '"""Test-time augmentation: predict(image, model) gives one class for each pixel."""\n',
    "boxes": '"""Test-time augmentation: predict(image, model) gives boxes."""\n',
}


def _imports(card: ModelCard) -> str:
    typing = "from typing import Any\n\n" if card.output == "pixels" else "from typing import Any, NamedTuple\n\n"
    first = "from collections.abc import Sequence\n" if card.output == "boxes" else ""
    typing = "" if card.output == "classes" else typing
    needs_cv2 = card.output != "classes" or card.channels == "grey"
    cv2 = "import cv2\n" if needs_cv2 else ""
    names = "Floats = Integers = np.ndarray\n" if card.output == "boxes" else "Floats = np.ndarray\n"
    return f"{first}{typing}import albumentations as A\n{cv2}import numpy as np\n\n{names}"


def _views(views: Sequence[View], card: ModelCard) -> str:
    """Each view as a Compose; for pixels and boxes, masks are sent linearly, because they carry the way back."""
    linear = [] if card.output == "classes" else ["            mask_interpolation=cv2.INTER_LINEAR,"]
    lines = ["VIEWS = ["]
    for view in views:
        steps = steps_code(complete(view, card), 16) or "                A.NoOp(p=1.0),\n"
        title = json.dumps(view.title, ensure_ascii=False)
        lines += ["    (", f"        {title},", "        A.Compose(", f"            [\n{steps}            ],", *linear]
        lines += ["        ),", "    ),"]
    return "\n".join([*lines, "]\n"])


def _tensor(card: ModelCard, dtype: str) -> str:
    lines = ["    values = image.astype(np.float32) / (255 if image.dtype == np.uint8 else 1)"]
    if card.channels == "grey":
        lines.append("    if values.ndim == 3 and values.shape[2] == 3:")
        lines.append("        values = cv2.cvtColor(values, cv2.COLOR_RGB2GRAY)")
        lines.append("    values = values.reshape(*values.shape[:2], 1)")
    if card.channels in ("RGB", "BGR"):
        lines.append("    if values.shape[2] == 1:")
        lines.append("        values = np.repeat(values, 3, axis=2)")
    if card.channels == "BGR":
        lines.append("    values = values[..., ::-1]")
    scaled = "values * np.float32(255)" if card.scale == "0..255" else "values"
    lines.append(f"    values = ({scaled} - np.float32({_number(card.mean)})) / np.float32({_number(card.std)})")
    if dtype != "float32":
        whole = "np.clip(np.rint(values), 0, 255)" if dtype == "uint8" else "values"
        lines.append(f"    values = {whole}.astype(np.{dtype})")
    lines.append("    return values.transpose(2, 0, 1)[None]" if card.layout == "NCHW" else "    return values[None]")
    axes = "(1, C, H, W)" if card.layout == "NCHW" else "(1, H, W, C)"
    doc = f'    """The image (H, W, C) as the model takes it: {axes} {dtype}."""'
    return "\n".join(["def tensor(image):", doc, *lines]) + "\n"


def _number(values: tuple[float, ...]) -> str:
    return repr(values[0]) if len(values) == 1 else repr(list(values))


_WAY_BACK = (plain.most_common_map, plain.mapped_by, plain.way_back)


def _functions(card: ModelCard, how: How) -> list[str]:
    wanted: list[Any] = []
    if card.output == "boxes":
        wanted = [box_fusion.Fused, box_fusion.overlap, box_fusion.fuse_boxes, *_WAY_BACK, plain.boxes_back]
        return [inspect.getsource(each) for each in wanted]
    shared = [arithmetic.as_probabilities, arithmetic.as_shares, arithmetic.as_logits]
    wanted = [*shared, *_WAY_BACK, plain.scores_back] if card.output == "pixels" else [*shared, _MEANS[how]]
    return [inspect.getsource(each) for each in wanted]


def _predict(card: ModelCard, how: How) -> str:
    if card.output == "boxes":
        return _PREDICT_BOXES
    return _predict_classes(card, how) if card.output == "classes" else _predict_pixels(card, how)


_OTHER = {"logits": "np.zeros_like(scores)", "probabilities": "1 - scores"}
"""What speaks against the only class that a model has a score for."""


def _predict_classes(card: ModelCard, how: How) -> str:
    mean = _MEANS[how].__name__
    likely = "as_probabilities(scores)" if card.values == "logits" else "as_shares(scores)"
    scores = likely
    if how == "logits":
        scores = "scores" if card.values == "logits" else f"as_logits({likely})"
    return f'''def predict(image, model):
    """Probabilities (K,) of the classes, from all views.

    `model` takes what tensor() gives and returns scores (1, K), for example:
    session = onnxruntime.InferenceSession("model.onnx")
    model = lambda batch: session.run(None, {{session.get_inputs()[0].name: batch}})[0]
    """
    seen = [view(image=image)["image"] for _title, view in VIEWS]
    scores = np.stack([np.ravel(model(tensor(each))[0]) for each in seen]).astype(np.float64)
    if scores.shape[1] == 1:  # one score says: this or not
        scores = np.hstack([{_OTHER[card.values]}, scores])
    return {mean}({scores})
'''


def _predict_pixels(card: ModelCard, how: How) -> str:
    axes = "(1, K, h, w)" if card.layout == "NCHW" else "(1, h, w, K)"
    order = "" if card.layout == "NCHW" else ".transpose(2, 0, 1)"
    likely = "as_probabilities(scores, axis=0)" if card.values == "logits" else "as_shares(scores, axis=0)"
    counted = {
        "probabilities": likely,
        "logits": "scores" if card.values == "logits" else f"as_logits({likely})",
        "geometric": f"as_logits({likely})",
        "vote": f"np.eye(len(scores))[scores.argmax(axis=0)].transpose(2, 0, 1) + 1e-6 * {likely}  # decides a tie",
    }[how]
    finished = "as_probabilities(total / shown, axis=0)" if how in ("logits", "geometric") else "total / shown"
    return f'''def predict(image, model):
    """Classes (H, W), -1 where no view shows a pixel, and their probabilities (K, H, W), from all views.

    `model` takes what tensor() gives and returns scores {axes}.
    """
    size_hw = image.shape[:2]
    total, seen = 0.0, np.zeros(size_hw)
    for _title, view in VIEWS:
        to_view, shows = way_back(view, size_hw)
        picture = view(image=image)["image"]
        scores = model(tensor(picture))[0]{order}
        if len(scores) == 1:  # one score says: this or not
            scores = np.concatenate([{_OTHER[card.values]}, scores])
        scores = scores_back(scores, to_view, picture.shape[:2], size_hw)
        counted = {counted}
        total = total + counted * shows
        seen += shows
    shown = np.maximum(seen, 1)
    probabilities = {finished}
    return np.where(seen > 0, probabilities.argmax(axis=0), -1), probabilities
'''


_PREDICT_BOXES = '''def predict(image, model):
    """Boxes in the pixels of the image, with scores, classes, and in how many views each was found.

    `model` takes what tensor() gives and returns boxes (n, 4) xyxy in pixels of the view, scores (n,) and classes (n,).
    """
    boxes, scores, classes, seen = [], [], [], np.zeros(image.shape[:2], int)
    for _title, view in VIEWS:
        to_view, shows = way_back(view, image.shape[:2])
        seen += shows
        found, score, kind = model(tensor(view(image=image)["image"]))
        back = boxes_back(np.asarray(found, np.float64).reshape(-1, 4), to_view, image.shape[:2])
        kept = (back[:, 2] > back[:, 0]) & (back[:, 3] > back[:, 1])
        boxes.append(back[kept])
        scores.append(np.asarray(score)[kept])
        classes.append(np.asarray(kind)[kept])
    return fuse_boxes(boxes, scores, classes, shows=seen)
'''
