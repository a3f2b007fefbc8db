"""The parts of the results page: ` ```results table `, `alone`, `all` or `waiting`."""

from __future__ import annotations

import re
from typing import Any

from book_code.experiments import _report, _result

from .chapters import DOCS, chapters
from .problems import Problem


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
        return ["", *_report.experiments(results, shown_in(nav, page)), ""]
    raise Problem(f"`results {part}` is not known; there is table, alone, all and waiting")


def shown_in(nav: Any, page: str) -> dict[str, str]:
    """The experiments whose figure a chapter shows, each with a link to it."""
    links: dict[str, str] = {}
    for chapter in chapters(nav):
        text = (DOCS / chapter.file).read_text(encoding="utf-8")
        for name in re.findall(r"^```figure (\w+)", text, re.M):
            links.setdefault(name, f"[{chapter.title}]({chapter.link(page, name)})")
    return links
