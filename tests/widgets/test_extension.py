import html as markup
import json
import logging
import re
from pathlib import Path

import pytest
from markdown import Markdown

from widgets.markdown import extension, formulas, render, results
from widgets.markdown.colours import IN_INK, INK
from widgets.markdown.problems import Problem
from widgets.markdown.service import ServiceError

ROOT = Path(__file__).resolve().parents[2]
EXTENSIONS = [
    "attr_list",
    "md_in_html",
    "tables",
    "pymdownx.highlight",
    "pymdownx.superfences",
    "pymdownx.tabbed",
    "widgets.markdown",
]
ERROR = {"kind": "error", "name": "ValueError", "line": 2, "message": "no <b>"}


class FakeService:
    def ask(self, op, outputs):
        return {"html": "".join(part.get("text", part["kind"]) for part in outputs)}


@pytest.fixture(autouse=True)
def no_node(monkeypatch):
    """Formulas and outputs without Node: test_service tries the real ones."""

    def set_formula(tex, display):
        if tex == "bad":
            raise Problem("the formula `bad` cannot be set: why")
        return f"<i>{'D' if display else 'I'}({tex})</i>"

    def outputs_of(page, cells):
        made = {
            "1": [{"kind": "value", "text": "1"}],
            "raise": [ERROR],
            "slow": ServiceError("too long"),
        }
        return [made[cell.code] for cell in cells]

    monkeypatch.setattr(formulas, "set_formula", set_formula)
    monkeypatch.setattr(extension, "outputs_of", outputs_of)
    monkeypatch.setattr(extension, "service", FakeService)


@pytest.fixture
def convert(caplog):
    """Text to HTML; `problems` are the warnings on the way."""
    md = Markdown(
        extensions=EXTENSIONS, extension_configs={"pymdownx.tabbed": {"alternate_style": True}}
    )

    def run(text):
        caplog.clear()
        with caplog.at_level(logging.WARNING, "mkdocs.widgets"):
            html = md.reset().convert(text)
        run.problems = [record.getMessage() for record in caplog.records]
        return html

    return run


def data_in(html):
    """The data of the page's elements; none in a script, which instant navigation would run."""
    assert "<script" not in html
    found = re.findall(r'<div class="book-data" hidden data-value="([^"]*)"></div>', html)
    return [json.loads(markup.unescape(text)) for text in found]


def test_a_gathered_cell_stands_with_its_output(convert, monkeypatch):
    gathered = ["## Found", "", "```live id=found", "1", "```"]
    monkeypatch.setitem(extension.GATHERED, "results", lambda nav, page, part: gathered)
    html = convert("```live id=own\n1\n```\n\n```results all\n```")
    assert '<book-cell data-cell="2" id="found">' in html
    assert html.count('<div class="book-output">1</div>') == 2
    assert convert.problems == []


def test_formulas_in_the_text(convert):
    html = convert(
        "A $x_1 + y_1$ and **$w$**, `$code$`, \\$5 and $6 to $7.\n\n| a |\n|---|\n| $t$ |"
    )
    assert "A <i>I(x_1 + y_1)</i> and <strong><i>I(w)</i></strong>" in html
    assert "<code>$code$</code>, $5 and $6 to $7." in html
    assert "<td><i>I(t)</i></td>" in html
    assert convert.problems == []


def test_formulas_on_lines_of_their_own(convert):
    html = convert("Before\n$$\na * b\n\\tag{2}\n$$\nafter, see [](#eq-2).\n\n$$c$$")
    assert "<p>Before</p>" in html
    assert '<div class="book-equation" id="eq-2">\n<div><i>D(a * b\n\\tag{2})</i></div>' in html
    assert '<a href="#eq-2">(2)</a>' in html
    assert '<div class="book-equation"><div><i>D(c)</i></div></div>' in html


def test_formulas_in_a_list(convert):
    html = convert("- one\n\n    $$\n    a\n    $$\n\n- two $b$")
    assert html.count("<ul>") == 1
    assert "<i>D(a)</i>" in html
    assert "<i>I(b)</i>" in html


