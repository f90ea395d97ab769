"""docs/checks.md, written from the rows."""

from __future__ import annotations

from augviz.preservation.check import Check, Limit
from augviz.preservation.checks import CHECKS
from augviz.preservation.intervals import needed_images
from augviz.preservation.scalars import FEWEST_IMAGES

INTRODUCTION = f"""# Checks

What is measured on every sample, and from where on it counts. Each limit can be moved; a moved one travels with the
project under its name, for example `m1.violating`; on the command line it is `augviz check … --limit m1.violating=0.4`.
A check that needs a label fact says nothing where it does not hold; where nobody has answered, it says *caution* at
most, and which question is open. A check that has nothing to look at (no boxes, no mask) is not passed but left out.
*Outside the range of your images* needs at least {FEWEST_IMAGES} of them.

## How often

k of n counts *images*. Two draws of one image are not two images: with several draws, *safe* counts every image that
failed in any draw, *violating* only the first draw of each. On screen is Wilson's 95% interval; the words rest on
one-sided 95% limits of Clopper and Pearson: *safe at 5%* when the upper one is below 5%, *violating* when the lower
one is above, otherwise *undecided* with about how many more images would decide it.

| failing images | 0 | 1 | 2 | 3 | 4 | 5 |
|---|---:|---:|---:|---:|---:|---:|
"""

BLAME = """
## Who broke it

The very draws that failed are run again with steps taken out (each step has a random stream of its own, so the others
do what they did). *First crossing*: with only the first j steps, where does the check fail for the first time?
*Necessary*: is the failure gone without this step? *Sufficient*: does this step fail the check alone? Sufficient steps
*caused* it; where there are none, the necessary ones are an *interaction*; where there is neither, it is *joint*.

## How far may I go

One number is moved over its range, with the same images and the same draws at each value. A coarse grid and an isotonic
fit show the curve, a bisection finds its end (to 1/64 of the range), fresh draws (and fresh images, from 40 on) confirm
it. Where the curve rises and falls, the safe part is a set of ranges, and nothing is bisected.

The rules are asked too, about the step alone, forced to fire, at each value: what they call violating is no part of the
safe range, however well the measured labels survive there.

No more is run than the answer needs. A draw in which the step does not fire is run once for all values, and what comes
before the step once for each draw. Each value of the grid gets 8 draws, those around the end of the curve 24 (all,
where a value that may be safe lies beyond one that fails more often), unless it has failed so often that a rate of 5%
would do so in fewer than one of 1,000 cases. A bisected value is tried until it is certain on which side of 5% all its
60 draws would be. The confirmation is run in full.
"""


def checks_page() -> str:
    """All checks as Markdown."""
    needed = [
        f"| images for *safe at {limit * 100:g}%* | {' | '.join(str(needed_images(k, limit)) for k in range(6))} |"
        for limit in (0.01, 0.05, 0.1)
    ]
    rows = [_row(check) for check in CHECKS]
    table = [
        "| code | check | unit | caution | violating | needs | what is wrong, and what mends it |",
        "|---" * 7 + "|",
    ]
    return (
        INTRODUCTION
        + "\n".join([*needed, "", "## Limits", "", "Sources in brackets; OURS is our own choice.", "", *table, *rows])
        + "\n"
        + BLAME
    )


def _row(check: Check) -> str:
    sign = "<" if check.worse == "lower" else ">"
    cells = (
        check.code,
        check.title,
        check.unit,
        _limit(sign, check.caution),
        _limit(sign, check.violating),
        f"`{check.needs}`" if check.needs else "",
        f"{check.reason} {check.mend}",
    )
    return f"| {' | '.join(cells)} |"


def _limit(sign: str, limit: Limit | None) -> str:
    return "" if limit is None else f"{sign} {limit.value:.4g} [{limit.source}]"
