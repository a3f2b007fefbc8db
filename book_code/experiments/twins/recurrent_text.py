"""An LSTM and a GRU of the same width learn text made by a small grammar for a few steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.experiments.twins import _text
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
WINDOW = 20


def measure(seed: int = 0) -> dict[str, float]:
    """The loss in nats a character of both."""
    return dict(zip(METRICS, [score(label, seed) for label in CORES], strict=True))


def score(label: str, seed: int) -> float:
    """Train one network; its loss on unseen text."""
    rng = np.random.default_rng(seed)
    text = _text.tokens(rng, 300)
    train, unseen = text[:5_000], text[5_000:]
    core, sizes = CORES[label]
    model: Any = core(sizes(vocabulary=_text.SIGNS, in_features=16, hidden=24, outputs=_text.SIGNS, head="step"), rng=rng)  # fmt: skip
    optimizer = optim.Adam(model.astype(np.float64).parameters(), lr=1e-2)
    _text.learn(model, optimizer, train, rng, window=WINDOW, steps=60)
    return _text.loss(model, unseen, WINDOW)


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    lstm, gru = numbers.values()
    return gru < 0.97 * lstm
