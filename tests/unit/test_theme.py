"""The colours of .streamlit/config.toml can be read: WCAG 2.2, 1.4.3 (text 4.5:1) and 1.4.11 (controls 3:1)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

CONFIG = tomllib.loads((Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
THEMES = ("light", "dark")
Rgb = tuple[float, float, float]
CAPTION_OPACITY = 0.6
"""Streamlit draws captions and placeholders as textColor with this opacity (measured in Chromium, 1.67)."""


def rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def over(front: Rgb, back: Rgb, opacity: float) -> Rgb:
    red, green, blue = (opacity * f + (1 - opacity) * b for f, b in zip(front, back, strict=True))
    return red, green, blue


def luminance(colour: Rgb) -> float:
    """Relative luminance (WCAG 2.2, glossary)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Rgb, other: Rgb) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def theme(name: str) -> dict[str, Any]:
    colours: dict[str, Any] = CONFIG["theme"][name]
    return colours


def test_the_measure_itself() -> None:
    assert contrast(rgb("#000000"), rgb("#ffffff")) == pytest.approx(21)
    assert contrast(rgb("#777777"), rgb("#ffffff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("back", ["backgroundColor", "secondaryBackgroundColor"])
@pytest.mark.parametrize("front", ["textColor", "linkColor", "primaryColor"])
@pytest.mark.parametrize("name", THEMES)
def test_text_stands_out_from_both_backgrounds(name: str, front: str, back: str) -> None:
    assert contrast(rgb(theme(name)[front]), rgb(theme(name)[back])) >= 4.5


@pytest.mark.parametrize("back", ["backgroundColor", "secondaryBackgroundColor"])
@pytest.mark.parametrize("name", THEMES)
def test_captions_stand_out_from_both_backgrounds(name: str, back: str) -> None:
    behind = rgb(theme(name)[back])
    assert contrast(over(rgb(theme(name)["textColor"]), behind, CAPTION_OPACITY), behind) >= 4.5


def test_light_and_dark_define_the_same_colours() -> None:
    assert set(theme("light")) == set(theme("dark"))


@pytest.mark.parametrize(
    ("section", "option", "value"),
    [
        ("server", "enableXsrfProtection", True),
        ("server", "enableCORS", True),
        ("server", "address", "127.0.0.1"),
        ("browser", "gatherUsageStats", False),
        ("client", "showErrorDetails", "none"),
        ("client", "showErrorLinks", False),
        ("runner", "magicEnabled", False),
    ],
)
def test_what_protects_the_visitor_is_switched_on(section: str, option: str, value: object) -> None:
    assert CONFIG[section][option] == value


def test_nothing_in_the_config_is_fetched_from_elsewhere() -> None:
    assert "://" not in str(CONFIG)
