"""Figures as SVG: small, the same every time, in the page's colours and font."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

mpl = pytest.importorskip("matplotlib")
mpl.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

from book_code import plotting  # noqa: E402
from book_code.plotting import DATA, GRADIENT, INK_SOFT, VARIABLES, to_svg  # noqa: E402


@pytest.fixture(autouse=True)
def book_style():
    with mpl.rc_context():
        plotting.use_book_style()
        yield
    plt.close("all")


def drawing():
    figure, axes = plt.subplots()
    axes.plot([0, 1, 2], [1, 3, 2], marker="o", color=DATA)
    axes.fill_between([0, 1, 2], [0, 2, 1], [2, 4, 3], color=GRADIENT, alpha=0.2)
    axes.bar([0, 1], [1, 2], color=INK_SOFT)
    axes.imshow(np.eye(4), extent=(0, 1, 0, 1))
    axes.set_title("a <b> & 'c' \"d\"", style="italic", weight="bold")
    axes.text(0, 0, "black", color="black")
    axes.axhline(1, color="black")
    return figure


def test_the_same_figure_gives_the_same_bytes():
    assert to_svg(drawing(), "alt") == to_svg(drawing(), "alt")


def test_it_is_well_formed_and_carries_no_date_and_no_maker():
    svg = to_svg(drawing(), "alt")
    ET.fromstring(svg)
    assert not re.search(r"metadata|<\?xml|DOCTYPE|Matplotlib|<style", svg)


def test_every_colour_of_the_book_becomes_a_variable():
    figure, axes = plt.subplots()
    for x, color in enumerate(VARIABLES):
        axes.plot([x, x + 1], [0, 1], color=color)
    svg = to_svg(figure)
    for color, name in VARIABLES.items():
        assert f"stroke: var({name}, {color})" in svg
    left = re.sub(r"var\([^)]*\)", "", svg)
    assert not re.search(r"#[0-9a-f]{6}\b", left)


def test_text_is_text_in_the_page_s_font_and_ink():
    svg = to_svg(drawing())
    assert "DejaVu" not in svg
    assert re.search(r"font-weight: (700|bold)", svg)
    assert "font-style: italic" in svg
    assert "a &lt;b&gt; &amp; 'c' \"d\"</text>" in svg
    assert "stroke: currentColor" in svg
    assert "fill:currentColor" in svg.split(">")[0]
    assert "#000000" not in svg


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (
            "font: 12px 'DejaVu Sans', 'Arial', sans-serif; text-anchor: end",
            "font-size: 12px; text-anchor: end",
        ),
        (
            "font: italic 700 12.5px 'DejaVu Sans', sans-serif",
            "font-style: italic; font-weight: 700; font-size: 12.5px",
        ),
        ("font-size: 9px; font-family: 'A B', serif; fill: red", "font-size: 9px; fill: red"),
    ],
)
def test_older_and_newer_matplotlib_are_understood(written, kept):
    """The browser's version writes the short form, newer ones the long."""
    assert plotting._plain_fonts(f'<text style="{written}">') == f'<text style="{kept}">'


def test_names_are_the_figure_s_own_and_all_found():
    one = to_svg(drawing())
    figure = drawing()
    figure.axes[0].set_xlabel("another")
    two = to_svg(figure)
    names = [set(re.findall(r' id="([^"]+)"', svg)) for svg in (one, two)]
    assert names[0]
    assert not names[0] & names[1]
    for svg, defined in zip((one, two), names, strict=True):
        assert set(re.findall(r'(?:href="#|url\(#)([\w.-]+)', svg)) == defined


def test_the_description_is_escaped_and_a_figure_without_one_is_silent():
    root = ET.fromstring(to_svg(drawing(), 'a "b" <c> & d'))
    assert root.get("aria-label") == 'a "b" <c> & d'
    assert "aria-hidden" in to_svg(drawing()).split(">")[0]


def test_it_fills_the_column_up_to_its_size_and_keeps_its_shape():
    figure = drawing()
    figure.set_size_inches(3, 2)
    opening = to_svg(figure).split(">")[0]
    assert 'viewBox="0 0 216 144"' in opening
    assert "max-width:345px" in opening


def test_it_is_small_and_the_background_is_clear():
    figure, axes = plt.subplots()
    axes.plot(np.linspace(0, 1, 500), np.random.default_rng(0).random(500))
    svg = to_svg(figure)
    assert len(svg) < 20_000
    assert not re.search(r"\d\.\d{3,}", re.sub(r'"data:[^"]*"|scale\([^)]*\)', "", svg))
    assert "#ffffff" not in svg


def test_large_pixels_are_left_to_the_page_and_nothing_is_left_behind():
    figure, (few, many, smooth) = plt.subplots(1, 3)
    few.imshow(np.eye(8))
    many.imshow(np.eye(400))
    smooth.imshow(np.eye(8), interpolation="bilinear")
    before = [axes.images[0].get_interpolation() for axes in figure.axes]
    images = re.findall(r"<image [^>]*>", re.sub(r'"data:[^"]*"', '""', to_svg(figure)))
    sizes = [re.findall(r' (?:width|height)="(\d+)', image) for image in images]
    assert [size == ["8", "8"] for size in sizes] == [True, False, False]
    assert ["pixelated" in image for image in images] == [True, False, False]
    assert [axes.images[0].get_interpolation() for axes in figure.axes] == before


def test_lines_are_told_apart_without_colour():
    looks = [(look["marker"], look["linestyle"]) for look in plotting.CYCLE]
    assert len(set(looks)) == len(looks)
    assert len({look["color"] for look in plotting.CYCLE}) == len(looks)


@pytest.mark.native
def test_the_colours_are_those_of_the_page():
    tokens = Path(__file__).parents[1] / "widgets" / "src" / "styles" / "tokens.css"
    light = tokens.read_text("utf-8").split("}")[0]
    for color, name in VARIABLES.items():
        if color != plotting.PAPER:
            assert f"{name}: {color};" in light, name


@pytest.mark.native
def test_importing_it_does_not_import_matplotlib():
    code = "import sys, book_code.plotting; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
