"""VGG in PyTorch: Simonyan and Zisserman (2014), Very deep convolutional networks for large-scale image recognition,
arXiv:1409.1556.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the paper.
"""

import torch
from torch import Tensor, nn

from ..torch_he import he_convolutions
from .config import VGGConfig


# --8<-- [start:block]
def vgg_block(
    inputs: int, outputs: int, convolutions: int, batch_norm: bool
) -> list[nn.Module]:
    """Return the layers of one block without its pooling; two 3 x 3 see as far as one 5 x 5."""
    layers: list[nn.Module] = []
    for _ in range(convolutions):
        layers.append(nn.Conv2d(inputs, outputs, 3, padding=1))
        if batch_norm:
            layers.append(nn.BatchNorm2d(outputs))
        layers.append(nn.ReLU())
        inputs = outputs
    return layers


# --8<-- [end:block]


# --8<-- [start:model]
class VGG(nn.Module):
    """Blocks of 3 x 3 convolutions and pooling, then three fully connected layers with dropout; returns logits."""

    def __init__(self, config: VGGConfig | None = None):
        super().__init__()
        c = self.config = config or VGGConfig()
        layers: list[nn.Module] = []
        inputs = c.in_channels
        for i, (convolutions, outputs) in enumerate(zip(c.blocks, c.channels, strict=True)):
            layers += vgg_block(inputs, outputs, convolutions, c.batch_norm)
            if i > 0 or c.stem == "imagenet":
                layers.append(nn.MaxPool2d(2))
            inputs = outputs
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(c.pool)
        self.classifier = nn.Sequential(
            nn.Linear(inputs * c.pool**2, c.hidden),
            nn.ReLU(),
            nn.Dropout(c.dropout),
            nn.Linear(c.hidden, c.hidden),
            nn.ReLU(),
            nn.Dropout(c.dropout),
            nn.Linear(c.hidden, c.classes),
        )
        he_convolutions(self)

    # --8<-- [start:forward]
    def forward(self, x: Tensor) -> Tensor:  # (N, 3, 224, 224)
        """Return the logits, one a class."""
        x = self.features(x)  # (N, 512, 7, 7)
        x = torch.flatten(self.avgpool(x), 1)  # (N, 25088)
        return self.classifier(x)  # (N, 1000)

    # --8<-- [end:forward]


# --8<-- [end:model]
