"""Softmax regression in PyTorch: the names, shapes and results of `numpy_model.py`."""

from torch import Tensor, nn

from .config import SoftmaxRegressionConfig


# --8<-- [start:model]
class SoftmaxRegression(nn.Module):
    """One linear layer; returns logits, one a class."""

    def __init__(self, config: SoftmaxRegressionConfig | None = None):
        super().__init__()
        config = config or SoftmaxRegressionConfig()
        self.config = config
        self.linear = nn.Linear(config.in_features, config.classes, bias=config.bias)

    def forward(self, x: Tensor) -> Tensor:  # (N, ...)
        """Return the logits, one a class."""
        return self.linear(x.flatten(1))  # (N, K)


# --8<-- [end:model]
