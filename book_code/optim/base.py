"""What all optimizers have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from book_code.autodiff import Tensor


class Optimizer:
    """What optimizers have in common: the parameters, and where gradients are read from.

    An optimizer gives every parameter a new array at each step and never writes into the old one:
    what was computed with the old weights stays true. What it remembers of a parameter (``state``)
    it does change in place.

    Args:
        params: the tensors to train, such as ``model.parameters()``.
        lr: learning rate; may be changed between steps.
    """

    def __init__(self, params: Iterable[Tensor], lr: float) -> None:
        self.params = [params] if isinstance(params, Tensor) else list(params)
        if not self.params:
            raise ValueError("the optimizer was given no parameters")
        for i, p in enumerate(self.params):
            if not isinstance(p, Tensor):
                raise TypeError(f"parameters are Tensors, got {type(p).__name__} at place {i}")
            if p.dtype.kind != "f":
                raise TypeError(f"parameters are floating-point, got {p.dtype} at place {i}")
            if p.record is not None:
                raise ValueError(
                    f"the tensor at place {i} is the result of {p.op}, not a parameter: "
                    "changing it would change nothing"
                )
        if len({id(p) for p in self.params}) < len(self.params):
            raise ValueError("a parameter is there twice, and would take every step twice")
        if not lr >= 0:
            raise ValueError(f"the learning rate must not be negative, got {lr}")
        self.lr = lr
        self.state: list[dict[str, Any]] = [{} for _ in self.params]

    def zero_grad(self) -> None:
        """Forget all gradients, so that the next backward() starts afresh."""
        for p in self.params:
            p.grad = None

    def step(self, grads: Sequence[Any] | None = None) -> None:
        """Change every parameter once.

        Args:
            grads: a gradient for each parameter, such as ``grad(loss, params)`` returns; when None,
                what ``backward()`` left in ``grad`` (a parameter without one stays as it is).
        """
        given = [p.grad for p in self.params] if grads is None else list(grads)
        if len(given) != len(self.params):
            raise ValueError(f"expected {len(self.params)} gradients, got {len(given)}")
        arrays = [_gradient(p, g) for p, g in zip(self.params, given, strict=True)]
        for p, array, state in zip(self.params, arrays, self.state, strict=True):
            if array is not None:
                p.data = self.updated(p.data, array, state)

    def updated(self, w: np.ndarray, g: np.ndarray, state: dict[str, Any]) -> np.ndarray:
        """The new value of a parameter ``w`` with gradient ``g``, in an array of its own.

        ``state`` is kept between steps. Neither ``w`` nor ``g`` may be written into.
        """
        raise NotImplementedError

    def state_dict(self) -> dict[str, Any]:
        """Copies of all that the optimizer remembers, for a checkpoint.

        >>> from book_code.optim import SGD
        >>> SGD([Tensor([1.0], requires_grad=True)], lr=0.1).state_dict()
        {'optimizer': 'SGD', 'lr': 0.1, 'state': [{}]}
        """
        return {
            "optimizer": type(self).__name__,
            "lr": self.lr,
            "state": [_copied(memory) for memory in self.state],
        }

    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Go on where :meth:`state_dict` was taken. Nothing changes unless everything fits.

        Raises:
            ValueError: when it was saved by another kind of optimizer, or for other parameters.
        """
        kind, memories = type(self).__name__, list(saved["state"])
        if saved["optimizer"] != kind:
            raise ValueError(f"this state is of {saved['optimizer']}, the optimizer is {kind}")
        if len(memories) != len(self.params):
            raise ValueError(
                f"this state is of {len(memories)} parameters, {kind} has {len(self.params)}"
            )
        for i, (p, memory) in enumerate(zip(self.params, memories, strict=True)):
            for name, value in memory.items():
                if isinstance(value, np.ndarray) and value.shape != p.shape:
                    raise ValueError(
                        f"{name} of parameter {i}: expected shape {p.shape}, got {value.shape}"
                    )
        self.lr = saved["lr"]
        self.state = [_copied(memory) for memory in memories]


def _gradient(p: Tensor, g: Any) -> np.ndarray | None:
    """The gradient of a parameter as an array; all are looked at before the first step is taken."""
    if g is None:
        return None
    array = g.data if isinstance(g, Tensor) else np.asarray(g, dtype=p.dtype)
    if array.shape != p.shape:
        raise ValueError(
            f"a parameter of shape {p.shape} got a gradient of shape {array.shape}"
        )
    return array


def _copied(memory: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v.copy() if isinstance(v, np.ndarray) else v for k, v in memory.items()}


def remembered(state: dict[str, Any], name: str, like: np.ndarray) -> np.ndarray:
    """What is remembered under a name; zeros at first.

    >>> remembered({}, "m", np.ones(2))
    array([0., 0.])
    """
    if name not in state:
        state[name] = np.zeros_like(like)
    return state[name]


def decayed(g: np.ndarray, w: np.ndarray, weight_decay: float) -> np.ndarray:
    """The gradient with that of ½ · weight_decay · ‖w‖² added to it.

    >>> decayed(np.array([1.0]), np.array([10.0]), 0.1)
    array([2.])
    """
    if not weight_decay:
        return g
    out = np.empty_like(w)
    np.multiply(w, weight_decay, out=out)
    out += g
    return out


def check_settings(**settings: float) -> None:
    """Raise unless no setting is negative.

    >>> check_settings(eps=-1)
    Traceback (most recent call last):
    ValueError: eps must not be negative, got -1
    """
    for name, value in settings.items():
        if not value >= 0:
            raise ValueError(f"{name} must not be negative, got {value}")


def check_betas(betas: Any) -> None:
    """Raise unless there are two shares.

    >>> check_betas((0.9,))
    Traceback (most recent call last):
    ValueError: expected two betas, got (0.9,)
    """
    if np.shape(betas) != (2,):
        raise ValueError(f"expected two betas, got {betas}")
    check_shares(betas=betas)


def check_shares(**settings: Any) -> None:
    """Raise unless every setting, a number or several, lies between 0 and 1.

    >>> check_shares(betas=(0.9, 1.0))
    Traceback (most recent call last):
    ValueError: betas must lie between 0 and 1 (1 excluded), got (0.9, 1.0)
    """
    for name, value in settings.items():
        if not np.all((np.asarray(value) >= 0) & (np.asarray(value) < 1)):
            raise ValueError(f"{name} must lie between 0 and 1 (1 excluded), got {value}")
