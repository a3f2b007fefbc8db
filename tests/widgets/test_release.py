import json
from hashlib import sha256
from pathlib import Path

import pytest

from widgets.build.common import BuildError
from widgets.build.release import integrity, release

PAGE = """<!doctype html><html><head><meta charset="utf-8"></head><body>
<script>__md_scope=new URL(".",location)</script><script type="application/json">{{}}</script>
{more}<script src="{up}assets/book/book.js" type="module"></script></body></html>"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name, text in {
        "index.html": PAGE.format(more="", up=""),
        "part/chapter/index.html": PAGE.format(more="", up="../../"),
        "assets/book/book.js": "export {};",
        "assets/book/service-worker.js": "0;",
        "assets/book/book.js.map": "{}",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_every_page_gets_the_same_policy_and_the_hashes_of_its_scripts(site):
    name = release(site)
    pages = [path.read_text() for path in site.rglob("*.html")]
    policies = {page.split("Content-Security-Policy")[1].split(">")[0] for page in pages}
    assert len(policies) == 1
    theme = integrity(b'__md_scope=new URL(".",location)')
    assert f"script-src 'self' 'wasm-unsafe-eval' '{theme}';" in policies.pop()
    assert all(f'integrity="{integrity(b"export {};")}"' in page for page in pages)
    assert all(f'<meta name="book-release" content="{name}">' in page for page in pages)


def test_the_list_holds_what_is_served(site):
    name = release(site)
    listed = json.loads((site / "offline.json").read_text())
    assert listed["release"] == name
    assert [file["path"] for file in listed["files"]] == [
        "assets/book/book.js",
        "",
        "part/chapter/",
    ]
    front = listed["files"][1]
    content = (site / "index.html").read_bytes()
    assert front["size"] == len(content)
    assert front["sha256"] == sha256(content).hexdigest()
    assert (
        (site / "service-worker.js").read_text().startswith(f'globalThis.BOOK_RELEASE="{name}"')
    )


def test_a_second_time_changes_nothing_and_a_changed_file_everything(site):
    name = release(site)
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    assert release(site) == name
    assert {path: path.read_bytes() for path in before} == before
    (site / "assets/book/book.js").write_text("export default 1;")
    assert release(site) != name


@pytest.mark.parametrize(
    "more",
    [
        "<script>alert(1)</script>",
        "<script type='module'>alert(1)</script>",
        "<p onclick='alert(1)'></p>",
        "<a href=' JavaScript:alert(1)'></a>",
    ],
)
def test_what_the_policy_would_not_run_stops_the_release(site, more):
    (site / "index.html").write_text(PAGE.format(more=more, up=""))
    with pytest.raises(BuildError, match=r"index\.html: <"):
        release(site)


def test_a_script_that_is_not_there_stops_the_release(site):
    (site / "assets/book/book.js").unlink()
    with pytest.raises(BuildError, match="no file of the site"):
        release(site)


SHEETS = {
    "assets/theme.css": """b{color:red}
i{background:url("data:image/svg+xml,<svg/>")}/*# sourceMappingURL=theme.css.map */""",
    "assets/book/book.css": "@font-face{src:url(./fonts/f.woff2)} p{color:blue}",
}
FACE = "assets/book/fonts/source-serif-4-latin-wght-normal-ABC.woff2"


@pytest.fixture
def styled(site: Path) -> Path:
    """The site with the theme's stylesheet and the book's."""
    for name, text in (SHEETS | {FACE: ""}).items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text)
    for page, up in ((site / "index.html", ""), (site / "part/chapter/index.html", "../../")):
        links = "".join(f'<link rel="stylesheet" href="{up}{name}">' for name in SHEETS)
        page.write_text(page.read_text().replace("</head>", f"{links}</head>"))
    return site


def test_a_page_has_one_stylesheet_that_holds_all_of_them_in_their_order(styled):
    release(styled)
    chapter = (styled / "part/chapter/index.html").read_text()
    assert chapter.count('rel="stylesheet"') == 1
    assert '<link rel="stylesheet" href="../../assets/book/site.css">' in chapter
    assert f'<link rel="preload" href="../../{FACE}" as="font"' in chapter
    text = (styled / "assets/book/site.css").read_text()
    assert text.index("b{color:red}") < text.index("i{background") < text.index("p{color:blue}")
    assert "sourceMappingURL" not in text
    assert not any((styled / name).exists() for name in SHEETS)


def test_a_second_time_changes_nothing_in_the_stylesheet(styled):
    name = release(styled)
    before = {path: path.read_bytes() for path in styled.rglob("*") if path.is_file()}
    assert release(styled) == name
    assert {path: path.read_bytes() for path in styled.rglob("*") if path.is_file()} == before


def test_the_scripts_of_a_page_wait_until_it_is_drawn(site):
    page = site / "index.html"
    page.write_text(page.read_text().replace(' type="module"', ""))
    release(site)
    assert '<script src="assets/book/book.js" defer integrity=' in page.read_text()
    assert "defer" not in (site / "part/chapter/index.html").read_text()


def test_a_site_in_a_folder_of_its_host_has_its_404_page(styled):
    up = "/books/deep/"
    links = "".join(f'<link rel="stylesheet" href="{up}{name}">' for name in SHEETS)
    lost = PAGE.format(more="", up=up).replace("</head>", f"{links}</head>")
    (styled / "404.html").write_text(lost)
    release(styled)
    text = (styled / "404.html").read_text()
    assert f'<link rel="stylesheet" href="{up}assets/book/site.css">' in text
    assert f'integrity="{integrity(b"export {};")}"' in text


def test_a_stylesheet_that_would_lose_its_pictures_stops_the_release(styled):
    (styled / "assets/theme.css").write_text("i{background:url(images/a.png)}")
    with pytest.raises(BuildError, match=r"theme\.css names images/a\.png"):
        release(styled)


def test_pages_with_different_stylesheets_stop_the_release(styled):
    page = styled / "index.html"
    page.write_text(
        page.read_text().replace('<link rel="stylesheet" href="assets/theme.css">', "")
    )
    with pytest.raises(BuildError, match="the same stylesheets"):
        release(styled)
