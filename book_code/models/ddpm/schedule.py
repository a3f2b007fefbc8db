"""How much noise there is after each step: linear (arXiv:2006.11239) and cosine (arXiv:2102.09672).

    code            paper               shape
    betas           beta_t              (T,)   variance of the noise that step t adds
    alphas          alpha_t             (T,)   1 - beta_t
    alpha_bars      alpha-bar_t         (T,)   product of the alphas up to t
    posterior       beta-tilde_t        (T,)   variance of x_{t-1}, when x_t and x_0 are known

The paper counts steps from 1 to T; here t runs from 0 to T - 1, and "before the first step" is t = -1, where
alpha-bar is 1. All numbers are float64; they are cast where they meet a picture.
"""

import math

import numpy as np

from .config import DDPMConfig


# --8<-- [start:schedule]
class NoiseSchedule:
    """The variances of all steps, and what follows from them.

    Args:
        betas: the variance that each step adds, between 0 and 1.

    Examples:
        >>> schedule = NoiseSchedule(np.array([0.5, 0.5]))
        >>> schedule.alpha_bars.tolist()
        [0.5, 0.25]
    """

    def __init__(self, betas: np.ndarray) -> None:
        betas = np.asarray(betas, np.float64)
        if betas.ndim != 1 or not len(betas) or not np.all((betas > 0) & (betas < 1)):
            raise ValueError(
                f"NoiseSchedule expected a variance between 0 and 1 for each step, got {betas}"
            )
        self.betas = betas
        self.alphas = 1 - betas
        self.alpha_bars = np.cumprod(self.alphas)
        before = np.concatenate([[1.0], self.alpha_bars[:-1]])
        self.posterior = (1 - before) / (1 - self.alpha_bars) * betas

    @classmethod
    def of(cls, config: DDPMConfig) -> "NoiseSchedule":
        """Return the schedule that a configuration names."""
        if config.schedule == "linear":
            return cls(linear_betas(config.steps, config.beta_start, config.beta_end))
        return cls(cosine_betas(config.steps))

    def __len__(self) -> int:
        return len(self.betas)

    def alpha_bar(self, t: int) -> float:
        """Return the share of the picture's variance that is left after step t; 1 before all steps.

        >>> NoiseSchedule(np.array([0.5, 0.5])).alpha_bar(-1)
        1.0
        """
        return 1.0 if t < 0 else float(self.alpha_bars[t])

    def scales(self, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return what picture and noise are multiplied by at the time steps t, each (N, 1, 1, 1)."""
        t = np.asarray(t)
        if t.size and not 0 <= t.min() <= t.max() < len(self):
            raise ValueError(
                f"time steps run from 0 to {len(self) - 1}; got {t.min()} to {t.max()}"
            )
        left = self.alpha_bars[t].reshape(-1, 1, 1, 1)
        return np.sqrt(left), np.sqrt(1 - left)


def linear_betas(steps: int, start: float = 1e-4, end: float = 0.02) -> np.ndarray:
    """Return variances that grow linearly.

    >>> linear_betas(3, 0.1, 0.3).round(2).tolist()
    [0.1, 0.2, 0.3]
    """
    return np.linspace(start, end, steps)


def cosine_betas(steps: int, offset: float = 0.008, largest: float = 0.999) -> np.ndarray:
    """Return variances with which alpha-bar falls as a squared cosine (Nichol and Dhariwal 2021, eq. 17).

    >>> cosine_betas(4).round(2).tolist()
    [0.15, 0.42, 0.71, 1.0]
    """
    at = (np.arange(steps + 1) / steps + offset) / (1 + offset) * math.pi / 2
    left = np.cos(at) ** 2
    return np.minimum(1 - left[1:] / left[:-1], largest)


# --8<-- [end:schedule]


def timestep_embedding(t: np.ndarray, size: int) -> np.ndarray:
    """Return sines and cosines of the time steps at `size` / 2 frequencies from 1 down to 1/10000.

    Shape:
        t (N,) -> (N, size)

    >>> timestep_embedding(np.array([0]), 4).tolist()
    [[0.0, 0.0, 1.0, 1.0]]
    """
    half = size // 2
    frequencies = np.exp(-math.log(10_000) / (half - 1) * np.arange(half))
    angles = np.asarray(t, np.float64)[:, None] * frequencies
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
