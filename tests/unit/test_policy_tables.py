"""Each policy is its published table, row by row; the tables stand as printed in published_policies.py."""

from __future__ import annotations

import numpy as np
import pytest

from augviz.pipeline.spec import Group, Node, Step
from augviz.policies.lines import operation_lines, step_lines, sub_policy_lines
from augviz.policies.table import POLICIES, PRESETS, policy_of
from augviz.policies.trivial_augment import STANDARD, WIDE
from tests.unit.published_policies import (
    RANDAUGMENT,
    SIGNED,
    SUB_POLICIES,
    TEN_MAGNITUDES,
    TRIVIALAUGMENT,
    rows,
    seen,
)

MS, OF_M = rows(RANDAUGMENT)
_BINS, OF_BIN = rows(TEN_MAGNITUDES)
RANGED, OF_RANGE = rows(TRIVIALAUGMENT)


def assert_is(node: Node, operation: str, magnitude: float | None) -> None:
    """A node does this operation at this magnitude, and draws its sign where it has one."""
    if is_nothing(operation, magnitude):
        assert node.name == "NoOp"
        return
    name, found = seen(node)
    assert name == operation
    assert isinstance(node, Group) == (operation in SIGNED)
    if magnitude is None:
        assert found is None
    else:  # as many digits as the table has
        assert found == pytest.approx(magnitude, abs=6e-4 if magnitude < 10 else 0.06)


def is_nothing(operation: str, magnitude: float | None) -> bool:
    return (
        operation == "Identity"
        or (operation in SIGNED and magnitude == 0)
        or (operation, magnitude)
        == (
            "Posterize",
            8,
        )
    )


@pytest.mark.parametrize("policy_id", SUB_POLICIES)
def test_autoaugment_is_25_rows_of_two_operations_as_printed(policy_id: str) -> None:
    (choice,) = policy_of(policy_id).build().steps
    assert (choice.kind, choice.p, len(choice.children)) == ("OneOf", 1.0, 25)
    for row, published in zip(choice.children, SUB_POLICIES[policy_id], strict=True):
        assert (row.kind, row.p) == ("Sequential", 1.0)
        for node, (operation, p, place) in zip(row.children, published, strict=True):
            assert node.p == p
            assert_is(node, operation, None if place is None else OF_BIN[operation][place])


@pytest.mark.parametrize("m", MS)
def test_randaugment_is_a_column_of_its_table(m: str) -> None:
    (group,) = policy_of("randaugment").build(n=3, m=int(m)).steps
    assert (group.kind, group.n, group.replace, group.p) == ("RandomOrder", 3, True, 1.0)
    for node, (operation, magnitudes) in zip(group.children, OF_M.items(), strict=True):
        assert node.p == 1.0
        assert_is(node, operation, magnitudes[MS.index(m)] if magnitudes else None)


@pytest.mark.parametrize("policy_id", RANGED)
def test_trivialaugment_is_a_column_of_its_table(policy_id: str) -> None:
    (choice,) = policy_of(policy_id).build().steps
    assert (choice.kind, choice.p) == ("OneOf", 1.0)
    assert [child.p for child in choice.children] == [1.0] * len(OF_RANGE)
    column = slice(2 * RANGED.index(policy_id), 2 * RANGED.index(policy_id) + 2)
    for node, (operation, ends) in zip(choice.children, OF_RANGE.items(), strict=True):
        found = ends_of(node, operation)
        assert found == (pytest.approx(ends[column]) if ends else None), operation


def ends_of(node: Node, operation: str) -> list[float] | None:
    """Least and largest magnitude of a node, read from its parameters alone."""
    values = node.params if isinstance(node, Step) else {}
    match operation:
        case "ShearX" | "ShearY":
            return list(np.tan(np.radians(values["shear"][operation[-1].lower()])))
        case "TranslateX" | "TranslateY":
            return list(values["translate_px"][operation[-1].lower()])
        case "Rotate":
            return list(values["limit"])
        case "Brightness" | "Color" | "Contrast":
            return list(values[{"Color": "saturation"}.get(operation, operation.lower())])
        case "Sharpness":
            sharper, softer = node.children
            assert sharper.p == softer.p == 0.5
            assert sharper.params["alpha"][0] == 0
            widest = softer.params["sigma_limit"][1]
            beside = np.exp(-0.5 / widest**2)
            middle = (1 / (1 + 2 * beside)) ** 2  # weighs as much as Pillow's blend of the kernel with this factor
            return [(middle - 5 / 13) / (1 - 5 / 13), 1 + 13 * sharper.params["alpha"][1]]
        case "Posterize":
            bits = [int(child.title.split()[2]) for child in node.children]
            return [min(bits), max(bits)]
        case "Solarize":
            return [255 * end for end in values["threshold_range"]]
    assert node.name in {"NoOp", "AutoContrast", "Equalize"}
    return None


