"""REINFORCE: Williams (1992), doi:10.1007/BF00992696, with a baseline; actor-critic: Sutton et al. (1999).

    code             paper        shape    meaning
    x                s            (N, D)   what is seen
    policy.l                               the policy's layers, tanh between them
    critic.l                               the baseline's layers
    logits           ln π + c     (N, A)   softmax makes them probabilities
    value            b, V(s)      (N,)     what the critic expects; None without
    advantages       r - b        (N,)     how much better it came

Deviations from Williams: rewards count only for the actions before them (returns to go), the baseline is a network,
several episodes make a step, their advantages are standardized if wanted, and entropy can be rewarded (Williams and
Peng 1991; Mnih et al. 2016, arXiv:1602.01783). The discount is left out of the weights of late steps, as is usual.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from ... import losses
from ...autodiff import Tensor, no_grad
from ...autodiff import functional as F
from ...nn import Linear, Module
from ...optim import Optimizer
from .config import PolicyGradientConfig
from .episodes import judged, play


class Judgement(NamedTuple):
    """What the two networks say."""

    logits: Any  # (N, A)
    value: Any  # (N,), or None without a critic


# --8<-- [start:model]
class PolicyGradient(Module):
    """From what is seen to the logits of the actions, and to what is still to be expected.

    Shape:
        (N, D) -> logits (N, A), value (N,) or None.

    >>> model = PolicyGradient(PolicyGradientConfig.tiny(), rng=np.random.default_rng(0))
    >>> logits, value = model(np.zeros((5, 3), np.float32))
    >>> logits.shape, value.shape
    ((5, 3), (5,))
    """

    def __init__(self, config: PolicyGradientConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or PolicyGradientConfig()
        self.config = config
        sizes = (config.observation, *config.hidden)
        self.policy = [Linear(a, b, rng=rng) for a, b in pairwise((*sizes, config.actions))]
        self.critic = [
            Linear(a, b, rng=rng) for a, b in pairwise((*sizes, 1)) if config.baseline
        ]

    def forward(self, x: Any) -> Judgement:  # (N, D)
        """Return logits and values."""
        logits = through(self.policy, x)  # (N, A)
        value = through(self.critic, x)[:, 0] if self.critic else None  # (N,)
        return Judgement(logits, value)


def through(layers: list[Linear], x: Any) -> Tensor:
    """Return what comes out of layers with tanh between them."""
    for layer in layers[:-1]:
        x = F.tanh(layer(x))
    return layers[-1](x)


# --8<-- [end:model]


# --8<-- [start:loss]
def policy_loss(logits: Tensor, actions: Any, advantages: Any, entropy: float = 0.0) -> Tensor:
    """Return a loss whose gradient is the policy gradient: -mean(advantage · ln π(action)) - entropy · H(π).

    Args:
        logits: of the policy, (N, A).
        actions: those that were taken, (N,).
        advantages: how much better they were than expected, (N,); no gradient goes through them.
        entropy: how much it is worth to stay undecided.

    >>> round(policy_loss(Tensor([[0.0, 0.0]]), [1], [2.0]).item(), 4)  # 2 · ln 2
    1.3863
    """
    check_steps(logits, actions, advantages)
    log_p = F.log_softmax(logits, axis=1)  # (N, A)
    taken = log_p[np.arange(len(actions)), actions]  # (N,)
    undecided = -(F.exp(log_p) * log_p).sum(axis=1)  # (N,)
    weights = np.asarray(advantages, logits.dtype)
    return -(weights * taken).mean() - entropy * undecided.mean()


def actor_critic_loss(
    net: PolicyGradient,
    observations: Any,
    actions: Any,
    advantages: Any,
    returns: Any,
    entropy: float = 0.0,
    value_weight: float = 0.5,
) -> Tensor:
    """Return the policy's loss, and with a critic the mean square of its error."""
    logits, value = net(observations)
    loss = policy_loss(logits, actions, advantages, entropy)
    return loss if value is None else loss + value_weight * losses.mse(value, returns)


# --8<-- [end:loss]


def check_steps(logits: Any, actions: Any, advantages: Any) -> None:
    """Raise, in either back end, unless there is an action and an advantage for each row of logits.

    >>> check_steps(np.zeros((3, 2)), [0, 1, 0], np.zeros((3, 1)))
    Traceback (most recent call last):
    ValueError: expected 3 actions and 3 advantages, as there are rows of logits, got shapes (3,) and (3, 1)
    """
    n, given = len(logits), [tuple(np.shape(part)) for part in (actions, advantages)]
    if given != [(n,), (n,)]:
        raise ValueError(
            f"expected {n} actions and {n} advantages, as there are rows of logits, got shapes "
            f"{given[0]} and {given[1]}"
        )


# --8<-- [start:learn]
def learn(
    net: PolicyGradient,
    world: Any,
    optimizer: Optimizer,
    *,
    updates: int,
    rng: np.random.Generator,
    episodes: int = 8,
    discount: float = 0.99,
    smoothing: float = 1.0,
    standardized: bool = True,
    entropy: float = 0.0,
    until: float = np.inf,
) -> list[float]:
    """Let a policy learn to act in a world, and return the return of every episode.

    Args:
        net: the policy, trained in place.
        world: where to act; see `environments`.
        optimizer: made from `net.parameters()`.
        updates: how many steps of the optimizer to take.
        rng: draws everything.
        episodes: how many episodes an update is made from.
        discount: what a reward is worth one step later.
        smoothing: 1 for REINFORCE with a baseline, 0 for one-step actor-critic; see `advantages`.
        standardized: bring the advantages of an update to mean 0 and variance 1.
        entropy: how much it is worth to stay undecided.
        until: end early, once the mean return of an update's episodes is at least this.
    """

    def logits(observation: np.ndarray) -> np.ndarray:
        with no_grad():
            return through(net.policy, observation[None]).numpy()[0]

    def values(observations: np.ndarray) -> np.ndarray:
        with no_grad():
            found = net(observations).value
        return np.zeros(len(observations)) if found is None else found.numpy()

    settings: dict[str, Any] = {
        "discount": discount,
        "smoothing": smoothing,
        "standardized": standardized,
    }
    returns: list[float] = []
    for _ in range(updates):
        played = [play(logits, world, rng=rng) for _ in range(episodes)]
        returns += [float(episode.rewards.sum()) for episode in played]
        steps = judged(played, values, **settings)
        optimizer.zero_grad()
        actor_critic_loss(net, *steps, entropy=entropy).backward()
        optimizer.step()
        if np.mean(returns[-episodes:]) >= until:
            break
    return returns


# --8<-- [end:learn]
