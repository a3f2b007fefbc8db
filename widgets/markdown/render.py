"""The HTML of the book's elements: complete and readable before, and without, any script."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from pathlib import Path
from typing import Any

from .colours import code_html
from .fences import Cell, Exercise, Figure, Quiz
from .problems import Page, Problem
from .results import provenance, result
from .words import code_words, words_part

ROOT = Path(__file__).resolve().parents[2]
FIGURES = ROOT / "docs/assets/figures"
NUMBER = re.compile(
    r"^[-\N{MINUS SIGN}+]?\d[\d.,]*(e[-+]?\d+)?( ?± ?[\d.,]+(e[-+]?\d+)?)?( ?[%×a-zµ]{1,3})?$",
    re.I,
)


def data_part(data: Any) -> str:
    """Data for an element, in an attribute: the theme's instant navigation runs any <script> anew."""
    return f'<div class="book-data" hidden data-value="{attribute(json.dumps(data))}"></div>'


def attribute(text: object) -> str:
    return html.escape(str(text), quote=True)


def cell_html(cell: Cell, number: int, output: str) -> str:
    return (
        f'<book-cell id="{cell.id}" data-cell="{number}">{code_html(cell.code)}'
        f'<div class="book-output">{output}</div>{data_part({"code": cell.code})}'
        f"{words_part(code_words(cell.code))}</book-cell>"
    )


class Writer:
    """Writes Markdown around pieces of HTML, which are kept apart so that Markdown leaves them alone."""

    def __init__(self, md: Any) -> None:
        self.md = md
        self.lines: list[str] = []

    def html(self, text: str) -> Writer:
        self.lines += ["", self.md.htmlStash.store(text), ""]
        return self

    def markdown(self, text: str) -> Writer:
        self.lines += ["", *text.splitlines(), ""]
        return self

    def tag(self, opening: str) -> Writer:
        self.lines += ["", opening, ""]
        return self

    def box(self, name: str, text: str, tag: str = "div") -> Writer:
        return self.tag(f'<{tag} class="{name}" markdown="1">').markdown(text).tag(f"</{tag}>")

    def details(self, name: str, summary: str) -> Writer:
        self.tag(f'<details class="{name}" data-search-exclude markdown="1">')
        return self.tag(f"<summary>{html.escape(summary)}</summary>")


def exercise_markdown(exercise: Exercise, number: int, write: Writer) -> list[str]:
    data = {
        "id": exercise.id,
        "title": exercise.title,
        "starter": exercise.starter,
        "tests": exercise.tests,
        "hidden": exercise.hidden,
        "solution": exercise.solution,
    }
    title = f'<b class="book-number">Exercise {number}.</b> {html.escape(exercise.title)}'
    write.tag(f'<book-exercise id="{exercise.id}" data-exercise="{number}" markdown="block">')
    write.html(f'<h3 class="book-exercise-title" id="{exercise.id}-exercise">{title}</h3>')
    write.box("book-exercise-prompt", exercise.prompt)
    write.html(f'<div class="book-exercise-starter">{code_html(exercise.starter)}</div>')
    write.details("book-exercise-tests", "What is tested").html(code_html(exercise.tests))
    write.tag("</details>")
    for at, hint in enumerate(exercise.hints, 1):
        of = f" {at} of {len(exercise.hints)}" if len(exercise.hints) > 1 else ""
        write.details("book-exercise-hint", f"Hint{of}").markdown(hint).tag("</details>")
    write.details("book-exercise-solution", "Solution").html(code_html(exercise.solution))
    write.markdown(exercise.remarks).tag("</details>")
    return write.html(data_part(data)).tag("</book-exercise>").lines


