"""The Python-Markdown extension: reads the fences of a page and puts the book's elements there."""

from __future__ import annotations

import re
from typing import Any

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from .colours import CodeLines, CommentColours
from .experiments import results_markdown
from .fences import Cell, Fence, FenceError, parse, scan
from .formulas import InlineFormula, ResultReference, equation
from .problems import Page, Problem
from .questions import bank_markdown
from .render import Writer, cell_html, exercise_markdown, figure_markdown, quiz_markdown
from .service import ServiceError, service
from .standing import outputs_of
from .stills import still_markdown
from .teaching import plan_markdown, sheet_markdown

ELEMENTS = ("book-cell", "book-exercise", "book-quiz", "book-perceptron", "book-graph")
ELEMENTS += ("book-convolution", "book-receptive-field", "book-lenet", "book-playground")
ELEMENTS += ("book-questions", "book-loss-surface", "book-signal-depth", "book-optimizer-race")
ELEMENTS += ("book-approximator",)
ELEMENTS += ("book-one-neuron", "book-derivative")
GATHERED = {"questions": bank_markdown, "teaching": plan_markdown, "solutions": sheet_markdown}
GATHERED |= {"results": results_markdown, "still": still_markdown}
HEADING_WITH_FORMULA = re.compile(r"^#{1,6} .*(?<!\\)\$\S.*\$")


