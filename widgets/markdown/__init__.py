"""What the book adds to Markdown: cells, exercises, quizzes, figures, formulas, measured numbers.

CONTRIBUTING.md describes what authors write. `parse_page` reads a page for the tests.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .fences import Cell, Exercise, Fence, Figure, Quiz, parse, scan

__all__ = ["Cell", "Exercise", "Figure", "PageContents", "Quiz", "makeExtension", "parse_page"]

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class PageContents:
    """The fences of a page, in order."""

    cells: list[Cell] = field(default_factory=list)
    exercises: list[Exercise] = field(default_factory=list)
    quizzes: list[Quiz] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)


def parse_page(path: Path) -> PageContents:
    """Read the fences of a Markdown file; a FenceError says what cannot be read."""
    contents = PageContents()
    lists: dict[type, list[Any]] = {
        Cell: contents.cells,
        Exercise: contents.exercises,
        Quiz: contents.quizzes,
        Figure: contents.figures,
    }
    for piece in scan(with_snippets(path.read_text(encoding="utf-8").splitlines())):
        if isinstance(piece, Fence) and piece.ours:
            read = parse(piece)
            lists[type(read)].append(read)
    return contents


def with_snippets(lines: list[str]) -> list[str]:
    """The lines with the quoted parts of files in place, as the page will have them."""
    if not any("--8<--" in line for line in lines):
        return lines
    from markdown import Markdown

    options = {"base_path": [str(ROOT)], "check_paths": True, "dedent_subsections": True}
    md = Markdown(
        extensions=["pymdownx.snippets"], extension_configs={"pymdownx.snippets": options}
    )
    return md.preprocessors["snippet"].run(lines)


def makeExtension(**options: Any) -> Any:
    """Called by Python-Markdown for `widgets.markdown`."""
    from .extension import BookExtension

    return BookExtension(**options)