def quiz_markdown(quiz: Quiz, number: int, write: Writer) -> list[str]:
    right = [choice.right for choice in quiz.choices]
    write.tag(f'<book-quiz id="{quiz.id}" data-quiz="{number}" markdown="block">')
    plain = re.sub(r"[$`*\\\\]", "", quiz.question.strip().split("\n\n")[0])
    asked = (
        f"<span hidden>: {html.escape(plain)}</span>"  # so that search can tell what is asked
    )
    write.html(f'<h3 class="book-quiz-title" id="{quiz.id}-quiz">Quiz {number}{asked}</h3>')
    write.box("book-quiz-question", quiz.question)
    write.tag('<div class="book-quiz-choices" markdown="1">')
    write.markdown("\n".join(f"1. {choice.text}" for choice in quiz.choices)).tag("</div>")
    write.details("book-quiz-answers", "Answer")
    why = [f"1. **{'Right' if c.right else 'Wrong'}.** {c.why}" for c in quiz.choices]
    write.markdown("\n".join(why)).tag("</details>")
    data = {"id": quiz.id, "right": right, "several": sum(right) > 1}
    return write.html(data_part(data)).tag("</book-quiz>").lines


def figure_markdown(figure: Figure, number: int, page: Page, write: Writer) -> list[str]:
    picture = FIGURES / f"{figure.name}.svg"
    if not picture.exists():
        raise Problem(
            f"there is no figure {figure.name}: draw it with `python -m nox -s figures -- {figure.name}`"
        )
    found = result(figure.name)
    page.labels[figure.name] = f"Figure {number}"
    write.tag(f'<figure id="{figure.name}" class="book-figure" markdown="block">')
    drawing = svg_for_page(picture.read_text(encoding="utf-8"), found.get("alt", ""))
    write.html(framed(drawing))
    if found.get("table"):
        write.html(data_table(found))
    write.tag('<figcaption markdown="block">')
    first = f'<b class="book-number">Figure {number}.</b> {figure.caption}'
    write.markdown(first)
    note = html.escape(provenance(found))
    write.html(f'<p class="book-provenance" data-search-exclude>{note}</p>')
    return write.tag("</figcaption>").tag("</figure>").lines


def svg_for_page(svg: str, alt: str) -> str:
    """The drawing itself, with a name for those who cannot see it."""
    svg = svg[svg.index("<svg") :].strip()
    opening, rest = svg.split(">", 1)
    if alt and "aria-label=" not in opening:
        opening = re.sub(r' (role|aria-hidden)="[^"]*"', "", opening)
        opening = opening.replace("<svg", f'<svg role="img" aria-label="{attribute(alt)}"', 1)
    return f"{opening}>{rest}"


def framed(svg: str) -> str:
    """A drawing in a box of its shape, so that the page keeps its place before it is drawn (styles/parts.css)."""
    sides = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    width = re.search(r"max-width:\s*\d+px", svg)
    style = f"aspect-ratio: {sides[1]} / {sides[2]}; {width[0]}" if sides and width else ""
    return f'<div class="book-figure__picture" style="{style}">{svg}</div>'


def data_table(found: dict[str, Any]) -> str:
    """The numbers of a figure as a table, and as a file to take along."""
    table = found["table"]
    columns, rows = table["columns"], table["rows"]
    head = "".join(f'<th scope="col">{html.escape(str(name))}</th>' for name in columns)
    body = "".join("<tr>" + "".join(cell_of(value) for value in row) + "</tr>" for row in rows)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    address = "data:text/csv;charset=utf-8," + re.sub(
        r"[^\w.,-]",
        lambda sign: "".join(f"%{byte:02X}" for byte in sign[0].encode()),
        text.getvalue(),
    )
    return (
        '<details class="book-figure-data" data-search-exclude><summary>The numbers</summary>'
        f'<div class="book-table" tabindex="0" role="group" aria-label="The numbers of the figure">'
        f'<table class="book-grid"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        f'<p><a href="{attribute(address)}" download="{found["name"]}.csv">Take them along (CSV)</a></p>'
        "</details>"
    )


def cell_of(value: Any) -> str:
    if isinstance(value, float):
        value = f"{value:.4g}"
    elif isinstance(value, int) and not isinstance(value, bool):
        value = f"{value:,}"
    right = ' class="number"' if NUMBER.match(str(value)) else ""
    return f"<td{right}>{html.escape(str(value))}</td>"
