"""Digits: 1,797 handwritten digits of 8 x 8 pixels (Alpaydin and Kaynak 1998; UCI, CC BY 4.0)."""

import gzip
from pathlib import Path

import numpy as np

from .dataset import Dataset, Split, hold_out

FILE = Path(__file__).parent / "files" / "digits.csv.gz"


def load() -> Dataset:
    """Return the 8 x 8 digits, which ship with the package.

    The source counts the ink of each pixel from 0 to 16; we divide by 16. It has no split; ours is
    1,197, 300 and 300, each digit in its proportion, by a fixed seed.

    Shape:
        x is (N, 1, 8, 8) of float32 in [0, 1], y is (N,) of int64.

    >>> load().train.x.shape
    (1197, 1, 8, 8)
    """
    lines = gzip.decompress(FILE.read_bytes()).decode("ascii").splitlines()
    table = np.array([line.split(",") for line in lines], dtype=np.int64)  # (1797, 65)
    x = (table[:, :-1] / 16).astype(np.float32).reshape(-1, 1, 8, 8)
    rest, test = hold_out(Split(x, table[:, -1]), 300)
    train, validation = hold_out(rest, 300)
    return Dataset("digits", train, validation, test, tuple("0123456789"), "CC BY 4.0")
