"""Counts and shares in words, written in one way on all pages, in reports and in exported files."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "image"), counted(1200, "image")
    ('1 image', '1,200 images')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def percent(share: float) -> str:
    """A share for people: whole percents, with one digit near both ends, where a rounded number would mislead.

    Something is never told as nothing, nor nearly all as all.

    Args:
        share: From 0 to 1; above 1 in whole percents.

    >>> percent(0.123), percent(0.0754), percent(0.03), percent(0.997)
    ('12%', '7.5%', '3%', '99.7%')
    >>> percent(0), percent(0.0004), percent(0.9996), percent(1)
    ('0%', '<0.1%', '>99.9%', '100%')
    """
    value = 100 * share
    if 0 < value < 0.05:
        return "<0.1%"
    if 99.95 <= value < 100:
        return ">99.9%"
    is_near_an_end = 0 < value < 9.95 or 99.05 <= value < 100
    return f"{value:.1f}".removesuffix(".0") + "%" if is_near_an_end else f"{value:.0f}%"


def percent_range(low: float, high: float) -> str:
    """From one share to another, the sign once.

    Args:
        low, high: As for :func:`percent`.

    >>> percent_range(0.0041, 0.0754), percent_range(0, 1)
    ('0.4 to 7.5%', '0 to 100%')
    """
    return f"{percent(low).removesuffix('%')} to {percent(high)}"
