"""How much a run of DP-SGD can tell about one example: the Rényi accountant.

    code           paper       meaning
    share          q           how likely an example is to be in a batch
    noise          σ, z        standard deviation of the noise, in units of the clipping norm
    order          α           of the Rényi divergence
    epsilon, delta ε, δ        with or without any one example, no outcome becomes more than e^ε times as
                               likely, but for a probability of δ

I. Mironov (2017), Rényi differential privacy, arXiv:1702.07476; I. Mironov, K. Talwar, L. Zhang (2019), Rényi
differential privacy of the sampled Gaussian mechanism, arXiv:1908.10530. The moments accountant of Abadi et al.
(2016), arXiv:1607.00133, is the same thing by another name.
"""

import math
from collections.abc import Iterable

import numpy as np

ORDERS = (*range(2, 65), 72, 80, 96, 128, 192, 256, 512, 1024)


# --8<-- [start:renyi]
def renyi_divergence(share: float, noise: float, order: int) -> float:
    """Return the Rényi divergence that one step adds (arXiv:1908.10530, section 3.3, whole orders).

    ln(Σ_k C(α, k) (1 - q)^(α - k) q^k exp(k (k - 1) / 2σ²)) / (α - 1)

    >>> round(renyi_divergence(1.0, 2.0, 8), 6) == 8 / (2 * 2.0**2)  # everybody is in: α / 2σ²
    True
    """
    check(share, noise)
    if order != int(order) or order < 2:
        raise ValueError(f"orders are whole numbers from 2, got {order}")
    variance = noise**2
    if variance == 0:  # no noise, or so little that its square is no number any more
        return math.inf
    if share == 1:
        return order / (2 * variance)
    logs = [
        math.lgamma(order + 1) - math.lgamma(k + 1) - math.lgamma(order - k + 1)
        + (order - k) * math.log1p(-share) + k * math.log(share) + k * (k - 1) / (2 * variance)
        for k in range(order + 1)
    ]  # fmt: skip
    return float(np.logaddexp.reduce(logs)) / (order - 1)


# --8<-- [end:renyi]


# --8<-- [start:epsilon]
def epsilon(
    share: float,
    noise: float,
    steps: int,
    delta: float,
    orders: Iterable[int] = ORDERS,
    tight: bool = True,
) -> float:
    """Return the ε that so many steps spend.

    Args:
        share: how likely an example is to be in a batch: batch size / number of examples.
        noise: standard deviation of the noise, in units of the clipping norm.
        steps: how many steps were taken.
        delta: how likely the promise may be broken; below one in the number of examples.
        orders: of the divergence; the best is taken.
        tight: convert as Canonne, Kamath and Steinke (2020), arXiv:2004.00010, proposition 12; otherwise as
            Mironov (2017), proposition 3, which says more than is spent.

    >>> round(epsilon(0.01, 4.0, 10_000, 1e-5, tight=False), 2)  # Abadi et al., section 5.1
    1.26
    """
    if steps < 0 or not 0 < delta < 1:
        raise ValueError(
            f"epsilon expected steps from 0 and a delta between 0 and 1, got {steps}, {delta}"
        )
    if steps == 0:
        return 0.0
    found = []
    for order in orders:
        spent = steps * renyi_divergence(share, noise, order)
        slack = -math.log(delta) / (order - 1)
        if tight:
            slack += math.log1p(-1 / order) - math.log(order) / (order - 1)
        found.append(spent + slack)
    return max(0.0, min(found))


def noise_for(
    target: float, share: float, steps: int, delta: float, tight: bool = True
) -> float:
    """Return the least noise with which so many steps spend at most `target`.

    >>> noise = noise_for(2.0, 0.01, 1000, 1e-5)
    >>> 1.99 < epsilon(0.01, noise, 1000, 1e-5) <= 2.0
    True
    """
    if not target > 0:
        raise ValueError(f"noise_for expected a target above 0, got {target}")
    low, high = 0.0, 1.0
    while epsilon(share, high, steps, delta, tight=tight) > target:
        low, high = high, 2 * high
        if high > 1e6:
            raise ValueError(f"no noise brings epsilon down to {target} with delta={delta}")
    while high - low > 1e-4 * high:
        middle = (low + high) / 2
        if epsilon(share, middle, steps, delta, tight=tight) > target:
            low = middle
        else:
            high = middle
    return high


# --8<-- [end:epsilon]


def check(share: float, noise: float) -> None:
    """Raise unless the share lies in (0, 1] and the noise is not negative."""
    if not 0 < share <= 1:
        raise ValueError(f"the share of examples in a batch must be in (0, 1], got {share}")
    if not noise >= 0:
        raise ValueError(f"the noise must not be negative, got {noise}")
