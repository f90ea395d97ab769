"""Make everything in sample_images/: pictures, labels, index.json and LICENSES.md.

Run it from the root of the repository, with the development dependencies installed::

    python scripts/draw_sample_images.py [--out FOLDER] [SAMPLE …]

Same script, same files: all chance comes from fixed seeds.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from sample_drawing.catalogue import RECIPES, Recipe

ROOT = Path(__file__).resolve().parent.parent


def index(files: dict[str, list[str]]) -> str:
    rows = [
        {
            "id": recipe.id,
            "title": recipe.title,
            "domain": recipe.domain,
            "description": recipe.description,
            "licence": recipe.licence,
            "origin": recipe.origin,
            "synthetic": recipe.synthetic,
            "label": recipe.label,
            "starting_point": recipe.starting_point,
            "profile": recipe.profile,
            "files": files[recipe.id],
        }
        for recipe in RECIPES
    ]
    return json.dumps({"samples": rows}, indent=1, ensure_ascii=False) + "\n"


def licences() -> str:
    lines = [
        "# Licences of the sample images",
        "",
        "Written by scripts/draw_sample_images.py. Labels of all samples, and every picture marked synthetic, were",
        "made for this project and are given away under CC0 1.0 (https://creativecommons.org/publicdomain/zero/1.0/).",
        "Synthetic pictures show no real person, patient, place, document or product. Their letters are drawn with",
        "Aileron by Sora Sagano (CC0 1.0), the font inside Pillow.",
        "",
        "| sample | licence | origin | synthetic |",
        "|---|---|---|---|",
    ]
    lines += [f"| {r.id} | {r.licence} | {r.origin} | {'yes' if r.synthetic else 'no'} |" for r in RECIPES]
    return "\n".join(lines) + "\n"


def write(recipe: Recipe, out: Path) -> list[str]:
    folder = out / recipe.id
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for name, data in recipe.make().items():
        (folder / name).write_bytes(data)
        names.append(f"{recipe.id}/{name}")
    return names


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("samples", nargs="*", help="only these (the index is then left alone)")
    parser.add_argument("--out", type=Path, default=ROOT / "sample_images")
    chosen = parser.parse_args()
    files = {r.id: write(r, chosen.out) for r in RECIPES if not chosen.samples or r.id in chosen.samples}
    if not chosen.samples:
        (chosen.out / "index.json").write_text(index(files), encoding="utf-8")
        (chosen.out / "LICENSES.md").write_text(licences(), encoding="utf-8")


if __name__ == "__main__":
    main()
