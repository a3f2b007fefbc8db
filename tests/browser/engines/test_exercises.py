"""Exercises and quizzes: judged, explained and kept."""

import json

import pytest

from .actions import EXERCISE, QUIZ, note, open_chapter, press, write
from .engine import MINUTE, Engine
from .host import Host

pytestmark = pytest.mark.browser
VISIBLE = "(node) => node.checkVisibility()"


def data(engine: Engine, element: str) -> dict:
    return json.loads(engine.of(f"{element} .book-data", "(node) => node.dataset.value"))


def test_an_exercise_is_failed_then_passed_and_stays_so(engine: Engine, host: Host) -> None:
    open_chapter(engine, host)
    solution = data(engine, EXERCISE)["solution"]
    write(engine, EXERCISE, "1 / 0")
    press(engine, EXERCISE, "Check")
    engine.shows(f"{EXERCISE} .book-error", "ZeroDivisionError in line 1", seconds=MINUTE)
    assert note(engine, EXERCISE) == "The code stops before it can be tested"
    assert not engine.of(f"{EXERCISE} .book-exercise-solution", VISIBLE)
    write(engine, EXERCISE, solution)
    engine.press("Control+Enter")
    engine.shows(f"{EXERCISE} .book-bar__note", "Solved", seconds=MINUTE)
    assert engine.count(f"{EXERCISE} .book-results__failed") == 0
    assert engine.of(f"{EXERCISE} .book-exercise-solution", VISIBLE)
    engine.reload()
    engine.shows(f"{EXERCISE} .book-bar__note", "Solved")


def test_a_quiz_says_why_and_is_kept(engine: Engine, host: Host) -> None:
    open_chapter(engine, host)
    right = data(engine, QUIZ)["right"]
    for answer, verdict in ((False, "Not yet"), (True, "Right.")):
        choice = right.index(answer) + 1
        engine.click(f"{QUIZ} .book-quiz__choice:nth-child({choice}) input")
        press(engine, QUIZ, "Answer")
        engine.shows(f"{QUIZ} .book-quiz__verdict", verdict)
        assert engine.count(f"{QUIZ} .book-quiz__why") == len(right)
        if not answer:
            press(engine, QUIZ, "Try again")
    engine.reload()
    engine.shows(f"{QUIZ} .book-quiz__verdict", "Right.")
