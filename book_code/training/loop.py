"""The training loop in NumPy: minibatches, loss, gradients, step, and a look at the validation split."""

import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..autodiff import Tensor, no_grad
from ..data import Dataset, Split
from ..losses import cross_entropy
from ..nn import Module
from .checks import check_loss, check_run, splits
from .history import NOT_MEASURED, Epoch, History

Loss = Callable[[Tensor, np.ndarray], Tensor]
Callback = Callable[[Any, History], Any]
Augment = Callable[[np.ndarray, np.random.Generator], np.ndarray]


# --8<-- [start:fit]
def fit(
    model: Module,
    data: Dataset | Split,
    *,
    optimizer: Any,
    loss: Loss = cross_entropy,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
    callbacks: Iterable[Callback] = (),
    augment: Augment | None = None,
    history: History | None = None,
) -> History:
    """Train a NumPy model and return what was measured, epoch by epoch.

    Args:
        model: any Module; it is left with the weights of the last epoch (`history.best_weights` has the best).
        data: a Dataset (its train split is fitted, its validation split measured), a Split or a pair (x, y).
        optimizer: made from `model.parameters()`.
        loss: mean loss of a minibatch, from predictions and labels.
        epochs: total number of epochs; those in `history` count.
        batch_size: examples a step; the last step of an epoch may have fewer.
        rng: draws the order of the examples (and what `augment` draws).
        callbacks: called after each epoch as callback(model, history); True ends the run.
        augment: changes the inputs of a minibatch on their way into the model.
        history: that of a run to be continued.

    Raises:
        FloatingPointError: as soon as the loss is not finite.
        ValueError: for an optimizer that trains nothing of this model.

    >>> import book_code as bc
    >>> from book_code import data, optim
    >>> rng = np.random.default_rng(0)
    >>> model = bc.build("mlp-tiny", rng=rng)
    >>> optimizer = optim.Adam(model.parameters(), lr=0.05)
    >>> moons = data.toy.moons(100, noise=0.1, rng=rng)
    >>> history = fit(model, moons, optimizer=optimizer, epochs=30, batch_size=20, rng=rng)
    >>> history.epochs[-1].train_loss < 0.1
    True
    """
    train, validation = splits(data)
    check_run(train, epochs, batch_size, rng)
    _check_optimizer(model, optimizer)
    history = history or History()

    for number in range(len(history) + 1, epochs + 1):
        start = time.perf_counter()
        model.train()
        total = 0.0
        order = rng.permutation(len(train))
        for step, i in enumerate(range(0, len(train), batch_size), start=1):
            batch = order[i : i + batch_size]
            inputs = train.x[batch] if augment is None else augment(train.x[batch], rng)
            value = loss(model(inputs), train.y[batch])
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            total += check_loss(value.item(), number, step) * len(batch)
        measured = NOT_MEASURED
        if validation is not None:
            measured = evaluate(model, validation.x, validation.y, loss)
        seconds = time.perf_counter() - start
        history.add(Epoch(number, total / len(train), *measured, seconds), model.state_dict())
        stop = [callback(model, history) is True for callback in callbacks]  # all are called
        if any(stop):
            break
    return history


# --8<-- [end:fit]


def evaluate(
    model: Module,
    x: np.ndarray,
    y: np.ndarray,
    loss: Loss = cross_entropy,
    batch_size: int = 500,
) -> tuple[float, float]:
    """Return mean loss and accuracy in evaluation mode; the model goes back to the mode it was in.

    >>> import book_code as bc
    >>> model = bc.build("softmax-regression-tiny", rng=np.random.default_rng(0))
    >>> loss, accuracy = evaluate(model, np.eye(4, dtype=np.float32), np.array([0, 1, 2, 0]))
    >>> 0 <= accuracy <= 1
    True
    """
    if len(x) != len(y) or not len(x):
        raise ValueError(f"evaluate needs one label for each input; got {len(x)} and {len(y)}")
    was_training = model.training
    model.eval()
    total, right = 0.0, 0
    with no_grad():
        for i in range(0, len(y), batch_size):
            outputs, labels = model(x[i : i + batch_size]), y[i : i + batch_size]
            total += loss(outputs, labels).item() * len(labels)
            right += int((predicted(outputs.numpy()) == labels).sum())
    model.train(was_training)
    return total / len(y), right / len(y)


def _check_optimizer(model: Module, optimizer: Any) -> None:
    if not hasattr(optimizer, "zero_grad"):
        raise TypeError(
            "optimizer must be one of book_code.optim, made from model.parameters(); got "
            f"{optimizer!r}"
        )
    params = getattr(optimizer, "params", None)  # several optimizers at work together have none
    if params and not {id(p) for p in params} & {id(p) for p in model.parameters()}:
        raise ValueError(
            "the optimizer holds no parameter of this model, which would stay as it is: make it from "
            "model.parameters() of the model that is trained"
        )


def predicted(outputs: np.ndarray) -> np.ndarray:
    """Return the label that the outputs stand for: the largest score, or the sign of a single one.

    >>> predicted(np.array([[0.1, 2.0], [3.0, -1.0]])).tolist(), predicted(np.array([-0.5, 2.0])).tolist()
    ([1, 0], [-1, 1])
    """
    if outputs.ndim == 1:
        return np.where(outputs > 0, 1, -1).astype(np.int64)
    return outputs.argmax(axis=1).astype(np.int64)
