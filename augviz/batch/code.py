"""The Python code that puts images together as a batch does here, without augviz."""

from __future__ import annotations

from collections.abc import Sequence

from augviz.batch.collating import DType, Layout
from augviz.batch.normalising import Normalisation
from augviz.batch.remarks import How


def collate_code(
    *,
    how: How,
    size_hw: tuple[int, int] | None,
    normalisations: Sequence[Normalisation],
    layout: Layout,
    dtype: DType,
) -> str:
    """Code with one function ``collate(images)``, which gives the array of :func:`augviz.batch.collating.collate`.

    Args:
        how, size_hw, normalisations, layout, dtype: As there.
    """
    lines = [*(["import cv2"] if how == "resize" else []), "import numpy as np", "", *_constants(normalisations)]
    axes = "(N, C, H, W)" if layout == "NCHW" else "(N, H, W, C)"
    before = " before Normalize" if normalisations else ""
    lines += [
        "",
        "def collate(images):",
        f'    """Images (H, W, C) as they come out of the pipeline{before}.',
        "",
        f"    Returns an array {axes} of {dtype}.",
        '    """',
        *_size_lines(how, size_hw),
        "    batch = []",
        "    for image in images:",
        *_image_lines(how, len(normalisations)),
        "        batch.append(values)",
        *_stack_lines(layout, dtype),
        "",
        "",
        "# DataLoader(images, batch_size=8, collate_fn=lambda batch: torch.from_numpy(collate(batch)))",
    ]
    return "\n".join(lines) + "\n"


def _constants(normalisations: Sequence[Normalisation]) -> list[str]:
    if not normalisations:
        return []
    lines = ["# This normalises, so leave Normalize out of the pipeline: twice is a mistake."]
    for number, each in enumerate(normalisations, start=1):
        end = "" if len(normalisations) == 1 else f"_{number}"
        lines += [
            f"MEAN{end} = np.array({_numbers(each.mean)}, np.float32) * np.float32({each.max_pixel_value!r})",
            f"FACTOR{end} = np.reciprocal(np.array({_numbers(each.std)}, np.float32) "
            f"* np.float32({each.max_pixel_value!r}))",
        ]
    return [*lines, ""]


def _numbers(values: Sequence[float]) -> str:
    return f"[{', '.join(repr(value) for value in values)}]"


def _size_lines(how: How, size_hw: tuple[int, int] | None) -> list[str]:
    if size_hw is not None:
        return [f"    height, width = {size_hw[0]}, {size_hw[1]}"]
    if how == "pad":
        return [
            "    height = max(image.shape[0] for image in images)",
            "    width = max(image.shape[1] for image in images)",
        ]
    return ["    height, width = images[0].shape[:2]"]


def _image_lines(how: How, normalisations: int) -> list[str]:
    lines = []
    if how == "resize":
        lines += [
            "        if image.shape[:2] != (height, width):",
            "            channels = image.shape[2]",
            "            image = cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR)",
            "            image = image.reshape(height, width, channels)",
        ]
    if how == "refuse":
        lines += [
            "        if image.shape[:2] != (height, width):",
            '            raise ValueError(f"sizes differ: {image.shape[:2]} and {(height, width)}")',
        ]
    lines.append("        values = image.astype(np.float32)")
    ends = [""] if normalisations == 1 else [f"_{number}" for number in range(1, normalisations + 1)]
    lines += [f"        values = (values - MEAN{end}) * FACTOR{end}" for end in ends if normalisations]
    if how == "pad":
        lines += [
            "        padded = np.zeros((height, width, values.shape[2]), np.float32)",
            "        padded[: values.shape[0], : values.shape[1]] = values",
            "        values = padded",
        ]
    return lines


def _stack_lines(layout: Layout, dtype: DType) -> list[str]:
    stacked = "np.stack(batch)" if layout == "NHWC" else "np.stack(batch).transpose(0, 3, 1, 2)"
    return [f"    return np.ascontiguousarray({stacked}).astype(np.{dtype})"]
