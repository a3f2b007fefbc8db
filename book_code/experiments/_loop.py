"""The training loop of the experiments, on any device and any number of processes (Lightning Fabric).

Started alone it is the plain loop. Started N times by `--devices N` or `torchrun`, every process
takes its rows of each minibatch, and the gradients are averaged: the steps are those of one process,
but for the order in which float32 numbers are added. (Batch statistics and dropout are drawn by
each process for its own rows.)
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from book_code.data import Dataset
from book_code.experiments._checkpoint import kept
from book_code.training.torch_loop import evaluate_torch


@dataclass
class Fitted:
    """A trained network, and what was measured on it epoch by epoch."""

    model: nn.Module
    train_loss: list[float]
    validation_accuracy: list[float]


@cache
def processes(device: str) -> Fabric:
    """This process and its companions, if `torchrun` started some, on one kind of device."""
    kind, _, index = device.partition(":")
    together = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    fabric = Fabric(
        accelerator=kind,
        devices=[int(index)] if index else together,
        num_nodes=int(os.environ.get("WORLD_SIZE", "1")) // together,
        strategy="ddp" if together > 1 else "auto",
        precision=os.environ.get("BOOK_PRECISION", "32-true"),  # type: ignore[arg-type]
    )
    fabric.launch()
    return fabric


@kept
def fit(
    network: Callable[[], nn.Module],
    data: Dataset,
    *,
    device: str,
    seed: int,
    epochs: int,
    batch_size: int,
    rate: float,
    optimizer: Callable[..., torch.optim.Optimizer] = torch.optim.Adam,
    loss: Callable[[Tensor, Tensor], Tensor] = nn.functional.cross_entropy,
    augment: Callable[[Tensor, np.random.Generator], Tensor] | None = None,
) -> Fitted:
    """Train with a learning rate that rises for a tenth of the steps and then falls (one cycle)."""
    fabric, rng = processes(device), np.random.default_rng(seed)
    torch.manual_seed(seed)
    plain = network()
    updates = optimizer(plain.parameters(), lr=rate)
    steps = epochs * -(-len(data.train) // batch_size)
    cycle = torch.optim.lr_scheduler.OneCycleLR(updates, rate, steps, pct_start=0.1)
    model, update = fabric.setup(plain, updates)
    x, y = fabric.to_device((torch.from_numpy(data.train.x), torch.from_numpy(data.train.y)))
    validation = torch.from_numpy(data.validation.x), torch.from_numpy(data.validation.y)
    fitted = Fitted(plain, [], [])
    for _ in range(epochs):
        total = torch.zeros((), device=fabric.device)
        for batch in (
            torch.from_numpy(rng.permutation(len(x))).to(fabric.device).split(batch_size)
        ):
            inputs = x[batch] if augment is None else augment(x[batch], rng)
            rows, weight = share(len(batch), fabric)
            value = weight * loss(model(inputs[rows]), y[batch][rows])
            update.zero_grad()
            fabric.backward(value)
            update.step()
            cycle.step()
            total += value.detach() * len(batch)
        mean: Any = fabric.all_reduce(total / len(x), reduce_op="mean")
        fitted.train_loss.append(mean.item())
        accuracy = evaluate_torch(plain, *fabric.to_device(validation))[1]
        fitted.validation_accuracy.append(100 * accuracy)
    return fitted


def share(size: int, fabric: Fabric) -> tuple[slice, float]:
    """This process's rows of a minibatch, and the weight that makes the mean over processes right."""
    if size < fabric.world_size:  # too few for all: each takes the same rows
        return slice(None), 1.0
    rows = slice(fabric.global_rank, None, fabric.world_size)
    return rows, len(range(size)[rows]) * fabric.world_size / size
