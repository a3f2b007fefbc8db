import sys
import types

import numpy as np
import pytest

from book_code import nn
from book_code.autodiff import Tensor
from widgets.src.runtime.inspection import MOST_TEXT, SIDE, complete, describe, name_at
from widgets.src.runtime.kernel import Kernel


class Wary:
    """Says when somebody computes something of it."""

    plain = 1

    @property
    def costly(self):
        raise AssertionError("a property was computed")

    def __getattr__(self, name):
        raise AssertionError("__getattr__ was asked")


def labels(namespace, code):
    return [option["label"] for option in complete(namespace, code, len(code))["options"]]


def test_names_go_on_as_the_namespace_has_them():
    namespace = {"np": np, "nn": nn, "learning_rate": 0.1, "_hidden": 1}
    assert labels(namespace, "x = learn") == ["learning_rate"]
    assert labels(namespace, "np.linalg.ei") == ["eig", "eigh", "eigvals", "eigvalsh"]
    assert "Linear" in labels(namespace, "layer = nn.L")
    assert "lambda" in labels(namespace, "la")
    assert "len" in labels(namespace, "le")
    assert "_hidden" in labels(namespace, "_h")
    assert "_hidden" not in labels(namespace, "")
    assert labels(namespace, "nobody.") == []
    assert labels(namespace, "3.") == []


def test_a_name_says_what_it_is():
    namespace = {"x": np.zeros((2, 3)), "nn": nn, "t": Tensor([1.0]), "n": 3}
    kinds = {o["label"]: o for code in ("x", "nn", "t", "n") for o in complete(namespace, code, len(code))["options"]}  # fmt: skip
    assert kinds["x"] == {"label": "x", "type": "variable", "detail": "ndarray (2, 3)"}
    assert kinds["t"]["detail"] == "Tensor (1,)"
    assert kinds["nn"]["type"] == "namespace"
    assert kinds["n"]["detail"] == "int"


def test_nothing_of_the_readers_is_computed():
    namespace = {"wary": Wary()}
    assert "costly" in labels(namespace, "wary.c")
    assert describe(namespace, "wary.costly", 6) is None
    assert describe(namespace, "wary.unknown", 6) is None
    assert describe(namespace, "wary.plain", 6)["text"] == "1"


def test_an_object_that_breaks_is_described_all_the_same():
    class Broken:
        def __repr__(self):
            raise RuntimeError

        def __dir__(self):
            raise RuntimeError

    assert describe({"b": Broken()}, "b", 0) == {"name": "b", "type": "Broken", "text": "…"}
    assert labels({"b": Broken()}, "b.") == []


def test_a_function_of_the_book_leads_to_its_place():
    said = describe({"nn": nn}, "nn.Linear(2, 3)", 4)
    assert said["home"] == "book_code.nn.linear.Linear"
    assert said["signature"].startswith("Linear(in_features")
    assert said["summary"] == "y = x Wᵀ + b."
    assert describe({"np": np}, "np.dot", 4)["home"] == ""
    assert describe({"np": np}, "np.dot", 4)["signature"].startswith("dot(a, b")
    assert describe({"nn": nn}, "nn.Linear", 1)["home"] == "book_code.nn"
    assert describe({}, "print", 1)["summary"].startswith("Prints the values")


def test_the_name_under_the_cursor():
    code = "model.layer.weight[0] + other"
    assert [name_at(code, at) for at in (0, 5, 6, 13, 24)] == [
        "model",
        "model",
        "model.layer",
        "model.layer.weight",
        "other",
    ]
    assert name_at("f(x).shape", 6) == ""  # of what a call gives
    assert name_at("for x in y", 1) == ""
    assert name_at("", 0) == ""


@pytest.mark.parametrize(
    "array",
    [
        np.arange(5),
        np.zeros((3, 4), bool),
        np.ones((2, 3, 40, 50), np.float32),
        np.array(2.5),
        np.array([1e300, -1e300]),
        np.array([1.0, 1.0 + 1e-16]),
        np.array([[1, 2], [3, 4]], np.uint8),
    ],
)
def test_an_array_is_drawn(array):
    seen = describe({"a": array}, "a", 0)["array"]
    assert seen["shape"] == list(array.shape)
    assert seen["dtype"] == str(array.dtype)
    assert sum(seen["histogram"]) == array.size
    assert len(seen["histogram"]) == SIDE
    assert seen["low"] == array.min()
    assert seen["high"] == array.max()
    if array.ndim > 1:
        assert np.shape(seen["image"]) == tuple(min(n, SIDE) for n in array.shape[-2:])
        assert seen["page"] == [0] * (array.ndim - 2)


def test_missing_numbers_are_counted_and_left_out():
    array = np.array([[np.nan, np.inf], [0.0, 2.0]])
    seen = describe({"a": array}, "a", 0)["array"]
    assert (seen["missing"], seen["low"], seen["high"]) == (2, 0.0, 2.0)
    assert seen["image"] == [[-1, -1], [0, 255]]
    empty = describe({"a": np.zeros((0, 3))}, "a", 0)["array"]
    assert empty == {"shape": [0, 3], "dtype": "float64", "bytes": 0, "missing": 0}


def test_of_a_long_value_only_the_beginning_is_asked():
    class Heavy:
        asked = 0

        def __repr__(self):
            Heavy.asked += 1
            return "heavy"

    answer = describe({"many": [Heavy() for _ in range(5000)]}, "many", 1)
    assert answer["text"].startswith("[heavy, heavy")
    assert Heavy.asked < 500


def test_a_module_imports_nothing_for_a_hint(monkeypatch):
    module = types.ModuleType("lazy")
    module.there = 1
    module.__getattr__ = lambda name: pytest.fail(f"{name} was asked for")
    monkeypatch.setattr(module, "__dir__", lambda: ["there", "later"], raising=False)
    assert describe({"lazy": module}, "lazy.later", 6) is None
    options = complete({"lazy": module}, "lazy.", 5)["options"]
    assert [option["label"] for option in options] == ["later", "there"]


def test_a_long_value_is_cut():
    text = describe({"words": "a" * 10_000}, "words", 0)["text"]
    assert len(text) == MOST_TEXT
    assert text.endswith("…")


def test_modules_without_a_text_and_types_without_a_signature():
    module = types.ModuleType("mine")
    assert describe({"m": module}, "m", 0)["summary"] == ""
    assert describe({"sys": sys}, "sys", 0)["signature"] == ""


def test_the_kernel_answers_from_the_pages_variables():
    kernel = Kernel()
    kernel.run("weights = [1, 2]", "a")
    assert '"weights"' in kernel.ask_json("complete", "wei", 3)
    assert '"[1, 2]"' in kernel.ask_json("describe", "weights", 2)
