"""Does an explanation change when the network forgets? Layers of a LeNet-5 are shuffled from the last to the first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from book_code.data import Split
from book_code.experiments import _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.explain import cascade, rank_correlation
from book_code.explain.torch_explain import grad_cam, gradient, occlusion
from book_code.interop import from_torch, to_torch
from book_code.models.lenet.torch_model import LeNet5

TITLE = "Explanations of a network that forgets, layer by layer"
WAYS = {
    "saliency": "saliency",
    "gradcam": "Grad-CAM",
    "occlusion": "occlusion",
    "product": "gradient times picture",
}
LAYERS = ("none", "fc3", "fc2", "fc1", "conv2", "conv1")


@dataclass(frozen=True)
class Config(_sweep.Sweep):
    """A LeNet-5 learns from a part of MNIST; `pictures` test pictures are then explained, again and again.

    Before each time the weights of one layer more are shuffled within their arrays, the last layer's first (Adebayo
    et al. 2018 draw them anew). All explanations are of the class that the trained network chose. An occluding square
    covers `side` pixels each way and moves by `stride`.
    """

    dataset: str = "mnist"
    epochs: int = 4
    learning_rates: tuple[float, ...] = (3e-3,)
    pictures: int = 100
    side: int = 5
    stride: int = 2

    def quick(self) -> Config:
        """Few pictures to learn from and to explain."""
        return replace(
            self, train_size=500, test_size=500, epochs=1, pictures=8, stride=6, seeds=(0, 1)
        )


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train a network a seed, and explain it each time that it has forgotten one layer more."""
    progress.begin(len(config.seeds))
    runs, result = [], Result()
    for seed in config.seeds:
        runs.append(forget(config, seed, device))
        progress.step(f"seed {seed}")
    for measured in (*WAYS, "accuracy"):
        rows = [[found[measured] for found in one] for one in runs]
        name, unit = (
            (f"correlation_{measured}", "") if measured in WAYS else ("test_accuracy", "%")
        )
        columns = list(zip(LAYERS, zip(*rows, strict=True), strict=True))
        for layer, values in reversed(columns):
            result.add(f"{name}_{layer}", values, unit)
        result.add_series(name, range(len(LAYERS)), rows)
    describe(result)
    return result


@kept
def forget(config: Config, seed: int, device: str) -> list[dict[str, float]]:
    """What is measured on the trained network, and then with one shuffled layer more each time."""
    data = _sweep.images(config, seed)
    model: Any = _sweep.train(
        config, LeNet5, data, seed, rate=config.learning_rates[0], device=device
    ).model
    rng = np.random.default_rng(seed)
    shown = data.test.x[rng.permutation(len(data.test))[: config.pictures]]
    x = torch.from_numpy(shown).to(device)
    with torch.no_grad():
        chosen = model(x).argmax(1).cpu().numpy()
    first = explanations(config, model, x, chosen)
    found = [compare(first, first, model, data.test, device)]
    for _, state in cascade(from_torch(model), rng=rng):
        model.load_state_dict(to_torch(state), strict=True)
        again = explanations(config, model, x, chosen)
        found.append(compare(first, again, model, data.test, device))
    return found


def explanations(
    config: Config, model: nn.Module, x: Tensor, classes: np.ndarray
) -> dict[str, np.ndarray]:
    """For every way its maps, one a picture, each as fine as the way makes them."""
    slope = gradient(model, x, classes)
    maps = {
        "saliency": slope.abs().amax(dim=1),
        "gradcam": grad_cam(model, x, "conv2", classes),
        "occlusion": occlusion(model, x, classes, size=config.side, stride=config.stride),
        "product": (slope * x).abs().amax(dim=1),
    }
    return {way: found.cpu().numpy() for way, found in maps.items()}


def compare(
    first: dict[str, np.ndarray], again: dict[str, np.ndarray], model: nn.Module, test: Split, device: str
) -> dict[str, float]:  # fmt: skip
    """The mean rank correlation of both, way by way, and what the network still knows."""
    alike = {
        way: float(np.mean([correlation(a, b) for a, b in zip(first[way], again[way], strict=True)]))
        for way in WAYS
    }  # fmt: skip
    return alike | {"accuracy": _sweep.accuracy(model, test, device)}


def correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Spearman's; 0 where Grad-CAM finds nothing that speaks for the class: an empty map orders no pixels."""
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    return rank_correlation(first, second)


def describe(result: Result) -> None:
    """The table and the description."""
    result.tabulate(
        ["shuffled from the last layer down to", "accuracy", *WAYS.values()],
        [[layer, result.say(f"test_accuracy_{layer}", 1),
          *(result.say(f"correlation_{way}_{layer}") for way in WAYS)] for layer in LAYERS],
    )  # fmt: skip
    result.alt = (
        "Rank correlation of an explanation with the one of the trained network: "
        + "; ".join(
            f"{words}, {result.say(f'correlation_{way}_fc3')} with the last layer shuffled and "
            f"{result.say(f'correlation_{way}_conv1')} with all"
            for way, words in WAYS.items()
        )
        + f". The accuracy falls from {result.say('test_accuracy_none', 1)} to {result.say('test_accuracy_conv1', 1)}."
    )


def plot(result: Result) -> Any:
    """One line a way, over the layers that have been shuffled."""
    from book_code.experiments._draw import beside, curve, room, subplots

    figure, axes = subplots()
    labels = {}
    for look, (way, words) in enumerate(WAYS.items()):
        curve(axes, result, f"correlation_{way}", look)
        labels[look] = (result.mean(f"correlation_{way}_conv1"), words)
    axes.set_ylim(-0.2, 1.05)
    axes.set_xticks(range(len(LAYERS)), LAYERS)
    axes.set_xlabel("weights shuffled from the last layer down to")
    axes.set_ylabel("rank correlation with the explanation\nof the trained network")
    room(axes, 0.62)
    beside(axes, len(LAYERS) - 1, labels)
    return figure
