"""A nested pipeline is built by hand: with the mouse, with a finger, with the keyboard, with the toolbar."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.serving import Server, Traffic, go_to, wait_until_idle

pytestmark = pytest.mark.browser

GUIDE = [
    "HorizontalFlip",
    "RandomRotate90",
    "ShiftScaleRotate",
    "RandomBrightnessContrast",
    "ColorJitter",
    "GaussianBlur",
]
INDENT = 14


class Tree:
    """The step tree of an open page."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.goto(url)
        wait_until_idle(page)
        self.rows = page.locator(".steps").get_by_role("tree", name="Steps of the pipeline").get_by_role("treeitem")
        expect(self.rows.first).to_be_visible()

    def row(self, name: str) -> Locator:
        """The first row that begins with this name."""
        return self.rows.filter(has=self.page.locator(".name", has_text=re.compile(f"^{re.escape(name)}"))).first

    def tool(self, name: str) -> Locator:
        return self.page.get_by_role("toolbar").get_by_role("button", name=name, exact=True)

    def settled(self) -> None:
        """Until Python has answered everything that was done."""
        expect(self.page.locator(".steps")).to_have_attribute("data-waiting", "0")
        wait_until_idle(self.page)

    def shows(self, *lines: str) -> None:
        """Until the tree reads like this; a dot a level in front."""
        self.page.wait_for_function(
            "wanted => { const root = [...document.querySelectorAll('*')].map(e => e.shadowRoot && "
            "e.shadowRoot.querySelector('.steps')).find(Boolean);"
            "const rows = [...root.querySelector('.tree').querySelectorAll('.row')].map(r => "
            "'.'.repeat(r.ariaLevel - 1) + r.querySelector('.name').textContent);"
            "return JSON.stringify(rows) === wanted }",
            arg=_json(lines),
        )

    def open(self, name: str) -> None:
        self.row(name).click()
        self.settled()

    def point(self, name: str, part: float = 0.5) -> tuple[float, float]:
        """The place of a row's handle, ``part`` of its height down."""
        box = self.row(name).locator(".handle").bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + part * box["height"]

    def drag(self, name: str, to: str, part: float, deeper: int = 0) -> None:
        """Drag a row by its handle to a part of another row's height, and so many levels to the right."""
        x, y = self.point(name)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        target = self.point(to, part)[1]
        self.page.mouse.move(x + 3, (y + target) / 2, steps=4)
        self.page.mouse.move(x + INDENT * deeper, target, steps=4)

    def drop(self) -> None:
        self.page.mouse.up()
        self.settled()

    def yaml(self, folder: Path) -> str:
        """The pipeline as the Export page gives it, without what differs from day to day and the streams' names."""
        self.settled()
        go_to(self.page, "Export")
        wait_until_idle(self.page)
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name="Download YAML").click()
        path = folder / "pipeline.yaml"
        download.value.save_as(path)
        return yaml.safe_dump(yaml.safe_load(path.read_text(encoding="utf-8"))["transform"])


def _json(lines: tuple[str, ...]) -> str:
    return "[" + ",".join(f'"{line}"' for line in lines) + "]"


@pytest.fixture
def tree(page: Page, server: Server) -> Tree:
    return Tree(page, server.url)


NESTED = (
    "One of", ".HorizontalFlip", ".All of", "..GaussianBlur", "..RandomRotate90",
    "RandomBrightnessContrast", "ShiftScaleRotate", "ColorJitter",
)  # fmt: skip


def build_by_drag(tree: Tree) -> None:
    page = tree.page
    tree.row("RandomRotate90").click()
    tree.tool("Group").click()
    page.get_by_role("menuitem", name="All of").click()
    tree.shows("HorizontalFlip", "All of", ".RandomRotate90", *GUIDE[2:])
    tree.row("HorizontalFlip").click()
    tree.tool("Group").click()
    page.get_by_role("menuitem", name="One of").click()
    tree.shows("One of", ".HorizontalFlip", "All of", ".RandomRotate90", *GUIDE[2:])
    tree.drag("GaussianBlur", "RandomRotate90", 0.1)  # before the child of the group
    expect(page.locator(".steps .line")).to_be_visible()
    tree.drop()
    tree.drag("All of", "One of", 0.5)  # onto the group: into it, at the end
    tree.drop()
    tree.shows(
        "One of", ".HorizontalFlip", ".All of", "..GaussianBlur", "..RandomRotate90",
        "ShiftScaleRotate", "RandomBrightnessContrast", "ColorJitter",
    )  # fmt: skip
    tree.drag("ShiftScaleRotate", "RandomBrightnessContrast", 0.9)
    tree.drop()
    tree.shows(*NESTED)


