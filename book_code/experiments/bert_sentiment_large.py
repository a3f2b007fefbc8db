"""What pretraining is worth: BERT-mini on film reviews of one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from book_code.experiments import _bert_sentiment
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "BERT-mini pretrained or not, at a size for a GPU"
DEVICE = "cuda"


@dataclass(frozen=True)
class Config(_bert_sentiment.Training):
    """Four layers of 256 features, as BERT-mini (Turc et al. 2019, arXiv:1908.08962), and all reviews: two million pieces."""

    reviews: int = 2_000
    vocabulary: int = 8_000
    length: int = 64
    embed_dim: int = 256
    heads: int = 4
    layers: int = 4
    steps: int = 15_000
    windows: int = 128
    pretraining_rate: float = 1e-3
    labelled: tuple[int, ...] = (250, 1_000, 4_000, 8_530)
    fine_epochs: tuple[int, ...] = (20, 10, 6, 4)
    sentences: int = 32
    fine_rates: tuple[float, ...] = (5e-5, 1e-4, 3e-4)
    penalties: tuple[float, ...] = (1e-4, 3e-4, 1e-3, 3e-3)
    marks: int = 20


def run(config: Config, device: str, progress: Progress) -> Result:
    """Pretrain, then fine-tune against training from scratch."""
    return _bert_sentiment.train_all(config, device, progress)


def plot(result: Result) -> Any:
    """Accuracy against the number of labels."""
    return _bert_sentiment.draw(result)
