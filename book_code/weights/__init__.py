"""Trained weights that ship with the book, each at most 1 MB, each with a card.

A card says what the model is, what it was trained on and how, what was measured on data that it had not seen, and
what it is not good for. ``python -m book_code.weights`` trains what is missing and writes weights and cards.

>>> "lenet5-mnist" in names()
True
>>> card("lenet5-mnist")["parameters"]
61706
"""

import json
from pathlib import Path
from typing import Any

from ..models import registry
from ..names import unknown
from ..text.bpe import BPE

MOST = 1_000_000  # bytes of a file of weights


def names() -> list[str]:
    """Return the names of the weights that ship: a preset, a hyphen, a data set."""
    return registry.shipped()


def load(name: str, backend: str = "numpy") -> Any:
    """Return a trained model, in evaluation mode; its numbers are float32, rounded as float16.

    Args:
        name: one of `names()`.
        backend: "numpy" or "torch".

    Raises:
        ValueError: for an unknown name (the message has the nearest), or a file that is not the one that its card
            describes.

    >>> model = load("lenet5-mnist")
    >>> model.training, model.config.classes
    (False, 10)
    >>> load("lenet5-mnits")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    ValueError: unknown weights 'lenet5-mnits'; did you mean 'lenet5-mnist'? Known: ...
    """
    known = card(name)
    return registry.load(known["preset"], known["dataset"], backend)


def card(name: str) -> dict[str, Any]:
    """Return what is known of the weights: model, data and their licence, training, what was measured, limits.

    Raises:
        ValueError: for an unknown name, or weights without a card.

    >>> [measured] = card("lenet5-mnist")["measured"]
    >>> measured["what"], measured["unit"]
    ('error on the test split', '%')
    """
    if name not in names():
        raise ValueError(unknown("weights", name, names()))
    path = card_path(name)
    if not path.exists():
        raise ValueError(
            f"the weights {name!r} have no card: python -m book_code.weights {name} writes it"
        )
    return json.loads(path.read_text(encoding="utf-8"))


def card_path(name: str) -> Path:
    """Return where the card of weights lies: beside them."""
    return registry.WEIGHTS / f"{name}.json"


def tokenizer(name: str, side: str = "text") -> BPE:
    """Return the tokenizer that a model of language was trained with.

    Args:
        name: one of `names()`.
        side: "text"; "source" or "target" for a model that translates.

    Raises:
        ValueError: for a model without such a tokenizer.

    >>> tokenizer("lenet5-mnist")
    Traceback (most recent call last):
    ValueError: the weights 'lenet5-mnist' have no tokenizer 'text'. Known: none
    """
    known = card(name).get("tokenizers", {})
    if side not in known:
        listed = ", ".join(known) or "none"
        raise ValueError(f"the weights {name!r} have no tokenizer {side!r}. Known: {listed}")
    return BPE(known[side]["merges"], known[side]["special"])
