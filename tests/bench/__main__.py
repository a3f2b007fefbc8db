"""`python -m tests.bench steps`: NumPy against PyTorch, one step of training; `profile MODEL` tells where the time goes.

Everything runs on one thread, one after the other in turn, so that what else the machine does hits all alike.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def main() -> None:
    """Read the command line and run what it names."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    steps = commands.add_parser("steps", help="the table of training steps")
    steps.add_argument("models", nargs="*", help="only these")
    steps.add_argument("--seconds", type=float, default=6.0, help="for each model")
    profile = commands.add_parser("profile", help="where a NumPy step spends its time")
    profile.add_argument("model")
    memory = commands.add_parser(
        "memory", help="peak memory of one kind of step (used by `steps`)"
    )
    memory.add_argument("model")
    memory.add_argument("kind")
    gpu = commands.add_parser("gpu", help="GPT-2 and ResNet-50 in PyTorch, with every switch")
    gpu.add_argument("--device", default="cuda")
    gpu.add_argument("--tiny", action="store_true", help="tiny sizes, to try the path on a CPU")
    asked = parser.parse_args()
    if asked.command != "gpu" and any(os.environ.get(key) != "1" for key in ONE_THREAD):
        os.execve(
            sys.executable,
            [sys.executable, "-m", "tests.bench", *sys.argv[1:]],
            {**os.environ, **ONE_THREAD},
        )
    if asked.command == "steps":
        table(asked.models, asked.seconds)
    elif asked.command == "profile":
        where(asked.model)
    elif asked.command == "memory":
        print(peak(asked.model, asked.kind))
    else:
        from . import gpu as on_gpu

        on_gpu.report(asked.device, asked.tiny)


def table(models: list[str], seconds: float) -> None:
    """Print median times, their ratio and the ratio of peak memory for every model."""
    from .steps import NAMES

    if unknown := [name for name in models if name not in NAMES]:
        raise SystemExit(
            f"There is no model {', '.join(unknown)}; there are {', '.join(NAMES)}."
        )
    print(
        f"{'step':32} {'NumPy':>16} {'PyTorch':>16} {'ratio':>6} {'memory':>7} {'autograd':>9} {'loops':>9}"
    )
    for model in models or NAMES:
        times = in_turn(model, seconds)
        ours, theirs = (times[kind] for kind in ("numpy", "torch"))
        used = {kind: memory(model, kind) for kind in ("numpy", "torch")}
        others = [
            f"{1e3 * statistics.median(times[k]):.1f} ms" if k in times else "-"
            for k in ("autograd", "loops")
        ]
        ratio = statistics.median(ours) / statistics.median(theirs)
        share = used["numpy"] / used["torch"]
        print(
            f"{NAMES[model]:32} {spread(ours):>16} {spread(theirs):>16} {ratio:6.2f} {share:7.2f} {others[0]:>9} {others[1]:>9}"
        )


def in_turn(model: str, seconds: float) -> dict[str, list[float]]:
    """Time every kind of step of a model, in turn, until the seconds are over."""
    from .steps import KINDS

    made = {kind: make(model) for kind, make in KINDS.items()}
    steps: dict[str, Callable[[], object]] = {
        kind: step for kind, step in made.items() if step is not None
    }
    slow = {kind for kind in steps if kind == "loops"}
    for kind, step in steps.items():
        if kind not in slow:
            step()  # warm
    times: dict[str, list[float]] = {kind: [] for kind in steps}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times["numpy"]) < 5:
        for kind, step in steps.items():
            if kind in slow and times[kind]:
                continue
            start = time.perf_counter()
            step()
            times[kind].append(time.perf_counter() - start)
    return times


def spread(times: list[float]) -> str:
    """Median and the middle half, in milliseconds."""
    low, middle, high = statistics.quantiles(times, n=4)
    return f"{1e3 * middle:.1f} ({1e3 * low:.1f}-{1e3 * high:.1f})"


def memory(model: str, kind: str) -> float:
    """Peak memory of three steps above what importing takes, in MiB, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench", "memory", model, kind]
    return float(
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, **ONE_THREAD},
        ).stdout
    )


def peak(model: str, kind: str) -> float:
    """What three steps take at most, above what there was before the model was built, in MiB (Linux)."""
    if kind == "torch":
        import torch  # noqa: F401 (its own size does not count)
    from .steps import KINDS, data

    data(model)
    before = resident("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the highest mark begins anew
    step = KINDS[kind](model)
    assert step is not None
    for _ in range(3):
        step()
    return resident("VmHWM") - before


def resident(kind: str) -> float:
    """Memory of this process in MiB: now (VmRSS) or at most (VmHWM)."""
    status = Path("/proc/self/status").read_text()
    return (
        next(int(line.split()[1]) for line in status.splitlines() if line.startswith(kind))
        / 1024
    )


def where(model: str) -> None:
    """Print the functions in which a NumPy step spends its time."""
    import cProfile
    import pstats

    from .steps import numpy_step

    step = numpy_step(model)
    step()
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(10):
        step()
    profiler.disable()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(22)


if __name__ == "__main__":
    main()
