"""The published tables, as they are printed, and how a step is read back into their terms."""

from __future__ import annotations

import numpy as np
import pytest

from augviz.pipeline.spec import Group, Node, Step

Magnitude = float | None

SUB_POLICIES: dict[str, list[tuple[tuple[str, float, int | None], ...]]] = {
    "autoaugment-imagenet": [
        (('Posterize', 0.4, 8), ('Rotate', 0.6, 9)),
        (('Solarize', 0.6, 5), ('AutoContrast', 0.6, None)),
        (('Equalize', 0.8, None), ('Equalize', 0.6, None)),
        (('Posterize', 0.6, 7), ('Posterize', 0.6, 6)),
        (('Equalize', 0.4, None), ('Solarize', 0.2, 4)),
        (('Equalize', 0.4, None), ('Rotate', 0.8, 8)),
        (('Solarize', 0.6, 3), ('Equalize', 0.6, None)),
        (('Posterize', 0.8, 5), ('Equalize', 1.0, None)),
        (('Rotate', 0.2, 3), ('Solarize', 0.6, 8)),
        (('Equalize', 0.6, None), ('Posterize', 0.4, 6)),
        (('Rotate', 0.8, 8), ('Color', 0.4, 0)),
        (('Rotate', 0.4, 9), ('Equalize', 0.6, None)),
        (('Equalize', 0.0, None), ('Equalize', 0.8, None)),
        (('Invert', 0.6, None), ('Equalize', 1.0, None)),
        (('Color', 0.6, 4), ('Contrast', 1.0, 8)),
        (('Rotate', 0.8, 8), ('Color', 1.0, 2)),
        (('Color', 0.8, 8), ('Solarize', 0.8, 7)),
        (('Sharpness', 0.4, 7), ('Invert', 0.6, None)),
        (('ShearX', 0.6, 5), ('Equalize', 1.0, None)),
        (('Color', 0.4, 0), ('Equalize', 0.6, None)),
        (('Equalize', 0.4, None), ('Solarize', 0.2, 4)),
        (('Solarize', 0.6, 5), ('AutoContrast', 0.6, None)),
        (('Invert', 0.6, None), ('Equalize', 1.0, None)),
        (('Color', 0.6, 4), ('Contrast', 1.0, 8)),
        (('Equalize', 0.8, None), ('Equalize', 0.6, None)),
    ],
    "autoaugment-cifar10": [
        (('Invert', 0.1, None), ('Contrast', 0.2, 6)),
        (('Rotate', 0.7, 2), ('TranslateX', 0.3, 9)),
        (('Sharpness', 0.8, 1), ('Sharpness', 0.9, 3)),
        (('ShearY', 0.5, 8), ('TranslateY', 0.7, 9)),
        (('AutoContrast', 0.5, None), ('Equalize', 0.9, None)),
        (('ShearY', 0.2, 7), ('Posterize', 0.3, 7)),
        (('Color', 0.4, 3), ('Brightness', 0.6, 7)),
        (('Sharpness', 0.3, 9), ('Brightness', 0.7, 9)),
        (('Equalize', 0.6, None), ('Equalize', 0.5, None)),
        (('Contrast', 0.6, 7), ('Sharpness', 0.6, 5)),
        (('Color', 0.7, 7), ('TranslateX', 0.5, 8)),
        (('Equalize', 0.3, None), ('AutoContrast', 0.4, None)),
        (('TranslateY', 0.4, 3), ('Sharpness', 0.2, 6)),
        (('Brightness', 0.9, 6), ('Color', 0.2, 8)),
        (('Solarize', 0.5, 2), ('Invert', 0.0, None)),
        (('Equalize', 0.2, None), ('AutoContrast', 0.6, None)),
        (('Equalize', 0.2, None), ('Equalize', 0.6, None)),
        (('Color', 0.9, 9), ('Equalize', 0.6, None)),
        (('AutoContrast', 0.8, None), ('Solarize', 0.2, 8)),
        (('Brightness', 0.1, 3), ('Color', 0.7, 0)),
        (('Solarize', 0.4, 5), ('AutoContrast', 0.9, None)),
        (('TranslateY', 0.9, 9), ('TranslateY', 0.7, 9)),
        (('AutoContrast', 0.9, None), ('Solarize', 0.8, 3)),
        (('Equalize', 0.8, None), ('Invert', 0.1, None)),
        (('TranslateY', 0.7, 9), ('AutoContrast', 0.9, None)),
    ],
    "autoaugment-svhn": [
        (('ShearX', 0.9, 4), ('Invert', 0.2, None)),
        (('ShearY', 0.9, 8), ('Invert', 0.7, None)),
        (('Equalize', 0.6, None), ('Solarize', 0.6, 6)),
        (('Invert', 0.9, None), ('Equalize', 0.6, None)),
        (('Equalize', 0.6, None), ('Rotate', 0.9, 3)),
        (('ShearX', 0.9, 4), ('AutoContrast', 0.8, None)),
        (('ShearY', 0.9, 8), ('Invert', 0.4, None)),
        (('ShearY', 0.9, 5), ('Solarize', 0.2, 6)),
        (('Invert', 0.9, None), ('AutoContrast', 0.8, None)),
        (('Equalize', 0.6, None), ('Rotate', 0.9, 3)),
        (('ShearX', 0.9, 4), ('Solarize', 0.3, 3)),
        (('ShearY', 0.8, 8), ('Invert', 0.7, None)),
        (('Equalize', 0.9, None), ('TranslateY', 0.6, 6)),
        (('Invert', 0.9, None), ('Equalize', 0.6, None)),
        (('Contrast', 0.3, 3), ('Rotate', 0.8, 4)),
        (('Invert', 0.8, None), ('TranslateY', 0.0, 2)),
        (('ShearY', 0.7, 6), ('Solarize', 0.4, 8)),
        (('Invert', 0.6, None), ('Rotate', 0.8, 4)),
        (('ShearY', 0.3, 7), ('TranslateX', 0.9, 3)),
        (('ShearX', 0.1, 6), ('Invert', 0.6, None)),
        (('Solarize', 0.7, 2), ('TranslateY', 0.6, 7)),
        (('ShearY', 0.8, 4), ('Invert', 0.8, None)),
        (('ShearX', 0.7, 9), ('TranslateY', 0.8, 3)),
        (('ShearY', 0.8, 5), ('AutoContrast', 0.7, None)),
        (('ShearX', 0.7, 2), ('Invert', 0.1, None)),
    ],
}  # fmt: skip
"""(operation, probability, magnitude bin): the policies of AutoAugment, as printed in torchvision's autoaugment.py."""

