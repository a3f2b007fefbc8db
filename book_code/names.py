"""What to say when a name is not known."""

from collections.abc import Iterable
from difflib import get_close_matches


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
