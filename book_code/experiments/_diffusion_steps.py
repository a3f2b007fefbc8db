"""How many steps a diffusion model needs for a picture, and what the moving average of its weights is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from book_code.data import Dataset
from book_code.experiments import _fid, _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.ddpm.config import DDPMConfig
from book_code.models.ddpm.torch_model import DDPM, diffusion_loss, sample

SAMPLERS = {"ddim": "DDIM", "ddpm": "DDPM"}
ETA = {"ddim": 0.0, "ddpm": 1.0}  # the share of the noise that is drawn anew at every step
WEIGHTS = {"average": "moving average", "last": "last weights"}
FEW_STEPS = (
    "J. Song et al. (2021), arXiv:2010.02502, table 1",
    13.36,
    41.07,
)  # 10 of DDIM, of DDPM
NO_AVERAGE = ("P. Esser, pytorch_diffusion, readme (weights of arXiv:2006.11239)", 3.21, 12.14)


@dataclass(frozen=True)
class Training(_fid.Judged):
    """One model a seed, trained with a steady rate, and an exponential moving average (EMA) of its weights beside.

    `made` pictures come out of each number of steps in `counts`, by DDIM (nothing is drawn on the way) and by DDPM
    (eta = 1: as much noise is drawn as the steps that were left out would have). `marks` times on the way the last
    weights are put beside their average, on validation pictures, by DDIM with `mark_steps` steps. The rate is chosen
    by the error of the noise that a short run finds in validation pictures.
    """

    train_size: int = 55_000
    channels: int = 16
    multipliers: tuple[int, ...] = (1, 2)
    blocks: int = 1
    attention: tuple[int, ...] = ()
    groups: int = 4
    dropout: float = 0.0
    noise_steps: int = 1_000
    schedule: str = "cosine"
    steps: int = 800
    tuning_steps: int = 80
    batch_size: int = 32
    rates: tuple[float, ...] = (1e-3, 3e-3)
    decay: float = 0.995
    counts: tuple[int, ...] = (3, 5, 10, 20)
    marks: int = 2
    mark_steps: int = 20
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Self:
        """A narrow model, few steps and pictures."""
        return replace(super().quick(), side=8, train_size=200, channels=8, multipliers=(1, 2), blocks=1,
                       attention=(4,), groups=4, noise_steps=20, steps=4, tuning_steps=2, batch_size=8,
                       counts=(2, 4), marks=2, mark_steps=2, seeds=(0, 1))  # fmt: skip


@dataclass
class Run:
    """FIDs of one trained model by sampler and by weights, the seconds of training, and its size."""

    by_count: dict[str, list[float]]
    last: float
    marks: dict[str, list[float]]
    seconds: float
    parameters: int
    loss: float


def compare(
    config: Training,
    device: str,
    progress: Progress,
    source: Callable[[], Dataset] | None = None,
) -> Result:
    """Train the judge, choose the rate, then train, sample and judge with every seed."""
    trials = config.rates if len(config.rates) > 1 else ()
    progress.begin(1 + len(trials) + len(config.seeds))
    data = _fid.pictures(config, source)
    judge = _fid.train_judge(config, device, lambda: data)
    progress.step("the classifier that judges")
    train = torch.from_numpy(2 * data.train.x[: config.train_size] - 1).to(device)
    held = torch.from_numpy(data.validation.x[: config.made])
    losses = {}
    for rate in trials:
        losses[rate] = short(config, train, 2 * held - 1, rate, device)
        progress.step(f"learning rate {rate:g}")
    rate = min(losses, key=losses.__getitem__) if losses else config.rates[0]
    seen = judge.see(held)
    test = judge.see(data.test.x[: config.made])
    runs = []
    for seed in config.seeds:
        runs.append(
            learn(config, seed, rate, device, train=train, judge=judge, seen=seen, test=test)
        )
        progress.step(f"seed {seed}")
    result = Result()
    result.add("fid_of_real_pictures", _fid.compare(config, test, seen).fid)
    result.add("judge_accuracy", judge.accuracy, "%")
    result.add("learning_rate", rate)
    report(config, result, runs)
    return result


@kept
def short(config: Training, train: Tensor, held: Tensor, rate: float, device: str) -> float:
    """The error of the noise that a model finds in validation pictures after a few steps."""
    torch.manual_seed(_sweep.TUNING_SEED)
    model = network(config, train).to(device)
    optimizer = torch.optim.Adam(model.parameters(), rate)
    for _ in range(config.tuning_steps):
        step(config, model, optimizer, train)
    with torch.no_grad():
        return loss_of(model.eval(), held.to(device)).item()


@kept
def learn(
    config: Training, seed: int, rate: float, device: str, *, train: Tensor, judge: _fid.Judge,
    seen: _fid.Seen, test: _fid.Seen,
) -> Run:  # fmt: skip
    """Train one model and the average of its weights, then judge the pictures of all samplers."""
    torch.manual_seed(seed)
    model = network(config, train).to(device)
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(config.decay))
    optimizer = torch.optim.Adam(model.parameters(), rate)
    weights: dict[str, Any] = {"average": average.module, "last": model}
    fid = partial(judged, config, judge, seed=seed)
    found: dict[str, list[float]] = {label: [] for label in WEIGHTS}
    at, seconds, loss = set(places(config)), 0.0, torch.zeros(())
    start = _sweep.clock(device)
    for number in range(1, config.steps + 1):
        loss = step(config, model.train(), optimizer, train)
        average.update_parameters(model)
        if number in at:
            seconds += _sweep.clock(device) - start
            for label, net in weights.items():
                found[label].append(fid(net, seen, config.mark_steps, 0.0))
            start = _sweep.clock(device)
    by_count = {
        label: [fid(weights["average"], test, count, ETA[label]) for count in config.counts]
        for label in SAMPLERS
    }
    last = fid(model, test, config.counts[-1], 0.0)
    return Run(by_count, last, found, seconds, _sweep.parameters(model), float(loss))


def network(config: Training, pictures: Tensor) -> DDPM:
    """A model for pictures of this shape."""
    return DDPM(
        DDPMConfig(
            image_size=pictures.shape[-1], in_channels=pictures.shape[1], channels=config.channels,
            multipliers=config.multipliers, blocks=config.blocks, attention=config.attention,
            groups=config.groups, dropout=config.dropout, steps=config.noise_steps,
            schedule=config.schedule,  # type: ignore[arg-type]
        )
    )  # fmt: skip


def places(config: Training) -> list[int]:
    """The steps after which last weights and average are compared."""
    return [round(config.steps * (i + 1) / config.marks) for i in range(config.marks)]


def step(
    config: Training, model: DDPM, optimizer: torch.optim.Optimizer, train: Tensor
) -> Tensor:
    """One step on pictures drawn at random; the loss as it was before."""
    rows = torch.randint(len(train), (config.batch_size,), device=train.device)
    loss = loss_of(model, train[rows])
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.detach()


def loss_of(model: DDPM, x: Tensor) -> Tensor:
    """The error of the noise found at times drawn at random."""
    t = torch.randint(model.config.steps, (len(x),), device=x.device)
    return diffusion_loss(model, x, t, torch.randn_like(x))


@torch.no_grad()
def judged(
    config: Training, judge: _fid.Judge, model: DDPM, real: _fid.Seen, count: int, eta: float, *, seed: int
) -> float:  # fmt: skip
    """The FID of pictures that a model makes in so many steps; the same noise to start with, whoever makes them."""
    device = next(model.parameters()).device
    generator = torch.Generator(device).manual_seed(seed)
    model.eval()
    made = [
        sample(model, min(500, config.made - done), generator=generator, steps=count, eta=eta)
        for done in range(0, config.made, 500)
    ]
    return _fid.compare(config, real, judge.see((torch.cat(made) + 1) / 2)).fid


def report(config: Training, result: Result, runs: list[Run]) -> None:
    """FIDs by steps and on the way, and what the average is worth at the end."""
    for label in SAMPLERS:
        result.add_series(f"fid_{label}", config.counts, [run.by_count[label] for run in runs],
                          x_label="steps a picture", y_label="FID")  # fmt: skip
        for place, count in enumerate(config.counts):
            result.add(
                f"test_fid_{label}_{count}", [run.by_count[label][place] for run in runs]
            )
    for label in WEIGHTS:
        result.add_series(f"fid_{label}", places(config), [run.marks[label] for run in runs],
                          x_label="training steps", y_label="FID on validation pictures")  # fmt: skip
    average = [run.by_count["ddim"][-1] for run in runs]
    result.add("test_fid_average", average)
    result.add("test_fid_last", [run.last for run in runs])
    result.add("times_worse_without_average",
               [run.last / mean for run, mean in zip(runs, average, strict=True)])  # fmt: skip
    result.add("last_loss", [run.loss for run in runs])
    result.add("training_seconds", [run.seconds for run in runs], "s")
    result.add("parameters", runs[0].parameters)
    describe(config, result)


def describe(config: Training, result: Result) -> None:
    """The table, with the published values that have other features, and the description."""
    most = config.counts[-1]
    rows = [
        [f"{count} steps of DDIM; of DDPM", *(result.say(f"test_fid_{k}_{count}", 1) for k in SAMPLERS)]
        for count in config.counts
    ]  # fmt: skip
    rows += [
        [f"{most} steps of DDIM: with the average; the last weights", result.say("test_fid_average", 1),
         result.say("test_fid_last", 1)],
        [f"CIFAR-10, Inception's features, 10 steps of DDIM; of DDPM: {FEW_STEPS[0]}",
         *map(str, FEW_STEPS[1:])],
        [f"CIFAR-10, Inception's features, with the average; the last weights: {NO_AVERAGE[0]}",
         *map(str, NO_AVERAGE[1:])],
    ]  # fmt: skip
    result.tabulate(["what is compared", "FID of the first", "FID of the second"], rows)
    ends = ", ".join(
        f"{words} {result.say(f'test_fid_{label}_{count}', 1)}"
        for count in (config.counts[0], most) for label, words in SAMPLERS.items()
    )  # fmt: skip
    result.alt = (
        f"FID ({_fid.REMARK}) by the number of steps a picture, from {config.counts[0]} to {most}: {ends}; real "
        f"pictures come to {result.say('fid_of_real_pictures', 1)}. Below, in training, the average of the weights "
        f"against the last: on the test pictures {result.say('test_fid_average', 1)} against "
        f"{result.say('test_fid_last', 1)}."
    )


def draw(result: Result) -> Any:
    """FID by steps above; below, by training steps, with the average of the weights and without."""
    from book_code.experiments._draw import beside, curve, log_scale, reference, room, subplots

    figure, (above, below) = subplots(nrows=2, figsize=(6.1, 6.4))
    for axes, labels, first in [(above, SAMPLERS, 0), (below, WEIGHTS, 2)]:
        ends = {}
        for look, (label, words) in enumerate(labels.items(), start=first):
            series = result.series[f"fid_{label}"]
            curve(axes, result, f"fid_{label}", look)
            ends[look] = (series["mean"][-1], words)
        if axes is above:
            log_scale(axes.xaxis, series["x"])
            reference(axes, result.mean("fid_of_real_pictures"), "real pictures")
        axes.set_ylim(bottom=0)
        room(axes, 0.35)
        beside(axes, series["x"][-1], ends)
    above.set_xlabel("steps a picture")
    below.set_xlabel("training steps")
    above.set_ylabel("FID (test)")
    below.set_ylabel("FID (validation)")
    return figure
