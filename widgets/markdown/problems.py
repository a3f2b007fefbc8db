"""Problems of a page, with its name and line: warnings, so that `mkdocs build --strict` fails on them."""

from __future__ import annotations

import html
import logging
from pathlib import Path
from typing import Any

log = logging.getLogger("mkdocs.widgets")


class Problem(Exception):
    """Something that the author has to change."""


class Page:
    """The page that is being converted: where its problems are, and what has been numbered on it."""

    name = "page"
    source: list[str]

    def __init__(self) -> None:
        self.source = []
        self.nav: Any = None  # of the whole book
        self.labels: dict[str, str] = {}  # what a link to an anchor is called: Figure 3, (2)
        self.counts: dict[str, int] = {}

    def start(self, md: Any) -> None:
        """Forget the page before; learn from MkDocs, if it is there, which file this is."""
        self.__init__()  # type: ignore[misc]
        if "relpath" not in md.treeprocessors:
            return
        self.nav = md.treeprocessors["relpath"].config.nav
        file = md.treeprocessors["relpath"].file
        self.name = file.src_uri
        path = Path(file.abs_src_path or "")
        self.source = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []

    def next(self, kind: str) -> int:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return self.counts[kind]

    def line_of(self, text: str) -> int | None:
        """The line of the file in which this text stands first."""
        first = text.strip().splitlines()[0] if text.strip() else ""
        return next(
            (n for n, line in enumerate(self.source, 1) if first and first in line), None
        )

    def report(self, message: str, near: str) -> str:
        """Log a problem; give what stands in its place on the page."""
        line = self.line_of(near)
        log.warning("docs/%s%s: %s", self.name, f":{line}" if line else "", message)
        return f'<span class="book-problem">{html.escape(message)}</span>'
