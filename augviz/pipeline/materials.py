"""Other images that a step takes something from (docs/decisions/0006-materials.md).

A step names them, a registry holds them: ``run(spec, sample, seed, materials=…)`` stays a pure function, and a digest
of what is used decides with the spec whether two pictures are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
from immutabledict import immutabledict

from augviz.errors import Problem, StepError
from augviz.pipeline.drawn import DrawnValue
from augviz.pipeline.draws import Draw
from augviz.pipeline.joining import join
from augviz.pipeline.spec import BoxPolicy, KeypointPolicy, PipelineSpec, Step, digest_of, walk
from augviz.sample import ImageArray, Sample
from augviz.transforms.other_images import OTHER_IMAGES, Form

Materials: TypeAlias = Mapping[str, Sample]
"""Images by name, as the steps name them."""

NO_MATERIALS: Materials = immutabledict()

PASTED_SHARE = 0.5
"""A pasted picture is at most this share of the image's height and width; a larger one is shrunk."""


def registry(samples: Iterable[Sample]) -> Materials:
    """Images by their names; the first of a name counts."""
    found: dict[str, Sample] = {}
    for sample in samples:
        found.setdefault(sample.name, sample)
    return immutabledict(found)


def taking_steps(spec: PipelineSpec) -> tuple[Step, ...]:
    """The enabled steps that take something from other images, in order."""
    return tuple(_taking(spec.steps))


def _taking(nodes: Iterable[Any]) -> Iterable[Step]:
    for node in nodes:
        if not node.enabled:
            continue
        if isinstance(node, Step):
            if node.name in OTHER_IMAGES:
                yield node
        else:
            yield from _taking(node.children)


def names_used(spec: PipelineSpec) -> tuple[str, ...]:
    """Names of all images that the enabled steps take something from, each once."""
    return tuple(dict.fromkeys(name for step in taking_steps(spec) for name in step.materials))


def used_digest(spec: PipelineSpec, materials: Materials) -> str:
    """Digest of the images that the spec names; empty when it names none, so that most pipelines stay as they were."""
    names = names_used(spec)
    if not names:
        return ""
    return digest_of([(name, materials[name].digest if name in materials else None) for name in names])


def with_names(spec: PipelineSpec, names: Iterable[str]) -> PipelineSpec:
    """The spec in which every taking step without images takes all of these."""
    given = tuple(names)
    for step in [node for top in spec.steps for node in walk(top) if isinstance(node, Step)]:
        if step.name in OTHER_IMAGES and not step.materials and given:
            spec = spec.edit(step.id, lambda node: _naming(node, given))
    return spec


def _naming(node: Any, names: tuple[str, ...]) -> Step:
    return Step(node.name, node.params, node.p, node.enabled, node.id, node.title, names)


def call_arguments(spec: PipelineSpec) -> Mapping[str, str]:
    """Argument of the call by id of the taking step; a second step of a class gets one of its own ("hm_metadata_2")."""
    taken: dict[str, str] = {}
    for step in taking_steps(spec):
        first = OTHER_IMAGES[step.name].argument
        count = sum(name == first or name.startswith(f"{first}_") for name in taken.values())
        taken[step.id] = first if not count else f"{first}_{count + 1}"
    return immutabledict(taken)


def chosen(step: Step, image: ImageArray, materials: Materials) -> tuple[Sample, ...]:
    """The images that a step takes something from.

    Args:
        step: A step of :data:`OTHER_IMAGES`.
        image: The image that it changes, as it is before the step.
        materials: All images that are open.

    Raises:
        StepError: None is named, one is not open, or one has other channels or another type of numbers.
    """
    asked = OTHER_IMAGES[step.name]
    if not step.materials:
        raise StepError(
            f"{step.name} has no {asked.title.lower()}", mend=f"Choose some under “{asked.title}” in the step."
        )
    missing = [name for name in step.materials if name not in materials]
    if missing:
        raise StepError(
            f"{step.name} uses {', '.join(missing)}, and no image of this name is open",
            mend=f"Open it again, or choose other images under “{asked.title}” in the step.",
        )
    found = tuple(materials[name] for name in step.materials)
    for sample in found:
        _check_fits(step.name, sample, image)
    return found


