"""The Parzen estimator is a density, and its search finds what is hidden better than chance does."""

import dataclasses

import numpy as np
import pytest

from book_code.experiments import _tpe

pytestmark = pytest.mark.native


@pytest.mark.parametrize("centres", [[0.5], [0.0, 0.02, 1.0], list(np.linspace(0.2, 0.4, 9))])
def test_the_density_has_area_one(centres):
    x = (np.arange(20_000) + 0.5) / 20_000
    density = np.exp(_tpe.log_density(x, np.array(centres)))
    assert density.mean() == pytest.approx(1, abs=1e-3)


def test_points_are_drawn_from_the_density():
    centres, rng = np.array([0.1, 0.15, 0.2, 0.9]), np.random.default_rng(0)
    drawn = _tpe.draw(centres, 20_000, rng)
    assert drawn.min() >= 0
    assert drawn.max() <= 1
    x = (np.arange(20_000) + 0.5) / 20_000
    density = np.exp(_tpe.log_density(x, centres))
    counts = np.histogram(drawn, 5, (0, 1))[0] / len(drawn)
    # a bell cut off is drawn as often as one that is not
    assert counts == pytest.approx(density.reshape(5, -1).mean(axis=1) / 5, abs=0.02)


def hill(point):
    """Highest at (0.3, 0.8); the third setting does not matter."""
    return -((point[0] - 0.3) ** 2) - (point[1] - 0.8) ** 2


def test_it_finds_the_top_of_a_hill_better_than_random_points_do():
    found, chance = [], []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        tried = _tpe.tpe(hill, 3, 40, rng)
        assert tried.shape == (40, 3)
        assert tried.min() >= 0
        assert tried.max() <= 1
        found.append(max(map(hill, tried)))
        chance.append(max(map(hill, rng.random((40, 3)))))
    assert np.mean(found) > np.mean(chance) / 3, (np.mean(found), np.mean(chance))


def test_the_settings_span_their_ranges_and_the_grid_has_the_budget():
    pytest.importorskip("torch")
    from book_code.experiments import tuning_search

    config = tuning_search.Config()
    low, high = (tuning_search.settings(config, np.full(4, share)) for share in (0.0, 1.0))
    for name in ("rate", "decay", "units", "dropout"):
        assert (low[name], high[name]) == pytest.approx(getattr(config, name))
    points = tuning_search.cells(config, np.random.default_rng(0))
    assert len(np.unique(points, axis=0)) == np.prod(config.grid) == len(points)
    assert [len(np.unique(column)) for column in points.T] == list(config.grid)


def test_a_search_reports_the_best_so_far_and_the_test_split_once():
    pytest.importorskip("torch")
    from book_code.experiments import tuning_search

    config = dataclasses.replace(tuning_search.Config().quick(), train_size=60)
    found = tuning_search.search(config, "tpe", 0, "cpu")
    assert len(found["so_far"]) == np.prod(config.grid)
    assert found["so_far"] == sorted(found["so_far"])
    assert 0 <= found["test"] <= 100


def test_the_published_searches_end_in_the_order_that_is_claimed():
    from book_code.experiments import _runner

    result = _runner.read("tuning_search")
    budget = int(np.prod(result.config["grid"]))
    ends = {
        label: np.array(result.metrics[f"validation_accuracy_{label}_{budget}"]["values"])
        for label in ("grid", "random", "tpe")
    }
    for better, worse in (("tpe", "random"), ("tpe", "grid")):
        gains = ends[better] - ends[worse]
        assert gains.mean() > gains.std(ddof=1) / np.sqrt(len(gains)), (better, worse)
    for label, values in ends.items():
        assert result.series[label]["mean"][-1] == pytest.approx(values.mean(), rel=1e-4)
        assert result.mean(f"test_accuracy_{label}") < values.mean(), (
            "the best of many flatters"
        )
