"""The architectures of the book, one folder each: a configuration, a NumPy model and a PyTorch model."""

from .registry import build, config, load, load_published, names

__all__ = ["build", "config", "load", "load_published", "names"]
