"""The question bank: searching, filtering, and what the flash cards remember."""

import json

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
BANK = "questions/"
OPEN = ".book-question:visible"


def begin(page: Page, site: str) -> None:
    page.goto(site + BANK)
    expect(page.get_by_role("button", name="Flash cards")).to_be_visible()


def memories(page: Page) -> list[dict]:
    stored = page.evaluate(
        "Object.entries(localStorage).filter(([k]) => k.startsWith('book:card:'))"
    )
    return [json.loads(text) for _, text in stored]


def test_the_search_looks_at_questions_and_answers(page: Page, site: str) -> None:
    begin(page, site)
    total = page.locator(OPEN).count()
    page.get_by_role("searchbox", name="Search the questions").fill("POOLING gradient")
    found = page.locator(OPEN)
    assert 0 < found.count() < total
    for text in found.all_text_contents():
        assert "pooling" in text.lower()
        assert "gradient" in text.lower()
    page.get_by_role("searchbox", name="Search the questions").fill("no such word anywhere")
    expect(page.get_by_role("status").filter(has_text="No question fits")).to_be_visible()
    expect(page.locator("book-questions > h2:visible")).to_have_count(0)
    expect(page.get_by_role("button", name="Flash cards")).to_be_disabled()


def test_a_chapter_and_a_kind_can_be_chosen(page: Page, site: str) -> None:
    begin(page, site)
    page.get_by_label("Chapter").select_option("The perceptron")
    expect(page.locator("book-questions > h2:visible")).to_have_count(1)
    some = page.locator(OPEN).count()
    page.get_by_label("Which").select_option("observation")
    kinds = page.locator(OPEN).evaluate_all("nodes => nodes.map(node => node.dataset.kind)")
    assert 0 < len(kinds) <= some
    assert set(kinds) == {"observation"}


def test_a_link_opens_its_question_and_leads_to_the_chapter(page: Page, site: str) -> None:
    page.goto(site + BANK + "#a1-1-03")
    question = page.locator("#a1-1-03")
    expect(question).to_have_attribute("open", "")
    page.wait_for_timeout(500)  # the theme notes the place a moment after scrolling
    question.get_by_role("link", name="Where it is shown").click()
    page.wait_for_url("**/foundations/perceptron/#a1-1-03")
    expect(page.locator("h3#a1-1-03")).to_be_in_viewport()


def test_cards_are_learned_with_the_keyboard_and_remembered(page: Page, site: str) -> None:
    begin(page, site)
    page.get_by_role("button", name="Flash cards").focus()
    page.keyboard.press("Enter")
    card = page.get_by_role("region", name="Flash card")
    expect(page.locator(OPEN)).to_have_count(0)
    first = card.locator(".book-questions__asked").inner_text()
    expect(card.get_by_role("button", name="Show the answer")).to_be_focused()
    page.keyboard.press("Enter")
    expect(card.locator(".book-questions__told")).to_be_visible()
    page.keyboard.press("Control+4")  # the browser's, for a tab
    expect(card.locator(".book-questions__told")).to_be_visible()
    page.keyboard.press("4")  # easy: days away
    expect(card.locator(".book-questions__asked")).not_to_have_text(first)
    page.keyboard.press("Enter")
    page.keyboard.press("1")  # not known: minutes away
    kept = memories(page)
    waits = sorted((one["due"] - one["last_review"]) / 60_000 for one in kept)
    assert waits[0] < 60
    assert waits[1] > 24 * 60
    page.reload()
    assert memories(page) == kept
    expect(page.get_by_role("status").filter(has_text="2 asked before")).to_be_visible()


def test_what_is_due_comes_first(page: Page, site: str) -> None:
    begin(page, site)
    page.get_by_role("button", name="Flash cards").click()
    page.get_by_role("button", name="Show the answer").click()
    asked = page.locator(".book-questions__asked").inner_text()
    page.get_by_role("button", name="Good").click()
    expect(page.locator(".book-questions__asked")).not_to_have_text(asked)
    page.clock.install()
    page.clock.fast_forward("24:00:00")
    page.goto(site + BANK)
    page.get_by_role("button", name="Flash cards").click()
    expect(page.locator(".book-questions__asked")).to_have_text(asked)


def test_what_was_answered_goes_along_with_the_progress(page: Page, site: str) -> None:
    begin(page, site)
    page.evaluate("localStorage.setItem('book:card:A1.1-01', '{\"due\": \"soon\"}')")
    page.reload()  # a damaged card counts as new
    expect(page.get_by_role("status").filter(has_text="0 asked before")).to_be_visible()
    page.get_by_role("button", name="Flash cards").click()
    page.get_by_role("button", name="Show the answer").click()
    page.get_by_role("button", name="Hard").click()
    assert [memory.get("reps") for memory in memories(page)].count(1) == 1
