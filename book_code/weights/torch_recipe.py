"""From a recipe to a file of weights and its card."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from book_code.experiments import _runner
from book_code.experiments._fingerprint import fingerprint
from book_code.experiments._result import write_bytes
from book_code.interop import from_torch
from book_code.models import registry
from book_code.weights import MOST, _probe, card_path


@dataclass
class Measured:
    """A number that was measured on held-out data, in the words of the card."""

    what: str
    value: float
    unit: str = ""

    def to_json(self) -> dict[str, Any]:
        """The entry of the card."""
        return {"what": self.what, "value": float(f"{self.value:.5g}"), "unit": self.unit}


@dataclass(frozen=True)
class Recipe:
    """What is trained, on what and how, and what its card says besides.

    Attributes:
        title: the model in a line.
        preset: the preset of the model; `fields` of its configuration are replaced.
        dataset: the name of the data set.
        settings: of the training: a frozen dataclass with a seed; its `quick()` makes it a matter of seconds.
        train: trains a fresh model in place, or puts finished weights into it; returns what more to put into the
            record of the training.
        measure: the numbers of the card, from the model as it ships.
        data: the data set in words.
        licence: of the data.
        limits: what the model is not good for.
        fields: of the configuration.
        tokenizers: the tokenizers of a model of language, by side.
    """

    title: str
    preset: str
    dataset: str
    settings: Any
    train: Callable[[Any, Any], Mapping[str, Any] | None]
    measure: Callable[[Any, Any], list[Measured]]
    data: str
    licence: str
    limits: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    tokenizers: Callable[[], Mapping[str, Any]] = dict

    @property
    def name(self) -> str:
        """The name of the weights."""
        return f"{self.preset}-{self.dataset}"

    def hash(self) -> str:
        """The hash of the code, the sizes and the settings that the weights depend on."""
        code = fingerprint(self.train.__module__, (self.train.__name__,))[0]
        parts = [code, dict(self.fields), dataclasses.asdict(self.settings)]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def make(recipe: Recipe) -> dict[str, Any]:
    """Train, write the weights as float16 and their card; returns the card.

    Raises:
        ValueError: if the file is larger than what ships, or a weight is beyond float16.
    """
    torch.manual_seed(recipe.settings.seed)
    rng = np.random.default_rng(recipe.settings.seed)
    model = registry.build(recipe.preset, "torch", rng=rng, **recipe.fields)
    start = time.perf_counter()
    more = recipe.train(model, recipe.settings) or {}
    seconds = round(time.perf_counter() - start, 1)
    path = registry.save(recipe.preset, recipe.dataset, from_torch(model), **recipe.fields)
    if (size := path.stat().st_size) > MOST:
        path.unlink()
        raise ValueError(f"{recipe.name} would take {size:,} bytes of {MOST:,}")
    training = dataclasses.asdict(recipe.settings) | {"seconds": seconds} | circumstances()
    return describe(recipe, training | dict(more), recipe.hash())


def describe(recipe: Recipe, training: Mapping[str, Any], digest: str) -> dict[str, Any]:
    """Measure the weights that lie there and write their card, with the record of their training; returns it."""
    model = registry.load(recipe.preset, recipe.dataset, "torch")
    content = registry.weights_path(recipe.preset, recipe.dataset).read_bytes()
    card = {
        "title": recipe.title,
        "preset": recipe.preset,
        "dataset": recipe.dataset,
        "data": recipe.data,
        "licence": recipe.licence,
        "limits": recipe.limits,
        "config": dataclasses.asdict(model.config),
        "parameters": sum(p.numel() for p in model.parameters()),
        "training": training,
        "measured": [each.to_json() for each in recipe.measure(model, recipe.settings)],
        "probe": _probe.shown(_probe.answer(model, _probe.inputs(model.config))),
        "tokenizers": dict(recipe.tokenizers()),
        "recipe_hash": digest,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    write_bytes(card_path(recipe.name), (_pretty(card) + "\n").encode())
    return card


def circumstances() -> dict[str, Any]:
    """Where, with what and from which commit, as the results of experiments say it."""
    return {
        "device": _runner.describe("cpu", {"torch"}),
        "versions": _runner.versions({"numpy", "torch"}),
        "commit": _runner.commit(),
    }


def _pretty(card: Mapping[str, Any]) -> str:
    """JSON with an entry a line; what an entry holds stays on it."""
    lines = [
        f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
        for key, value in card.items()
    ]
    return "{\n  " + ",\n  ".join(lines) + "\n}"
