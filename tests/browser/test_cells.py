"""Cells: standing outputs, running, editing, stopping, and what is kept."""

import gzip
import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from .actions import (
    MINUTE,
    cell,
    fetched,
    link_to,
    note,
    output,
    press,
    pythons,
    run,
    wait,
    write,
)

pytestmark = pytest.mark.browser
CHAPTERS = ["foundations/perceptron/", "foundations/backpropagation/"]
CHAPTER = CHAPTERS[0]
FIRST, SECOND, THIRD = "first-perceptron", "gates", "proof-race"


def test_a_reader_who_only_reads_loads_no_python(page: Page, site: str) -> None:
    asked = fetched(page)
    page.goto(site + CHAPTER, wait_until="networkidle")
    page.mouse.wheel(0, 5000)
    assert output(cell(page, FIRST)).inner_text().strip()
    assert not [url for url in asked if "/pyodide/" in url or "codemirror" in url]
    scripts = [url for url in set(asked) if "/assets/book/" in url and url.endswith(".js")]
    size = sum(len(gzip.compress(page.request.get(url).body())) for url in scripts)
    assert size < 40_000, f"{size} bytes of script, the explorable's among them"


SHIFTS = """() => {
    self.shifts = [];
    const seen = (list) => list.getEntries().forEach(({ value }) => self.shifts.push(value));
    new PerformanceObserver(seen).observe({ type: "layout-shift" });
}"""


def test_nothing_moves_when_a_cell_wakes(page: Page, site: str) -> None:
    page.goto(site + CHAPTER, wait_until="networkidle")
    first = cell(page, FIRST)
    first.scroll_into_view_if_needed()
    page.wait_for_timeout(1_000)  # what was still loading has its place
    page.evaluate(SHIFTS)
    first.hover()
    expect(page.locator("body > book-status")).to_contain_text("ready", timeout=MINUTE)
    page.wait_for_timeout(500)
    shifts = page.evaluate("self.shifts")
    assert sum(shifts) < 0.001, (
        shifts
    )  # the chip in the corner grows with its words, nothing else
    page.evaluate("document.querySelector('h1').style.marginTop = '90px'; scrollTo(0, 0)")
    page.wait_for_function("() => Math.max(...self.shifts) > 0.001")  # a shift would be seen


TOPS = "[...document.querySelectorAll('.md-content h2, .md-content h3')].map(h => h.getBoundingClientRect().top)"


@pytest.mark.parametrize("device", [{}, {"has_touch": True, "is_mobile": True}])
def test_nothing_moves_when_cells_are_made(
    browser: Browser, site: str, device: dict[str, bool]
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, **device)
    page = context.new_page()
    held: list[Route] = []
    page.route(re.compile(r"/assets/book/(cell|exercise)-"), lambda route: held.append(route))
    page.goto(site + CHAPTER, wait_until="load")
    page.evaluate("document.fonts.ready.then(() => {})")
    page.wait_for_timeout(1_000)
    assert page.locator(".book-bar").count() == 0
    before = page.evaluate(TOPS)
    for route in held:
        route.continue_()
    made = page.locator("book-cell, book-exercise").count()
    expect(page.locator(".book-bar")).to_have_count(made)
    after = page.evaluate(TOPS)
    context.close()
    assert len(before) > 10
    assert after == pytest.approx(before, abs=1)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_running_a_cell_gives_what_stands_under_it(page: Page, site: str, chapter: str) -> None:
    page.goto(site + chapter)
    cells = page.locator("book-cell")
    for index in range(cells.count()):
        element = cells.nth(index)
        standing = output(element).inner_html()
        run(element)
        assert output(element).inner_html() == standing, element.get_attribute("id")


