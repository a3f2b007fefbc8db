"""The training loop in PyTorch: line by line the one of `loop.py`, plus a device.

The order of the examples is drawn from the same NumPy generator, so that in float64 both loops make
the same steps.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..data import Dataset, Split
from .checks import check_loss, check_run, splits
from .history import NOT_MEASURED, Epoch, History

Callback = Callable[[nn.Module, History], Any]
Augment = Callable[[Tensor, np.random.Generator], Tensor]


# --8<-- [start:fit]
def fit_torch(
    model: nn.Module,
    data: Dataset | Split,
    *,
    optimizer: torch.optim.Optimizer,
    loss: Callable[[Tensor, Tensor], Tensor] = nn.functional.cross_entropy,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
    device: str | torch.device = "cpu",
    callbacks: Iterable[Callback] = (),
    augment: Augment | None = None,
    history: History | None = None,
) -> History:
    """Train a PyTorch model and return what was measured, epoch by epoch.

    Args:
        model: it is moved to the device; make the optimizer from its parameters.
        data: a Dataset (its train split is fitted, its validation split measured) or a Split.
        optimizer: any optimizer of PyTorch.
        loss: mean loss of a minibatch, from predictions and labels.
        epochs: total number of epochs; those in `history` count.
        batch_size: examples a step; the last step of an epoch may have fewer.
        rng: draws the order of the examples (and what `augment` draws).
        device: where to compute; the whole data set is moved there once.
        callbacks: called after each epoch as callback(model, history); True ends the run.
        augment: changes the inputs of a minibatch on their way into the model.
        history: that of a run to be continued.
    """
    train, validation = splits(data)
    check_run(train, epochs, batch_size, rng)
    history = history or History()
    model.to(device)
    like = next(model.parameters())
    x, y = _move(train, like, device)
    validation_xy = _move(validation, like, device) if validation is not None else None

    for number in range(len(history) + 1, epochs + 1):
        start = time.perf_counter()
        model.train()
        total = torch.zeros((), dtype=torch.float64, device=like.device)
        order = torch.from_numpy(rng.permutation(len(train)).astype(np.int64)).to(device)
        for step, batch in enumerate(order.split(batch_size), start=1):
            inputs = x[batch] if augment is None else augment(x[batch], rng)
            value = loss(model(inputs), y[batch])
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            total += value.detach() * len(batch)
            if step % 100 == 0:  # asking a GPU for a number makes it wait
                check_loss(total.item(), number, step)
        train_loss = check_loss(total.item() / len(train), number, step)
        measured = (
            evaluate_torch(model, *validation_xy, loss) if validation_xy else NOT_MEASURED
        )
        epoch = Epoch(number, train_loss, *measured, time.perf_counter() - start)
        history.add(epoch, _weights(model))
        stop = [callback(model, history) is True for callback in callbacks]  # all are called
        if any(stop):
            break
    return history


# --8<-- [end:fit]


@torch.no_grad()
def evaluate_torch(
    model: nn.Module,
    x: Tensor,
    y: Tensor,
    loss: Callable[[Tensor, Tensor], Tensor] = nn.functional.cross_entropy,
    batch_size: int = 2_000,
) -> tuple[float, float]:
    """Return mean loss and accuracy in evaluation mode; the model goes back to the mode it was in."""
    was_training = model.training
    model.eval()
    total, right = 0.0, 0
    for inputs, labels in zip(x.split(batch_size), y.split(batch_size), strict=True):
        outputs = model(inputs)
        total += loss(outputs, labels).item() * len(labels)
        right += int((predicted(outputs) == labels).sum())
    model.train(was_training)
    return total / len(y), right / len(y)


def predicted(outputs: Tensor) -> Tensor:
    """Return the label that the outputs stand for: the largest score, or the sign of a single one."""
    if outputs.ndim == 1:
        return torch.where(outputs > 0, 1, -1)
    return outputs.argmax(dim=1)


def _move(split: Split, like: Tensor, device: str | torch.device) -> tuple[Tensor, Tensor]:
    x, y = torch.from_numpy(split.x), torch.from_numpy(split.y)
    return x.to(device, like.dtype), y.to(device)


def _weights(model: nn.Module) -> dict[str, np.ndarray]:
    return {name: value.detach().cpu().numpy() for name, value in model.state_dict().items()}
