"""Translation with attention and without, by the length of the sentence, after minutes on a processor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from book_code.experiments import _translation, _translation_report
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "Translation by length of the sentence, at a size for the CPU"


@dataclass(frozen=True)
class Config(_translation.Training):
    """Sentences of frequent words, up to 14 of them; narrow models, trained for a minute at most."""


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train the three models, then translate sentences of every length."""
    return _translation.run_all(config, device, progress)


def plot(result: Result) -> Any:
    """BLEU by length, and by width of the beam."""
    return _translation_report.draw(result)
