"""A data set is three splits; a split is two arrays of the same length."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

VALIDATION_SEED = 2024  # fixed for ever: another seed is another data set


@dataclass(frozen=True, repr=False)
class Split:
    """Inputs and labels, one row an example.

    Shape:
        x is (N, ...) of float32, y is (N,) of int64.

    Raises:
        ValueError: if x and y differ in length.

    >>> split = Split(np.zeros((4, 1, 8, 8), np.float32), np.arange(4, dtype=np.int64))
    >>> split
    Split(x=(4, 1, 8, 8) float32, y=(4,) int64)
    >>> x, y = split
    >>> len(split.take([0, 2]))
    2
    """

    x: np.ndarray
    y: np.ndarray

    def __post_init__(self) -> None:
        if len(self.x) != len(self.y):
            raise ValueError(
                f"a split needs one label for each input; got {len(self.x)} inputs and "
                f"{len(self.y)} labels"
            )

    def __len__(self) -> int:
        return len(self.y)

    def __iter__(self) -> Iterator[np.ndarray]:
        return iter((self.x, self.y))

    def __repr__(self) -> str:
        return f"Split(x={self.x.shape} {self.x.dtype}, y={self.y.shape} {self.y.dtype})"

    def take(self, rows: Any) -> "Split":
        """Return the given rows (indices, a mask or a slice) as a split."""
        return Split(self.x[rows], self.y[rows])


@dataclass(frozen=True, repr=False)
class Dataset:
    """Three splits, used as they should be: fit on `train`, choose on `validation`, report on `test`.

    `classes` names the labels: `classes[y]` is what an example shows.

    >>> from book_code.data import load
    >>> load("iris")
    Dataset iris: 90 train, 30 validation, 30 test; input (4,); 3 classes
    """

    name: str
    train: Split
    validation: Split
    test: Split
    classes: tuple[str, ...]
    licence: str = ""

    def __repr__(self) -> str:
        return (
            f"Dataset {self.name}: {len(self.train)} train, {len(self.validation)} validation, "
            f"{len(self.test)} test; input {self.train.x.shape[1:]}; {len(self.classes)} classes"
        )


def hold_out(data: Split, count: int, seed: int = VALIDATION_SEED) -> tuple[Split, Split]:
    """Split off `count` examples, each class in its proportion; return (rest, held out).

    The choice depends on the labels and the seed only, so it is the same on every machine.
    Both parts keep the order of the data.

    >>> data = Split(np.zeros((10, 2), np.float32), np.repeat(np.arange(2, dtype=np.int64), 5))
    >>> rest, held = hold_out(data, 4)
    >>> rest.y.tolist(), held.y.tolist()
    ([0, 0, 0, 1, 1, 1], [0, 0, 1, 1])
    """
    if not 0 < count < len(data):
        raise ValueError(f"cannot hold {count} of {len(data)} examples out")
    rng = np.random.default_rng(seed)
    held = np.zeros(len(data), dtype=bool)
    labels, sizes = np.unique(data.y, return_counts=True)
    shares = sizes * (count / len(data))
    quotas = np.floor(shares).astype(np.int64)
    # The places that rounding down left go to the largest remainders, the lower label first.
    left = count - int(quotas.sum())
    quotas[np.argsort(quotas - shares, kind="stable")[:left]] += 1
    for label, quota in zip(labels, quotas, strict=True):
        rows = np.flatnonzero(data.y == label)
        held[rng.permutation(rows)[:quota]] = True
    return data.take(~held), data.take(held)
