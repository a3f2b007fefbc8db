"""Running averages of weights: what is sampled from or tested is smoother than what is trained."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from book_code.autodiff import Tensor
from book_code.nn import Module


# --8<-- [start:ema]
class ExponentialMovingAverage:
    """A running mean of a model's weights, which forgets slowly.

    Parameters are averaged, buffers (running statistics) are those of the model at the last update.

    Args:
        model: the model that is trained.
        decay: the share of the average that is kept at each update.

    References:
        B. Polyak, A. Juditsky (1992). Acceleration of stochastic approximation by averaging. SIAM
        Journal on Control and Optimization 30(4); T. Karras et al. (2018), arXiv:1710.10196, and
        J. Ho, A. Jain, P. Abbeel (2020), arXiv:2006.11239, use this one for samples.

    Examples:
        >>> from book_code import nn
        >>> model = nn.Linear(1, 1, bias=False, rng=np.random.default_rng(0))
        >>> model.weight.data = np.zeros((1, 1))
        >>> ema = ExponentialMovingAverage(model, decay=0.75)
        >>> model.weight.data = np.ones((1, 1))
        >>> ema.update()
        >>> ema.state_dict()["weight"].item()
        0.25
        >>> with ema.applied():
        ...     model.weight.item()
        0.25
        >>> model.weight.item()
        1.0
    """

    def __init__(self, model: Module, decay: float = 0.999) -> None:
        if not 0 <= decay <= 1:
            raise ValueError(f"the decay must lie between 0 and 1, got {decay}")
        self.model, self.decay = model, decay
        self._averages = model.state_dict()

    def update(self) -> None:
        """Move the average a little towards the weights; call it after each step."""
        for name, owner, attribute in self.model._state():
            now, average = getattr(owner, attribute), self._averages[name]
            if isinstance(now, Tensor):
                average += (1 - self.decay) * (now.data - average)
            else:
                self._averages[name] = now.copy()

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copies of the averages by name, to be loaded into a model."""
        return {name: average.copy() for name, average in self._averages.items()}

    def load_state_dict(self, state: dict[str, np.ndarray]) -> None:
        """Go on from the averages that :meth:`state_dict` gave."""
        names = set(self._averages)
        if set(state) != names or any(state[n].shape != self._averages[n].shape for n in names):
            raise ValueError(
                f"these averages are not of a {type(self.model).__name__} like this"
            )
        self._averages = {n: np.array(state[n], old.dtype) for n, old in self._averages.items()}

    @contextmanager
    def applied(self) -> Iterator[Module]:
        """Inside this block the model has the averages for weights; afterwards its own again.

        Gradients that wait for a step are forgotten.
        """
        own = self.model.state_dict()
        self.model.load_state_dict(self._averages)
        try:
            yield self.model
        finally:
            self.model.load_state_dict(own)


# --8<-- [end:ema]
