"""The built site: no link leads nowhere, nothing comes from elsewhere."""

import itertools
import re

import pytest

from .site import ROOT, SITE, Reader, fault, pages

ELSEWHERE = re.compile(r"(?:https?:)?//(?!www\.w3\.org/)[\w.-]+\.\w+")


def test_every_link_inside_the_site_leads_somewhere():
    faults = [
        f"{page.url or 'the front page'}: {link} ({said})"
        for page in pages().values()
        if page.url != "404.html"
        for link in [*page.links, *(address for tag, address in page.fetched if tag != "meta")]
        if not link.startswith(("data:", "mailto:", "javascript:"))
        and (said := fault(page, link))
    ]
    assert not faults, "\n".join(sorted(set(faults)))


def test_a_link_to_nowhere_would_be_found():
    page = pages()[""]
    assert fault(page, "no/such/page/")
    assert fault(page, "notation/#no-such-anchor")
    assert not fault(page, "notation/#five-colours")


def test_every_formula_is_whole():
    assert {url: page.torn for url, page in pages().items() if page.torn} == {}


def test_a_torn_formula_would_be_found():
    reader = Reader("")
    reader.feed("<p><math><msub><mi>a</mi><mn>1</mn></msub><msubsup><mi>a</mi><mn>1</mn></msubsup></math></p>")
    assert reader.page.torn == ["msubsup"]


def own(address: str) -> bool:
    return address.startswith(("http://127.0.0.1:8000/", "https://127.0.0.1:8000/"))


def test_nothing_is_fetched_from_another_host():
    found = [
        f"{page.url}: <{tag}> {address}"
        for page in pages().values()
        for tag, address in page.fetched
        if ELSEWHERE.match(address) and not own(address) and tag != "use"
    ]
    assert not found


@pytest.mark.parametrize("kind", ["css", "html"])
def test_no_style_asks_another_host(kind):
    asks = re.compile(r"url\(\s*[\"']?(?:https?:)?//|@import\s+[\"'](?:https?:)?//")
    found = [
        path.relative_to(SITE).as_posix()
        for path in SITE.rglob(f"*.{kind}")
        if asks.search(path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_pages_that_need_no_mathematics_or_code_are_small():
    """A page is text: the largest should still come quickly over a slow line."""
    sizes = {
        path.relative_to(SITE).as_posix(): path.stat().st_size
        for path in SITE.rglob("index.html")
    }
    assert max(sizes.values()) < 2_500_000, max(sizes, key=sizes.get)


def test_every_page_has_one_title_and_its_headings_in_order():
    for path in SITE.rglob("index.html"):
        body = (
            path.read_text(encoding="utf-8").split("<article", 1)[1].split("</article>", 1)[0]
        )
        levels = [int(level) for level in re.findall(r"<h([1-6])\b", body)]
        assert levels[:1] == [1], f"{path}: the first heading is not the title"
        assert levels.count(1) == 1, f"{path}: more than one title"
        steps = itertools.pairwise(levels)
        assert all(after - before <= 1 for before, after in steps), (
            f"{path}: a level is left out: {levels}"
        )


def test_every_reference_page_links_to_a_chapter():
    for url, page in pages().items():
        if url.startswith("reference/") and url != "reference/":
            targets = " ".join(page.links)
            assert re.search(r"(foundations|convolution|labs)/", targets), url


def test_chapters_link_to_the_reference():
    for chapter in (
        "foundations/perceptron/",
        "foundations/backpropagation/",
        "convolution/cnn/",
    ):
        main = (
            (SITE / chapter / "index.html").read_text(encoding="utf-8").split("<article", 1)[1]
        )
        assert "/reference/" in main.split("</article>")[0], (
            f"{chapter} links to no reference page"
        )


def test_the_site_is_that_of_these_sources():
    """A stale site would make every check here worthless."""
    sources = [
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "docs/labs").glob("*.ipynb"),
        ROOT / "mkdocs.yml",
    ]
    built = (SITE / "sitemap.xml").stat().st_mtime
    newer = [
        path.relative_to(ROOT).as_posix() for path in sources if path.stat().st_mtime > built
    ]
    assert not newer, f"changed since the site was built: {newer}"


def test_the_results_show_every_figure_or_say_where_it_stands():
    page = (SITE / "results/index.html").read_text(encoding="utf-8")
    sections = re.split(r'<h3 id="(\w+)"', page)
    found = dict(zip(sections[1::2], sections[2::2], strict=True))
    assert found.keys() == {
        path.name.split(".")[0] for path in (ROOT / "docs/assets/results").glob("*.json")
    }
    bare = [
        name
        for name, text in found.items()
        if 'class="book-figure__picture"' not in text and "Its figure stands in" not in text
    ]
    assert bare == []
