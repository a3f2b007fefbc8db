"""DCGAN against WGAN-GP: FID while they learn, by the size of a batch and of the code that pictures are made from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import torch
from torch import Tensor

from book_code.data import Dataset
from book_code.experiments import _fid, _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._makers import MAKERS, Maker
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "DCGAN against WGAN-GP: FID over time, size of the batch, size of the code"
MODELS = {"dcgan": "DCGAN", "wgan_gp": "WGAN-GP"}
AXES = {"batch": "size of the batch", "latent": "size of the code"}


@dataclass(frozen=True)
class Config(_fid.Judged):
    """Fashion-MNIST made small, 8 x 8 pixels, and narrow players of a convolution or two.

    A step of WGAN-GP has five of its critic, on fifths of the batch: it costs about as much as five of DCGAN, which
    therefore takes `times` as many. The rate of each is chosen by the FID on validation pictures, with batches of
    `batch_size` and codes of `latent` numbers, a seed that no result uses, and a share `trial` of the steps; every
    other setting has the same rate. FIDs on the way are those of validation pictures, the last is that of test
    pictures.
    """

    side: int = 8
    judge_pictures: int = 10_000
    made: int = 1_000
    neighbourhoods: int = 1_000
    rates: tuple[float, ...] = (5e-4, 2e-3)
    trial: float = 0.4
    steps: int = 180
    times: tuple[int, ...] = (5, 1)  # in the order of MODELS
    marks: int = 6
    width: int = 16
    batch_size: int = 32
    latent: int = 16
    batches: tuple[int, ...] = (8, 32, 128)
    latents: tuple[int, ...] = (1, 4, 16)
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Self:
        """Few settings, steps and pictures."""
        return replace(super().quick(), steps=4, times=(1, 1), marks=2, width=8, batches=(32, 10),
                       latents=(16, 2), seeds=(0, 1))  # fmt: skip


@dataclass
class Run:
    """FID and seconds of training at every mark, and what the test pictures say at the end."""

    fids: list[float]
    seconds: list[float]
    test: _fid.Scores


@dataclass
class Pictures:
    """Training pictures, the judge, and what it makes of validation and test pictures."""

    x: Tensor
    judge: _fid.Judge
    held: _fid.Seen
    test: _fid.Seen


def run(config: Config, device: str, progress: Progress) -> Result:
    """Choose the rates, then train every setting with every seed."""
    settings = sorted({(n, config.latent) for n in config.batches} | {(config.batch_size, n) for n in config.latents})  # fmt: skip
    progress.begin(1 + len(MODELS) * (len(config.rates) + len(settings) * len(config.seeds)))
    pictures = look(config, device, _fid.pictures(config))
    progress.step("the judge")
    result = Result()
    result.add("judge_accuracy", pictures.judge.accuracy, "%")
    result.add("fid_of_real_pictures", _fid.compare(config, pictures.test, pictures.held).fid)
    for label, times in zip(MODELS, config.times, strict=True):
        trials = {}
        for rate in config.rates:
            trials[rate] = short(config, pictures, label, rate, times)
            progress.step(f"{MODELS[label]}, rate {rate:g}")
        rate = min(trials, key=trials.__getitem__)
        result.add(f"learning_rate_{label}", rate)
        found = {}
        for batch, latent in settings:
            runs = []
            for seed in config.seeds:
                runs.append(train(config, pictures, label, rate, times, batch, latent, seed))
                progress.step(
                    f"{MODELS[label]}, {batch} a batch, code of {latent}, seed {seed}"
                )
            found[batch, latent] = runs
        report(config, result, label, times, found)
    describe(result, settings)
    return result


def look(config: Config, device: str, data: Dataset) -> Pictures:
    """Train the judge, and let it see the real pictures."""
    judge = _fid.train_judge(config, device, lambda: data)
    held, test = (judge.see(part.x[: config.made]) for part in (data.validation, data.test))
    return Pictures(torch.from_numpy(data.train.x).to(device), judge, held, test)


def maker(config: Config, pictures: Pictures, label: str, rate: float, latent: int) -> Maker:
    """Both players, as they begin."""
    sizes = replace(config, latent=latent)
    x = pictures.x
    return MAKERS[label](sizes, tuple(x.shape[1:]), 1, rate).to(str(x.device))


def steps(model: Maker, x: Tensor, batch: int, count: int) -> None:
    """So many steps on batches that are drawn."""
    model.model.train()
    for _ in range(count):
        rows = torch.randint(len(x), (batch,)).to(x.device)
        model.step(x[rows], rows)


@kept
def short(config: Config, pictures: Pictures, label: str, rate: float, times: int) -> float:
    """The FID on validation pictures after a share of the steps."""
    torch.manual_seed(_sweep.TUNING_SEED)
    model = maker(config, pictures, label, rate, config.latent)
    count = max(1, round(config.trial * times * config.steps))
    steps(model, pictures.x, config.batch_size, count)
    made = make(config, pictures, model, _sweep.TUNING_SEED)
    return _fid.compare(config, pictures.held, made).fid


@kept
def train(
    config: Config, pictures: Pictures, label: str, rate: float, times: int, batch: int, latent: int, seed: int
) -> Run:  # fmt: skip
    """Train with one setting; the pictures that are judged come from the same codes at every mark."""
    torch.manual_seed(seed)
    model = maker(config, pictures, label, rate, latent)
    device, fids, seconds, done = str(pictures.x.device), [], [0.0], 0
    made = pictures.held
    for mark in places(config, times):
        start = _sweep.clock(device)
        steps(model, pictures.x, batch, mark - done)
        seconds.append(seconds[-1] + _sweep.clock(device) - start)
        made, done = make(config, pictures, model, seed), mark
        fids.append(_fid.compare(config, pictures.held, made).fid)
    return Run(fids, seconds[1:], _fid.compare(config, pictures.test, made))


def places(config: Config, times: int) -> list[int]:
    """The steps after which pictures are judged."""
    return [
        max(1, round(times * config.steps * (i + 1) / config.marks))
        for i in range(config.marks)
    ]


@torch.no_grad()
def make(config: Config, pictures: Pictures, model: Maker, seed: int) -> _fid.Seen:
    """What the judge makes of pictures made."""
    device = pictures.x.device
    generator = torch.Generator(device).manual_seed(seed)
    made = model.make(torch.zeros(config.made, device=device), generator)
    return pictures.judge.see(made)


def report(
    config: Config, result: Result, label: str, times: int, found: dict[tuple[int, int], list[Run]]
) -> None:  # fmt: skip
    """FIDs of every setting, over time and by its sizes."""
    for (batch, latent), runs in found.items():
        name = f"{label}_{batch}_{latent}"
        result.add(f"test_fid_{name}", [one.test.fid for one in runs])
        for part in ("precision", "recall"):
            result.add(f"{part}_{name}", [100 * getattr(one.test, part) for one in runs], "%")
        result.add(f"seconds_{name}", [one.seconds[-1] for one in runs], "s")
    base = found[config.batch_size, config.latent]
    times_of_marks = zip(*(one.seconds for one in base), strict=True)
    result.add_series(
        f"fid_{label}", [sum(row) / len(row) for row in times_of_marks], [one.fids for one in base],
        x_label="training time (s)", y_label="FID (validation)",
    )  # fmt: skip
    result.add(f"steps_{label}", places(config, times)[-1])
    for axis, sizes in (("batch", config.batches), ("latent", config.latents)):
        groups = [found[(n, config.latent) if axis == "batch" else (config.batch_size, n)] for n in sorted(sizes)]  # fmt: skip
        rows = [[one.test.fid for one in seed] for seed in zip(*groups, strict=True)]
        result.add_series(f"fid_{label}_by_{axis}", sorted(sizes), rows, x_label=AXES[axis],
                          y_label="FID (test)")  # fmt: skip


def describe(result: Result, settings: list[tuple[int, int]]) -> None:
    """The table and the description."""
    digits = {"test_fid": 1, "precision": 0, "recall": 0, "seconds": 1}
    result.tabulate(
        ["model", *AXES.values(), "FID (own features)", "precision", "recall", "training time"],
        [[words, batch, latent,
          *(result.say(f"{m}_{label}_{batch}_{latent}", d) for m, d in digits.items())]
         for label, words in MODELS.items() for batch, latent in settings],
    )  # fmt: skip

    def said(label: str, axis: str) -> str:
        line = result.series[f"fid_{label}_by_{axis}"]
        pairs = zip(line["x"], line["mean"], strict=True)
        return ", ".join(f"{mean:.0f} at {x:g}" for x, mean in pairs)

    parts = "; ".join(
        f"of {words}, by the {name}: {said(label, axis)}"
        for axis, name in AXES.items() for label, words in MODELS.items()
    )  # fmt: skip
    ends = " and ".join(
        f"{words} from {result.series[f'fid_{label}']['mean'][0]:.0f} to {result.series[f'fid_{label}']['mean'][-1]:.0f}"
        for label, words in MODELS.items()
    )
    result.alt = (
        f"How far made pictures are from real ones ({_fid.REMARK}), over training time: {ends}. Below, at the end, on test pictures: {parts}. Real pictures "
        f"come to {result.say('fid_of_real_pictures', 1)}."
    )


def plot(result: Result) -> Any:
    """FID over time above; below, at the end, by the size of the batch and by that of the code."""
    import matplotlib.pyplot as plt

    from book_code.experiments._draw import curve, log_scale

    figure: Any = plt.figure(figsize=(6.1, 6.2))
    above, below = figure.subfigures(2, 1, height_ratios=(1, 1))
    axes, pair = above.subplots(), below.subplots(1, 2, sharey=True)
    for look, (label, words) in enumerate(MODELS.items()):
        curve(axes, result, f"fid_{label}", look, label=words)
        for one, axis in zip(pair, AXES, strict=True):
            curve(one, result, f"fid_{label}_by_{axis}", look, label=words)
    for one, axis in zip(pair, AXES, strict=True):
        log_scale(one.xaxis, result.series[f"fid_dcgan_by_{axis}"]["x"])
        one.set_xlabel(AXES[axis])
    log_scale(axes.yaxis, (5, 10, 20, 50, 100, 200))
    axes.set_xlabel("training time (s)")
    axes.set_ylabel("FID (validation)")
    axes.legend(loc="best")
    pair[0].set_ylabel("FID (test)")
    log_scale(pair[0].yaxis, (10, 20, 50, 100))
    return figure