def build_by_keyboard(tree: Tree) -> None:
    keys = tree.page.keyboard
    tree.row("RandomRotate90").focus()
    keys.press("Control+g")
    tree.settled()
    tree.page.get_by_role("combobox", name="Kind").click()
    tree.page.get_by_role("option", name="All of").click()
    wait_until_idle(tree.page)
    tree.row("HorizontalFlip").focus()
    keys.press("Control+g")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    expect(tree.row("All of")).to_be_focused()
    keys.press("Alt+ArrowRight")
    for _ in range(5):
        keys.press("ArrowDown")
    expect(tree.row("GaussianBlur")).to_be_focused()
    for _ in range(3):
        keys.press("Alt+ArrowUp")
    keys.press("Alt+ArrowRight")  # into One of, after All of
    keys.press("Alt+ArrowRight")  # into All of
    keys.press("Alt+ArrowUp")
    tree.row("ShiftScaleRotate").focus()
    keys.press("Alt+ArrowDown")
    tree.shows(*NESTED)


def test_a_nested_pipeline_by_drag_and_by_keyboard_is_the_same(
    tree: Tree, browser: Browser, server: Server, traffic: Traffic, tmp_path: Path
) -> None:
    build_by_drag(tree)
    with browser.new_context(viewport={"width": 1440, "height": 1000}) as other:
        second = Tree(other.new_page(), server.url)
        build_by_keyboard(second)
        assert second.yaml(tmp_path) == tree.yaml(tmp_path)
    assert traffic.errors == []


def test_everything_can_be_taken_back_and_done_again(tree: Tree, tmp_path: Path) -> None:
    build_by_drag(tree)
    tree.settled()
    undo, redo = (tree.page.get_by_role("button", name=re.compile(f"^{word}")) for word in ("Undo", "Redo"))
    tree.row("GaussianBlur").focus()
    for keys, button, lines in (("Control+z", undo, tuple(GUIDE)), ("Control+Shift+z", redo, NESTED)):
        for _ in range(8):
            tree.page.keyboard.press(keys)
        tree.shows(*lines)
        tree.settled()
        expect(button).to_be_disabled()
    expect(tree.row("GaussianBlur")).to_be_focused()
    again = tree.yaml(tmp_path)
    assert "class_fullname__: Sequential" in again
    assert (
        again.index("OneOf") < again.index("HorizontalFlip") < again.index("Sequential") < again.index("GaussianBlur")
    )


def press(button: Locator, times: int) -> None:
    """Quicker than any hand."""
    button.evaluate("(node, times) => { for (let i = 0; i < times; i++) node.click() }", times)


def test_six_quick_presses_are_six_moves(tree: Tree) -> None:
    tree.open("GaussianBlur")
    press(tree.tool("Up"), 6)  # the sixth has nowhere to go
    tree.shows("GaussianBlur", *GUIDE[:5])
    tree.settled()
    tree.shows("GaussianBlur", *GUIDE[:5])
    expect(tree.tool("Up")).to_be_disabled()
    expect(tree.page.locator(".steps .live")).to_have_text("GaussianBlur moved to place 1 of 6")
    for _ in range(6):
        tree.page.keyboard.press("Tab")  # somewhere else on the page
    tree.row("GaussianBlur").focus()
    for _ in range(6):
        tree.page.keyboard.press("Alt+ArrowDown")
    tree.shows(*GUIDE)
    tree.settled()
    tree.shows(*GUIDE)
    expect(tree.row("GaussianBlur")).to_be_focused()


