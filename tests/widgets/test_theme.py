from importlib.resources import files

import pytest
from mkdocs.exceptions import PluginError

from widgets.pages.theme import RULES, boxed, quieten, schemed


@pytest.fixture
def site(tmp_path):
    """A site with the program and the stylesheet of the theme that is installed."""
    assets = files("material") / "templates/assets"
    for source in (
        *assets.glob("javascripts/bundle.*.min.js"),
        *assets.glob("stylesheets/*.min.css"),
    ):
        target = tmp_path / "assets" / source.relative_to(assets)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    return tmp_path


def test_the_program_loses_six_things_and_nothing_else(site):
    (path,) = site.glob("assets/javascripts/*")
    before = path.read_text()
    quieten(site)
    after = path.read_text()
    assert (
        before.count("document.head.appendChild") - after.count("document.head.appendChild")
        == 1
    )
    assert after.count("[href]:not([rel=stylesheet]), [src]") == 1
    assert after.count(":scope > :not([rel=stylesheet])") == 1
    assert after.count(":not(.md-typeset__table)>table:not([class])") == 1
    for watched in ('("pre:not(.mermaid) > code",', '("a",e).map('):
        assert before.count(watched) == 1
        assert after.count(watched) == 0
    for more in (":not([rel=stylesheet])", ":not(.md-typeset__table)>"):
        after = after.replace(more, "")
    assert 0 < len(before) - len(after) < 160


def test_rules_for_tabs_name_what_they_are_for(site):
    quieten(site)
    text = "".join(path.read_text() for path in site.glob("assets/stylesheets/*"))
    assert ".tabbed-labels>label:first-child" in text
    assert ".tabbed-content>.tabbed-block:first-child" in text
    assert ".tabbed-labels>:" not in text
    assert ".tabbed-content>:" not in text


def test_the_stylesheets_lose_three_kinds_of_rules(site):
    def text() -> str:
        return "".join(path.read_text() for path in sorted(site.glob("assets/stylesheets/*")))

    before = text()
    quieten(site)
    after = text()
    assert after.count("{") == after.count("}")
    assert not any(rule.search(after) for rule in RULES.values())
    assert 0 < len(before) - len(after) < 0.1 * len(before)
    quieten(site)
    assert text() == after


@pytest.mark.parametrize(
    ("folder", "word", "message"),
    [
        ("javascripts", '"color-scheme"', "colour scheme in 0 places"),
        ("stylesheets", "data-md-color-switching", "no rules for switching"),
    ],
)
def test_another_theme_stops_the_build(site, folder, word, message):
    for path in site.glob(f"assets/{folder}/*"):
        path.write_text(path.read_text().replace(word, "other"))
    with pytest.raises(PluginError, match=message):
        quieten(site)


def test_a_page_says_at_once_that_it_has_two_papers():
    page = '<head><meta charset="utf-8"><title>'
    assert schemed(page).startswith('<head><meta charset="utf-8"><meta name="color-scheme"')
    with pytest.raises(PluginError, match="no place"):
        schemed("<head><title>")


def test_tables_stand_in_their_boxes():
    box = '<div class="md-typeset__scrollwrap"><div class="md-typeset__table">'
    html = (
        '<table><tr></table><p><table id="a"></table><table class="b"><table></table></table>'
    )
    assert boxed(html) == (
        f'{box}<table><tr></table></div></div><p>{box}<table id="a"></table></div></div>'
        f'<table class="b">{box}<table></table></div></div></table>'
    )
