"""The built site, read page by page with the standard library's HTML parser."""

import csv
import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SITE = ROOT / "site"
FETCHED = {"src", "href", "srcset", "poster", "data", "action", "formaction", "xlink:href"}


@dataclass
class Page:
    """What the checks need of a page."""

    url: str  # as the site has it, "foundations/perceptron/"
    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)  # of <a>
    fetched: list[tuple[str, str]] = field(
        default_factory=list
    )  # (tag, address) of all other tags
    answers: dict[str, int] = field(
        default_factory=dict
    )  # item -> letters up to the next heading
    torn: list[str] = field(default_factory=list)  # parts of formulas that lack a part
    text: str = ""


# How many parts each part of a formula in MathML has.
PARTS = dict.fromkeys(("msub", "msup", "mfrac", "mroot", "munder", "mover"), 2)
PARTS |= dict.fromkeys(("msubsup", "munderover"), 3)


class Reader(HTMLParser):
    """Fills a Page."""

    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page(url)
        self.items: list[str] = []
        self.heading = False
        self.formula: list[int] = []  # how many parts each open part of it has so far

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.formula:
            self.formula[-1] += 1
        if self.formula or tag == "math":
            self.formula.append(0)
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.page.ids.add(given["id"])
        if tag == "a" and "name" in given:
            self.page.ids.add(given["name"])
        for name, value in given.items():
            if name in FETCHED and tag == "a":
                self.page.links.append(value)
            elif name in FETCHED or (name == "style" and "url(" in value):
                self.page.fetched.append((tag, value))
        if tag in ("h1", "h2", "h3"):
            self.heading = True
            self.items = [] if "data-item" in given or tag != "h2" else self.items
        if "data-item" in given:
            self.items = given["data-item"].split()
            self.page.answers.update(dict.fromkeys(self.items, 0))

    def handle_endtag(self, tag: str) -> None:
        parts = self.formula.pop() if self.formula else 0
        if parts != PARTS.get(tag, parts):
            self.page.torn.append(tag)
        if tag in ("h1", "h2", "h3"):
            self.heading = False

    def handle_data(self, data: str) -> None:
        if not self.heading:
            for item in self.items:
                self.page.answers[item] += len(data.strip())
        self.page.text += data


@cache
def pages() -> dict[str, Page]:
    """Every page of the built site by its address."""
    if not (SITE / "index.html").exists():
        raise AssertionError(
            "the site is not built: run `python -m mkdocs build --strict` first"
        )
    found = {}
    for path in sorted(SITE.rglob("*.html")):
        url = path.relative_to(SITE).as_posix().removesuffix("index.html")
        reader = Reader(url)
        reader.feed(path.read_text(encoding="utf-8"))
        found[url] = reader.page
    return found


def fault(page: Page, link: str) -> str:
    """Say what is wrong with a link inside the site; nothing when it is right or leads elsewhere."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return ""
    target = urlsplit(urljoin(f"https://book/{page.url}", link))
    where, name = unquote(target.path).lstrip("/"), unquote(target.fragment)
    if where in pages():
        known = pages()[where].ids
        return (
            f"no {name!r} on {where or 'the front page'}" if name and name not in known else ""
        )
    return "" if (SITE / where).is_file() else f"no page {where}"


@cache
def items() -> list[dict[str, str]]:
    """The project's own list of what the book has to answer."""
    with (DOCS / "curriculum.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def chapters_in_nav() -> set[str]:
    """The chapters that mkdocs.yml lists: these are done."""
    nav = re.search(
        r"^nav:\n(.*?)^\S", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.S | re.M
    )
    assert nav, "mkdocs.yml has no nav"
    return {name for name, _ in re.findall(r"([\w/-]+)\.(md|ipynb)$", nav[1], re.M)}
