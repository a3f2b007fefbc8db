"""The reference: whole, and with its examples in the form of examples."""

import importlib
import inspect
import pkgutil

import pytest

import book_code
from book_code.models.registry import FAMILIES
from widgets.pages.docstrings import prepared

from .site import SITE, pages

# Rooms whose modules are shown one by one; of all others, what the room itself shows.
BY_MODULE = ("models", "environments", "text", "training")
SHOWN = {"autodiff.functional", "autodiff.micro", "autodiff.ops", "data.toy"}
INSIDE = {"experiments", "names", "models.fields", "training.checks"}  # what serves the others
TWINS = {"models", "compression", "explain"}  # whose PyTorch halves have the same names
INNER = {
    "as_value",
    "cast",
    "config",
    "normalized_axes",
    "pair",
    "predicted",
    "read_json",
    "write_json",
}  # for the package's own use


def rooms():
    """The modules in which a reader looks for something; a new one is there by itself."""
    names = [m.name for m in pkgutil.walk_packages(book_code.__path__, "book_code.")]
    for name in (name.removeprefix("book_code.") for name in names):
        room, _, rest = name.partition(".")
        twin = room in TWINS and name.rpartition(".")[2].startswith("torch_")
        if {name, room} & INSIDE or "._" in name or twin:
            continue
        if not rest or room in BY_MODULE or name in SHOWN:
            yield name


def public(room):
    """The names that a room shows: of __all__, else what it defines itself; not what refuses bad input."""
    module = importlib.import_module(f"book_code.{room}")
    names = getattr(module, "__all__", None) or [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    ]
    values = {
        n: getattr(module, n) for n in names if not n.startswith("check_") or n == "check_grads"
    }
    return {n: v for n, v in values.items() if inspect.isclass(v) or inspect.isfunction(v)}


def test_the_rooms_are_those_of_the_package():
    found = list(rooms())
    assert {"nn", "losses", "audio", "text.decoding", "training.torch_loop"} <= set(found)
    assert {f"models.{name}.numpy_model" for name in FAMILIES} <= set(found)
    assert not [room for room in found if "torch_model" in room]


@pytest.mark.parametrize("room", list(rooms()))
def test_every_public_name_has_its_place(room):
    described = {
        name for url, page in pages().items() if "reference/" in url for name in page.ids
    }
    gone = [
        name
        for name, value in public(room).items()
        if name not in INNER and f"{value.__module__}.{value.__qualname__}" not in described
    ]
    alias = {f"book_code.{room}.{name}" for name in gone} & described
    assert not [name for name in gone if f"book_code.{room}.{name}" not in alias]


def test_a_bare_doctest_becomes_an_example():
    assert prepared("Add.\n\n>>> 1 + 1\n2") == "Add.\n\nExamples:\n    >>> 1 + 1\n    2"
    whole = "Add.\n\nArgs:\n    x: a number.\n\n>>> 1 + 1\n2\n\nRaises:\n    ValueError: never."
    assert prepared(whole).index("Examples:\n    >>>") < prepared(whole).index("\n\nRaises:")
    assert prepared("Nothing to see.") == "Nothing to see."
    assert prepared("See :func:`~book_code.nn.Linear`.") == "See `book_code.nn.Linear`."


def test_no_example_is_set_as_a_quotation():
    for path in SITE.rglob("reference/*/index.html"):
        assert "<blockquote" not in path.read_text(encoding="utf-8"), path


def test_what_is_shown_is_no_module():
    """`losses.ctc` is a function and a file; asked for by that name, the file would come, twice over."""
    for path in SITE.rglob("reference/*/index.html"):
        assert "doc-object doc-module" not in path.read_text(encoding="utf-8"), path
