"""Small digits from 5 to 9 with few labels: from scratch, and on features that were learned from 0 to 4."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code.data import Split
from book_code.experiments.twins._learning import accuracy, framed, scattered, trained
from book_code.models.cifar_cnn.config import CifarCNNConfig
from book_code.models.cifar_cnn.numpy_model import CifarCNN
from book_code.training.transfer import take_over

TREND = "With few labels, a network that knows a near task gains much; with many, less."
METRICS = {
    "accuracy (%), few labels, from scratch": "test_accuracy_scratch_10",
    "accuracy (%), few labels, transferred": "test_accuracy_near_tuned_10",
    "accuracy (%), many labels, transferred": "test_accuracy_near_tuned_1000",
    "accuracy (%), many labels, from scratch": "test_accuracy_scratch_1000",
}


def measure(seed: int = 0) -> dict[str, float]:
    """The mean over two draws of the labelled pictures; all pictures lie a little elsewhere."""
    rng = np.random.default_rng(seed)
    train, held = (Split(scattered(split.x, rng), split.y) for split in framed())
    old = trained(
        network(seed), digits(train, 0), rate=1e-2, epochs=4, batch_size=25, seed=seed
    )
    new, asked, scores = digits(train, 5), digits(held, 5), []
    for count, draws in ((20, 2), (500, 1)):
        for state in (None, old.state_dict()):
            found = []
            for draw in range(draws):
                rows = np.random.default_rng([seed, draw]).permutation(len(new))[:count]
                model = network(seed + 100 + draw)
                if state:
                    take_over(model, state, fresh=("fc",))
                trained(
                    model,
                    new.take(rows),
                    rate=5e-3,
                    epochs=30 if count == 20 else 3,
                    batch_size=20,
                    seed=seed,
                )
                found.append(accuracy(model, asked))
            scores.append(float(np.mean(found)))
    few, few_moved, many, many_moved = scores
    return dict(zip(METRICS, (few, few_moved, many_moved, many), strict=True))


def network(seed: int) -> Any:
    """A small CifarCNN for five classes."""
    config = CifarCNNConfig(5, 12, 1, (8, 16), convolutions=1, head="flatten")
    return CifarCNN(config, rng=np.random.default_rng(seed))


def digits(split: Split, first: int) -> Split:
    """Five of the digits, with labels from 0."""
    part = split.take((split.y >= first) & (split.y < first + 5))
    return Split(part.x, part.y - first)


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    scratch, moved_few, moved_many, scratch_many = numbers.values()
    gain, later = moved_few - scratch, moved_many - scratch_many
    return gain > 1 and later < gain - 1
