"""The fences that authors write, as data: cells, exercises, quizzes and figures.

Nothing here knows HTML or Markdown; `scan` finds the fences of a page, `parse` reads one.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

OPENING = re.compile(r"^(?P<indent>[ \t>]*)(?P<marks>`{3,}|~{3,})[ \t]*(?P<head>[^`]*)$")
SECTION = re.compile(r"^--- *(?P<name>[a-z]+)(?P<rest>.*)$")
CHOICE = re.compile(r"^[-*] \[(?P<mark>[ xX])\] (?P<text>.*)$")
IDENTIFIER = re.compile(r"^[a-z][a-z0-9-]*$")
OPTIONS = {
    "live": {"id", "raises"},
    "exercise": {"id", "title"},
    "quiz": {"id"},
    "figure": set(),
}
SECTIONS = ("starter", "tests", "hidden", "hint", "solution", "remarks", "wrong")


class FenceError(ValueError):
    """A fence that cannot be read, and how to write it."""


@dataclass(frozen=True)
class Fence:
    """A fenced block as it stands in the file; lines are counted from 1."""

    head: str
    body: list[str]
    indent: str
    line: int
    source: list[str]

    @property
    def kind(self) -> str:
        return self.head.split(maxsplit=1)[0] if self.head.strip() else ""

    @property
    def ours(self) -> bool:
        return self.kind in OPTIONS


@dataclass(frozen=True)
class Cell:
    """Code that runs in the page, in one namespace with the page's other cells."""

    id: str
    code: str
    raises: str | None = None
    line: int = 0


@dataclass(frozen=True)
class WrongAnswer:
    """A typical wrong answer, and part of the message that it must get."""

    message: str
    code: str


@dataclass(frozen=True)
class Exercise:
    """A task whose answer is checked by public and hidden tests."""

    id: str
    title: str
    prompt: str
    starter: str
    tests: str
    solution: str
    wrong: list[WrongAnswer]
    hidden: str = ""
    hints: list[str] = field(default_factory=list)
    remarks: str = ""
    line: int = 0

    @property
    def spec(self) -> dict[str, str]:
        """What the kernel needs to check an answer."""
        return {"id": self.id, "tests": self.tests, "hidden": self.hidden}


@dataclass(frozen=True)
class Choice:
    """A possible answer, whether it is right, and why."""

    text: str
    right: bool
    why: str


@dataclass(frozen=True)
class Quiz:
    """A question with choices."""

    id: str
    question: str
    choices: list[Choice]
    line: int = 0


@dataclass(frozen=True)
class Figure:
    """A figure that an experiment has drawn, and its caption."""

    name: str
    caption: str
    line: int = 0


def scan(lines: list[str]) -> Iterator[Fence | str]:
    """The lines of a page, with each fence, ours or not, in one piece."""
    at = 0
    while at < len(lines):
        found = OPENING.match(lines[at])
        end = closing(lines, at, found["marks"]) if found else None
        if found is None or end is None:
            yield lines[at]
            at += 1
            continue
        indent = found["indent"]
        body = [line.removeprefix(indent) for line in lines[at + 1 : end]]
        body = [line if line.strip() else "" for line in body]
        yield Fence(found["head"].strip(), body, indent, at + 1, lines[at : end + 1])
        at = end + 1


def closing(lines: list[str], start: int, marks: str) -> int | None:
    for at in range(start + 1, len(lines)):
        text = lines[at].strip(" \t>")
        if text.startswith(marks) and not text.strip(marks[0]):
            return at
    return None


def parse(fence: Fence) -> Cell | Exercise | Quiz | Figure:
    """Read one of our fences, or raise a FenceError that says how it is written."""
    return {"live": cell, "exercise": exercise, "quiz": quiz, "figure": figure}[fence.kind](
        fence
    )


