"""The book's look for figures, and SVG that follows the page into dark mode and print.

Colours carry meaning, the same everywhere in the book: ``DATA``, ``WEIGHT``, ``ACTIVATION``,
``GRADIENT``, ``TARGET``, and one ``ACCENT``. Draw with these constants; `to_svg` puts the page's
CSS variables in their place, so that one picture serves every colour scheme. Matplotlib is
imported only where something is drawn.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage

DATA = "#0b5fa5"
WEIGHT = "#b34700"
ACTIVATION = "#00704e"
GRADIENT = "#a02c79"
TARGET = "#514500"
ACCENT = "#4b3f8f"
INK = "#000000"  # becomes the colour of the text around the figure
INK_SOFT = "#635d53"
RULE = "#dcd6c8"
PAPER = "#ffffff"  # white is whatever the page is printed on
PAPER_RAISED = "#f5f2ea"

VARIABLES = {
    DATA: "--book-data",
    WEIGHT: "--book-weight",
    ACTIVATION: "--book-activation",
    GRADIENT: "--book-gradient",
    TARGET: "--book-target",
    ACCENT: "--book-accent",
    INK_SOFT: "--book-ink-soft",
    RULE: "--book-rule",
    PAPER: "--book-paper",
    PAPER_RAISED: "--book-paper-raised",
}

# The order in which lines take their colour, and how each is told apart without colour.
CYCLE = [
    {"color": DATA, "marker": "o", "linestyle": "-"},
    {"color": WEIGHT, "marker": "s", "linestyle": "-"},
    {"color": ACTIVATION, "marker": "^", "linestyle": "-"},
    {"color": GRADIENT, "marker": "D", "linestyle": "--"},
    {"color": TARGET, "marker": "*", "linestyle": ":"},
    {"color": ACCENT, "marker": "v", "linestyle": "-."},
]

WIDTH = 6.1  # inches; 440 points, which a phone shows at about four fifths of their size
SCREEN_PIXELS_PER_INCH = 115  # a figure of full width is shown at most 700 pixels wide

STYLE: dict[str, Any] = {
    "figure.figsize": (WIDTH, 3.7),
    "figure.facecolor": "none",
    "figure.constrained_layout.use": True,
    "font.size": 12,
    "font.family": "sans-serif",
    "axes.facecolor": "none",
    "axes.edgecolor": INK_SOFT,
    "axes.linewidth": 0.8,
    "axes.labelsize": 12,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "xtick.color": INK_SOFT,
    "ytick.color": INK_SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "text.color": INK,
    "lines.linewidth": 2.0,
    "lines.markersize": 5.5,
    "legend.frameon": False,
    "legend.fontsize": 11,
    "hatch.color": INK_SOFT,
    "image.cmap": "gray",
    "svg.fonttype": "none",
    "svg.hashsalt": "book",
}


def use_book_style() -> None:
    """Set Matplotlib's defaults to the book's: quiet axes, colours and marks with a meaning."""
    import matplotlib as mpl
    from cycler import cycler

    settings: Any = mpl.rcParams
    settings.update(STYLE)
    settings["axes.prop_cycle"] = cycler(
        color=[look["color"] for look in CYCLE], linestyle=[look["linestyle"] for look in CYCLE]
    )


def to_svg(figure: Figure, alt: str = "") -> str:
    """Turn a figure into a small SVG to put into a page.

    Colours of meaning become CSS variables (with the light value to fall back on), text stays
    text in the page's font and colour, the background is clear, and the same figure always
    gives the same bytes. `alt` is what a screen reader says.
    """
    import matplotlib as mpl

    buffer = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with (
        mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "book"}),
        _sharp_pixels(figure),
    ):
        figure.savefig(buffer, format="svg", facecolor="none", metadata=nothing)
    width, height = figure.get_size_inches()
    return _opening(width, height, alt) + _tidy(_body(buffer.getvalue())) + "</svg>\n"


@contextlib.contextmanager
def _sharp_pixels(figure: Figure) -> Iterator[None]:
    """Leave it to the page to magnify images of few pixels, which Matplotlib would save magnified."""
    settings = {"auto", "antialiased"}  # where Matplotlib too would show the pixels as squares
    images = [image for axes in figure.axes for image in axes.images]
    few = [
        image for image in images if image.get_interpolation() in settings and _magnified(image)
    ]
    before = [image.get_interpolation() for image in few]
    try:
        for image in few:
            image.set_interpolation("none")
        yield
    finally:
        for image, setting in zip(few, before, strict=True):
            image.set_interpolation(setting)


def _magnified(image: AxesImage) -> bool:
    """More than three times, from where on Matplotlib does not smooth either."""
    rows, columns = image.get_size()
    shown = image.get_window_extent()
    return bool(shown.width > 3 * columns and shown.height > 3 * rows)


def _opening(width: float, height: float, alt: str) -> str:
    label = escape(alt, {'"': "&quot;"})
    name = f'aria-label="{label}"' if alt else 'aria-hidden="true"'
    box = f"0 0 {72 * width:.6g} {72 * height:.6g}"
    style = (
        f"width:100%;max-width:{SCREEN_PIXELS_PER_INCH * width:.0f}px;height:auto;"
        "fill:currentColor;font-family:var(--book-figure-font,system-ui,sans-serif)"
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'class="book-plot" role="img" {name} viewBox="{box}" style="{style}">\n'
    )


def _body(svg: str) -> str:
    """What stands inside the outermost element."""
    start = svg.index(">", svg.index("<svg")) + 1
    return svg[start : svg.rindex("</svg>")].strip() + "\n"


def _tidy(svg: str) -> str:
    """Take out what a browser does not need."""
    svg = re.sub(r"<(metadata|style)\b.*?</\1>\s*", "", svg, flags=re.S)
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.S)
    svg = re.sub(r"<defs>\s*</defs>\s*", "", svg)
    svg = re.sub(r' transform="rotate\(-0 [^"]*"', "", svg)
    svg = re.sub(r' [\w:]+="[^"]*"', _in_one_line, svg)
    svg = _own_names(_plain_fonts(_colours(_short_numbers(svg))))
    svg = re.sub(r'<path d="[^"]*" style="fill: none"/>\s*', "", svg)
    svg = re.sub(r"<g>\s*</g>\s*", "", svg)
    return re.sub(r"\n\s+", "\n", svg)


def _in_one_line(attribute: re.Match[str]) -> str:
    glue = "" if '="data:' in attribute[0] else " "
    return re.sub(r"\s*\n\s*", glue, attribute[0]).replace(' "', '"')


def _short_numbers(svg: str) -> str:
    """Two decimals of a point are finer than any screen."""

    def shorten(match: re.Match[str]) -> str:
        return re.sub(
            r"-?\d+\.\d{3,}",
            lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."),
            match[0],
        )

    return re.sub(r' (?:d|x|y|width|height|transform|points)="[^"]*"', shorten, svg)


def _colours(svg: str) -> str:
    """Put the page's variables in the place of the book's colours; black is the page's ink."""

    def variable(match: re.Match[str]) -> str:
        name = VARIABLES.get(match[0].lower())
        return f"var({name}, {match[0]})" if name else match[0]

    def restyle(match: re.Match[str]) -> str:
        style = re.sub(r"#000000\b", "currentColor", match[0])
        return re.sub(r"#[0-9a-fA-F]{6}\b", variable, style)

    return re.sub(r' style="[^"]*"', restyle, svg)


def _plain_fonts(svg: str) -> str:
    """Keep size, weight and slant of a text; the family is the page's."""
    families = r"(?:(?:'[^']*'|[\w-]+)(?:, ?)?)+"

    def spell_out(match: re.Match[str]) -> str:
        words = [
            f"font-{'style' if word in ('italic', 'oblique') else 'weight'}: {word}; "
            for word in match[1].split()
        ]
        return "".join(words) + f"font-size: {match[2]}"

    svg = re.sub(rf"font-family: {families}(?:; )?", "", svg)
    return re.sub(rf"font: ((?:[\w-]+ )*?)(\d[\d.]*px) {families}", spell_out, svg)


def _own_names(svg: str) -> str:
    """Drop the names nothing points at; make the others unlike those of the page's other figures."""
    used = set(re.findall(r'(?:href="#|url\(#)([\w.-]+)', svg))
    prefix = "p" + hashlib.sha256(svg.encode()).hexdigest()[:8] + "-"
    svg = re.sub(
        r' id="([\w.-]+)"',
        lambda match: f' id="{prefix}{match[1]}"' if match[1] in used else "",
        svg,
    )
    return re.sub(r'(href="#|url\(#)([\w.-]+)', lambda match: match[1] + prefix + match[2], svg)
