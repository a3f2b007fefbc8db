"""What code or a file writes stays text, and an answer cannot reach what judges it."""

import base64
import json
import random
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .actions import cell, check, note, output, press, run, write
from .faults import CHAPTER, EXERCISE, FIRST, SECOND

pytestmark = pytest.mark.browser


PIECES = [
    "<img src=x onerror=hurt()>",
    "<script>hurt()</script>",
    "</pre></div>",
    "<svg onload=hurt()>",
    "`",
    "<a href='javascript:hurt()'>here</a>",
    "<iframe srcdoc='<script>parent.hurt()</script>'></iframe>",
    "&lt;img src=x onerror=hurt()&gt;",
    "]]>",
    "<!--",
    "<style>@import '//elsewhere.example/'</style>",
    "\x00",
    "\u202e",
    "\ud800",
    '"',
    "'",
    "\n",
    "<meta http-equiv=refresh content='0;url=//elsewhere.example/'>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=hurt()>",
]
#: Each way by which a text `s` may reach the page.
WAYS = """
import warnings
import book_kernel.kernel as kernel
def table(s): return type("T", (), {"_repr_table_": lambda self: {"columns": [s], "rows": [[s]]}})()
def shown(s): return type("R", (), {"__repr__": lambda self: s, "_repr_html_": lambda self: s})()
def raised(s): raise ValueError(s)
def named(s): raise type(s.replace("\\0", "").encode("ascii", "replace").decode(), (Exception,), {})(s)
def key(s): raise KeyError(s)
def near(s): globals()["x" + s] = 1; raise NameError("x", name="x" + s[:-1])
def warned(s): warnings.warn(s)
def filed(s): exec(compile("1 / 0", "<cell " + s.replace("\\0", "") + ">", "exec"))
def syntax(s): compile("x = (" + s.replace("\\0", "").replace("\\ud800", ""), "<cell hostile>", "exec")
def quitted(s): raise SystemExit(s)
def drawn(s):
    svg = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:h='http://www.w3.org/1999/xhtml' onload='hurt()'>"
    bad = "<h:img src='x' onerror='hurt()'/><h:script>hurt()</h:script><script>hurt()</script>"
    bad += "<h:meta http-equiv='refresh' content='0;url=//elsewhere.example/'/><animate onbegin='hurt()'/>"
    bad += "<image href='//elsewhere.example/a'/><a href='javascript:hurt()'><text>b</text></a><title>"
    old = kernel.to_svg, kernel.open_figures, kernel.alt_text
    kernel.to_svg = lambda *all: svg + bad + s.replace("&", "&amp;").replace("<", "&lt;") + "</title></svg>"
    kernel.open_figures, kernel.alt_text = lambda: [0, 1], lambda figure: s
    try:
        outputs = kernel.Outputs(LISTENER)
        kernel.show_figures(outputs)
        kernel.to_svg = lambda *all: svg + s + "</svg>"
        kernel.show_figures(outputs)
    finally:
        kernel.to_svg, kernel.open_figures, kernel.alt_text = old
"""
HARM = """region => {
  const known = "pre div p strong code details summary table thead tbody tr th td figure".split(" ")
  const drawn = "svg title text g".split(" ")
  const bad = [...region.querySelectorAll("*")].filter(node =>
    !(node.namespaceURI.endsWith("svg") ? drawn : known).includes(node.localName)
    || [...node.attributes].some(({name, value}) => /^on|href|src|style/.test(name) || /javascript:/.test(value)))
  return [window.hurts ?? 0, ...bad.map(node => node.outerHTML)]
}"""


#: In what the page itself holds, much is allowed; no piece of a hostile text is.
HARM_IN_ARTICLE = """article => [window.hurts ?? 0, ...[...article.querySelectorAll(
  "script, iframe, [onerror], [onload], [href^='javascript'], [src=x], meta, style:not([class]), mglyph")]
  .filter(node => !node.closest(".cm-editor") && /hurt|elsewhere/.test(node.outerHTML)).map(node => node.outerHTML)]"""


def test_what_code_writes_stays_text(desk: Page) -> None:
    desk.evaluate("() => { window.hurt = () => { window.hurts = new Error().stack } }")
    chance = random.Random(5)
    write(cell(desk, FIRST), WAYS)
    second = cell(desk, SECOND)
    write(second, "")
    ways = re.findall(r"^def (\w+)", WAYS, re.M)
    for way in [*ways, "print"]:
        texts = ["".join(chance.choices(PIECES, k=chance.randint(1, 5))) for _ in range(12)]
        code = f"for s in {texts!r}[:-1]:\n    try: {way}(s)\n    except BaseException as e: print(s, repr(e))\n"
        if way == "drawn":
            code = (
                "import gc\nLISTENER = next(k.listener for k in gc.get_objects() if type(k) is kernel.Kernel)\n"
                + code
            )
        write(second, f"print('begun')\n{code}{way}({texts[-1]!r})")
        run(second)
        expect(output(second)).to_contain_text("begun")
        assert output(second).evaluate(HARM) == [0], (way, texts)
    write(second, "")


