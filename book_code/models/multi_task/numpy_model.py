"""Multi-task learning: Caruana (1997), doi:10.1023/A:1007379606734; weights: Kendall et al. (2017), arXiv:1705.07115.

    code              paper              meaning
    trunk.l           shared layers      what all tasks use
    heads.t           task-specific      the layers of task t alone
    log_variances     s_t = log σ_t²     how noisy each task is; learned (Kendall, section 3.2)

Deviations: ReLU instead of sigmoid units. For classification Kendall's likelihood leads to
Σ_t exp(-s_t) L_t + s_t / 2, whose approximation is the paper's; that is what `loss` computes.
"""

from itertools import pairwise
from typing import Any

import numpy as np

from ... import init, losses
from ...autodiff import Tensor
from ...autodiff import functional as F
from ...nn import Linear, Module, ReLU, Sequential
from .config import MultiTaskConfig


# --8<-- [start:model]
class MultiTaskNet(Module):
    """A trunk that all tasks share, and a head for each; returns a tuple of logits, one entry a task.

    Shape:
        (N, ...) -> ((N, K_1), (N, K_2), ...).

    >>> from book_code.models.multi_task import MultiTaskConfig
    >>> model = MultiTaskNet(MultiTaskConfig.tiny(), rng=np.random.default_rng(0))
    >>> [logits.shape for logits in model(np.zeros((4, 8), np.float32))]
    [(4, 3), (4, 2)]
    """

    def __init__(self, config: MultiTaskConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or MultiTaskConfig()
        sizes = (config.in_features, *config.trunk)
        self.config = config
        if config.weighting == "uncertainty":
            self.log_variances = Tensor(init.zeros((len(config.tasks),)), requires_grad=True)
        self.trunk = [Linear(a, b, rng=rng) for a, b in pairwise(sizes)]
        self.heads = [head(sizes[-1], config.head, classes, rng) for classes in config.tasks]

    def features(self, x: Any) -> Tensor:  # (N, ...)
        """Return what the trunk gives to all heads."""
        x = F.flatten(x)  # (N, D)
        for layer in self.trunk:
            x = F.relu(layer(x))  # (N, width)
        return x

    def forward(self, x: Any) -> tuple[Tensor, ...]:  # (N, ...)
        """Return the logits of each task."""
        shared = self.features(x)  # (N, width)
        return tuple(head(shared) for head in self.heads)  # (N, K_t) each


def head(inputs: int, width: int | None, classes: int, rng: np.random.Generator) -> Module:
    """Return the layers of one task.

    >>> len(head(4, 3, 2, np.random.default_rng(0)))
    3
    """
    if width is None:
        return Linear(inputs, classes, rng=rng)
    return Sequential(Linear(inputs, width, rng=rng), ReLU(), Linear(width, classes, rng=rng))


def loss(model: MultiTaskNet, x: Any, labels: Any) -> Tensor:
    """The tasks' cross-entropies, added as the configuration says.

    Args:
        model: the network.
        x: inputs, (N, ...).
        labels: the classes of each task, (N, T).

    >>> from book_code.models.multi_task import MultiTaskConfig
    >>> model = MultiTaskNet(MultiTaskConfig.tiny(), rng=np.random.default_rng(0))
    >>> loss(model, np.zeros((1, 8), np.float32), np.array([[2, 1]])).shape
    ()
    """
    labels = np.asarray(labels)
    tasks = len(model.config.tasks)
    if labels.ndim != 2 or labels.shape[1] != tasks:
        raise ValueError(f"expected labels of shape (N, {tasks}), got {labels.shape}")
    each = [losses.cross_entropy(z, labels[:, t]) for t, z in enumerate(model(x))]
    if model.config.weighting == "uncertainty":
        s = model.log_variances
        each = [F.exp(-s[t]) * value + s[t] / 2 for t, value in enumerate(each)]
    return sum(each[1:], start=each[0])


# --8<-- [end:model]
