"""What PyTorch's switches bring: bf16, fused attention, channels last, torch.compile; GPT-2 (124M) and ResNet-50.

Each switch is added to those before it. Rates are those of whole training steps (forward, loss, backward, AdamW);
the share is of what one large product of matrices reaches on the same device in the same type, and of what the
maker states where that is known.
"""

from __future__ import annotations

import contextlib
import gc
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

# dense bf16, in TFLOP/s, from the makers' data sheets
STATED = {"H200": 989, "H100 PCIe": 756, "H100": 989, "A100": 312, "L40S": 362, "L4": 121, "A10G": 70,
          "RTX 4090": 165, "RTX 3090": 71}  # fmt: skip


class Work(NamedTuple):
    """A model to be trained: a preset, what one example counts, and its switches, one after the other."""

    title: str
    preset: str
    settings: dict[str, Any]
    batch: int
    unit: str
    switches: tuple[str, ...]


GPT_SWITCHES = ("float32", "bf16", "fused attention", "torch.compile")
RESNET_SWITCHES = ("float32", "bf16", "channels last", "torch.compile")
FULL = (
    Work("GPT-2 (124M), 1024 tokens, batch 16", "gpt2", {"dropout": 0.0}, 16, "tokens", GPT_SWITCHES),
    Work("ResNet-50, 224 x 224, batch 256", "resnet50", {}, 256, "images", RESNET_SWITCHES),
)  # fmt: skip
TINY = (
    Work("GPT, tiny", "gpt-tiny", {}, 2, "tokens", GPT_SWITCHES),
    Work("ResNet, tiny", "resnet-bottleneck-tiny", {}, 2, "images", RESNET_SWITCHES),
)


def report(device: str, tiny: bool) -> str | None:
    """Print a table for every model; return why there is none, if so."""
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        return (
            "There is no CUDA device here, so nothing was measured. "
            "`python -m tests.bench gpu --device cpu --tiny` tries the same code on the processor."
        )
    if device == "cpu" and not tiny:
        return "On a processor only the tiny sizes make sense: add --tiny."
    name = torch.cuda.get_device_name(device) if device != "cpu" else "the processor"
    reached = {kind: matmul_rate(device, kind, tiny) for kind in ("float32", "bfloat16")}
    print(f"{name}, PyTorch {torch.__version__}")
    print(
        "One product of matrices: "
        + ", ".join(f"{k} {r / 1e12:.3g} TFLOP/s" for k, r in reached.items())
    )
    stated = next((1e12 * rate for key, rate in STATED.items() if key in name), None)
    for work in TINY if tiny else FULL:
        print(f"\n{work.title}")
        head = ("", f"{work.unit}/s", "ms a step", "times", "of matmul", "of stated", "GiB")
        print("{:18}{:>12}{:>24}{:>8}{:>11}{:>11}{:>8}".format(*head))
        first = None
        for number, switch in enumerate(work.switches):
            try:
                seconds, flops, count, used = measured(work, number, device, tiny)
            except Exception as error:  # torch.compile needs a compiler, for one
                print(
                    f"{switch:18}failed: {type(error).__name__}: {str(error).splitlines()[0]:.80}"
                )
                continue
            low, middle, high = statistics.quantiles(seconds, n=4)
            first = first or middle
            rate = flops / middle
            against = reached["bfloat16" if number else "float32"]
            share = f"{rate / stated:.0%}" if stated and number else "-"
            spread = f"{1e3 * middle:.1f} ({1e3 * low:.1f}-{1e3 * high:.1f})"
            print(
                f"{switch:18}{count / middle:12,.0f}{spread:>24}{first / middle:8.2f}"
                f"{rate / against:>11.0%}{share:>11}{used / 2**30:8.2f}"
            )
    return None


def measured(
    work: Work, number: int, device: str, tiny: bool
) -> tuple[list[float], int, int, int]:
    """Seconds of many steps with the first `number` switches on, FLOPs and units of one, and peak memory."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    on = work.switches[1 : number + 1]
    gc.collect()
    torch.compiler.reset()
    with switched("fused attention" in on):
        step, count = make_step(work, on, device, compiled=False)
        with FlopCounterMode(display=False) as counter:
            step()
        if "torch.compile" in on:
            step, count = make_step(work, on, device, compiled=True)
        wait = torch.cuda.synchronize if device != "cpu" else lambda: None
        if device != "cpu":
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()
        for _ in range(2 if tiny else 5):
            step()
        seconds = []
        for _ in range(5 if tiny else 20):
            wait()
            start = time.perf_counter()
            step()
            wait()
            seconds.append(time.perf_counter() - start)
    used = torch.cuda.max_memory_allocated() if device != "cpu" else 0
    return seconds, counter.get_total_flops(), count, used


def make_step(
    work: Work, on: tuple[str, ...], device: str, compiled: bool
) -> tuple[Callable[[], None], int]:
    """A training step, and how many tokens or images it reads."""
    import torch
    from torch.nn import functional

    from book_code import build
    from book_code.models import registry

    config = registry.config(work.preset, **work.settings)
    model = build(work.preset, "torch", rng=np.random.default_rng(0), **work.settings).to(
        device
    )
    rng = np.random.default_rng(0)
    if work.unit == "tokens":
        text = rng.integers(0, config.vocabulary, (work.batch, config.positions + 1))
        x, y = (
            torch.from_numpy(t).to(device) for t in (text[:, :-1].copy(), text[:, 1:].copy())
        )
        count = x.numel()
    else:
        images = rng.standard_normal((work.batch, *config.input_shape), dtype=np.float32)
        x = torch.from_numpy(images).to(device)
        y = torch.from_numpy(rng.integers(0, config.classes, work.batch)).to(device)
        count = len(x)
    if "channels last" in on:
        model, x = (
            model.to(memory_format=torch.channels_last),
            x.to(memory_format=torch.channels_last),
        )
    run = torch.compile(model) if compiled else model
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=device != "cpu")
    mixed = torch.autocast(torch.device(device).type, torch.bfloat16, enabled="bf16" in on)

    def step() -> None:
        with mixed:
            loss = functional.cross_entropy(run(x).flatten(0, -2), y.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step, count


@contextlib.contextmanager
def switched(fused: bool) -> Iterator[None]:
    """With or without PyTorch's attention kernel, in all models."""
    from book_code.models.transformer.torch_layers import MultiHeadAttention

    before, MultiHeadAttention.fused = MultiHeadAttention.fused, fused
    try:
        yield
    finally:
        MultiHeadAttention.fused = before


def matmul_rate(device: str, kind: str, tiny: bool) -> float:
    """FLOP/s of one large product of square matrices."""
    import torch

    n = 256 if tiny else 8192
    a = torch.randn(n, n, device=device, dtype=getattr(torch, kind))
    wait = torch.cuda.synchronize if device != "cpu" else lambda: None
    seconds = []
    for _ in range(12):
        wait()
        start = time.perf_counter()
        a @ a
        wait()
        seconds.append(time.perf_counter() - start)
    return 2 * n**3 / statistics.median(seconds[2:])