TEN_MAGNITUDES = """
    bin           0      1      2      3      4      5      6      7      8      9
    ShearX        0  0.033  0.067  0.100  0.133  0.167  0.200  0.233  0.267  0.300
    ShearY        0  0.033  0.067  0.100  0.133  0.167  0.200  0.233  0.267  0.300
    TranslateX    0  0.050  0.101  0.151  0.201  0.252  0.302  0.352  0.403  0.453
    TranslateY    0  0.050  0.101  0.151  0.201  0.252  0.302  0.352  0.403  0.453
    Rotate        0  3.333  6.667     10  13.333 16.667    20  23.333 26.667    30
    Brightness    0    0.1    0.2    0.3    0.4    0.5    0.6    0.7    0.8    0.9
    Color         0    0.1    0.2    0.3    0.4    0.5    0.6    0.7    0.8    0.9
    Contrast      0    0.1    0.2    0.3    0.4    0.5    0.6    0.7    0.8    0.9
    Sharpness     0    0.1    0.2    0.3    0.4    0.5    0.6    0.7    0.8    0.9
    Posterize     8      8      7      7      6      6      5      5      4      4
    Solarize    255  226.7  198.3    170  141.7  113.3     85   56.7   28.3      0
    AutoContrast
    Equalize
    Invert
"""
"""AutoAugment: magnitude by bin. Shears as tangents, shifts as shares of the side (up to 150 of 331 pixels), turns in
degrees, factors as 1 ± m, Posterize in bits, Solarize from a grey value."""

