"""What a training run leaves behind: one record an epoch, and the best weights."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..display import Table

NOT_MEASURED = (math.nan, math.nan)  # loss and accuracy where there is no validation split


@dataclass(frozen=True)
class Epoch:
    """What was measured at the end of an epoch.

    Attributes:
        number: 1 for the first epoch.
        train_loss: mean over the examples of the epoch, each taken when its minibatch came.
        validation_loss: mean over the validation split after the epoch; nan without one.
        validation_accuracy: share of right answers in [0, 1] after the epoch; nan without one.
        seconds: wall time of the epoch, validation included.
    """

    number: int
    train_loss: float
    validation_loss: float = math.nan
    validation_accuracy: float = math.nan
    seconds: float = 0.0


@dataclass(repr=False)
class History:
    """The epochs of a run in order; `best` is the one to report.

    >>> history = History()
    >>> for number, accuracy in enumerate([0.90, 0.95, 0.93], start=1):
    ...     history.add(Epoch(number, 1 / number, 0.5, accuracy), {"w": np.array(float(number))})
    >>> history.best.number, history.best_weights["w"].item()
    (2, 2.0)
    >>> history.column("validation_accuracy")
    [0.9, 0.95, 0.93]
    """

    epochs: list[Epoch] = field(default_factory=list)
    best_weights: dict[str, np.ndarray] | None = None
    _best: int | None = None

    def add(self, epoch: Epoch, weights: Mapping[str, np.ndarray]) -> None:
        """Append an epoch; keep a copy of the weights if it is the best so far."""
        self.epochs.append(epoch)
        better = self._best is None or _merit(epoch) > _merit(self.epochs[self._best])
        if better:
            self._best = len(self.epochs) - 1
            self.best_weights = {name: np.array(value) for name, value in weights.items()}

    @property
    def best(self) -> Epoch:
        """The epoch of highest validation accuracy; among equals, of lowest validation loss.

        Without a validation split it is the epoch of lowest training loss.
        """
        if self._best is None:
            raise ValueError("no epoch has been run yet, so there is no best one")
        return self.epochs[self._best]

    def column(self, name: str) -> list[Any]:
        """Return one field of all epochs, ready to be plotted."""
        return [getattr(epoch, name) for epoch in self.epochs]

    def __len__(self) -> int:
        return len(self.epochs)

    def __iter__(self) -> Iterator[Epoch]:
        return iter(self.epochs)

    def __repr__(self) -> str:
        return repr(self._table())

    def _repr_table_(self) -> dict[str, list]:
        """Return what a live cell shows."""
        return self._table()._repr_table_()

    def _table(self) -> Table:
        columns = ["epoch", "train loss", "validation loss", "accuracy", ""]
        rows = [
            [
                e.number,
                round(e.train_loss, 4),
                round(e.validation_loss, 4),
                round(e.validation_accuracy, 4),
                "best" if i == self._best else "",
            ]
            for i, e in enumerate(self.epochs)
        ]
        return Table(rows, columns)


def _merit(epoch: Epoch) -> tuple[float, float]:
    """Order epochs; nan (no validation split, no classes) counts as nothing."""
    if math.isnan(epoch.validation_loss):
        return (0.0, -epoch.train_loss)
    accuracy = 0.0 if math.isnan(epoch.validation_accuracy) else epoch.validation_accuracy
    return (accuracy, -epoch.validation_loss)
