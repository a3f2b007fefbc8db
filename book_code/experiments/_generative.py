"""VAE, GANs and diffusion on the same pictures, judged by the same features: quality, diversity and time."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor

from book_code.data import Dataset
from book_code.experiments import _fid, _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._makers import MAKERS
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

MODELS = {
    "vae": "VAE",
    "gan": "GAN",
    "dcgan": "DCGAN",
    "wgan_gp": "WGAN-GP",
    "conditional_gan": "ConditionalGAN",
    "stylegan": "StyleGAN2",
    "ddpm": "DDPM",
}
ALL = MODELS | {"real": "other real pictures"}
SHOWN = 6  # pictures of each model in the figure
Source = Callable[[], Dataset] | None


@dataclass(frozen=True)
class Training(_fid.Judged):
    """Narrow models, few steps: `paces` times `steps` for each, so that all train about as long on a processor.

    The widths of all layers are multiples of `width`; `levels` to `draws` are the DDPM's: maps of each level in
    multiples of the width, residual blocks of a level, sides with attention, and steps of DDIM to make a picture.
    `average` is how much of the averaged weights of StyleGAN2 and DDPM stays at each step. Rates and paces were
    chosen on the validation split beforehand; the test split judges.
    """

    made: int = 1_000
    neighbourhoods: int = 1_000
    steps: int = 160
    paces: tuple[float, ...] = (14, 10, 4.5, 1.5, 8.5, 0.6, 1)  # in the order of MODELS
    # learning rates, in the same order
    step_sizes: tuple[float, ...] = (1e-3, 1e-3, 5e-4, 2e-3, 1e-3, 2e-3, 2e-3)
    batch_size: int = 32
    width: int = 16
    latent: int = 32
    levels: tuple[int, ...] = (1, 2)
    blocks: int = 1
    attention: tuple[int, ...] = ()
    draws: int = 15
    average: float = 0.98
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Self:
        """A few steps of models of least width."""
        return replace(super().quick(), steps=2, paces=(1,) * len(MODELS), width=8, draws=2,
                       seeds=(0, 1))  # fmt: skip


@dataclass(frozen=True)
class Large(Training):
    """Wider models and as many steps for each, at the papers' learning rates; still a fortieth of DDPM's steps."""

    side: int = 32
    judge_pictures: int = 45_000
    judge_epochs: int = 15
    made: int = 10_000
    neighbourhoods: int = 5_000
    steps: int = 20_000
    paces: tuple[float, ...] = (1,) * 7
    step_sizes: tuple[float, ...] = (1e-3, 2e-4, 2e-4, 1e-4, 2e-4, 2e-3, 2e-4)
    batch_size: int = 128
    width: int = 64
    latent: int = 64
    levels: tuple[int, ...] = (1, 2, 2)
    blocks: int = 2
    attention: tuple[int, ...] = (16,)
    draws: int = 100
    average: float = 0.999

    def quick(self) -> Self:
        """Less depth and smaller pictures, too."""
        return replace(super().quick(), side=16, levels=(1, 2), blocks=1, batch_size=20)


@dataclass
class Run:
    """What a trained model made (N, C, side, side), as bytes, and what it took."""

    made: np.ndarray
    steps: int
    seconds: float
    making_seconds: float
    parameters: int


def train_all(
    config: Training, device: str, progress: Progress, source: Source = None
) -> Result:
    """Train every model with every seed, and let the same judge look at what they make."""
    progress.begin(1 + len(MODELS) * len(config.seeds))
    data = _fid.pictures(config, source)
    judge = _fid.train_judge(config, device, lambda: data)
    progress.step("the judge")
    real = judge.see(data.test.x[: config.made])
    result = Result()
    for label, pace, rate in zip(MODELS, config.paces, config.step_sizes, strict=True):
        runs = []
        for seed in config.seeds:
            runs.append(train(config, data, label, seed, pace, rate, device))
            progress.step(f"{MODELS[label]}, seed {seed}")
        seen = [judge.see(pixels(run.made)) for run in runs]
        add(result, label, [_fid.compare(config, real, one) for one in seen])
        spend(result, label, runs)
        result.add(f"learning_rate_{label}", rate)
        show(result, label, runs[0].made)
        if label == "conditional_gan":
            by_class(config, result, data, judge, seen)
    others = data.validation.x[: config.made]
    add(result, "real", [_fid.compare(config, real, judge.see(others))])
    show(result, "real", (others * 255).round().astype(np.uint8))
    result.add("judge_accuracy", judge.accuracy, "%")
    describe(result)
    return result


@kept
def train(
    config: Training,
    data: Dataset,
    label: str,
    seed: int,
    pace: float,
    rate: float,
    device: str,
) -> Run:
    """Train one model on batches that are drawn, then let it make pictures of all classes in turn."""
    torch.manual_seed(seed)
    shape, classes = data.train.x.shape[1:], len(data.classes)
    maker = MAKERS[label](config, shape, classes, rate).to(device)
    x, y = torch.from_numpy(data.train.x).to(device), torch.from_numpy(data.train.y).to(device)
    steps, start = max(1, round(pace * config.steps)), _sweep.clock(device)
    for _ in range(steps):
        rows = torch.randint(len(x), (config.batch_size,)).to(device)
        maker.step(x[rows], y[rows])
    trained = _sweep.clock(device)
    labels = torch.arange(config.made, device=device) % classes
    generator = torch.Generator(device).manual_seed(seed)
    with torch.no_grad():
        made = torch.cat([maker.make(part, generator) for part in labels.split(500)])
    return Run(
        (made.clamp(0, 1) * 255).round().byte().cpu().numpy(), steps, trained - start,
        _sweep.clock(device) - trained, _sweep.parameters(maker.model),
    )  # fmt: skip


def pixels(made: np.ndarray) -> Tensor:
    """Bytes as numbers from 0 to 1."""
    return torch.from_numpy(made).float() / 255


def add(result: Result, label: str, scores: list[_fid.Scores]) -> None:
    """Keep what the judge says of one model."""
    result.add(f"fid_{label}", [one.fid for one in scores])
    for name in ("precision", "recall"):
        result.add(f"{name}_{label}", [100 * getattr(one, name) for one in scores], "%")
    result.add(f"score_{label}", [one.score for one in scores])


def spend(result: Result, label: str, runs: list[Run]) -> None:
    """Keep what training and making took."""
    result.add(f"steps_{label}", runs[0].steps)
    result.add(f"parameters_{label}", runs[0].parameters)
    result.add(f"seconds_{label}", [run.seconds for run in runs], "s")
    thousand = [1000 * run.making_seconds / len(run.made) for run in runs]
    result.add(f"making_seconds_{label}", thousand, "s")


def show(result: Result, label: str, made: np.ndarray) -> None:
    """Keep a few pictures for the figure: the first ones, not the best ones."""
    few = np.ascontiguousarray(made[:SHOWN])
    result.series[f"pictures_{label}"] = {
        "shape": list(few.shape), "bytes": base64.b64encode(few.tobytes()).decode(),
    }  # fmt: skip


def by_class(
    config: Training, result: Result, data: Dataset, judge: _fid.Judge, seen: list[_fid.Seen]
) -> None:
    """Each class that was asked for: how often it is recognized, its quality and its diversity."""
    count = len(data.classes)
    for label, words in enumerate(data.classes):
        name = words.lower().replace("/", "_").replace("-", "_").replace(" ", "_")
        made = [
            _fid.Seen(one.features[label::count], one.probabilities[label::count])
            for one in seen
        ]
        like = data.test.x[data.test.y == label][: len(made[0].features)]
        real = judge.see(like)
        shares = [100 * float((one.probabilities.argmax(1) == label).mean()) for one in made]
        result.add(f"recognized_{name}", shares, "%")
        scores = [_fid.compare(config, real, one) for one in made]
        result.add(f"class_precision_{name}", [100 * one.precision for one in scores], "%")
        result.add(f"class_recall_{name}", [100 * one.recall for one in scores], "%")
    every = [one.probabilities.argmax(1) for one in seen]
    asked = np.arange(config.made) % count
    result.add("recognized", [100 * float((one == asked).mean()) for one in every], "%")


def order(result: Result) -> list[str]:
    """The models, the nearest to real pictures first."""
    return sorted(MODELS, key=lambda label: result.mean(f"fid_{label}"))


def describe(result: Result) -> None:
    """The table, the nearest model first, and the description."""
    rows = []
    for label in order(result):
        rows.append([MODELS[label], result.say(f"fid_{label}", 1),
                     *(result.say(f"{name}_{label}", 0) for name in ("precision", "recall")),
                     result.say(f"score_{label}", 1), f"{result.mean(f'steps_{label}'):,}",
                     result.say(f"seconds_{label}", 0), result.say(f"making_seconds_{label}", 2),
                     f"{result.mean(f'parameters_{label}'):,}"])  # fmt: skip
    found = [result.say(f"{name}_real", 0) for name in ("precision", "recall")]
    rows.append([ALL["real"], result.say("fid_real", 1), *found, result.say("score_real", 1),
                 "", "", "", ""])  # fmt: skip
    result.tabulate(
        ["pictures by", "FID (own features)", "precision", "recall", "Inception score (own features)", "steps",
         "training time", "time to make 1,000", "parameters"],
        rows,
    )  # fmt: skip
    said = ", ".join(f"{MODELS[k]} {result.say(f'fid_{k}', 1)}" for k in order(result))
    result.alt = (
        f"Distance of made pictures from real ones (FID of the book's own features, not comparable to Inception's), "
        f"the nearest first: {said}; other real pictures {result.say('fid_real', 1)}. Beside each model the first "
        f"{SHOWN} pictures that it made. ConditionalGAN's pictures are recognized as the class asked for in "
        f"{result.say('recognized', 0)}."
    )


def draw(result: Result) -> Any:
    """Distances on the left, pictures beside them; quality against diversity below."""
    import matplotlib.pyplot as plt

    from book_code.experiments._draw import dots, log_scale

    figure: Any = plt.figure(figsize=(6.1, 7.4))
    above, below = figure.subfigures(2, 1, height_ratios=(4, 3))
    left, right = above.subplots(1, 2, width_ratios=(1, 1.4))
    rows = [*order(result), "real"]
    dots(left, result, {f"fid_{k}": ALL[k] for k in rows})
    log_scale(left.xaxis)
    left.set_xlabel("FID of the book's own features")
    for row, label in enumerate(rows):
        strip(right, result.series[f"pictures_{label}"], row)
    right.set_xlim(0, SHOWN)
    right.set_ylim(left.get_ylim())
    right.axis("off")
    right.set_title(f"the first {SHOWN} pictures made")
    trade_off(below.subplots(), result, rows)
    return figure


def unpacked(kept_pictures: dict[str, Any]) -> np.ndarray:
    """The pictures that `show` kept, (n, C, side, side)."""
    data = np.frombuffer(base64.b64decode(kept_pictures["bytes"]), np.uint8)
    return data.reshape(kept_pictures["shape"])


def strip(axes: Any, kept_pictures: dict[str, Any], row: int) -> None:
    """A few pictures side by side at the height of a row."""
    made = unpacked(kept_pictures).transpose(0, 2, 3, 1)  # (n, side, side, C)
    joined = np.concatenate(list(made), axis=1)
    if joined.shape[2] == 1:
        joined = joined.repeat(3, axis=2)
    extent = (0, len(made), row + 0.42, row - 0.42)
    axes.imshow(joined, extent=extent, interpolation="none", aspect="auto")


def trade_off(axes: Any, result: Result, rows: list[str]) -> None:
    """Quality against diversity, with one standard deviation each way."""
    from book_code.plotting import CYCLE, INK, INK_SOFT

    looks = [*CYCLE, {"color": INK, "marker": "P"}]
    for label, look in zip(rows, [*looks, {"color": INK_SOFT, "marker": "X"}], strict=True):
        axes.errorbar(
            result.mean(f"recall_{label}"), result.mean(f"precision_{label}"),
            xerr=result.sd(f"recall_{label}"), yerr=result.sd(f"precision_{label}"), capsize=2.5,
            label=ALL[label], **(look | {"linestyle": "none"}),
        )  # fmt: skip
    axes.set_xlabel("diversity (recall, %)")
    axes.set_ylabel("quality (precision, %)")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), title="nearest first")
