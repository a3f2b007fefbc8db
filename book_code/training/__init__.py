"""The training loops: `fit` in NumPy, `torch_loop.fit_torch` in PyTorch, and what they leave behind."""

from .history import Epoch, History

__all__ = ["Epoch", "History"]
