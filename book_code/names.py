"""What to say when a name is not known, or a generator is none."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any


def unknown(what: str, name: object, known: Iterable[str]) -> str:
    """Return the sentence that says a name is unknown, which are known, and which is nearest.

    >>> print(unknown("data set", "mnits", ["iris", "mnist"]))
    unknown data set 'mnits'; did you mean 'mnist'? Known: iris, mnist
    """
    known = list(known)
    near = get_close_matches(str(name).lower().replace("_", "-"), known, n=1, cutoff=0.5)
    near = near or get_close_matches(str(name).lower(), known, n=1, cutoff=0.5)
    guess = f"; did you mean {near[0]!r}?" if near else "."
    return f"unknown {what} {name!r}{guess} Known: {', '.join(known)}"


def check_generator(what: str, rng: Any) -> None:
    """Raise unless `rng` draws random numbers: a bare seed is the usual slip.

    >>> check_generator("sample", 0)
    Traceback (most recent call last):
    TypeError: sample needs rng=np.random.default_rng(seed); got 0
    """
    if not (hasattr(rng, "standard_normal") and hasattr(rng, "integers")):
        raise TypeError(f"{what} needs rng=np.random.default_rng(seed); got {rng!r}")