def test_a_cell_brings_along_the_cells_above(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    run(cell(page, THIRD))
    expect(note(cell(page, THIRD))).to_contain_text("after 2 cells above")
    expect(page.locator(".book-error")).to_have_count(0)
    run(cell(page, THIRD))
    expect(note(cell(page, THIRD))).not_to_contain_text("above")


def test_an_edit_loses_no_letter_and_is_kept(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    first = cell(page, FIRST)
    standing = output(first).inner_html()
    first.locator("pre.book-code").focus()
    page.keyboard.type("print(6 * 7)\n")
    assert first.evaluate("cell => cell.code").startswith("print(6 * 7)\n")
    expect(first.locator(".book-bar__edited")).to_be_visible()
    page.keyboard.press("Control+Enter")
    wait(first)
    expect(output(first)).to_contain_text("42")

    page.goto("about:blank")  # Python may be fetching still what its next start wants at hand
    asked = fetched(page)
    page.goto(site + CHAPTER, wait_until="networkidle")
    expect(first.locator("pre.book-code")).to_contain_text("print(6 * 7)")
    assert output(first).inner_html() == standing
    assert not [url for url in asked if "/pyodide/" in url]
    press(first, "Reset")
    expect(first.locator("pre.book-code")).not_to_contain_text("print(6 * 7)")
    page.reload()
    expect(first.locator("pre.book-code")).not_to_contain_text("print(6 * 7)")


def test_reset_brings_back_code_and_output(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    first = cell(page, FIRST)
    code = first.locator("pre.book-code code")
    standing, written = output(first).inner_html(), code.inner_html()
    write(first, "print(0); False")
    run(first)
    assert output(first).inner_text().split() == ["0", "False"]
    press(first, "Reset")
    assert output(first).inner_html() == standing
    assert code.inner_html() == written


def test_an_error_names_the_line(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    first = cell(page, FIRST)
    write(first, "number = 1\nprint('before')\nprint(numbr)")
    run(first)
    expect(output(first)).to_contain_text("before")
    expect(output(first)).to_contain_text("NameError in line 3")
    expect(output(first)).to_contain_text("Did you mean number?")
    expect(note(first)).to_have_text("Stopped by an error in line 3")


def test_stop_ends_a_loop_and_keeps_the_variables(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    first, second, third = (cell(page, name) for name in (FIRST, SECOND, THIRD))
    write(first, "kept = 41")
    run(first)
    write(second, "print('going')\nwhile True:\n    pass")
    press(second, "Run")
    expect(output(second)).to_contain_text("going", timeout=MINUTE)
    press(second, "Stop")
    wait(second)
    expect(note(second)).to_have_text(
        "Stopped. Python started anew and ran again what had been run (1 cell); "
        "what this cell had made is lost."
    )
    write(second, "")
    write(third, "kept + 1")
    run(third)
    expect(output(third)).to_have_text("42")


def test_stop_interrupts_where_the_host_isolates_pages(page: Page, isolated_site: str) -> None:
    page.goto(isolated_site + CHAPTER)
    assert page.evaluate("crossOriginIsolated")
    first = cell(page, FIRST)
    write(first, "import time\nprint('going')\nwhile True:\n    pass")
    press(first, "Run")
    expect(output(first)).to_contain_text("going", timeout=MINUTE)
    workers = pythons(page)
    press(first, "Stop")
    wait(first)
    expect(note(first)).to_have_text("Stopped. What was done up to there stays.")
    write(first, "1 + 1")
    run(first)
    expect(output(first)).to_have_text("2")
    assert workers == []


def test_a_flood_of_output_is_cut(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    first = cell(page, FIRST)
    write(first, "for n in range(30_000):\n    print(n)")
    run(first)
    expect(output(first)).to_contain_text("print less")


def test_python_lives_through_a_change_of_page(page: Page, site: str) -> None:
    workers = pythons(page)
    page.goto(site + CHAPTER)
    run(cell(page, FIRST))
    page.locator("nav a[href*='backpropagation']").first.click()
    expect(page.locator("h1")).to_contain_text("Backpropagation")
    other = page.locator("book-cell").first
    run(other)
    expect(page.locator("book-status")).to_contain_text("Python is ready")
    assert len(workers) == 1
    page.go_back()
    expect(page.locator("h1")).to_contain_text("perceptron", ignore_case=True)
    run(cell(page, SECOND))
    expect(note(cell(page, SECOND))).not_to_contain_text("above")


def test_code_in_a_link_is_shown_and_not_run(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    first = cell(page, FIRST)
    link = link_to(first, "print('from a friend ä → 🙂')")
    page.evaluate("localStorage.clear()")
    page.goto("about:blank")
    asked = fetched(page)
    page.goto(link, wait_until="networkidle")
    expect(first.locator("pre.book-code")).to_contain_text("from a friend ä → 🙂")
    expect(output(first)).not_to_contain_text("from a friend")
    assert not [url for url in asked if "/pyodide/" in url]
    run(first)
    expect(output(first)).to_contain_text("from a friend ä → 🙂")


def test_what_is_made_of_a_links_code_is_kept(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    first = cell(page, FIRST)
    link = link_to(first, "print('from a friend')")
    write(first, "mine = 1")
    page.evaluate("link => { location.href = link }", link)  # while the editor is open
    expect(first.locator(".cm-content")).to_contain_text("from a friend")
    page.goto(site + CHAPTER)
    expect(first.locator("pre.book-code")).to_contain_text("mine = 1")
    page.goto(link)
    expect(first.locator("pre.book-code")).to_contain_text("from a friend")
    write(first, "mine = 2")
    # The address lets go of the link's code.
    page.wait_for_function("() => location.hash === ''")
    page.reload()
    expect(first.locator("pre.book-code")).to_contain_text("mine = 2")
    assert "#code=" not in page.url


def test_no_editor_outlives_its_page(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    first = cell(page, FIRST)
    write(first, "mine = 1")
    expect(first.locator(".cm-editor")).to_be_visible()
    left = first.element_handle()
    page.locator("nav a[href*='backpropagation']").first.click()
    expect(page.locator("h1")).to_contain_text("Backpropagation")
    assert left.evaluate(
        "cell => [cell.isConnected, cell.code, cell.querySelectorAll('.cm-editor').length]"
    ) == [False, "mine = 1", 0]
    page.go_back()
    expect(first.locator("pre.book-code")).to_contain_text("mine = 1")


def test_run_above_is_stopped_while_python_comes(page: Page, site: str) -> None:
    page.route("**/pyodide.mjs", lambda route: (page.wait_for_timeout(1500), route.continue_()))
    page.goto(site + CHAPTER)
    second = cell(page, SECOND)
    second.hover()
    press(second, "Run above")
    press(second, "Stop")
    expect(note(second)).to_contain_text("Not run", timeout=MINUTE)
    expect(page.locator("book-status")).to_contain_text("Python is ready", timeout=MINUTE)
    expect(note(second)).to_contain_text("Not run")


def test_a_failed_start_says_so_and_can_be_tried_again(page: Page, site: str) -> None:
    page.route("**/pyodide/{image,numpy}-*", lambda route: route.abort())
    page.goto(site + CHAPTER)
    first = cell(page, FIRST)
    standing = output(first).inner_html()
    press(first, "Run")
    wait(first)
    expect(note(first)).to_contain_text("Python could not be started. numpy-")
    assert output(first).inner_html() == standing
    page.unroute("**/pyodide/{image,numpy}-*")
    press(first, "Try again")
    wait(first)
    expect(note(first)).to_contain_text("Ran in")


def test_the_keyboard_goes_in_and_out_of_the_code(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    first = cell(page, FIRST)
    code = first.locator("pre.book-code")
    code.focus()
    page.keyboard.press("Tab")
    expect(first.get_by_role("button", name="Run", exact=True)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(code).to_be_focused()
    page.keyboard.press("Enter")
    editor = first.locator(".cm-content")
    expect(editor).to_be_focused()
    expect(first.locator(".book-code__hint")).to_be_visible()
    before = first.evaluate("cell => cell.code")
    page.keyboard.press("Tab")
    assert first.evaluate("cell => cell.code") == "    " + before
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(first.get_by_role("button", name="Run", exact=True)).to_be_focused()
    editor.focus()
    page.keyboard.press("Shift+Enter")
    expect(cell(page, SECOND).locator("pre.book-code")).to_be_focused()


def test_with_data_saving_only_run_loads_python(page: Page, site: str) -> None:
    page.add_init_script(
        "Object.defineProperty(navigator, 'connection', {value: {saveData: true}})"
    )
    asked = fetched(page)
    page.goto(site + CHAPTER, wait_until="networkidle")
    first = cell(page, FIRST)
    first.hover()
    first.locator("pre.book-code").focus()
    page.wait_for_timeout(500)
    assert not [url for url in asked if "/pyodide/" in url]
    run(first)
    assert [url for url in asked if "/pyodide/" in url]


def test_a_phone_gets_large_targets_and_no_sideways_scrolling(
    browser: Browser, site: str
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(site + CHAPTER)
    first = cell(page, FIRST)
    button = first.get_by_role("button", name="Run", exact=True)
    box = button.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    button.tap()
    wait(first)
    expect(note(first)).to_contain_text("Ran in")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
