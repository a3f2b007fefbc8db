"""Learning rates that change: plain functions of the step, and one class that sets them.

Steps count from 0: ``cosine(0, ...)`` is the rate of the first step. ``lr`` is always the highest rate.

The same functions serve PyTorch: ``torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step:
cosine(step, 1.0, total=100))``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any


def constant(step: int, lr: float) -> float:
    """Always the same.

    >>> constant(1000, 0.1)
    0.1
    """
    _check(step, lr)
    return lr


def step_decay(step: int, lr: float, every: int, factor: float = 0.1) -> float:
    """Multiplied with a factor every so many steps.

    >>> [round(step_decay(t, 1.0, every=2), 6) for t in range(5)]
    [1.0, 1.0, 0.1, 0.1, 0.01]
    """
    _check(step, lr, every=every, factor=factor)
    return lr * factor ** (step // every)


def exponential(step: int, lr: float, factor: float) -> float:
    """Multiplied with a factor at each step.

    >>> [exponential(t, 1.0, 0.5) for t in range(4)]
    [1.0, 0.5, 0.25, 0.125]
    """
    _check(step, lr, factor=factor)
    return lr * factor**step


# --8<-- [start:cosine]
def cosine(step: int, lr: float, total: int, lowest: float = 0.0) -> float:
    """Half a cosine from the highest to the lowest rate; then it stays there.

    References:
        I. Loshchilov, F. Hutter (2017). SGDR: stochastic gradient descent with warm restarts. ICLR.
        arXiv:1608.03983

    Examples:
        >>> [round(cosine(t, 1.0, total=4), 3) for t in range(6)]
        [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """
    _check(step, lr, total=total)
    _check_below("lowest", lowest, lr)
    return _half_cosine(lr, lowest, step / total)


# --8<-- [end:cosine]


def _half_cosine(first: float, last: float, done: float) -> float:
    return last + (first - last) * (1 + math.cos(math.pi * min(done, 1.0))) / 2


def linear(step: int, lr: float, total: int, lowest: float = 0.0) -> float:
    """A straight line from the highest to the lowest rate; then it stays there.

    >>> [linear(t, 1.0, total=4) for t in range(6)]
    [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    """
    _check(step, lr, total=total)
    _check_below("lowest", lowest, lr)
    return lowest + (lr - lowest) * (1 - min(step / total, 1.0))


def linear_warmup(step: int, lr: float, warmup: int, start: float = 0.0) -> float:
    """A straight line up to the highest rate; then it stays there.

    While Adam's averages are young its first steps are rash; small rates keep them short.

    >>> [linear_warmup(t, 1.0, warmup=4) for t in range(6)]
    [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]
    """
    _check(step, lr, warmup=warmup)
    _check_below("start", start, lr)
    return start + (lr - start) * min(step / warmup, 1.0)


# --8<-- [start:warmup_cosine]
def warmup_cosine(step: int, lr: float, warmup: int, total: int, lowest: float = 0.0) -> float:
    """A straight line up, then half a cosine down to the last step, as GPT-3 was trained.

    GPT-3 went down to a tenth of the highest rate and stayed there: ``lowest=lr / 10``.

    >>> [round(warmup_cosine(t, 1.0, warmup=2, total=6), 3) for t in range(7)]
    [0.0, 0.5, 1.0, 0.854, 0.5, 0.146, 0.0]
    """
    _check_room(warmup, total)
    _check_below("lowest", lowest, lr)
    if step < warmup:
        return linear_warmup(step, lr, warmup)
    return cosine(step - warmup, lr, total - warmup, lowest)


# --8<-- [end:warmup_cosine]


def warmup_linear(step: int, lr: float, warmup: int, total: int, lowest: float = 0.0) -> float:
    """A straight line up, then one down to the last step, as BERT was trained.

    >>> [warmup_linear(t, 1.0, warmup=2, total=6) for t in range(7)]
    [0.0, 0.5, 1.0, 0.75, 0.5, 0.25, 0.0]
    """
    _check_room(warmup, total)
    _check_below("lowest", lowest, lr)
    if step < warmup:
        return linear_warmup(step, lr, warmup)
    return linear(step - warmup, lr, total - warmup, lowest)


# --8<-- [start:inverse_square_root]
def inverse_square_root(step: int, lr: float, warmup: int, width: int | None = None) -> float:
    """A straight line up, then falling as 1/√step: the Transformer's rate, also called Noam.

    Args:
        step: the number of the step, from 0.
        lr: the highest rate; with ``width`` the factor before the paper's formula (which has 1).
        warmup: steps until the highest rate.
        width: d_model of the paper: lr · width^-½ · min(n^-½, n · warmup^-1½), where n counts from 1.

    References:
        A. Vaswani et al. (2017). Attention is all you need. NeurIPS. arXiv:1706.03762, equation (3)

    Examples:
        >>> [round(inverse_square_root(t, 1.0, warmup=4), 3) for t in (0, 1, 3, 15)]
        [0.25, 0.5, 1.0, 0.5]
    """
    _check(step, lr, warmup=warmup, width=1 if width is None else width)
    n = step + 1
    shape = min(n**-0.5, n * warmup**-1.5)
    return lr * shape * (warmup**0.5 if width is None else width**-0.5)


# --8<-- [end:inverse_square_root]


# --8<-- [start:one_cycle]
def one_cycle(
    step: int,
    lr: float,
    total: int,
    warmup: float = 0.3,
    start: float = 1 / 25,
    end: float = 1 / 250_000,
) -> float:
    """Half a cosine up, half a cosine down to nearly nothing: one cycle with a very high rate.

    The paper goes up and down in straight lines; half cosines are fastai's choice and PyTorch's default.

    Args:
        step: the number of the step, from 0.
        lr: the highest rate.
        total: number of all steps.
        warmup: the share of them that goes up.
        start: the first rate, as a share of the highest.
        end: the last rate, as a share of the highest.

    References:
        L. Smith, N. Topin (2018). Super-convergence: very fast training of neural networks using
        large learning rates. arXiv:1708.07120

    Examples:
        >>> [round(one_cycle(t, 1.0, total=20), 3) for t in (0, 5, 12, 19)]
        [0.04, 1.0, 0.5, 0.0]
    """
    _check(step, lr, total=total)
    if not 0 < warmup < 1:
        raise ValueError(f"warmup is a share of the steps between 0 and 1, got {warmup}")
    _check_below("start", start, 1)
    _check_below("end", end, 1)
    peak, last = warmup * total - 1, total - 1
    if step < peak:
        return _half_cosine(lr * start, lr, step / peak)
    return _half_cosine(lr, lr * end, (step - peak) / (last - peak))


# --8<-- [end:one_cycle]


# --8<-- [start:schedule]
class Schedule:
    """Sets the learning rate of an optimizer before each of its steps.

    Args:
        optimizer: what has an ``lr``; the one it has now is the highest rate.
        function: a function of this module, or any of the step and the highest rate.
        **settings: what else the function takes.

    Examples:
        >>> from book_code.autodiff import Tensor
        >>> from book_code.optim import SGD
        >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=0.5)
        >>> schedule = Schedule(optimizer, linear_warmup, warmup=2)
        >>> for _ in range(3):
        ...     print(optimizer.lr)  # forward, backward, optimizer.step(), then
        ...     schedule.step()
        0.0
        0.25
        0.5
    """

    def __init__(self, optimizer: Any, function: Callable[..., float], **settings: Any) -> None:
        self.optimizer, self.function, self.settings = optimizer, function, settings
        self.highest, self.number = optimizer.lr, 0
        self._set()

    def step(self) -> None:
        """Go on to the next step; call it after the optimizer's."""
        self.number += 1
        self._set()

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint needs: the highest rate and the number of the step."""
        return {"highest": self.highest, "number": self.number}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on where :meth:`state_dict` was taken."""
        self.highest, self.number = saved["highest"], saved["number"]
        self._set()

    def _set(self) -> None:
        self.optimizer.lr = self.function(self.number, self.highest, **self.settings)


# --8<-- [end:schedule]


def _check(step: int, lr: float, **positive: float) -> None:
    if not step >= 0:
        raise ValueError(f"steps count from 0, got {step}")
    if not lr >= 0:
        raise ValueError(f"the learning rate must not be negative, got {lr}")
    for name, value in positive.items():
        if not value > 0:
            raise ValueError(f"{name} must be above 0, got {value}")


def _check_below(name: str, rate: float, highest: float) -> None:
    if not 0 <= rate <= highest:
        raise ValueError(f"{name} must be from 0 to the highest, {highest}, got {rate}")


def _check_room(warmup: int, total: int) -> None:
    if not 0 < warmup < total:
        raise ValueError(
            f"warmup expected to be above 0 and below total, got {warmup} of {total}"
        )
