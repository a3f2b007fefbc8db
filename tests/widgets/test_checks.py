import numpy as np
import pytest

from widgets.src.runtime.exercise_checks import Checks
from widgets.src.runtime.kernel import Kernel


def message(name, *arguments, **options):
    checks = Checks()
    getattr(checks, name)(*arguments, **options)
    (result,) = checks.results
    assert result["passed"] == (not result["message"])
    return result["message"]


A = np.arange(6.0).reshape(2, 3)
S = np.array([[1.0, 2.0], [3.0, 4.0]])


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (A, A),
        (A.astype(np.float32), A.tolist()),
        (0.1 + 0.2, 0.3),
        (np.float32(1 / 3), 1 / 3),
        ([np.nan, np.inf], [np.nan, np.inf]),
        ("yes", "yes"),
        ((2, "a"), (2, "a")),
        (None, None),
        (False, False),
        (np.bool_(True), True),
        ({"a": 1}, {"a": 1}),
        ((), ()),
    ],
)
def test_equal_things_are_equal(got, want):
    assert message("expect_equal", got, want, "it") == ""


@pytest.mark.parametrize(
    ("got", "want", "said"),
    [
        (A.T, A, "expected shape (2, 3), got (3, 2): transposed?"),
        (A.ravel(), A, "is a reshape missing?"),
        (A[None], A, "an axis of length 1 is left over"),
        (A[:, 0], A[:, :1], "keepdims=True"),
        (A, 15.0, "is a sum or a mean missing?"),
        (15.0, A, "instead of one axis"),
        (A[:1], A, "the batch"),
        (None, A, "is a `return` missing?"),
        (-S, S, "the sign is turned round"),
        (S.T, S, "transposed?"),
        (4 * S, S, "a sum where a mean belongs?"),
        (S / 2, S, "a mean where a sum belongs?"),
        (3 * S, S, "3 times what it should be"),
        (S + 1, S, "off by 1"),
        (S * np.array([1, np.nan]), S, "a division by zero"),
        ("no", "yes", "expected 'yes', got 'no'"),
        ("no", 3, "expected numbers, got str"),
        ([1, 2, 4], [1, 2, 3], "expected 3 at [2], got 4 (1 of 3 differ)"),
        (2, 3, "expected 3, got 2"),
        (True, False, "expected False, got True"),
        ([1, "a"], [1, "b"], "expected [1, 'b']"),
    ],
)
def test_a_difference_is_said_so_that_it_teaches(got, want, said):
    assert said in message("expect_equal", got, want, "it")


def test_shapes():
    assert message("expect_shape", A, (2, 3), "A") == ""
    assert message("expect_shape", A, [2, 3], "A") == ""
    assert message("expect_shape", 3.0, (), "a number") == ""
    assert "transposed?" in message("expect_shape", A, (3, 2), "A")
    assert "return" in message("expect_shape", None, (3, 2), "A")


def test_truth():
    assert message("expect_true", A.sum() == 15, "the sum is 15") == ""
    assert message("expect_true", A > 0, "all are positive") == "all are positive"


def test_gradients():
    def square(x):
        return (x**2).sum()

    x = np.array([1.0, -2.0])
    assert message("expect_gradient", square, x, 2 * x, "g") == ""
    assert "the sign" in message("expect_gradient", square, x, -2 * x, "g")
    assert "a mean where a sum belongs" in message("expect_gradient", square, x, x, "g")
    assert "shape of what it belongs to" in message(
        "expect_gradient", square, x, np.ones(3), "g"
    )
    assert "no gradient" in message("expect_gradient", square, x, None, "g")


SPEC = {
    "id": "double",
    "tests": "expect_equal(double(2), 4, 'double(2)')\nexpect_equal(double(None), 0, 'double(None)')",
    "hidden": "assert double(0) == 0, 'zero stays zero'\nfor n in range(2):\n    expect_equal(double(n), 2 * n, f'{n}')",
}


def test_every_test_is_run_whatever_fails_before():
    report = Kernel().check(SPEC, "def double(x):\n    return x * 3")
    told = [(r["name"], r["passed"], r["hidden"]) for r in report["results"]]
    assert told == [
        ("double(2)", False, False),
        ("double(None)", False, False),
        ("zero stays zero", True, True),
        ("0", True, True),
        ("1", False, True),
    ]
    assert not report["passed"]
    assert "TypeError in line 2 of your code" in report["results"][1]["message"]


