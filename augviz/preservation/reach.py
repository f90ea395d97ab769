"""How far a step, or a whole pipeline, can go: what its draws did, summed up.

Rules judge this and not names of transforms, so that a half turn is a half turn whether it comes from Rotate, D4,
SafeRotate or two flips.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType

from augviz.pipeline.effects import Appearance, Effects, Geometry

AFFINE_UP_TO = 0.03
"""Warp, as a share of the longest side, up to which rotation, scale and mirroring of the whole image mean something.

Source: measured; Perspective(0.06) warps by 0.02 and an elastic pull of 60 px by 0.001, shuffled tiles by 0.3.
"""

CRUSHED_FROM = 4.0
"""Stretch from which a picture is crushed to a line, so that its turn means nothing."""

QUARTER_DEG = 75.0
"""From here on a turn counts as a quarter turn: a quarter, and the slant that everybody draws by hand."""

UPSIDE_DOWN_DEG = 135.0
"""From here on the top of the image is nearer to the bottom than to a side."""

FIXED_TOLERANCE = 0.02
"""A scale that varies by less between draws is a fixed resize."""


@dataclass(frozen=True)
class Reach:
    """The strongest of what several draws did.

    Attributes:
        draws: Number of draws it was taken from; 0 means that nothing could be measured.
        firing_share: Share of samples, 0..1, in which it fires at all.
        mirrored_share: Share of draws that mirror, whichever way.
        sideways_share: Share of draws that mirror left to right and leave up where it is.
        over_share: Share of draws that mirror top to bottom.
        turn_deg: Largest turn, 0..180, mirrored or not; an image mirrored top to bottom is at 180, upside down.
        plain_turn_deg: Largest turn of the draws that do not mirror.
        least_seen_share: Least share of the source that was still in view, 0..1.
        least_scale, largest_scale: Output pixels per source pixel. A fixed resize that always fires is 1.
        zoom_spread: Largest scale through least, at least 1.
        aspect: Largest ratio by which one direction is stretched against the other, at least 1.
        shear_deg: Largest shear.
        warp_share: Largest departure from an affine map, as a share of the longest side.
        padded_share: Largest share of the output that shows nothing of the source.
        covered_share: Largest share of the pixels in view that no longer depend on the source, without those that only
            became black or white.
        hue_deg: Largest change of hue.
        darkest, brightest: Lowest and highest change of mean brightness, -1..1.
        least_contrast, largest_contrast: Ratios to the contrast before.
        least_saturation, largest_saturation: Ratios to the saturation before.
        least_sharpness, largest_sharpness: Ratios to the variance of the Laplacian before, at equal contrast.
        noise: Largest standard deviation of added noise, 0..1.
        least_correlation: Least correlation of grey values before and after, -1..1; negative when tones are reversed.
        clipped_share: Largest share of pixels that became black or white.
        varies: Whether draws differ from each other, or it does not always fire.
    """

    draws: int = 0
    firing_share: float = 1.0
    mirrored_share: float = 0.0
    sideways_share: float = 0.0
    over_share: float = 0.0
    turn_deg: float = 0.0
    plain_turn_deg: float = 0.0
    least_seen_share: float = 1.0
    least_scale: float = 1.0
    largest_scale: float = 1.0
    zoom_spread: float = 1.0
    aspect: float = 1.0
    shear_deg: float = 0.0
    warp_share: float = 0.0
    padded_share: float = 0.0
    covered_share: float = 0.0
    hue_deg: float = 0.0
    darkest: float = 0.0
    brightest: float = 0.0
    least_contrast: float = 1.0
    largest_contrast: float = 1.0
    least_saturation: float = 1.0
    largest_saturation: float = 1.0
    least_sharpness: float = 1.0
    largest_sharpness: float = 1.0
    noise: float = 0.0
    least_correlation: float = 1.0
    clipped_share: float = 0.0
    varies: bool = False

    @property
    def brightness(self) -> float:
        """Largest change of brightness either way, 0..1."""
        return max(self.brightest, -self.darkest)

    @property
    def contrast_change(self) -> float:
        """Largest change of contrast either way: 0.2 is 20% more or less."""
        return max(self.largest_contrast - 1, 1 - self.least_contrast)

    @property
    def saturation_change(self) -> float:
        """Largest change of saturation either way."""
        return max(self.largest_saturation - 1, 1 - self.least_saturation)

    @property
    def is_still(self) -> bool:
        """Whether pixels stay where they are."""
        return (
            self.mirrored_share == 0
            and self.turn_deg < 0.5
            and self.least_seen_share > 0.995
            and self.zoom_spread < 1 + FIXED_TOLERANCE
            and self.warp_share < 0.001
        )


def reach_of(effects: Sequence[Effects], firing_share: float = 1.0) -> Reach:
    """Sum up draws.

    Args:
        effects: What each draw did.
        firing_share: Share of samples in which it fires, 0..1.
    """
    if not effects or firing_share <= 0:
        return Reach(firing_share=max(0.0, firing_share))
    shapes = [effect.geometry for effect in effects if effect.geometry is not None]
    looks = [effect.appearance for effect in effects if effect.appearance is not None]
    varies = firing_share < 1 or any(_differ(effects[0], other) for other in effects[1:])
    return Reach(
        draws=len(effects),
        firing_share=firing_share,
        varies=varies,
        covered_share=max(_covered(effect) for effect in effects),
        **_of_geometry(shapes, always=firing_share >= 1),
        **_of_appearance(looks),
    )


def strength(effects: Effects) -> float:
    """How far a draw goes, all it does added up: to choose one to show. No verdict rests on it."""
    shape, look = effects.geometry, effects.appearance
    total = effects.lost_share
    if shape is not None:
        total += 2 * shape.is_mirrored + abs(shape.rotation_deg) / 90 + (1 - shape.source_seen_share)
        total += abs(math.log(max(shape.scale, 1e-3))) + math.log(max(shape.aspect, 1.0)) + 5 * shape.warp_share
    if look is not None:
        total += look.hue_deg / 90 + 2 * abs(look.brightness) + abs(1 - look.contrast) + abs(1 - look.saturation)
        total += 5 * look.noise + (1 - look.correlation) + max(0.0, 1 - look.sharpness)
    return total if math.isfinite(total) else 0.0


def _of_geometry(shapes: Sequence[Geometry], *, always: bool) -> dict[str, float]:
    if not shapes:
        return {}
    affine = [shape for shape in shapes if shape.warp_share <= AFFINE_UP_TO and shape.aspect < CRUSHED_FROM]
    mirrored = [shape for shape in affine if shape.is_mirrored]
    scales = [shape.scale for shape in affine] or [1.0]
    if always and max(scales) <= min(scales) * (1 + FIXED_TOLERANCE):
        scales = [1.0]  # the model never sees another scale
    elif not always:
        scales = [*scales, 1.0]
    return {
        "mirrored_share": len(mirrored) / len(shapes),
        "sideways_share": sum(abs(shape.rotation_deg) < 45 for shape in mirrored) / len(shapes),
        "over_share": sum(abs(shape.rotation_deg) > UPSIDE_DOWN_DEG for shape in mirrored) / len(shapes),
        "turn_deg": _most(abs(shape.rotation_deg) for shape in affine),
        "plain_turn_deg": _most(abs(shape.rotation_deg) for shape in affine if not shape.is_mirrored),
        "least_seen_share": min(shape.source_seen_share for shape in shapes),
        "least_scale": min(scales),
        "largest_scale": max(scales),
        "zoom_spread": max(scales) / min(scales),
        "aspect": _most((shape.aspect for shape in affine), 1.0),
        "shear_deg": _most(abs(shape.shear_deg) for shape in affine),
        "warp_share": _most(shape.warp_share for shape in shapes),
        "padded_share": _most(shape.padded_share for shape in shapes),
    }


def _of_appearance(looks: Sequence[Appearance]) -> dict[str, float]:
    if not looks:
        return {}
    return {
        "hue_deg": _most(abs(look.hue_deg) for look in looks),
        "darkest": min(0.0, *(look.brightness for look in looks)),
        "brightest": max(0.0, *(look.brightness for look in looks)),
        "least_contrast": min(look.contrast for look in looks),
        "largest_contrast": max(look.contrast for look in looks),
        "least_saturation": min(look.saturation for look in looks),
        "largest_saturation": max(look.saturation for look in looks),
        "least_sharpness": min(_at_equal_contrast(look) for look in looks),
        "largest_sharpness": max(_at_equal_contrast(look) for look in looks),
        "noise": _most(look.noise for look in looks),
        "least_correlation": min(look.correlation for look in looks),
        "clipped_share": _most(look.newly_clipped_share for look in looks),
    }


def _covered(effect: Effects) -> float:
    clipped = 0.0 if effect.appearance is None else effect.appearance.newly_clipped_share
    return max(0.0, effect.lost_share - clipped)


def _at_equal_contrast(look: Appearance) -> float:
    """Less contrast alone lowers the variance of the Laplacian, by its square, and takes no detail away."""
    return look.sharpness / max(look.contrast, 0.1) ** 2


def _most(values: Iterable[float], least: float = 0.0) -> float:
    return max((value for value in values if math.isfinite(value)), default=least)


def _differ(one: Effects, other: Effects) -> bool:
    """Whether two draws are told apart; fits of the same draw on other images differ a little."""
    pairs = [(one.geometry, other.geometry), (one.appearance, other.appearance)]
    numbers = [
        (getattr(first, field.name), getattr(second, field.name))
        for first, second in pairs
        if first is not None and second is not None
        for field in fields(first)
    ]
    return any(abs(float(first) - float(second)) > 0.02 * max(1.0, abs(float(first))) for first, second in numbers)


class Quantity:
    """A row of :data:`QUANTITIES`: how a number of a reach is read and written.

    Attributes:
        read: The number.
        title: What it is, in plain words.
        unit: "°", "share", "×", "" …
    """

    def __init__(self, title: str, unit: str, read: Callable[[Reach], float]) -> None:
        self.title, self.unit, self.read = title, unit, read


QUANTITIES: Mapping[str, Quantity] = MappingProxyType(
    {
        "mirrored": Quantity("mirrored draws", "share", lambda r: r.mirrored_share),
        "sideways": Quantity("draws mirrored left to right", "share", lambda r: r.sideways_share),
        "over": Quantity("draws mirrored top to bottom", "share", lambda r: r.over_share),
        "turn": Quantity("largest turn", "°", lambda r: r.turn_deg),
        "plain_turn": Quantity("largest turn without mirroring", "°", lambda r: r.plain_turn_deg),
        "seen": Quantity("least of the image in view", "share", lambda r: r.least_seen_share),
        "least_scale": Quantity("smallest scale", "×", lambda r: r.least_scale),
        "largest_scale": Quantity("largest scale", "×", lambda r: r.largest_scale),
        "zoom": Quantity("largest scale against smallest", "×", lambda r: r.zoom_spread),
        "aspect": Quantity("largest stretch", "×", lambda r: r.aspect),
        "warp": Quantity("largest warp", "share", lambda r: r.warp_share),
        "padded": Quantity("largest share of padding", "share", lambda r: r.padded_share),
        "covered": Quantity("largest share covered", "share", lambda r: r.covered_share),
        "hue": Quantity("largest change of hue", "°", lambda r: r.hue_deg),
        "brightness": Quantity("largest change of brightness", "share", lambda r: r.brightness),
        "contrast": Quantity("largest change of contrast", "share", lambda r: r.contrast_change),
        "saturation": Quantity("largest change of saturation", "share", lambda r: r.saturation_change),
        "least_saturation": Quantity("least saturation left", "share", lambda r: r.least_saturation),
        "sharpness": Quantity("least sharpness left", "share", lambda r: r.least_sharpness),
        "noise": Quantity("strongest noise", "share", lambda r: r.noise),
        "correlation": Quantity("least agreement of tones", "", lambda r: r.least_correlation),
        "clipped": Quantity("largest share driven to black or white", "share", lambda r: r.clipped_share),
        "fires": Quantity("fires in", "share", lambda r: r.firing_share),
    }
)
"""Everything that a rule can hold a limit against."""
