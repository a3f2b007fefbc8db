"""The stylesheets of a built site in one file: a page waits for one answer before it draws, not for four.

The theme sends two, mkdocstrings one and the book one, and every page of the site has all of them.
"""

from __future__ import annotations

import re
from pathlib import Path

from .common import BuildError, file_at

NAME = "assets/book/site.css"  # beside book.css, whose fonts it has by the same addresses
LINK = re.compile(r'<link\b(?=[^>]*\srel="?stylesheet)(?=[^>]*\shref="([^"]+)")[^>]*>\s*')
TEXT_FACE = "assets/book/fonts/source-serif-4-latin-wght-normal-*.woff2"
ADDRESS = re.compile(r"""url\(\s*["']?(?!data:|#)([^"')]+)""")
NOTE = re.compile(r"/\*# sourceMappingURL=.*?\*/")


def joined(site: Path, pages: dict[Path, str]) -> dict[Path, str]:
    """Write the one stylesheet, drop those that it holds; the pages, each linked to it."""
    sheets = {tuple(linked(site, path, text)) for path, text in pages.items()} - {()}
    if not sheets or sheets == {(site / NAME,)}:
        return pages
    if len(sheets) > 1:
        raise BuildError("The pages do not all have the same stylesheets, in the same order.")
    (every,) = sheets
    (site / NAME).write_text(
        "\n".join(content(site, sheet) for sheet in every), encoding="utf-8"
    )
    for sheet in every:
        sheet.unlink()
    faces = [face.relative_to(site).as_posix() for face in site.glob(TEXT_FACE)]
    return {path: relinked(text, faces) for path, text in pages.items()}


def linked(site: Path, page: Path, text: str) -> list[Path]:
    return [file_at(site, page, link[1]) for link in LINK.finditer(text)]


def content(site: Path, sheet: Path) -> str:
    """What a stylesheet says, without what would not hold elsewhere."""
    if not sheet.is_file():
        raise BuildError(
            f"The pages have a stylesheet {sheet.relative_to(site)}, which is no file."
        )
    text = NOTE.sub("", sheet.read_text(encoding="utf-8"))
    if sheet.parent != (site / NAME).parent and (found := ADDRESS.search(text)):
        raise BuildError(
            f"{sheet.relative_to(site)} names {found[1]}, which would be lost in {NAME}."
        )
    return text


def relinked(text: str, faces: list[str]) -> str:
    """The first link leads to the one stylesheet, the others go; the face of the text is asked for at once."""
    if not (first := LINK.search(text)):
        return text
    root = first[1].split("assets/")[0]
    links = [f'<link rel="stylesheet" href="{root}{NAME}">']
    links += [
        f'<link rel="preload" href="{root}{face}" as="font" type="font/woff2" crossorigin>'
        for face in faces
    ]
    return text[: first.start()] + "".join(links) + LINK.sub("", text[first.end() :])
