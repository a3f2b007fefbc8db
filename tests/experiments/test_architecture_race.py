"""Both searches have the same budget and the same start, and an architecture becomes the network it names."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.architecture_search import size  # noqa: E402
from book_code.experiments import _runner, _small  # noqa: E402
from book_code.experiments import architecture_race as race  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]


def test_an_architecture_becomes_the_network_that_it_names():
    config = race.Config()
    assert size(race.space(config)) == 7_500
    chosen = {"layer_0": 0, "layer_1": 8, "layer_2": 0, "layer_3": 4}
    data = _small.draw("digits", 0, 40)
    model = race.train(
        replace(config, epochs=1),
        data,
        chosen | {"activation": "tanh", "dropout": 0.2},
        0,
        "cpu",
    )
    assert model.config.sizes == (64, 8, 4, 10)
    assert (model.config.activation, model.config.dropout) == ("tanh", 0.2)


def test_both_searches_have_one_budget_and_begin_alike():
    config = replace(race.Config().quick(), train_size=60)
    found = {label: race.search(config, label, 0, "cpu") for label in race.LABELS}
    first = [one["tried"][: config.population] for one in found.values()]
    assert first[0] == first[1]
    for one in found.values():
        assert len(one["tried"]) == config.budget
        assert one["so_far"] == np.maximum.accumulate(one["tried"]).tolist()


def test_the_published_evolution_tries_better_architectures_than_chance_does():
    result = _runner.read("architecture_race")
    later = {
        label: np.array(result.metrics[f"mean_accuracy_later_{label}"]["values"])
        for label in race.LABELS
    }
    gains = later["evolution"] - later["random"]
    assert gains.mean() > 2 * gains.std(ddof=1) / np.sqrt(len(gains))
