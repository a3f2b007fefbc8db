"""AlexNet: Krizhevsky, Sutskever and Hinton (2012), ImageNet classification with deep convolutional neural
networks, NeurIPS 25.

    code            paper             shape of the output
    x               input             (N,   3, 224, 224)
    features.0      layer 1           (N,  64,  55,  55)    11 x 11, stride 4
    features.2      pooling           (N,  64,  27,  27)    windows of 3, moved by 2
    features.3      layer 2           (N, 192,  27,  27)    5 x 5
    features.5      pooling           (N, 192,  13,  13)
    features.6      layer 3           (N, 384,  13,  13)    3 x 3
    features.8      layer 4           (N, 256,  13,  13)    3 x 3
    features.10     layer 5           (N, 256,  13,  13)    3 x 3
    features.12     pooling           (N, 256,   6,   6)
    classifier.1    layer 6           (N, 4096)
    classifier.4    layer 7           (N, 4096)
    classifier.6    layer 8           (N, 1000)             61,100,840 parameters in all

This is torchvision's form, after Krizhevsky (2014), One weird trick for parallelizing convolutional neural networks,
arXiv:1404.5997; its weights load as they are. Deviations from the paper of 2012:

* one tower: the paper cut the maps of layers 2, 4 and 5 into two halves, one a GPU, which see only their own half;
* 64, 192, 384, 256 and 256 maps instead of 96, 256, 384, 384 and 256;
* no local response normalization;
* a last average makes pictures of any size fit; for 224 x 224 it changes nothing;
* the first weights are PyTorch's uniform ones, not normal with standard deviation 0.01 and some biases of 1.
"""

from typing import Any

import numpy as np

from ... import nn
from ...autodiff import Tensor
from ...autodiff import functional as F
from .config import AlexNetConfig


# --8<-- [start:model]
class AlexNet(nn.Module):
    """Five convolutions, three of them pooled, and three fully connected layers with dropout; returns logits.

    Shape:
        (N, 3, 224, 224) -> (N, 1000), with the standard configuration; pictures from 63 x 63 on.

    >>> model = AlexNet(AlexNetConfig.tiny(), rng=np.random.default_rng(0))
    >>> model(np.zeros((2, 1, 16, 16), np.float32)).shape
    (2, 3)
    """

    def __init__(self, config: AlexNetConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        c = self.config = config or AlexNetConfig()
        c1, c2, c3, c4, c5 = c.channels  # 64, 192, 384, 256, 256
        kernel, stride = (11, 4) if c.stem == "imagenet" else (5, 1)
        self.features = nn.Sequential(
            nn.Conv2d(c.in_channels, c1, kernel, stride=stride, padding=2, rng=rng),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2),
            nn.Conv2d(c1, c2, 5, padding=2, rng=rng),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2),
            nn.Conv2d(c2, c3, 3, padding=1, rng=rng),
            nn.ReLU(),
            nn.Conv2d(c3, c4, 3, padding=1, rng=rng),
            nn.ReLU(),
            nn.Conv2d(c4, c5, 3, padding=1, rng=rng),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(c.pool)
        self.classifier = nn.Sequential(
            nn.Dropout(c.dropout, rng=rng),
            nn.Linear(c5 * c.pool**2, c.hidden, rng=rng),
            nn.ReLU(),
            nn.Dropout(c.dropout, rng=rng),
            nn.Linear(c.hidden, c.hidden, rng=rng),
            nn.ReLU(),
            nn.Linear(c.hidden, c.classes, rng=rng),
        )

    # --8<-- [start:forward]
    def forward(self, x: Any) -> Tensor:  # (N, 3, 224, 224)
        """Return the logits, one a class."""
        x = self.features(x)  # (N, 256, 6, 6)
        x = F.flatten(self.avgpool(x))  # (N, 9216)
        return self.classifier(x)  # (N, 1000)

    # --8<-- [end:forward]


# --8<-- [end:model]