def test_code_that_does_not_run_is_one_failed_test():
    report = Kernel().check(SPEC, "print('hello')\ndef double(x)\n    pass")
    (result,) = report["results"]
    assert result["name"] == "your code runs"
    assert "end with a colon" in result["message"]
    assert report["outputs"][-1]["line"] == 2


def test_what_the_answer_prints_is_shown():
    report = Kernel().check({"tests": "f()"}, "def f():\n    print('inside')")
    assert report["outputs"] == [{"kind": "text", "stream": "stdout", "text": "inside\n"}]
    assert report["results"] == []
    assert not report["passed"]  # nothing was tested


def test_an_answer_sees_nothing_of_the_page_or_of_another_answer():
    kernel = Kernel()
    kernel.run("secret = 1", "cell")
    assert not kernel.check({"tests": "assert True"}, "secret")["passed"]
    assert kernel.check({"tests": "assert True"}, "secret = 2")["passed"]
    assert kernel.run("secret", "cell")[0]["text"] == "1"


def test_stopping_ends_the_tests():
    spec = {"tests": "f()\nassert True", "hidden": ""}
    report = Kernel().check(spec, "def f():\n    raise KeyboardInterrupt")
    assert ["it ran too long" in r["message"] for r in report["results"]] == [True]


STEPS = {
    "id": "steps",
    "tests": "n = size(3)\nexpect_equal(n, 3, 'size')\nexpect_equal(one(), 1, 'one')",
    "hidden": "expect_equal(n + 1, 4, 'larger')\nn = one()\nexpect_equal(n, 1, 'again')",
}


def test_a_step_of_the_tests_that_fails_is_one_error():
    answer = "def size(x):\n    return X\n\ndef one():\n    return 1"
    report = Kernel().check(STEPS, answer)
    told = {r["name"]: r["message"] for r in report["results"]}
    assert "Did you mean `x`?" in told.pop("n = size(3)")
    assert [name for name, said in told.items() if "not reached" in said] == ["size", "larger"]
    assert told["one"] == told["again"] == ""


def test_what_a_failed_call_should_have_changed_is_not_judged():
    tests = "x = Box()\nx.fill()\nexpect_equal(x.content, 1, 'content')"
    report = Kernel().check({"tests": tests}, "class Box:\n    content = 0")
    assert ["not reached" in r["message"] for r in report["results"]] == [False, True]


@pytest.mark.parametrize("code", ["nowhere", "def f():\n    return nowhere", "g = 1"])
def test_an_exercise_has_no_cells_above(code):
    report = Kernel().check({"tests": "expect_equal(f(), 1, 'f')"}, code)
    assert "NameError" in report["results"][0]["message"]
    assert "cells above" not in str(report)


def test_a_test_that_passes_does_not_tell_of_a_failure():
    tests = "expect_true(w != 0, 'the weights never changed')\nfor i in (1, 2):\n    expect_true(i < 3, f'{i}')"
    report = Kernel().check({"tests": tests}, "w = 1")
    assert [r["name"] for r in report["results"]] == ["w != 0", "i < 3", "i < 3"]
    (failed,) = Kernel().check({"tests": tests.split("\n")[0]}, "w = 0")["results"]
    assert failed["name"] == "the weights never changed"


def test_the_same_error_is_told_once():
    spec = {"tests": "expect_equal(f(1), 1, 'one')\nexpect_equal(f(2), 2, 'two')"}
    results = Kernel().check(spec, "def f(x):\n    return X + y")["results"]
    assert [r["message"] == "the same error as above" for r in results] == [False, True]


def test_the_dots_of_the_starter_are_named():
    assert "still `...`" in message("expect_equal", ..., 1, "it")
    assert "still `...`" in message("expect_shape", ..., (2,), "it")


