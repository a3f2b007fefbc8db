"""AlexNet in PyTorch: Krizhevsky, Sutskever and Hinton (2012), ImageNet classification with deep convolutional neural
networks, NeurIPS 25.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the paper.
"""

import torch
from torch import Tensor, nn

from .config import AlexNetConfig


# --8<-- [start:model]
class AlexNet(nn.Module):
    """Five convolutions, three of them pooled, and three fully connected layers with dropout; returns logits."""

    def __init__(self, config: AlexNetConfig | None = None):
        super().__init__()
        c = self.config = config or AlexNetConfig()
        c1, c2, c3, c4, c5 = c.channels  # 64, 192, 384, 256, 256
        kernel, stride = (11, 4) if c.stem == "imagenet" else (5, 1)
        self.features = nn.Sequential(
            nn.Conv2d(c.in_channels, c1, kernel, stride=stride, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2),
            nn.Conv2d(c1, c2, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2),
            nn.Conv2d(c2, c3, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(c3, c4, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(c4, c5, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(c.pool)
        self.classifier = nn.Sequential(
            nn.Dropout(c.dropout),
            nn.Linear(c5 * c.pool**2, c.hidden),
            nn.ReLU(),
            nn.Dropout(c.dropout),
            nn.Linear(c.hidden, c.hidden),
            nn.ReLU(),
            nn.Linear(c.hidden, c.classes),
        )

    # --8<-- [start:forward]
    def forward(self, x: Tensor) -> Tensor:  # (N, 3, 224, 224)
        """Return the logits, one a class."""
        x = self.features(x)  # (N, 256, 6, 6)
        x = torch.flatten(self.avgpool(x), 1)  # (N, 9216)
        return self.classifier(x)  # (N, 1000)

    # --8<-- [end:forward]


# --8<-- [end:model]
