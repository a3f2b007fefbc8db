"""Translation with attention and without, at a size that learns all pairs several times on a GPU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from book_code.experiments import _translation, _translation_report
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "Translation by length of the sentence, at a size for a GPU"
DEVICE = "cuda"


@dataclass(frozen=True)
class Config(_translation.Training):
    """About eighteen passes over the pairs, with dropout."""

    common: int = 0
    validation_pairs: int = 5_000
    edges: tuple[int, ...] = (3, 6, 9, 12, 15, 21)
    vocabulary: int = 8_000
    embedding: int = 256
    hidden: int = 512
    layers: int = 2
    transformer_layers: int = 4
    heads: int = 8
    feedforward: int = 1_024
    dropout: float = 0.3
    steps: int = 20_000
    batch_size: int = 128
    rates: tuple[float, ...] = (5e-4, 1e-3, 2e-3)
    tuning_steps: int = 2_000
    sentences: int = 180
    beam_sentences: int = 180
    longest: int = 64


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train the three models, then translate sentences of every length."""
    return _translation.run_all(config, device, progress)


def plot(result: Result) -> Any:
    """BLEU by length, and by width of the beam."""
    return _translation_report.draw(result)
