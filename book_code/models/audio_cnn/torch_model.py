"""Convolutions over log-mel pictures in PyTorch: Sainath and Parada (2015), Convolutional neural networks for
small-footprint keyword spotting, Interspeech.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the paper.
"""

from torch import Tensor, nn

from .config import AudioCNNConfig


# --8<-- [start:model]
class AudioCNN(nn.Module):
    """Two convolutions over frequency and time, a narrow linear layer, a hidden layer; returns logits."""

    def __init__(self, config: AudioCNNConfig | None = None):
        super().__init__()
        c = self.config = config or AudioCNNConfig()
        self.conv1 = nn.Conv2d(1, c.channels[0], c.kernels[0])
        self.pool1 = nn.MaxPool2d(c.pool)
        self.conv2 = nn.Conv2d(c.channels[0], c.channels[1], c.kernels[1])
        self.low_rank = nn.Linear(c.flat, c.low_rank)
        self.fc1 = nn.Linear(c.low_rank, c.hidden)
        self.fc2 = nn.Linear(c.hidden, c.classes)
        self.act = nn.ReLU()
        self.dropout = nn.Dropout(c.dropout)

    # --8<-- [start:forward]
    def features(self, x: Tensor) -> Tensor:  # (N, 1, 40, 32)
        """Return the maps that the convolutional part finds."""
        x = self.pool1(self.act(self.conv1(x)))  # (N, 64, 11, 13)
        return self.act(self.conv2(x))  # (N, 64, 8, 4)

    def forward(self, x: Tensor) -> Tensor:  # (N, 1, 40, 32)
        """Return the logits, one a class."""
        x = self.low_rank(self.features(x).flatten(1))  # (N, 32), linear
        x = self.act(self.fc1(self.dropout(x)))  # (N, 128)
        return self.fc2(self.dropout(x))  # (N, 4)

    # --8<-- [end:forward]


# --8<-- [end:model]
