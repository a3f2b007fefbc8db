"""LeNet-5 in PyTorch: LeCun, Bottou, Bengio and Haffner (1998), doi:10.1109/5.726791.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the paper.
"""

from torch import Tensor, nn

from .config import LeNetConfig

ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU, "sigmoid": nn.Sigmoid}
POOLINGS = {"avg": nn.AvgPool2d, "max": nn.MaxPool2d}


# --8<-- [start:model]
class LeNet5(nn.Module):
    """Two stages of convolution and pooling, then three fully connected layers; returns logits."""

    def __init__(self, config: LeNetConfig | None = None):
        super().__init__()
        config = config or LeNetConfig()
        c1, c2, h1, h2 = config.widths  # 6, 16, 120, 84
        k, s = config.kernel_size, config.conv_stride
        self.config = config
        self.conv1 = nn.Conv2d(config.in_channels, c1, k, stride=s, padding=config.padding)
        self.pool1 = pooling(config)
        self.conv2 = nn.Conv2d(c1, c2, k, stride=s)
        self.pool2 = pooling(config)
        self.fc1 = nn.Linear(config.flat, h1)
        self.fc2 = nn.Linear(h1, h2)
        self.fc3 = nn.Linear(h2, config.classes)
        self.act = ACTIVATIONS[config.activation]()

    # --8<-- [start:forward]
    def features(self, x: Tensor) -> Tensor:  # (N, 1, 28, 28)
        """Return the maps that the convolutional part finds."""
        x = self.pool1(self.act(self.conv1(x)))  # (N, 6, 14, 14)
        x = self.pool2(self.act(self.conv2(x)))  # (N, 16, 5, 5)
        return x

    def forward(self, x: Tensor) -> Tensor:  # (N, 1, 28, 28)
        """Return the logits, one a class."""
        x = self.features(x).flatten(1)  # (N, 400)
        x = self.act(self.fc1(x))  # (N, 120)
        x = self.act(self.fc2(x))  # (N, 84)
        return self.fc3(x)  # (N, 10)

    # --8<-- [end:forward]


# --8<-- [end:model]


def pooling(config: LeNetConfig) -> nn.Module:
    """Return the layer that halves the maps, or one that leaves them as they are."""
    return POOLINGS[config.pooling](2) if config.pooling in POOLINGS else nn.Sequential()
