"""GPTs of one layer on text made by a small grammar: a narrow and a wide one, little text and much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.experiments.twins import _text
from book_code.models.gpt.config import GPTConfig
from book_code.models.gpt.numpy_model import GPT

TREND = "A larger GPT foretells unseen text better, and so does one that has learned from more text."
METRICS = {
    "loss on unseen text, small model": "validation_loss_size_4",
    "loss on unseen text, large model": "validation_loss_size_64",
    "loss on unseen text, little to learn from": "validation_loss_text_2000",
    "loss on unseen text, much to learn from": "validation_loss_text_512000",
}
WINDOW = 16


def measure(seed: int = 0) -> dict[str, float]:
    """The loss in nats a character: by width on much text, and of a model between by the text."""
    found = [loss(4, 9_000, seed), loss(32, 9_000, seed)]
    return dict(zip(METRICS, [*found, loss(16, 80, seed), loss(16, 9_000, seed)], strict=True))


def loss(width: int, amount: int, seed: int) -> float:
    """Train on the first characters; the loss on others."""
    rng = np.random.default_rng(seed)
    text = _text.tokens(rng, 500)
    text, unseen = text[:amount], text[9_000:]
    config = GPTConfig(
        vocabulary=_text.SIGNS,
        positions=WINDOW,
        embed_dim=width,
        heads=1,
        layers=1,
        dropout=0.0,
    )
    model: Any = GPT(config, rng=rng).astype(np.float64)
    optimizer = optim.AdamW(model.parameters(), lr=1e-2)
    _text.learn(model, optimizer, text, rng, window=WINDOW, steps=90)
    return _text.loss(model, unseen, WINDOW)


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    small, large, little, much = numbers.values()
    return large < 0.9 * small and much < 0.9 * little
