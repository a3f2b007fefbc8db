"""Data sets as NumPy arrays: two ship with the package, two are fetched, verified and kept."""

from collections.abc import Callable

from ..names import unknown
from . import digits, fashion_mnist, iris, mnist, toy
from .dataset import Dataset, Split, hold_out
from .errors import DataError

__all__ = ["DataError", "Dataset", "Split", "hold_out", "load", "names", "toy"]

_LOADERS: dict[str, Callable[[], Dataset]] = {
    "iris": iris.load,
    "digits": digits.load,
    "mnist": mnist.load,
    "fashion-mnist": fashion_mnist.load,
}


def names() -> list[str]:
    """Return the names that `load` knows.

    >>> names()
    ['iris', 'digits', 'mnist', 'fashion-mnist']
    """
    return list(_LOADERS)


def load(name: str) -> Dataset:
    """Return a data set with its train, validation and test split.

    "iris" and "digits" ship with the package. "mnist" and "fashion-mnist" are looked for in the folder
    that BOOK_CODE_DATA names, then in the cache, then fetched; they are never used unverified.

    Raises:
        ValueError: if there is no data set of that name.
        DataError: if a file is missing, damaged or cannot be fetched.

    >>> digits = load("digits")
    >>> digits.validation
    Split(x=(300, 1, 8, 8) float32, y=(300,) int64)
    """
    if name not in _LOADERS:
        raise ValueError(unknown("data set", name, _LOADERS))
    return _LOADERS[name]()
