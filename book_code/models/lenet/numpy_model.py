"""LeNet-5: LeCun, Bottou, Bengio and Haffner (1998), doi:10.1109/5.726791, section II.B.

    code    paper   shape of the output   parameters
    x       input   (N,  1, 28, 28)
    conv1   C1      (N,  6, 28, 28)          156
    pool1   S2      (N,  6, 14, 14)            0
    conv2   C3      (N, 16, 10, 10)        2,416
    pool2   S4      (N, 16,  5,  5)            0
    fc1     C5      (N, 120)              48,120
    fc2     F6      (N, 84)               10,164
    fc3     output  (N, 10)                  850
                                          61,706

Deviations from the paper, all common today:

* the border of the 32 x 32 input is made by the padding of conv1;
* every map of C3 sees all six maps of S2 (the paper connects them by its table I: 1,516 parameters);
* S2 and S4 are plain averages (the paper scales and shifts each map by two trainable numbers, then squashes);
* the nonlinearity is tanh, not 1.7159 tanh(2x/3);
* the output is ten logits for the softmax, not ten radial basis functions against drawn prototypes.
"""

from typing import Any

import numpy as np

from ...autodiff import Tensor
from ...autodiff.functional import flatten
from ...nn import AvgPool2d, Conv2d, Linear, MaxPool2d, Module, ReLU, Sequential, Sigmoid, Tanh
from .config import LeNetConfig

ACTIVATIONS = {"tanh": Tanh, "relu": ReLU, "sigmoid": Sigmoid}
POOLINGS = {"avg": AvgPool2d, "max": MaxPool2d}


# --8<-- [start:model]
class LeNet5(Module):
    """Two stages of convolution and pooling, then three fully connected layers; returns logits.

    Shape:
        (N, 1, 28, 28) -> (N, 10), with the standard configuration.

    >>> model = LeNet5(rng=np.random.default_rng(0))
    >>> model(np.zeros((2, 1, 28, 28), np.float32)).shape
    (2, 10)
    """

    def __init__(self, config: LeNetConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or LeNetConfig()
        c1, c2, h1, h2 = config.widths  # 6, 16, 120, 84
        k, s = config.kernel_size, config.conv_stride
        p = config.padding
        self.config = config
        self.conv1 = Conv2d(config.in_channels, c1, k, stride=s, padding=p, rng=rng)
        self.pool1 = pooling(config)
        self.conv2 = Conv2d(c1, c2, k, stride=s, rng=rng)
        self.pool2 = pooling(config)
        self.fc1 = Linear(config.flat, h1, rng=rng)
        self.fc2 = Linear(h1, h2, rng=rng)
        self.fc3 = Linear(h2, config.classes, rng=rng)
        self.act = ACTIVATIONS[config.activation]()

    # --8<-- [start:forward]
    def features(self, x: Any) -> Tensor:  # (N, 1, 28, 28)
        """Return the maps that the convolutional part finds."""
        x = self.pool1(self.act(self.conv1(x)))  # (N, 6, 14, 14)
        x = self.pool2(self.act(self.conv2(x)))  # (N, 16, 5, 5)
        return x

    def forward(self, x: Any) -> Tensor:  # (N, 1, 28, 28)
        """Return the logits, one a class."""
        x = flatten(self.features(x))  # (N, 400)
        x = self.act(self.fc1(x))  # (N, 120)
        x = self.act(self.fc2(x))  # (N, 84)
        return self.fc3(x)  # (N, 10)

    # --8<-- [end:forward]

    def stages(self, x: Any) -> dict[str, Tensor]:
        """Return what every stage puts out, by name; nonlinearities belong to the layer before them.

        >>> model = LeNet5(rng=np.random.default_rng(0))
        >>> stages = model.stages(np.zeros((1, 1, 28, 28), np.float32))
        >>> {name: out.shape[1:] for name, out in stages.items()}["pool2"]
        (16, 5, 5)
        """
        out = {"conv1": self.act(self.conv1(x))}
        out["pool1"] = self.pool1(out["conv1"])
        out["conv2"] = self.act(self.conv2(out["pool1"]))
        out["pool2"] = self.pool2(out["conv2"])
        out["fc1"] = self.act(self.fc1(flatten(out["pool2"])))
        out["fc2"] = self.act(self.fc2(out["fc1"]))
        out["fc3"] = self.fc3(out["fc2"])
        return out


# --8<-- [end:model]


def pooling(config: LeNetConfig) -> Module:
    """Return the layer that halves the maps, or one that leaves them as they are."""
    return POOLINGS[config.pooling](2) if config.pooling in POOLINGS else Sequential()
