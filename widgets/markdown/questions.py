"""The question bank: every question that a chapter answers, gathered on one page with a link back."""

from __future__ import annotations

import csv
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .problems import Problem

DOCS = Path(__file__).resolve().parents[2] / "docs"
KINDS = ("question", "observation")  # of the curriculum's items; the others are not asked
SECTION = re.compile(r"^## Questions answered\b")
QUESTION = re.compile(r"^### (?P<text>.+?)\s*\{(?P<attributes>[^}]*)\}\s*$")
LINK = re.compile(r"(?P<text>\[(?:[^\[\]]|\[[^\]]*\])*\])\((?P<target>[^)\s]+)")


@dataclass(frozen=True)
class Question:
    """A question, the items of the curriculum that ask it, and its answer in Markdown."""

    items: tuple[str, ...]
    kind: str
    text: str
    anchor: str
    answer: str


@dataclass(frozen=True)
class Chapter:
    """A chapter's file below docs/, its title and its questions."""

    file: str
    title: str
    questions: list[Question]


def chapters(nav: Any, docs: Path = DOCS) -> Iterator[Chapter]:
    """The chapters that answer questions, in the order of the book."""
    kinds = kinds_of(docs)
    for file in files(nav):
        lines = (docs / file).read_text(encoding="utf-8").splitlines()
        if asked := list(questions(lines, kinds)):
            title = next(line[2:] for line in lines if line.startswith("# "))
            yield Chapter(file, re.sub(r"\s*\{.*\}$", "", title).strip(), asked)


def files(nav: Any) -> Iterator[str]:
    """The Markdown files that a nav of MkDocs lists, at any depth."""
    if isinstance(nav, str):
        if nav.endswith(".md"):
            yield nav
    elif nav:
        for entry in nav.values() if isinstance(nav, dict) else nav:
            yield from files(entry)


def kinds_of(docs: Path) -> dict[str, str]:
    """What each item of the curriculum is: a question, an observation, a project..."""
    with (docs / "curriculum.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["kind"] for row in csv.DictReader(file)}


def questions(lines: list[str], kinds: dict[str, str]) -> Iterator[Question]:
    """The questions of a chapter's closing section; an item that is no question is left out."""
    start = next((at for at, line in enumerate(lines) if SECTION.match(line)), len(lines))
    section = lines[start + 1 :]
    end = next((at for at, line in enumerate(section) if line.startswith("## ")), len(section))
    heads = [(at, found) for at in range(end) if (found := QUESTION.match(section[at]))]
    stops = [*(at for at, _ in heads), end][1:]
    for (at, head), stop in zip(heads, stops, strict=True):
        items = re.search(r'data-item="([^"]+)"', head["attributes"])
        anchor = re.search(r"#([\w-]+)", head["attributes"])
        asked = [item for item in items[1].split() if kinds.get(item) in KINDS] if items else []
        if not asked:
            continue
        if not anchor:
            raise Problem(f"the answer to {asked[0]} needs an id, so that it can be linked to")
        answer = "\n".join(section[at + 1 : stop]).strip()
        kind = "observation" if "observation" in map(kinds.get, asked) else "question"
        yield Question(tuple(asked), kind, head["text"], anchor[1], answer)


def moved(answer: str, file: str, page: str) -> str:
    """An answer whose links lead where they led, from another page than its own."""

    def follow(link: re.Match[str]) -> str:
        target, text = link["target"], link["text"]
        if re.match(r"[a-z]+:", target):
            return link[0]
        path, _, anchor = target.partition("#")
        path = (
            posixpath.normpath(posixpath.join(posixpath.dirname(file), path)) if path else file
        )
        path = posixpath.relpath(path, posixpath.dirname(page) or ".")
        said = text if text != "[]" else "[there]"  # numbered on its own page only
        return f"{said}({path}#{anchor}" if anchor else f"{said}({path}"

    return LINK.sub(follow, answer)


def bank_markdown(nav: Any, page: str) -> list[str]:
    """The page's questions, chapter by chapter, each closed until it is opened."""
    lines = ['<book-questions markdown="block">', ""]
    for chapter in chapters(nav):
        lines += [f"## {chapter.title}", ""]
        for question in chapter.questions:
            lines += question_markdown(question, chapter, page)
    return [*lines, "</book-questions>", ""]


def question_markdown(question: Question, chapter: Chapter, page: str) -> list[str]:
    home = posixpath.relpath(chapter.file, posixpath.dirname(page) or ".")
    return [
        f'<details id="{question.anchor}" class="book-question" data-question="{question.items[0]}" '
        f'data-kind="{question.kind}" markdown="block">',
        f'<summary markdown="span">{question.text}</summary>',
        "",
        *moved(question.answer, chapter.file, page).splitlines(),
        "",
        f"[Where it is shown]({home}#{question.anchor}){{ .book-question__home }}",
        "",
        "</details>",
        "",
    ]
