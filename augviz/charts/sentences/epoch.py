"""One epoch, in words."""

from __future__ import annotations

from collections.abc import Mapping

from augviz.charts.epoch import NO_TITLES
from augviz.statistics.one_epoch import Epoch
from augviz.wording import percent, percent_range


def stacked_bars(epoch: Epoch) -> str:
    """How many samples stay as they are, and how many steps fire on average."""
    return (
        f"{percent(epoch.untouched.rate)} of the samples stay as they are; "
        f"on average {epoch.mean_stacked:.1f} steps fire in a sample."
    )


def step_bars(epoch: Epoch, titles: Mapping[str, str] = NO_TITLES) -> str:
    """The steps that fire most and least often."""
    if not epoch.steps:
        return "The pipeline has no steps."
    most, least = (pick(epoch.steps, key=lambda step: step.chance) for pick in (max, min))
    if most.chance == least.chance:
        return f"Every step fires in {percent(most.chance)} of the samples."
    names = [titles.get(step.step_id, step.step_id) for step in (most, least)]
    return (
        f"{names[0]} fires most often, in {percent(most.chance)} of the samples, "
        f"and {names[1]} least often, in {percent(least.chance)}."
    )


def meeting_bars(epoch: Epoch, titles: Mapping[str, str] = NO_TITLES) -> str:
    """How often two destructive steps meet, and which pair does most often."""
    harsh = [step for step in epoch.steps if step.is_destructive]
    if len(harsh) < 2:
        return "Two destructive steps never meet: there are fewer than two."
    if not epoch.meetings:
        return f"In {epoch.meeting.of:,} samples two destructive steps never met."
    first = epoch.meetings[0]
    pair = " and ".join(titles.get(step_id, step_id) for step_id in (first.first, first.second))
    rate, between = percent(epoch.meeting.rate), percent_range(*epoch.meeting.interval)
    often = f"Two destructive steps meet in {rate} of the samples ({between})"
    if len(epoch.meetings) == 1:
        return f"{often}: {pair}."
    return f"{often}, most often {pair} ({percent(first.met.rate)})."
