"""StyleGAN2's truncation: styles brought nearer to the mean make better pictures, and less different ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import torch

from book_code.data import Dataset
from book_code.experiments import _fid, _generative, _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._makers import OfStyleGAN
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.stylegan.torch_training import sample

TITLE = "StyleGAN2: truncation, quality against diversity"
METRICS = {
    "precision": "quality (precision, %)",
    "recall": "diversity (recall, %)",
    "fid": "FID (own features)",
}


@dataclass(frozen=True)
class Config(_fid.Judged):
    """Fashion-MNIST made small, 8 x 8 pixels, a narrow StyleGAN2 and a short training, at the paper's rate.

    One model a seed; its pictures are made with every psi from the same noise. The mean style, to which all are
    brought nearer, is that of `styles` draws. Nothing is chosen: all psis are told, on test pictures.
    """

    side: int = 8
    judge_pictures: int = 10_000
    made: int = 1_000
    neighbourhoods: int = 1_000
    psis: tuple[float, ...] = (0.2, 0.4, 0.6, 0.8, 1.0, 1.2)
    steps: int = 500
    rate: float = 2e-3
    batch_size: int = 32
    width: int = 16
    latent: int = 16
    average: float = 0.98
    styles: int = 4_096
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Self:
        """A few steps of a narrower model, few pictures."""
        return replace(super().quick(), psis=(0.2, 0.6, 1.0), steps=3, width=8, styles=64,
                       seeds=(0, 1))  # fmt: skip


@dataclass
class Run:
    """What the test pictures say of each psi, the first pictures of each, and the seconds of training."""

    scores: list[_fid.Scores]
    shown: list[Any]
    seconds: float


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train a model a seed, and judge what it makes with every psi."""
    progress.begin(1 + len(config.seeds))
    data = _fid.pictures(config)
    judge = _fid.train_judge(config, device, lambda: data)
    progress.step("the judge")
    test, held = (judge.see(part.x[: config.made]) for part in (data.test, data.validation))
    result, runs = Result(), []
    for seed in config.seeds:
        runs.append(train(config, data, judge, test, seed, device))
        progress.step(f"seed {seed}")
    result.add("judge_accuracy", judge.accuracy, "%")
    result.add("seconds", [one.seconds for one in runs], "s")
    result.add("fid_of_real_pictures", _fid.compare(config, test, held).fid)
    for metric, words in METRICS.items():
        scale = 1 if metric == "fid" else 100
        rows = [[scale * getattr(score, metric) for score in one.scores] for one in runs]
        result.add_series(metric, config.psis, rows, x_label="psi", y_label=words)
        for psi, column in zip(config.psis, zip(*rows, strict=True), strict=True):
            result.add(name(metric, psi), column, "" if metric == "fid" else "%")
    for psi, made in zip(config.psis, runs[0].shown, strict=True):
        _generative.show(result, name("psi", psi), made)
    describe(config, result)
    return result


@kept
def train(
    config: Config, data: Dataset, judge: _fid.Judge, test: _fid.Seen, seed: int, device: str
) -> Run:
    """Train one model, find its mean style, and judge its pictures."""
    torch.manual_seed(seed)
    maker = OfStyleGAN(config, data.train.x.shape[1:], len(data.classes), config.rate).to(
        device
    )
    x, start = torch.from_numpy(data.train.x).to(device), _sweep.clock(device)
    for _ in range(config.steps):
        rows = torch.randint(len(x), (config.batch_size,)).to(device)
        maker.step(x[rows], rows)
    found = Run([], [], _sweep.clock(device) - start)
    set_mean(config, maker)
    for psi in config.psis:
        generator = torch.Generator(device).manual_seed(seed)
        pictures = sample(maker.average.module, config.made, generator=generator, psi=psi)
        made = (pictures / 2 + 0.5).clamp(0, 1)
        found.scores.append(_fid.compare(config, test, judge.see(made)))
        few = made[: _generative.SHOWN].cpu()
        found.shown.append((few * 255).round().byte().numpy())
    return found


@torch.no_grad()
def set_mean(config: Config, maker: OfStyleGAN) -> None:
    """Give the model the mean of many styles."""
    mapping = maker.average.module.generator.mapping
    z = torch.randn(config.styles, config.latent, device=mapping.mean.device)
    mapping.mean.copy_(mapping(z).mean(dim=0))


def name(metric: str, psi: float) -> str:
    """The name of a metric at one psi.

    >>> name("recall", 0.4)
    'recall_0_4'
    """
    return f"{metric}_{psi:.1f}".replace(".", "_")


def describe(config: Config, result: Result) -> None:
    """The table and the description."""
    digits = {"precision": 0, "recall": 0, "fid": 1}
    result.tabulate(
        ["psi", "precision", "recall", "FID (own features)"],
        [[f"{psi:g}", *(result.say(name(m, psi), d) for m, d in digits.items())] for psi in config.psis],
    )  # fmt: skip
    said = "; ".join(
        f"psi {psi:g}: {result.say(name('precision', psi), 0)}, {result.say(name('recall', psi), 0)}, "
        f"{result.say(name('fid', psi), 0)}"
        for psi in config.psis
    )
    result.alt = (
        f"Precision, recall and FID ({_fid.REMARK}) of StyleGAN2's pictures by psi, the share of the way from the "
        f"mean style that is left to a style: {said}. Real pictures have an FID of "
        f"{result.say('fid_of_real_pictures', 1)}. On the right the first pictures of the first seed, the same noise "
        f"in each column."
    )


def plot(result: Result) -> Any:
    """Precision and recall above and FID below by psi; pictures beside them, a row a psi."""
    import matplotlib.pyplot as plt

    from book_code.experiments._draw import curve
    from book_code.plotting import CYCLE

    figure: Any = plt.figure(figsize=(6.1, 5.2))
    left, right = figure.subfigures(1, 2, width_ratios=(1.5, 1))
    above, below = left.subplots(2, 1, sharex=True)
    for look, (metric, place) in enumerate(
        {"precision": (0.55, 92), "recall": (0.62, 10)}.items()
    ):
        curve(above, result, metric, look)
        words = METRICS[metric].removesuffix(", %)") + ")"
        above.annotate(words, place, color=CYCLE[look]["color"])
    above.set_ylabel("%")
    above.set_ylim(0, 105)
    curve(below, result, "fid", 2)
    below.set_ylim(bottom=0)
    below.set_ylabel(METRICS["fid"])
    below.set_xlabel("psi")
    axes, psis = right.subplots(), result.config["psis"]
    for row, psi in enumerate(psis):
        _generative.strip(axes, result.series[f"pictures_{name('psi', psi)}"], row)
    axes.set_xlim(0, _generative.SHOWN)
    axes.set_ylim(len(psis) - 0.5, -0.5)
    axes.set_yticks(range(len(psis)), [f"{psi:g}" for psi in psis])
    axes.set_xticks([])
    axes.grid(visible=False)
    axes.set_ylabel("psi")
    return figure
