"""From the edges of a picture to the picture: learned from pairs, or from two heaps without pairs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from book_code.data import Split, load
from book_code.experiments import _fid, _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.cyclegan import torch_model as cyclegan
from book_code.models.cyclegan.config import CycleGANConfig
from book_code.models.cyclegan.pool import ImagePool
from book_code.models.pix2pix import torch_model as pix2pix
from book_code.models.pix2pix.config import Pix2PixConfig

WAYS = {
    "distance": "U-Net, pairs",
    "pix2pix": "Pix2Pix, pairs",
    "cyclegan": "CycleGAN, no pairs",
}
UNITS = {"distance": "", "accuracy": "%", "fid": ""}
ROWS = {"edges": "edges", **WAYS, "true": "true picture"}


@dataclass(frozen=True)
class Training(_fid.Judged):
    """Every way sees `pictures` edges and as many photographs: partners, or for CycleGAN strangers.

    The U-Net is Pix2Pix's generator without its judge: it learns by the mean absolute error alone. Each way takes the
    learning rate whose short run comes nearest to the validation pictures; the rate falls to zero over the second half
    of the steps. A classifier that has learned from true pictures tells what is made of `made` held-out edges.
    """

    threshold: float = 1.0  # of the slope (Sobel) that counts as an edge
    pictures: int = 10_000
    channels: int = 8
    downs: int = 3
    blocks: int = 2
    layers: int = 1
    dropout: float = 0.0
    steps: int = 1_200
    tuning_steps: int = 250
    batch_size: int = 8
    rates: tuple[float, ...] = (1e-3, 3e-3)
    shown: int = 8
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Self:
        """Few pictures and steps."""
        return replace(super().quick(), side=16, pictures=64, channels=4, blocks=1, downs=3, layers=1, steps=4,
                       tuning_steps=2, batch_size=4, seeds=(0, 1))  # fmt: skip


@dataclass
class Pictures:
    """Edges and the photographs that they were taken from, pixels from -1 to 1, with labels."""

    edges: Tensor
    photos: Tensor
    labels: Tensor


@dataclass
class Run:
    """What one trained way came to, and what it made of the first edges."""

    found: dict[str, float]
    seconds: float
    parameters: int
    made: np.ndarray


def compare(config: Training, device: str, progress: Progress) -> Result:
    """Train the judge, choose each way's rate on the validation pictures, then train it once a seed."""
    data = load(config.dataset)
    progress.begin(1 + len(WAYS) * (len(config.rates) + len(config.seeds)))
    judge = _fid.train_judge(config, device)
    progress.step("the classifier that judges")
    train = prepare(config, data.train.take(slice(2 * config.pictures)), device)
    validation = prepare(config, data.validation.take(slice(config.made)), device)
    test = prepare(config, data.test.take(slice(config.made)), device)
    real = judge.see((validation.photos + 1) / 2)
    learning = partial(learn, config, train=train, judge=judge, real=real, device=device)
    runs: dict[str, list[Run]] = {}
    result = Result()
    for way, words in WAYS.items():
        found = {}
        for rate in config.rates:
            short = learning(
                way, _sweep.TUNING_SEED, rate, config.tuning_steps, held=validation
            )
            found[rate] = short.found["distance"]
            progress.step(f"{words}, learning rate {rate:g}")
        best = min(found, key=found.__getitem__)
        result.add(f"learning_rate_{way}", best)
        runs[way] = []
        for seed in config.seeds:
            runs[way].append(learning(way, seed, best, config.steps, held=test))
            progress.step(f"{words}, seed {seed}")
    shown = {way: group[0].made for way, group in runs.items()}
    for label, pictures in (("edges", test.edges), ("true", test.photos)):
        add(result, label, [scores(config, judge, real, pictures, test)])
        shown[label] = pictures[: config.shown].cpu().numpy()
    report(result, runs, shown)
    return result


def prepare(config: Training, split: Split, device: str) -> Pictures:
    """Edges where the slope is steep, found at full size; then both made `side` pixels wide."""
    x = torch.from_numpy(split.x)
    across = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])[None, None]
    slope = torch.hypot(F.conv2d(x, across, padding=1), F.conv2d(x, across.mT, padding=1))
    both = [(slope > config.threshold).float().numpy(), split.x]
    edges, photos = (
        torch.from_numpy(2 * _fid.resized(part, config.side) - 1).to(device) for part in both
    )
    return Pictures(edges, photos, torch.from_numpy(split.y).to(device))


@kept
def learn(
    config: Training, way: str, seed: int, rate: float, steps: int, *, train: Pictures, held: Pictures,
    judge: _fid.Judge, real: _fid.Seen, device: str,
) -> Run:  # fmt: skip
    """Train one way, then compare what it makes of held-out edges with the photographs."""
    torch.manual_seed(seed)
    rng, start = np.random.default_rng(seed), _sweep.clock(device)
    model: Any = network(config, way).to(device)
    make = model.g if way == "cyclegan" else model.generator
    judges = [p for name, p in model.named_parameters() if name.startswith("d")]
    makers = [p for name, p in model.named_parameters() if not name.startswith("d")]
    optimizers = [torch.optim.Adam(part, rate, betas=(0.5, 0.999)) for part in (makers, judges)]
    pools = [ImagePool(50, rng=rng), ImagePool(50, rng=rng)]
    for step in range(steps):
        for optimizer in optimizers:
            optimizer.param_groups[0]["lr"] = rate * min(1.0, 2 * (1 - step / steps))
        edges, photos = batch(config, way, train, rng)
        if way == "cyclegan":
            cyclegan.train_step(model, edges, photos, optimizers, pools)
        elif way == "pix2pix":
            pix2pix.train_step(model, edges, photos, optimizers[1], optimizers[0])
        else:
            optimizers[0].zero_grad()
            F.l1_loss(model(edges), photos).backward()
            optimizers[0].step()
    seconds = _sweep.clock(device) - start
    made = translate(make, held.edges)
    return Run(scores(config, judge, real, made, held), seconds, _sweep.parameters(make),
               made[: config.shown].cpu().numpy())  # fmt: skip


