"""What the tests of all architectures share: small models, their batches, their states."""

from typing import Any, NamedTuple

import numpy as np

from book_code.autodiff import Tensor
from book_code.models import registry
from book_code.nn import Module

from .cases import Batch, Case, Objective, all_cases, cases

TINY = list(all_cases())
OBJECTIVES = [(name, loss) for name, case in all_cases().items() for loss in case.objectives]


def case_of(name: str) -> Case:
    """Return the case that tries a preset: its own, or that of the small preset of its kind."""
    if name in all_cases():
        return all_cases()[name]
    kind = registry.config(name).architecture
    return next(
        case
        for tiny, case in cases(registry.family(name)).items()
        if registry.config(tiny).architecture == kind
    )


def batch(name: str, n: int, dtype: Any = np.float64, **overrides: Any) -> Batch:
    """Return n examples that fit a preset, floats as `dtype`."""
    made = case_of(name).batch(registry.config(name, **overrides), n, np.random.default_rng(7))
    return {k: v.astype(dtype) if v.dtype.kind == "f" else v for k, v in made.items()}


def model(name: str, dtype: Any = np.float64, **overrides: Any) -> Any:
    """Build the NumPy model with weights that are nowhere zero, so that nothing hides behind a zero."""
    built = registry.build(name, rng=np.random.default_rng(0), **overrides)
    rng = np.random.default_rng(1)
    state = {key: shaken(key, value, rng) for key, value in built.state_dict().items()}
    built.load_state_dict(state)
    return built.astype(dtype)


def shaken(name: str, value: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the weights moved a little; a variance stays positive, a counter as it is."""
    if value.dtype.kind != "f":
        return value
    noise = 0.1 * rng.normal(size=value.shape)
    return (value + (np.abs(noise) if name.endswith("running_var") else noise)).astype(
        value.dtype
    )


class Loss(Module):
    """A model and one of its losses as one module, a function of the weights."""

    def __init__(self, net: Module, objective: Objective):
        super().__init__()
        self.net, self.objective = net, objective
        self._start = buffers(net)

    def forward(self, given: Batch) -> Tensor:
        """Return the loss, the buffers as they were at first."""
        put_buffers(self.net, self._start)
        return self.objective.numpy(self.net, given)


def trained(net: Module, objective: Objective) -> dict[str, Tensor]:
    """Return the parameters that an objective trains, by name; frozen ones do not learn."""
    named = {k: p for k, p in net.named_parameters() if k.startswith(objective.trains)}
    return {k: p for k, p in named.items() if p.requires_grad}


def buffers(net: Module) -> dict[str, np.ndarray]:
    """Return copies of the buffers by name."""
    named = {name: getattr(owner, attribute) for name, owner, attribute in net._state()}
    return {name: v.copy() for name, v in named.items() if isinstance(v, np.ndarray)}


def put_buffers(net: Module, values: dict[str, np.ndarray]) -> None:
    """Put buffers back as :func:`buffers` gave them."""
    for name, owner, attribute in net._state():
        if name in values:
            setattr(owner, attribute, values[name].copy())


class Flat(NamedTuple):
    """One array of the outputs, with the way to it."""

    name: str
    array: Any


def flat(outputs: Any, name: str = "outputs") -> list[Flat]:
    """Return the arrays that a model put out: one, or those of a tuple or a dictionary."""
    if outputs is None:
        return []
    if isinstance(outputs, dict):
        return [f for key, item in outputs.items() for f in flat(item, f"{name}[{key!r}]")]
    if isinstance(outputs, (tuple, list)):
        keys = getattr(outputs, "_fields", range(len(outputs)))
        return [
            f
            for key, item in zip(keys, outputs, strict=True)
            for f in flat(item, f"{name}.{key}")
        ]
    return [Flat(name, outputs)]
