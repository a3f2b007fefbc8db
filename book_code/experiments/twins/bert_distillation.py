"""A small BERT says whether a sentence is kind; a smaller one learns it from its logits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.compression.distillation import distillation
from book_code.experiments.twins._text import DOES, WHO
from book_code.losses import cross_entropy
from book_code.models.bert.config import BERTConfig
from book_code.models.bert.numpy_model import BERT

TREND = "A pupil with a small part of the weights is nearly as often right as the BERT that taught it."
METRICS = {
    "parameters, full": "parameters_full",
    "parameters, pupil": "parameters_logits_8",
    "right (%), full": "test_accuracy_full",
    "right (%), pupil": "test_accuracy_logits_8",
}
KIND = {"loves", "seeks", "sings to"}
WORDS = sorted({word for part in WHO + DOES for word in part.split()})
LENGTH = 6  # 0 is the padding


def measure(seed: int = 0) -> dict[str, float]:
    """Train the teacher, then the pupil, and ask both the same sentences."""
    rng = np.random.default_rng(seed)
    teacher = trained(32, 2, rng)
    pupil = trained(8, 1, rng, teacher)
    x, y = sentences(400, rng)
    sizes = [float(sum(p.data.size for p in model.parameters())) for model in (teacher, pupil)]
    right = [100 * float((model(x).numpy().argmax(1) == y).mean()) for model in (teacher, pupil)]  # fmt: skip
    return dict(zip(METRICS, [*sizes, *right], strict=True))


def trained(width: int, layers: int, rng: np.random.Generator, teacher: Any = None) -> Any:
    """A BERT after 120 steps, by labels or by a teacher's logits."""
    config = BERTConfig(vocabulary=len(WORDS) + 1, positions=LENGTH, embed_dim=width, heads=2, feedforward=2 * width,
                        layers=layers, head="sentence", dropout=0.0)  # fmt: skip
    model: Any = BERT(config, rng=rng)
    optimizer = optim.Adam(model.parameters(), lr=3e-3 if teacher is None else 1e-2)
    for _ in range(120):
        x, y = sentences(32, rng)
        optimizer.zero_grad()
        logits = model(x)
        loss = (
            cross_entropy(logits, y) if teacher is None else distillation(logits, teacher(x), y)
        )
        loss.backward()
        optimizer.step()
    return model


def sentences(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Sentences as numbers of their words, padded, (N, LENGTH), and whether they are kind, (N,)."""
    draws = rng.integers(0, 6, size=(count, 3))
    x = np.zeros((count, LENGTH), np.int64)
    for row, (who, does, whom) in zip(x, draws, strict=True):
        said = f"{WHO[who]} {DOES[does]} {WHO[whom]}".split()
        row[: len(said)] = [1 + WORDS.index(word) for word in said]
    return x, np.array([DOES[does] in KIND for does in draws[:, 1]], np.int64)


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    size, pupil_size, full, pupil = numbers.values()
    return pupil_size < size / 4 and pupil > full - 5