def options(fence: Fence) -> dict[str, str]:
    try:
        words = shlex.split(fence.head)[1:]
    except ValueError:
        raise FenceError(f"a quote is not closed in: {fence.head}") from None
    chosen: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or key not in OPTIONS[fence.kind]:
            known = ", ".join(f"{name}=..." for name in sorted(OPTIONS[fence.kind]))
            raise FenceError(f"`{word}` is not an option of {fence.kind}; there is {known}")
        chosen[key] = value
    if not IDENTIFIER.match(chosen.get("id", "")):
        raise FenceError(
            f"{fence.kind} needs an id of small letters, digits and hyphens: id=some-name"
        )
    return chosen


def cell(fence: Fence) -> Cell:
    chosen = options(fence)
    return Cell(chosen["id"], "\n".join(fence.body), chosen.get("raises"), fence.line)


def figure(fence: Fence) -> Figure:
    words = fence.head.split()
    if len(words) != 2:
        raise FenceError(
            "a figure is named after its experiment, in one word: figure lenet_mnist"
        )
    caption = "\n".join(fence.body).strip()
    if not caption:
        raise FenceError(f"the figure {words[1]} needs a caption that says what to see")
    return Figure(words[1], caption, fence.line)


def exercise(fence: Fence) -> Exercise:
    chosen = options(fence)
    found = sections(fence)
    wrong = [
        WrongAnswer(rest.lstrip(": ").strip(), text) for rest, text in found.get("wrong", [])
    ]
    for name in ("starter", "tests", "solution"):
        if len(found.get(name, [])) != 1:
            raise FenceError(f"the exercise {chosen['id']} needs one section `--- {name}`")
    if not wrong or not all(answer.message for answer in wrong):
        raise FenceError(
            f"the exercise {chosen['id']} needs a typical wrong answer and part of the message it "
            "gets: `--- wrong: transposed?`"
        )

    def text(name: str) -> str:
        return "\n\n".join(part for _, part in found.get(name, []))

    return Exercise(
        id=chosen["id"],
        title=chosen.get("title", ""),
        prompt=text("prompt"),
        starter=text("starter"),
        tests=text("tests"),
        hidden=text("hidden"),
        hints=[part for _, part in found.get("hint", [])],
        solution=text("solution"),
        remarks=text("remarks"),
        wrong=wrong,
        line=fence.line,
    )


def sections(fence: Fence) -> dict[str, list[tuple[str, str]]]:
    """The parts of an exercise by name: what stands behind the name, and the text."""
    found: dict[str, list[tuple[str, list[str]]]] = {"prompt": [("", [])]}
    current = found["prompt"][0][1]
    for line in fence.body:
        mark = SECTION.match(line)
        if mark and mark["name"] in SECTIONS:
            current = []
            found.setdefault(mark["name"], []).append((mark["rest"], current))
        elif mark:
            raise FenceError(f"`{line}` is no section of an exercise: {', '.join(SECTIONS)}")
        else:
            current.append(line)
    return {
        name: [(rest, "\n".join(text).strip("\n")) for rest, text in parts]
        for name, parts in found.items()
    }


def quiz(fence: Fence) -> Quiz:
    chosen = options(fence)
    question: list[str] = []
    raw: list[list[Any]] = []
    for line in fence.body:
        if mark := CHOICE.match(line):
            raw.append([mark["mark"] != " ", mark["text"]])
        elif raw and line.strip():
            raw[-1][1] += " " + line.strip()
        elif not raw:
            question.append(line)
    choices = [choice(right, text) for right, text in raw]
    if len(choices) < 2 or not any(choice.right for choice in choices):
        raise FenceError(
            f"the quiz {chosen['id']} needs two choices or more, one of them right: `- [x] text :: why`"
        )
    return Quiz(chosen["id"], "\n".join(question).strip(), choices, fence.line)


def choice(right: bool, text: str) -> Choice:
    said, separator, why = text.partition(" :: ")
    if not separator or not why.strip():
        raise FenceError(f"a choice says why it is right or wrong, after ` :: `: {text}")
    return Choice(said.strip(), right, why.strip())