@pytest.mark.parametrize(
    ("policy_id", "of_31"),
    [
        ("trivialaugment", {8: 8, 7: 7, 6: 8, 5: 7, 4: 1}),
        ("trivialaugment-wide", {8: 3, 7: 5, 6: 5, 5: 5, 4: 5, 3: 5, 2: 3}),
    ],
)
def test_bits_of_posterize_keep_their_share_of_the_31_magnitudes(policy_id: str, of_31: dict[int, int]) -> None:
    (choice,) = policy_of(policy_id).build().steps
    bits = choice.children[list(OF_RANGE).index("Posterize")].children
    assert {int(child.title.split()[2]): round(child.p * 31) for child in bits} == of_31
    assert sum((STANDARD if policy_id == "trivialaugment" else WIDE).bits.values()) == 31


# -- as a list that can be read ----------------------------------------------------------------------------------


def test_the_list_of_randaugment_says_the_magnitudes_of_its_table() -> None:
    policy = policy_of("randaugment")
    lines = operation_lines(policy, policy.build(n=1, m=15))
    assert [line.operation.name for line in lines] == list(OF_M)
    assert {line.operation.name: line.strength for line in lines} == {
        "Identity": "", "ShearX": "tangent ±0.15", "ShearY": "tangent ±0.15", "TranslateX": "±22.7%",
        "TranslateY": "±22.7%", "Rotate": "±15°", "Brightness": "×1.45 or ×0.55", "Color": "×1.45 or ×0.55",
        "Contrast": "×1.45 or ×0.55", "Sharpness": "×1.45 or ×0.55", "Posterize": "to 6 bits",
        "Solarize": "from 128", "AutoContrast": "", "Equalize": "",
    }  # fmt: skip
    assert [line.share for line in lines] == pytest.approx([1 / 14] * 14)
    twice = operation_lines(policy, policy.build(n=2, m=15))
    assert twice[0].share == pytest.approx(1 - (13 / 14) ** 2)


def test_the_list_of_trivialaugment_says_the_ranges_of_its_table() -> None:
    policy = policy_of("trivialaugment-wide")
    said = {line.operation.name: line.strength for line in operation_lines(policy, policy.build())}
    assert list(said) == list(OF_RANGE)
    for operation, ends in OF_RANGE.items():
        numbers = [f"{abs(end):g}" for end in ends[2:]]
        assert all(number in said[operation] for number in numbers), operation
        assert bool(said[operation]) == bool(ends)


@pytest.mark.parametrize("policy_id", SUB_POLICIES)
def test_the_list_of_autoaugment_is_its_table(policy_id: str) -> None:
    policy, table = policy_of(policy_id), SUB_POLICIES[policy_id]
    lines = sub_policy_lines(policy, policy.build())
    assert [(line.first_p, line.second_p) for line in lines] == [(one[1], two[1]) for one, two in table]
    told = [(line.first.replace(" ", "").lower(), line.second.replace(" ", "").lower()) for line in lines]
    for (first, second), (one, two) in zip(told, table, strict=True):
        assert first.startswith(one[0].lower())
        assert second.startswith(two[0].lower())
    shares = {line.operation.name: line.share for line in operation_lines(policy, policy.build())}
    for operation, share in shares.items():
        missed = [np.prod([1 - p for name, p, _place in row if name == operation]) for row in table]
        assert share == pytest.approx(1 - np.mean(missed))


def test_a_row_of_autoaugment_says_its_magnitudes() -> None:
    policy = policy_of("autoaugment-cifar10")
    lines = sub_policy_lines(policy, policy.build())
    assert (lines[1].first, lines[1].second) == ("Rotate ±6.67°", "Translate x ±45.3%")
    assert (lines[0].first, lines[0].second) == ("Invert", "Contrast ×1.60 or ×0.40")


@pytest.mark.parametrize("policy", PRESETS, ids=lambda policy: policy.id)
def test_the_list_of_a_preset_has_every_step_with_its_source(policy: object) -> None:
    spec = policy.build()
    lines = step_lines(policy, spec)
    steps = [node for node in spec.walk() if isinstance(node, Step)]
    assert [line.name for line in lines] == [step.name for step in steps]
    assert all(line.sources and 0 < line.share <= 1 for line in lines)
    assert all(bool(line.group) == (step not in spec.steps) for line, step in zip(lines, steps, strict=True))
    assert operation_lines(policy, spec) == sub_policy_lines(policy, spec) == ()


def test_published_policies_have_no_list_of_steps() -> None:
    assert all(step_lines(policy, policy.build()) == () for policy in POLICIES)


def test_a_preset_says_how_far_its_steps_go() -> None:
    road = {line.name: line for line in step_lines(policy_of("road-scene"), policy_of("road-scene").build())}
    assert road["Affine"].strength == "scale ×0.92…1.12, shift ±4%, rotation ±4°"
    assert (road["RandomFog"].group, road["RandomFog"].strength) == ("one of 5", "fog density 10…35%, fog opacity 8%")
    assert road["RandomFog"].share == pytest.approx(0.4 * 0.5 / 2.1)
