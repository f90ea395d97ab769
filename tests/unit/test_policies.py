"""Published policies are what was published: tables, bins, signs and shares, also in the file that training loads."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import albumentations as A
import numpy as np
import pytest
import yaml
from scipy.stats import chisquare

from augviz.errors import InputError
from augviz.pipeline.chances import firing_shares
from augviz.pipeline.export import ExportOptions, to_yaml
from augviz.pipeline.importing import read_pipeline
from augviz.pipeline.run import run
from augviz.pipeline.spec import Group, Node, PipelineSpec, Step, walk, without_ids
from augviz.policies.operations import DRAWN, OPERATION_OF, OPERATIONS
from augviz.policies.policy import Policy
from augviz.policies.table import POLICIES, PRESETS, policy_of
from augviz.sample import Sample
from augviz.sample_library import load

DRAWS = 2000
LEAST_P = 1e-3
"""Draws are seeded, so this is no test that fails now and then; a wrong frequency gives far less."""

PUBLISHED = {
    "autoaugment-imagenet": [
        (('Posterize', 0.4, 8), ('Rotate', 0.6, 9)),
        (('Solarize', 0.6, 5), ('AutoContrast', 0.6, None)),
        (('Equalize', 0.8, None), ('Equalize', 0.6, None)),
        (('Posterize', 0.6, 7), ('Posterize', 0.6, 6)),
        (('Equalize', 0.4, None), ('Solarize', 0.2, 4)),
        (('Equalize', 0.4, None), ('Rotate', 0.8, 8)),
        (('Solarize', 0.6, 3), ('Equalize', 0.6, None)),
        (('Posterize', 0.8, 5), ('Equalize', 1.0, None)),
        (('Rotate', 0.2, 3), ('Solarize', 0.6, 8)),
        (('Equalize', 0.6, None), ('Posterize', 0.4, 6)),
        (('Rotate', 0.8, 8), ('Color', 0.4, 0)),
        (('Rotate', 0.4, 9), ('Equalize', 0.6, None)),
        (('Equalize', 0.0, None), ('Equalize', 0.8, None)),
        (('Invert', 0.6, None), ('Equalize', 1.0, None)),
        (('Color', 0.6, 4), ('Contrast', 1.0, 8)),
        (('Rotate', 0.8, 8), ('Color', 1.0, 2)),
        (('Color', 0.8, 8), ('Solarize', 0.8, 7)),
        (('Sharpness', 0.4, 7), ('Invert', 0.6, None)),
        (('ShearX', 0.6, 5), ('Equalize', 1.0, None)),
        (('Color', 0.4, 0), ('Equalize', 0.6, None)),
        (('Equalize', 0.4, None), ('Solarize', 0.2, 4)),
        (('Solarize', 0.6, 5), ('AutoContrast', 0.6, None)),
        (('Invert', 0.6, None), ('Equalize', 1.0, None)),
        (('Color', 0.6, 4), ('Contrast', 1.0, 8)),
        (('Equalize', 0.8, None), ('Equalize', 0.6, None)),
    ],
    "autoaugment-cifar10": [
        (('Invert', 0.1, None), ('Contrast', 0.2, 6)),
        (('Rotate', 0.7, 2), ('TranslateX', 0.3, 9)),
        (('Sharpness', 0.8, 1), ('Sharpness', 0.9, 3)),
        (('ShearY', 0.5, 8), ('TranslateY', 0.7, 9)),
        (('AutoContrast', 0.5, None), ('Equalize', 0.9, None)),
        (('ShearY', 0.2, 7), ('Posterize', 0.3, 7)),
        (('Color', 0.4, 3), ('Brightness', 0.6, 7)),
        (('Sharpness', 0.3, 9), ('Brightness', 0.7, 9)),
        (('Equalize', 0.6, None), ('Equalize', 0.5, None)),
        (('Contrast', 0.6, 7), ('Sharpness', 0.6, 5)),
        (('Color', 0.7, 7), ('TranslateX', 0.5, 8)),
        (('Equalize', 0.3, None), ('AutoContrast', 0.4, None)),
        (('TranslateY', 0.4, 3), ('Sharpness', 0.2, 6)),
        (('Brightness', 0.9, 6), ('Color', 0.2, 8)),
        (('Solarize', 0.5, 2), ('Invert', 0.0, None)),
        (('Equalize', 0.2, None), ('AutoContrast', 0.6, None)),
        (('Equalize', 0.2, None), ('Equalize', 0.6, None)),
        (('Color', 0.9, 9), ('Equalize', 0.6, None)),
        (('AutoContrast', 0.8, None), ('Solarize', 0.2, 8)),
        (('Brightness', 0.1, 3), ('Color', 0.7, 0)),
        (('Solarize', 0.4, 5), ('AutoContrast', 0.9, None)),
        (('TranslateY', 0.9, 9), ('TranslateY', 0.7, 9)),
        (('AutoContrast', 0.9, None), ('Solarize', 0.8, 3)),
        (('Equalize', 0.8, None), ('Invert', 0.1, None)),
        (('TranslateY', 0.7, 9), ('AutoContrast', 0.9, None)),
    ],
    "autoaugment-svhn": [
        (('ShearX', 0.9, 4), ('Invert', 0.2, None)),
        (('ShearY', 0.9, 8), ('Invert', 0.7, None)),
        (('Equalize', 0.6, None), ('Solarize', 0.6, 6)),
        (('Invert', 0.9, None), ('Equalize', 0.6, None)),
        (('Equalize', 0.6, None), ('Rotate', 0.9, 3)),
        (('ShearX', 0.9, 4), ('AutoContrast', 0.8, None)),
        (('ShearY', 0.9, 8), ('Invert', 0.4, None)),
        (('ShearY', 0.9, 5), ('Solarize', 0.2, 6)),
        (('Invert', 0.9, None), ('AutoContrast', 0.8, None)),
        (('Equalize', 0.6, None), ('Rotate', 0.9, 3)),
        (('ShearX', 0.9, 4), ('Solarize', 0.3, 3)),
        (('ShearY', 0.8, 8), ('Invert', 0.7, None)),
        (('Equalize', 0.9, None), ('TranslateY', 0.6, 6)),
        (('Invert', 0.9, None), ('Equalize', 0.6, None)),
        (('Contrast', 0.3, 3), ('Rotate', 0.8, 4)),
        (('Invert', 0.8, None), ('TranslateY', 0.0, 2)),
        (('ShearY', 0.7, 6), ('Solarize', 0.4, 8)),
        (('Invert', 0.6, None), ('Rotate', 0.8, 4)),
        (('ShearY', 0.3, 7), ('TranslateX', 0.9, 3)),
        (('ShearX', 0.1, 6), ('Invert', 0.6, None)),
        (('Solarize', 0.7, 2), ('TranslateY', 0.6, 7)),
        (('ShearY', 0.8, 4), ('Invert', 0.8, None)),
        (('ShearX', 0.7, 9), ('TranslateY', 0.8, 3)),
        (('ShearY', 0.8, 5), ('AutoContrast', 0.7, None)),
        (('ShearX', 0.7, 2), ('Invert', 0.1, None)),
    ],
}  # fmt: skip
"""(operation, probability, magnitude bin), as printed in torchvision's autoaugment.py."""

