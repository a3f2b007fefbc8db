"""The colours: they can be read on both papers, and are the same in the styles and in the figures. Fonts, rules."""

import re

import pytest

from book_code import plotting

from .site import ROOT

STYLES = ROOT / "widgets/src/styles"
MEANINGS = ("data", "weight", "activation", "gradient", "target", "accent")
READ = (*MEANINGS, "ink", "ink-soft")


def tokens(scheme):
    """The colours of "default" (light) or "slate" (dark)."""
    text = (STYLES / "tokens.css").read_text(encoding="utf-8")
    block = re.search(rf'\[data-md-color-scheme="{scheme}"\] \{{(.*?)\}}', text, re.S)
    return dict(re.findall(r"--book-([\w-]+): (#[0-9a-f]{6});", block[1]))


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("paper", ["paper", "paper-raised"])
@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_every_colour_can_be_read_on_both_papers(scheme, paper):
    colours = tokens(scheme)
    low = {name: round(contrast(colours[name], colours[paper]), 2) for name in READ}
    assert min(low.values()) >= 4.5, low


def test_figures_use_the_colours_of_the_page():
    light = tokens("default")
    assert {name: getattr(plotting, name.upper()) for name in MEANINGS} == {
        name: light[name] for name in MEANINGS
    }


@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_colours_that_mean_something_are_far_apart(scheme):
    """Also for eyes without red (protan) or green (deutan) cones; marks and lines differ besides."""
    colours = tokens(scheme)
    for seen in (lambda c: c, protan, deutan):
        shades = {name: seen(rgb(colours[name])) for name in MEANINGS[:5]}
        for i, one in enumerate(shades):
            for other in list(shades)[i + 1 :]:
                apart = (
                    sum((a - b) ** 2 for a, b in zip(shades[one], shades[other], strict=True))
                    ** 0.5
                )
                assert apart > 0.05, f"{one} and {other} look alike"


def rgb(colour):
    return [(int(colour[i : i + 2], 16) / 255) ** 2.2 for i in (1, 3, 5)]


def protan(c):  # Viénot, Brettel and Mollon (1999)
    r, g, b = c
    return [0.11238 * r + 0.88762 * g, 0.11238 * r + 0.88762 * g, 0.00401 * r - 0.00401 * g + b]


def deutan(c):
    r, g, b = c
    return [
        0.29275 * r + 0.70725 * g,
        0.29275 * r + 0.70725 * g,
        -0.02234 * r + 0.02234 * g + b,
    ]


def test_fonts_are_ours_and_open():
    fonts = (STYLES / "fonts.css").read_text(encoding="utf-8")
    assert "//" not in re.sub(r"/\*.*?\*/", "", fonts, flags=re.S).replace("@fontsource", "")
    assert fonts.count("font-display: swap") == fonts.count('woff2") format')


# The page itself, or all that a chapter is, asked what it holds.
WHOLE = r"(?:^|[\s,>~+(])(?::root|html|body|article|\.md-(?:typeset|content__inner))[^\s,>~+{]*:has\("
# A part asked at once for what is around it and what it holds or comes before: WebKit takes that for all parts.
AROUND = r":is\([^()]*[^\s,()][ >~+]+[^\s,()][^()]*\)[^\s,>~+{]*:has\("
SLOW = re.compile(f"{WHOLE}|{AROUND}", re.MULTILINE)


@pytest.mark.parametrize(
    ("rule", "slow"),
    [
        ("body:has(.x) p {", True),
        ("[dir] .md-content__inner:is(:has(> .x)) {", True),
        (".md-typeset li:has(> .x) {", False),
        ("body .x:has(.y) {", False),
        (".js :is(book-cell > .x, .y):not(:has(~ .z))::after {", True),
        (":is(p, li):has(> .x) {", False),
    ],
)
def test_the_search_for_slow_rules_finds_them(rule, slow):
    assert bool(SLOW.search(rule)) is slow


def test_no_rule_depends_on_all_that_a_page_holds():
    """With such a rule every change of a chapter has all of its elements styled again: at every cell while it loads."""
    styles = sorted((ROOT / "widgets/src").rglob("*.css"))
    assert len(styles) > 20
    found = {path.name: rule[0] for path in styles if (rule := SLOW.search(path.read_text("utf-8")))}
    assert found == {}