class BookExtension(Extension):
    """`widgets.markdown` in mkdocs.yml."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.block_level_elements.extend(ELEMENTS)
        md.ESCAPED_CHARS.append("$")
        page = Page()
        after_snippets, after_code, last = 26, 185, 5
        md.preprocessors.register(BookFences(md, page), "book_fences", after_snippets)
        md.inlinePatterns.register(InlineFormula(md, page), "book_formula", after_code)
        md.inlinePatterns.register(ResultReference(md, page), "book_result", after_code - 1)
        md.treeprocessors.register(Labels(md, page), "book_labels", last)
        md.postprocessors.register(CommentColours(md), "book_colours", last)
        md.postprocessors.register(CodeLines(md), "book_lines", last - 1)


class BookFences(Preprocessor):
    """Replaces the fences, and formulas on lines of their own, by Markdown and HTML."""

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self.page = page

    def run(self, lines: list[str]) -> list[str]:
        self.page.start(self.md)
        lines = self.filled(lines)
        self.outputs = self.standing_outputs(lines)
        return self.transform(lines)

    def filled(self, lines: list[str]) -> list[str]:
        """The page with what is gathered for it, which may have cells of its own."""
        done: list[str] = []
        for piece in scan(lines):
            if not isinstance(piece, Fence):
                done.append(piece)
            else:
                done += self.gathered(piece) if piece.kind in GATHERED else piece.source
        return done

    def standing_outputs(self, lines: list[str]) -> dict[str, str]:
        """The HTML of what stands under each cell of the page."""
        cells: list[Cell] = []
        for piece in scan(lines):
            if isinstance(piece, Fence) and piece.kind == "live":
                try:
                    cells.append(parse(piece))  # type: ignore[arg-type]
                except FenceError:
                    continue  # reported where it stands
        if not cells:
            return {}
        try:
            made = outputs_of(self.page.name, cells)
        except ServiceError as error:
            made = [error] * len(cells)
        return {
            cell.id: self.judged(cell, output) for cell, output in zip(cells, made, strict=True)
        }

    def judged(self, cell: Cell, output: list[dict[str, Any]] | ServiceError) -> str:
        """A cell's output as HTML; a failure that its author does not announce is a problem."""
        near = f"id={cell.id}"
        if isinstance(output, ServiceError):
            return self.page.report(f"the cell {cell.id} has no output: {output}", near)
        raised = next((part for part in output if part["kind"] == "error"), None)
        name = raised["name"] if raised else None
        if name != cell.raises:
            said = (
                f"{name} in its line {raised['line']}: {raised['message']}"
                if raised
                else "no error"
            )
            wanted = f" instead of {cell.raises}" if cell.raises else ""
            return self.page.report(f"the cell {cell.id} gives {said}{wanted}", near)
        return service().ask("html", outputs=output)["html"]

    def transform(self, lines: list[str]) -> list[str]:
        done: list[str] = []
        pieces = list(scan(lines))
        while pieces:
            piece = pieces.pop(0)
            if isinstance(piece, Fence):
                done += self.element(piece) if piece.ours else piece.source
            elif piece.strip().startswith("$$"):
                done += self.formula(piece, pieces)
            else:
                if HEADING_WITH_FORMULA.match(piece):
                    self.page.report("a heading has a formula: say it in words there", piece)
                done.append(piece)
        return done

    def gathered(self, fence: Fence) -> list[str]:
        """What a fence is filled with from the chapters or the result files."""
        try:
            part = fence.head.removeprefix(fence.kind).strip()
            return self.filled(GATHERED[fence.kind](self.page.nav, self.page.name, part))
        except Problem as problem:
            return ["", self.page.report(str(problem), fence.source[0]), ""]

    def formula(self, first: str, pieces: list[Fence | str]) -> list[str]:
        """A displayed formula: from `$$` to the line that ends in `$$`."""
        lines = [first]
        while not (lines[-1].strip().endswith("$$") and "\n".join(lines).strip() != "$$"):
            if not pieces or isinstance(pieces[0], Fence) or not pieces[0].strip():
                return [self.page.report("a formula is opened by $$ and not closed", lines[0])]
            lines.append(str(pieces.pop(0)))
        return self.placed(
            equation(lines, self.page), first[: len(first) - len(first.lstrip())]
        )

    def placed(self, html: str, indent: str) -> list[str]:
        """Finished HTML, in a place of its own; an id must show, so that links to it can be checked."""
        opening = re.match(r"<([\w-]+)([^>]*)>", html)
        if indent or not opening or "id=" not in opening[2]:
            return ["", indent + self.md.htmlStash.store(html), ""]
        inner = html[opening.end() : html.rindex("</")]
        kept = self.md.htmlStash.store(inner)
        start = f'<{opening[1]}{opening[2]} markdown="block">'
        return ["", start, "", kept, "", f"</{opening[1]}>", ""]

    def element(self, fence: Fence) -> list[str]:
        try:
            if fence.kind == "live":
                return self.cell(fence)
            if fence.indent:
                raise Problem(
                    f"{fence.kind} stands at the left edge, not inside of a list, tab or box"
                )
            return self.transform(self.written(fence))
        except (FenceError, Problem) as problem:
            said = self.page.report(str(problem), fence.source[0])
            return ["", self.md.htmlStash.store(f"<p>{said}</p>"), ""]

    def cell(self, fence: Fence) -> list[str]:
        cell = parse(fence)
        html = cell_html(cell, self.page.next("cell"), self.outputs[cell.id])  # type: ignore[arg-type]
        return self.placed(html, fence.indent)

    def written(self, fence: Fence) -> list[str]:
        read: Any = parse(fence)
        write = Writer(self.md)
        if fence.kind == "figure":
            return figure_markdown(read, self.page.next("figure"), self.page, write)
        writer = exercise_markdown if fence.kind == "exercise" else quiz_markdown
        return writer(read, self.page.next(fence.kind), write)


class Labels(Treeprocessor):
    """A link without a text, [](#lenet_mnist), is called what it leads to: Figure 3."""

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self.page = page

    def run(self, root: Any) -> None:
        for link in root.iter("a"):
            anchor = link.get("href", "")
            if anchor.startswith("#") and not len(link) and not (link.text or "").strip():
                if label := self.page.labels.get(anchor[1:]):
                    link.text = label
                elif anchor != "#":
                    self.page.report(
                        f"nothing on the page is numbered {anchor}", f"]({anchor})"
                    )
