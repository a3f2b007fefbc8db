"""Formulas, set by KaTeX when the book is built: $x$ in the text and $$...$$ on lines of their own."""

from __future__ import annotations

import functools
import re
from typing import Any

from markdown.inlinepatterns import InlineProcessor

from .problems import Page, Problem
from .results import REFERENCE, reference
from .service import ServiceError, service
from .words import formula_words, words_part

INLINE = r"(?<![\\$])\$(?![\s$])((?:\\.|[^$\\])+?)(?<!\s)\$(?![\d$])"
FOLLOWING = re.compile(r"[,.;:!?)\u2019\u201d]+(?=\s|$)")
TAG = re.compile(r"\\tag\{([^}]*)\}")


@functools.cache
def set_formula(tex: str, display: bool) -> str:
    try:
        return service().ask("math", tex=tex, display=display)["html"]
    except ServiceError as error:
        raise Problem(f"the formula `{tex.strip()}` cannot be set: {error}") from None


def equation(lines: list[str], page: Page) -> str:
    """The HTML of a displayed formula; a tagged one gets an anchor, `eq-1`."""
    tex = "\n".join(lines).strip().removeprefix("$$").removesuffix("$$").strip()
    try:
        formula = set_formula(tex, True)
    except Problem as problem:
        return f"<p>{page.report(str(problem), lines[0] if len(lines) == 1 else lines[1])}</p>"
    anchor = ""
    if tag := TAG.search(tex):
        name = "eq-" + re.sub(r"\W+", "-", tag[1]).strip("-")
        page.labels[name] = f"({tag[1]})"
        anchor = f' id="{name}"'
    return f'<div class="book-equation"{anchor}><div>{formula}</div>{words_part(formula_words(tex))}</div>'


class InlineFormula(InlineProcessor):
    """$x$ in a line of text."""

    def __init__(self, md: Any, page: Page) -> None:
        super().__init__(INLINE, md)
        self.page = page

    def handleMatch(self, match: re.Match[str], text: str) -> tuple[str, int, int]:  # type: ignore[override]
        try:
            made = set_formula(match[1], False)
        except Problem as problem:
            made = self.page.report(str(problem), match[0])
        if sign := FOLLOWING.match(text, match.end()):
            joined = f'<span class="book-joined">{made}{sign[0]}</span>'
            return self.md.htmlStash.store(joined), match.start(), sign.end()
        return self.md.htmlStash.store(made), match.start(), match.end()


class ResultReference(InlineProcessor):
    """{{ name.metric }}: a number that an experiment has measured."""

    def __init__(self, md: Any, page: Page) -> None:
        super().__init__(REFERENCE, md)
        self.page = page

    def handleMatch(self, match: re.Match[str], text: str) -> tuple[str, int, int]:  # type: ignore[override]
        try:
            made = reference(match)
        except Problem as problem:
            made = self.page.report(str(problem), match[0])
        return self.md.htmlStash.store(made), match.start(), match.end()
