"""A small GPT writes 8 and 64 tokens with a KV cache and without; its multiplications are counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import nn
from book_code.autodiff import no_grad
from book_code.models.gpt.config import GPTConfig
from book_code.models.gpt.numpy_model import GPT

TREND = "A KV cache saves multiplications, and the more times the longer the text."
METRICS = {
    "times fewer multiplications, short text": "saving_16",
    "times fewer multiplications, long text": "saving_256",
}


def measure(seed: int = 0) -> dict[str, float]:
    """How many times fewer multiplications the same text takes with a cache."""
    config = GPTConfig(
        vocabulary=17, positions=64, embed_dim=16, heads=2, layers=2, dropout=0.0
    )
    model: Any = GPT(config, rng=np.random.default_rng(seed)).astype(np.float64)
    (text, anew), (same, cached) = (write(model.eval(), cache, 64) for cache in (False, True))
    if text != same:
        raise ArithmeticError("a cache changed what the GPT writes")
    return dict(zip(METRICS, [anew[n - 1] / cached[n - 1] for n in (8, 64)], strict=True))


def write(model: Any, cache: bool, length: int) -> tuple[list[int], list[int]]:
    """The tokens, drawn alike in both ways, and the multiplications until each was there."""
    text, counts, rng = [0], [0], np.random.default_rng(0)
    caches = [nn.Cache() for _ in model.layers] if cache else None
    for _ in range(length):
        given = text[-1:] if cache else text[:]
        with no_grad():
            logits = model([given], caches)
        chances = np.exp(logits.numpy()[0, -1].astype(np.float64)).cumsum()
        text.append(int(np.searchsorted(chances / chances[-1], rng.random())))
        counts.append(counts[-1] + multiplications(model, len(given), len(text) - 1))
    return text[1:], counts[1:]


def multiplications(model: Any, queries: int, keys: int) -> int:
    """Every weight once for each token that goes in; scores and weighted means for each pair of query and key."""
    matrices = [p for name, p in model.named_parameters() if p.ndim == 2 and "wpe" not in name]
    pairs = 2 * len(model.layers) * model.config.embed_dim * queries * keys
    return sum(p.size for p in matrices) * queries + pairs


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    short, long = numbers.values()
    return long > 3 * short > 3
