"""The perceptron in PyTorch: the names, shapes, results and updates of `numpy_model.py`."""

import torch
from torch import Tensor, nn

from .config import MulticlassPerceptronConfig, PerceptronConfig


# --8<-- [start:model]
class Perceptron(nn.Module):
    """One unit; returns a score, whose sign is the answer."""

    def __init__(self, config: PerceptronConfig | None = None):
        super().__init__()
        config = config or PerceptronConfig()
        self.config = config
        self.weight = nn.Parameter(torch.zeros(config.in_features))
        self.bias = nn.Parameter(torch.zeros(())) if config.bias else None

    def forward(self, x: Tensor) -> Tensor:  # (N, ...)
        """Return one score an example."""
        score = x.flatten(1) @ self.weight  # (N,)
        return score if self.bias is None else score + self.bias

    @torch.no_grad()
    def update(self, x: Tensor, y: int) -> bool:
        """Make one step of Rosenblatt's rule with one example; say whether the weights changed."""
        mistake = bool(y * self(x[None])[0] <= 0)
        if mistake:
            self.weight.add_(y * x.flatten())
            if self.bias is not None:
                self.bias.add_(y)
        return mistake


# --8<-- [end:model]


# --8<-- [start:multiclass]
class MulticlassPerceptron(nn.Module):
    """One unit a class; returns one score a class, the highest wins."""

    def __init__(self, config: MulticlassPerceptronConfig | None = None):
        super().__init__()
        config = config or MulticlassPerceptronConfig()
        self.config = config
        self.weight = nn.Parameter(torch.zeros(config.classes, config.in_features))
        self.bias = nn.Parameter(torch.zeros(config.classes)) if config.bias else None

    def forward(self, x: Tensor) -> Tensor:  # (N, ...)
        """Return one score a class."""
        scores = x.flatten(1) @ self.weight.T  # (N, K)
        return scores if self.bias is None else scores + self.bias

    @torch.no_grad()
    def update(self, x: Tensor, y: int) -> bool:
        """Make one step of the rule with one example; say whether the weights changed."""
        guess = int(self(x[None])[0].argmax())
        if guess != y:
            self.weight[y] += x.flatten()
            self.weight[guess] -= x.flatten()
            if self.bias is not None:
                self.bias[y] += 1
                self.bias[guess] -= 1
        return guess != y


# --8<-- [end:multiclass]
