"""A small ViT and a small ResNet of about as many parameters, on 100 digits that all lie a little elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code.data import Split
from book_code.experiments.twins._learning import accuracy, digits, scattered, trained
from book_code.models.resnet.config import ResNetConfig
from book_code.models.resnet.numpy_model import ResNet
from book_code.models.vit.config import ViTConfig
from book_code.models.vit.numpy_model import ViT

TREND = "From scratch and in few steps a ViT is behind a ResNet of about as many parameters."
METRICS = {
    "accuracy (%), ViT": "test_accuracy_vit_1000",
    "accuracy (%), ResNet": "test_accuracy_resnet_1000",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train both for 100 steps."""
    rng = np.random.default_rng(seed)
    train, held = (Split(scattered(split.x, rng), split.y) for split in digits())
    few = train.take(rng.permutation(len(train))[:100])
    scores = [
        accuracy(trained(model, few, rate=rate, epochs=25, batch_size=25, seed=seed), held)
        for model, rate in ((vit(seed), 5e-3), (resnet(seed), 1e-2))
    ]
    return dict(zip(METRICS, scores, strict=True))


def vit(seed: int) -> Any:
    """Four patches of 4 x 4 pixels, one layer."""
    sizes: dict[str, Any] = {"embed_dim": 16, "heads": 2, "feedforward": 32, "layers": 1}
    config = ViTConfig(8, 4, 1, 10, pool="mean", **sizes)
    return ViT(config, rng=np.random.default_rng(seed))


def resnet(seed: int) -> Any:
    """Two stages of one block."""
    config = ResNetConfig(10, 8, 1, "basic", (1, 1), 6, "small")
    return ResNet(config, rng=np.random.default_rng(seed))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    vit_accuracy, resnet_accuracy = numbers.values()
    return resnet_accuracy > vit_accuracy + 1
