"""MLPs of growing width, and of growing depth, on MNIST."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from torch import nn

from book_code.experiments import _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.torch_model import MLP

TITLE = "What width and depth buy an MLP"


@dataclass(frozen=True)
class Config(_sweep.Sweep):
    """ReLU networks on a share of MNIST; the width at one hidden layer, the depth at one width."""

    dataset: str = "mnist"
    epochs: int = 5
    learning_rates: tuple[float, ...] = (1e-3, 4e-3)
    widths: tuple[int, ...] = (2, 8, 32, 128, 512)
    depths: tuple[int, ...] = (0, 1, 2, 4, 8, 16)
    depth_width: int = 32


def settings(config: Config) -> dict[str, tuple[int, ...]]:
    """The hidden layers of every network; one hidden layer of `depth_width` serves both rows."""
    wide = {f"w{width}": (width,) for width in config.widths}
    deep = {f"d{depth}": (config.depth_width,) * depth for depth in config.depths}
    return wide | deep


def from_he(config: MLPConfig) -> MLP:
    """The network with He's start in place of PyTorch's default."""
    model = MLP(config)
    for layer in model.layers:
        assert isinstance(layer, nn.Linear)
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        nn.init.zeros_(layer.bias)
    return model


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train at each width and at each depth, and the deepest once more from He's start."""
    networks: dict[str, _sweep.Network] = {
        k: partial(MLP, MLPConfig(hidden=v)) for k, v in settings(config).items()
    }
    deepest = (config.depth_width,) * config.depths[-1]
    networks["he"] = partial(from_he, MLPConfig(hidden=deepest))
    runs = _sweep.compare(config, networks, device, progress)
    result = Result()
    _sweep.report(result, runs, MLPConfig().input_shape)
    words = {
        k: " + ".join(map(str, v)) if len(v) < 3 else f"{len(v)} of {v[0]}"
        for k, v in settings(config).items()
    }
    words["d0"] = "none"
    words["he"] = f"{words[f'd{config.depths[-1]}']}, from He's start"
    for label, group in runs.items():
        result.add(f"training_loss_{label}", [run.train_loss[-1] for run in group])
    _sweep.tabulate(result, words, "hidden units")
    result.alt = (
        "Test accuracy on MNIST. Left, one hidden layer, by its width: "
        + _list(result, "w", config.widths)
        + f". Right, hidden layers of {config.depth_width} units, by their number: "
        + _list(result, "d", config.depths)
        + "."
    )
    return result


def _list(result, letter, sizes):
    return ", ".join(
        f"{result.say(f'test_accuracy_{letter}{size}', 1)} with {size}" for size in sizes
    )


def plot(result: Result) -> Any:
    """Accuracy against width on the left, against depth on the right."""
    from book_code.experiments._draw import log_scale, spread, subplots

    figure, (left, right) = subplots(ncols=2, sharey=True)
    widths, depths = result.config["widths"], result.config["depths"]
    spread(left, result, widths, [f"test_accuracy_w{w}" for w in widths])
    spread(right, result, depths, [f"test_accuracy_d{d}" for d in depths], look=1)
    log_scale(left.xaxis, widths)
    left.set_xlabel("units in one hidden layer")
    right.set_xlabel(f"hidden layers of {result.config['depth_width']}")
    right.set_xticks(depths)
    left.set_ylabel("test accuracy (%)")
    return figure
