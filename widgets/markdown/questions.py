"""The question bank: every question that a chapter answers, gathered on one page with a link back."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .chapters import DOCS, Chapter, chapters
from .problems import Problem

SECTION = "Questions answered"
KINDS = ("question", "observation")  # of the curriculum's items: always asked


@dataclass(frozen=True)
class Question:
    """A question, the items of the curriculum that ask it, and its answer in Markdown."""

    items: tuple[str, ...]
    kind: str
    text: str
    anchor: str
    answer: str


def questions(chapter: Chapter, kinds: dict[str, str]) -> Iterator[Question]:
    """The questions of a chapter's closing section; what is neither one by its kind nor by its heading is left out."""
    for section in chapter.below(SECTION)[1:]:
        items = re.search(r'data-item="([^"]+)"', section.attributes)
        listed = items[1].split() if items else []
        asked = [item for item in listed if kinds.get(item) in KINDS]
        if not asked and section.title.endswith("?"):
            asked = [item for item in listed if item in kinds]
        if not asked:
            continue
        if "#" not in section.attributes:
            raise Problem(f"the answer to {asked[0]} needs an id, so that it can be linked to")
        kind = "observation" if "observation" in map(kinds.get, asked) else "question"
        answer = "\n".join(section.lines).strip()
        yield Question(tuple(asked), kind, section.title, section.anchor, answer)


def kinds_of() -> dict[str, str]:
    """What each item of the curriculum is: a question, an observation, a project..."""
    with (DOCS / "curriculum.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["kind"] for row in csv.DictReader(file)}


def bank_markdown(nav: Any, page: str, part: str) -> list[str]:
    """The page's questions, chapter by chapter, each closed until it is opened."""
    lines = ['<book-questions markdown="block">', ""]
    kinds = kinds_of()
    for chapter in chapters(nav, part):
        asked = list(questions(chapter, kinds))
        lines += [f"## {chapter.title}", ""] if asked else []
        for question in asked:
            lines += question_markdown(question, chapter, page)
    return [*lines, "</book-questions>", ""]


def question_markdown(question: Question, chapter: Chapter, page: str) -> list[str]:
    home = chapter.link(page, question.anchor)
    return [
        f'<details id="{question.anchor}" class="book-question" '
        f'data-question="{question.items[0]}" data-kind="{question.kind}" markdown="block">',
        f'<summary markdown="span">{question.text}</summary>',
        "",
        *chapter.moved(question.answer, page).splitlines(),
        "",
        f"[Where it is shown]({home}){{ .book-question__home }}",
        "",
        "</details>",
        "",
    ]
