"""DQN in PyTorch: the names, shapes and results of `numpy_model.py` (Mnih et al. 2015)."""

import copy
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import QNetworkConfig
from .learning import interact
from .numpy_model import check_observations
from .replay import Transition


# --8<-- [start:model]
class QNetwork(nn.Module):
    """From what is seen to the value of every action."""

    def __init__(self, config: QNetworkConfig | None = None):
        super().__init__()
        config = config or QNetworkConfig()
        self.config = config
        self.convolutions = nn.ModuleList(nn.Conv2d(*sizes) for sizes in config.convolutions)
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(config.sizes))

    def forward(self, x: Tensor) -> Tensor:  # (N, C, H, W) or (N, D)
        """Return the values of the actions."""
        check_observations(x, self.config)
        for convolution in self.convolutions:
            x = F.relu(convolution(x))  # (N, channels, h, w)
        if len(self.convolutions):
            x = x.flatten(1)  # (N, channels · h · w)
        for layer in self.layers[:-1]:
            x = F.relu(layer(x))  # (N, width)
        return self.layers[-1](x)  # (N, A)


# --8<-- [end:model]


# --8<-- [start:targets]
def td_targets(
    reward: Tensor,
    ended: Tensor,
    following: Tensor,
    discount: float,
    choice: Tensor | None = None,
) -> Tensor:
    """Return what the chosen actions should be worth; the arguments are those of the NumPy version."""
    best = (following if choice is None else choice).argmax(dim=1, keepdim=True)  # (N, 1)
    values = following.gather(1, best)[:, 0]  # (N,)
    return reward + discount * values * ended.logical_not()  # (N,)


def td_loss(net: QNetwork, observation: Tensor, action: Tensor, target: Tensor) -> Tensor:
    """Return Huber's loss between the values of the actions that were taken and their targets."""
    values = net(observation).gather(1, action[:, None])[:, 0]  # (N,)
    return F.huber_loss(values, target)


# --8<-- [end:targets]


# --8<-- [start:learn]
def learn(
    net: QNetwork,
    world: Any,
    optimizer: torch.optim.Optimizer,
    *,
    steps: int,
    rng: np.random.Generator,
    discount: float = 0.99,
    double: bool = True,
    copy_every: int = 250,
    clip: float = 10.0,
    schedule: Any = None,
    **settings: Any,
) -> list[float]:
    """Let a network learn to act in a world; the arguments are those of the NumPy version."""
    device = next(net.parameters()).device
    target = QNetwork(net.config).to(device)
    target.load_state_dict(net.state_dict())
    updates = 0
    best: dict[str, Any] = {}

    def values(observation: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            seen = torch.from_numpy(observation[None].astype(np.float32))
            return net(seen.to(device))[0].cpu().numpy()

    def update(batch: Transition) -> None:
        nonlocal updates
        given = Transition(*(torch.from_numpy(part).to(device) for part in batch))
        with torch.no_grad():
            following = target(given.following)
            choice = net(given.following) if double else None
            wanted = td_targets(given.reward, given.ended, following, discount, choice)
        optimizer.zero_grad()
        td_loss(net, given.observation, given.action, wanted).backward()
        nn.utils.clip_grad_norm_(net.parameters(), clip)
        optimizer.step()
        if schedule is not None:
            schedule.step()
        updates += 1
        if updates % copy_every == 0:
            target.load_state_dict(net.state_dict())

    def keep() -> None:
        nonlocal best
        best = copy.deepcopy(net.state_dict())

    returns = interact(values, update, keep, world, steps=steps, rng=rng, **settings)
    if best:
        net.load_state_dict(best)  # what was learned can be forgotten again
    return returns


# --8<-- [end:learn]
