"""Searching architectures: random search and regularized evolution (Real et al. 2018, arXiv:1802.01548).

A search space is a dictionary from the fields of a configuration to the values that each may take; an architecture is one
value for each field. What is searched for is the architecture with the highest score, and what a score costs (training a
network and measuring it on validation data) is the caller's function. Random search is the baseline that every cleverer
method has to beat at the same number of scores (Li and Talwalkar 2019, arXiv:1902.07638).

    code          paper (algorithm 1)   meaning
    population    P                     how many architectures are alive
    sample        S                     how many of them compete to be the parent
    budget        C                     how many are scored in all

Deviations from the paper: those that compete are different ones (the paper draws them with replacement), a child always
differs from its parent (there a twentieth are copies), and the numbers suit small spaces (there P = 100, S = 25).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

Space = Mapping[str, Sequence[Any]]
Architecture = dict[str, Any]
Score = Callable[[Architecture], float]


class Trial(NamedTuple):
    """One architecture and what it scored."""

    architecture: Architecture
    score: float


class Search(NamedTuple):
    """All trials of a search, in their order."""

    trials: tuple[Trial, ...]

    @property
    def best(self) -> Trial:
        """The trial with the highest score; of equal ones the first.

        >>> Search((Trial({"depth": 1}, 0.5), Trial({"depth": 2}, 0.9))).best.architecture
        {'depth': 2}
        """
        return max(self.trials, key=lambda trial: trial.score)

    def best_so_far(self) -> list[float]:
        """The highest score after each trial, for the curve of a search.

        >>> Search((Trial({}, 0.5), Trial({}, 0.4), Trial({}, 0.9))).best_so_far()
        [0.5, 0.5, 0.9]
        """
        return np.maximum.accumulate([trial.score for trial in self.trials]).tolist()


def size(space: Space) -> int:
    """Return how many architectures a space holds.

    >>> size({"depth": (1, 2, 3), "width": (8, 16)})
    6
    """
    return math.prod(len(values) for values in _checked(space).values())


def draw(space: Space, *, rng: np.random.Generator) -> Architecture:
    """Return an architecture, each value of each field as likely.

    >>> draw({"depth": (1, 2), "activation": ("relu", "tanh")}, rng=np.random.default_rng(0))
    {'depth': 2, 'activation': 'tanh'}
    """
    return {
        field: values[int(rng.integers(len(values)))]
        for field, values in _checked(space).items()
    }


def mutate(
    architecture: Mapping[str, Any], space: Space, *, rng: np.random.Generator
) -> Architecture:
    """Return the architecture with another value of one field.

    >>> mutate({"depth": 1}, {"depth": (1, 2)}, rng=np.random.default_rng(0))
    {'depth': 2}
    """
    if missing := [field for field in _checked(space) if field not in architecture]:
        raise ValueError(f"mutate: the architecture has no {', '.join(missing)}")
    others = {f: [v for v in values if v != architecture[f]] for f, values in space.items()}
    fields = [field for field in space if others[field]]
    if not fields:
        raise ValueError("mutate: no field of the space has a second value")
    field = fields[int(rng.integers(len(fields)))]
    return {**architecture, field: others[field][int(rng.integers(len(others[field])))]}


# --8<-- [start:random]
def random_search(
    space: Space, score: Score, budget: int, *, rng: np.random.Generator
) -> Search:
    """Score architectures that are drawn one independently of the other.

    Args:
        space: the values that each field may take.
        score: what is to be made large; called once for each architecture.
        budget: how many architectures are scored.
        rng: draws them.

    >>> found = random_search({"x": range(9)}, lambda a: -abs(a["x"] - 4), 30, rng=np.random.default_rng(0))
    >>> found.best.architecture
    {'x': 4}
    """
    _check_budget(budget, 1)
    drawn = (draw(space, rng=rng) for _ in range(budget))
    return Search(tuple(_trial(a, score) for a in drawn))


# --8<-- [end:random]


# --8<-- [start:evolution]
def evolution(
    space: Space,
    score: Score,
    budget: int,
    *,
    population: int = 20,
    sample: int = 5,
    rng: np.random.Generator,
) -> Search:
    """Regularized evolution: the best of a few has a mutated child, and the oldest of all dies.

    That the oldest dies, not the worst, keeps an architecture that was lucky once from staying for ever.

    Args:
        space: the values that each field may take.
        score: what is to be made large; called once for each architecture.
        budget: how many architectures are scored, those of the first population included.
        population: how many are alive.
        sample: how many compete to be the parent; 1 is a random walk, `population` is greed.
        rng: draws everything.

    Raises:
        ValueError: when the budget is smaller than the population, or the sample larger.

    >>> space = {"x": range(9), "y": range(9)}
    >>> found = evolution(space, lambda a: -abs(a["x"] - 4) - abs(a["y"] - 7), 120, rng=np.random.default_rng(0))
    >>> found.best.architecture
    {'x': 4, 'y': 7}
    """
    _check_budget(budget, population)
    if not 1 <= sample <= population:
        raise ValueError(f"evolution expected a sample from 1 to {population}, got {sample}")
    trials = list(random_search(space, score, population, rng=rng).trials)
    alive = deque(trials)
    while len(trials) < budget:
        rivals = [alive[i] for i in rng.choice(population, size=sample, replace=False)]
        parent = max(rivals, key=lambda trial: trial.score)
        child = mutate(parent.architecture, space, rng=rng)
        trials.append(_trial(child, score))
        alive.append(trials[-1])
        alive.popleft()
    return Search(tuple(trials))


# --8<-- [end:evolution]


def _trial(architecture: Architecture, score: Score) -> Trial:
    """Score an architecture; nan, as of a training that diverged, counts as the lowest score there is."""
    found = float(score(architecture))
    return Trial(architecture, -math.inf if math.isnan(found) else found)


def _checked(space: Space) -> Space:
    if not space or any(not len(values) for values in space.values()):
        raise ValueError(
            "a search space needs at least one field, and at least one value for each"
        )
    return space


def _check_budget(budget: int, least: int) -> None:
    if budget < least:
        raise ValueError(f"expected a budget of at least {least} scores, got {budget}")