STRONGEST = {"ShearX": 0.3, "ShearY": 0.3, "TranslateX": 150 / 331, "TranslateY": 150 / 331, "Rotate": 30.0,
             "Brightness": 0.9, "Color": 0.9, "Contrast": 0.9, "Sharpness": 0.9}  # fmt: skip
BITS_OF_TEN = [8, 8, 7, 7, 6, 6, 5, 5, 4, 4]
FOURTEEN = ["Identity", "ShearX", "ShearY", "TranslateX", "TranslateY", "Rotate", "Brightness", "Color", "Contrast",
            "Sharpness", "Posterize", "Solarize", "AutoContrast", "Equalize"]  # fmt: skip


def seen(node: Node) -> tuple[str, float | None]:  # noqa: C901 - one case an operation
    """Operation and magnitude of a node, read from its parameters alone."""
    if isinstance(node, Group) and node.kind == "OneOf":
        (name, up), (other, down) = (seen(child) for child in node.children)
        assert [child.p for child in node.children] == [0.5, 0.5]
        assert name == other
        assert up == pytest.approx(-down)
        return name, up
    assert isinstance(node, Step)
    values = node.params
    match node.name:
        case "NoOp":
            return node.title.split(" ")[0], 0.0
        case "Affine" if "shear" in values:
            along = "x" if any(values["shear"]["x"]) else "y"
            degrees = values["shear"][along]
            assert degrees[0] == degrees[1]
            return f"Shear{along.upper()}", float(np.tan(np.radians(degrees[0])))
        case "Affine":
            along = "x" if any(values["translate_percent"]["x"]) else "y"
            return f"Translate{along.upper()}", values["translate_percent"][along][0]
        case "Rotate":
            assert values["limit"][0] == values["limit"][1]
            return "Rotate", values["limit"][0]
        case "ColorJitter":
            factors = {key: values[key] for key in ("brightness", "saturation", "contrast") if values[key] != (1, 1)}
            assert values["hue"] == (0, 0)
            ((key, (low, high)),) = factors.items()
            assert low == high
            return {"brightness": "Brightness", "saturation": "Color", "contrast": "Contrast"}[key], low - 1
        case "Sharpen":
            return "Sharpness", values["alpha"][0] * 13
        case "GaussianBlur":
            factors = np.arange(0.05, 1, 0.0005)
            middle = np.exp(-0.5 / values["sigma_limit"][0] ** 2)
            return "Sharpness", float(
                factors[np.argmin(abs((1 / (1 + 2 * middle)) ** 2 - factors - (1 - factors) * 5 / 13))]
            ) - 1
        case "Posterize":
            return "Posterize", values["num_bits"][0]
        case "Solarize":
            return "Solarize", values["threshold_range"][0] * 255
    return {"AutoContrast": "AutoContrast", "Equalize": "Equalize", "InvertImg": "Invert"}[node.name], None


