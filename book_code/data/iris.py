"""Iris: 150 flowers of three species, four measurements in centimetres (Fisher 1936; UCI, CC BY 4.0)."""

from pathlib import Path

import numpy as np

from .dataset import Dataset, Split, hold_out

FILE = Path(__file__).parent / "files" / "iris.csv"
FEATURES = ("sepal length", "sepal width", "petal length", "petal width")


def load() -> Dataset:
    """Return iris, which ships with the package.

    The source has no split; ours is 90, 30 and 30 flowers, each species in its proportion, by a
    fixed seed.

    Shape:
        x is (N, 4) of float32 in centimetres (columns: `iris.FEATURES`), y is (N,) of int64.

    >>> load().classes
    ('setosa', 'versicolor', 'virginica')
    """
    header, *lines = FILE.read_text(encoding="utf-8").splitlines()
    rows, columns, *species = header.split(",")
    table = np.array([line.split(",") for line in lines], dtype=np.float64)
    assert table.shape == (int(rows), int(columns) + 1)
    whole = Split(table[:, :-1].astype(np.float32), table[:, -1].astype(np.int64))
    rest, test = hold_out(whole, 30)
    train, validation = hold_out(rest, 30)
    return Dataset("iris", train, validation, test, tuple(species), "CC BY 4.0")
