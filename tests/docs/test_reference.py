"""The reference: whole, and with its examples in the form of examples."""

import importlib
import inspect

import pytest

from book_code.models.registry import FAMILIES as FAMILIES_OF
from widgets.pages.docstrings import prepared

from .site import SITE, pages

ROOMS = [
    "architecture_search",
    "audio",
    "autodiff.functional",
    "autodiff.micro",
    "autodiff.ops",
    "compression",
    "data",
    "data.toy",
    "environments",
    "environments.cartpole",
    "environments.gridworld",
    "explain",
    "init",
    "interop",
    "losses",
    "metrics",
    "models",
    "nn",
    "optim",
    "regularizers",
    "schedules",
    "text.bpe",
    "text.decoding",
    "text.wordpiece",
    "training",
    "training.dp_sgd",
    "training.loop",
    "training.privacy",
    "training.torch_checkpoint",
    "training.torch_loop",
    "training.transfer",
]
FAMILIES = [
    f"models.{family}.{part}" for family in FAMILIES_OF for part in ("config", "numpy_model")
]
INNER = {
    "as_value",
    "cast",
    "check_features",
    "check_images",
    "config",
    "normalized_axes",
    "pair",
    "predicted",
    "read_json",
    "write_json",
}  # for the package's own use


def public(room):
    """The names that a room shows: of __all__, else what it defines itself."""
    module = importlib.import_module(f"book_code.{room}")
    names = getattr(module, "__all__", None) or [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    ]
    values = {name: getattr(module, name) for name in names}
    if room.endswith(".config"):  # what a reader sets, not what checks it
        values = {name: v for name, v in values.items() if hasattr(v, "architecture")}
    return {n: v for n, v in values.items() if inspect.isclass(v) or inspect.isfunction(v)}


@pytest.mark.parametrize("room", [*ROOMS, *FAMILIES])
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
