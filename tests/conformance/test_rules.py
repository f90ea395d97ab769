"""Every rule proves itself: it speaks on its own example, is silent on the other, and says who says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from augviz.pipeline.chances import firing_shares
from augviz.pipeline.effects import TEST_IMAGE, Effects
from augviz.pipeline.run import run
from augviz.pipeline.spec import PipelineSpec, Step, digest_of
from augviz.preservation import judge
from augviz.preservation.finding import Finding
from augviz.preservation.prefill import side_pairs
from augviz.preservation.profiles import PROFILE_OF
from augviz.preservation.reach import Reach, reach_of
from augviz.preservation.rules import NOT_JUDGED, RULES, Rule
from augviz.preservation.rules.case import Leaf
from augviz.preservation.rules.rule import Example
from augviz.preservation.sources import SOURCES
from augviz.sample import Labels, Sample

# The knowledge that the project started from; a code may be judged, or listed as not judged with its reason.
_KNOWN = (
    "G01 G02 G03 G04 G05 G06 G07 G08 G09 G10 G11 G12 G13 G14 G15 G16 G17 G18 G19 G20 G21 G22 G23 G24 G25 "
    "G26 G27 N01 N02 N03 N04 N05 N06 N07 N08 N09 N10 N11 N12 N13 F01 F02 F03 F04 F05 D01 D02 D03 D04 D05 "
    "D06 D07 D08 D09 D10 D11 B01 B02 B03 B04 B05 B06 B07 B08 B09 B10 B11 B12 B13 B14 M01 M02 M03 M04 M05 "
    "M06 K01 K02 K03 K04 K05 X01 X02 X03 X04 X05 X06 X07 X08 X09 X10 X11 X12 X13 T01 T02 T03 T04 P01 P02 "
    "P03 P04 P05 H01 H02 H03 H04 H05 H06 H07 R01 R02 R03 R04 R05 A01 A02 A03 A04 A05 A06 MS1 MS2 MS3 MS4 "
    "MS5 MS6 MS7 O01 O02 O03 O04 O05 O06 O07 O08 O09 O10 TS1 TS2 TS3 TS4 TS5 TS6 TS7 TS8 Q01 Q02 Q03 Q04 "
    "Q05 E01 E02 E03 E04 E05 I01 I02 I03 I04 I05 I06 Y01 Y02 Y03 Z01 Z02 Z03 Z04 Z05 L01 L02 L03"
)
KNOWN_CODES = frozenset(_KNOWN.split())

DRAWS = 6
SMALL = run(PipelineSpec((Step("CenterCrop", {"height": 192, "width": 256}),)), TEST_IMAGE, 0).after
done: dict[str, tuple[Effects, ...]] = {}


def forced_alone(step: Step) -> tuple[Effects, ...]:
    """What a step does that fires; measured once for all examples."""
    key = digest_of(replace(step, id="", p=1.0))
    if key not in done:
        bare = Step(step.name, step.params, id="alone")
        done[key] = judge.forced(PipelineSpec((bare,)), "alone", [SMALL], DRAWS)
    return done[key]


def leaves_of(spec: PipelineSpec) -> Iterator[Leaf]:
    shares = firing_shares(spec)
    for node in spec.walk():
        if isinstance(node, Step) and shares[node.id] > 0:
            yield Leaf(node, reach_of(forced_alone(node), shares[node.id]))


def ask(rule: Rule, example: Example, names: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """What a rule finds in an example, on images with labels of these names."""
    profile = example.profile or (rule.profiles.split() or ["natural"])[0]
    facts = example.facts_in(profile)
    leaves = tuple(leaves_of(example.spec))
    size = run(example.spec, SMALL, 0).after.size_hw
    survey = judge.Survey(example.spec, leaves, Reach(), size)
    validation = None
    if example.validation is not None:
        validation = judge.Survey(
            example.validation,
            tuple(leaves_of(example.validation)),
            Reach(),
            run(example.validation, SMALL, 0).after.size_hw,
        )
    targets = replace(judge.targets_of((), facts, profile), are_boxes_round=example.is_round)
    targets = replace(targets, names=frozenset(names), point_names=frozenset(names), pairs=side_pairs(names))
    if example.shortest_side_px:
        targets = replace(targets, shortest_side_px=example.shortest_side_px)
    cases = judge.cases(survey, targets, facts, profile, validation=validation, notes=example.notes)
    return judge.findings(cases, [rule])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_speaks_on_its_own_example_and_is_silent_on_the_other(rule: Rule) -> None:
    found = ask(rule, rule.fires_on)
    assert [finding.code for finding in found][:1] == [rule.code]
    assert ask(rule, rule.silent_on) == ()
    if (fix := found[0].fix) is not None:
        mended = fix.edit(rule.fires_on.spec)
        assert mended != rule.fires_on.spec
        assert ask(rule, replace(rule.fires_on, spec=mended)) == (), "the mend must mend"


ABOUT_NAMES = [rule for rule in RULES if rule.mended_on is not None]


@pytest.mark.parametrize("rule", ABOUT_NAMES, ids=lambda rule: rule.code)
def test_a_rule_about_names_is_mended_by_names_that_change_places(rule: Rule) -> None:
    """Where all partners are known with one press; where one has none, only without mirror images."""
    assert rule.mended_on is not None
    assert ask(rule, rule.mended_on) == ()
    fix = ask(rule, rule.fires_on, ("heart", "right eye", "left eye"))[0].fix
    assert fix is not None
    assert fix.title == "Swap left eye and right eye"
    mended = replace(rule.fires_on, spec=fix.edit(rule.fires_on.spec))
    assert mended.spec.swaps == (("left eye", "right eye"),)
    assert fix.edit(mended.spec) == mended.spec
    assert ask(rule, mended, ("heart", "right eye", "left eye")) == (), "the mend must mend"
    several = ask(rule, rule.fires_on, ("l_ear", "r_ear", "right eye", "left eye"))[0].fix
    assert several is not None
    assert several.title == "Swap 2 pairs of names"
    lone = ask(rule, mended, ("left eye", "right eye", "left ear"))
    assert [finding.code for finding in lone] == [rule.code]
    assert lone[0].fix is not None
    assert lone[0].fix.title == "Set p of HorizontalFlip to 0"
    assert ask(rule, mended, ("heart", "dog"))[0].code == rule.code, "pairs of other labels mend nothing"


def test_the_rules_that_names_mend_are_those_about_names_alone() -> None:
    """Arrows, writing and the side of the heart stay wrong however a label is called."""
    assert {rule.code for rule in ABOUT_NAMES} == {"L03", "K01", "M02", "X02", "R01", "Q02", "N13", "E05"}
    told = {rule.code: rule for rule in RULES}
    for code in ("X03", "R02", "T01"):
        case = replace(told[code].fires_on, facts=frozenset({"left_right_labels"}), unknown=frozenset())
        case = replace(case, denied=frozenset(), spec=replace(case.spec, swaps=(("left eye", "right eye"),)))
        assert [finding.code for finding in ask(told[code], case)] == [code], "it stays doubtful"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_names_its_sources_and_speaks_in_sentences(rule: Rule) -> None:
    assert set(rule.source.split()) <= set(SOURCES)
    assert set(rule.profiles.split()) <= set(PROFILE_OF)
    assert re.fullmatch(r"[A-Z“].*[.]", rule.message)
    assert (rule.mend == "") == (rule.severity == "safe")
    assert rule.severity == "safe" or rule.mend.endswith(".")


def test_all_that_is_known_is_judged_or_says_why_not() -> None:
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes)
    assert set(codes) & set(NOT_JUDGED) == set()
    assert KNOWN_CODES - set(codes) - set(NOT_JUDGED) == set()


def test_the_small_image_is_labelled() -> None:
    assert isinstance(SMALL, Sample)
    assert SMALL.labels != Labels()
