"""The first weights of the convolutional networks in PyTorch: He, Zhang, Ren and Sun (2015a), arXiv:1502.01852."""

from typing import Literal

from torch import nn

FANS: dict[str, Literal["fan_in", "fan_out"]] = {"in": "fan_in", "out": "fan_out"}


def he_convolutions(model: nn.Module, mode: Literal["in", "out"] = "out") -> None:
    """Draw the filters of all convolutions again, normal with variance 2 / fan, and set their biases to 0."""
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode=FANS[mode], nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
