"""A GPT of one layer on a few hundred lines of text made by a small grammar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.experiments.twins import _text
from book_code.models.gpt.config import GPTConfig
from book_code.models.gpt.numpy_model import GPT

TREND = "Step by step the GPT foretells unseen text better."
METRICS = {
    "loss on unseen text, first": "validation_loss@0",
    "loss on unseen text, halfway": "validation_loss@2",
    "loss on unseen text, at the end": "validation_loss@-1",
}
WINDOW = 24


def measure(seed: int = 0) -> dict[str, float]:
    """The loss in nats a character after 20, 60 and 120 steps."""
    rng = np.random.default_rng(seed)
    text = _text.tokens(rng, 600)
    train, unseen = text[: 9 * len(text) // 10], text[9 * len(text) // 10 :]
    config = GPTConfig(
        vocabulary=_text.SIGNS, positions=WINDOW, embed_dim=32, heads=2, layers=1, dropout=0.0
    )
    model: Any = GPT(config, rng=rng).astype(np.float64)
    optimizer, losses = optim.AdamW(model.parameters(), lr=1e-2), []
    for steps in (20, 40, 60):
        _text.learn(model, optimizer, train, rng, window=WINDOW, steps=steps, batch_size=16)
        losses.append(_text.loss(model, unseen, WINDOW))
    return dict(zip(METRICS, losses, strict=True))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    first, halfway, last = numbers.values()
    return last < halfway - 0.05 and halfway < first - 0.1
