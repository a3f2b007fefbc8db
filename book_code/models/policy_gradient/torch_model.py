"""REINFORCE and actor-critic in PyTorch: the names, shapes and results of `numpy_model.py` (Williams 1992)."""

from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import PolicyGradientConfig
from .episodes import judged, play
from .numpy_model import Judgement, check_steps


# --8<-- [start:model]
class PolicyGradient(nn.Module):
    """From what is seen to the logits of the actions, and to what is still to be expected."""

    def __init__(self, config: PolicyGradientConfig | None = None):
        super().__init__()
        config = config or PolicyGradientConfig()
        self.config = config
        sizes = (config.observation, *config.hidden)
        self.policy = nn.ModuleList(
            nn.Linear(a, b) for a, b in pairwise((*sizes, config.actions))
        )
        self.critic = nn.ModuleList(
            nn.Linear(a, b) for a, b in pairwise((*sizes, 1)) if config.baseline
        )

    def forward(self, x: Tensor) -> Judgement:  # (N, D)
        """Return logits and values."""
        logits = through(self.policy, x)  # (N, A)
        value = through(self.critic, x)[:, 0] if len(self.critic) else None  # (N,)
        return Judgement(logits, value)


def through(layers: nn.ModuleList, x: Tensor) -> Tensor:
    """Return what comes out of layers with tanh between them."""
    for layer in layers[:-1]:
        x = torch.tanh(layer(x))
    return layers[-1](x)


# --8<-- [end:model]


# --8<-- [start:loss]
def policy_loss(
    logits: Tensor, actions: Tensor, advantages: Tensor, entropy: float = 0.0
) -> Tensor:
    """Return a loss whose gradient is the policy gradient; the arguments are those of the NumPy version."""
    check_steps(logits, actions, advantages)
    log_p = F.log_softmax(logits, dim=1)  # (N, A)
    taken = log_p.gather(1, actions[:, None])[:, 0]  # (N,)
    undecided = -(log_p.exp() * log_p).sum(dim=1)  # (N,)
    return -(advantages * taken).mean() - entropy * undecided.mean()


def actor_critic_loss(
    net: PolicyGradient,
    observations: Tensor,
    actions: Tensor,
    advantages: Tensor,
    returns: Tensor,
    entropy: float = 0.0,
    value_weight: float = 0.5,
) -> Tensor:
    """Return the policy's loss, and with a critic the mean square of its error."""
    logits, value = net(observations)
    loss = policy_loss(logits, actions, advantages, entropy)
    return loss if value is None else loss + value_weight * F.mse_loss(value, returns)


# --8<-- [end:loss]


# --8<-- [start:learn]
def learn(
    net: PolicyGradient,
    world: Any,
    optimizer: torch.optim.Optimizer,
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
    """Let a policy learn to act in a world; the arguments are those of the NumPy version."""
    like = next(net.parameters())

    def given(array: np.ndarray) -> Tensor:
        moved = torch.from_numpy(array).to(like.device)
        return moved.to(like.dtype) if moved.is_floating_point() else moved

    def logits(observation: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return through(net.policy, given(observation[None]))[0].cpu().numpy()

    def values(observations: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            found = net(given(observations)).value
        return np.zeros(len(observations)) if found is None else found.cpu().numpy()

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
        seen, actions, better, wanted = map(given, steps)
        optimizer.zero_grad()
        actor_critic_loss(net, seen, actions, better, wanted, entropy).backward()
        optimizer.step()
        if np.mean(returns[-episodes:]) >= until:
            break
    return returns


# --8<-- [end:learn]