def expected(operation: str, place: int | None, bins: int) -> float | None:
    """The published magnitude of a bin, worked out anew."""
    if place is None:
        return None
    if operation == "Posterize":
        return BITS_OF_TEN[place] if bins == 10 else 8 - round(place * 4 / (bins - 1))
    if operation == "Solarize":
        return 255 * (1 - place / (bins - 1))
    return STRONGEST[operation] * place / (bins - 1)


@pytest.mark.parametrize("policy_id", PUBLISHED)
def test_autoaugment_is_the_published_table(policy_id: str) -> None:
    (choice,) = policy_of(policy_id).build().steps
    assert (choice.kind, choice.p, len(choice.children)) == ("OneOf", 1.0, 25)
    for row, published in zip(choice.children, PUBLISHED[policy_id], strict=True):
        assert (row.kind, row.p) == ("Sequential", 1.0)
        for node, (operation, p, place) in zip(row.children, published, strict=True):
            name, magnitude = seen(node)
            assert (name, node.p) == (operation, p)
            assert magnitude == pytest.approx(expected(operation, place, 10), abs=1e-3)


@pytest.mark.parametrize("m", [0, 1, 9, 15, 30])
def test_randaugment_is_fourteen_operations_at_one_magnitude(m: int) -> None:
    (group,) = policy_of("randaugment").build(n=3, m=m).steps
    assert (group.kind, group.n, group.replace, group.p) == ("RandomOrder", 3, True, 1.0)
    for node, operation in zip(group.children, FOURTEEN, strict=True):
        assert node.p == 1.0
        if operation == "Identity" or (m == 0 and operation in STRONGEST) or (m <= 3 and operation == "Posterize"):
            assert node.name == "NoOp"
            continue
        name, magnitude = seen(node)
        assert name == operation
        if operation in STRONGEST or operation in ("Posterize", "Solarize"):
            assert magnitude == pytest.approx(expected(operation, m, 31), abs=1e-3)


