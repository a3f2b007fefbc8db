"""Two digits to copy, to reverse, to sort up and down: one small T5 for all four tasks, and one for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from book_code import optim
from book_code.losses import cross_entropy
from book_code.models.t5.config import T5Config
from book_code.models.t5.numpy_model import T5

TREND = "With as many examples of every task, one model for all tasks gives more right answers than one for each."
METRICS = {
    "right (%), a model for each task": "right_each",
    "right (%), one model for all tasks": "right_all",
}
TASKS = {
    "copy": 6,
    "reverse": 7,
    "sort": 8,
    "sort down": 9,
}  # 0 is the start; the digits are 1 to 5
STEPS = 5


def measure(seed: int = 0) -> dict[str, float]:
    """The mean share of right answers over the tasks."""
    each = [score([task], seed)[0] for task in TASKS]
    return dict(zip(METRICS, [sum(each) / 4, sum(score(list(TASKS), seed)) / 4], strict=True))


def score(tasks: Sequence[str], seed: int) -> list[float]:
    """Train on a mixture of the tasks; how many per cent of the answers are right, by task."""
    rng = np.random.default_rng(seed)
    config = T5Config(vocabulary=10, embed_dim=24, heads=2, head_dim=12, feedforward=48, layers=1,
                      buckets=8, furthest=8, dropout=0.0)  # fmt: skip
    model: Any = T5(config, rng=rng).astype(np.float64)
    optimizer = optim.Adam(model.parameters(), lr=6e-3)
    for _ in range(STEPS * len(tasks)):
        x, y = texts([tasks[i] for i in rng.integers(0, len(tasks), 32)], rng)
        optimizer.zero_grad()
        logits = model(x, np.pad(y[:, :-1], [(0, 0), (1, 0)]))
        cross_entropy(logits.reshape(-1, 10), y.reshape(-1)).backward()
        optimizer.step()
    return [right(model, task, rng) for task in tasks]


def texts(names: Sequence[str], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The name of a task and two digits, (N, 3), and the answers, (N, 2)."""
    digits = rng.integers(1, 6, size=(len(names), 2))
    x = np.concatenate([[[TASKS[name]] for name in names], digits], axis=1)
    ways: dict[str, Any] = {
        "copy": lambda row: row,
        "reverse": lambda row: row[::-1],
        "sort": np.sort,
        "sort down": lambda row: np.sort(row)[::-1],
    }
    return x, np.array([ways[name](row) for name, row in zip(names, digits, strict=True)])


def right(model: Any, task: str, rng: np.random.Generator) -> float:
    """How many per cent of 200 texts are answered rightly, digit by digit."""
    x, y = texts([task] * 200, rng)
    written = np.zeros((200, 1), np.int64)
    for _ in range(2):
        token = model(x, written).numpy()[:, -1:].argmax(2)
        written = np.concatenate([written, token], axis=1)
    return 100 * float((written[:, 1:] == y).all(axis=1).mean())


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    each, together = numbers.values()
    return together > each + 10
