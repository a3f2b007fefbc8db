"""The theme without what has a browser work out the style of a whole page anew while it opens.

On the longest chapter each of these costs a phone half a second and more.
"""

from __future__ import annotations

import re
from pathlib import Path

from .common import BuildError

PROGRAM = "assets/javascripts/bundle.*.min.js"
PARTS = {
    # It adds <meta name="color-scheme"> and then fills it. A page of a release has one already (release.py), which
    # comes first and so is the one that counts; Chromium starts anew each time all the same.
    "colour scheme": (
        re.compile(r'(\w=\w+\("meta",\{name:"color-scheme"\}\));(?:document\.head\.appendChild\(\w\);)?'),
        r"\1;",
    ),
    # It makes the addresses in a page absolute, so that they hold after a change of page without a reload; the
    # stylesheet, which all pages share, would be read and applied a second time.
    "addresses": (
        re.compile(r'"\[href\](?::not\(\[rel=stylesheet\]\))?, \[src\]"(?=[^;]*;if\([^{]*\{(\w)\[(\w)\]=\1\[\2\];)'),
        '"[href]:not([rel=stylesheet]), [src]"',
    ),
    # Where a page replaces another, their heads are compared by such addresses.
    "heads": (
        re.compile(r'":scope > (?:\*|:not\(\[rel=stylesheet\]\))"(?=,\w\.head\))'),
        '":scope > :not([rel=stylesheet])"',
    ),
    # It puts each table into a box that scrolls. Here tables stand in theirs (`boxed`): moving one has all that
    # follows styled anew, by a rule for formulas in Chromium's own stylesheet.
    "tables": (
        re.compile(r'"(?::not\(\.md-typeset__table\)>)?table:not\(\[class\]\)"'),
        '":not(.md-typeset__table)>table:not([class])"',
    ),
}  # fmt: skip
TABLE = re.compile(r"<table\b([^>]*)>|</table>")
BOX = ('<div class="md-typeset__scrollwrap"><div class="md-typeset__table">', "</div></div>")


def quieten(site: Path) -> None:
    """Change the program of a built site; a second time changes nothing."""
    for path in site.glob(PROGRAM):
        text = path.read_text(encoding="utf-8")
        for name, (pattern, instead) in PARTS.items():
            text, found = pattern.subn(instead, text)
            if found != 1:
                raise BuildError(
                    f"The theme's program has its {name} in {found} places, not in one."
                )
        path.write_text(text, encoding="utf-8", newline="")


def boxed(html: str) -> str:
    """A page with each table that has no class in the theme's box; a second time changes nothing."""
    opened: list[bool] = []

    def put(tag: re.Match[str]) -> str:
        if tag[1] is None:
            return tag[0] + BOX[1] if opened.pop() else tag[0]
        opened.append("class=" not in tag[1] and not html.endswith(BOX[0], 0, tag.start()))
        return BOX[0] + tag[0] if opened[-1] else tag[0]

    return TABLE.sub(put, html)
