"""Layers in a row, and the layer that joins images to vectors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from book_code.autodiff import Tensor
from book_code.autodiff import functional as F
from book_code.nn.module import Module


class Sequential(Module):
    """Layers, each fed with what the one before gave. Names are "0.weight", "1.bias", ...

    Examples:
        >>> from book_code import nn
        >>> nn.Sequential(nn.Flatten(), nn.ReLU())([[[-1.0, 2.0]]])
        Tensor([[0., 2.]])
    """

    def __init__(self, *layers: Module) -> None:
        for i, layer in enumerate(layers):
            if not isinstance(layer, Module):
                raise TypeError(
                    f"Sequential expected layers, got {type(layer).__name__} at place {i}"
                )
        self.layers = list(layers)

    def children(self) -> Iterator[tuple[str, Module]]:
        """The layers, named by their numbers."""
        return ((str(i), layer) for i, layer in enumerate(self.layers))

    def forward(self, x: Any) -> Tensor:
        """One layer after another."""
        for layer in self.layers:
            x = layer(x)
        return x

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, index: int) -> Module:
        return self.layers[index]


class Identity(Module):
    """Gives back what it gets: stands where another layer might be.

    >>> Identity()([1.0])
    Tensor([1.])
    """

    def forward(self, x: Any) -> Tensor:
        """The input."""
        return x if isinstance(x, Tensor) else Tensor(x)


class Flatten(Module):
    """All axes but the first made one: images become vectors.

    Shape:
        (N, ...) -> (N, product of the rest)

    Examples:
        >>> Flatten()([[[1.0], [2.0]]])
        Tensor([[1., 2.]])
    """

    def forward(self, x: Any) -> Tensor:
        """One row for each example."""
        x = x if isinstance(x, Tensor) else Tensor(x)
        if x.ndim == 0:
            raise ValueError("Flatten expected a batch of examples, got a single number")
        return F.flatten(x)
