"""The worlds: the cart's equations against Gymnasium's, the grid against Bellman's equation."""

import gymnasium
import numpy as np
import pytest

from book_code.environments import CartPole, GridWorld
from book_code.environments.gridworld import value_iteration

pytestmark = pytest.mark.native


def test_the_cart_moves_as_gymnasiums_does():
    ours, theirs = CartPole(), gymnasium.make("CartPole-v1")
    rng = np.random.default_rng(0)
    for seed in range(20):
        start, _ = theirs.reset(seed=seed)
        ours.reset(rng=rng)
        ours.state = np.asarray(theirs.unwrapped.state, np.float64)
        np.testing.assert_allclose(ours.state, start, rtol=1e-6)
        over = False
        while not over:
            action = int(rng.integers(2))
            observation, reward, ended, cut = ours.step(action)
            expected, their_reward, their_end, their_cut, _ = theirs.step(action)
            np.testing.assert_allclose(observation, expected, rtol=1e-5, atol=1e-7)
            assert (reward, ended, cut) == (their_reward, their_end, their_cut)
            over = ended or cut


def test_time_runs_out():
    world = CartPole(limit=5)
    world.reset(rng=np.random.default_rng(0))
    ends = [world.step(i % 2)[2:] for i in range(5)]
    assert ends == [(False, False)] * 4 + [(False, True)]
    with pytest.raises(RuntimeError, match="call reset"):
        world.step(0)


def test_an_unknown_action_is_refused():
    world = CartPole()
    world.reset(rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"0 \(left\) and 1 \(right\), got 2"):
        world.step(2)
    grid = GridWorld("SG")
    grid.reset(rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="actions 0 to 3"):
        grid.step(4)


PLAN = """
...G
.#.P
S...
"""


def test_walls_and_borders_hold():
    world = GridWorld(PLAN)
    assert world.ways(8, 3) == [(1.0, 8, -0.04, False)]  # left of S is the border
    assert world.ways(4, 1) == [(1.0, 4, -0.04, False)]  # right of it the wall
    assert world.ways(6, 1) == [(1.0, 7, -1.0, True)]
    assert world.ways(2, 1) == [(1.0, 3, 1.0, True)]


def test_a_slip_goes_to_the_sides():
    ways = GridWorld(PLAN, slip=0.2).ways(2, 1)
    assert [(round(p, 3), to) for p, to, *_ in ways] == [(0.8, 3), (0.1, 6), (0.1, 2)]
    world = GridWorld(PLAN, slip=0.5)
    rng = np.random.default_rng(0)
    ended = 0
    for _ in range(400):
        world.reset(rng=rng)
        world.place = 2
        ended += world.step(1)[2]
    assert 160 < ended < 240


def test_the_values_of_the_textbook():
    """Russell and Norvig's 4 x 3 world (Artificial Intelligence, figure 17.3).

    There a place's value includes the cost of standing in it, here the cost is paid by the step.
    """
    values = value_iteration(GridWorld(PLAN, slip=0.2, cost=0.04), discount=1.0)
    expected = [[0.812, 0.868, 0.918, 0], [0.762, 0, 0.660, 0], [0.705, 0.655, 0.611, 0.388]]
    free = np.array(expected) > 0
    np.testing.assert_allclose((values - 0.04)[free], np.array(expected)[free], atol=6e-4)


@pytest.mark.parametrize("plan", ["S.\n...", "S?G", "..G", "S..", "SSG"])
def test_a_map_that_is_none_is_refused(plan):
    with pytest.raises(ValueError, match="GridWorld expected"):
        GridWorld(plan)


@pytest.mark.parametrize(("plan", "cost"), [("S#G", 0.04), ("S.G", -0.1)])
def test_values_that_would_grow_for_ever_are_refused(plan: str, cost: float) -> None:
    with pytest.raises(ValueError, match="grow without bound"):
        value_iteration(GridWorld(plan, cost=cost), discount=1.0)


def test_without_a_discount_the_value_is_what_the_shortest_way_earns() -> None:
    values = value_iteration(GridWorld("S..G"), discount=1.0)
    np.testing.assert_allclose(values, [[0.92, 0.96, 1.0, 0.0]])


def test_worlds_need_a_time_and_a_finite_cost() -> None:
    for make in (lambda: CartPole(0), lambda: GridWorld("SG", limit=0)):
        with pytest.raises(ValueError, match="limit from 1"):
            make()
    with pytest.raises(ValueError, match="finite cost"):
        GridWorld("SG", cost=float("nan"))
