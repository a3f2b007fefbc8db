"""Ten hidden layers of 32 units on 8 x 8 digits, with ReLU and with the sigmoid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code.autodiff import Tensor
from book_code.experiments.twins._learning import digits, trained
from book_code.init import he_normal, xavier_normal
from book_code.losses import cross_entropy
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.numpy_model import MLP
from book_code.training import evaluate

TREND = "Ten sigmoids deep, hardly a gradient reaches the first layer and nothing is learned; ReLU learns."
METRICS = {
    "training loss, sigmoid": "loss_sigmoid",
    "training loss, ReLU": "loss_relu",
    "first / last gradient (%), sigmoid": "first_gradient_sigmoid",
    "first / last gradient (%), ReLU": "first_gradient_relu",
}


def measure(seed: int = 0) -> dict[str, float]:
    """The gradient before training, and the loss after four epochs."""
    train, _ = digits()
    losses, shares = [], []
    for activation in ("sigmoid", "relu"):
        model = network(activation, seed)
        cross_entropy(model(train.x[:256]), train.y[:256]).backward()
        first, last = (size(model.layers[i].weight.grad) for i in (0, 9))
        shares.append(100 * first / last)
        model.zero_grad()
        trained(model, train, epochs=4, seed=seed)
        losses.append(evaluate(model, train.x, train.y)[0])
    return dict(zip(METRICS, [*losses, *shares], strict=True))


def network(activation: Any, seed: int) -> Any:
    """The MLP, with the start that suits its activation."""
    rng = np.random.default_rng(seed)
    model = MLP(MLPConfig(in_features=64, hidden=(32,) * 10, activation=activation), rng=rng)
    start = he_normal if activation == "relu" else xavier_normal
    for layer in model.layers:
        layer.weight = Tensor(start(layer.weight.shape, rng=rng), requires_grad=True)
    return model.astype(np.float64)


def size(gradient: Any) -> float:
    """The root of the mean square of its entries."""
    return float(np.sqrt(np.mean(np.square(gradient.data))))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    sigmoid, relu, first_sigmoid, first_relu = numbers.values()
    return sigmoid > 2.2 and relu < 1.2 and first_sigmoid < 1 and first_relu > 10
