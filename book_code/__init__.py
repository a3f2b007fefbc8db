"""The companion package of the book: every architecture in NumPy and in PyTorch, proved equal.

Importing it needs NumPy and nothing else.

>>> import book_code as bc
>>> "lenet5" in bc.models.names()
True
"""

import importlib
from types import ModuleType

from . import models
from .display import Table
from .models.registry import build, load, load_published

__version__ = "0.1.0"
__all__ = ["Table", "build", "load", "load_published", "models"]

_ROOMS = (
    "architecture_search", "audio", "autodiff", "compression", "data", "environments", "explain", "init",
    "interop", "losses", "metrics", "nn", "optim", "regularizers", "schedules", "text", "training", "weights",
)  # fmt: skip


def __getattr__(name: str) -> ModuleType:
    """Import the other rooms when they are first asked for (`bc.data`, `bc.nn`, ...)."""
    if name in _ROOMS:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
