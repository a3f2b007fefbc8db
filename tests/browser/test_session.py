"""A chapter as a full-page session: the page's own cells, cells of one's own, by mouse and by keyboard; and how large the text is set."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .actions import cell, note, output, press, run, save_progress, write

pytestmark = pytest.mark.browser
CHAPTER, FIRST = "foundations/perceptron/", "first-perceptron"
PARTS = "article :is(book-cell, book-exercise)"


def menu(page: Page, label: str) -> None:
    page.locator(".book-status__chip").click()
    page.get_by_role("button", name=label, exact=True).click()


def open_session(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    menu(page, "This chapter as a session")
    expect(page.get_by_role("region", name="Session")).to_be_visible()


def expect_at(page: Page, part: str) -> None:
    expect(page.locator(f"#{part}:focus-within")).to_have_count(1)


def test_only_cells_and_exercises_are_left_in_their_order(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    reading = page.locator(PARTS).evaluate_all("parts => parts.map((part) => part.id)")
    menu(page, "This chapter as a session")
    expect(page.locator("book-session")).to_be_visible()
    expect(page.locator("article > p:visible")).to_have_count(0)
    shown = page.locator(f"{PARTS}:visible")
    assert shown.evaluate_all("parts => parts.map((part) => part.id)") == reading
    for hidden in ("article > p", "article > figure", ".md-header", ".md-footer", ".md-path"):
        expect(page.locator(f"{hidden}:visible")).to_have_count(0)
    press(page.locator("book-session"), "Text")
    expect(page.locator("article > p:visible").first).to_be_attached()


def test_edits_and_variables_are_those_of_the_page_and_one_comes_back_to_the_place(
    page: Page, site: str
) -> None:
    page.goto(site + CHAPTER)
    write(cell(page, FIRST), "mine = 42")
    place = page.locator("h2").nth(2)
    place.evaluate("heading => scrollTo(0, heading.offsetTop - 200)")
    before = place.bounding_box()
    menu(page, "This chapter as a session")
    assert cell(page, FIRST).evaluate("cell => cell.code") == "mine = 42"
    press(page.locator("book-session"), "Back to the page")
    after = place.bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 2
    menu(page, "This chapter as a session")
    cell(page, FIRST).scroll_into_view_if_needed()
    cell(page, FIRST).locator(".cm-content").focus()
    press(page.locator("book-session"), "Add a cell")
    scratch = cell(page, "scratch-1")
    write(scratch, "print(mine + 1)")
    run(scratch)
    expect(output(scratch)).to_have_text("43")
    expect(note(scratch)).to_contain_text("after 1 cell above")
    press(page.locator("book-session"), "Back to the page")
    expect(cell(page, FIRST)).to_be_in_viewport()
    expect(scratch).to_have_count(0)


def test_cells_of_ones_own_are_kept_and_can_be_removed(page: Page, site: str) -> None:
    open_session(page, site)
    page.keyboard.press("Alt+PageDown")
    here = page.locator(PARTS).nth(1).get_attribute("id")
    expect_at(page, str(here))
    page.keyboard.press("Alt+Insert")
    write(cell(page, "scratch-1"), "first = 1")
    page.keyboard.press("Alt+Insert")
    write(cell(page, "scratch-2"), "second = 2")
    order = f"#{here} + #scratch-1 + #scratch-2"
    expect(page.locator(order)).to_have_count(1)
    assert "session" in page.url
    page.reload()
    expect(page.locator(order)).to_be_visible()
    assert cell(page, "scratch-2").evaluate("cell => cell.code") == "second = 2"
    press(cell(page, "scratch-1"), "Remove")
    expect(page.locator(f"#{here} + #scratch-2")).to_be_visible()
    press(page.locator("book-session"), "Undo")
    expect(page.locator(order)).to_be_visible()
    assert cell(page, "scratch-1").evaluate("cell => cell.code") == "first = 1"


def test_two_tabs_and_a_file_lose_no_cell_of_ones_own(
    page: Page, site: str, tmp_path: Path
) -> None:
    open_session(page, site)
    press(page.locator("book-session"), "Add a cell")
    write(cell(page, "scratch-1"), "first = 1")
    other = page.context.new_page()
    open_session(other, site)
    press(other.locator("book-session"), "Add a cell")
    write(cell(other, "scratch-2"), "second = 2")
    press(page.locator("book-session"), "Add a cell")
    write(cell(page, "scratch-3"), "third = 3")
    page.reload()
    for name, code in (("1", "first = 1"), ("2", "second = 2"), ("3", "third = 3")):
        assert cell(page, f"scratch-{name}").evaluate("cell => cell.code") == code

    file = save_progress(page, tmp_path)
    for name in ("1", "2", "3"):
        press(cell(page, f"scratch-{name}"), "Remove")
    expect(page.locator("[data-scratch]")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("region", name="Session")).to_be_visible()
    page.locator("book-status input[type=file]").set_input_files(file)
    expect(page.locator("[data-scratch]")).to_have_count(3)
    assert cell(page, "scratch-2").evaluate("cell => cell.code") == "second = 2"


def test_a_broken_cell_of_ones_own_is_nothing_that_the_chapter_needs(
    page: Page, site: str
) -> None:
    open_session(page, site)
    cell(page, FIRST).locator("pre.book-code").focus()
    page.keyboard.press("Alt+Insert")
    write(cell(page, "scratch-1"), "raise ValueError('mine')")
    second = page.locator("book-cell:not([data-scratch])").nth(1)
    run(second)
    expect(note(second)).not_to_contain_text("error")


def test_the_keyboard_goes_from_cell_to_cell(page: Page, site: str) -> None:
    open_session(page, site)
    parts = page.locator(PARTS).evaluate_all("parts => parts.map((part) => part.id)")
    for part in parts[1:]:
        page.keyboard.press("ArrowDown")
        expect_at(page, part)
    page.keyboard.press("ArrowUp")
    expect_at(page, parts[-2])
    write(page.locator(f"#{parts[-2]}"), "a\nb\nc")
    page.keyboard.press("ArrowUp")
    expect_at(page, parts[-2])
    page.keyboard.press("Alt+PageUp")
    expect_at(page, parts[-3])


def test_another_page_is_read_as_ever(page: Page, site: str) -> None:
    open_session(page, site)
    page.keyboard.press("Escape")
    page.locator("a.md-footer__link--next").evaluate("link => link.click()")
    expect(page.locator("h1")).not_to_contain_text("perceptron")
    expect(page.locator(".md-header")).to_be_visible()
    expect(page.locator("article > p:visible").first).to_be_attached()


def test_a_phone_shows_all_of_it(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_session(page, site)
    for _ in range(2):
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width == 390
        for button in page.locator("book-session button:visible").all():
            box = button.bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
        press(page.locator("book-session"), "Text")


def sizes(page: Page) -> tuple[float, float]:
    text, code = (
        page.locator(part).first.evaluate("part => parseFloat(getComputedStyle(part).fontSize)")
        for part in ("article > p", "article pre > code")
    )
    return text, code


def test_the_size_of_text_and_code_is_kept(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    plain = sizes(page)
    page.locator(".book-status__chip").click()
    seen = [plain]
    for _ in range(4):
        page.get_by_role("button", name="Larger text").click()
        seen.append(sizes(page))
    assert seen == sorted(set(seen)), "every step is larger than the one before, text and code"
    expect(page.locator(".book-status__sized")).to_have_text("175 %")
    page.reload()
    assert sizes(page) == seen[-1]
    page.keyboard.press("-")
    assert sizes(page) == seen[-2]
    page.keyboard.press("0")
    assert sizes(page) == plain
    write(cell(page, FIRST), "x = 1")
    page.keyboard.insert_text("-0+")
    assert sizes(page) == plain
    editor = cell(page, FIRST).locator(".cm-content")
    small = editor.evaluate("code => parseFloat(getComputedStyle(code).fontSize)")
    page.locator(".book-status__chip").click()
    page.get_by_role("button", name="Larger text").click()
    assert editor.evaluate("code => parseFloat(getComputedStyle(code).fontSize)") > small
