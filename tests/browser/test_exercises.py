"""Exercises and quizzes: what a reader is told, and what is kept and taken along."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from .actions import MINUTE, check, note, press, save_progress, wait, write

pytestmark = pytest.mark.browser
CHAPTER = "foundations/perceptron/"
EXERCISE, QUIZ = "predict-update", "quiz-right"


def exercise(page: Page) -> Locator:
    return page.locator(f"book-exercise#{EXERCISE}")


def data(element: Locator) -> dict:
    return json.loads(element.locator(".book-data").get_attribute("data-value") or "")


def test_a_wrong_answer_is_told_what_is_wrong(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    task = exercise(page)
    expect(task.locator(".book-exercise-solution")).to_be_hidden()
    check(task)
    assert task.locator(".book-results__failed").count() + task.locator(".book-error").count()
    write(task, "1 / 0")
    check(task)
    expect(task.locator(".book-error")).to_contain_text("ZeroDivisionError in line 1")
    expect(note(task)).to_have_text("The code stops before it can be tested")
    check(task)
    expect(task.locator(".book-exercise-solution")).to_be_visible()


def test_the_right_answer_is_solved_and_stays_so(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    task = exercise(page)
    write(task, data(task)["solution"])
    page.keyboard.press("Control+Enter")
    wait(task)
    expect(note(task)).to_contain_text("Solved")
    expect(task.locator(".book-results__failed")).to_have_count(0)
    expect(task.locator(".book-exercise-solution")).to_be_visible()
    page.reload()
    expect(note(task)).to_have_text("Solved")
    expect(task.locator(".book-exercise-solution")).to_be_visible()
    press(task, "Reset")
    expect(task.locator(".book-exercise-solution")).to_be_hidden()


def test_hints_come_one_by_one(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    task = exercise(page)
    hints = task.locator(".book-exercise-hint")
    assert hints.count() > 0
    expect(hints.first).to_be_hidden()
    press(task, "Hint")
    expect(hints.first).to_have_attribute("open", "")
    page.reload()
    expect(hints.first).to_be_visible()


def test_an_endless_answer_can_be_stopped(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    task = exercise(page)
    write(task, "while True:\n    pass")
    press(task, "Check")
    expect(note(task)).to_have_text("Checking…", timeout=MINUTE)
    press(task, "Stop")
    expect(note(task)).to_have_text("Stopped")


def test_a_quiz_says_why_and_is_kept(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    quiz = page.locator(f"book-quiz#{QUIZ}")
    right = data(quiz)["right"]
    answer = quiz.get_by_role("button", name="Answer")
    expect(answer).to_be_disabled()
    quiz.get_by_role("radio").nth(right.index(False)).check()
    answer.click()
    expect(quiz.locator(".book-quiz__verdict")).to_contain_text("Not yet")
    expect(quiz.locator(".book-quiz__why")).to_have_count(len(right))
    expect(quiz.locator(".book-quiz__why").first).to_be_visible()
    press(quiz, "Try again")
    quiz.get_by_role("radio").nth(right.index(True)).check()
    answer.click()
    expect(quiz.locator(".book-quiz__verdict")).to_have_text("Right.")
    page.reload()
    expect(quiz.locator(".book-quiz__verdict")).to_have_text("Right.")


def test_progress_goes_along_as_a_file(page: Page, site: str, tmp_path: Path) -> None:
    page.goto(site + CHAPTER)
    task = exercise(page)
    write(task, "my_answer = 1")
    file = save_progress(page, tmp_path)
    assert "my_answer = 1" in file.read_text(encoding="utf-8")

    page.evaluate("localStorage.clear()")
    page.reload()
    expect(task.locator("pre.book-code")).not_to_contain_text("my_answer")
    page.locator("book-status input[type=file]").set_input_files(file)
    expect(task.locator("pre.book-code")).to_contain_text("my_answer = 1")


def test_two_tabs_lose_neither_answer_nor_hints(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    other = page.context.new_page()
    other.goto(site + CHAPTER)
    expect(note(exercise(other))).to_be_attached()
    solution = data(exercise(page))["solution"]
    write(exercise(page), solution)
    check(exercise(page))
    expect(note(exercise(page))).to_contain_text("Solved")
    press(exercise(other), "Hint")
    page.reload()
    task = exercise(page)
    expect(note(task)).to_have_text("Solved")
    assert task.evaluate("task => task.code") == solution
    expect(task.locator(".book-exercise-hint").first).to_be_visible()


def test_an_answer_that_is_judged_after_its_reader_left_changes_no_newer_one(
    page: Page, site: str
) -> None:
    page.goto(site + CHAPTER)
    write(exercise(page), "import time\ntime.sleep(4)\n1 / 0")
    press(exercise(page), "Check")
    page.locator("nav a[href*='backpropagation']").first.click()
    expect(page.locator("h1")).to_contain_text("Backpropagation")
    page.go_back()
    expect(page.locator("h1")).to_contain_text("perceptron", ignore_case=True)
    task = exercise(page)
    write(task, "newer = 1")
    expect(page.locator("book-status")).to_contain_text("Python is ready", timeout=MINUTE)
    page.reload()
    # Its script comes after the page.
    page.wait_for_function("!!customElements.get('book-exercise')")
    assert task.evaluate("task => task.code") == "newer = 1"


def test_a_browser_that_stores_nothing_breaks_nothing(page: Page, site: str) -> None:
    page.add_init_script(
        "const refuse = () => { throw new DOMException('no', 'SecurityError') };"
        "for (const name of ['getItem', 'setItem', 'removeItem', 'key'])"
        "  Storage.prototype[name] = function (key) {"
        "    return this === sessionStorage || String(key).startsWith('/') ? null : refuse() };"
    )
    page.goto(site + CHAPTER)
    task = exercise(page)
    write(task, data(task)["solution"])
    check(task)
    expect(note(task)).to_contain_text("Solved")
