"""Ten made words in made voices: each is three tones, which a voice shifts and tilts as a throat does."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.data import Split
from book_code.experiments.twins._learning import accuracy, trained
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.numpy_model import MLP

TREND = (
    "Words are recognized in known voices, and clearly worse in a voice that was never heard."
)
METRICS = {
    "accuracy (%), known voices": "test_accuracy_recordings",
    "accuracy (%), new voices": "test_accuracy_speakers",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train on four voices; the mean over six draws of words and voices."""
    scores = np.mean([score(np.random.default_rng([seed, draw])) for draw in range(6)], axis=0)
    return dict(zip(METRICS, map(float, scores), strict=True))


def score(rng: np.random.Generator) -> list[float]:
    """Accuracy on new recordings of the voices, and of five others."""
    words, voices = rng.uniform(6, 34, size=(10, 3)), rng.uniform(0.75, 1.25, size=9)
    known, again = (recordings(words, voices[:4], 8, rng) for _ in range(2))
    model = MLP(MLPConfig(in_features=40, hidden=(32,)), rng=rng)
    trained(model, known, rate=1e-2, epochs=12)
    return [accuracy(model, again), accuracy(model, recordings(words, voices[4:], 6, rng))]


def recordings(
    words: np.ndarray, voices: np.ndarray, takes: int, rng: np.random.Generator
) -> Split:
    """Spectra of 40 bands, with some noise."""
    y = np.tile(np.arange(10), len(voices) * takes)
    factor = np.repeat(voices, 10 * takes)[:, None] * rng.normal(1, 0.01, size=(len(y), 1))
    places = words[y] * factor
    bands = np.exp(-0.5 * (np.arange(40) - places[..., None]) ** 2 / 1.5**2).sum(axis=1)
    return Split(bands + 0.1 * rng.standard_normal(bands.shape), y)


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    known, new = numbers.values()
    return known > 90 and new < known - 6
