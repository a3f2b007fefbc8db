"""How each architecture is tried: one file a family, whose CASES name its small presets.

A family that is registered without a file here fails `tests/models/test_registry.py`. The tests that use
the cases are `test_every_model.py` (NumPy alone, also in the browser's Python) and `test_parity_torch.py`
(NumPy against PyTorch). PyTorch is imported inside functions only.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from book_code import losses
from book_code.models import registry

Batch = dict[str, np.ndarray]  # in the PyTorch tests, the same with tensors
Function = Callable[[Any, Any], Any]  # (model, batch) -> loss or outputs


@dataclass(frozen=True)
class Objective:
    """One loss of an architecture; a GAN has one a player.

    Attributes:
        numpy: (NumPy model, batch of arrays) -> a scalar Tensor.
        torch: (PyTorch model, batch of tensors) -> a scalar tensor; imports PyTorch inside.
        trains: the parameters that it trains: those whose name begins so.
        below: what it falls below when eight examples are learned by heart, with `steps` of Adam at `lr`.
        room: fields of the configuration to change for that, where the tiny form is too tiny.
        shrink: factor on the step of the differences that gradients are compared with, for deep networks with
            ReLUs, in which a kink is never far.
    """

    numpy: Function
    torch: Function
    trains: str | tuple[str, ...] = ""
    below: float = 0.05
    steps: int = 150
    lr: float = 0.03
    room: Mapping[str, Any] = field(default_factory=dict)
    shrink: float = 1.0


class With:
    """Another value of a field that needs other fields changed too, before and after."""

    def __init__(self, value: Any, **room: Any):
        self.value, self.room = value, room


@dataclass(frozen=True)
class Case:
    """How one small preset is tried.

    Attributes:
        batch: (configuration, n, generator) -> the arrays of n examples, floats as float64 and integers as int64.
        objectives: its losses by name.
        other: for every field of the configuration another value (`With(value, field=...)` where others must
            change too); the outputs or a loss must change with it.
        forward: (model, batch) -> outputs, the same function for both back ends.
        room: fields changed throughout the test of `other`, where the tiny form is too tiny.
        variants: further overrides for which NumPy and PyTorch are compared; the tiny form itself always is.
        published: parameter counts of the family's full presets, as the paper or the reference has them.
        unpublished: why a full preset of the family has no published count.
    """

    batch: Callable[[Any, int, np.random.Generator], Batch]
    objectives: Mapping[str, Objective]
    other: Mapping[str, Any]
    forward: Function = lambda model, batch: model(batch["x"])
    room: Mapping[str, Any] = field(default_factory=dict)
    variants: tuple[Mapping[str, Any], ...] = ()
    published: Mapping[str, int] = field(default_factory=dict)
    unpublished: Mapping[str, str] = field(default_factory=dict)


def cases(family: str) -> dict[str, Case]:
    """Return the cases of a family by preset."""
    return importlib.import_module(f"{__name__}.{family}").CASES


@cache
def all_cases() -> dict[str, Case]:
    """Return the cases of all families by preset."""
    return {name: case for family in registry.FAMILIES for name, case in cases(family).items()}


def labelled(config: Any, n: int, rng: np.random.Generator) -> Batch:
    """Return n inputs of `config.input_shape` and labels of `config.classes` classes, each as often."""
    x = rng.normal(size=(n, *config.input_shape))
    return {"x": x, "y": np.resize(np.arange(config.classes, dtype=np.int64), n)}


def cross_entropy(**settings: Any) -> dict[str, Objective]:
    """Return the objective of a classifier whose outputs are logits (N, classes)."""

    def torch_loss(model: Any, batch: Any) -> Any:
        from torch.nn import functional

        return functional.cross_entropy(model(batch["x"]), batch["y"])

    return {
        "cross_entropy": Objective(
            lambda model, batch: losses.cross_entropy(model(batch["x"]), batch["y"]),
            torch_loss,
            **settings,
        )
    }
