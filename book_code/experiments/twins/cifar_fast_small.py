"""LeNet-5 on small digits that all lie a little elsewhere: one look at each, and nine looks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.autodiff.functional import softmax
from book_code.data import Split
from book_code.experiments.twins._learning import framed, lenet, moved, scattered

TREND = "Several looks at each picture, moved a little, recognize it better than one."
METRICS = {
    "accuracy (%), one look": "test_accuracy_one_look",
    "accuracy (%), several looks": "test_accuracy",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train once; the looks are moved by up to a pixel each way."""
    (train, held), rng = framed(), np.random.default_rng(seed)
    train, held = Split(scattered(train.x, rng), train.y), Split(scattered(held.x, rng), held.y)
    model = lenet(seed, train, epochs=6, augment=scattered)
    ways = [(right, down) for right in (-1, 0, 1) for down in (-1, 0, 1)]
    looks = np.stack([softmax(model(moved(held.x, *way))).numpy() for way in ways])
    one = np.mean([(look.argmax(axis=1) == held.y).mean() for look in looks])
    several = np.mean(looks.mean(axis=0).argmax(axis=1) == held.y)
    scores = (100 * float(one), 100 * float(several))
    return dict(zip(METRICS, scores, strict=True))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    one, several = numbers.values()
    return several > one + 0.5
