"""How large a VAE's code should be, and how much its divergence should count: pictures given back, pictures made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import torch
from torch import Tensor

from book_code.data import Dataset
from book_code.experiments import _fid, _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.vae.config import VAEConfig
from book_code.models.vae.torch_model import VAE, elbo_terms, negative_elbo, reconstruct, sample

TITLE = "VAE: the size of the code, and the weight of the divergence"
METRICS = {
    "error": "squared error of what is given back, a pixel",
    "divergence": "divergence of the codes (nats)",
    "bound": "bound on the log-likelihood (nats)",
    "active": "numbers of the code in use",
    "fid": "FID of the book's own features",
}


@dataclass(frozen=True)
class Config(_fid.Judged):
    """Fashion-MNIST at 16 x 16 pixels; one hidden layer. Sizes at beta 1, betas at the size `latent`.

    Nothing is chosen: all settings are told, measured on test pictures. A number of the code is in use if its mean
    varies by more than `least` from picture to picture.
    """

    made: int = 1_000
    neighbourhoods: int = 200
    latents: tuple[int, ...] = (2, 4, 8, 16, 32)
    betas: tuple[float, ...] = (0.1, 1.0, 4.0, 10.0)
    latent: int = 16
    hidden: int = 256
    rate: float = 2e-3
    batch_size: int = 64
    steps: int = 600
    least: float = 0.01
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Self:
        """Few settings and steps."""
        return replace(super().quick(), latents=(2, 4), betas=(1.0, 4.0), latent=4, hidden=32, steps=10,
                       seeds=(0, 1))  # fmt: skip


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train every setting with every seed."""
    settings = sorted({(n, 1.0) for n in config.latents} | {(config.latent, b) for b in config.betas})  # fmt: skip
    progress.begin(1 + len(settings) * len(config.seeds))
    data = _fid.pictures(config)
    judge = _fid.train_judge(config, device, lambda: data)
    progress.step("the judge")
    real = judge.see(data.test.x[: config.made])
    result = Result()
    found: dict[tuple[float, float], list[dict[str, float]]] = {}
    for latent, beta in settings:
        runs = []
        for seed in config.seeds:
            one, made = train(config, data, latent, beta, seed, device)
            runs.append(one | {"fid": _fid.compare(config, real, judge.see(made)).fid})
            progress.step(f"code of {latent}, beta {beta:g}, seed {seed}")
        found[latent, beta] = runs
        for metric in (*METRICS, "seconds"):
            unit = {"seconds": "s", "divergence": "nats", "bound": "nats"}.get(metric, "")
            result.add(f"{metric}_{name(latent, beta)}", [one[metric] for one in runs], unit)
    for metric, words in METRICS.items():
        for axis, places in (("latent", config.latents), ("beta", config.betas)):
            groups = [
                found[(p, 1.0) if axis == "latent" else (config.latent, p)] for p in places
            ]
            rows = [[one[metric] for one in seed] for seed in zip(*groups, strict=True)]
            result.add_series(f"{metric}_by_{axis}", places, rows, x_label=axis, y_label=words)
    describe(result, settings)
    return result


@kept
def train(
    config: Config, data: Dataset, latent: int, beta: float, seed: int, device: str
) -> tuple[dict[str, float], Tensor]:
    """Train one VAE; what is measured on test pictures, and the pictures that it makes."""
    torch.manual_seed(seed)
    shape = data.train.x.shape[1:]
    model = VAE(VAEConfig(shape, (config.hidden,), latent, "relu", beta=beta)).to(device)
    optimizer = torch.optim.Adam(model.parameters(), config.rate)
    x, start = torch.from_numpy(data.train.x).to(device), _sweep.clock(device)
    for _ in range(config.steps):
        batch = x[torch.randint(len(x), (config.batch_size,)).to(device)]
        loss = negative_elbo(model, batch, torch.randn(len(batch), latent, device=device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    seconds = _sweep.clock(device) - start
    found = measure(config, model, torch.from_numpy(data.test.x[: config.made]).to(device))
    generator = torch.Generator(device).manual_seed(seed)
    return found | {"seconds": seconds}, sample(model, config.made, generator=generator).cpu()


@torch.no_grad()
def measure(config: Config, model: VAE, x: Tensor) -> dict[str, float]:
    """What the model does with pictures that it has not seen; the bound is that of beta 1, whatever was trained."""
    mean, _ = model.encode(x)
    expected, divergence = elbo_terms(model, x, torch.randn_like(mean))
    return {
        "error": float((reconstruct(model, x) - x).square().mean()),
        "divergence": divergence.item(),
        "bound": (expected - divergence).item(),
        "active": float((mean.var(0) > config.least).sum()),
    }


def name(latent: int, beta: float) -> str:
    """A setting as part of a metric's name."""
    return f"{latent}_beta_{beta:g}".replace(".", "_")


def describe(result: Result, settings: list[tuple[int, float]]) -> None:
    """The table and the description."""
    digits = {"error": 4, "divergence": 1, "bound": 1, "active": 1, "fid": 1}
    result.tabulate(
        ["size of the code", "beta", *METRICS.values()],
        [[latent, f"{beta:g}", *(result.say(f"{m}_{name(latent, beta)}", d) for m, d in digits.items())]
         for latent, beta in settings],
    )  # fmt: skip

    def said(axis: str, metric: str, digits: int) -> str:
        line = result.series[f"{metric}_by_{axis}"]
        pairs = zip(line["x"], line["mean"], strict=True)
        return ", ".join(f"{mean:.{digits}f} at {x:g}" for x, mean in pairs)

    result.alt = (
        f"Error of test pictures given back by a VAE, by the size of its code: {said('latent', 'error', 4)}; by "
        f"beta: {said('beta', 'error', 4)}. FID of pictures made (by the book's own features, not comparable to "
        f"Inception's) by the size of the code: {said('latent', 'fid', 0)}; by beta: {said('beta', 'fid', 0)}."
    )


def plot(result: Result) -> Any:
    """By the size of the code on the left, by beta on the right: error above, numbers in use, FID below."""
    from book_code.experiments._draw import curve, log_scale, subplots

    shown = {"error": "squared error a pixel", "active": "numbers in use", "fid": "FID (own features)"}  # fmt: skip
    figure, axes = subplots(nrows=3, ncols=2, figsize=(6.1, 6.6), sharey="row", sharex="col")
    for look, (row, (metric, words)) in enumerate(zip(axes, shown.items(), strict=True)):
        for one, axis in zip(row, ("latent", "beta"), strict=True):
            curve(one, result, f"{metric}_by_{axis}", look)
            log_scale(one.xaxis, result.series[f"{metric}_by_{axis}"]["x"])
        row[0].set_ylabel(words)
        row[0].set_ylim(bottom=0)
    axes[2][0].set_xlabel("size of the code (beta 1)")
    axes[2][1].set_xlabel(f"beta (code of {result.config['latent']})")
    return figure