def network(config: Training, way: str) -> nn.Module:
    """Both networks of Pix2Pix, or all four of CycleGAN, for grey pictures."""
    if way == "cyclegan":
        return cyclegan.CycleGAN(
            CycleGANConfig(image_size=config.side, x_channels=1, y_channels=1, channels=config.channels,
                           blocks=config.blocks, layers=config.layers, identity=0.0)
        )  # fmt: skip
    return pix2pix.Pix2Pix(
        Pix2PixConfig(image_size=config.side, in_channels=1, out_channels=1, channels=config.channels,
                      downs=config.downs, layers=config.layers, dropout=config.dropout)
    )  # fmt: skip


def batch(
    config: Training, way: str, train: Pictures, rng: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Edges of the first half of the pictures, with their own photographs or with any of the other half."""
    half = len(train.photos) // 2
    rows, others = torch.from_numpy(rng.integers(0, half, (2, config.batch_size)))
    return train.edges[rows], train.photos[half + others if way == "cyclegan" else rows]


@torch.no_grad()
def translate(make: nn.Module, edges: Tensor) -> Tensor:
    """The photographs that a generator makes of edges."""
    make.eval()
    return torch.cat([make(part) for part in edges.split(500)])


def scores(
    config: Training, judge: _fid.Judge, real: _fid.Seen, made: Tensor, held: Pictures
) -> dict[str, float]:
    """How near pictures are to the true ones, how many are recognized, and how they are spread.

    The distance is the mean absolute error of a pixel, where 0 is black and 1 is white.
    """
    seen = judge.see((made + 1) / 2)
    right = seen.probabilities.argmax(1) == held.labels.cpu().numpy()
    return {
        "distance": F.l1_loss(made, held.photos).item() / 2,
        "accuracy": 100 * float(right.mean()),
        "fid": _fid.compare(config, real, seen).fid,
    }


def add(result: Result, label: str, found: list[dict[str, float]]) -> None:
    """What was found on the test pictures."""
    for metric, unit in UNITS.items():
        result.add(f"test_{metric}_{label}", [one[metric] for one in found], unit)


def report(result: Result, runs: dict[str, list[Run]], shown: dict[str, np.ndarray]) -> None:
    """Distances, accuracies, times, and the first pictures."""
    for way, group in runs.items():
        add(result, way, [run.found for run in group])
        result.add(f"seconds_{way}", [run.seconds for run in group], "s")
        result.add(f"parameters_{way}", group[0].parameters)
    for label, pictures in shown.items():
        grey = (127.5 * (pictures + 1)).round().clip(0, 255).astype(int)
        rows = [picture.ravel().tolist() for picture in grey]
        result.add_series(f"pictures_{label}", range(len(rows[0])), rows, x_label="pixel",
                          y_label="brightness (0 to 255)")  # fmt: skip
    describe(result)


def describe(result: Result) -> None:
    """The table and the description."""
    result.tabulate(
        ["picture", "distance to the true picture", "recognized", "FID", "parameters of the generator",
         "training time"],
        [
            [words, result.say(f"test_distance_{label}", 3), result.say(f"test_accuracy_{label}", 1),
             result.say(f"test_fid_{label}", 1),
             f"{result.mean(f'parameters_{label}'):,}" if label in WAYS else "",
             result.say(f"seconds_{label}", 0) if label in WAYS else ""]
            for label, words in ROWS.items()
        ],
    )  # fmt: skip
    said = "; ".join(
        f"{words} {result.say(f'test_distance_{label}', 3)}, {result.say(f'test_accuracy_{label}', 1)} and "
        f"{result.say(f'test_fid_{label}', 1)}"
        for label, words in ROWS.items()
    )
    result.alt = (
        "Above, for held-out clothes, their edges, what three networks make of them, and the true pictures. Below, "
        "every seed a dot, the mean absolute error of a pixel, the share that a classifier recognizes, and the FID "
        f"({_fid.REMARK}): {said}."
    )


def draw(result: Result) -> Any:
    """The first pictures, a row a way; below, what was measured on all held-out pictures."""
    from book_code.experiments._draw import dots, subplots

    figure, axes = subplots(nrows=4, figsize=(6.1, 10.2), height_ratios=(6, 4, 5, 5))
    rows = []
    for label in ROWS:
        pictures = np.array(result.series[f"pictures_{label}"]["values"])
        side = round(pictures.shape[1] ** 0.5)
        rows.append(np.hstack(list(pictures.reshape(-1, side, side))))
    axes[0].imshow(np.vstack(rows), cmap="gray", vmin=0, vmax=255, interpolation="none")
    axes[0].set_yticks(side * (np.arange(len(ROWS)) + 0.5) - 0.5, list(ROWS.values()))
    axes[0].set_xticks([])
    axes[0].grid(visible=False)
    axes[0].tick_params(length=0)
    axes[0].spines[:].set_visible(False)
    labels = {
        "distance": "mean absolute error of a pixel: less is better",
        "accuracy": "recognized by a classifier (%): more is better",
        "fid": "FID of the book's own features: less is better",
    }
    for place, (metric, words) in zip(axes[1:], labels.items(), strict=True):
        names = {k: v for k, v in ROWS.items() if metric != "distance" or k != "true"}
        digits = 3 if metric == "distance" else 1
        dots(place, result, {f"test_{metric}_{k}": v for k, v in names.items()}, digits=digits)
        place.set_xlabel(words)
    return figure
