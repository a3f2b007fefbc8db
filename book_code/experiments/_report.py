"""The results page: every experiment and every number, written from the result files alone.

Nothing of PyTorch is imported for it. The twins, which are NumPy, are run by the site's cells.
"""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from book_code.experiments import _result, _table, twins
from book_code.experiments._result import Result

HERE = Path(__file__).parent
RESULTS = HERE.parents[1] / "docs" / "assets" / "results"
NAMES = {"python": "Python", "numpy": "NumPy", "torch": "PyTorch", "lightning_fabric": "Fabric"}


def published(folder: Path = RESULTS) -> dict[str, list[Result]]:
    """The results by experiment: the published one first, then those of other devices."""
    found: dict[str, list[Result]] = {}
    for path in sorted(folder.glob("*.json"), key=lambda path: path.name.split(".")):
        result = _result.read(path)
        assert result is not None
        group = found.setdefault(result.name, [])
        group.insert(0 if path.stem == result.name else len(group), result)
    return found


def table(results: Mapping[str, list[Result]]) -> str:
    """Every reported value beside ours."""
    body = []
    for name, (result, *_) in results.items():
        title = f'<a href="#{name}">{html.escape(result.title)}</a>'
        for row in _table.rows(result) if result.references else []:
            reported = f"<b>{_said(row[1])}</b> {_said(row[2])}"
            body.append([title, reported, *map(_whole, row[3:])])
            title = ""
    return _grid(("experiment", "reported", "ours", "verdict", "time"), body, "All experiments")


def alone(results: Mapping[str, list[Result]]) -> list[str]:
    """The experiments that no reported value stands beside."""
    return [
        f"- [{_said(result.title)}](#{name}), {_whole(_table.say_seconds(result.wall_time_s))}"
        for name, (result, *_) in results.items()
        if not result.references
    ]


def experiments(
    results: Mapping[str, list[Result]], figures: Mapping[str, str]
) -> Iterator[str]:
    """Each experiment with all that its result files say; `figures` holds its figure, or says where it stands."""
    for name, (result, *others) in results.items():
        yield from [f"### {result.title} {{ #{name} }}", "", _whole(result.alt), ""]
        if name in figures:
            yield from [figures[name], ""]
        yield from ["```bash", f"python -m nox -s figures -- {name}", "```", ""]
        yield from _numbers(result)
        yield from _twin(result)
        for other in others:
            yield from [f"On another device ({other.kind}):", ""]
            yield from _numbers(other)


def _numbers(result: Result) -> Iterator[str]:
    """How one result came about, its metrics, configuration and data."""
    yield from [f'<p class="book-provenance">{_said(origin(result))}</p>', ""]
    metrics = [
        [f"<code>{name}</code>", _plain(entry["mean"]), _plain(entry["sd"]) if len(entry["values"]) > 1 else "",
         _said(entry["unit"]), ", ".join(map(_plain, entry["values"])) if len(entry["values"]) > 1 else ""]
        for name, entry in result.metrics.items()
    ]  # fmt: skip
    heading = ("metric", "mean", "s.d.", "unit", "each seed")
    yield from _folded(f"Every number ({len(metrics)})", _grid(heading, metrics, "Metrics"))
    settings = [[f"<code>{key}</code>", _said(_words(v))] for key, v in result.config.items()]
    yield from _folded("Configuration", _grid(("setting", "value"), settings, "Configuration"))
    if result.data:
        files = [
            [_said(name), f"<code>{digest}</code>"] for name, digest in result.data.items()
        ]
        yield from _folded("Data files", _grid(("file", "sha256"), files, "Data files"))


def _twin(result: Result) -> Iterator[str]:
    """The experiment at the size of a browser: what it shows, and a cell that runs it."""
    if result.name not in twins.names():
        return
    twin = twins.twin(result.name)
    large = "; ".join(
        f"{words}: {twins.say(n)}" for words, n in twins.published(result).items()
    )
    yield f"**The same in your browser.** {_said(twin.TREND)} In the large run: {_whole(large)}."
    cell = f'twins.show("{result.name}")'
    head = f"live id=twin-{result.name.replace('_', '-')}"
    yield from [
        "",
        f"```{head}",
        "from book_code.experiments import twins",
        "",
        cell,
        "```",
        "",
    ]


def origin(result: Result) -> str:
    """How a result came about, in a line."""
    versions = [f"{NAMES.get(key, key)} {value}" for key, value in result.versions.items()]
    memory = f"{result.peak_memory_mb:,.0f} MB at most" if result.peak_memory_mb else ""
    seeds = f"{len(result.seeds)} seeds ({', '.join(map(str, result.seeds))})"
    parts = [seeds, result.device, _table.say_seconds(result.wall_time_s), memory, *versions,
             f"commit {result.commit}", result.finished]  # fmt: skip
    return " · ".join(part for part in parts if part)


def waiting(results: Mapping[str, list[Result]], folder: Path = HERE) -> list[str]:
    """The experiments that are published from a GPU and have no result yet."""
    lines = []
    for path in sorted(folder.glob("[!_]*.py")):
        title, device = _constants(path)
        if path.stem not in results:
            ran = f"waits for a GPU ({device})" if device != "cpu" else "is to be run"
            lines.append(f"- {_said(title)} (`{path.stem}`) {ran}")
    return lines or ["Nothing: every experiment has a result."]


def whole(folder: Path = RESULTS) -> str:
    """The page as one text."""
    results = published(folder)
    parts = [
        "# Results",
        "",
        table(results),
        "",
        *alone(results),
        "",
        "## Every experiment",
        "",
    ]
    parts += [*experiments(results, {}), "## Without a result", "", *waiting(results)]
    return "\n".join(parts)


def _constants(path: Path) -> tuple[str, str]:
    """TITLE and DEVICE of an experiment, read without importing it."""
    found: dict[str, Any] = {"TITLE": path.stem, "DEVICE": "cpu"}
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            found |= {t.id: node.value.value for t in node.targets if isinstance(t, ast.Name)}
    return found["TITLE"], found["DEVICE"]


def _folded(summary: str, content: str) -> list[str]:
    return [f"<details data-search-exclude><summary>{summary}</summary>{content}</details>", ""]


def _grid(heading: Iterable[str], rows: Iterable[Iterable[str]], name: str) -> str:
    """A table of HTML that scrolls by itself where the page is narrow."""
    head = "".join(f'<th scope="col">{cell}</th>' for cell in heading)
    body = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    return (
        f'<div class="book-table" tabindex="0" role="group" aria-label="{name}"><table class="book-grid">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _said(text: str) -> str:
    """Text that neither HTML nor Markdown takes for a sign of its own."""
    said = html.escape(text, quote=False)
    return "".join(f"&#{ord(sign)};" if sign in "*_`[]{}$\\" else sign for sign in said)


def _whole(text: str) -> str:
    """Text in which a number keeps its spread and its unit on the same line."""
    return re.sub(r" (?=±|%|(?:s|min|h|MB)\b)|(?<=±) ", "\N{NO-BREAK SPACE}", _said(text))


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _plain(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"