def test_presses_during_a_redraw_are_not_lost(tree: Tree) -> None:
    """A new draw keeps the server busy; what is pressed meanwhile is done."""
    tree.open("GaussianBlur")
    for _ in range(3):
        tree.page.get_by_role("button", name="New draw").click()
        press(tree.tool("Up"), 3)
        press(tree.tool("Down"), 2)
    tree.settled()
    tree.shows(*GUIDE[:2], "GaussianBlur", *GUIDE[2:5])


def test_several_move_together_into_a_group_and_out(tree: Tree) -> None:
    page = tree.page
    tree.row("HorizontalFlip").click()
    tree.row("ShiftScaleRotate").click(modifiers=["Control"])
    expect(page.locator(".row[aria-selected=true]")).to_have_count(2)
    tree.tool("Group").click()
    page.get_by_role("menuitem", name="Some of", exact=True).click()
    tree.settled()
    tree.shows("1 of 2", ".HorizontalFlip", ".ShiftScaleRotate", "RandomRotate90", *GUIDE[3:])
    tree.row("ColorJitter").click()
    tree.row("GaussianBlur").click(modifiers=["Shift"])
    tree.drag("GaussianBlur", "HorizontalFlip", 0.1)
    expect(page.locator(".row.moving")).to_have_count(2)
    tree.drop()
    tree.shows(
        "1 of 4", ".ColorJitter", ".GaussianBlur", ".HorizontalFlip", ".ShiftScaleRotate",
        "RandomRotate90", "RandomBrightnessContrast",
    )  # fmt: skip
    tree.tool("Out of its group").click()
    tree.settled()
    tree.shows(
        "1 of 2", ".HorizontalFlip", ".ShiftScaleRotate", "ColorJitter", "GaussianBlur",
        "RandomRotate90", "RandomBrightnessContrast",
    )  # fmt: skip
    tree.row("1 of 2").click()
    tree.tool("Ungroup").click()
    tree.settled()
    tree.shows(*GUIDE[:1], GUIDE[2], *GUIDE[4:], GUIDE[1], GUIDE[3])


def test_escape_leaves_everything_where_it_was(tree: Tree) -> None:
    tree.drag("GaussianBlur", "HorizontalFlip", 0.1)
    expect(tree.page.locator(".steps .line")).to_be_visible()
    tree.page.keyboard.press("Escape")
    expect(tree.page.locator(".steps .line")).to_have_count(0)
    tree.page.mouse.up()
    tree.settled()
    tree.shows(*GUIDE)


def test_the_way_sideways_chooses_the_depth(tree: Tree) -> None:
    tree.open("GaussianBlur")
    tree.page.get_by_role("treeitem", name="GaussianBlur").press("Control+g")
    tree.settled()
    tree.drag("HorizontalFlip", "GaussianBlur", 0.9)
    tree.drop()
    tree.shows(*GUIDE[1:5], "One of", ".GaussianBlur", "HorizontalFlip")
    tree.drag("HorizontalFlip", "GaussianBlur", 0.9, deeper=1)
    tree.drop()
    tree.shows(*GUIDE[1:5], "One of", ".GaussianBlur", ".HorizontalFlip")
    expect(tree.row("HorizontalFlip").locator(".weight")).to_have_text(re.compile(r"^\d+%$"))


def test_a_finger_drags_by_the_handle(browser: Browser, server: Server) -> None:
    with browser.new_context(viewport={"width": 1440, "height": 1000}, has_touch=True) as visitor:
        tree = Tree(visitor.new_page(), server.url)
        finger = visitor.new_cdp_session(tree.page)

        def touch(kind: str, *at: float) -> None:
            points = [{"x": at[0], "y": at[1]}] if at else []
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        x, y = tree.point("ColorJitter")
        target = tree.point("HorizontalFlip", 0.1)[1]
        touch("touchStart", x, y)
        for part in (0.2, 0.5, 0.8, 1.0):
            touch("touchMove", x, y + part * (target - y))
        expect(tree.page.locator(".steps .line")).to_be_visible()
        touch("touchEnd")
        tree.settled()
        tree.shows("ColorJitter", *GUIDE[:4], "GaussianBlur")