@pytest.mark.parametrize(
    ("policy_id", "tangent", "shift", "turn", "factors", "bits"),
    [
        ("trivialaugment", 0.3, 10, 30, (0.1, 1.9), {8: 8, 7: 7, 6: 8, 5: 7, 4: 1}),
        ("trivialaugment-wide", 0.99, 32, 135, (0.01, 1.99), {8: 3, 7: 5, 6: 5, 5: 5, 4: 5, 3: 5, 2: 3}),
    ],
)
def test_trivialaugment_has_the_published_ranges(
    policy_id: str, tangent: float, shift: int, turn: float, factors: tuple[float, float], bits: dict[int, int]
) -> None:
    (choice,) = policy_of(policy_id).build().steps
    assert (choice.kind, choice.p) == ("OneOf", 1.0)
    assert [child.p for child in choice.children] == [1.0] * 14
    rows = dict(zip(FOURTEEN, choice.children, strict=True))
    for axis in "XY":
        degrees = rows[f"Shear{axis}"].params["shear"][axis.lower()]
        assert np.tan(np.radians(degrees)) == pytest.approx((-tangent, tangent))
        assert rows[f"Translate{axis}"].params["translate_px"][axis.lower()] == (-shift, shift)
    assert rows["Rotate"].params["limit"] == (-turn, turn)
    for name, key in (("Brightness", "brightness"), ("Color", "saturation"), ("Contrast", "contrast")):
        assert rows[name].params[key] == factors
    sharper, softer = rows["Sharpness"].children
    assert sharper.params["alpha"] == pytest.approx((0, (factors[1] - 1) / 13))
    assert sharper.p == softer.p == 0.5
    assert {int(child.title.split()[2]): round(child.p * 31) for child in rows["Posterize"].children} == bits
    assert rows["Solarize"].params["threshold_range"] == (0, 1)


# -- frequencies -------------------------------------------------------------------------------------------------


class Stand(A.NoOp):
    """Stands for a step in a tree that Albumentations has loaded, and only writes down that it fired."""

    def __init__(self, name: str, log: list[str], p: float) -> None:
        super().__init__(p=p)
        self.name, self.log = name, log

    def get_params(self) -> dict[str, object]:
        self.log.append(self.name)
        return {}


def with_stands(container: A.BaseCompose, names: Iterator[str], log: list[str]) -> None:
    """Replace every leaf, so that drawing costs nothing but the drawing."""
    for place, child in enumerate(container.transforms):
        if isinstance(child, A.BaseCompose):
            with_stands(child, names, log)
        else:
            container.transforms[place] = Stand(next(names), log, child.p)


def seeded(node: object, streams: Iterator[int]) -> None:
    """A stream for each, as without a seed; Compose(seed=…) would give all of them the same."""
    seed = next(streams)
    node.random_generator, node.py_random = np.random.default_rng(seed), random.Random(seed)
    for child in getattr(node, "transforms", ()):
        seeded(child, streams)


def drawn(spec: PipelineSpec, names: list[str]) -> list[list[str]]:
    """What the exported file draws, loaded by Albumentations: the operations of each of 2,000 images."""
    log: list[str] = []
    compose = A.from_dict(yaml.safe_load(to_yaml(spec, ExportOptions())))
    with_stands(compose, iter(names), log)
    seeded(compose, iter(range(1, 10_000)))
    image = np.zeros((4, 4, 3), np.uint8)
    rows = []
    for _ in range(DRAWS):
        log.clear()
        compose(image=image)
        rows.append(list(log))
    return rows


def leaf_names(spec: PipelineSpec) -> list[str]:
    """One name a leaf: the title, which says operation and sign."""
    return [node.title for node in spec.walk() if isinstance(node, Step)]


