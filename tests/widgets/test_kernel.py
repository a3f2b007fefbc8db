import json
import sys

import pytest

from widgets.src.runtime import kernel as kernel_module
from widgets.src.runtime.kernel import MAX_IMAGES, MAX_TEXT, Kernel, packages_needed


@pytest.fixture
def kernel():
    return Kernel()


def texts(outputs):
    return [(part.get("stream") or part["kind"], part["text"]) for part in outputs]


def error_of(outputs):
    assert outputs[-1]["kind"] == "error"
    return outputs[-1]


def test_output_comes_in_the_order_it_was_written(kernel):
    code = "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')\nprint('d')\n1 + 1"
    expected = [("stdout", "a\n"), ("stderr", "b\n"), ("stdout", "c\nd\n"), ("value", "2")]
    assert texts(kernel.run(code, "order")) == expected


def test_text_without_a_line_break_is_not_lost_nor_late(kernel):
    assert texts(kernel.run("print('a', end='')\n7", "end")) == [
        ("stdout", "a"),
        ("value", "7"),
    ]


@pytest.mark.parametrize("value", ["0", "False", "''", "[]", "0.0"])
def test_values_that_count_as_false_are_shown(kernel, value):
    assert kernel.run(value, "falsy") == [{"kind": "value", "text": value}]


@pytest.mark.parametrize("code", ["None", "x = 3", "", "# only a comment", "print"[:0]])
def test_nothing_is_shown_where_there_is_nothing(kernel, code):
    assert kernel.run(code, "nothing") == []


def test_cells_share_a_namespace_until_reset(kernel):
    kernel.run("x = 2\ndef f(): return x + 1", "one")
    assert kernel.run("x = 5\nf()", "two") == [{"kind": "value", "text": "6"}]
    kernel.reset()
    assert error_of(kernel.run("x", "three"))["name"] == "NameError"


def test_the_namespace_is_a_main_module(kernel):
    code = "import sys, inspect\n__name__ == '__main__' and sys.modules['__main__'].__dict__ is globals()"
    assert kernel.run(code, "main") == [{"kind": "value", "text": "True"}]
    source = kernel.run("def f(x):\n    return x\nprint(inspect.getsource(f))", "source")
    assert texts(source) == [("stdout", "def f(x):\n    return x\n\n")]


def test_what_can_show_itself_as_a_table_does(kernel):
    code = (
        "class T:\n    def _repr_table_(self):\n"
        "        return {'columns': ['a', 1], 'rows': [[0.5, None]]}\nT()"
    )
    (table,) = kernel.run(code, "table")
    assert table == {"kind": "table", "columns": ["a", "1"], "rows": [["0.5", "None"]]}


def test_text_has_a_limit_and_says_so(kernel):
    (part,) = kernel.run("for i in range(10**5): print('x' * 100)", "long")
    assert MAX_TEXT < len(part["text"]) < MAX_TEXT + 200
    assert "print less" in part["text"]


def test_an_error_names_the_readers_line_and_only_their_frames(kernel):
    kernel.run("import json\ndef f(text):\n    return json.loads(text)", "above")
    error = error_of(kernel.run("x = 1\n\nf('{')", "here"))
    assert (error["name"], error["line"]) == ("JSONDecodeError", 3)
    assert "<cell above>, line 3, in f\n    return json.loads(text)" in error["traceback"]
    assert "kernel.py" not in error["traceback"]
    assert "decoder.py" not in error["traceback"]