RANDAUGMENT = """
    M             0      1      5      9     10     15     20     30
    Identity
    ShearX        0   0.01   0.05   0.09   0.10   0.15   0.20   0.30
    ShearY        0   0.01   0.05   0.09   0.10   0.15   0.20   0.30
    TranslateX    0  0.015  0.076  0.136  0.151  0.227  0.302  0.453
    TranslateY    0  0.015  0.076  0.136  0.151  0.227  0.302  0.453
    Rotate        0      1      5      9     10     15     20     30
    Brightness    0   0.03   0.15   0.27   0.30   0.45   0.60   0.90
    Color         0   0.03   0.15   0.27   0.30   0.45   0.60   0.90
    Contrast      0   0.03   0.15   0.27   0.30   0.45   0.60   0.90
    Sharpness     0   0.03   0.15   0.27   0.30   0.45   0.60   0.90
    Posterize     8      8      7      7      7      6      5      4
    Solarize    255  246.5  212.5  178.5    170  127.5     85      0
    AutoContrast
    Equalize
"""
"""RandAugment: the same operations without Invert, at one magnitude M of 0 to 30."""

TRIVIALAUGMENT = """
    range          trivialaugment     trivialaugment-wide
    Identity
    ShearX         -0.3   0.3         -0.99  0.99
    ShearY         -0.3   0.3         -0.99  0.99
    TranslateX     -10    10          -32    32
    TranslateY     -10    10          -32    32
    Rotate         -30    30          -135   135
    Brightness      0.1   1.9          0.01  1.99
    Color           0.1   1.9          0.01  1.99
    Contrast        0.1   1.9          0.01  1.99
    Sharpness       0.1   1.9          0.01  1.99
    Posterize       4     8            2     8
    Solarize        0     255          0     255
    AutoContrast
    Equalize
"""
"""TrivialAugment: least and largest magnitude. Shears as tangents, shifts in pixels, factors as such."""

FOURTEEN = [line.split()[0] for line in RANDAUGMENT.strip().splitlines()[1:]]
"""The operations of RandAugment and TrivialAugment."""

SIGNED = frozenset(
    {"ShearX", "ShearY", "TranslateX", "TranslateY", "Rotate", "Brightness", "Color", "Contrast", "Sharpness"}
)
"""Operations of which the sign is drawn, half and half."""


def rows(table: str) -> tuple[list[str], dict[str, list[float]]]:
    """Head of a table, and the numbers of each row by its name."""
    head, *lines = (line.split() for line in table.strip().splitlines())
    return head[1:], {name: [float(text) for text in texts] for name, *texts in lines}


def seen(node: Node) -> tuple[str, Magnitude]:  # noqa: C901 - one case an operation
    """Operation and magnitude of a node, read from its parameters alone."""
    if isinstance(node, Group) and node.kind == "OneOf":
        (name, up), (other, down) = (seen(child) for child in node.children)
        assert [child.p for child in node.children] == [0.5, 0.5]
        assert name == other
        assert up == pytest.approx(-down)
        return name, up
    assert isinstance(node, Step)
    values = node.params
    match node.name:
        case "NoOp":
            return node.title.split(" ")[0], 0.0
        case "Affine" if "shear" in values:
            along = "x" if any(values["shear"]["x"]) else "y"
            degrees = values["shear"][along]
            assert degrees[0] == degrees[1]
            return f"Shear{along.upper()}", float(np.tan(np.radians(degrees[0])))
        case "Affine":
            along = "x" if any(values["translate_percent"]["x"]) else "y"
            return f"Translate{along.upper()}", values["translate_percent"][along][0]
        case "Rotate":
            assert values["limit"][0] == values["limit"][1]
            return "Rotate", values["limit"][0]
        case "ColorJitter":
            factors = {key: values[key] for key in ("brightness", "saturation", "contrast") if values[key] != (1, 1)}
            assert values["hue"] == (0, 0)
            ((key, (low, high)),) = factors.items()
            assert low == high
            return {"brightness": "Brightness", "saturation": "Color", "contrast": "Contrast"}[key], low - 1
        case "Sharpen":
            return "Sharpness", values["alpha"][0] * 13
        case "GaussianBlur":
            factors = np.arange(0.05, 1, 0.0005)
            middle = np.exp(-0.5 / values["sigma_limit"][0] ** 2)
            return "Sharpness", float(
                factors[np.argmin(abs((1 / (1 + 2 * middle)) ** 2 - factors - (1 - factors) * 5 / 13))]
            ) - 1
        case "Posterize":
            return "Posterize", values["num_bits"][0]
        case "Solarize":
            return "Solarize", values["threshold_range"][0] * 255
    return {"AutoContrast": "AutoContrast", "Equalize": "Equalize", "InvertImg": "Invert"}[node.name], None
