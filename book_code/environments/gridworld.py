"""A world of squares: as in Sutton and Barto (2018), Reinforcement Learning, example 4.1.

The rewards (+1, -1, -0.04 a step) and the slip to the sides are those of Russell and Norvig, Artificial Intelligence: A
Modern Approach, the world of 4 x 3 squares.
"""

from __future__ import annotations

import numpy as np

MOVES = {0: (-1, 0), 1: (0, 1), 2: (1, 0), 3: (0, -1)}  # up, right, down, left
NAMES = ("up", "right", "down", "left")


# --8<-- [start:gridworld]
class GridWorld:
    """Walk from S to G, around walls and pits, on a map that is drawn with letters.

    ``.`` is free, ``#`` a wall, ``S`` the start, ``G`` the goal (+1, the end), ``P`` a pit (-1, the end). Every step
    costs `cost`. Against a wall or the border one stays where one is.

    Shape:
        observation (H·W,), one-hot; action 0 (up), 1 (right), 2 (down) or 3 (left).

    >>> world = GridWorld("S.G")
    >>> world.reset(rng=np.random.default_rng(0)).tolist()
    [1.0, 0.0, 0.0]
    >>> world.step(1)[1:]
    (-0.04, False, False)
    >>> world.step(1)[1:]
    (1.0, True, False)
    """

    actions = 4

    def __init__(self, plan: str, cost: float = 0.04, slip: float = 0.0, limit: int = 100):
        """Read the map.

        Args:
            plan: one line a row.
            cost: what a step costs.
            slip: how often the step goes to one of the two sides instead.
            limit: after how many steps an episode is cut off.
        """
        rows = plan.split()
        if len({len(row) for row in rows}) != 1 or set("".join(rows)) - set(".#SGP"):
            raise ValueError("GridWorld expected rows of one length, of the letters . # S G P")
        self.cells = np.array([list(row) for row in rows])
        if (self.cells == "S").sum() != 1 or not (self.cells == "G").any():
            raise ValueError("GridWorld expected one start S and at least one goal G")
        if not 0 <= slip < 1:
            raise ValueError(f"GridWorld expected slip from 0 to below 1, got {slip}")
        if not np.isfinite(cost) or limit < 1:
            raise ValueError(
                f"GridWorld expected a finite cost and a limit from 1, got {cost} and {limit}"
            )
        self.cost, self.slip, self.limit = cost, slip, limit
        self.observation_shape = (self.cells.size,)
        self.place: int | None = None

    def reset(self, *, rng: np.random.Generator) -> np.ndarray:
        """Begin at S; `rng` also draws the slips of this episode."""
        self.place = int(np.nonzero(self.cells.ravel() == "S")[0][0])
        self.steps, self.rng = 0, rng
        return self.one_hot(self.place)

    def step(self, action: int) -> tuple[np.ndarray, float, bool, bool]:
        """Take a step and return observation, reward, ended and cut, as `CartPole.step` does."""
        if self.place is None:
            raise RuntimeError(
                "GridWorld: call reset(rng=...) before the first step of an episode"
            )
        ways = self.ways(self.place, action)
        _, place, reward, ended = ways[self.rng.choice(len(ways), p=[way[0] for way in ways])]
        self.steps += 1
        cut = not ended and self.steps >= self.limit
        self.place = None if ended or cut else place
        return self.one_hot(place), reward, ended, cut

    def ways(self, place: int, action: int) -> list[tuple[float, int, float, bool]]:
        """Return what an action can lead to: (probability, place, reward, whether that is the end)."""
        if action not in MOVES:
            raise ValueError(
                f"GridWorld knows the actions 0 to 3 (up, right, down, left), got {action!r}"
            )
        turns = [(action, 1 - self.slip)]
        if self.slip:
            turns += [((action + side) % 4, self.slip / 2) for side in (1, 3)]
        return [(p, *self._after(place, turn)) for turn, p in turns]

    # --8<-- [end:gridworld]

    def one_hot(self, place: int) -> np.ndarray:
        """Return the observation at a place: zeros, and a 1 there."""
        return np.eye(1, self.cells.size, place)[0]

    def _after(self, place: int, action: int) -> tuple[int, float, bool]:
        height, width = self.cells.shape
        row, column = np.add(divmod(place, width), MOVES[action])
        inside = 0 <= row < height and 0 <= column < width
        if inside and self.cells[row, column] != "#":
            place = int(row * width + column)
        letter = self.cells.ravel()[place]
        reward = {"G": 1.0, "P": -1.0}.get(letter, -self.cost)
        return place, reward, letter in "GP"


# --8<-- [start:value_iteration]
def value_iteration(world: GridWorld, discount: float = 0.99) -> np.ndarray:
    """Return the value of every place under the best policy, by Bellman's equation: (H, W).

    Args:
        world: the squares.
        discount: what a reward is worth one step later. With 1 the sum must be finite: from every place an end can
            be reached, and walking on for ever does not pay.

    >>> value_iteration(GridWorld("S.G"), discount=0.5).round(2).tolist()
    [[0.46, 1.0, 0.0]]
    """
    if not 0 <= discount <= 1:
        raise ValueError(f"value_iteration expected a discount from 0 to 1, got {discount}")
    letters = world.cells.ravel()
    if discount == 1 and (world.cost < 0 or not _all_end(world)):
        raise ValueError(
            "value_iteration: somewhere an episode need not end, so that values grow without bound: "
            "take a discount below 1"
        )
    values = np.zeros(letters.size)
    while True:
        new = np.zeros_like(values)
        for place in np.nonzero((letters == ".") | (letters == "S"))[0]:
            new[place] = max(
                sum(p * (r + discount * values[to] * (not end)) for p, to, r, end in ways)
                for ways in (world.ways(int(place), action) for action in MOVES)
            )
        if np.abs(new - values).max() < 1e-10:
            return new.reshape(world.cells.shape)
        values = new


# --8<-- [end:value_iteration]


def _all_end(world: GridWorld) -> bool:
    """Whether an end can be reached from every place that is no wall."""
    letters = world.cells.ravel()
    ends = np.isin(letters, ["G", "P", "#"])
    for _ in letters:  # each round adds the places from where one step leads to those known
        for place in np.nonzero(~ends)[0]:
            steps = (world.ways(int(place), action) for action in MOVES)
            ends[place] = any(ends[to] for ways in steps for _, to, _, _ in ways)
    return bool(ends.all())
