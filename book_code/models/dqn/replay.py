"""Experience replay: what happened is kept, and drawn again (Lin 1992, doi:10.1007/BF00992699)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Transition(NamedTuple):
    """What happened in some steps, one a row."""

    observation: Any
    action: Any
    reward: Any
    following: Any  # the observation after the step
    ended: Any  # whether nothing came after it


# --8<-- [start:replay]
class ReplayBuffer:
    """The last steps that were taken, in arrays of fixed size: the oldest step makes room for a new one.

    Args:
        capacity: how many steps are kept.
        observation_shape: the shape of an observation.

    >>> memory = ReplayBuffer(3, (1,))
    >>> for step in range(5):
    ...     memory.add([step], action=0, reward=1.0, following=[step + 1], ended=False)
    >>> len(memory), sorted(memory.observation[:, 0].tolist())
    (3, [2.0, 3.0, 4.0])
    """

    def __init__(self, capacity: int, observation_shape: tuple[int, ...]):
        if capacity < 1:
            raise ValueError(f"ReplayBuffer expected a capacity of at least 1, got {capacity}")
        self.capacity, self.added = capacity, 0
        self.observation = np.zeros((capacity, *observation_shape), np.float32)
        self.following = np.zeros_like(self.observation)
        self.action = np.zeros(capacity, np.int64)
        self.reward = np.zeros(capacity, np.float32)
        self.ended = np.zeros(capacity, bool)

    def __len__(self) -> int:
        return min(self.added, self.capacity)

    def add(
        self, observation: Any, action: int, reward: float, following: Any, ended: bool
    ) -> None:
        """Keep one step."""
        if np.shape(observation) != self.observation.shape[1:]:
            raise ValueError(
                f"ReplayBuffer expected observations of shape {self.observation.shape[1:]}, got "
                f"{np.shape(observation)}"
            )
        place = self.added % self.capacity
        self.observation[place], self.following[place] = observation, following
        self.action[place], self.reward[place] = action, reward
        self.ended[place] = ended
        self.added += 1

    def sample(self, n: int, *, rng: np.random.Generator) -> Transition:
        """Return n different steps, each kept step as likely as any other.

        Raises:
            ValueError: for more steps than there are.
        """
        if not 1 <= n <= len(self):
            raise ValueError(
                f"ReplayBuffer holds {len(self)} steps and cannot give {n} different ones: "
                "take more steps before the first sample"
            )
        chosen = rng.choice(len(self), size=n, replace=False, shuffle=False)
        return Transition(*(getattr(self, name)[chosen] for name in Transition._fields))


# --8<-- [end:replay]