def test_a_cell_stands_with_its_output(convert):
    html = convert(
        '```live id=one\n1\n```\n\n=== "Tab"\n\n    ```live id=two\n    1\n    ```\n'
    )
    assert '<book-cell data-cell="1" id="one">' in html
    assert '<book-cell id="two" data-cell="2">' in html
    assert html.count('<div class="book-output">1</div>') == 2
    assert data_in(html) == [{"code": "1"}, {"code": "1"}]
    assert convert.problems == []


def test_an_error_is_a_problem_unless_it_is_announced(convert):
    assert "error" in convert("```live id=a raises=ValueError\nraise\n```")
    assert convert.problems == []
    convert("```live id=a\nraise\n```")
    assert "the cell a gives ValueError in its line 2: no <b>" in convert.problems[0]
    convert("```live id=a raises=TypeError\nraise\n```")
    assert "instead of TypeError" in convert.problems[0]
    convert("```live id=a raises=TypeError\n1\n```")
    assert "gives no error instead of TypeError" in convert.problems[0]
    convert("```live id=a\nslow\n```")
    assert "has no output: too long" in convert.problems[0]


EXERCISE = """\
````exercise id=double title="Twice <x>"
Write $f$, see [the rule](#rule):

```python
f(2)  # the weights and their Gradients
```
--- starter
def f(x): ...
--- tests
expect_equal(f(2), 4, "</script>")
--- hint
use `*`
--- solution
def f(x): return 2 * x
--- remarks
Nice $g$.
--- wrong: expected
secret
````
"""


def test_an_exercise_can_be_read_without_scripts(convert):
    html = convert(EXERCISE)
    assert '<b class="book-number">Exercise 1.</b> Twice &lt;x&gt;' in html
    assert (
        '<p>Write <span class="book-joined"><i>I(f)</i>,</span> see <a href="#rule">the rule</a>:</p>'
        in html
    )
    assert html.count("<details") == html.count("</details>") == 3
    assert "<summary>Hint</summary>" in html
    assert "<p>use <code>*</code></p>" in html
    assert '<p>Nice <span class="book-joined"><i>I(g)</i>.</span></p>' in html
    assert "secret" not in html
    (data,) = data_in(html)
    assert data["tests"] == 'expect_equal(f(2), 4, "</script>")'
    assert set(data) == {"id", "title", "starter", "tests", "hidden", "solution"}
    assert convert.problems == []


def test_comments_have_the_colours_of_what_they_name(convert):
    html = convert(EXERCISE)
    assert (
        'the <span class="weight">weights</span> and their <span class="gradient">Gradients</span>'
        in html
    )


def test_words_of_code_without_a_colour_of_their_own_are_not_marked(convert):
    html = convert("```python\nfor n in range(3): x = n @ 'a'\n```")
    assert re.search(r">for</span> n <span", html)
    assert re.search(r"</span> x = n @ <span", html)
    assert not IN_INK.search(html)
    tokens = (ROOT / "widgets/src/styles/tokens.css").read_text(encoding="utf-8")
    ink = re.search(r"--md-code-fg-color: ([^;]+);", tokens)[1]
    for name in INK:
        assert f"--md-code-hl-{name}-color: {ink};" in tokens


def test_a_quiz_can_be_read_without_scripts(convert):
    html = convert("```quiz id=q\nWhich $x$?\n- [ ] `a` :: no\n- [x] **b** :: yes, $y$\n```")
    assert '<book-quiz data-quiz="1" id="q">' in html
    assert "Which" in html
    assert "<i>I(x)</i>?" in html
    assert re.search(r"<li><code>a</code></li>\s*<li><strong>b</strong></li>", html)
    assert "<li><strong>Right.</strong> yes, <i>I(y)</i></li>" in html
    assert data_in(html) == [{"id": "q", "right": [False, True], "several": False}]


FOUND = {
    "name": "loss",
    "alt": "A falling <line>",
    "seeds": [0, 1, 2],
    "metrics": {"end": {"values": [1.0], "mean": 1.0, "sd": 0.1, "unit": ""}},
    "table": {"columns": ["epoch", "loss"], "rows": [[1, 0.123456], [2, "low, <0.1>"]]},
}


