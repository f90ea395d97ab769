"""Every check proves itself by its own examples, and every row says all it has to say."""

from __future__ import annotations

import pytest

from augviz.pipeline.effects import Measurer
from augviz.pipeline.spec import PipelineSpec
from augviz.preservation.check import LEVELS, Check, threshold_id
from augviz.preservation.check_examples import example_sample, subject_of
from augviz.preservation.checks import CHECK_OF, CHECKS
from augviz.preservation.facts import FACT_OF, facts_of
from augviz.preservation.measures import LOOKS
from augviz.preservation.severity import rank
from augviz.preservation.sources import SOURCES
from augviz.preservation.subject import Subject

EACH = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)


def _worst(check: Check, which: str) -> str:
    judged = [check.judge(reading.value, {}).severity for reading in check.measure(subject_of(getattr(check, which)))]
    return min(judged, key=rank, default="safe")


@EACH
def test_what_must_fail_fails(check: Check) -> None:
    subject = subject_of(check.must_fail)
    assert not subject.run.outcome.errors
    strictest = "violating" if check.violating is not None else "caution"
    assert _worst(check, "must_fail") == strictest, check.measure(subject)


@EACH
def test_what_must_pass_passes(check: Check) -> None:
    assert not subject_of(check.must_pass).run.outcome.errors
    assert _worst(check, "must_pass") == "safe", check.measure(subject_of(check.must_pass))


@EACH
def test_a_limit_that_is_moved_far_away_lets_everything_pass(check: Check) -> None:
    far = {threshold_id(check, level): 1e9 if check.worse == "higher" else -1e9 for level in LEVELS}
    readings = check.measure(subject_of(check.must_fail))
    assert readings
    assert {check.judge(reading.value, far).severity for reading in readings} == {"safe"}


@EACH
def test_only_those_that_say_so_ask_how_a_picture_looks(check: Check) -> None:
    spec, known = PipelineSpec(check.must_fail.steps), check.must_fail.known
    run = Measurer(spec, looks=check.measure in LOOKS).measure(example_sample(), 0)
    assert check.measure(Subject.of(run, known)) == check.measure(subject_of(check.must_fail))


@EACH
def test_a_row_is_complete(check: Check) -> None:
    assert check.caution or check.violating
    assert all(limit.source in SOURCES for limit in (check.caution, check.violating) if limit is not None)
    assert check.reason.endswith(".")
    assert check.mend.endswith(".")
    assert not check.needs or check.needs in FACT_OF
    if check.caution and check.violating:
        assert check.is_worse(check.violating.value, check.caution.value)


def test_codes_name_one_check_each() -> None:
    assert len(CHECK_OF) == len(CHECKS)


def test_checks_that_need_a_fact_wait_for_it() -> None:
    hue = CHECK_OF["m15b"]
    assert hue.under(facts_of("colour_label")) is hue
    assert hue.under(facts_of()) is None
    assert CHECK_OF["m15"].under(facts_of()) is CHECK_OF["m15"]


@EACH
def test_what_nobody_has_answered_is_doubtful_and_never_wrong(check: Check) -> None:
    if not check.needs:
        return
    asked = check.under(facts_of(unknown=[check.needs]))
    assert asked is not None
    values = [reading.value for reading in check.measure(subject_of(check.must_fail))]
    assert {asked.judge(value, {}).severity for value in values} == {"caution"}
    assert [asked.judge(value, {}).limit for value in values] == [check.judge(value, {}).limit for value in values]
    assert FACT_OF[check.needs].question in asked.reason
