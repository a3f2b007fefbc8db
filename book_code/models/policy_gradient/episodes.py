"""Episodes, and how good their actions were: the same for both back ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Episode(NamedTuple):
    """What happened from the beginning to the end, one step a row."""

    observations: np.ndarray  # (T + 1, D), the one after the last step too
    actions: np.ndarray  # (T,)
    rewards: np.ndarray  # (T,)
    ended: bool  # False where it was cut off: something would have followed


# --8<-- [start:play]
def play(
    logits: Callable[[np.ndarray], np.ndarray], world: Any, *, rng: np.random.Generator
) -> Episode:
    """Act until the end, every action as likely as the policy says.

    Args:
        logits: from an observation to the logits of the actions.
        world: where to act; see `environments`.
        rng: draws the beginning and the actions.
    """
    observations, actions, rewards = [world.reset(rng=rng)], [], []
    ended = cut = False
    while not (ended or cut):
        scores = logits(observations[-1])
        gumbel = -np.log(
            rng.exponential(size=len(scores))
        )  # softmax(scores) draws the largest sum
        actions.append(int(np.argmax(scores + gumbel)))
        observation, reward, ended, cut = world.step(actions[-1])
        observations.append(observation)
        rewards.append(reward)
    return Episode(np.array(observations), np.array(actions), np.array(rewards), ended)


# --8<-- [end:play]


# --8<-- [start:returns]
def returns_to_go(rewards: Any, discount: float, last: float = 0.0) -> np.ndarray:
    """Return what was still to come at every step: G_t = r_t + discount · G_(t+1).

    Args:
        rewards: one a step, (T,).
        discount: what a reward is worth one step later.
        last: what comes after the last step is worth; 0 unless the episode was cut off.

    >>> returns_to_go([1.0, 0.0, 4.0], 0.5).tolist()
    [2.0, 2.0, 4.0]
    """
    out = np.zeros(len(rewards))
    for t in reversed(range(len(rewards))):
        last = out[t] = rewards[t] + discount * last
    return out


def advantages(rewards: Any, values: Any, discount: float, smoothing: float) -> np.ndarray:
    """Return how much better every action was than expected (Schulman et al. 2015, arXiv:1506.02438, equation 16).

    Args:
        rewards: one a step, (T,).
        values: what the critic expected before every step and after the last, (T + 1,); the last is 0 when the
            episode ended.
        discount: what a reward is worth one step later.
        smoothing: λ. 1: the return less the baseline (REINFORCE); 0: one step and the critic's word for the
            rest (actor-critic); between them a mixture of both.

    >>> advantages([1.0, 0.0], [0.5, 2.0, 0.0], 1.0, smoothing=1.0).tolist()
    [0.5, -2.0]
    >>> advantages([1.0, 0.0], [0.5, 2.0, 0.0], 1.0, smoothing=0.0).tolist()
    [2.5, -2.0]
    """
    rewards, values = np.asarray(rewards), np.asarray(values)
    if len(values) != len(rewards) + 1:
        raise ValueError(
            f"advantages expected one value more than rewards, got {len(values)} and {len(rewards)}"
        )
    surprise = rewards + discount * values[1:] - values[:-1]
    return returns_to_go(surprise, discount * smoothing)


# --8<-- [end:returns]


class Steps(NamedTuple):
    """The steps of several episodes in one piece."""

    observations: np.ndarray  # (N, D)
    actions: np.ndarray  # (N,)
    advantages: np.ndarray  # (N,)
    returns: np.ndarray  # (N,), what the critic should have said


def judged(
    episodes: list[Episode],
    values: Callable[[np.ndarray], np.ndarray],
    *,
    discount: float,
    smoothing: float,
    standardized: bool,
) -> Steps:
    """Return all steps with their advantages, brought to mean 0 and variance 1 if wanted.

    >>> episode = Episode(np.zeros((3, 1)), np.array([0, 1]), np.array([1.0, 2.0]), True)
    >>> settings = {"discount": 1.0, "smoothing": 1.0, "standardized": False}
    >>> judged([episode], lambda x: np.ones(len(x)), **settings).advantages.tolist()
    [2.0, 1.0]
    """
    parts = []
    for episode in episodes:
        expected = values(episode.observations)  # (T + 1,)
        if episode.ended:
            expected = np.append(expected[:-1], 0.0)
        better = advantages(episode.rewards, expected, discount, smoothing)
        wanted = better + expected[:-1]
        parts.append((episode.observations[:-1], episode.actions, better, wanted))
    steps = Steps(*map(np.concatenate, zip(*parts, strict=True)))
    if standardized:
        better = steps.advantages - steps.advantages.mean()
        steps = steps._replace(advantages=better / (better.std() + 1e-8))
    return steps
