"""A GPT of one layer on a few hundred lines of text made by a small grammar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.losses import cross_entropy
from book_code.models.gpt.config import GPTConfig
from book_code.models.gpt.numpy_model import GPT

TREND = "Step by step the GPT foretells unseen text better."
METRICS = {
    "loss on unseen text, first": "validation_loss@0",
    "loss on unseen text, halfway": "validation_loss@2",
    "loss on unseen text, at the end": "validation_loss@-1",
}
WHO = ("the king", "the queen", "a fool", "my lord", "the night", "a ghost")
DOES = ("loves", "fears", "seeks", "hides from", "sings to", "forgets")
WINDOW = 24


def measure(seed: int = 0) -> dict[str, float]:
    """The loss in nats a character after 20, 60 and 120 steps."""
    rng = np.random.default_rng(seed)
    text = tokens(rng, 600)
    train, unseen = text[: 9 * len(text) // 10], text[9 * len(text) // 10 :]
    config = GPTConfig(
        vocabulary=27, positions=WINDOW, embed_dim=32, heads=2, layers=1, dropout=0.0
    )
    model: Any = GPT(config, rng=rng).astype(np.float64)
    optimizer, losses = optim.AdamW(model.parameters(), lr=1e-2), []
    for step in range(1, 121):
        starts = rng.integers(0, len(train) - WINDOW, size=16)
        optimizer.zero_grad()
        loss(model, train, starts).backward()
        optimizer.step()
        if step in (20, 60, 120):
            losses.append(
                loss(model, unseen, np.arange(0, len(unseen) - WINDOW, WINDOW)).item()
            )
    return dict(zip(METRICS, losses, strict=True))


def tokens(rng: np.random.Generator, lines: int) -> np.ndarray:
    """The text as numbers: a space is 0, letters follow."""
    draws = rng.integers(0, 6, size=(lines, 3))
    text = " ".join(f"{WHO[a]} {DOES[b]} {WHO[c]}" for a, b, c in draws)
    return np.array([0 if sign == " " else ord(sign) - 96 for sign in text])


def loss(model: Any, text: np.ndarray, starts: np.ndarray) -> Any:
    """The cross-entropy of every next character of the windows."""
    rows = text[starts[:, None] + np.arange(WINDOW + 1)]
    return cross_entropy(model(rows[:, :-1]).reshape(-1, 27), rows[:, 1:].reshape(-1))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    first, halfway, last = numbers.values()
    return last < halfway - 0.05 and halfway < first - 0.1
