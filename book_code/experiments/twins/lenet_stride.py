"""LeNet-5 without pooling on 8 x 8 framed, with strides of 1 and 2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from book_code.experiments.twins._learning import accuracy, framed, lenet

TREND = "A larger stride saves most of the multiplications and costs some accuracy."
METRICS = {
    "accuracy (%), stride 1": "test_accuracy_s1",
    "accuracy (%), larger stride": "test_accuracy_s3",
    "multiplications, stride 1": "multiplications_s1",
    "multiplications, larger stride": "multiplications_s3",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train both."""
    train, held = framed()
    models = [lenet(seed, train, epochs=4, stride=stride, pooling="none") for stride in (1, 3)]
    scores = [accuracy(model, held) for model in models]
    return dict(zip(METRICS, [*scores, *map(multiplications, models)], strict=True))


def multiplications(model: Any) -> int:
    """Multiplications of a picture: a kernel at every place, and the layers behind."""
    first, _, second, _ = model.config.map_sizes
    layers = (model.fc1, model.fc2, model.fc3)
    dense = sum(layer.weight.size for layer in layers)
    return first**2 * model.conv1.weight.size + second**2 * model.conv2.weight.size + dense


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    one, larger, cost, saved = numbers.values()
    return larger < one - 1 and saved < 0.3 * cost
