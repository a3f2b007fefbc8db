"""The training loops: `fit` in NumPy, `torch_loop.fit_torch` in PyTorch, and what they leave behind."""

from .callbacks import early_stopping, progress
from .checkpoint import checkpoint, load_checkpoint, save_checkpoint
from .history import Epoch, History
from .loop import evaluate, fit, predicted

__all__ = [
    "Epoch",
    "History",
    "checkpoint",
    "early_stopping",
    "evaluate",
    "fit",
    "load_checkpoint",
    "predicted",
    "progress",
    "save_checkpoint",
]