@pytest.fixture
def figures(tmp_path, monkeypatch):
    monkeypatch.setattr(render, "FIGURES", tmp_path)
    monkeypatch.setattr(results, "RESULTS", tmp_path)
    (tmp_path / "loss.svg").write_text(
        '<?xml version="1.0"?>\n<svg aria-hidden="true" viewBox="0 0 1 1"><g></g></svg>\n'
    )
    (tmp_path / "loss.json").write_text(json.dumps(FOUND))


@pytest.mark.usefixtures("figures")
def test_a_figure_has_all_that_belongs_to_it(convert):
    html = convert(
        "```figure loss\nSee **it** fall: {{ loss.end }}.\n```\n\n[](#loss) shows it."
    )
    assert '<figure class="book-figure" id="loss">' in html
    assert '<svg role="img" aria-label="A falling &lt;line&gt;" viewBox="0 0 1 1">' in html
    assert '<b class="book-number">Figure 1.</b> See <strong>it</strong> fall: <span' in html
    assert '<td class="number">0.1235</td>' in html
    assert "<td>low, &lt;0.1&gt;</td>" in html
    assert 'download="loss.csv"' in html
    assert "Experiment loss, 3 seeds" in html
    assert '<a href="#loss">Figure 1</a>' in html
    assert convert.problems == []


@pytest.mark.usefixtures("figures")
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("$bad$", "the formula `bad` cannot be set"),
        ("$$\nbad\n$$", "the formula `bad` cannot be set"),
        ("$$\nx\n\ny", "opened by $$ and not closed"),
        ("## The $x$ axis", "a heading has a formula"),
        ("{{ nope.a }}", "there is no result nope"),
        ("{{ loss.begin }}", "there is no `begin`"),
        ("```figure nope\nSee.\n```", "there is no figure nope"),
        ("```live\n1\n```", "needs an id"),
        ("- a\n\n    ```quiz id=q\n    x\n    ```", "at the left edge"),
        ("[](#nowhere)", "nothing on the page is numbered #nowhere"),
    ],
)
def test_a_problem_is_reported_and_shows(convert, text, problem):
    html = convert(text)
    assert problem in convert.problems[0]
    assert convert.problems[0].startswith("docs/page")
    if "[](" not in text and "##" not in text:
        assert 'class="book-problem"' in html


def test_pages_do_not_know_of_each_other(convert):
    for _ in range(2):
        html = convert("```live id=one\n1\n```\n\n$$\na \\tag{1}\n$$")
        assert 'data-cell="1"' in html
    convert("[](#eq-1)")
    assert convert.problems


def test_what_others_wrote_is_left_alone(convert):
    html = convert("````text\n```live id=a\n$x$ {{ a.b }}\n```\n````")
    assert "```live id=a" in html
    assert "$x$ {{ a.b }}" in html
    assert convert.problems == []


def test_elements_hold_markdown_as_their_fallback(convert):
    html = convert(
        '<book-perceptron preset="and" markdown="block">\nSee *this* $x$.\n</book-perceptron>'
    )
    assert re.search(
        r'<book-perceptron preset="and">\s*<p>See <em>this</em> .*<i>I\(x\)</i>', html
    )


@pytest.mark.parametrize(
    ("code", "lines", "longest"),
    [("a = 1 < 2", 1, 9), ("a = 1\n\n\nb = '''\n'''", 5, 7), ("\n\na\n\n", 1, 1)],
)
def test_code_says_how_many_lines_it_has_and_how_long(convert, code, lines, longest):
    html = convert(f"```python\n{code}\n```")
    assert f'<code style="--lines: {lines}; --longest: {longest}">' in html


def test_a_figure_is_framed_in_its_shape():
    svg = '<svg viewBox="0 0 440 266.4" style="width:100%;max-width:702px;height:auto">'
    style = "aspect-ratio: 440 / 266.4; max-width:702px"
    assert render.framed(svg) == (
        f'<div class="book-figure__picture" style="{style}">{svg}</div>'
    )
