"""docs/policies.md: the published policies and their operations, with what was measured against Pillow."""

from __future__ import annotations

from collections.abc import Mapping

from augviz.policies.operations import Operation
from augviz.policies.starting_points import STARTING_POINTS
from augviz.policies.table import POLICIES
from augviz.wording import percent
from scripts.pillow import Difference, rows


def policies_page() -> str:
    """Policies, operations with their differences, presets with the source of each step."""
    lines = [
        "# Policies",
        "",
        "Published ways to choose augmentations, each built as an ordinary pipeline of steps and groups, so that it is "
        "shown, checked and exported like any other. `augviz policy ID > policy.yaml` writes one, and with "
        "`--profile PROFILE --trim` what is left of it when everything that breaks such labels is cut or narrowed.",
        "",
        "| id | what is drawn | numbers | source |",
        "|---|---|---|---|",
    ]
    for policy in POLICIES:
        numbers = "; ".join(
            f"{each.name} {each.low} to {each.high}, usual {each.default}" for each in policy.parameters
        )
        lines.append(f"| {policy.id} | {policy.description} | {numbers} | {policy.source} |")
    lines += [
        "",
        "RandAugment is a RandomOrder with repetition. A SomeOf would sort what it drew, and the order of operations "
        "is part of the policy. A sign is a OneOf of two steps. What comes into the picture is black, and geometry "
        "takes the nearest pixel, as in torchvision. The original code of AutoAugment counts the strength of Color, "
        "Contrast, Brightness and Sharpness from 0.1 to 1.9; torchvision's tables, which these are, take 1 ± 0.9.",
        "",
        "**AugMix is not here.** It mixes several chains with weights from a Dirichlet distribution and blends the "
        "mixture with the original by a weight from a Beta distribution. A step of Albumentations sees one image, and "
        "no group adds up what its children make, so that no file that `A.load` reads could say it.",
        "",
        "## Operations",
        "",
        "Differences to Pillow's own operation in grey values of 255, the largest and the mean, at AutoAugment's ten "
        "magnitudes and RandAugment's 9, with both signs; the worst of them. The photo is the middle of the sample "
        "“cat”, 300 x 300 pixels; the noise is uniform. Both are measured when this page is written.",
        "",
        "| operation | magnitude | step | Pillow | photo | noise | |",
        "|---|---|---|---|---|---|---|",
        *(_operation(operation, found) for operation, found in rows()),
        "",
        "TrivialAugment draws from the whole range instead of 31 values of it; its shears are about the centre, and "
        "its softening draws the width of the Gaussian evenly instead of the factor.",
        "",
        "## Trimming",
        "",
        "A pipeline is judged by the rules of a profile ([rules.md](rules.md)). Where the mend of a finding narrows a "
        "step, that is done; otherwise the step is taken out, and groups that are empty go with it. Where only several "
        "steps together break labels, the one that fires least often goes. Then it is judged again, until nothing is "
        "violating. No range grows and no step is added; what remains in a OneOf is drawn more often, because "
        "something is drawn for every image. Every cut names its rule and its source.",
        "",
        "## Starting points",
        "",
        "Steps and who says so ([sources.md](sources.md)).",
        "",
        "| id | steps |",
        "|---|---|",
    ]
    for point in STARTING_POINTS:
        told = ", ".join(f"{name} ({', '.join(keys.split())})" for name, keys in point.sources.items())
        lines.append(f"| {point.id} | {told} |")
    return "\n".join(lines) + "\n"


def _operation(operation: Operation, found: Mapping[str, Difference]) -> str:
    strengths = f"{operation.low:.4g} to {operation.high:.4g}, {operation.unit}" if operation.has_magnitude else ""
    if operation.is_signed and "±" not in strengths:
        strengths += ", both signs"
    names = dict.fromkeys(
        operation.step(m).name for m in (operation.high, -operation.high) if m == operation.high or operation.is_signed
    )
    why = f"{operation.likeness}. {operation.why}".strip()
    if (wide := found.get("wide photo")) is not None:
        why += f" On the whole photo, 451 x 300 pixels, the mean is {wide.mean:.1f}."
    return (
        f"| {operation.name} | {strengths} | {', '.join(names)} | `{operation.pil}` "
        f"| {_shown(found['photo'])} | {_shown(found['noise'])} | {why} |"
    )


def _shown(found: Difference) -> str:
    if found.largest == 0:
        return "0"
    few = f" in {percent(found.share)} of pixels" if found.share < 0.05 else ""
    return f"{found.largest}, {found.mean:.2f}{few}"
