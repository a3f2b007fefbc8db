"""The parts of the results page: ` ```results table `, `alone`, `all` or `waiting`."""

from __future__ import annotations

import re
from typing import Any

from book_code.experiments import _report, _result

from .chapters import DOCS, chapters
from .problems import Problem
from .render import FIGURES, framed, svg_for_page


def results_markdown(nav: Any, page: str, part: str) -> list[str]:
    """One part of the page, from the result files as they are."""
    try:
        results = _report.published()
    except _result.ResultError as error:
        raise Problem(str(error)) from None
    if part == "table":
        return ["", _report.table(results), ""]
    if part == "alone":
        return ["", *_report.alone(results), ""]
    if part == "waiting":
        return ["", *_report.waiting(results), ""]
    if part == "all":
        shown = shown_in(nav, page)
        figures = {
            name: shown.get(name) or drawn(name, found[0]) for name, found in results.items()
        }
        return ["", *_report.experiments(results, figures), ""]
    raise Problem(f"`results {part}` is not known; there is table, alone, all and waiting")


def shown_in(nav: Any, page: str) -> dict[str, str]:
    """The experiments whose figure a chapter shows, each with where it stands."""
    links: dict[str, str] = {}
    for chapter in chapters(nav):
        text = (DOCS / chapter.file).read_text(encoding="utf-8")
        for name in re.findall(r"^```figure (\w+)", text, re.M):
            link = f"[{chapter.title}]({chapter.link(page, name)})"
            links.setdefault(name, f"Its figure stands in {link}.")
    return links


def drawn(name: str, result: _result.Result) -> str:
    """The figure itself, for an experiment that no chapter shows yet."""
    svg = svg_for_page((FIGURES / f"{name}.svg").read_text(encoding="utf-8"), result.alt)
    return f'<figure class="book-figure">{framed(svg)}</figure>'
