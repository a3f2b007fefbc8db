"""From noise to pictures: the ancestral sampler (arXiv:2006.11239, algorithm 2) and DDIM (arXiv:2010.02502).

Everything here is arithmetic with plain numbers, so that the same lines serve arrays of NumPy and tensors of
PyTorch. A predictor is any function (x, t) -> the noise that it finds in x at step t.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

from .schedule import NoiseSchedule

Predictor = Callable[[Any, int], Any]  # (x, t) -> noise in x
Draw = Callable[[int], Any]  # t -> fresh noise of the shape of x


# --8<-- [start:ancestral]
def ancestral_step(
    x: Any,
    noise: Any,
    t: int,
    schedule: NoiseSchedule,
    fresh: Any,
    variance: Literal["large", "small"] = "large",
    clip: bool = False,
) -> Any:
    """Return x_{t-1} of algorithm 2: x with some of the noise found taken out, and a little put in.

    Args:
        x: the pictures x_t.
        noise: the noise that was found in them.
        t: the step, from 0.
        schedule: the variances.
        fresh: standard normal noise; at the last step, t = 0, none is put in.
        variance: of the noise put in: "large" is beta_t, right for data that are normal noise themselves;
            "small" is beta-tilde_t, right for a single picture. The paper finds both as good.
        clip: whether pixels of the clean picture that is foreseen are held between -1 and 1.
    """
    beta, left = float(schedule.betas[t]), schedule.alpha_bar(t)
    before = schedule.alpha_bar(t - 1)
    clean = (x - math.sqrt(1 - left) * noise) / math.sqrt(left)
    if clip:
        clean = clean.clip(-1.0, 1.0)
    mean = math.sqrt(before) * beta / (1 - left) * clean  # equation 7
    mean = mean + math.sqrt(1 - beta) * (1 - before) / (1 - left) * x
    if t == 0:
        return mean
    return mean + math.sqrt(beta if variance == "large" else schedule.posterior[t]) * fresh


# --8<-- [end:ancestral]


# --8<-- [start:ddim]
def ddim_step(
    x: Any,
    noise: Any,
    t: int,
    to: int,
    schedule: NoiseSchedule,
    fresh: Any = None,
    eta: float = 0.0,
    clip: bool = False,
) -> Any:
    """Return the pictures at step `to` by equation 12 of DDIM; with `to` after t, it puts the noise back.

    Args:
        x: the pictures at step t.
        noise: the noise that was found in them.
        t: their step, from 0; -1 is the clean picture.
        to: the step wanted; -1 is the clean picture.
        schedule: the variances.
        fresh: standard normal noise, where eta is not 0.
        eta: 0 draws nothing; with 1 and steps of one it is the ancestral sampler.
        clip: whether pixels of the clean picture that is foreseen are held between -1 and 1.
    """
    left, wanted = schedule.alpha_bar(t), schedule.alpha_bar(to)
    clean = (x - math.sqrt(1 - left) * noise) / math.sqrt(left)
    if clip:
        clean = clean.clip(-1.0, 1.0)
        if left < 1:
            noise = (x - math.sqrt(left) * clean) / math.sqrt(1 - left)
    sigma = ddim_sigma(t, to, schedule, eta)
    x = math.sqrt(wanted) * clean + math.sqrt(1 - wanted - sigma**2) * noise
    return x + sigma * fresh if sigma else x


def ddim_sigma(t: int, to: int, schedule: NoiseSchedule, eta: float) -> float:
    """Return the standard deviation of the noise that a step of DDIM puts in (its equation 16).

    >>> schedule = NoiseSchedule(np.array([0.1, 0.2]))
    >>> bool(np.isclose(ddim_sigma(1, 0, schedule, 1.0) ** 2, schedule.posterior[1]))
    True
    """
    if not eta:
        return 0.0
    if to >= t:
        raise ValueError(f"the way back to more noise draws nothing: it needs eta=0, got {eta}")
    left, wanted = schedule.alpha_bar(t), schedule.alpha_bar(to)
    return eta * math.sqrt((1 - wanted) / (1 - left) * (1 - left / wanted))


# --8<-- [end:ddim]


def ddim_times(steps: int, count: int) -> list[int]:
    """Return `count` of the time steps 0 ... steps - 1, as evenly as they go, the last one first.

    >>> ddim_times(1000, 4)
    [999, 666, 333, 0]
    """
    if not 1 <= count <= steps:
        raise ValueError(f"DDIM expected from 1 to {steps} steps, got {count}")
    if count == 1:
        return [steps - 1]
    return [int(t) for t in np.linspace(steps - 1, 0, count).round()]


def run_ancestral(
    predict: Predictor,
    x: Any,
    schedule: NoiseSchedule,
    draw: Draw,
    variance: Literal["large", "small"] = "large",
    clip: bool = False,
) -> Any:
    """Return the pictures that the noise x becomes by all T steps; `draw` gives each step's fresh noise."""
    for t in reversed(range(len(schedule))):
        fresh = draw(t) if t else 0.0
        x = ancestral_step(x, predict(x, t), t, schedule, fresh, variance, clip)
    return x


def run_ddim(
    predict: Predictor,
    x: Any,
    schedule: NoiseSchedule,
    times: Sequence[int],
    draw: Draw | None = None,
    eta: float = 0.0,
    clip: bool = False,
) -> Any:
    """Return the pictures that the noise x becomes by the steps `times`, the noisiest first."""
    if eta and draw is None:
        raise ValueError(
            f"run_ddim with eta={eta} draws noise: give draw, a function of the step"
        )
    if not len(times) or any(t <= to for t, to in itertools.pairwise(times)):
        raise ValueError(f"run_ddim expected time steps that fall, got {list(times)}")
    for t, to in zip(times, [*times[1:], -1], strict=True):
        fresh = draw(t) if draw is not None and eta and to >= 0 else 0.0
        x = ddim_step(x, predict(x, t), t, to, schedule, fresh, eta, clip)
    return x


def invert_ddim(
    predict: Predictor, x: Any, schedule: NoiseSchedule, times: Sequence[int]
) -> Any:
    """Return the noise from which DDIM (eta = 0, the same `times`) makes the pictures x, nearly.

    The noise in x is looked for one step too early, so the way back is as exact as the steps are small.
    """
    way = [-1, *reversed(times)]
    for t, to in itertools.pairwise(way):
        x = ddim_step(x, predict(x, to), t, to, schedule)
    return x
