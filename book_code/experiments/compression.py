"""How small a network may be: fewer bits, fewer weights, and a pupil that learns from its teacher."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from book_code.compression.pruning import apply_masks, magnitude_masks
from book_code.compression.torch_compression import distillation, quantize_model
from book_code.data import Dataset, Split
from book_code.experiments import _small, _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.torch_model import MLP

TITLE = "Fewer bits, fewer weights, a smaller network"
PUPILS = {"alone": "pupil, labels only", "distilled": "pupil, taught", "teacher": "teacher"}


@dataclass(frozen=True)
class Config:
    """An MLP of two hidden layers on the 8 x 8 digits.

    Weights are rounded after training; pruned by magnitude over all layers, at once, then trained
    for a few epochs more; the pupil has one narrow hidden layer, the teacher is the whole network.
    """

    dataset: str = "digits"
    train_size: int = 1_197
    hidden: tuple[int, ...] = (64, 64)
    bits: tuple[int, ...] = (8, 6, 5, 4, 3, 2)
    pruned: tuple[int, ...] = (0, 50, 70, 80, 90, 95, 98)
    pupil: tuple[int, ...] = (6,)
    temperature: float = 4.0
    weight: float = 0.9
    epochs: int = 20
    more_epochs: int = 5
    batch_size: int = 32
    rate: float = 3e-3
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)

    def quick(self) -> Config:
        """Few pictures, epochs and amounts."""
        return replace(self, train_size=200, bits=(8, 2), pruned=(0, 90), epochs=3, more_epochs=1,
                       seeds=(0, 1))  # fmt: skip


def learn(
    model: nn.Module, split: Split, epochs: int, config: Config, seed: int,
    teacher: nn.Module | None = None, masks: Any = None,
) -> nn.Module:  # fmt: skip
    """Adam; with a teacher by its probabilities, with masks only what is not pruned."""
    rng = np.random.default_rng(seed)
    x, y = (torch.from_numpy(array) for array in split)
    optimizer = torch.optim.Adam(model.parameters(), config.rate)
    with torch.no_grad():
        said = None if teacher is None else teacher(x)
    for _ in range(epochs):
        for rows in torch.from_numpy(rng.permutation(len(y))).split(config.batch_size):
            scores = model(x[rows])
            if said is None:
                loss = cross_entropy(scores, y[rows])
            else:
                loss = distillation(
                    scores, said[rows], y[rows], config.temperature, config.weight
                )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if masks is not None:
                put(model, apply_masks(arrays(model), masks))
    return model


def arrays(model: nn.Module) -> dict[str, np.ndarray]:
    """The weights as arrays."""
    return {name: value.numpy().copy() for name, value in model.state_dict().items()}


def put(model: nn.Module, state: dict[str, np.ndarray]) -> None:
    """Load arrays."""
    model.load_state_dict({name: torch.from_numpy(value) for name, value in state.items()})


def network(config: Config, data: Dataset, hidden: tuple[int, ...]) -> MLP:
    """An MLP for the pictures."""
    return MLP(MLPConfig(in_features=data.train.x[0].size, hidden=hidden))


def kilobytes(model: nn.Module, bits: int) -> float:
    """What the parameters take when the integers are packed to their bits."""
    sizes = [value.numel() * (bits / 8 if value.dtype == torch.int8 else value.element_size())
             for value in model.state_dict().values()]  # fmt: skip
    return sum(sizes) / 1_000


@kept
def measure(config: Config, seed: int) -> dict[str, float]:
    """Train one teacher and make it small in every way; accuracies on the test split, sizes."""
    torch.manual_seed(seed)
    data = _small.draw(config.dataset, seed, config.train_size)
    teacher = learn(
        network(config, data, config.hidden), data.train, config.epochs, config, seed
    )
    found = {"test_accuracy_teacher": _sweep.accuracy(teacher, data.test, "cpu"),
             "kilobytes_32": kilobytes(teacher, 32)}  # fmt: skip
    for bits in config.bits:
        rounded = quantize_model(teacher, bits)
        found[f"test_accuracy_bits_{bits}"] = _sweep.accuracy(rounded, data.test, "cpu")
        found[f"kilobytes_{bits}"] = kilobytes(rounded, bits)
    for percent in config.pruned:
        masks = magnitude_masks(arrays(teacher), percent / 100)
        less = network(config, data, config.hidden)
        put(less, apply_masks(arrays(teacher), masks))
        found[f"test_accuracy_pruned_{percent}"] = _sweep.accuracy(less, data.test, "cpu")
        learn(less, data.train, config.more_epochs, config, seed, masks=masks)
        found[f"test_accuracy_tuned_{percent}"] = _sweep.accuracy(less, data.test, "cpu")
    for name, guide in (("alone", None), ("distilled", teacher)):
        torch.manual_seed(seed)
        pupil = network(config, data, config.pupil)
        learn(pupil, data.train, config.epochs, config, seed, teacher=guide)
        found[f"test_accuracy_{name}"] = _sweep.accuracy(pupil, data.test, "cpu")
    found["kilobytes_pupil"] = kilobytes(pupil, 32)
    return found


def run(config: Config, device: str, progress: Progress) -> Result:
    """Every seed has its own teacher; all of it runs on the CPU."""
    progress.begin(len(config.seeds))
    runs = []
    for seed in config.seeds:
        runs.append(measure(config, seed))
        progress.step(f"seed {seed}")
    result = Result()
    for name in runs[0]:
        unit = "kB" if name.startswith("kilobytes") else "%"
        values = [one[name] for one in runs]
        result.add(name, values[0] if unit == "kB" else values, unit)
    for series, places, label in (("bits", config.bits, "bits of a weight"),
                                  ("pruned", config.pruned, "weights removed (%)"),
                                  ("tuned", config.pruned, "weights removed (%)")):  # fmt: skip
        rows = [[one[f"test_accuracy_{series}_{place}"] for place in places] for one in runs]
        result.add_series(series, places, rows, x_label=label, y_label="test accuracy (%)")
    describe(result, config)
    return result


def describe(result: Result, config: Config) -> None:
    """The table and the description."""
    rows = [
        [
            "teacher, 32 bits",
            result.say("kilobytes_32", 1),
            result.say("test_accuracy_teacher", 1),
        ]
    ]
    rows += [[f"{bits} bits", result.say(f"kilobytes_{bits}", 1), result.say(f"test_accuracy_bits_{bits}", 1)]
             for bits in config.bits]  # fmt: skip
    rows += [
        [f"{p} % of the weights removed{words}", "", result.say(f"test_accuracy_{name}_{p}", 1)]
        for p in config.pruned
        for name, words in (("pruned", ""), ("tuned", ", trained on"))
    ]
    rows += [[PUPILS[name], result.say("kilobytes_pupil", 1), result.say(f"test_accuracy_{name}", 1)]
             for name in ("alone", "distilled")]  # fmt: skip
    result.tabulate(["network", "size", "test accuracy"], rows)
    few, most = config.bits[-1], config.pruned[-1]
    result.alt = (
        f"Test accuracy of a network made smaller; whole, it has {result.say('test_accuracy_teacher', 1)}. With {few} "
        f"bits a weight {result.say(f'test_accuracy_bits_{few}', 1)}. With {most} % of the weights removed "
        f"{result.say(f'test_accuracy_pruned_{most}', 1)}, trained on "
        f"{result.say(f'test_accuracy_tuned_{most}', 1)}. A pupil with labels only "
        f"{result.say('test_accuracy_alone', 1)}, taught {result.say('test_accuracy_distilled', 1)}."
    )


def plot(result: Result) -> Any:
    """Accuracy by bits, by the share of weights removed, and that of the pupils."""
    from book_code.experiments._draw import curve, dots, subplots

    figure, axes = subplots(nrows=2, ncols=2, figsize=(6.1, 5.4), height_ratios=(3, 2))
    bits, pruned = axes[0]
    curve(bits, result, "bits")
    bits.set_xticks(result.config["bits"])
    bits.invert_xaxis()
    bits.set_xlabel("bits of a weight")
    bits.set_ylabel("test accuracy (%)")
    curve(pruned, result, "pruned", 1, label="at once")
    curve(pruned, result, "tuned", 2, label="trained on")
    pruned.set_xlabel("weights removed (%)")
    pruned.legend(loc="lower left")
    grid = axes[1][0].get_gridspec()
    for each in axes[1]:
        each.remove()
    below = figure.add_subplot(grid[1, :])
    dots(below, result, {f"test_accuracy_{name}": words for name, words in PUPILS.items()})
    below.set_xlabel("test accuracy (%)")
    return figure
