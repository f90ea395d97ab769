"""A comparison in a few sentences, the gravest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from augviz.comparison.label_changes import LabelChange, Target
from augviz.comparison.pairs import Comparison, Pair
from augviz.wording import percent, percent_range

PLURALS: dict[Target, str] = {"box": "boxes", "mask": "masks", "keypoint": "keypoints", "class map": "class maps"}


def summary(comparison: Comparison) -> tuple[str, ...]:
    """What differs over all pairs, as sentences without a full stop.

    Returns:
        For example ``("B loses 4 boxes that A keeps (3 left the image, 1 min_visibility)", "7 of 9 pictures
        differ")``; one sentence where nothing does.
    """
    count = len(comparison.pairs)
    if comparison.is_equal:
        return (f"Nothing differs: {'the picture is' if count == 1 else f'all {count} pictures are'} equal",)
    labels = [change for pair in comparison.pairs for change in pair.labels]
    return (*_losses(labels), *_pictures(comparison), *_moves(labels))


def pair_lines(pair: Pair) -> tuple[str, ...]:
    """What differs in one pair: the picture first, then losses with their reasons, then what lies elsewhere."""
    if pair.is_equal:
        return ("nothing differs",)
    return (pair.picture.describe(), *_short_losses(pair.labels), *_moves(pair.labels))


def _short_losses(labels: Sequence[LabelChange]) -> Iterator[str]:
    for loser in ("B", "A"):
        for target in ("box", "mask", "keypoint"):
            causes = [c.cause for c in labels if c.target == target and c.happened == f"lost by {loser}"]
            if causes:
                yield f"{loser} loses {counted(target, len(causes))} ({_why(causes)})"


def _losses(labels: Sequence[LabelChange]) -> Iterator[str]:
    for loser, keeper in (("B", "A"), ("A", "B")):
        for target in ("box", "mask", "keypoint"):
            lost = [c for c in labels if c.target == target and c.happened == f"lost by {loser}"]
            if lost:
                why = _why([change.cause for change in lost])
                yield f"{loser} loses {counted(target, len(lost))} that {keeper} keeps ({why})"


def _why(causes: Sequence[str]) -> str:
    """The causes, the most frequent first; their numbers only where there are several."""
    found = Counter(causes).most_common()
    return found[0][0] if len(found) == 1 else ", ".join(f"{number} {cause}" for cause, number in found)


def _pictures(comparison: Comparison) -> Iterator[str]:
    count, differ = len(comparison.pairs), sum(not pair.picture.is_equal for pair in comparison.pairs)
    if count == 1:
        yield "The picture differs" if differ else "The picture is equal; only labels differ"
    elif not differ:
        yield f"All {count} pictures are equal; only labels differ"
    else:
        yield f"{f'All {count}' if differ == count else f'{differ} of {count}'} pictures {_verb('differ', differ)}"


def _moves(labels: Sequence[LabelChange]) -> Iterator[str]:
    for target in ("box", "mask"):
        overlaps = [c.overlap for c in labels if c.target == target and c.overlap is not None]
        if overlaps:
            yield f"{_doing(target, len(overlaps), 'lie')} elsewhere (overlap {_span(overlaps)})"
    distances = [change.distance_px for change in labels if change.distance_px is not None]
    if distances:
        yield f"{_doing('keypoint', len(distances), 'lie')} elsewhere (up to {max(distances):.0f} px)"
    targets: tuple[Target, ...] = ("box", "mask", "keypoint")
    for target in targets:
        renamed = sum(change.target == target and change.happened == "renamed" for change in labels)
        if renamed:
            yield f"{counted(target, renamed)} with another name"
    maps = [change for change in labels if change.target == "class map"]
    if maps:
        yield _doing("class map", len(maps), "differ")


def counted(target: Target, number: int) -> str:
    """A number of objects: "1 box", "4 boxes"."""
    return f"{number} {target if number == 1 else PLURALS[target]}"


def _doing(target: Target, number: int, verb: str) -> str:
    return f"{counted(target, number)} {_verb(verb, number)}"


def _verb(verb: str, number: int) -> str:
    return f"{verb}s" if number == 1 else verb


def _span(overlaps: Sequence[float]) -> str:
    low, high = min(overlaps), max(overlaps)
    return percent(low) if percent(low) == percent(high) else percent_range(low, high)
