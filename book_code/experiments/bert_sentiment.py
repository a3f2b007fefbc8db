"""What pretraining is worth: a very small BERT on film reviews of one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from book_code.experiments import _bert_sentiment
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "BERT pretrained or not, at a size for the CPU"


@dataclass(frozen=True)
class Config(_bert_sentiment.Training):
    """Two layers of 64 features, pretrained for some minutes on the 2,000 long reviews and the training sentences."""

    reviews: int = 2_000
    steps: int = 6_000
    windows: int = 32
    labelled: tuple[int, ...] = (125, 500, 2_000, 8_000)
    fine_epochs: tuple[int, ...] = (16, 8, 4, 3)
    fine_rates: tuple[float, ...] = (1e-4, 3e-4, 1e-3)
    penalties: tuple[float, ...] = (1e-4, 3e-4, 1e-3, 3e-3)


def run(config: Config, device: str, progress: Progress) -> Result:
    """Pretrain, then fine-tune against training from scratch."""
    return _bert_sentiment.train_all(config, device, progress)


def plot(result: Result) -> Any:
    """Accuracy against the number of labels."""
    return _bert_sentiment.draw(result)
