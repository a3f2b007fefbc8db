"""The first weights of the convolutional networks: He, Zhang, Ren and Sun (2015a), arXiv:1502.01852."""

from typing import Literal

import numpy as np

from .. import init
from ..nn import Conv2d, Module


def he_convolutions(
    model: Module, mode: Literal["in", "out"] = "out", *, rng: np.random.Generator
) -> None:
    """Draw the filters of all convolutions again, normal with variance 2 / fan, and set their biases to 0.

    With as many ReLUs as convolutions the maps then vary as much in the last layer as in the first, in the forward
    pass (mode="in") or in the backward pass (mode="out", torchvision's choice for ResNet and VGG).

    >>> layer = Conv2d(16, 64, 3, rng=np.random.default_rng(0))
    >>> he_convolutions(layer, rng=np.random.default_rng(0))
    >>> round(float(layer.weight.data.std()), 3), round((2 / (64 * 9)) ** 0.5, 3)
    (0.059, 0.059)
    """
    for module in model.modules():
        if isinstance(module, Conv2d):
            size = module.weight.shape
            module.weight.data = init.he_normal(size, mode=mode, rng=rng)
            if module.bias is not None:
                module.bias.data = init.zeros(module.bias.shape)