def test_a_name_of_ones_own_is_kept_and_typed_letters_are_no_shortcuts(tree: Tree) -> None:
    seed = tree.page.get_by_role("spinbutton", name="Seed")
    before = seed.input_value()
    tree.row("GaussianBlur").focus()
    tree.page.keyboard.press("F2")
    tree.page.keyboard.type("nap no <b>lens</b>")
    tree.page.keyboard.press("Enter")
    tree.settled()
    tree.shows(*GUIDE[:5], "nap no <b>lens</b>")
    expect(seed).to_have_value(before)
    row = tree.row("nap no")
    expect(row).to_be_focused()
    expect(row).to_have_attribute("aria-label", re.compile(r"\(GaussianBlur\), in 30% of the samples"))
    tree.page.keyboard.press("F2")
    tree.page.keyboard.type("other")
    tree.page.keyboard.press("Escape")
    tree.shows(*GUIDE[:5], "nap no <b>lens</b>")


def test_what_is_made_can_be_worked_on_before_the_server_knows_it(tree: Tree) -> None:
    """Group, group again, move, duplicate and fold, without waiting in between."""
    keys = tree.page.keyboard
    tree.row("ColorJitter").focus()
    for press in ("Control+g", "Control+g", "Alt+ArrowUp", "Alt+ArrowUp", "Control+d", "Alt+ArrowUp"):
        keys.press(press)
    tree.settled()
    nest = ("One of", ".One of", "..ColorJitter")
    tree.shows(*GUIDE[:2], *nest, *nest, *GUIDE[2:4], "GaussianBlur")
    keys.press("ArrowLeft")
    tree.shows(*GUIDE[:2], "One of", *nest, *GUIDE[2:4], "GaussianBlur")
    keys.press("Delete")
    tree.settled()
    tree.shows(*GUIDE[:2], *nest, *GUIDE[2:4], "GaussianBlur")


def test_steps_of_the_tail_can_be_switched_off_and_removed_only(tree: Tree) -> None:
    tail = tree.page.get_by_role("tree", name="At the end").get_by_role("treeitem")
    tail.first.click()
    tree.settled()
    expect(tree.page.get_by_role("heading", name="Normalize")).to_be_visible()
    for name in ("Group", "Up", "Down", "Duplicate"):
        expect(tree.tool(name)).to_be_disabled()
    tail.first.press("o")
    expect(tail.first).to_have_attribute("aria-label", "Normalize, off")
    tail.first.press("Delete")
    tree.settled()
    expect(tail).to_have_count(1)


def test_a_folded_group_stays_folded_when_one_comes_back(tree: Tree) -> None:
    tree.row("ColorJitter").focus()
    tree.page.keyboard.press("Control+g")
    tree.settled()
    tree.row("One of").locator(".chevron").click()
    folded = (*GUIDE[:4], "One of", "GaussianBlur")
    tree.shows(*folded)
    go_to(tree.page, "Inspect")
    wait_until_idle(tree.page)
    go_to(tree.page, "Pipeline")
    expect(tree.rows.first).to_be_visible()
    tree.shows(*folded)
    expect(tree.row("One of")).to_have_attribute("aria-expanded", "false")


def test_the_panel_shows_the_open_step_only(tree: Tree) -> None:
    sliders = tree.page.get_by_test_id("stSidebar").get_by_role("slider")
    tree.open("ShiftScaleRotate")
    expect(sliders.first).to_be_visible()
    assert sliders.count() > 4
    tree.open("HorizontalFlip")
    expect(sliders).to_have_count(1)  # its probability
    tree.row("HorizontalFlip").press("Escape")
    expect(sliders).to_have_count(0)


def test_edits_of_a_pipeline_that_was_replaced_do_not_touch_the_new_one(tree: Tree) -> None:
    tree.open("HorizontalFlip")
    box = tree.page.get_by_role("combobox", name="Pipeline")
    box.click()
    box.fill("Natural")
    tree.page.get_by_role("option").first.click()
    expect(tree.row("Affine")).to_be_visible()
    tree.settled()
    expect(tree.page.get_by_role("toolbar").get_by_role("button", name="Remove")).to_be_disabled()
