"""DP-SGD in PyTorch: the steps of `dp_sgd.py`, all examples of a batch at once by `torch.func` (arXiv:1607.00133)."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, vmap

from ..data import Dataset, Split
from .checks import check_run, splits
from .dp_sgd import check_model, check_settings
from .privacy import epsilon


# --8<-- [start:per_example]
def per_example_gradients(
    model: nn.Module,
    x: Tensor,
    y: Tensor,
    loss: Callable[..., Tensor] = nn.functional.cross_entropy,
) -> list[Tensor]:
    """Return every example's own gradient: for each parameter a tensor (N, *its shape)."""
    check_model(model.modules())
    parameters = {name: p.detach() for name, p in model.named_parameters()}
    if len(x) == 0:
        return [p.new_zeros(0, *p.shape) for p in parameters.values()]

    def of_one(parameters: dict[str, Tensor], x: Tensor, y: Tensor) -> Tensor:
        return loss(functional_call(model, parameters, (x[None],)), y[None])

    every = vmap(grad(of_one), in_dims=(None, 0, 0), randomness="different")
    return list(every(parameters, x, y).values())


# --8<-- [end:per_example]


# --8<-- [start:privatize]
def privatize(
    gradients: Sequence[Tensor],
    clip: float,
    noise: float,
    expected: float,
    *,
    rng: np.random.Generator,
) -> list[Tensor]:
    """Cut every example's gradient, add them up, add noise, and divide by the expected size of a batch.

    The arguments are those of the NumPy version; the noise is drawn by the same generator.
    """
    check_settings(clip, noise)
    squares = [g.double().flatten(1).square().sum(dim=1) for g in gradients]
    lengths = torch.stack(squares).sum(dim=0).sqrt()  # (N,)
    factors = (clip / lengths.clamp(min=1e-12)).clamp(max=1.0)  # (N,)
    out = []
    for g in gradients:
        total = torch.tensordot(factors, g.double(), dims=1)
        if noise:
            drawn = torch.from_numpy(np.asarray(rng.standard_normal(tuple(total.shape))))
            total = total + noise * clip * drawn.to(total.device)
        out.append((total / expected).to(g.dtype))
    return out


# --8<-- [end:privatize]


# --8<-- [start:fit]
def fit_private_torch(
    model: nn.Module,
    data: Dataset | Split,
    *,
    optimizer: torch.optim.Optimizer,
    loss: Callable[..., Tensor] = nn.functional.cross_entropy,
    steps: int,
    batch_size: int,
    clip: float,
    noise: float,
    delta: float = 1e-5,
    rng: np.random.Generator,
    device: str | torch.device = "cpu",
) -> float:
    """Train a model so that no example can be told from it, and return the ε that was spent.

    The arguments are those of `fit_private`, and the device, where the whole data set is moved once.
    """
    train, _ = splits(data)
    check_run(train, steps, batch_size, rng)
    share = min(1.0, batch_size / len(train))
    model.to(device).train()
    like = next(model.parameters())
    x, y = (moved(part, like) for part in (train.x, train.y))
    for _ in range(steps):
        batch = torch.from_numpy(np.nonzero(rng.random(len(train)) < share)[0]).to(like.device)
        gradients = per_example_gradients(model, x[batch], y[batch], loss)
        private = privatize(gradients, clip, noise, share * len(train), rng=rng)
        for p, g in zip(model.parameters(), private, strict=True):
            p.grad = g
        optimizer.step()
    return epsilon(share, noise, steps, delta) if math.isfinite(clip) else math.inf


# --8<-- [end:fit]


def moved(array: Any, like: Tensor) -> Tensor:
    """Return an array on the device of a parameter, floats in its type."""
    tensor = torch.from_numpy(np.asarray(array)).to(like.device)
    return tensor.to(like.dtype) if tensor.is_floating_point() else tensor
