"""The first of a row of symbols is to be said at its end: a plain RNN on short and on long rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.autodiff import Tensor
from book_code.losses import cross_entropy
from book_code.models.rnn.config import RNNConfig
from book_code.models.rnn.numpy_model import RNN

TREND = "At the end of a short row a plain RNN still knows its first symbol, at the end of a long one not."
METRICS = {
    "remembered (%), short row": "accuracy_tanh_clipped_5",
    "remembered (%), long row": "accuracy_tanh_clipped_40",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Rows of 3 and of 30 symbols; guessing gives 25 %."""
    return dict(zip(METRICS, [score(3, seed), score(30, seed)], strict=True))


def score(length: int, seed: int) -> float:
    """Train one network, whose recurrent weights start as the identity; ask 500 new rows."""
    rng = np.random.default_rng(seed)
    config = RNNConfig(vocabulary=8, in_features=16, hidden=16, outputs=4)
    model: Any = RNN(config, rng=rng)
    model.rnn.weight_hh_l0 = Tensor(np.eye(16), requires_grad=True)
    optimizer = optim.SGD(model.astype(np.float64).parameters(), lr=0.03, momentum=0.9)
    for _ in range(150):
        x = rows(length, 32, rng)
        optimizer.zero_grad()
        cross_entropy(model(x), x[:, 0]).backward()
        optim.clip_grad_norm(model.parameters(), 1.0)
        optimizer.step()
    x = rows(length, 500, rng)
    return 100 * float((model(x).numpy().argmax(axis=1) == x[:, 0]).mean())


def rows(length: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """The first symbol is one of four, the others of four others."""
    x = rng.integers(4, 8, size=(count, length))
    x[:, 0] -= 4
    return x


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    short, long = numbers.values()
    return short > 80 and long < 50
