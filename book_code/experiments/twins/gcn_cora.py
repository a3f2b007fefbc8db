"""A made graph of 120 pages in three fields, with few words and six known labels in all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.losses import cross_entropy
from book_code.models.gcn.config import GCNConfig
from book_code.models.gcn.numpy_model import GCN

TREND = "Who cites whom tells much that the words alone do not."
METRICS = {
    "accuracy (%), words alone": "test_accuracy_mlp",
    "accuracy (%), GCN": "test_accuracy_gcn",
}


def measure(seed: int = 0) -> dict[str, float]:
    """The same network without and with the edges; the mean over three graphs."""
    scores = [
        np.mean([score(edges, [seed, draw]) for draw in range(3)]) for edges in (False, True)
    ]
    return dict(zip(METRICS, map(float, scores), strict=True))


def score(with_edges: bool, seed: list[int]) -> float:
    """Train on two pages of each field; accuracy on the others, in per cent."""
    x, y, edges = pages(np.random.default_rng(seed))
    known = np.arange(6)
    config = GCNConfig(in_features=20, hidden=(8,), classes=3, dropout=0.0)
    model: Any = GCN(config, rng=np.random.default_rng(seed)).astype(np.float64)
    optimizer = optim.Adam(model.parameters(), lr=0.05)
    if not with_edges:
        edges = np.zeros((2, 0), np.int64)
    for _ in range(40):
        optimizer.zero_grad()
        cross_entropy(model(x, edges)[known], y[known]).backward()
        optimizer.step()
    guess = model(x, edges).numpy().argmax(axis=1)
    return 100 * float((guess == y)[6:].mean())


def pages(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Words (a noisy mean a field), fields, and edges that mostly stay within a field."""
    y = np.arange(120) % 3
    x = rng.standard_normal((3, 20))[y] + 2.5 * rng.standard_normal((120, 20))
    near = rng.random((120, 120)) < np.where(y[:, None] == y, 0.12, 0.01)
    ends = np.stack(np.nonzero(np.triu(near, 1)))
    return x, y, np.concatenate([ends, ends[::-1]], axis=1)


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    words, graph = numbers.values()
    return graph > words + 10
