"""The real Node, KaTeX and Pyodide: what stands under a cell is made by these."""

import json
import zipfile
from xml.etree.ElementTree import fromstring

import pytest

from widgets.build.common import PYODIDE, sha256
from widgets.markdown import standing
from widgets.markdown.fences import Cell
from widgets.markdown.service import Service, ServiceError


@pytest.fixture(scope="module")
def node():
    service = Service(limit=120)
    yield service
    service.stop()


def run(node, code, page="test", cell="cell"):
    return node.ask("run", page=page, id=cell, code=code)["outputs"]


def test_formulas_are_read_aloud_coloured_and_copied_as_tex(node):
    html = node.ask("math", tex=r"\weight{w}^2", display=False)["html"]
    assert "<math" in html
    assert '<span class="enclosing weight">' in html
    assert r"\weight{w}^2</annotation>" in html


@pytest.mark.parametrize(
    "tex", [r"\lambda_{\max}", r"2/\lambda_{\min}^2", r"x^{\log}", r"\max_x f"]
)
def test_a_script_has_one_sign(node, tex):
    """Firefox complains of a `msub` that has three children, and a screen reader reads none."""
    html = node.ask("math", tex=tex, display=False)["html"]
    formula = fromstring(html[html.index("<math") : html.index("</math>")] + "</math>")
    for tag, count in (("msub", 2), ("msup", 2), ("msubsup", 3)):
        for script in formula.iter(f"{{{formula.tag[1:].partition('}')[0]}}}{tag}"):
            assert len(script) == count, tex


@pytest.mark.parametrize("tex", [r"\frac{1", r"\nosuch", r"\href{x}{y}", "größe"])
def test_a_wrong_formula_is_refused(node, tex):
    with pytest.raises(ServiceError, match="KaTeX"):
        node.ask("math", tex=tex, display=True)


def test_cells_run_as_in_the_browser(node):
    assert run(node, "import numpy as np\nnp.arange(3).dtype") == [
        {"kind": "value", "text": "dtype('int32')"}
    ]
    (value,) = run(node, "import book_code as bc\nbc.__name__")
    assert value["text"] == "'book_code'"


def test_pages_are_apart_and_can_be_forgotten(node):
    run(node, "x = 1", "one")
    assert run(node, "x", "one")[0]["text"] == "1"
    assert run(node, "x", "two")[0]["name"] == "NameError"
    node.ask("forget", page="one")
    assert run(node, "x", "one")[0]["name"] == "NameError"


def test_figures_come_with_matplotlib_loaded_on_demand(node):
    (image,) = run(node, "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('A')")
    assert image["data"].startswith("<svg")
    assert image["alt"] == "Figure: A"


def test_warnings_are_shown_each_time(node):
    code = "import warnings\nwarnings.simplefilter('default')\nwarnings.warn('careful')"
    first, second = (run(node, code) for _ in range(2))
    assert first == second
    assert "<cell cell>:3: UserWarning: careful" in first[0]["text"]


def test_exercises_are_checked(node):
    spec = {"tests": "expect_equal(f(2), 4, 'f(2)')", "hidden": ""}
    report = node.ask("check", spec=spec, code="def f(x): return -4")["report"]
    assert report["results"][0]["message"] == "expected 4, got -4: the sign is turned round"


def test_outputs_become_html(node):
    assert node.ask("html", outputs=[{"kind": "value", "text": "<0"}]) == {
        "html": '<pre class="book-value">&lt;0</pre>'
    }


def test_a_question_that_cannot_be_answered_is_an_error(node):
    with pytest.raises(ServiceError):
        node.ask("nonsense")
    assert run(node, "1")[0]["text"] == "1"  # and the next one is answered


def test_a_cell_without_end_is_ended():
    node = Service(limit=10)
    with pytest.raises(ServiceError, match="within 10 seconds"):
        run(node, "while True: pass")
    node.stop()


def test_outputs_are_made_once_and_again_when_something_above_changes(
    node, tmp_path, monkeypatch
):
    monkeypatch.setattr(standing, "KEPT", tmp_path)
    asked = []

    class Counting:
        def ask(self, op, **question):
            asked.append((op, question.get("id")))
            return node.ask(op, **question)

    monkeypatch.setattr(standing, "service", Counting)
    cells = [Cell("a", "x = 1"), Cell("b", "x + 1")]
    first = standing.outputs_of("page", cells)
    assert first == [[], [{"kind": "value", "text": "2"}]]
    assert asked == [("forget", None), ("run", "a"), ("run", "b")]
    asked.clear()
    assert standing.outputs_of("page", cells) == first
    assert asked == []
    changed = [Cell("a", "x = 2"), cells[1]]
    assert standing.outputs_of("page", changed)[1][0]["text"] == "3"


def test_the_lock_file_holds_what_is_served_and_nothing_else():
    packages = json.loads((PYODIDE / "pyodide-lock.json").read_text())["packages"]
    assert {"numpy", "matplotlib", "book-code"} <= set(packages)
    wheels = {path.name for path in PYODIDE.glob("*.whl")}
    assert {package["file_name"] for package in packages.values()} == wheels
    assert all(set(package["depends"]) <= set(packages) for package in packages.values())


def test_what_is_served_is_compiled_and_has_the_hash_that_the_lock_file_states():
    packages = json.loads((PYODIDE / "pyodide-lock.json").read_text())["packages"]
    for package in packages.values():
        assert sha256(PYODIDE / package["file_name"]) == package["sha256"]
    sources = [PYODIDE / packages["numpy"]["file_name"], PYODIDE / "python_stdlib.zip"]
    for path in sources:
        names = zipfile.ZipFile(path).namelist()
        assert any(name.endswith(".pyc") for name in names)
        assert not any(name.endswith(".py") or "/tests/" in name for name in names)


def test_book_code_keeps_its_source_for_readers(node):
    code = "import inspect\nfrom book_code import losses\ninspect.getsource(losses.mse)[:7]"
    assert run(node, code) == [{"kind": "value", "text": "'def mse'"}]
