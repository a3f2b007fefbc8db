import json
import sys
from pathlib import Path

import pytest

from widgets.src.runtime import kernel as kernel_module
from widgets.src.runtime.kernel import (
    MAX_END,
    MAX_IMAGES,
    MAX_PIECES,
    MAX_TEXT,
    PLOTTING,
    Kernel,
    packages_needed,
)


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


def test_of_long_text_the_start_and_the_end_are_kept(kernel):
    start, end = kernel.run("for i in range(10**5): print(i)", "long")
    assert len(start["text"]) == MAX_TEXT
    assert end["kind"] == "cut"
    assert end["text"].endswith("99998\n99999\n")
    assert len(end["text"]) == MAX_END
    whole = sum(len(f"{i}\n") for i in range(10**5))
    assert end["left"] == whole - MAX_TEXT - MAX_END


def test_a_long_value_and_a_long_line_are_cut_too(kernel):
    (value,) = kernel.run("'ab' * 10**6", "value")
    assert len(value["text"]) < MAX_TEXT + 100
    assert value["text"].endswith("ab'")
    assert "1,980,002 characters are left out" in value["text"]
    start, end = kernel.run("for i in range(99): print('x' * 999, end='')", "line")
    assert (len(start["text"]), end["left"]) == (MAX_TEXT, 99 * 999 - MAX_TEXT - MAX_END)


def test_an_error_comes_after_the_end_of_long_text(kernel):
    outputs = kernel.run("for i in range(10**5): print(i)\n1 / 0", "long")
    assert [part["kind"] for part in outputs] == ["text", "cut", "error"]


def test_of_a_flood_only_so_many_pieces_are_told():
    heard = []
    outputs = Kernel(heard.append).run("for i in range(10**5): print(i)", "flood")
    assert len(heard) < MAX_PIECES + 100
    told = [json.loads(piece) for piece in heard]
    assert (
        "".join(piece["text"] for piece in told if piece["kind"] == "text")
        == outputs[0]["text"]
    )
    assert told[-1] == outputs[-1]


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
        ("x = 1\nexit()", 2, "no program to end"),
        ("import sys\nsys.exit(3)", 2, "no program to end"),
        ("x = 1\ninput('How many? ')", 2, "Nobody can type"),
        ("open('data.csv')", 1, "no files of your computer"),
        ("import numpyy", 1, "Did you mean `numpy`?"),
        ("import no_such_thing", 1, "the standard library, NumPy"),
        ("from numpy import arrange", 1, "Did you mean `arange`?"),
        ("import requests", 1, "opens no connections"),
        (
            "import numpy as np\nnp.ones((10**6, 10**6))",
            2,
            "This asks for 7.28 TiB, and a page",
        ),
        ("x = 1\nraise MemoryError", 2, "gives back what is no longer needed"),
        ("print 3", 1, "round brackets"),
        ("x = 1\nawait x", 2, "call plain functions"),
        ('raise RuntimeError("can\'t start new thread")', 1, "one thread"),
        ("d = {1: 2}\nfor k in d: d[k + 1] = 0", 2, "list(d)"),
        ("1 / 0", 1, "divided by zero"),
    ],
)
def test_common_mistakes_get_a_friendly_sentence(kernel, code, line, hint, monkeypatch):
    for name in ("torch", "requests"):  # as in the browser
        monkeypatch.setitem(sys.modules, name, None)
    error = error_of(kernel.run(code, "mistake"))
    assert hint in error["hint"]
    if line:
        assert error["line"] == line


def test_a_stopped_cell_keeps_what_it_printed(kernel):
    outputs = kernel.run("print('so far')\nraise KeyboardInterrupt", "stop")
    assert texts(outputs[:1]) == [("stdout", "so far\n")]
    assert error_of(outputs)["name"] == "Stopped"


def test_a_stop_names_the_line(kernel):
    assert error_of(kernel.run("x = 1\nraise KeyboardInterrupt", "stop"))["line"] == 2


@pytest.mark.parametrize(
    "code",
    [
        "class E(Exception):\n    def __str__(self): 1 / 0\nraise E",
        "class E(NameError):\n    name = property(lambda self: 1 / 0)\nraise E('x')",
        "class E(Exception):\n    def __str__(self): raise KeyboardInterrupt\nraise E",
        "class R:\n    def __repr__(self): return 3\nR()",
        "raise ValueError('x' * 10**7)",
        "class T:\n    _repr_table_ = 3\nT()",
    ],
)
def test_a_hostile_error_is_an_error(kernel, code):
    assert len(json.dumps(error_of(kernel.run(code, "hostile")))) < 10_000


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


def test_what_an_earlier_cell_made_shows_itself_where_it_is_used(kernel):
    kernel.run(
        "import matplotlib.pyplot as plt, sys\nheld = sys.stderr\n"
        "def draw():\n    plt.plot([1, 2])\n    plt.show()",
        "makes",
    )
    image, text, value = kernel.run("draw()\nprint('now', file=held, flush=True)\n3", "uses")
    assert image["kind"] == "image"
    assert (text["stream"], text["text"]) == ("stderr", "now\n")
    assert value["text"] == "3"


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


def test_the_page_asks_for_drawing_in_the_same_words():
    protocol = Path(kernel_module.__file__).with_name("protocol.ts").read_text(encoding="utf-8")
    assert f"/{PLOTTING.pattern}/.test(code)" in protocol


def test_an_explorable_calls_its_python_half(kernel):
    kernel.add_module("half", "def double(x, by=2):\n    return {'value': x * by}")
    assert json.loads(kernel.call_json("half", "double", "[4]")) == {"value": 8}


def test_reading_and_writing_as_json(kernel):
    assert json.loads(kernel.run_json("0", "a")) == [{"kind": "value", "text": "0"}]
    report = json.loads(kernel.check_json(json.dumps({"tests": "assert x == 1"}), "x = 1"))
    assert report["passed"]
    assert kernel_module.__doc__
