"""What the twins of language models share: text made by a small grammar, one way to learn it and one to judge."""

from __future__ import annotations

from typing import Any

import numpy as np

from book_code.losses import cross_entropy

WHO = ("the king", "the queen", "a fool", "my lord", "the night", "a ghost")
DOES = ("loves", "fears", "seeks", "hides from", "sings to", "forgets")
SIGNS = 27


def tokens(rng: np.random.Generator, lines: int) -> np.ndarray:
    """The text as numbers: a space is 0, letters follow.

    >>> tokens(np.random.default_rng(0), 2)[:8].tolist()
    [1, 0, 7, 8, 15, 19, 20, 0]
    """
    return np.array([0 if sign == " " else ord(sign) - 96 for sign in written(rng, lines)])


def written(rng: np.random.Generator, lines: int) -> str:
    """So many sentences.

    >>> written(np.random.default_rng(0), 1)
    'a ghost hides from my lord'
    """
    draws = rng.integers(0, 6, size=(lines, 3))
    return " ".join(f"{WHO[a]} {DOES[b]} {WHO[c]}" for a, b, c in draws)


def learn(
    model: Any,
    optimizer: Any,
    text: np.ndarray,
    rng: np.random.Generator,
    *,
    window: int,
    steps: int,
    batch_size: int = 12,
) -> None:
    """So many steps on windows that are drawn from the text."""
    for _ in range(steps):
        optimizer.zero_grad()
        starts = rng.integers(0, len(text) - window, size=batch_size)
        judged(model, text, starts, window).backward()
        optimizer.step()


def loss(model: Any, text: np.ndarray, window: int) -> float:
    """The loss on all windows of a text, side by side, in nats a character."""
    return judged(model, text, np.arange(0, len(text) - window, window), window).item()


def judged(model: Any, text: np.ndarray, starts: np.ndarray, window: int) -> Any:
    """The cross-entropy of every next character of the windows."""
    rows = text[starts[:, None] + np.arange(window + 1)]
    return cross_entropy(model(rows[:, :-1]).reshape(-1, SIGNS), rows[:, 1:].reshape(-1))
