"""Callbacks: plain functions that are called after each epoch as callback(model, history).

What returns True ends the run.
"""

from collections.abc import Callable
from typing import Any

from .history import History

Callback = Callable[[Any, History], Any]


def early_stopping(patience: int) -> Callback:
    """Return a callback that ends the run when the best epoch lies `patience` epochs back.

    >>> from book_code.training import Epoch
    >>> history, stop = History(), early_stopping(patience=2)
    >>> for number, loss in enumerate([0.9, 0.5, 0.6, 0.7], start=1):
    ...     history.add(Epoch(number, loss), {})
    ...     print(stop(None, history))
    False
    False
    False
    True
    """
    if patience < 1:
        raise ValueError(f"patience must be at least 1 epoch; got {patience}")

    def callback(model: Any, history: History) -> bool:
        return history.epochs[-1].number - history.best.number >= patience

    return callback


def progress(model: Any, history: History) -> None:
    """Print a line about the last epoch.

    >>> from book_code.training import Epoch
    >>> history = History([Epoch(1, 0.51234, 0.4, 0.87)])
    >>> progress(None, history)
    epoch  1: train loss 0.5123, validation loss 0.4000, accuracy 87.00 %
    """
    epoch = history.epochs[-1]
    line = f"epoch {epoch.number:2}: train loss {epoch.train_loss:.4f}"
    if epoch.validation_loss == epoch.validation_loss:  # not nan: there is a validation split
        line += f", validation loss {epoch.validation_loss:.4f}"
        line += f", accuracy {100 * epoch.validation_accuracy:.2f} %"
    print(line)
