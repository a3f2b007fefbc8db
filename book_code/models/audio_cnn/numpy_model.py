"""Convolutions over log-mel pictures: Sainath and Parada (2015), Convolutional neural networks for small-footprint
keyword spotting, Interspeech; there cnn-trad-fpool3.

    code        paper        shape of the output      parameters
    x           log-mel      (N,  1, 40, 32)
    conv1       conv         (N, 64, 33, 13)          10,304
    pool1       p x q        (N, 64, 11, 13)               0
    conv2       conv         (N, 64,  8,  4)         163,904
    low_rank    lin          (N, 32)                  65,568
    fc1         dnn          (N, 128)                  4,224
    fc2         softmax      (N, 4)                      516
                                                     244,516

These are the sizes of the preset "audio-cnn-keywords". The paper counts 244.2K: weights without biases.

Deviations from the paper: the output is logits; the picture has frequency as its height and time as its width (the
paper names sizes in the order time, frequency); for spoken digits more frames, and pooling over time too; dropout.
"""

from typing import Any

import numpy as np

from ...autodiff import Tensor
from ...autodiff.functional import flatten
from ...nn import Conv2d, Dropout, Linear, MaxPool2d, Module, ReLU
from .config import AudioCNNConfig


# --8<-- [start:model]
class AudioCNN(Module):
    """Two convolutions over frequency and time, a narrow linear layer, a hidden layer; returns logits.

    Shape:
        (N, 1, M, T) -> (N, K): what `book_code.audio.log_mel` gives, with an axis of one channel

    >>> model = AudioCNN(AudioCNNConfig.tiny(), rng=np.random.default_rng(0))
    >>> model(np.zeros((2, 1, 8, 7), np.float32)).shape
    (2, 3)
    """

    def __init__(self, config: AudioCNNConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        c = self.config = config or AudioCNNConfig()
        self.conv1 = Conv2d(1, c.channels[0], c.kernels[0], rng=rng)
        self.pool1 = MaxPool2d(c.pool)
        self.conv2 = Conv2d(c.channels[0], c.channels[1], c.kernels[1], rng=rng)
        self.low_rank = Linear(c.flat, c.low_rank, rng=rng)
        self.fc1 = Linear(c.low_rank, c.hidden, rng=rng)
        self.fc2 = Linear(c.hidden, c.classes, rng=rng)
        self.act = ReLU()
        self.dropout = Dropout(c.dropout, rng=rng)

    # --8<-- [start:forward]
    def features(self, x: Any) -> Tensor:  # (N, 1, 40, 32)
        """Return the maps that the convolutional part finds."""
        x = self.pool1(self.act(self.conv1(x)))  # (N, 64, 11, 13)
        return self.act(self.conv2(x))  # (N, 64, 8, 4)

    def forward(self, x: Any) -> Tensor:  # (N, 1, 40, 32)
        """Return the logits, one a class."""
        x = self.low_rank(flatten(self.features(x)))  # (N, 32), linear
        x = self.act(self.fc1(self.dropout(x)))  # (N, 128)
        return self.fc2(self.dropout(x))  # (N, 4)

    # --8<-- [end:forward]

    def stages(self, x: Any) -> dict[str, Tensor]:
        """Return what every stage puts out, by name; nonlinearities belong to the layer before them."""
        out = {"conv1": self.act(self.conv1(x))}
        out["pool1"] = self.pool1(out["conv1"])
        out["conv2"] = self.act(self.conv2(out["pool1"]))
        out["low_rank"] = self.low_rank(flatten(out["conv2"]))
        out["fc1"] = self.act(self.fc1(self.dropout(out["low_rank"])))
        out["fc2"] = self.fc2(self.dropout(out["fc1"]))
        return out


# --8<-- [end:model]
