"""One thing is varied at a time, networks are what their labels say, and the published numbers fit together."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.experiments import _cifar_resnets, _runner  # noqa: E402
from book_code.experiments import cifar_cnn_sweeps as sweeps  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

CONFIG = sweeps.Config().quick()
CHANGES = sweeps.settings(CONFIG)


def built(label):
    return sweeps.network(CONFIG, sweeps.BASE | CHANGES[label])


def convolutions(model):
    return [layer for layer in model.modules() if isinstance(layer, torch.nn.Conv2d)]


@pytest.mark.parametrize("label", CHANGES)
def test_a_setting_differs_from_the_base_in_what_it_names(label):
    change = CHANGES[label]
    assert change.keys() <= sweeps.BASE.keys()
    assert all(change[key] != sweeps.BASE[key] for key in change)
    assert len(change) == {"base": 0, "moved_long": 2}.get(label, 1)


def test_networks_are_as_deep_and_as_wide_as_the_figure_says():
    for choice, count in (("depth", len), ("filters", lambda found: found[-1].out_channels)):
        for label, (said, _) in sweeps.CHOICES[choice][1].items():
            assert count(convolutions(built(label))) == int(said.split(",")[-1])


def test_what_halves_the_maps_and_what_the_last_layer_sees():
    kinds = {
        label: {type(layer).__name__ for layer in built(label).modules()} for label in CHANGES
    }
    assert "MaxPool2d" in kinds["base"]
    assert "AvgPool2d" in kinds["avg"]
    assert not {"MaxPool2d", "AvgPool2d"} & kinds["stride"]
    assert [c.stride for c in convolutions(built("stride"))] == [(2, 2)] * 3
    assert "AdaptiveAvgPool2d" in kinds["base"]
    assert "AdaptiveAvgPool2d" not in kinds["flatten"]


def test_batch_size_rate_length_and_augmentation_reach_the_training(monkeypatch):
    seen = []

    def watched(config, network, data, seed, **named):
        seen.append((config.batch_size, named["rate"], named["epochs"], named["augment"]))
        raise InterruptedError

    monkeypatch.setattr(sweeps._sweep, "train", watched)
    for label in ("base", "batch128", "rate0.3", "moved_long"):
        with pytest.raises(InterruptedError):
            sweeps.train(CONFIG, label, CHANGES[label], None, 0, "cpu")
    moved = _cifar_resnets.changed
    assert seen == [
        (32, 1e-2, 1, None),
        (128, 1e-2, 1, None),
        (32, 0.3, 1, None),
        (32, 1e-2, 3, moved),
    ]


def test_the_published_gap_is_the_difference_of_the_two_accuracies():
    result = _runner.read("cifar_cnn_sweeps")
    for label in CHANGES:
        train, test, gap = (
            np.array(result.metrics[f"{name}_{label}"]["values"])
            for name in ("train_accuracy", "test_accuracy", "gap")
        )
        np.testing.assert_allclose(train - test, gap, atol=1e-3)


def test_augmentation_pays_when_training_lasts_and_closes_the_gap_at_once():
    result = _runner.read("cifar_cnn_sweeps")
    pairs = {"base": "moved", "long": "moved_long"}
    assert all(result.mean(f"gap_{b}") < result.mean(f"gap_{a}") / 2 for a, b in pairs.items())
    gain = result.mean("test_accuracy_moved_long") - result.mean("test_accuracy_long")
    assert gain > 3 * result.sd("test_accuracy_long")
