from importlib.resources import files

import pytest

from widgets.build.common import BuildError
from widgets.build.theme import boxed, quieten


@pytest.fixture
def program(tmp_path):
    """The program of the theme that is installed, in a site."""
    folder = tmp_path / "assets/javascripts"
    folder.mkdir(parents=True)
    (source,) = (files("material") / "templates/assets/javascripts").glob("bundle.*.min.js")
    path = folder / source.name
    path.write_bytes(source.read_bytes())
    return tmp_path, path


def test_the_program_loses_four_things_and_nothing_else(program):
    site, path = program
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
    for more in (":not([rel=stylesheet])", ":not(.md-typeset__table)>"):
        after = after.replace(more, "")
    assert 0 < len(before) - len(after) < 60


def test_a_second_time_changes_nothing_in_the_program(program):
    site, path = program
    quieten(site)
    once = path.read_bytes()
    quieten(site)
    assert path.read_bytes() == once


def test_another_program_stops_the_release(program):
    site, path = program
    path.write_text(path.read_text().replace('"color-scheme"', '"colour-scheme"'))
    with pytest.raises(BuildError, match="colour scheme in 0 places"):
        quieten(site)


def test_tables_stand_in_their_boxes():
    box = '<div class="md-typeset__scrollwrap"><div class="md-typeset__table">'
    html = (
        '<table><tr></table><p><table id="a"></table><table class="b"><table></table></table>'
    )
    assert boxed(html) == (
        f'{box}<table><tr></table></div></div><p>{box}<table id="a"></table></div></div>'
        f'<table class="b">{box}<table></table></div></div></table>'
    )
    assert boxed(boxed(html)) == boxed(html)
