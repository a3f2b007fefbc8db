"""A network for several tasks in PyTorch: the names, shapes and results of `numpy_model.py` (Caruana 1997)."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import MultiTaskConfig


# --8<-- [start:model]
class MultiTaskNet(nn.Module):
    """A trunk that all tasks share, and a head for each; returns a tuple of logits, one entry a task."""

    def __init__(self, config: MultiTaskConfig | None = None):
        super().__init__()
        config = config or MultiTaskConfig()
        sizes = (config.in_features, *config.trunk)
        self.config = config
        if config.weighting == "uncertainty":
            self.log_variances = nn.Parameter(torch.zeros(len(config.tasks)))
        self.trunk = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))
        self.heads = nn.ModuleList(head(sizes[-1], config.head, n) for n in config.tasks)

    def features(self, x: Tensor) -> Tensor:  # (N, ...)
        """Return what the trunk gives to all heads."""
        x = x.flatten(1)  # (N, D)
        for layer in self.trunk:
            x = F.relu(layer(x))  # (N, width)
        return x

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:  # (N, ...)
        """Return the logits of each task."""
        shared = self.features(x)  # (N, width)
        return tuple(head(shared) for head in self.heads)  # (N, K_t) each


def head(inputs: int, width: int | None, classes: int) -> nn.Module:
    """Return the layers of one task."""
    if width is None:
        return nn.Linear(inputs, classes)
    return nn.Sequential(nn.Linear(inputs, width), nn.ReLU(), nn.Linear(width, classes))


def loss(model: MultiTaskNet, x: Tensor, labels: Tensor) -> Tensor:
    """The tasks' cross-entropies, added as the configuration says; labels (N, T)."""
    tasks = len(model.config.tasks)
    if labels.ndim != 2 or labels.shape[1] != tasks:
        raise ValueError(f"expected labels of shape (N, {tasks}), got {tuple(labels.shape)}")
    each = [F.cross_entropy(z, labels[:, t]) for t, z in enumerate(model(x))]
    if model.config.weighting == "uncertainty":
        s = model.log_variances
        each = [torch.exp(-s[t]) * value + s[t] / 2 for t, value in enumerate(each)]
    return sum(each[1:], start=each[0])


# --8<-- [end:model]
