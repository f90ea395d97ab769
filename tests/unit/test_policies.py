"""Published policies draw what was published, as often as it was published, also in the file that training loads."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chisquare

from augviz.errors import InputError
from augviz.pipeline.chances import firing_shares
from augviz.pipeline.export import ExportOptions, to_yaml
from augviz.pipeline.importing import read_pipeline
from augviz.pipeline.run import run
from augviz.pipeline.spec import Group, PipelineSpec, Step, walk, without_ids
from augviz.policies.operations import DRAWN, OPERATION_OF, OPERATIONS
from augviz.policies.policy import Policy
from augviz.policies.table import POLICIES, PRESETS, policy_of
from augviz.sample import Sample
from augviz.sample_library import load
from tests.unit import policy_draws_child
from tests.unit.published_policies import FOURTEEN, SUB_POLICIES

CHILD = Path(policy_draws_child.__file__)
DRAWS = 2000
LEAST_P = 1e-3
"""Draws are seeded, so this is no test that fails now and then; a wrong frequency gives far less."""

# -- frequencies: the exported file, loaded by Albumentations in a fresh process -----------------------------------


@pytest.fixture(scope="module")
def fired(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[list[int]]]:
    """By id of the policy: places of the steps that fired, in order, in each of 2,000 draws of its exported YAML."""
    folder = tmp_path_factory.mktemp("policies")
    for policy in POLICIES:
        (folder / f"{policy.id}.yaml").write_text(to_yaml(policy.build(), ExportOptions()), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(CHILD), str(DRAWS), *map(str, sorted(folder.iterdir()))],
        capture_output=True, text=True, check=False, cwd=folder, env={"NO_ALBUMENTATIONS_UPDATE": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    for policy in POLICIES:
        steps = [node for node in policy.build().walk() if isinstance(node, Step)]
        assert found[policy.id][0] == [step.name for step in steps]
    return {policy_id: draws for policy_id, (_names, draws) in found.items()}


def named(draws: list[list[int]], names: list[str]) -> list[list[str]]:
    """What fired in each draw, with one name a step."""
    return [[names[place] for place in draw] for draw in draws]


def leaf_names(spec: PipelineSpec) -> list[str]:
    """One name a leaf: the title, which says operation and sign."""
    return [node.title for node in spec.walk() if isinstance(node, Step)]


def test_randaugment_draws_each_operation_and_each_sign_equally_often(fired: Mapping[str, list[list[int]]]) -> None:
    spec = policy_of("randaugment").build(n=2, m=9)
    rows = named(fired["randaugment"], leaf_names(spec))
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


def test_randaugment_keeps_the_order_in_which_it_drew_and_may_draw_twice(
    fired: Mapping[str, list[list[int]]],
) -> None:
    spec = policy_of("randaugment").build(n=2, m=9)
    names = [name.split(" ")[0] for name in leaf_names(spec)]
    pairs = Counter(tuple(row) for row in named(fired["randaugment"], names))
    there, back = pairs["Posterize", "Rotate"], pairs["Rotate", "Posterize"]
    assert there > 0
    assert back > 0
    assert chisquare([there, back]).pvalue > LEAST_P
    assert pairs["Rotate", "Rotate"] > 0


@pytest.mark.parametrize("policy_id", ["trivialaugment", "trivialaugment-wide"])
def test_trivialaugment_draws_one_operation_all_equally_often(
    policy_id: str, fired: Mapping[str, list[list[int]]]
) -> None:
    spec = policy_of(policy_id).build()
    of_leaf = [
        name
        for top, name in zip(spec.steps[0].children, DRAWN, strict=True)
        for each in walk(top)
        if isinstance(each, Step)
    ]
    rows = named(fired[policy_id], of_leaf)
    assert {len(row) for row in rows} == {1}
    assert chisquare([Counter(row[0] for row in rows)[name] for name in DRAWN]).pvalue > LEAST_P
    bits = {child.title: child.p for child in spec.steps[0].children[10].children}
    titles = Counter(row[0] for row in named(fired[policy_id], leaf_names(spec)) if row[0] in bits)
    total = sum(titles.values())
    assert chisquare([titles[name] for name in bits], [total * p for p in bits.values()]).pvalue > LEAST_P


@pytest.mark.parametrize("policy_id", SUB_POLICIES)
def test_autoaugment_draws_each_sub_policy_equally_often_and_operations_by_their_p(
    policy_id: str, fired: Mapping[str, list[list[int]]]
) -> None:
    table = SUB_POLICIES[policy_id]
    spec = policy_of(policy_id).build()
    names = [
        f"{row}.{place}"
        for row, group in enumerate(spec.steps[0].children)
        for place, child in enumerate(group.children)
        for each in walk(child)
        if isinstance(each, Step)
    ]
    rows = named(fired[policy_id], names)
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


@pytest.mark.parametrize("policy_id", SUB_POLICIES)
def test_shares_that_the_app_shows_are_the_published_ones(policy_id: str) -> None:
    spec = policy_of(policy_id).build()
    shares = firing_shares(spec)
    for row, published in zip(spec.steps[0].children, SUB_POLICIES[policy_id], strict=True):
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
    used = {op for table in SUB_POLICIES.values() for row in table for op, _p, _place in row} | set(FOURTEEN)
    assert used == {operation.name for operation in OPERATIONS} == set(OPERATION_OF)
    assert list(DRAWN) == FOURTEEN


def test_an_image_of_any_size_can_be_drawn_on() -> None:
    image = np.random.default_rng(1).integers(0, 256, (33, 71, 3), np.uint8)
    outcome = run(policy_of("randaugment").build(n=8, m=30), Sample("odd", image), 3)
    assert outcome.errors == ()
    assert outcome.after.size_hw == (33, 71)
