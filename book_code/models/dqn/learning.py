"""Acting and learning by turns, the same for both back ends: algorithm 1 of Mnih et al. (2015)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .replay import ReplayBuffer, Transition


# --8<-- [start:act]
def act(values: np.ndarray, exploration: float, *, rng: np.random.Generator) -> int:
    """Return the action of the highest value, or with some probability any action.

    >>> act(np.array([0.1, 0.7]), 0.0, rng=np.random.default_rng(0))
    1
    """
    if rng.random() < exploration:
        return int(rng.integers(len(values)))
    return int(np.argmax(values))


# --8<-- [end:act]


def explored(step: int, start: float, end: float, steps: int) -> float:
    """Return how often to try any action at a step: it falls along a line, then stays.

    >>> [round(explored(step, 1.0, 0.1, 10), 2) for step in (0, 5, 10, 20)]
    [1.0, 0.55, 0.1, 0.1]
    """
    return start + (end - start) * (min(1.0, step / steps) if steps else 1.0)


# --8<-- [start:interact]
def interact(
    values: Callable[[np.ndarray], np.ndarray],
    update: Callable[[Transition], Any],
    keep: Callable[[], Any],
    world: Any,
    *,
    steps: int,
    rng: np.random.Generator,
    batch_size: int = 64,
    memory: int = 50_000,
    begin: int = 1000,
    every: int = 1,
    exploration: tuple[float, float] = (1.0, 0.05),
    exploration_steps: int = 5000,
    until: float = np.inf,
) -> list[float]:
    """Act in a world, keep what happens, and learn from random pieces of it.

    Args:
        values: from an observation to the values of the actions.
        update: learns from a minibatch.
        keep: remembers the weights; it is called when the last 10 episodes were better than any 10 before.
        world: where to act; see `environments`.
        steps: how many steps to take in all.
        rng: draws actions, minibatches and the beginnings of episodes.
        batch_size: steps in a minibatch.
        memory: how many steps are kept.
        begin: steps before the first update.
        every: steps between two updates.
        exploration: how often any action is tried, at first and in the end.
        exploration_steps: when that end is reached.
        until: end early, once the mean return of the last 20 episodes is at least this.

    Returns:
        The return (sum of rewards) of every episode that came to its end.
    """
    if begin < batch_size or memory < begin:
        raise ValueError(
            f"interact needs batch_size <= begin <= memory; got {batch_size}, {begin}, {memory}"
        )
    buffer = ReplayBuffer(memory, world.observation_shape)
    observation, total, best = world.reset(rng=rng), 0.0, -np.inf
    returns: list[float] = []
    for step in range(1, steps + 1):
        chance = explored(step - begin, *exploration, exploration_steps) if step > begin else 1
        action = act(values(observation), chance, rng=rng)
        following, reward, ended, cut = world.step(action)
        buffer.add(observation, action, reward, following, ended)  # a cut is no end
        observation, total = following, total + reward
        if ended or cut:
            returns.append(total)
            observation, total = world.reset(rng=rng), 0.0
            if len(returns) >= 10 and np.mean(returns[-10:]) >= best:
                best = float(np.mean(returns[-10:]))
                keep()
            if len(returns) >= 20 and np.mean(returns[-20:]) >= until:
                break
        if step >= begin and step % every == 0:
            update(buffer.sample(batch_size, rng=rng))
    return returns


# --8<-- [end:interact]
