"""The shared loop: two processes give the losses of one, and it learns as the plain loop does."""

import json
import subprocess
import sys
from functools import partial

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("lightning_fabric")

from book_code.data import load  # noqa: E402
from book_code.experiments import __main__ as cli  # noqa: E402
from book_code.experiments import _loop, _runner  # noqa: E402
from book_code.models.mlp.config import MLPConfig  # noqa: E402
from book_code.models.mlp.torch_model import MLP  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

PROGRAM = """
import json, sys
from functools import partial
from book_code.data import load
from book_code.experiments import _loop
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.torch_model import MLP
import torch

torch.set_num_threads(1)
data = load("digits")
network = partial(MLP, MLPConfig(in_features=64, hidden=(32,)))
fitted = _loop.fit(network, data, device="cpu", seed=3, epochs=3, batch_size=int(sys.argv[1]), rate=1e-2)
fabric = _loop.processes("cpu")
weights = [p.detach().double().sum().item() for p in fitted.model.parameters()]
if fabric.global_rank == 0:
    print("FOUND " + json.dumps({"world": fabric.world_size, "loss": fitted.train_loss,
                                 "accuracy": fitted.validation_accuracy, "weights": weights}))
"""


def trained(tmp_path, processes, batch_size):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    command = [sys.executable, str(program), str(batch_size)]
    if processes > 1:
        start = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
        command[1:1] = start
    answer = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert answer.returncode == 0, answer.stderr[-2000:]
    (line,) = [line for line in answer.stdout.splitlines() if line.startswith("FOUND ")]
    return json.loads(line.removeprefix("FOUND "))


def test_two_processes_give_the_losses_of_one(tmp_path):
    """In minibatches of 37, so that one process has a row more than the other."""
    one, two = trained(tmp_path, 1, 37), trained(tmp_path, 2, 37)
    assert (one["world"], two["world"]) == (1, 2)
    assert two["loss"] == pytest.approx(one["loss"], rel=2e-5)
    assert two["weights"] == pytest.approx(one["weights"], rel=1e-3, abs=1e-3)
    assert two["accuracy"] == pytest.approx(one["accuracy"], abs=0.4)
    assert one["loss"][-1] < 0.8 * one["loss"][0]


def test_the_weights_make_the_mean_of_the_processes_that_of_the_minibatch():
    values = torch.arange(7.0) ** 2

    class Companion:
        world_size = 3

    means = []
    for Companion.global_rank in range(3):
        rows, weight = _loop.share(len(values), Companion)
        means.append(weight * values[rows].mean())
    assert torch.stack(means).mean() == pytest.approx(values.mean())
    assert _loop.share(2, Companion) == (slice(None), 1.0)


def test_the_same_seed_gives_the_same_network():
    network = partial(MLP, MLPConfig(in_features=64, hidden=(8,)))
    settings = {"device": "cpu", "epochs": 1, "batch_size": 64, "rate": 1e-2}
    one, again, other = (
        _loop.fit(network, load("digits"), seed=seed, **settings) for seed in (0, 0, 1)
    )
    assert one.train_loss == again.train_loss != other.train_loss


def test_augmented_pictures_reach_the_network():
    seen = []

    def blank(x, rng):
        seen.append(len(x))
        return torch.zeros_like(x)

    network = partial(MLP, MLPConfig(in_features=64, hidden=()))
    data = load("digits")
    fitted = _loop.fit(
        network, data, device="cpu", seed=0, epochs=1, batch_size=100, rate=1e-2, augment=blank
    )
    assert sum(seen) == len(data.train)
    assert fitted.train_loss[0] == pytest.approx(np.log(10), abs=0.15)


def test_the_command_starts_its_companions(monkeypatch):
    started = []
    answer = subprocess.CompletedProcess([], 7)
    monkeypatch.setattr(
        cli.subprocess, "run", lambda command, **_: started.append(command) or answer
    )
    assert cli.main(["mlp_examples", "--quick", "--devices", "2"]) == 7
    assert "--nproc-per-node=2" in started[0]
    assert started[0][-4:] == ["mlp_examples", "--quick", "--devices", "2"]


def test_only_what_trains_with_the_loop_shares_its_work():
    assert _runner.shares_work("mlp_examples")
    assert not _runner.shares_work("perceptron_margin")
