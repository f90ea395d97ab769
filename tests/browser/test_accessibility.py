"""For everybody: axe-core finds nothing of ours, everything has a key, and narrow screens show what wide ones do.

axe-core (Deque, MPL-2.0) is used for tests only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from augviz.ui.explanations import EXPLANATIONS, TOUR
from augviz.ui.page_table import PAGES, PageRow
from tests.browser.conftest import STEP_LIMIT_MS
from tests.browser.serving import Server, go_to, wait_until_idle

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
SIZES = {"desk": (1440, 1000), "narrow": (800, 1000), "phone": (390, 844)}


class Theirs(NamedTuple):
    """A violation that Streamlit 1.67 brings along and that a page cannot mend.

    Attributes:
        rule: Rule of axe-core.
        selector: What the element matches.
        why: Why it is not ours.
        seen: Page and scheme where it really occurs, so that this list cannot outlive it.
        behind: Button that has to be pressed there first, or empty.
        size: The size of window in which it occurs.
    """

    rule: str
    selector: str
    why: str
    seen: tuple[str, Scheme]
    behind: str = ""
    size: str = "desk"


STREAMLITS_OWN = (
    Theirs(
        "color-contrast",
        "[data-testid=stCode] .token",
        "st.code colours its text with a fixed palette that the theme does not reach",
        ("export.py", "light"),
    ),
    Theirs(
        "scrollable-region-focusable",
        "[data-testid=stCode] pre",
        "the box of st.code scrolls and takes no focus; the same text is behind the download button",
        ("export.py", "light"),
    ),
    Theirs(
        "presentation-role-conflict",
        "[data-testid=stFileUploaderDropzone]",
        "st.file_uploader names an area that it declares to be without meaning; its button is reached and named",
        ("images.py", "light"),
    ),
    Theirs(
        "region",
        "[data-floating-ui-portal]",
        "what st.popover opens hangs outside of all landmarks of the page",
        ("workbench.py", "light"),
        "Share",
    ),
    Theirs(
        "list",
        "[data-testid=stSidebarNavItems]",
        "on a phone the navigation is a list whose menus lie in it without being items of it",
        ("workbench.py", "light"),
        size="phone",
    ),
    Theirs(
        "listitem",
        "[data-testid=stSidebarNavItems] li",
        "the same list: the pages of a menu lie in a box between it and them",
        ("workbench.py", "light"),
        size="phone",
    ),
)


PAINTED = """() => [...document.querySelectorAll('*')]
    .flatMap(e => e.shadowRoot ? [...e.shadowRoot.querySelectorAll('img')] : []).every(x => x.complete)
    && !document.querySelector('[data-testid=stSkeleton]')"""


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """``visit(row, scheme, size)`` opens a page for a fresh visitor."""
    contexts = []

    def open_page(row: PageRow, scheme: Scheme = "light", size: str = "desk") -> Page:
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        context.set_default_timeout(STEP_LIMIT_MS)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{server.url}/{row.address}")
        settle(page)
        return page

    yield open_page
    for context in contexts:
        context.close()


def settle(page: Page) -> None:
    """Until the script has ended and every picture is painted."""
    wait_until_idle(page)
    expect(page.get_by_role("button", name="Keyboard shortcuts")).to_be_visible()
    page.wait_for_function(PAINTED)


def violations(page: Page) -> list[tuple[str, str, str]]:
    """(rule, selector, summary) of everything that axe-core finds."""
    found: Mapping[str, Any] = Axe().run(page).response
    return [
        (rule["id"], str(node["target"]), f"{node['html'][:200]} {node.get('failureSummary', '')}")
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def is_theirs(page: Page, rule: str, target: str) -> bool:
    """Whether an element of the page itself (not of our components) stands in the list."""
    selectors = [row.selector for row in STREAMLITS_OWN if row.rule == rule]
    parts = re.findall(r"'([^']*)'", target) if target.startswith("['") else re.findall(r'"([^"]*)"', target)
    if len(parts) != 1:
        return False
    found = page.query_selector(parts[0].replace("\\\\", "\\"))
    return found is not None and any(found.evaluate("(e, s) => e.matches(s)", selector) for selector in selectors)


def ours(page: Page) -> list[tuple[str, str, str]]:
    return [found for found in violations(page) if not is_theirs(page, found[0], found[1])]


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.file)
def test_every_page_is_for_everybody(row: PageRow, visit: Callable[..., Page]) -> None:
    """In one visit, because most of its time goes into opening the page."""
    page = visit(row)
    shows_what_has_the_focus(page)
    says_what_one_looks_at(page, row)
    for width, height in reversed(SIZES.values()):
        page.set_viewport_size({"width": width, "height": height})
        settle(page)
        assert ours(page) == []
        wide = page.get_by_test_id("stMain").evaluate("e => [e.scrollWidth, e.clientWidth]")
        assert wide[0] <= wide[1], f"{wide} at {width} pixels"
    by_night(page)
    settle(page)
    assert ours(page) == []


def by_night(page: Page) -> None:
    """The colours change, and nothing else: places and sizes are those of the day."""
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", "dark")


def says_what_one_looks_at(page: Page, row: PageRow) -> None:
    open_explanation(page)
    dialog = page.get_by_role("dialog")
    for line in EXPLANATIONS[row.file].lines:
        expect(dialog.get_by_text(line)).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="What am I looking at?")).to_be_focused()


FOCUSED = """() => {
  let e = document.activeElement, host = null;
  while (e && e.shadowRoot && e.shadowRoot.activeElement) { host = e; e = e.shadowRoot.activeElement; }
  if (!host || !e) return null;
  const box = e.getBoundingClientRect();
  const isSeen = [e, ...e.children].map(each => getComputedStyle(each)).some(style =>
    (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || parseFloat(style.strokeWidth) >= 4);
  return [e.getAttribute('aria-label') || e.textContent.trim().slice(0, 40) || e.tagName, isSeen && box.width > 0];
}"""


def shows_what_has_the_focus(page: Page) -> None:
    stops = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
    found = [stop for stop in stops if stop is not None]
    assert "What am I looking at?" in [name for name, _is_seen in found]
    assert [name for name, is_seen in found if not is_seen] == []


@pytest.mark.parametrize("row", STREAMLITS_OWN, ids=lambda row: row.rule)
def test_what_is_excused_really_occurs(row: Theirs, visit: Callable[..., Page]) -> None:
    file, scheme = row.seen
    page = visit(next(each for each in PAGES if each.file == file), scheme, row.size)
    if row.behind:
        page.get_by_role("button", name=row.behind).click()
        expect(page.get_by_test_id("stPopoverBody").get_by_role("button").first).to_be_visible()
        settle(page)
    assert until_excused(page, row) != []


def until_excused(page: Page, row: Theirs) -> list[tuple[str, str, str]]:
    """What axe finds of this row; what has just been opened may still be on its way."""
    for _ in range(20):
        excused = [found for found in violations(page) if found[0] == row.rule and is_theirs(page, found[0], found[1])]
        if excused:
            return excused
        page.wait_for_timeout(250)
    return []


def open_step_menu(page: Page) -> None:
    page.get_by_role("treeitem").first.click()
    wait_until_idle(page)
    page.get_by_role("toolbar", name="Change what is selected").get_by_role("button", name="Group", exact=True).click()
    expect(page.get_by_role("menu", name="Kind of group")).to_be_visible()


def open_versions(page: Page) -> None:
    page.get_by_role("button", name="History").click()
    expect(page.get_by_role("menu", name=re.compile("Versions"))).to_be_visible()


def open_label_rules(page: Page) -> None:
    page.get_by_role("button", name="Label rules").click()
    expect(page.get_by_role("slider", name="min_visibility")).to_be_visible()


def open_share(page: Page) -> None:
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()


def open_explanation(page: Page) -> None:
    page.get_by_role("button", name="What am I looking at?").click()
    expect(page.get_by_role("dialog", name="What am I looking at?")).to_be_visible()


def open_shortcuts(page: Page) -> None:
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


@pytest.mark.parametrize(
    "open_it", [open_step_menu, open_versions, open_label_rules, open_share, open_explanation, open_shortcuts]
)
def test_axe_finds_nothing_in_what_opens_on_the_pipeline_page(
    open_it: Callable[[Page], None], visit: Callable[..., Page]
) -> None:
    page = visit(PAGES[0])
    open_it(page)
    page.mouse.move(0, 0)  # a tooltip that fades is read at half its contrast
    expect(page.get_by_test_id("stTooltipContent")).to_have_count(0)
    assert ours(page) == []
    by_night(page)
    assert ours(page) == []


def test_axe_finds_nothing_with_each_drawing_tool(visit: Callable[..., Page]) -> None:
    page = visit(next(row for row in PAGES if row.file == "draw.py"))
    for tool in ("Box", "Polygon", "Keypoint", "Brush", "Eraser", "Select"):
        page.get_by_role("button", name=tool, exact=True).click()
        assert ours(page) == []
    page.get_by_role("button", name="Colour of this name").click()
    assert ours(page) == []
    by_night(page)
    assert ours(page) == []


def test_a_question_mark_lists_the_shortcuts_but_not_while_one_types(visit: Callable[..., Page]) -> None:
    page = visit(PAGES[0])
    page.get_by_role("spinbutton", name="Seed").focus()
    page.keyboard.press("?")
    page.get_by_role("button", name="What am I looking at?").focus()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("New draw")
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    wait_until_idle(page)
    expect(page.get_by_role("spinbutton", name="Seed")).to_have_value("7")


def test_the_tour_is_shown_once_leads_on_and_comes_again_when_asked(visit: Callable[..., Page]) -> None:
    page = visit(PAGES[0])
    tour = page.get_by_role("region", name="A first look around")
    expect(tour.get_by_role("listitem")).to_have_count(len(TOUR))
    tour.get_by_role("link", name="Bring them in").click()
    page.wait_for_url("**/images")
    settle(page)
    expect(tour).to_have_count(0)
    go_to(page, "Pipeline")
    settle(page)
    page.get_by_role("button", name="Close the tour").click()
    expect(tour).to_have_count(0)
    page.reload()
    settle(page)
    expect(tour).to_have_count(0)
    go_to(page, "Export")
    page.wait_for_url("**/export")
    settle(page)
    open_shortcuts(page)
    page.get_by_role("button", name="Show the tour again").click()
    expect(tour).to_be_visible()


def test_pictures_tell_what_happened_to_the_sample(visit: Callable[..., Page]) -> None:
    page = visit(PAGES[0])
    pictures = page.locator(".augviz.gallery img")
    expect(pictures).to_have_count(10)
    expect(pictures.nth(2)).to_have_attribute(
        "alt", re.compile(r"^Augmented sample #2 of .*: \w+.*; \d of 2 boxes left$")
    )
    go_to(page, "Inspect")
    page.wait_for_url("**/inspect")
    settle(page)
    after = page.locator(".augviz.picture img").nth(1)
    expect(after).to_have_attribute("alt", re.compile(r"^After the pipeline: .* boxes left$"))


@pytest.mark.parametrize("size", ["narrow", "phone"])
def test_narrow_screens_show_a_picture_without_scrolling(size: str, visit: Callable[..., Page]) -> None:
    page = visit(PAGES[0], "light", size)
    page.get_by_role("button", name="Close the tour").click()
    box = page.locator(".augviz.gallery img").first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] / 2 < SIZES[size][1]
    assert page.get_by_role("button", name="New draw").bounding_box() is not None


def test_the_keys_of_the_page_do_what_the_list_says(visit: Callable[..., Page]) -> None:
    page = visit(PAGES[0])
    seed = page.get_by_role("spinbutton", name="Seed")
    page.keyboard.press("n")
    expect(seed).to_have_value("8")
    wait_until_idle(page)
    page.keyboard.press("p")
    expect(seed).to_have_value("7")
    go_to(page, "Inspect")
    page.wait_for_url("**/inspect")
    settle(page)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Sample 2 of 9")).to_be_visible()
    wait_until_idle(page)
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("Sample 1 of 9")).to_be_visible()
