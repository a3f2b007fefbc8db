"""Spiking networks in PyTorch: the names, shapes and results of `numpy_model.py` (Neftci, Mostafa and Zenke 2019)."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from .config import SpikingNetConfig
from .numpy_model import Activity, check_trains


# --8<-- [start:spike]
def spike(v: Tensor, slope: float, kind: str = "step") -> Tensor:
    """Return 1 where v is above 0 and 0 elsewhere, with the gradient of the fast sigmoid."""
    if kind == "sigmoid":
        return torch.sigmoid(slope * v)
    soft = v / (1 + slope * v.abs())
    return soft + ((v > 0).to(v) - soft).detach()


# --8<-- [end:spike]


# --8<-- [start:model]
class LIF(nn.Module):
    """A layer of leaky neurons that integrate and fire."""

    def __init__(
        self, inputs: int, neurons: int, config: SpikingNetConfig, *, fires: bool = True
    ):
        super().__init__()
        self._config, self._fires = config, fires
        self.linear = nn.Linear(inputs, neurons)

    def forward(self, x: Tensor) -> Tensor:  # (N, T, D)
        """Return what the neurons do, step by step."""
        c = self._config
        arriving = self.linear(x)  # (N, T, H)
        current = potential = fall = torch.zeros_like(arriving[:, 0])
        done = []
        for t in range(arriving.shape[1]):
            current = c.current_decay * current + arriving[:, t]  # (N, H)
            potential = c.membrane_decay * potential + current - fall  # (N, H)
            if self._fires:
                fired = spike(potential - c.threshold, c.slope, c.spike)  # (N, H)
                fall = c.threshold * (fired if c.spike == "sigmoid" else fired.detach())
            done.append(fired if self._fires else potential)
        return torch.stack(done, dim=1)  # (N, T, H)


class SpikingNet(nn.Module):
    """Layers of spiking neurons, and last neurons that add up what they hear."""

    def __init__(self, config: SpikingNetConfig | None = None):
        super().__init__()
        config = config or SpikingNetConfig()
        sizes = (config.in_features, *config.hidden)
        self.config = config
        self.layers = nn.ModuleList(LIF(a, b, config) for a, b in pairwise(sizes))
        self.readout = LIF(sizes[-1], config.classes, config, fires=False)

    def forward(self, x: Tensor) -> Activity:  # (N, T, D)
        """Return the logits, and the spikes of every layer."""
        check_trains(x, self.config)
        spikes = []
        for layer in self.layers:
            x = layer(x)  # (N, T, H)
            spikes.append(x)
        return Activity(self.readout(x).mean(dim=1), spikes)  # (N, K)


# --8<-- [end:model]
