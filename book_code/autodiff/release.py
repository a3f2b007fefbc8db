"""Letting go of long chains of objects without recursion."""

from __future__ import annotations

from typing import Any

_held: list[Any] = []


def let_go(owner: Any, attribute: str) -> None:
    """Empty an attribute of an object that is going away; to be called by its ``__del__``.

    A result holds what it was made from, which holds what that was made from. Python frees such a
    chain by recursion, and where the stack is small, as in a browser, a long chain ends the
    interpreter. Here the links wait in a list, and the first caller frees them one by one.

    Examples:
        >>> class Link:
        ...     def __init__(self, before): self.before = before
        ...     def __del__(self): let_go(self, "before")
        >>> chain = None
        >>> for _ in range(100_000): chain = Link(chain)
        >>> del chain
    """
    link = getattr(owner, attribute, None)
    if link is None:
        return
    setattr(owner, attribute, None)
    if _held:
        _held.append(link)  # a caller further up frees it
        return
    _held.extend((None, link))  # None stays until the end: it says that someone is at work
    del link
    try:
        while len(_held) > 1:
            _held.pop()
    finally:
        _held.clear()
