"""What a teacher of a part needs, gathered from its chapters: a plan, what goes wrong, a sheet to print."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from . import PageContents, parse_page
from .chapters import DOCS, Chapter, chapters, unlinked
from .fences import Exercise, Fence, Quiz, scan

WORDS_A_MINUTE = (
    238  # silent reading of English non-fiction: Brysbaert 2019, 10.1016/j.jml.2019.104047
)
LINES_A_MINUTE = 20  # of code: three seconds a line
NOT_READ = (
    "Exercises",
    "Quiz",
    "Questions answered",
    "Papers",
)  # looked up, worked on, not read
MISTAKEN = re.compile(
    r"misconception|\bis not( so)?$", re.I
)  # the section that corrects what is believed
STILL = re.compile(r"^<(book-[a-z-]+)\b.*?^</\1>", re.S | re.M)
EXPLORABLE = re.compile(r"^<(book-[a-z-]+) ")


def reading_minutes(chapter: Chapter) -> int:
    """Minutes to read a chapter once, its code included, its exercises and answers left out."""
    skipped = {id(section) for title in NOT_READ for section in chapter.below(title)}
    words = lines = 0
    for section in chapter.sections:
        if id(section) in skipped:
            continue
        text = STILL.sub("", "\n".join(section.lines))  # read only where no script runs
        for piece in scan(text.splitlines()):
            if isinstance(piece, Fence):
                lines += len(piece.body)
            else:
                words += len(re.sub(r"<[^>]*>", " ", piece).split())
    return round(words / WORDS_A_MINUTE + lines / LINES_A_MINUTE)


def plan_markdown(nav: Any, page: str, part: str) -> list[str]:
    """The chapters of a part as a table, then chapter by chapter what to show and what to expect."""
    taught = [(chapter, contents(chapter)) for chapter in chapters(nav, part)]
    lines = [
        "| Chapter | Minutes to read | Cells | Explorables | Exercises | Quiz questions |",
        "|---|--:|--:|--:|--:|--:|",
        *(row(chapter, parts, page) for chapter, parts in taught),
        "",
    ]
    for chapter, parts in taught:
        lines += ["", f"## {chapter.title}", "", *plan(chapter, parts, page)]
    return lines


def row(chapter: Chapter, parts: PageContents, page: str) -> str:
    counts = [
        len(parts.cells),
        len(list(explorables(chapter))),
        len(parts.exercises),
        len(parts.quizzes),
    ]
    numbers = " | ".join(map(str, [reading_minutes(chapter), *counts]))
    return f"| [{chapter.title}]({chapter.link(page)}) | {numbers} |"


def plan(chapter: Chapter, parts: PageContents, page: str) -> Iterator[str]:
    """One chapter of the plan."""
    if shown := list(explorables(chapter)):
        links = [f"[{name}]({chapter.link(page, anchor)})" for name, anchor in shown]
        yield from ["**To try before the explanation:** " + ", ".join(links) + ".", ""]
    wrong = [
        one
        for one in chapter.below("Where it goes wrong")[1:]
        if not MISTAKEN.search(one.title)
    ]
    if wrong:
        yield from ["**What goes wrong, each shown by a cell:**", ""]
        for section in wrong:
            yield f"- [{section.title}]({chapter.link(page, section.anchor)})"
        yield ""
    if ideas := misconceptions(chapter):
        yield from [
            "**Beliefs to set right:**",
            "",
            *chapter.moved(ideas, page).splitlines(),
            "",
        ]
    if parts.quizzes:
        yield from ["**To ask the class:**", ""]
        for quiz in parts.quizzes:
            yield from question(quiz, chapter, page)
    if parts.figures:
        folder = posixpath.relpath("assets/figures", posixpath.dirname(page) or ".")
        links = [
            f"[{one.name}]({folder}/{one.name}.svg){{ download }}" for one in parts.figures
        ]
        yield from ["**Figures to put on a slide (SVG):** " + ", ".join(links) + ".", ""]


def misconceptions(chapter: Chapter) -> str:
    """The list in which a chapter corrects what is often believed."""
    for section in chapter.sections:
        if MISTAKEN.search(section.title):
            return "\n".join(section.lines).strip()
    return ""


def question(quiz: Quiz, chapter: Chapter, page: str) -> Iterator[str]:
    """A quiz as a question with its choices, the right ones marked when it is opened."""
    yield '<details class="book-question" markdown="block">'
    asked = unlinked(" ".join(quiz.question.split()))  # what is pressed holds nothing to press
    yield from [f'<summary markdown="span">{asked}</summary>', ""]
    for choice in quiz.choices:
        mark = "**Right:**" if choice.right else "Wrong:"
        yield chapter.moved(f"- {mark} {choice.text} *{choice.why.replace('*', '')}*", page)
    yield from ["", "</details>", ""]


def explorables(chapter: Chapter) -> Iterator[tuple[str, str]]:
    """The names of a chapter's explorables, and the anchors that lead there."""
    for section in chapter.sections:
        for line in section.lines:
            if found := EXPLORABLE.match(line):
                anchor = re.search(r'\bid="([\w-]+)"', line)
                name = found[1].removeprefix("book-").replace("-", " ")
                yield name, anchor[1] if anchor else section.anchor


def sheet_markdown(nav: Any, page: str, part: str) -> list[str]:
    """The exercises of a part, and from a new sheet of paper on their solutions."""
    taught = [(chapter, contents(chapter).exercises) for chapter in chapters(nav, part)]
    lines: list[str] = []
    for chapter, exercises in taught:
        lines += [f"## {chapter.title}", ""] if exercises else []
        for number, exercise in enumerate(exercises, 1):
            lines += task(exercise, number, chapter, page)
    lines += ['<div class="book-new-sheet" markdown="block">', "", "## Solutions", ""]
    for chapter, exercises in taught:
        for number, exercise in enumerate(exercises, 1):
            lines += solution(exercise, number, chapter, page)
    return [*lines, "</div>", ""]


def task(exercise: Exercise, number: int, chapter: Chapter, page: str) -> list[str]:
    head = f"### {number}. {exercise.title} {{ #{exercise.id} }}"
    prompt = chapter.moved(exercise.prompt, page).splitlines()
    return [head, "", *prompt, "", *code(exercise.starter)]


def solution(exercise: Exercise, number: int, chapter: Chapter, page: str) -> list[str]:
    head = f"### {chapter.title}, {number}. {exercise.title} {{ #{exercise.id}-solution }}"
    remarks = chapter.moved(exercise.remarks, page).splitlines()
    return [head, "", *code(exercise.solution), *remarks, ""]


def code(text: str) -> list[str]:
    return ["````python", *text.splitlines(), "````", ""]


def contents(chapter: Chapter) -> PageContents:
    return parse_page(DOCS / chapter.file)
