"""The theme without what has a browser work out the style of a whole page anew while it opens.

On the longest chapter each of these costs a phone half a second and more. A hook of MkDocs (mkdocs.yml).
"""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

CHARSET = '<meta charset="utf-8">'
SCHEME = '<meta name="color-scheme" content="light dark">'
TABLE = re.compile(r"<table\b([^>]*)>|</table>")
BOX = ('<div class="md-typeset__scrollwrap"><div class="md-typeset__table">', "</div></div>")
PROGRAM = "assets/javascripts/bundle.*.min.js"
PARTS = {
    # It adds <meta name="color-scheme"> and then fills it. Each page has one already, which comes first and so is
    # the one that counts; Chromium starts anew each time all the same.
    "colour scheme": (
        re.compile(r'(\w=\w+\("meta",\{name:"color-scheme"\}\));document\.head\.appendChild\(\w\);'),
        r"\1;",
    ),
    # It makes the addresses in a page absolute, so that they hold after a change of page without a reload; the
    # stylesheets, which all pages share, would be read and applied a second time.
    "addresses": (
        re.compile(r'"\[href\], \[src\]"(?=[^;]*;if\([^{]*\{(\w)\[(\w)\]=\1\[\2\];)'),
        '"[href]:not([rel=stylesheet]), [src]"',
    ),
    # Where a page replaces another, their heads are compared by such addresses.
    "heads": (re.compile(r'":scope > \*"(?=,\w\.head\))'), '":scope > :not([rel=stylesheet])"'),
    # It puts each table into a box that scrolls. Here tables stand in theirs (`boxed`): moving one has all that
    # follows styled anew, by a rule for formulas in Chromium's own stylesheet.
    "tables": (re.compile(r'"table:not\(\[class\]\)"'), '":not(.md-typeset__table)>table:not([class])"'),
    # It watches each piece of code, for buttons and notes that this book has not and for what elements/wide-code.ts
    # does, and asks each link whether it is to be shown in advance.
    "code": (re.compile(r'\.\.\.\w\("pre:not\(\.mermaid\) > code",\w\)\.map\(\w=>[^()]*\([^()]*\)\),'), ""),
    "links": (re.compile(r'\.\.\.\w\("a",\w\)\.map\(\w=>[^()]*\([^()]*\)\),'), ""),
}  # fmt: skip
STYLESHEETS = "assets/stylesheets/*.min.css"
RULES = {
    # The theme marks the body while it changes colours, also when a page opens. All that this prevents is a fade.
    "switching": re.compile(r"\[data-md-color-switching\][^{}]*\{[^{}]*\}"),
    # Which tab is chosen where no script runs; styles/code.css says it for both. Any element may be the subject of
    # these rules, and the theme takes "no-js" away as a page opens.
    "tabs": re.compile(r"[^{},]*\.no-js\b[^{},]*-child[^{},]*,"),
    # These count as soon as any class changes, even that of the page itself; styles/parts.css says the same.
    "tables": re.compile(r"\.md-typeset table:not\(\[class\]\) td>:(?:first|last)-child,[^{}]*\{[^{}]*\}"),
}  # fmt: skip
# Which tab is chosen, for twenty tabs: as the rules came, each was tried on every element of a page.
TABS = re.compile(r"(\.tabbed-(?:(labels)|content)>)(?=:(?:first|nth)-child)")


def on_post_page(output: str, **_: object) -> str:
    return schemed(boxed(output))


def on_post_template(output_content: str, template_name: str, **_: object) -> str:
    return schemed(output_content) if template_name.endswith(".html") else output_content


def on_post_build(config: MkDocsConfig) -> None:
    quieten(Path(config.site_dir))


def schemed(html: str) -> str:
    """A page that tells at once that it has light and dark paper."""
    if html.count(CHARSET) != 1:
        raise PluginError("A page has no place for its colour scheme.")
    return html.replace(CHARSET, CHARSET + SCHEME)


def boxed(html: str) -> str:
    """A page with each table that has no class in the theme's box."""
    opened: list[bool] = []

    def put(tag: re.Match[str]) -> str:
        if tag[1] is None:
            return tag[0] + BOX[1] if opened.pop() else tag[0]
        opened.append("class=" not in tag[1])
        return BOX[0] + tag[0] if opened[-1] else tag[0]

    return TABLE.sub(put, html)


def quieten(site: Path) -> None:
    """Change the theme's program and stylesheets in a site, where they are as they came."""
    (program,) = site.glob(PROGRAM)
    text = program.read_text(encoding="utf-8")
    if PARTS["tables"][1] in text:
        return
    for name, (pattern, instead) in PARTS.items():
        text, found = pattern.subn(instead, text)
        if found != 1:
            raise PluginError(
                f"The theme's program has its {name} in {found} places, not in one."
            )
    program.write_text(text, encoding="utf-8", newline="")
    stylesheets = {path: path.read_text(encoding="utf-8") for path in site.glob(STYLESHEETS)}
    for name, rule in RULES.items():
        if not any(rule.search(text) for text in stylesheets.values()):
            raise PluginError(
                f"The theme's stylesheets have no rules for {name} of the kind that is dropped."
            )
        stylesheets = {path: rule.sub("", text) for path, text in stylesheets.items()}
    for path, text in stylesheets.items():
        path.write_text(narrowed(text), encoding="utf-8", newline="")


def narrowed(css: str) -> str:
    """Rules for tabs that name what they are for."""
    return TABS.sub(lambda rule: rule[1] + ("label" if rule[2] else ".tabbed-block"), css)
