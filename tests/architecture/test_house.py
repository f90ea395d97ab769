"""The walls of the house that import-linter cannot see."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from augviz.ui.page_table import ICON, PAGES, ROOT

LUMBER_ROOMS = {"utils", "util", "helpers", "helper", "common", "core", "base", "manager", "misc"}
"""Names under which things without a home pile up."""

STREAMLIT_ROOMS = ("augviz/ui/", "pages/", "app.py", "tests/", "benchmarks/")
DATABASE_ROOMS = ("augviz/review/store/", "tests/")
ALBUMENTATIONS_ROOMS = ("augviz/transforms/", "augviz/pipeline/", "tests/", "benchmarks/")
ONNX_ROOMS = ("augviz/models/", "tests/")
HOME = re.compile(r"(?<![\w./~-])/(home|root|Users|work)/\w")


def tracked() -> list[str]:
    """Every file of the project: what git knows, or everything outside hidden folders where there is no git."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    files = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return [path.as_posix() for path in files if not any(part.startswith(".") for part in path.parts[:-1])]


FILES = tracked()
MODULES = [name for name in FILES if name.endswith(".py")]


def imported_roots(name: str) -> set[str]:
    """First parts of everything that a module imports, wherever in the module."""
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return {found.split(".")[0] for found in names}


def test_imports_go_down_the_floors_only() -> None:
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("library", "rooms"),
    [
        ("streamlit", STREAMLIT_ROOMS),
        ("albumentations", ALBUMENTATIONS_ROOMS),
        ("sqlalchemy", DATABASE_ROOMS),
        ("alembic", DATABASE_ROOMS),
        ("onnx", ONNX_ROOMS),
        ("onnxruntime", ONNX_ROOMS),
    ],
)
def test_a_library_is_known_behind_its_fence_only(library: str, rooms: tuple[str, ...]) -> None:
    over_the_fence = [name for name in MODULES if not name.startswith(rooms) and library in imported_roots(name)]
    assert over_the_fence == []


def test_every_page_file_is_in_the_page_table_and_the_other_way_round() -> None:
    files = {path.name for path in (ROOT / "pages").glob("*.py")}
    assert {row.file for row in PAGES} == files


def test_pages_have_titles_and_addresses_of_their_own() -> None:
    for values in ([row.title for row in PAGES], [row.address for row in PAGES], [row.icon for row in PAGES]):
        assert len(set(values)) == len(PAGES)
    assert all(re.fullmatch(r":material/\w+:", row.icon) for row in PAGES)


def test_the_favicon_is_a_file_of_ours() -> None:
    assert ICON.is_file()
    assert ICON.is_relative_to(ROOT)


def test_no_folder_called_pages_lies_beside_the_router() -> None:
    # It would switch on Streamlit's old multipage mode (docs/decisions/0001-launcher-and-router.md).
    assert not (ROOT / "augviz" / "ui" / "pages").exists()


def test_no_module_of_the_ui_hides_one_of_pythons() -> None:
    # Streamlit puts the router's folder first on sys.path.
    folder = ROOT / "augviz" / "ui"
    names = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}
    assert names & sys.stdlib_module_names == set()


def test_nothing_lies_in_a_lumber_room() -> None:
    assert [name for name in FILES if LUMBER_ROOMS & {part.split(".")[0] for part in Path(name).parts}] == []


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    found = []
    for name in FILES:
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # pictures
        found += [f"{name}: {match.group()}" for match in HOME.finditer(text)]
    assert found == []


def test_pages_do_not_catch_errors() -> None:
    # What can go wrong is turned into sentences below; a page reads like the page looks.
    offenders = [
        f"{name}: try"
        for name in MODULES
        if name.startswith("pages/")
        for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8")))
        if isinstance(node, ast.Try)
    ]
    assert offenders == []


def test_every_link_in_the_documents_leads_somewhere() -> None:
    links = [
        (name, target)
        for name in FILES
        if name.endswith(".md")
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", (ROOT / name).read_text(encoding="utf-8"))
        if "://" not in target
    ]
    dead = [pair for pair in links if not (ROOT / pair[0]).parent.joinpath(pair[1]).exists()]
    assert dead == []


def test_modules_point_to_documents_that_exist() -> None:
    named = {
        (name, path)
        for name in MODULES
        for path in re.findall(r"docs/[\w./-]+\.md", (ROOT / name).read_text(encoding="utf-8"))
    }
    assert [pair for pair in sorted(named) if not (ROOT / pair[1]).is_file()] == []
