"""Finished pieces of an experiment stay on disk, so that a run that was stopped goes on from there."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import os
import pickle
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from book_code.experiments import _memory
from book_code.experiments._result import write_bytes

F = TypeVar("F", bound=Callable[..., Any])


def kept(function: F) -> F:
    """Keep what the function returns until the result of the experiment is written.

    Put it on the function that trains once with one seed. Its random numbers have to come from its
    arguments or from PyTorch's global generator, whose state is kept with the value.
    """

    @functools.wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        if _Open.store is None:
            return function(*args, **named)
        return _Open.store.call(function, args, named)

    return call  # type: ignore[return-value]


@dataclasses.dataclass
class Piece:
    """What one call returned, what it took, and where it left PyTorch's random numbers."""

    value: Any
    seconds: float
    peak_memory_mb: float | None
    generator: Any


class Store:
    """The pieces of one run in a folder, by the order of the calls, which is the same every time."""

    def __init__(self, folder: Path, device: str = "cpu", *, write: bool = True) -> None:
        self.folder, self.device, self.write = folder, device, write
        self.calls = self.taken_up = 0
        self.seconds = 0.0  # that the pieces taken up had needed
        self.peak_memory_mb: float | None = None

    def call(self, function: Callable[..., Any], args: Any, named: Any) -> Any:
        """The kept value of this call, or that of the function, which is then kept."""
        self.calls += 1
        path = self.folder / f"{self.calls:04d}-{function.__name__}-{_said(args, named)}.pickle"
        piece = _load(path)
        if piece is None:
            start = time.perf_counter()
            with _opened(None):  # a piece inside of a piece is not kept by itself
                value = function(*args, **named)
            seconds = time.perf_counter() - start
            peak = _memory.peak_mb(self.device)  # a piece may have begun to watch anew
            self.peak_memory_mb = max(self.peak_memory_mb or 0, peak or 0) or None
            if self.write:
                piece = Piece(value, seconds, peak, _generator())
                write_bytes(path, pickle.dumps(piece, pickle.HIGHEST_PROTOCOL))
            return value
        self.taken_up += 1
        self.seconds += piece.seconds
        self.peak_memory_mb = max(self.peak_memory_mb or 0, piece.peak_memory_mb or 0) or None
        _generator(piece.generator)
        return piece.value

    @contextmanager
    def open(self) -> Iterator[Store]:
        """Keep what decorated functions return, as long as the block runs."""
        with _opened(self):
            yield self


class _Open:
    store: Store | None = None


@contextmanager
def _opened(store: Store | None) -> Iterator[None]:
    before, _Open.store = _Open.store, store
    try:
        yield
    finally:
        _Open.store = before


def _said(args: Any, named: Any) -> str:
    """A hash of the plain arguments: a guard against a piece of another call."""
    plain = [
        value for value in [*args, *named.values()] if isinstance(value, (int, float, str))
    ]
    return hashlib.sha256(repr(plain).encode()).hexdigest()[:8]


def _load(path: Path) -> Piece | None:
    """The piece in a file; None if there is none, or none that can be read."""
    try:
        piece = pickle.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except Exception:  # a damaged pickle raises whatever it likes; the piece is computed again
        os.remove(path)
        return None
    return piece if isinstance(piece, Piece) else None


def _generator(state: Any = None) -> Any:
    """The state of PyTorch's global generator, if PyTorch is in use; set to `state` if given."""
    torch = sys.modules.get("torch")
    if torch is None:
        return None
    if state is not None:
        torch.set_rng_state(state)
    return torch.get_rng_state()
