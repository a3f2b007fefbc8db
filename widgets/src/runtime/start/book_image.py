"""In the image: what has to be done when it is restored, before the reader's first line."""

import gc
import json
import os
import random
import time
import types

import numpy as np

# Left out of the image; comes with the rest.
DOCSTRINGS = "/lib/python3.14/site-packages/book_docstrings.json"


def wake(language):
    """Seed chance anew, set language and time zone, and say what the libraries answer."""
    answer = self_test()
    os.environ["LANG"] = language
    random.seed()
    np.random.seed()
    winter, summer = sorted(
        (time.localtime(1767225600), time.localtime(1782864000)), key=lambda now: now.tm_gmtoff
    )
    time.timezone, time.altzone = -winter.tm_gmtoff, -summer.tm_gmtoff
    time.daylight = int(winter.tm_gmtoff != summer.tm_gmtoff)
    time.tzname = winter.tm_zone, summer.tm_zone
    return answer


def documented():
    """The functions and classes of all modules, NumPy's dispatchers among them."""
    kinds = (types.FunctionType, type, type(np.sum))
    return [owner for owner in gc.get_objects() if isinstance(owner, kinds)]


def bring_docstrings():
    """Give the functions and classes their docstrings, by module and name."""
    with open(DOCSTRINGS, encoding="utf-8") as file:
        texts = json.load(file)
    for owner in documented():
        text = texts.get(owner.__module__, {}).get(owner.__qualname__)
        if text is not None and owner.__doc__ is None:
            owner.__doc__ = text


def self_test():
    """A call or two into every extension of NumPy; the same text wherever they are sound."""
    matrix = np.array([[4.0, 1.0, 2.0], [1.0, 5.0, 3.0], [2.0, 3.0, 6.0]])
    vector = np.arange(12, dtype=np.float32).reshape(3, 4)
    answers = [
        (vector @ vector.T).sum(),
        np.sort(np.array([3, 1, 2]))[::-1].tolist(),
        np.exp(matrix).sum(),
        f"{np.arange(3)!r} {np.float64(1) / 3}",
        np.linalg.solve(matrix, matrix[0]).tolist(),
        np.fft.fft(vector[0]).tolist(),
        np.random.RandomState(3).standard_normal(2).tolist(),
        np.random.default_rng(7).integers(0, 100, 3).tolist(),
    ]
    for name in ("PCG64", "MT19937", "Philox", "SFC64"):
        answers.append(np.random.Generator(getattr(np.random, name)(7)).random())
    return repr(answers)