def test_randaugment_draws_each_operation_and_each_sign_equally_often() -> None:
    spec = policy_of("randaugment").build(n=2, m=9)
    rows = drawn(spec, leaf_names(spec))
    assert {len(row) for row in rows} == {2}
    count = Counter(name for row in rows for name in row)
    halves = {
        child.title
        for node in spec.walk()
        if isinstance(node, Group) and node.kind == "OneOf"
        for child in node.children
    }
    expect = {name: 2 * DRAWS / 14 / (2 if name in halves else 1) for name in leaf_names(spec)}
    assert len(expect) == 23
    assert chisquare([count[name] for name in expect], list(expect.values())).pvalue > LEAST_P


def test_randaugment_keeps_the_order_in_which_it_drew_and_may_draw_twice() -> None:
    spec = policy_of("randaugment").build(n=2, m=9)
    names = [name.split(" ")[0] for name in leaf_names(spec)]
    pairs = Counter(tuple(row) for row in drawn(spec, names))
    there, back = pairs["Posterize", "Rotate"], pairs["Rotate", "Posterize"]
    assert there > 0
    assert back > 0
    assert chisquare([there, back]).pvalue > LEAST_P
    assert pairs["Rotate", "Rotate"] > 0


@pytest.mark.parametrize("policy_id", ["trivialaugment", "trivialaugment-wide"])
def test_trivialaugment_draws_one_operation_all_equally_often(policy_id: str) -> None:
    spec = policy_of(policy_id).build()
    of_leaf = [
        name
        for top, name in zip(spec.steps[0].children, DRAWN, strict=True)
        for each in walk(top)
        if isinstance(each, Step)
    ]
    rows = drawn(spec, of_leaf)
    assert {len(row) for row in rows} == {1}
    assert chisquare([Counter(row[0] for row in rows)[name] for name in DRAWN]).pvalue > LEAST_P
    bits = {child.title: child.p for child in spec.steps[0].children[10].children}
    titles = Counter(row[0] for row in drawn(spec, leaf_names(spec)) if row[0] in bits)
    total = sum(titles.values())
    assert chisquare([titles[name] for name in bits], [total * p for p in bits.values()]).pvalue > LEAST_P


@pytest.mark.parametrize("policy_id", PUBLISHED)
def test_autoaugment_draws_each_sub_policy_equally_often_and_operations_by_their_p(policy_id: str) -> None:
    table = PUBLISHED[policy_id]
    spec = policy_of(policy_id).build()
    names = [
        f"{row}.{place}"
        for row, group in enumerate(spec.steps[0].children)
        for place, child in enumerate(group.children)
        for each in walk(child)
        if isinstance(each, Step)
    ]
    rows = drawn(spec, names)
    both_rows = [{int(name.split(".")[0]) for name in row} for row in rows]
    assert max(map(len, both_rows)) == 1
    # 25 rows that can each fire nothing, the first, the second or both, with the published probabilities
    cells = {"nothing": 0.0}
    for row, ((_, p, _), (_, q, _)) in enumerate(table):
        cells["nothing"] += (1 - p) * (1 - q) / 25
        cells |= {f"{row}.0": p * (1 - q) / 25, f"{row}.1": q * (1 - p) / 25, f"{row}.0 {row}.1": p * q / 25}
    count = Counter(" ".join(row) or "nothing" for row in rows)
    assert all(count[name] == 0 for name, share in cells.items() if share == 0)
    kept = {name: share for name, share in cells.items() if share > 0}
    assert sum(count[name] for name in kept) == DRAWS
    assert chisquare([count[name] for name in kept], [DRAWS * share for share in kept.values()]).pvalue > LEAST_P


@pytest.mark.parametrize("policy_id", PUBLISHED)
def test_shares_that_the_app_shows_are_the_published_ones(policy_id: str) -> None:
    spec = policy_of(policy_id).build()
    shares = firing_shares(spec)
    for row, published in zip(spec.steps[0].children, PUBLISHED[policy_id], strict=True):
        for child, (_operation, p, _place) in zip(row.children, published, strict=True):
            leaves = [each for each in walk(child) if isinstance(each, Step)]
            assert sum(shares[leaf.id] for leaf in leaves) == pytest.approx(p / 25)