def _check_fits(name: str, sample: Sample, image: ImageArray) -> None:
    here = image.shape[2] if image.ndim == 3 else 1
    there = sample.image.shape[2]
    if there != here:
        raise StepError(
            f"{name} cannot use {sample.name}: it has {there} channels, and the image has {here} here",
            mend="Choose images of the same kind.",
        )
    if sample.image.dtype != image.dtype:
        kinds = {"uint8": "8-bit numbers", "float32": "decimal numbers (16-bit, float or many bands)"}
        raise StepError(
            f"{name} cannot use {sample.name}: it holds {kinds[str(sample.image.dtype)]}, "
            f"and the image {kinds.get(str(image.dtype), str(image.dtype))}",
            mend="Choose images of the same kind.",
        )


class Taken(NamedTuple):
    """What one step takes from other images, for one call.

    Attributes:
        roster: The image with all objects that can be in the data from now on.
        names: The images that are used.
        arguments: What the library wants beside the data.
        targets: Empty boxes and keypoints where the image has none and the others do.
        notes: What Albumentations would refuse of the other images' labels.
        form: What is done with them.
    """

    roster: Sample
    names: tuple[str, ...] = ()
    arguments: Mapping[str, Any] = immutabledict()
    targets: Mapping[str, npt.NDArray[Any]] = immutabledict()
    notes: tuple[Problem, ...] = ()
    form: Form | None = None

    def drawn(self, draw: Draw) -> tuple[DrawnValue, ...]:
        """Which reference image was drawn: the library's first question to the step's stream."""
        if self.form != "references":
            return ()
        return (DrawnValue("reference image", draw.generators()[1].choice(self.names)),)


def take(
    step: Step,
    data: Mapping[str, Any],
    roster: Sample,
    size_hw: tuple[int, int],
    *,
    materials: Materials,
    policies: tuple[BoxPolicy, KeypointPolicy],
) -> Taken:
    """What a step takes from other images; nothing for most.

    Args:
        step: The step that is about to run.
        data: The data before it.
        roster: All objects that can be in the data.
        size_hw: Height and width of the image that went into the pipeline.
        materials: All images that are open.
        policies: How boxes and keypoints are taken in.

    Raises:
        StepError: There are none, one is not open or does not fit, or the image has labels that cannot come along.
    """
    asked = OTHER_IMAGES.get(step.name)
    if asked is None:
        return Taken(roster)
    found = chosen(step, data["image"], materials)
    if asked.form == "references":
        return Taken(roster, step.materials, {asked.argument: [sample.image for sample in found]}, form=asked.form)
    if asked.form == "pasted":
        pictures = [{"image": pasted(sample.image, size_hw)} for sample in found]
        return Taken(roster, step.materials, {asked.argument: pictures}, form=asked.form)
    if "masks" in data:
        raise StepError(
            f"{step.name} cannot move masks of single objects: the library fails on them, or writes the mask of "
            "classes into each",
            mend="Use it on images with boxes, keypoints or a mask of classes.",
        )
    joined = join(roster, found, *policies)
    targets: dict[str, npt.NDArray[Any]] = {}
    for key, columns in (("bboxes", 5), ("keypoints", 6)):
        if key not in data and any(len(item[key]) for item in joined.items):
            targets[key] = np.zeros((0, columns), np.float32)
    arguments = {asked.argument: list(joined.items)}
    return Taken(joined.roster, step.materials, arguments, targets, joined.notes, asked.form)


def pasted(picture: ImageArray, size_hw: tuple[int, int]) -> npt.NDArray[Any]:
    """A picture to paste into an image of this size: never larger than ``PASTED_SHARE`` of its height and width."""
    height, width = picture.shape[:2]
    share = min(1.0, PASTED_SHARE * size_hw[0] / height, PASTED_SHARE * size_hw[1] / width)
    if share == 1:
        return picture
    size = max(1, int(width * share)), max(1, int(height * share))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(small.reshape(size[1], size[0], -1))
