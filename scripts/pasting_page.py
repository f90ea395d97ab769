"""docs/pasting.md from the tables of :mod:`augviz.pasting`."""

from __future__ import annotations

from augviz.pasting.torchvision_arguments import REQUIRED
from augviz.pasting.torchvision_rows import CONTAINERS, ROWS, Row
from augviz.pasting.ultralytics_rows import SETTINGS

_INTRODUCTION = """
# Pasted pipelines

The Export page opens a pipeline from pasted text. Nothing that is pasted is run: Python is parsed into a syntax tree,
and only literals, names that are bound in the same text, sums of numbers and calls of the libraries below are read
from it. Everything else gets a sentence with its line.

| form | what is read |
|---|---|
| Albumentations code | `A.Compose([…])` with nested groups and `A.BboxParams`; older spellings as in a file |
| torchvision code | `v2.Compose([…])` and `transforms.Compose([…])`, mapped as below |
| Ultralytics settings | YAML, a dict, `key=value` words, or `model.train(…)`, mapped as below |
| YAML or JSON | as from a file |

Of several pipelines in one text the last is taken, and the others are named. Functions that return a pipeline are
read with the defaults of their arguments; `if`, loops, lambdas, comprehensions and decorators are not. Calls of
NumPy, Pillow and OpenCV, and functions without a pipeline, may stand beside it (code that reads other images does);
they are not run. Code may have 100,000 bytes.
""".strip()

_TORCHVISION = """
## torchvision

Compared with torchvision's sources (transforms/v2) and documentation
(<https://docs.pytorch.org/vision/stable/transforms.html>). The two libraries were not run side by side: tests compare
ranges and arithmetic. Defaults are written out, because they differ. In geometric transforms masks are resampled to
the nearest pixel.
""".strip()

_ULTRALYTICS = """
## Ultralytics

Compared with Ultralytics' sources (cfg/default.yaml, `cfg/__init__.py`, data/augment.py) from 8.3.79 on, where
RandomHSV shifts the hue. The order is the one of its own code: letterbox, perspective and affine, colours, flips;
with `task=classify` it is crop, flips, colours, erasing. Settings that are left out take Ultralytics' defaults.
Mosaic, mixup, cutmix and copy-paste need several pictures: switch them off to train what is shown.
""".strip()


def pasting_page() -> str:
    """What is mapped to what, and what differs."""
    lines = [_INTRODUCTION, "", _TORCHVISION, "", "| torchvision | here | what differs | source |", "|---|---|---|---|"]
    lines += [_row(row) for row in ROWS if row.convert]
    lines += [f"| `{name}` | {becomes} | | `_container.py` |" for name, (_, becomes) in CONTAINERS.items()]
    lines += ["", "Left out:", "", "| torchvision | why |", "|---|---|"]
    lines += [f"| `{row.name}` | {row.differs} |" for row in ROWS if row.convert is None]
    lines += ["", _ULTRALYTICS, "", "| setting | default | range | here | what differs |", "|---|---:|---|---|---|"]
    lines += [
        f"| `{s.key}` | {s.default:g} | {s.low:g} to {s.high:g} | {s.becomes or 'left out'} | {s.differs} |"
        for s in SETTINGS
    ]
    return "\n".join(lines) + "\n"


def _row(row: Row) -> str:
    signature = ", ".join(
        key if default is REQUIRED else f"{key}={_plain(default)}" for key, default in row.signature.items()
    )
    return f"| `{row.name}({signature})` | {row.becomes} | {row.differs} | `{row.source}` |"


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(_plain(part) for part in value)})"
    return f"{value:.4g}" if isinstance(value, float) else repr(value)
