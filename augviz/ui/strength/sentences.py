"""The answer of a sweep in sentences: up to where labels survive, where one stands, and where it begins to hurt."""

from __future__ import annotations

from augviz.preservation.checks import CHECK_OF
from augviz.preservation.sweep import Sweep, SweepPoint
from augviz.preservation.trimming import title_of
from augviz.ui.strength.choice import Asked
from augviz.ui.text import escaped
from augviz.wording import counted, percent

CHECKS_SHOWN = 2
STEPS_SHOWN = 3

FEW = 0.005
"""Fewer objects than this share are not worth a sentence."""


def answer(asked: Asked, found: Sweep) -> str:
    """Up to where labels survive, and where the number stands, in Markdown."""
    now = found.at(found.now)
    stands = "" if now is None else f"; you are at {escaped(asked.short(now.value))}"
    parts = found.safe
    if not parts:
        return _never(asked, found)
    if all(found.holds(point) for point in found.points) and found.is_flat:
        return "Labels survive at every value tried, and nothing changes: every sample comes out the same."
    if all(found.holds(point) for point in found.points):
        return f"Labels survive at every value tried, up to **{escaped(asked.spoken(found.tried[-1]))}**{stands}."
    said = f"Labels survive {_listed(asked, found, parts)}"
    if now is None or found.holds(now):
        return f"{said}{stands}. {_beyond(asked, found)}".rstrip()
    return f"{said}{stands}, which is too much: {_why(now)}."


def hidden(asked: Asked, found: Sweep) -> str:
    """From where on objects are hardly visible; empty where there are none."""
    value = found.first_below_half(FEW)
    there, last = found.at(value), found.from_gentle[-1]
    if last.below_half_share is None:
        return ""
    if there is None:
        return "At no value is more than a trace of the objects less than half visible."
    said = f"From **{escaped(asked.spoken(there.value))}** on, {share_shown(there.below_half_share)} of the objects"
    more = ""
    if last.value != there.value:
        more = f"; at {escaped(asked.spoken(last.value))} it is {share_shown(last.below_half_share)}"
    return f"{said} are less than half visible{more}."


def broken(found: Sweep) -> str:
    """Which checks fail most at the first value that is too much; empty where no check does."""
    first = next((point for point in found.from_gentle if not found.holds(point) and point.broken), None)
    if first is None:
        return ""
    most = [CHECK_OF[code].title.lower() for code in list(first.broken)[:CHECKS_SHOWN]]
    return f"What breaks first: **{' and '.join(most)}**."


def stopped(found: Sweep) -> str:
    """Which steps cannot run on these images; empty where all can."""
    names = list(dict.fromkeys(title_of(node) for point in found.points for node in point.stopped))
    if not names:
        return ""
    listed = " and ".join(f"**{escaped(name)}**" for name in names[:STEPS_SHOWN])
    more = f" and {len(names) - STEPS_SHOWN} more" if len(names) > STEPS_SHOWN else ""
    return (
        f"{listed}{more} cannot run on some of these samples, and training would stop there. Open one below to see why."
    )


def counted_on(asked: Asked, found: Sweep) -> str:
    """How many samples and images the answer rests on."""
    of_all = len(asked.about.images)
    images = counted(found.images, "image") if found.images == of_all else f"{found.images} of your {of_all} images"
    said = f"{counted(len(found.shots), 'sample')} at each value, of {images}, with the same random numbers throughout."
    if all(sample.labels.is_empty() for sample in asked.about.images[: found.images]):
        said += " There are no labels on them, so only what the picture itself loses is judged."
    return f"{said} One image gives no rate for others: the band says how little." if found.images == 1 else said


def limit_of(found: Sweep) -> float | None:
    """The end of what is safe that lies nearest to where the number stands, or is there; None where there is none."""
    if found.now is None:
        return None if found.safe_limit == found.off else found.safe_limit
    now = found.now
    return min(found.limits, key=lambda value: abs(value - now), default=None)


def share_shown(share: float | None) -> str:
    """A share of the objects, and "none" where there is none.

    >>> share_shown(0.123), share_shown(0.002), share_shown(0.0), share_shown(None)
    ('12%', '0.2%', 'none', 'none')
    """
    return percent(share) if share else "none"


def _never(asked: Asked, found: Sweep) -> str:
    first = next((point for point in found.from_gentle if not found.holds(point)), found.points[0])
    at = f"at {escaped(asked.spoken(first.value))}, {_why(first)}"
    if found.off is not None and found.safe_limit == found.off:
        return f"Labels survive only when it is off: {at}."
    elsewhere = "" if asked.step_id is None or first.against else " What breaks them may be another step or number."
    return f"Labels survive at none of these values: {at}.{elsewhere}"


def _listed(asked: Asked, found: Sweep, parts: tuple[tuple[float, float], ...]) -> str:
    if len(parts) == 1:
        low, high = parts[0]
        if low == found.tried[0]:
            return f"up to **{escaped(asked.spoken(high))}**"
        if high == found.tried[-1]:
            return f"from **{escaped(asked.spoken(low))}** on"
    each = (f"between **{escaped(asked.short(low))}** and **{escaped(asked.short(high))}**" for low, high in parts)
    return " and ".join(each)


def _beyond(asked: Asked, found: Sweep) -> str:
    """What happens at the first value beyond the limit."""
    values = [point.value for point in found.points]
    limit = limit_of(found)
    if limit is None:
        return ""
    at = values.index(limit)
    beside = [point for point in found.points[max(at - 1, 0) : at + 2] if not found.holds(point)]
    return f"At {escaped(asked.spoken(beside[0].value))}, {_why(beside[0])}." if beside else ""


def _why(point: SweepPoint) -> str:
    fails = 1 - point.survival_rate
    if point.against and fails < 0.01:
        return "a rule speaks against it"
    stops = point.failures / point.runs
    if 2 * stops > fails:
        return f"a step cannot run on {share_shown(stops)} of the samples"
    return f"{share_shown(fails)} of the samples lose their label"
