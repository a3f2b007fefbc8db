"""The Python half of the playground: what it trains, what it shows, and that its programs repeat it."""

import base64
import importlib
import itertools
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parents[2] / "widgets/src/elements/playground"
NAMES = {"model": "playground", "points": "playground_points", "exports": "playground_exports"}
CONFIG = {
    "data": "circle",
    "task": "classification",
    "noise": 0.0,
    "share": 0.5,
    "seed": 0,
    "own": [],
    "features": ["x1", "x2"],
    "layers": [{"units": 4, "act": "tanh", "drop": 0}, {"units": 2, "act": "tanh", "drop": 0}],
    "opt": "adam",
    "lr": 0.03,
    "batch": 10,
    "l1": 0,
    "l2": 0,
}


def setting(**changes):
    return {**CONFIG, **changes}


def layer(units=4, act="tanh", drop=0):
    return {"units": units, "act": act, "drop": drop}


@pytest.fixture(scope="module")
def playground(tmp_path_factory):
    """The modules under the names that they have beside Pyodide."""
    folder = tmp_path_factory.mktemp("kernel")
    package = folder / "playground_kernel"
    package.mkdir()
    (package / "__init__.py").touch()
    for source, name in NAMES.items():
        (package / f"{name}.py").write_text((HERE / f"{source}.py").read_text())
    sys.path.insert(0, str(folder))
    yield importlib.import_module("playground_kernel.playground")
    sys.path.remove(str(folder))


def maps(answer, playground):
    levels = np.frombuffer(base64.b64decode(answer["maps"]), np.uint8)
    return (levels.reshape(-1, playground.GRID, playground.GRID) - 128.0) / 127


def test_training_goes_on_while_the_settings_stay(playground):
    first = playground.show(CONFIG, True)
    assert first["steps"] == 0
    assert len(first["points"]) == 300
    once = playground.train(CONFIG, 30)
    assert (once["steps"], once["epochs"]) == (30, 2)
    assert "points" not in once
    assert playground.train(CONFIG, 15)["epochs"] == 3
    assert playground.train(setting(seed=1), 1)["steps"] == 1


def test_one_training_is_like_the_other_however_it_is_cut(playground):
    playground.show(CONFIG, True)
    whole = playground.train(CONFIG, 40)
    playground.show(CONFIG, True)
    for _ in range(40):
        parts = playground.train(CONFIG, 1)
    assert parts == whole


def test_the_time_is_kept(playground):
    playground.show(CONFIG, True)
    answer = playground.train(CONFIG, None, 50)
    assert answer["steps"] > 1


def test_rates_change_on_the_way_without_a_new_start(playground):
    playground.show(CONFIG, True)
    playground.train(CONFIG, 10)
    still = playground.train(setting(lr=0.0), 5)
    assert still["steps"] == 15
    assert playground.train(setting(lr=0.0), 5)["weights"] == still["weights"]


def test_a_weight_is_what_the_reader_sets(playground):
    playground.show(CONFIG, True)
    assert playground.edit(CONFIG, 0, 2, 1, 1.5)["weights"][0][2][1] == 1.5
    assert playground.edit(CONFIG, 1, 1, None, -2.0)["biases"][1][1] == -2.0


def test_maps_are_the_features_the_units_and_the_output(playground):
    config = setting(features=["x1", "x1^2"], layers=[layer(3)])
    answer = playground.train(config, 5)
    shown = maps(answer, playground)
    assert len(shown) == 2 + 3 + 1
    assert shown[0, 0, -1] == pytest.approx(1, abs=0.01)  # x1 grows to the right
    assert shown[1].min() >= 0
    weight, bias = np.array(answer["weights"][0]), np.array(answer["biases"][0])
    points = playground.plane()
    hidden = np.tanh(np.stack([points[:, 0], points[:, 0] ** 2], 1) @ weight.T + bias)
    seen = shown[2:5].reshape(3, -1) * np.array(answer["most"])[2:5, None]
    np.testing.assert_allclose(seen, hidden.T, atol=0.01)
    out = hidden @ np.array(answer["weights"][1]).T + np.array(answer["biases"][1])
    np.testing.assert_allclose(shown[5].ravel(), np.tanh(out[:, 0] / 2), atol=0.01)


@pytest.mark.parametrize("rate", [1e200, 1e308])
def test_what_leaves_the_numbers_is_said(playground, rate):
    config = setting(
        opt="sgd", lr=rate, layers=[layer(act="relu")], data="hill", task="regression"
    )
    answer = playground.train(config, 50)
    assert answer["diverged"]
    assert answer["testLoss"] is None


def test_long_curves_are_thinned(playground, monkeypatch):
    monkeypatch.setattr(playground, "CURVE", 10)
    playground.show(CONFIG, True)
    curve = playground.train(CONFIG, 15 * 40)["curve"]
    assert len(curve) <= 10
    assert len({b[0] - a[0] for a, b in itertools.pairwise(curve)}) == 1


@pytest.mark.parametrize("name", ["gaussians", "xor", "circle", "spirals", "moons"])
def test_classes_are_about_as_large(playground, name):
    points = np.array(playground.show(setting(data=name), True)["points"])
    assert 0.4 < points[:, 2].mean() < 0.6
    assert np.abs(points[:, :2]).max() < 6
    assert points[:, 3].sum() == 150


PROGRAMS = {
    "circle": {},
    "spirals, all features, dropout": {
        "data": "spirals",
        "features": ["x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)"],
        "layers": [layer(6, "relu", 0.2), layer(5, "gelu"), layer(4, "silu", 0.1)],
        "opt": "rmsprop",
        "noise": 0.1,
    },
    "regression, penalties": {
        "data": "hill",
        "task": "regression",
        "opt": "momentum",
        "lr": 0.01,
        "l1": 0.001,
        "l2": 0.01,
        "layers": [layer(5, "elu"), layer(3, "leaky")],
    },
    "own points, no hidden layer": {
        "data": "own",
        "own": [[1, 2, 1], [-1, -2.5, 0], [2, 1, 1], [-3, -1, 0], [0, 1.5, 1]],
        "layers": [],
        "opt": "adagrad",
        "batch": 100,
    },
    "linear and sigmoid, SGD": {
        "opt": "sgd",
        "layers": [layer(3, "sigmoid"), layer(2, "linear")],
    },
}


def run(code):
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return [float(number) for number in re.findall(r"loss (\S+)", done.stdout)]


@pytest.mark.native
@pytest.mark.torch
@pytest.mark.parametrize("case", PROGRAMS)
def test_both_programs_repeat_what_the_page_showed(playground, case):
    pytest.importorskip("torch")
    config = setting(**PROGRAMS[case])
    playground.show(config, True)
    playground.train(config, 25)
    playground.edit(config, 0, 0, 1, 0.75)
    config = {**config, "lr": config["lr"] / 2, "l2": 0.002}
    playground.train(config, 20)
    answer = playground.edit(config, 0, 0, None, -0.1)
    shown = [answer["trainLoss"], answer["testLoss"]]
    written = playground.code(config)
    assert f"{shown[0]:.6f}" in written["numpy"]
    for name in ("numpy", "torch"):
        assert run(written[name]) == pytest.approx(shown, abs=2e-6), name
