"""DP-SGD: Abadi et al. (2016), Deep Learning with Differential Privacy, arXiv:1607.00133, algorithm 1.

Each example's gradient is cut to a norm, all are added up, and noise is added that hides any one of them.
`privacy.py` says how much such a run can tell.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..autodiff import Tensor, grad
from ..data import Dataset, Split
from ..losses import cross_entropy
from ..nn import Module
from ..optim import Optimizer
from .checks import check_run, splits
from .privacy import epsilon


# --8<-- [start:per_example]
def per_example_gradients(
    model: Module, x: np.ndarray, y: np.ndarray, loss: Callable[..., Tensor] = cross_entropy
) -> list[np.ndarray]:
    """Return every example's own gradient, one at a time: for each parameter an array (N, *its shape).

    >>> import book_code as bc
    >>> model = bc.build("softmax-regression-tiny", rng=np.random.default_rng(0))
    >>> [g.shape for g in per_example_gradients(model, np.eye(4, dtype=np.float32), np.array([0, 1, 2, 0]))]
    [(4, 3, 4), (4, 3)]
    """
    check_model(model.modules())
    parameters = model.parameters()
    gradients = [np.zeros((len(x), *p.shape), p.dtype) for p in parameters]
    for i in range(len(x)):
        found = grad(loss(model(x[i : i + 1]), y[i : i + 1]), parameters)
        for rows, g in zip(gradients, found, strict=True):
            rows[i] = g.data
    return gradients


# --8<-- [end:per_example]


# --8<-- [start:privatize]
def privatize(
    gradients: Sequence[np.ndarray],
    clip: float,
    noise: float,
    expected: float,
    *,
    rng: np.random.Generator,
) -> list[np.ndarray]:
    """Cut every example's gradient, add them up, add noise, and divide by the expected size of a batch.

    Args:
        gradients: one array (N, *shape) a parameter.
        clip: C, the longest that an example's gradient, taken as one vector, may be; math.inf for any.
        noise: σ; each number gets noise of standard deviation σ · C.
        expected: how many examples a batch has on average; not N itself, which would tell who is there.
        rng: draws the noise.

    >>> g = [np.array([[3.0, 4.0], [0.3, 0.4]])]  # of length 5 and 0.5
    >>> privatize(g, clip=1.0, noise=0.0, expected=2, rng=np.random.default_rng(0))[0].round(2).tolist()
    [0.45, 0.6]
    """
    check_settings(clip, noise)
    squares = [
        np.square(g, dtype=np.float64).sum(axis=tuple(range(1, g.ndim))) for g in gradients
    ]
    lengths = np.sqrt(np.sum(squares, axis=0))  # (N,)
    factors = np.minimum(1.0, clip / np.maximum(lengths, 1e-12))  # (N,)
    out = []
    for g in gradients:
        total = np.tensordot(factors, g, axes=1)  # in float64
        if noise:
            total = total + noise * clip * rng.standard_normal(total.shape)
        out.append((total / expected).astype(g.dtype))
    return out


# --8<-- [end:privatize]


# --8<-- [start:fit]
def fit_private(
    model: Module,
    data: Dataset | Split,
    *,
    optimizer: Optimizer,
    loss: Callable[..., Tensor] = cross_entropy,
    steps: int,
    batch_size: int,
    clip: float,
    noise: float,
    delta: float = 1e-5,
    rng: np.random.Generator,
) -> float:
    """Train a model so that no example can be told from it, and return the ε that was spent.

    Every example is in a batch with the same probability, whoever else is: batches vary in size, as the accountant
    wants it.

    Args:
        model: it may not mix examples, as batch normalization does.
        data: a Dataset (its train split is fitted), a Split or a pair (x, y).
        optimizer: made from `model.parameters()`; plain SGD in the paper.
        loss: of a minibatch of one.
        steps: how many steps to take.
        batch_size: how many examples a batch has on average.
        clip: the longest that an example's gradient may be.
        noise: standard deviation of the noise, in units of `clip`.
        delta: how likely the promise may be broken.
        rng: draws batches and noise.

    >>> import book_code as bc
    >>> from book_code import optim
    >>> model = bc.build("softmax-regression-tiny", rng=np.random.default_rng(0))
    >>> x, y = np.eye(4, dtype=np.float32)[[0, 1, 2] * 50], np.array([0, 1, 2] * 50)
    >>> settings = {"steps": 20, "batch_size": 15, "clip": 1.0, "noise": 2.0, "rng": np.random.default_rng(0)}
    >>> round(fit_private(model, (x, y), optimizer=optim.SGD(model.parameters(), 0.5), **settings), 2)
    1.23
    """
    train, _ = splits(data)
    check_run(train, steps, batch_size, rng)
    share = min(1.0, batch_size / len(train))
    model.train()
    for _ in range(steps):
        batch = np.nonzero(rng.random(len(train)) < share)[0]
        gradients = per_example_gradients(model, train.x[batch], train.y[batch], loss)
        optimizer.step(privatize(gradients, clip, noise, share * len(train), rng=rng))
    return epsilon(share, noise, steps, delta) if math.isfinite(clip) else math.inf


# --8<-- [end:fit]


def check_settings(clip: float, noise: float) -> None:
    """Raise unless gradients are cut to some length, and noise has a scale."""
    if not clip > 0 or not noise >= 0:
        raise ValueError(
            f"DP-SGD expected clip above 0 and noise from 0, got {clip} and {noise}"
        )
    if noise and not math.isfinite(clip):
        raise ValueError(
            "DP-SGD: noise is measured by clip; without clipping nothing is hidden"
        )


def check_model(modules: Any) -> None:
    """Raise if a layer mixes the examples of a batch: then no example has a gradient of its own."""
    for module in modules:
        if (
            "BatchNorm" in type(module).__name__
        ):  # PyTorch has SyncBatchNorm and LazyBatchNorm besides
            raise ValueError(
                "DP-SGD: batch normalization mixes the examples of a batch, so that none has a gradient of its own; "
                "use GroupNorm or LayerNorm"
            )