# -- what the house asks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_a_policy_is_a_plain_pipeline_that_runs_and_comes_in_again(policy: Policy) -> None:
    spec = policy.build()
    cat = load("cat")
    outcomes = [run(spec, cat, seed) for seed in range(8)]
    assert [each.errors for each in outcomes] == [()] * 8
    assert len({each.after.digest for each in outcomes}) > 3
    again = read_pipeline(to_yaml(spec, ExportOptions()))
    assert again.notes == ()
    assert to_yaml(again.spec, ExportOptions()) == to_yaml(spec, ExportOptions())
    assert [node.id for node in again.spec.walk()] == [node.id for node in spec.walk()]
    assert policy.description.endswith(".")
    assert "arXiv:" in policy.source


def test_every_policy_loads_in_a_fresh_process(tmp_path: Path) -> None:
    for policy in (*POLICIES, *PRESETS):
        (tmp_path / f"{policy.id}.yaml").write_text(to_yaml(policy.build(), ExportOptions()), encoding="utf-8")
    code = (
        "import sys, pathlib, warnings\n"
        "import albumentations as A, numpy as np\n"
        "image = np.random.default_rng(0).integers(0, 256, (600, 600, 3), np.uint8)\n"
        "for path in sorted(pathlib.Path(sys.argv[1]).glob('*.yaml')):\n"
        "    warnings.simplefilter('ignore' if path.stem.startswith('guide') else 'error')  # as the guide writes it\n"
        "    compose = A.load(path, data_format='yaml')\n"
        "    if 'augment' in path.name:\n"
        "        [compose(image=image) for _ in range(5)]\n"
        "    print(path.stem)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True, text=True, check=False, env={"NO_ALBUMENTATIONS_UPDATE": "1"},
    )  # fmt: skip
    assert done.stderr == ""
    assert set(done.stdout.split()) == {policy.id for policy in (*POLICIES, *PRESETS)}


def test_titles_say_operation_and_magnitude() -> None:
    titles = [node.title for node in policy_of("randaugment").build().walk()]
    for title in ("Rotate ±9°", "Rotate +9°", "Rotate −9°", "Shear x −0.09", "Brightness ×1.27", "Posterize to 7 bits",
                  "Solarize from 179", "Auto contrast"):  # fmt: skip
        assert title in titles


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"n": 0}, "n is a whole number from 1 to 8, not 0"),
        ({"m": 31}, "m is a whole number from 0 to 30, not 31"),
        ({"m": 2.5}, "m is a whole number"),
        ({"n": True}, "n is a whole number"),
        ({"k": 1}, "RandAugment has no parameter k"),
    ],
)
def test_numbers_outside_their_range_are_named(values: dict[str, int], words: str) -> None:
    with pytest.raises(InputError, match=words):
        policy_of("randaugment").build(**values)


def test_names_are_unique_and_an_unknown_one_is_named() -> None:
    ids = [policy.id for policy in (*POLICIES, *PRESETS)]
    assert len(set(ids)) == len(ids)
    with pytest.raises(InputError, match="There are: randaugment, trivialaugment,"):
        policy_of("augmix")
    with pytest.raises(InputError, match="It has nothing to set"):
        policy_of("trivialaugment").build(n=2)
    assert without_ids(policy_of("guide").build()) == without_ids(replace(policy_of("guide").build()))


def test_every_row_of_operations_is_drawn_somewhere() -> None:
    used = {op for table in PUBLISHED.values() for row in table for op, _p, _place in row} | set(FOURTEEN)
    assert used == {operation.name for operation in OPERATIONS} == set(OPERATION_OF)
    assert list(DRAWN) == FOURTEEN


def test_an_image_of_any_size_can_be_drawn_on() -> None:
    image = np.random.default_rng(1).integers(0, 256, (33, 71, 3), np.uint8)
    outcome = run(policy_of("randaugment").build(n=8, m=30), Sample("odd", image), 3)
    assert outcome.errors == ()
    assert outcome.after.size_hw == (33, 71)
