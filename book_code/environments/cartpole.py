"""A pole on a cart: Barto, Sutton and Anderson (1983), doi:10.1109/TSMC.1983.6313077.

    code             paper    unit
    x, x_dot         x, ẋ     m, m/s     where the cart is, and how fast
    angle            θ        rad        how far the pole leans from the vertical
    angle_dot        θ̇        rad/s

The masses, lengths and limits are those of Gymnasium's CartPole-v1; the paper's friction is left out, as there.
"""

from __future__ import annotations

from typing import Any

import numpy as np

GRAVITY = 9.8  # m/s²
CART, POLE = 1.0, 0.1  # kg
HALF_LENGTH = 0.5  # m, from the hinge to the pole's centre
FORCE = 10.0  # N, to the left or to the right
STEP = 0.02  # s
TRACK = 2.4  # m to either side
LEAN = np.deg2rad(12)  # rad to either side


# --8<-- [start:cartpole]
class CartPole:
    """Push a cart to the left or to the right so that the pole on it does not fall.

    Every step is worth 1. The episode ends when the pole leans more than 12° or the cart leaves the track, and
    is cut off after `limit` steps, 500 by default: the highest return there is.

    Shape:
        observation (4,): x, x_dot, angle, angle_dot; action 0 (left) or 1 (right).

    >>> world = CartPole()
    >>> observation = world.reset(rng=np.random.default_rng(0))
    >>> observation, reward, ended, cut = world.step(1)
    >>> observation.shape, reward, ended, cut
    ((4,), 1.0, False, False)
    """

    observation_shape = (4,)
    actions = 2

    def __init__(self, limit: int = 500):
        if limit < 1:
            raise ValueError(f"CartPole expected a limit from 1, got {limit}")
        self.limit = limit
        self.state: np.ndarray | None = None

    def reset(self, *, rng: np.random.Generator) -> np.ndarray:
        """Begin anew, everything near 0, and return the observation."""
        self.state = rng.uniform(-0.05, 0.05, size=4)
        self.steps = 0
        return self.state.copy()

    def step(self, action: int) -> tuple[np.ndarray, float, bool, bool]:
        """Push once.

        Args:
            action: 0 for left, 1 for right.

        Returns:
            The observation, the reward, whether the pole fell or the cart left (`ended`), and whether the time
            was over (`cut`): after the latter the future would still have been worth something.

        Raises:
            RuntimeError: before the first `reset`, or after an episode ended.
            ValueError: for another action.
        """
        if self.state is None:
            raise RuntimeError(
                "CartPole: call reset(rng=...) before the first step of an episode"
            )
        if action not in (0, 1):
            raise ValueError(
                f"CartPole knows the actions 0 (left) and 1 (right), got {action!r}"
            )
        _, x_dot, angle, angle_dot = self.state
        force = FORCE if action == 1 else -FORCE
        sine, cosine, mass = np.sin(angle), np.cos(angle), CART + POLE
        push = (force + POLE * HALF_LENGTH * angle_dot**2 * sine) / mass
        swing = (GRAVITY * sine - cosine * push) / (
            HALF_LENGTH * (4 / 3 - POLE * cosine**2 / mass)
        )
        slide = push - POLE * HALF_LENGTH * swing * cosine / mass
        change = np.array([x_dot, slide, angle_dot, swing])  # Euler's method
        observation = self.state + STEP * change
        self.steps += 1
        ended = bool(abs(observation[0]) > TRACK or abs(observation[2]) > LEAN)
        cut = not ended and self.steps >= self.limit
        self.state = None if ended or cut else observation
        return observation.copy(), 1.0, ended, cut


# --8<-- [end:cartpole]


def mean_return(choose: Any, world: Any, episodes: int, *, rng: np.random.Generator) -> float:
    """Return the mean sum of rewards over some episodes.

    Args:
        choose: a function from an observation to an action.
        world: where to act.
        episodes: how many times to begin anew.
        rng: draws the beginnings.

    >>> always_right = lambda observation: 1
    >>> 8 < mean_return(always_right, CartPole(), 20, rng=np.random.default_rng(0)) < 11
    True
    """
    total = 0.0
    for _ in range(episodes):
        observation, over = world.reset(rng=rng), False
        while not over:
            observation, reward, ended, cut = world.step(choose(observation))
            total, over = total + reward, ended or cut
    return total / episodes
