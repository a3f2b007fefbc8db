"""PatchGAN: a discriminator that judges every patch of a picture (arXiv:1611.07004, section 3.2.2).

Names are those of the authors' PyTorch code: model.0, model.2, ...
"""

from typing import Any

import numpy as np

from ... import init
from ...autodiff import Tensor
from ...nn import (
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    InstanceNorm2d,
    LeakyReLU,
    Module,
    Sequential,
)
from .config import patch_widths

NORMS: dict[str, Any] = {"batch": BatchNorm2d, "instance": InstanceNorm2d}


# --8<-- [start:model]
class PatchGAN(Module):
    """Convolutions of 4 x 4; what they put out are the logits of overlapping patches.

    Args:
        in_channels: channels of what is judged.
        channels: maps of the first convolution.
        layers: convolutions of stride 2; after them come one of stride 1 and the logits.
        norm: "batch", or "instance", whose convolutions have biases too.
        rng: draws the weights.

    Shape:
        (N, in_channels, 256, 256) -> (N, 1, 30, 30), with three layers.

    >>> judge = PatchGAN(6, 64, 3, rng=np.random.default_rng(0))
    >>> judge(np.zeros((1, 6, 70, 70), np.float32)).shape
    (1, 1, 6, 6)
    """

    def __init__(
        self,
        in_channels: int,
        channels: int,
        layers: int,
        norm: str = "batch",
        *,
        rng: np.random.Generator,
    ):
        super().__init__()
        widths = patch_widths(channels, layers)
        parts: list[Module] = [
            Conv2d(in_channels, widths[0], 4, stride=2, padding=1, rng=rng),
            LeakyReLU(0.2),
        ]
        for i in range(1, len(widths)):
            stride, bias = (2 if i < layers else 1), norm == "instance"
            parts += [
                Conv2d(widths[i - 1], widths[i], 4, stride, 1, bias=bias, rng=rng),
                NORMS[norm](widths[i]),
                LeakyReLU(0.2),
            ]
        parts.append(Conv2d(widths[-1], 1, 4, padding=1, rng=rng))
        self.model = Sequential(*parts)

    def forward(self, x: Any) -> Tensor:  # (N, C, 256, 256)
        """Return a logit a patch."""
        return self.model(x)  # (N, 1, 30, 30)


# --8<-- [end:model]


def start_small(net: Module, rng: np.random.Generator, std: float = 0.02) -> None:
    """Draw the weights as the paper does: normal around 0, and around 1 for batch norm; biases zero."""
    for module in net.modules():
        if isinstance(module, (Conv2d, ConvTranspose2d)):
            module.weight.data = init.normal(module.weight.shape, std, rng=rng)
        elif isinstance(module, BatchNorm2d) and module.weight is not None:
            module.weight.data = 1 + init.normal(module.weight.shape, std, rng=rng)
        else:
            continue
        if module.bias is not None:
            module.bias.data = np.zeros_like(module.bias.data)
