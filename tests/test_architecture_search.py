"""Searching architectures: draws, children, budgets; evolution against random search."""

from functools import partial

import numpy as np
import pytest

from book_code import architecture_search as search

SPACE = {"depth": (1, 2, 3, 4), "width": (8, 16, 32), "activation": ("relu", "tanh")}
LADDER = {f"gene{i}": tuple(range(6)) for i in range(8)}


def climb(architecture):
    """A score with one summit and a way to it from everywhere."""
    return -sum(abs(value - 4) for value in architecture.values())


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_every_architecture_is_drawn_as_often(rng):
    assert search.size(SPACE) == 24
    drawn = [tuple(search.draw(SPACE, rng=rng).values()) for _ in range(4800)]
    counts = [drawn.count(each) for each in set(drawn)]
    assert len(counts) == 24
    assert 140 < min(counts) <= max(counts) < 260


def test_a_child_differs_in_exactly_one_field(rng):
    parent = search.draw(SPACE, rng=rng)
    changed = set()
    for _ in range(200):
        child = search.mutate(parent, SPACE, rng=rng)
        (field,) = [key for key in SPACE if child[key] != parent[key]]
        assert child[field] in SPACE[field]
        changed.add(field)
    assert changed == set(SPACE)


def test_the_budget_is_kept_and_every_score_is_told(rng):
    calls = []

    def score(architecture):
        calls.append(dict(architecture))
        return len(calls)

    for method in (search.random_search, partial(search.evolution, population=10)):
        found = method(SPACE, score, 30, rng=rng)
        assert [trial.architecture for trial in found.trials] == calls
        assert found.best.score == 30
        assert found.best_so_far() == list(range(1, 31))
        calls.clear()


def test_the_oldest_dies_not_the_worst(rng):
    """A lucky score of the first population is forgotten: no child of it after everyone was replaced once."""
    found = search.evolution(
        {"x": range(1000)}, lambda a: 0.0, 60, population=5, sample=5, rng=rng
    )
    # of equal scores the first in the population that was drawn wins; after 5 children all founders are gone
    founders = {trial.architecture["x"] for trial in found.trials[:5]}
    assert not founders & {trial.architecture["x"] for trial in found.trials[10:]}


def test_evolution_climbs_where_random_search_wanders():
    better = 0
    for seed in range(5):
        rng = np.random.default_rng(seed)
        evolved = search.evolution(LADDER, climb, 200, population=20, sample=5, rng=rng)
        guessed = search.random_search(LADDER, climb, 200, rng=rng)
        better += evolved.best.score > guessed.best.score
    assert better == 5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: search.draw({}, rng=rng), "at least one field"),
        (lambda rng: search.draw({"x": ()}, rng=rng), "at least one value for each"),
        (lambda rng: search.mutate({"x": 1}, {"x": (1,)}, rng=rng), "no field .* second value"),
        (
            lambda rng: search.random_search(SPACE, climb, 0, rng=rng),
            "at least 1 scores, got 0",
        ),
        (lambda rng: search.evolution(SPACE, climb, 9, population=10, rng=rng), "at least 10"),
        (
            lambda rng: search.evolution(SPACE, climb, 9, population=3, sample=4, rng=rng),
            "a sample from 1 to 3, got 4",
        ),
    ],
)
def test_a_search_without_meaning_is_refused(call, message, rng):
    with pytest.raises(ValueError, match=message):
        call(rng)


def test_a_training_that_diverged_is_never_the_best() -> None:
    scores = iter([float("nan"), 1.0, float("nan"), 2.0])
    found = search.random_search(
        {"x": (1, 2)}, lambda _: next(scores), 4, rng=np.random.default_rng(0)
    )
    assert found.best.score == 2.0
    assert found.best_so_far() == [-np.inf, 1.0, 1.0, 2.0]


def test_a_child_differs_though_a_value_stands_twice_and_a_missing_field_is_named() -> None:
    rng = np.random.default_rng(0)
    space = {"x": (1, 1), "y": (1, 2)}
    assert [search.mutate({"x": 1, "y": 1}, space, rng=rng)["y"] for _ in range(8)] == [2] * 8
    with pytest.raises(ValueError, match="no field of the space"):
        search.mutate({"x": 1}, {"x": (1, 1)}, rng=rng)
    with pytest.raises(ValueError, match="has no y"):
        search.mutate({"x": 1}, space, rng=rng)