TESTS = (
    "import numpy as np\nx = np.arange(3.0)\nexpect_equal(double(x), 2 * abs(x), 'twice x')\n"
)
TESTS += (
    "expect_equal(name(), 'double', 'the name')\nexpect_true(all(double(x) >= x), 'larger')"
)
NAME = "\ndef name(): return 'double'\n"
LIES = NAME + "def double(x): return x\n"
ALIKE = "class Alike:\n    __eq__ = __ge__ = lambda *all: True\n    __hash__ = None\n"
TRICKS = {
    "printing a report": LIES + 'print(\'{"passed": true, "results": []}\')',
    "another allclose": LIES + "import numpy as np\nnp.allclose = lambda *a, **k: True",
    "another asarray": LIES + "import numpy as np\nnp.asarray = lambda *a, **k: np.zeros(3)",
    "the inside of allclose": LIES
    + "import numpy as np\nf = lambda *a, **k: True\n"
    + "import numpy._core.numeric as n\nn.isclose = n.allclose = f",
    "the code of a function": LIES
    + "import inspect, numpy as np\nf = inspect.unwrap(np.allclose)\n"
    + "f.__code__ = (lambda *a, **k: True).__code__",
    "another abs": LIES + "import builtins\nbuiltins.abs = lambda x: x / 2",
    "another all, and bool": LIES
    + "import builtins\nbuiltins.all = lambda x: True\nbuiltins.bool = lambda x: True",
    "a name for itself": NAME + "abs = lambda x: x / 2\ndef double(x): return x",
    "a false np": LIES + "class np:\n    arange = staticmethod(lambda n: 0)",
    "a false numpy": LIES
    + "import sys, types\nsys.modules['numpy'] = types.ModuleType('numpy')",
    "false builtins": LIES
    + "__builtins__ = {**vars(__import__('builtins')), 'abs': lambda x: x / 2}",
    "the checker": LIES
    + "from widgets.src.runtime import exercise_checks as e\ne.difference = lambda *a: ''",
    "the checker's class": LIES
    + "from widgets.src.runtime.exercise_checks import Checks\n"
    + "Checks.record = lambda self, *a: self.results.append(dict(name='', passed=True, message='', hidden=False))",
    "the guard": LIES
    + "from widgets.src.runtime.exercise_guard import Guard\nGuard.restore = lambda self: []\n"
    + "import numpy as np\nnp.allclose = lambda *a, **k: True",
    "the runner": LIES
    + "from widgets.src.runtime import kernel\nkernel.run_checks = lambda *a: None",
    "during the tests": NAME
    + "def double(x):\n    import numpy as np\n    np.allclose = lambda *a, **k: True\n    return x",
    "no expectations": NAME
    + "def double(x):\n    for n in ('equal', 'true'):\n"
    + "        globals()[f'expect_{n}'] = lambda *a: None\n    return 2 * x",
    "expectations deleted": NAME
    + "def double(x):\n    for n in ('equal', 'true'): globals().pop(f'expect_{n}', None)\n"
    + "    return 2 * x",
    "the book's models": NAME
    + "import book_code\nbook_code.build = lambda *a, **k: None\ndef double(x): return 2 * x",
    "through the expectation": NAME
    + "def double(x):\n    expect_equal.__self__.results.clear()\n    return 2 * x",
    "a trace": LIES + "import sys\nsys.settrace(lambda *a: 1 / 0)",
    "leaving": LIES + "import sys\nsys.exit(0)",
    "leaving later": NAME + "def double(x): raise SystemExit",
    "an array that lies": NAME
    + "import numpy as np\nclass A(np.ndarray):\n"
    + "    def __array_function__(self, *a): return True\n"
    + "    def __ge__(self, other): return [True]\n"
    + "def double(x): return x.view(A)",
    "what is equal to all": ALIKE + "def double(x): return Alike()\nname = Alike",
    "a text equal to all": "class T(str):\n    __eq__ = lambda *a: True\n"
    + "def name(): return T('no')\ndef double(x): return 2 * x",
    "a list equal to all": "class L(list):\n    __len__ = lambda s: 1\n"
    + "def name(): return L()\ndef double(x): return 2 * x",
}


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("place", ["tests", "hidden"])
def test_no_answer_passes_by_a_trick(trick, place):
    kernel = Kernel()
    assert not kernel.check({place: TESTS}, TRICKS[trick])["passed"]
    honest = NAME + "import numpy as np\ndef double(x): return 2 * x"
    assert kernel.check({place: TESTS}, honest)["passed"], "the trick outlives its answer"


def test_what_a_cell_changes_does_no_harm_to_an_answer():
    kernel = Kernel()
    kernel.run(
        "import numpy as np\nallclose, np.allclose = np.allclose, lambda *a, **k: True", "cell"
    )
    report = kernel.check({"tests": TESTS}, LIES)
    assert [result["name"] for result in report["results"] if not result["passed"]] == [
        "twice x"
    ]


def test_a_trick_is_named():
    code = TRICKS["another allclose"]
    messages = [
        result["message"] for result in Kernel().check({"tests": TESTS}, code)["results"]
    ]
    assert "the answer changes `numpy.allclose`" in messages
