"""Chapters as other pages need them: their order, sections, questions; links that still lead there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .problems import Problem

DOCS = Path(__file__).resolve().parents[2] / "docs"
HEADING = re.compile(r"^(?P<level>#{1,6}) (?P<text>.+?)\s*(?:\{(?P<attributes>[^}]*)\})?\s*$")
FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
LINK = re.compile(r"(?P<text>\[(?:[^\[\]]|\[[^\]]*\])*\])\((?P<target>[^)\s]+)")


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it, to the next heading of any level."""

    level: int
    title: str
    attributes: str
    lines: list[str]

    @property
    def anchor(self) -> str:
        """The id that the heading has, or that the table of contents gives it."""
        given = re.search(r"#([\w-]+)", self.attributes)
        plain = re.sub(r"[^\w\s-]", "", self.title).strip().lower()
        return given[1] if given else re.sub(r"[-\s]+", "-", plain)


@dataclass(frozen=True)
class Chapter:
    """A chapter's file below docs/ and its sections, in order."""

    file: str
    sections: list[Section]

    @property
    def title(self) -> str:
        return self.sections[0].title

    def below(self, title: str) -> list[Section]:
        """The sections inside of the second-level one of this title, itself the first."""
        found: list[Section] = []
        for section in self.sections:
            if section.level <= 2:
                if found:
                    break
                if section.level == 2 and section.title == title:
                    found = [section]
            elif found:
                found.append(section)
        return found

    def link(self, page: str, anchor: str = "") -> str:
        """The way there from another page."""
        path = posixpath.relpath(self.file, posixpath.dirname(page) or ".")
        return f"{path}#{anchor}" if anchor else path

    def moved(self, text: str, page: str) -> str:
        """Markdown of this chapter whose links lead where they led, from another page."""

        def follow(link: re.Match[str]) -> str:
            target, said = link["target"], link["text"]
            if re.match(r"[a-z]+:", target):
                return link[0]
            path, _, anchor = target.partition("#")
            folder = posixpath.dirname(self.file)
            path = posixpath.normpath(posixpath.join(folder, path)) if path else self.file
            path = posixpath.relpath(path, posixpath.dirname(page) or ".")
            said = said if said != "[]" else "[there]"  # numbered on its own page only
            return f"{said}({path}#{anchor}" if anchor else f"{said}({path}"

        return LINK.sub(follow, text)


def chapters(nav: Any, part: str = "", docs: Path = DOCS) -> list[Chapter]:
    """The pages of a part, a folder of docs/, in the order of the book; of all parts without one."""
    if part and not (docs / part).is_dir():
        raise Problem(f"there is no part {part}: it is a folder of docs/")
    wanted = [file for file in files(nav) if file.startswith(part and f"{part}/")]
    return [read(file, docs) for file in wanted]


def read(file: str, docs: Path = DOCS) -> Chapter:
    """Read a chapter; what stands in a fence is no heading."""
    lines = (docs / file).read_text(encoding="utf-8").splitlines()
    sections: list[Section] = []
    inside = ""
    for line in lines:
        fence = FENCE.match(line)
        if fence and not inside:
            inside = fence[1]
        elif fence and fence[1].startswith(inside):
            inside = ""
        head = None if inside or fence else HEADING.match(line)
        if head:
            sections.append(
                Section(len(head["level"]), head["text"], head["attributes"] or "", [])
            )
        elif sections:
            sections[-1].lines.append(line)
    return Chapter(file, sections)


def unlinked(text: str) -> str:
    """Markdown with the words of its links, and without the links."""
    return re.sub(LINK.pattern + r"[^)]*\)", lambda link: link["text"][1:-1] or "there", text)


def files(nav: Any) -> Iterator[str]:
    """The Markdown files that a nav of MkDocs lists, at any depth."""
    if isinstance(nav, str):
        if nav.endswith(".md"):
            yield nav
    elif nav:
        for entry in nav.values() if isinstance(nav, dict) else nav:
            yield from files(entry)
