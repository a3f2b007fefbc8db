"""SuperSpike: Zenke and Ganguli (2017), arXiv:1705.11146; Neftci, Mostafa and Zenke (2019), arXiv:1901.09948.

    code             paper    shape      meaning
    x                S_j      (N, T, D)  trains of spikes
    current          I_i      (N, H)     what arrives, and fades: I_t = α I_(t-1) + W S_t
    potential        U_i      (N, H)     it integrates, leaks, and falls by θ after a spike:
                                         U_t = β U_(t-1) + I_t - θ S_(t-1)
    spikes           S_i      (N, T, H)  Θ(U_t - θ)
    logits                    (N, K)     mean potential of the last neurons, which never fire

The step Θ has derivative 0 nearly everywhere, so gradients go through another function, the fast sigmoid
v / (1 + slope · |v|) of v = U - θ, with derivative 1 / (1 + slope · |v|)²: the surrogate gradient. No gradient goes
through the fall after a spike, as in the papers' code. With spike="sigmoid" nothing is pretended: spikes are graded,
and all gradients are derivatives.

Deviations: the current of a step is felt in that step; neurons have biases.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from ...autodiff import Tensor
from ...autodiff import functional as F
from ...nn import Linear, Module
from .config import SpikingNetConfig


class Activity(NamedTuple):
    """What a spiking network says, and what its neurons did."""

    logits: Any  # (N, K)
    spikes: Any  # a list, (N, T, H) for each hidden layer


# --8<-- [start:spike]
def spike(v: Tensor, slope: float, kind: str = "step") -> Tensor:
    """Return 1 where v is above 0 and 0 elsewhere, with the gradient of the fast sigmoid.

    Args:
        v: how far the potential is above the threshold.
        slope: how steep the surrogate is, or the sigmoid.
        kind: "sigmoid" for sigmoid(slope · v) instead, with its own gradient.

    >>> v = Tensor([-1.0, 0.5], requires_grad=True)
    >>> spikes = spike(v, slope=1.0)
    >>> spikes.sum().backward()
    >>> spikes.data.tolist(), v.grad.data.round(4).tolist()
    ([0.0, 1.0], [0.25, 0.4444])
    """
    if kind == "sigmoid":
        return F.sigmoid(slope * v)
    soft = v / (1 + slope * v.abs())
    hard = (v.data > 0).astype(v.dtype)
    return soft + (hard - soft.data)  # the value is `hard`, the gradient that of `soft`


# --8<-- [end:spike]


# --8<-- [start:model]
class LIF(Module):
    """A layer of leaky neurons that integrate and fire.

    Shape:
        (N, T, D) -> (N, T, H): spikes, or potentials when the neurons do not fire.
    """

    def __init__(
        self,
        inputs: int,
        neurons: int,
        config: SpikingNetConfig,
        *,
        fires: bool = True,
        rng: np.random.Generator,
    ):
        super().__init__()
        self._config, self._fires = config, fires
        self.linear = Linear(inputs, neurons, rng=rng)

    def forward(self, x: Any) -> Tensor:  # (N, T, D)
        """Return what the neurons do, step by step."""
        c = self._config
        arriving = self.linear(x)  # (N, T, H)
        current = potential = fall = Tensor(np.zeros(arriving[:, 0].shape, arriving.dtype))
        done = []
        for t in range(arriving.shape[1]):
            current = c.current_decay * current + arriving[:, t]  # (N, H)
            potential = c.membrane_decay * potential + current - fall  # (N, H)
            if self._fires:
                fired = spike(potential - c.threshold, c.slope, c.spike)  # (N, H)
                fall = c.threshold * (fired if c.spike == "sigmoid" else fired.detach())
            done.append(fired if self._fires else potential)
        return F.stack(done, axis=1)  # (N, T, H)


class SpikingNet(Module):
    """Layers of spiking neurons, and last neurons that add up what they hear.

    Shape:
        (N, T, D) -> logits (N, K), spikes: (N, T, H) for each hidden layer.

    >>> model = SpikingNet(SpikingNetConfig.tiny(), rng=np.random.default_rng(0))
    >>> logits, spikes = model(np.ones((2, 4, 3), np.float32))
    >>> logits.shape, [layer.shape for layer in spikes]
    ((2, 3), [(2, 4, 5)])
    """

    def __init__(self, config: SpikingNetConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or SpikingNetConfig()
        sizes = (config.in_features, *config.hidden)
        self.config = config
        self.layers = [LIF(a, b, config, rng=rng) for a, b in pairwise(sizes)]
        self.readout = LIF(sizes[-1], config.classes, config, fires=False, rng=rng)

    def forward(self, x: Any) -> Activity:  # (N, T, D)
        """Return the logits, and the spikes of every layer."""
        check_trains(x, self.config)
        spikes = []
        for layer in self.layers:
            x = layer(x)  # (N, T, H)
            spikes.append(x)
        return Activity(self.readout(x).mean(axis=1), spikes)  # (N, K)


# --8<-- [end:model]


def check_trains(x: Any, config: SpikingNetConfig) -> None:
    """Raise unless these are trains of spikes for this network; they may be longer or shorter.

    >>> check_trains(np.zeros((2, 3)), SpikingNetConfig.tiny())
    Traceback (most recent call last):
    ValueError: SpikingNet expected trains of shape (N, T, 3), got (2, 3); latency_code and rate_code make them
    """
    shape = tuple(np.shape(x))
    if len(shape) != 3 or shape[2] != config.in_features or not shape[1]:
        raise ValueError(
            f"SpikingNet expected trains of shape (N, T, {config.in_features}), got {shape}; "
            "latency_code and rate_code make them"
        )
