"""DQN: Mnih et al. (2013), arXiv:1312.5602, and (2015), doi:10.1038/nature14236, Human-level control.

    code                    paper        shape              meaning
    x                       s, φ         (N, C, H, W)       what is seen, or (N, D)
    convolutions.l                                          ReLU after each
    layers.l                                                fully connected, ReLU between them
    forward                 Q(s, ·; θ)   (N, A)             the value of every action
    target                  Q(s, ·; θ⁻)  (N, A)             an older copy, which says what comes after is worth
    td_targets              y            (N,)

Deviations from the paper: pictures come in divided by 255; the error is Huber's loss, whose gradient is the paper's
error "clipped between -1 and 1"; the optimizer is up to the caller; rewards are not clipped. Unlike the paper, `learn`
takes double Q-learning unless told otherwise (van Hasselt, Guez and Silver 2015, arXiv:1509.06461), cuts the gradient
to a norm of 10 (Wang et al. 2015, arXiv:1511.06581) and keeps the best weights; its numbers are those for small
worlds: the paper remembers a million steps, begins after 50 000, learns at every fourth, copies the weights after
10 000 updates, and explores down to 0.1 in a million steps.
"""

from itertools import pairwise
from typing import Any

import numpy as np

from ... import losses
from ...autodiff import Tensor, no_grad
from ...autodiff import functional as F
from ...nn import Conv2d, Linear, Module
from ...optim import Optimizer, clip_grad_norm
from .config import QNetworkConfig
from .learning import interact
from .replay import Transition


# --8<-- [start:model]
class QNetwork(Module):
    """From what is seen to the value of every action.

    Shape:
        (N, C, H, W) or (N, D) -> (N, A).

    >>> model = QNetwork(QNetworkConfig.tiny(), rng=np.random.default_rng(0))
    >>> model(np.zeros((5, 2, 6, 6), np.float32)).shape
    (5, 3)
    """

    def __init__(self, config: QNetworkConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or QNetworkConfig()
        self.config = config
        self.convolutions = [Conv2d(*sizes, rng=rng) for sizes in config.convolutions]
        self.layers = [Linear(a, b, rng=rng) for a, b in pairwise(config.sizes)]

    def forward(self, x: Any) -> Tensor:  # (N, C, H, W) or (N, D)
        """Return the values of the actions."""
        check_observations(x, self.config)
        for convolution in self.convolutions:
            x = F.relu(convolution(x))  # (N, channels, h, w)
        if self.convolutions:
            x = F.flatten(x)  # (N, channels · h · w)
        for layer in self.layers[:-1]:
            x = F.relu(layer(x))  # (N, width)
        return self.layers[-1](x)  # (N, A)


# --8<-- [end:model]


def check_observations(x: Any, config: QNetworkConfig) -> None:
    """Raise unless these are observations of the shape that the network was made for.

    >>> check_observations(np.zeros((3, 5)), QNetworkConfig.tiny())
    Traceback (most recent call last):
    ValueError: QNetwork expected observations of shape (N, 2, 6, 6), got (3, 5)
    """
    if tuple(np.shape(x))[1:] != config.observation:
        wanted = ", ".join(map(str, ("N", *config.observation)))
        alone = "; for a single one: x[None]" if np.shape(x) == config.observation else ""
        raise ValueError(
            f"QNetwork expected observations of shape ({wanted}), got {tuple(np.shape(x))}{alone}"
        )


# --8<-- [start:targets]
def td_targets(
    reward: Any, ended: Any, following: Any, discount: float, choice: Any = None
) -> Any:
    """Return what the chosen actions should be worth: the reward, and what the best next action is worth.

    Args:
        reward: (N,)
        ended: whether nothing follows, (N,).
        following: the target network's values of the next actions, (N, A).
        discount: what a reward is worth one step later.
        choice: for double Q-learning, the values that choose the next action, (N, A); those of the network
            that learns, so that one network chooses and another one judges.

    >>> following, online = np.array([[1.0, 3.0], [5.0, 7.0]]), np.array([[9.0, 8.0], [0.0, 0.0]])
    >>> td_targets(np.array([1.0, 1.0]), np.array([False, True]), following, 0.5).tolist()
    [2.5, 1.0]
    >>> td_targets(np.array([1.0, 1.0]), np.array([False, True]), following, 0.5, online).tolist()
    [1.5, 1.0]
    """
    best = np.argmax(following if choice is None else choice, axis=1)  # (N,)
    values = np.take_along_axis(following, best[:, None], axis=1)[:, 0]  # (N,)
    return reward + discount * values * np.logical_not(ended)  # (N,)


def td_loss(net: QNetwork, observation: Any, action: Any, target: Any) -> Tensor:
    """Return Huber's loss between the values of the actions that were taken and their targets."""
    values = net(observation)[np.arange(len(action)), action]  # (N,)
    return losses.huber(values, target)


# --8<-- [end:targets]


# --8<-- [start:learn]
def learn(
    net: QNetwork,
    world: Any,
    optimizer: Optimizer,
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
    """Let a network learn to act in a world, and return the return of every episode.

    It is left with the weights with which ten episodes went best.

    Args:
        net: the network, trained in place.
        world: where to act; see `environments`.
        optimizer: made from `net.parameters()`.
        steps: how many steps to take in all.
        rng: draws everything.
        discount: what a reward is worth one step later.
        double: double Q-learning.
        copy_every: updates between two copies of the weights to the target network.
        clip: the largest norm of a gradient.
        schedule: of the learning rate; its `step()` is called after every update.
        **settings: batch_size, memory, begin, every, exploration, exploration_steps, until; see `interact`.
    """
    target = QNetwork(net.config, rng=np.random.default_rng(0))
    target.load_state_dict(net.state_dict())
    updates = 0
    best: dict[str, Any] = {}

    def values(observation: np.ndarray) -> np.ndarray:
        with no_grad():
            return net(observation[None].astype(np.float32)).numpy()[0]

    def update(batch: Transition) -> None:
        nonlocal updates
        with no_grad():
            following = target(batch.following).numpy()
            choice = net(batch.following).numpy() if double else None
        wanted = td_targets(batch.reward, batch.ended, following, discount, choice)
        optimizer.zero_grad()
        td_loss(net, batch.observation, batch.action, wanted).backward()
        clip_grad_norm(net.parameters(), clip)
        optimizer.step()
        if schedule is not None:
            schedule.step()
        updates += 1
        if updates % copy_every == 0:
            target.load_state_dict(net.state_dict())

    def keep() -> None:
        nonlocal best
        best = net.state_dict()

    returns = interact(values, update, keep, world, steps=steps, rng=rng, **settings)
    if best:
        net.load_state_dict(best)  # what was learned can be forgotten again
    return returns


# --8<-- [end:learn]
