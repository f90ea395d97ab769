"""Python code that lets names change places in a mirror image, as they do here, without augviz."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from augviz.pipeline.materials import taking_steps
from augviz.pipeline.spec import PipelineSpec
from augviz.pipeline.swapping import named, partners, value_pairs
from augviz.transforms.other_images import OTHER_IMAGES

_IS_MIRRORED = '''
def is_mirrored(places):
    """Whether left and right changed sides, as most of the picture says: places holds x + 1 and y + 1, 0 is padding."""
    step = max(1, min(places.shape[:2]) // 32)
    places = places[::step, ::step]
    here, right, down = places[:-1, :-1], places[:-1, 1:], places[1:, :-1]
    seen = (np.minimum(np.minimum(here, right), down) > 0).all(axis=-1)
    (ax, ay), (bx, by) = np.moveaxis(right - here, -1, 0), np.moveaxis(down - here, -1, 0)
    return np.sign(ax * by - ay * bx)[seen].sum() < 0
'''

_AUGMENT = '''
def augment(image, **labels):
    """One call of the pipeline, in which names change places where the picture was mirrored."""
    height, width = image.shape[:2]
    places = np.dstack(np.meshgrid(np.arange(width), np.arange(height))).astype(np.float32) + 1
    augmented = transform(image=image, places=places, **labels)
    if is_mirrored({places}):
'''

_PLACES = 'np.asarray(augmented.pop("places"))'


@dataclass(frozen=True)
class SwappingCode:
    """What stands around the pipeline; all empty where no names change places.

    Attributes:
        before: Constants and a function, before the pipeline.
        setting: An argument of Compose, or empty.
        after: The function that is called in place of the pipeline, behind it.
        call: What the call is named: "augment" or "transform".
    """

    before: str = ""
    setting: str = ""
    after: str = ""
    call: str = "transform"


def carries_swaps(spec: PipelineSpec) -> bool:
    """Whether code can do it: a mosaic fills every mask from those of its images, so that no map goes through it."""
    return not any(OTHER_IMAGES[step.name].form == "partners" for step in taking_steps(spec))


def swapping_code(spec: PipelineSpec, classes: Mapping[int, str], *, torch: bool) -> SwappingCode:
    """The code for the pairs of a pipeline.

    Args:
        spec: The pipeline as it is exported.
        classes: Names of the class values in the mask, as far as they are known.
        torch: Whether masks come out as tensors.
    """
    if not spec.swaps:
        return SwappingCode()
    if not carries_swaps(spec):
        why = "Mosaic takes no map of places along"
        return SwappingCode(f"# {named(spec.swaps)} do not change places here: {why}. Swap them where you mirror.\n\n")
    fields = [field for policy in (spec.boxes, spec.keypoints) if policy is not None for field in policy.label_fields]
    values = value_pairs(classes, spec.swaps)
    before = f"SWAPS = {_dictionary(partners(spec.swaps))}  # or your numbers, where training passes numbers\n"
    before += f"MASK_SWAPS = {[pair for pair in values.items() if pair[0] < pair[1]]!r}\n" if values else ""
    places = f"np.moveaxis({_PLACES}, 0, -1)" if _transposes_masks(spec) else _PLACES
    augment = _AUGMENT.replace("{places}", places)
    after = f"\n{augment}{_fields_code(fields)}{_label_code()}{_mask_code(torch) if values else ''}"
    return SwappingCode(
        f"{before}\n{_IS_MIRRORED}\n\n",
        'additional_targets={"places": "mask"}',
        f"{after}    return augmented\n\n",
        "augment",
    )


def _fields_code(fields: list[str]) -> str:
    if not fields:
        return ""
    listed = json.dumps(list(dict.fromkeys(fields)), ensure_ascii=False)
    return (
        f"        for field in {listed}:\n"
        "            augmented[field] = [SWAPS.get(name, name) for name in augmented[field]]\n"
    )


def _label_code() -> str:
    """Of the whole image, which passes through the library untouched."""
    return (
        '        if "label" in augmented:\n'
        '            augmented["label"] = SWAPS.get(augmented["label"], augmented["label"])\n'
    )


def _transposes_masks(spec: PipelineSpec) -> bool:
    """Whether what goes through as a mask with two channels comes out with the channels first."""
    return any(step.name == "ToTensorV2" and step.enabled and step.params.get("transpose_mask") for step in spec.tail)


def _mask_code(torch: bool) -> str:
    return (
        '        if "mask" in augmented:\n'
        f'            mask = augmented["mask"].{"clone" if torch else "copy"}()\n'
        "            for first, second in MASK_SWAPS:\n"
        '                mask[augmented["mask"] == first] = second\n'
        '                mask[augmented["mask"] == second] = first\n'
        '            augmented["mask"] = mask\n'
    )


def _dictionary(names: Mapping[str, str]) -> str:
    """One line where it fits, else one pair a line."""
    entries = [
        f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}"
        for key, value in names.items()
    ]
    line = "{" + ", ".join(entries) + "}"
    return line if len(line) <= 60 else "{\n" + "".join(f"    {entry},\n" for entry in entries) + "}"