@pytest.mark.parametrize(
    ("code", "line", "hint"),
    [
        ("y = 1\nlearning_rat", 2, "did you run the cells above"),
        ("weights = 1\nweigths", 2, "Did you mean `weights`?"),
        (
            "import numpy as np\nnp.ones((2, 3)) @ np.ones((4, 5))",
            2,
            "3 on the left and 4 on the right",
        ),
        ("import numpy as np\nnp.ones((2, 3)).dot(np.ones((4, 5)))", 2, "(2,3) and (4,5)"),
        ("import numpy as np\nnp.ones(2) + np.ones(3)", 2, "compared from the right"),
        ("import numpy as np\nnp.ones(6).reshape(4)", 2, "as many numbers"),
        ("import numpy as np\nif np.ones(2): pass", 2, ".any() or .all()"),
        ("for i in range(3)\n    pass", 1, "end with a colon"),
        ("x = (1,\n", 1, "not closed"),
        ("def f():\nreturn 1", 2, "four spaces"),
        ("import torch", 1, "does not run in the browser"),
        ("[1].appendd(2)", 1, "`.append`"),
        ("def f(): pass\nf() + 1", 2, "without `return`"),
        ("def f(x): pass\nf()", 2, "leaves out an argument"),
        ("[1, 2][2]", 1, "Counting starts at 0"),
        ("{}['a']", 1, "list(d)"),
        ("def f(): f()\nf()", 1, "without end"),
        ("exit()", None, "leave it out"),
        ("1 / 0", 1, "divided by zero"),
    ],
)
def test_common_mistakes_get_a_friendly_sentence(kernel, code, line, hint, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)  # as in the browser
    error = error_of(kernel.run(code, "mistake"))
    assert hint in error["hint"]
    if line:
        assert error["line"] == line


def test_a_stopped_cell_keeps_what_it_printed(kernel):
    outputs = kernel.run("print('so far')\nraise KeyboardInterrupt", "stop")
    assert texts(outputs[:1]) == [("stdout", "so far\n")]
    assert error_of(outputs)["name"] == "Stopped"


def test_every_piece_is_told_as_it_comes():
    heard = []
    outputs = Kernel(heard.append).run("print('a')\nprint('b')\n3", "heard")
    assert [json.loads(piece)["text"] for piece in heard] == ["a\n", "b\n", "3"]
    assert texts(outputs) == [("stdout", "a\nb\n"), ("value", "3")]


def test_figures_are_svg_where_they_are_shown(kernel):
    code = (
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('Loss')\nplt.xlabel('epoch')\n"
        "plt.show()\nprint('after')\nfig, ax = plt.subplots()\nfig.set_label('Nothing yet')\nax"
    )
    image, text, second = kernel.run(code, "figure")
    assert image["kind"] == second["kind"] == "image"
    assert image["data"].startswith("<svg")
    assert image["alt"] == "Figure: Loss: epoch"
    assert second["alt"] == "Nothing yet"
    assert text["text"] == "after\n"
    assert (
        kernel.run("import matplotlib.pyplot as plt\nplt.get_fignums()", "left")[0]["text"]
        == "[]"
    )


def test_figures_have_a_limit_and_die_with_an_error(kernel):
    code = (
        "import matplotlib.pyplot as plt\nfor i in range(14):\n    plt.figure()\n    plt.show()"
    )
    outputs = kernel.run(code, "many")
    assert [part["kind"] for part in outputs] == ["image"] * MAX_IMAGES + ["text"]
    outputs = kernel.run("import matplotlib.pyplot as plt\nplt.figure()\n1 / 0", "broken")
    assert [part["kind"] for part in outputs] == ["error"]


def test_packages_are_asked_for_only_where_they_are_named():
    assert packages_needed("import matplotlib.pyplot as plt") == ["matplotlib"]
    assert packages_needed("from book_code import plotting") == ["matplotlib"]
    assert packages_needed("import numpy as np  # no result") == []


def test_an_explorable_calls_its_python_half(kernel):
    kernel.add_module("half", "def double(x, by=2):\n    return {'value': x * by}")
    assert json.loads(kernel.call_json("half", "double", "[4]")) == {"value": 8}


def test_reading_and_writing_as_json(kernel):
    assert json.loads(kernel.run_json("0", "a")) == [{"kind": "value", "text": "0"}]
    report = json.loads(kernel.check_json(json.dumps({"tests": "assert x == 1"}), "x = 1"))
    assert report["passed"]
    assert kernel_module.__doc__
