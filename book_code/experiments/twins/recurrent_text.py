"""An LSTM and a GRU of the same width learn text made by a small grammar for a few steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.losses import cross_entropy
from book_code.models.gru.config import GRUConfig
from book_code.models.gru.numpy_model import GRU
from book_code.models.lstm.config import LSTMConfig
from book_code.models.lstm.numpy_model import LSTM

TREND = "After few steps a GRU foretells text better than an LSTM of the same width."
METRICS = {
    "loss on unseen text, LSTM": "validation_loss_lstm",
    "loss on unseen text, GRU": "validation_loss_gru",
}
CORES: dict[str, Any] = {"lstm": (LSTM, LSTMConfig), "gru": (GRU, GRUConfig)}
WHO = ("the king", "the queen", "a fool", "my lord", "the night", "a ghost")
DOES = ("loves", "fears", "seeks", "hides from", "sings to", "forgets")
WINDOW = 20


def measure(seed: int = 0) -> dict[str, float]:
    """The loss in nats a character of both."""
    return dict(zip(METRICS, [score(label, seed) for label in CORES], strict=True))


def score(label: str, seed: int) -> float:
    """Train one network; its loss on unseen text."""
    rng = np.random.default_rng(seed)
    text = tokens(rng, 300)
    train, unseen = text[:5_000], text[5_000:]
    core, sizes = CORES[label]
    model: Any = core(sizes(vocabulary=27, in_features=16, hidden=24, outputs=27, head="step"), rng=rng)  # fmt: skip
    optimizer = optim.Adam(model.astype(np.float64).parameters(), lr=1e-2)
    for _ in range(60):
        optimizer.zero_grad()
        judged(model, train, rng.integers(0, len(train) - WINDOW, size=12)).backward()
        optimizer.step()
    return judged(model, unseen, np.arange(0, len(unseen) - WINDOW, WINDOW)).item()


def tokens(rng: np.random.Generator, lines: int) -> np.ndarray:
    """The text as numbers: a space is 0, letters follow."""
    draws = rng.integers(0, 6, size=(lines, 3))
    text = " ".join(f"{WHO[a]} {DOES[b]} {WHO[c]}" for a, b, c in draws)
    return np.array([0 if sign == " " else ord(sign) - 96 for sign in text])


def judged(model: Any, text: np.ndarray, starts: np.ndarray) -> Any:
    """The cross-entropy of every next character of the windows."""
    rows = text[starts[:, None] + np.arange(WINDOW + 1)]
    return cross_entropy(model(rows[:, :-1]).reshape(-1, 27), rows[:, 1:].reshape(-1))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    lstm, gru = numbers.values()
    return gru < 0.97 * lstm
