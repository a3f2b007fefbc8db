"""What a KV cache saves when a GPT writes: multiplications and time by the length of the text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from book_code.experiments import _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.gpt.config import GPTConfig
from book_code.models.gpt.torch_model import GPT
from book_code.models.transformer.torch_layers import Cache, MultiHeadAttention

TITLE = "What a KV cache saves when a GPT writes"
WAYS = {"plain": "everything anew", "cached": "with KV cache"}
PARTS = {"millions": "multiplications (millions)", "seconds": "time (s)"}


@dataclass(frozen=True)
class Config:
    """A GPT of four layers with weights as drawn: what it writes does not matter to the cost.

    It writes one text, whose tokens are drawn; the cost is read off at every length. Without a cache, the whole text
    goes through the network for every token. Attention is computed as it is written, so that all is counted.
    """

    lengths: tuple[int, ...] = (16, 32, 64, 128, 256)
    vocabulary: int = 65
    embed_dim: int = 128
    heads: int = 4
    layers: int = 4
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """Short texts, a narrow model."""
        return replace(self, lengths=(4, 8, 16), embed_dim=16, layers=2, seeds=(0, 1))


def run(config: Config, device: str, progress: Progress) -> Result:
    """Count once, for multiplications do not depend on the weights; take the time with every seed."""
    progress.begin(len(WAYS) * (1 + len(config.seeds)))
    result, texts = Result(), {}
    for way, words in WAYS.items():
        counts = [counted(config, way, device)]
        progress.step(f"{words}, counted")
        times = []
        for seed in config.seeds:
            texts[way, seed], seconds = written(config, way, seed, device)
            times.append(seconds)
            progress.step(f"{words}, seed {seed}")
        for part, rows in (("millions", counts), ("seconds", times)):
            result.add_series(f"{part}_{way}", config.lengths, rows, x_label="tokens written",
                              y_label=PARTS[part])  # fmt: skip
            for length, values in zip(config.lengths, zip(*rows, strict=True), strict=True):
                result.add(f"{part}_{way}_{length}", values, "s" if part == "seconds" else "")
    same = [np.mean(texts["plain", s] == texts["cached", s]) for s in config.seeds]
    result.add("same_tokens", [100 * float(share) for share in same], "%")
    report(result, config)
    return result


def network(config: Config, seed: int, device: str) -> GPT:
    """The GPT as it begins, with attention as it is written."""
    torch.manual_seed(seed)
    model = GPT(GPTConfig(config.vocabulary, max(config.lengths), config.embed_dim, config.heads,
                          config.layers, dropout=0.0))  # fmt: skip
    for part in model.modules():
        if isinstance(part, MultiHeadAttention):
            part.fused = False
    return model.to(device).eval()


@torch.no_grad()
def write(model: GPT, way: str, length: int, after: Any) -> np.ndarray:
    """Draw `length` tokens after the token 0, the same in both ways; call `after` with their number at each."""
    device, generator = model.wte.weight.device, torch.Generator().manual_seed(0)
    text = torch.zeros((1, 1), dtype=torch.long, device=device)
    caches = [Cache() for _ in model.layers] if way == "cached" else None
    for count in range(1, length + 1):
        logits = model(text if caches is None else text[:, -1:], caches)
        drawn = torch.multinomial(logits[:, -1].softmax(1).cpu(), 1, generator=generator)
        text = torch.cat([text, drawn.to(device)], dim=1)
        after(count)
    return text[0, 1:].cpu().numpy()


def counted(config: Config, way: str, device: str) -> list[float]:
    """The millions of multiplications in matrix products, by length."""
    model, found = network(config, config.seeds[0], device), {}
    with FlopCounterMode(display=False) as counter:
        write(model, way, max(config.lengths),
              lambda count: found.update({count: counter.get_total_flops() / 2e6}))  # fmt: skip
    return [found[length] for length in config.lengths]


@kept
def written(config: Config, way: str, seed: int, device: str) -> tuple[np.ndarray, list[float]]:
    """The tokens, and the seconds until each length was reached."""
    model, found = network(config, seed, device), {}
    write(
        model, way, min(config.lengths), lambda count: None
    )  # nothing is slow because it is the first
    start = _sweep.clock(device)
    text = write(model, way, max(config.lengths),
                 lambda count: found.update({count: _sweep.clock(device) - start}))  # fmt: skip
    return text, [found[length] for length in config.lengths]


def report(result: Result, config: Config) -> None:
    """How many times less, what the cache keeps, the table and the description."""
    for length in config.lengths:
        plain, cached = (result.metrics[f"seconds_{way}_{length}"]["values"] for way in WAYS)
        result.add(f"speedup_{length}", [a / b for a, b in zip(plain, cached, strict=True)])
        counts = [result.mean(f"millions_{way}_{length}") for way in WAYS]
        result.add(f"saving_{length}", counts[0] / counts[1])
        numbers = 2 * config.layers * config.embed_dim * length
        result.add(f"cache_kb_{length}", 4 * numbers / 1e3, "kB")
    result.tabulate(
        ["tokens written", *(f"{axis}, {words}" for axis in PARTS.values() for words in WAYS.values()),
         "multiplications: times fewer", "time: times less", "size of the cache"],
        [
            [length, *(result.say(f"{part}_{way}_{length}", digits)
                       for part, digits in (("millions", 0), ("seconds", 3)) for way in WAYS),
             result.say(f"saving_{length}", 1), result.say(f"speedup_{length}", 1), result.say(f"cache_kb_{length}", 0)]
            for length in config.lengths
        ],
    )  # fmt: skip
    first, last = config.lengths[0], config.lengths[-1]
    result.alt = (
        "Multiplications and time until a GPT has written a text, against the length of the text, both axes "
        f"logarithmic. At {first} tokens the cache makes {result.mean(f'saving_{first}'):.1f} times fewer "
        f"multiplications and is {result.mean(f'speedup_{first}'):.1f} times as fast; at {last} tokens "
        f"{result.mean(f'saving_{last}'):.1f} times fewer, and {result.mean(f'speedup_{last}'):.1f} times as fast. "
        f"Of the tokens {result.mean('same_tokens'):g} % are the same."
    )


def plot(result: Result) -> Any:
    """Multiplications on the left, time on the right."""
    from book_code.experiments._draw import curve, log_scale, subplots

    figure, axes = subplots(ncols=2, figsize=(6.6, 3.6))
    lengths = result.config["lengths"]
    for one, part in zip(axes, PARTS, strict=True):
        for look, (way, words) in enumerate(WAYS.items()):
            curve(one, result, f"{part}_{way}", look, label=words)
        log_scale(one.xaxis, lengths)
        log_scale(one.yaxis)
        one.set_xlabel("tokens written")
        one.set_ylabel(PARTS[part])
    axes[0].legend(fontsize=10, loc="upper left")
    return figure