def test_an_answer_cannot_reach_its_checker(desk: Page) -> None:
    task = desk.locator(f"book-exercise#{EXERCISE}")
    for trick in (
        "import book_kernel.exercise_checks as e\ne.difference = lambda *all: ''",
        "import book_kernel.kernel as k\nk.run_checks = lambda *all: None",
        "import numpy as np\nnp.allclose = lambda *all, **more: True",
        "import os\nprint('Solved')\nos._exit(0)",
    ):
        write(task, trick)
        check(task)
        expect(note(task)).not_to_have_text("Solved")
        expect(note(task)).not_to_contain_text("passed")
    press(task, "Reset")
    write(
        task,
        json.loads(task.locator(".book-data").get_attribute("data-value") or "")["solution"],
    )
    check(task)
    expect(note(task)).to_contain_text("Solved")


#: What an exercise says about an answer: by what it raises, what it is, and what it is called.
ANSWERS = """
{way} = {text!r}
name = {way}.replace("\\0", "").encode("ascii", "replace").decode()
class Raises:
    def __array__(self, *all, **more): raise {{"raised": ValueError, "key": KeyError}}.get({way!r}, NameError)({way})
    def __getattr__(self, name): raise AttributeError({way}, name={way}, obj=self)
Shown = type(name, (), {{"__repr__": lambda self: {way}}})
w = {{"shown": Shown(), "text": {way}, "listed": [{way}, 1]}}.get({way!r}) or Raises()
b = {way}
"""
ANSWER_WAYS = ["shown", "text", "listed", "raised", "key", "named"]
HARM_IN_RESULTS = HARM.replace("figure", "figure ul li span")


def test_what_an_exercise_says_of_an_answer_stays_text(desk: Page) -> None:
    desk.evaluate("() => { window.hurt = () => { window.hurts = new Error().stack } }")
    chance = random.Random(6)
    task = desk.locator(f"book-exercise#{EXERCISE}")
    for way in ANSWER_WAYS:
        for _ in range(4):
            text = "".join(chance.choices(PIECES, k=chance.randint(1, 5)))
            write(task, ANSWERS.format(way=way, text=text))
            check(task)
            expect(task.locator(".book-results__failed").first).to_be_visible()
            found = task.locator(".book-results").evaluate(HARM_IN_RESULTS)
            assert found == [0], (way, text)
    write(task, f"raise ValueError({''.join(PIECES)!r})")
    check(task)
    assert task.locator(".book-output").evaluate(HARM) == [0]


def test_a_file_of_progress_brings_nothing_but_text(
    page: Page, site: str, tmp_path: Path
) -> None:
    """Whoever hands it over may have written anything into it: other texts, other types, other keys."""
    page.goto(site + CHAPTER)
    write(cell(page, FIRST), "mine = 1")
    task, quiz = page.locator(f"book-exercise#{EXERCISE}"), page.locator("book-quiz").first
    write(task, "mine = 2")
    quiz.locator("input").first.check()
    quiz.get_by_role("button", name="Answer").click()
    keys = page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('book:'))")
    kept = {key[5:]: json.loads(page.evaluate("key => localStorage[key]", key)) for key in keys}
    assert {key.partition(":")[0] for key in kept} >= {"cell", "exercise", "quiz"}
    page.evaluate("() => { window.hurt = () => { window.hurts = new Error().stack } }")
    chance = random.Random(7)

    def other(value: object) -> object:
        text = "".join(chance.choices(PIECES, k=chance.randint(1, 5)))
        return chance.choice([text, text, [text], [], -1, 10**9, True, value, f"{value}{text}"])

    menu, file = page.locator("book-status"), tmp_path / "progress.json"
    for round in range(12):
        entries = {
            key: {
                name: value if name == "of" else other(value) for name, value in entry.items()
            }
            for key, entry in kept.items()
        }
        entries |= {chance.choice(PIECES): {"code": other("")}, "__proto__": {"hurt": "hurt()"}}
        file.write_text(
            json.dumps({"format": "book-progress", "version": 1, "entries": entries})
        )
        page.locator("book-status input[type=file]").set_input_files(file)
        expect(menu.locator(".book-status__told")).to_contain_text("loaded.")
        if round % 4 == 3:
            page.reload()
            page.evaluate("() => { window.hurt = () => { window.hurts = new Error().stack } }")
            expect(quiz.get_by_role("button").first).to_be_visible()
        found = page.locator("article").evaluate(HARM_IN_ARTICLE)
        assert found == [0], entries
    cell(page, FIRST).evaluate("cell => cell.reset()")
    write(cell(page, FIRST), "6 * 7")
    run(cell(page, FIRST))
    expect(output(cell(page, FIRST))).to_have_text("42")


def test_code_that_comes_with_a_link_is_text(page: Page, site: str) -> None:
    page.goto(site + CHAPTER)
    page.evaluate("() => { window.hurt = () => { window.hurts = new Error().stack } }")
    chance = random.Random(8)
    for _ in range(20):
        text = "".join(chance.choices(PIECES, k=chance.randint(1, 5))).replace("\ud800", "")
        packed = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        broken = packed[: chance.choice([None, -1, 3])]
        page.evaluate("hash => { location.hash = hash }", f"code={FIRST}.{broken}")
        page.evaluate("hash => { location.hash = hash }", f"code={text}.{packed}")
        assert page.locator("article").evaluate(HARM_IN_ARTICLE) == [0], text
