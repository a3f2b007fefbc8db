"""Networks of 5 and of 21 layers on 8 x 8 digits, plain and with skips, all with batch norm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code.experiments.twins._learning import digits, trained
from book_code.nn import BatchNorm2d, Conv2d, Linear, Module
from book_code.training import evaluate

TREND = "More layers make a plain network learn worse, which skips cure."
METRICS = {
    "training loss, skips, deep": "train_loss_resnet56",
    "training loss, skips, less deep": "train_loss_resnet20",
    "training loss, plain, less deep": "train_loss_plain20",
    "training loss, plain, deep": "train_loss_plain56",
}


class Network(Module):
    """A convolution, blocks of two, the mean of every map, ten classes."""

    def __init__(self, skips: bool, blocks: int, rng: np.random.Generator):
        super().__init__()
        self.skips = skips
        self.first = Conv2d(1, 8, 3, padding=1, stride=2, rng=rng)
        self.convs = [Conv2d(8, 8, 3, padding=1, rng=rng) for _ in range(2 * blocks)]
        self.norms = [BatchNorm2d(8) for _ in range(2 * blocks)]
        self.last = Linear(8, 10, rng=rng)

    def forward(self, x: Any) -> Any:
        """The logits."""
        x = self.first(x).relu()
        for i in range(0, len(self.convs), 2):
            inner = self.norms[i](self.convs[i](x)).relu()
            inner = self.norms[i + 1](self.convs[i + 1](inner))
            x = (x + inner if self.skips else inner).relu()
        return self.last(x.mean((2, 3)))


def measure(seed: int = 0) -> dict[str, float]:
    """Train the four for three passes over 600 pictures."""
    train, _ = digits()
    few, losses = train.take(slice(600)), []
    for skips, blocks in ((True, 10), (True, 2), (False, 2), (False, 10)):
        model = Network(skips, blocks, np.random.default_rng(seed))
        trained(model, few, rate=1e-2, epochs=3, seed=seed)
        losses.append(evaluate(model, few.x, few.y)[0])
    return dict(zip(METRICS, losses, strict=True))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    skips_deep, skips, plain, plain_deep = numbers.values()
    return plain_deep > plain + 0.05 and plain_deep - plain > skips_deep - skips + 0.1
