"""`python -m tests.bench steps`: NumPy against PyTorch and others; `numpy`: in the browser's Python; `gpu`: switches.

    steps [MODEL ...]          time, ratio, memory, peers; --seconds for each model, --check to fail above the limits
    profile MODEL              where a NumPy step spends its time
    numpy [--browser]          NumPy in the browser's Python, with its kernels and without, beside NumPy here
    page [--starts 200]        how soon a page's first cell answers, beside plain Pyodide; or so many starts in a row
    gpu [--device cpu --tiny]  GPT-2 and ResNet-50 in PyTorch with bf16, fused attention and torch.compile

Steps run on one thread, one kind after the other in turn, so that what else the machine does hits all alike.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any


def main() -> None:
    """Read the command line and run what it names."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    steps = commands.add_parser("steps")
    steps.add_argument("models", nargs="*", help="only these")
    steps.add_argument("--seconds", type=float, default=6.0, help="for each model")
    steps.add_argument("--check", action="store_true", help="fail when a limit is passed")
    profile = commands.add_parser("profile")
    profile.add_argument("model")
    memory = commands.add_parser("memory")  # `steps` runs it in processes of their own
    memory.add_argument("model")
    memory.add_argument("kind")
    numpy = commands.add_parser("numpy")
    numpy.add_argument("--browser", action="store_true", help="in Chromium instead of Node")
    page = commands.add_parser("page")
    page.add_argument("--rounds", type=int, default=9)
    page.add_argument(
        "--starts", type=int, default=0, help="start so often, and do not measure"
    )
    gpu = commands.add_parser("gpu")
    gpu.add_argument("--device", default="cuda")
    gpu.add_argument("--tiny", action="store_true", help="tiny sizes, to try the path on a CPU")
    asked = parser.parse_args()
    if asked.command == "page":
        from . import page as in_browser

        starts, rounds = asked.starts, asked.rounds
        raise SystemExit(in_browser.starts(starts) if starts else in_browser.report(rounds))
    if asked.command == "gpu":
        from . import gpu as on_gpu

        raise SystemExit(on_gpu.report(asked.device, asked.tiny))
    one_thread()
    if asked.command == "numpy":
        from . import numpy_page

        return numpy_page.table(asked.browser)
    from . import measure
    from .steps import MODELS, numpy_step

    wanted = getattr(asked, "models", None) or [getattr(asked, "model", None) or "mlp"]
    if unknown := [name for name in wanted if name not in MODELS]:
        raise SystemExit(f"There is no {', '.join(unknown)}; there are {', '.join(MODELS)}.")
    if asked.command == "steps":
        raise SystemExit(table(asked.models or list(MODELS), asked.seconds, asked.check))
    if asked.command == "memory":
        print(measure.peak(asked.model, asked.kind))
    else:
        for name, share in measure.parts(numpy_step(asked.model), 20):
            print(f"{share:6.1%}  {name}")


def one_thread() -> None:
    """Begin again with one thread for the matrix libraries, which read that when they load."""
    from .measure import ONE_THREAD

    if any(os.environ.get(key) != "1" for key in ONE_THREAD):
        command = [sys.executable, "-m", "tests.bench", *sys.argv[1:]]
        os.execve(sys.executable, command, {**os.environ, **ONE_THREAD})


def table(models: list[str], seconds: float, check: bool) -> str | None:
    """Print a line for every model; return what is wrong, if anything is to be checked."""
    from . import measure
    from .steps import KINDS, MODELS

    head = ("step", "NumPy ms", "PyTorch ms", "ratio", "limit", "memory", "autograd", "loops")
    print("{:33}{:>20}{:>20}{:>7}{:>7}{:>8}{:>20}{:>9}".format(*head))
    faults = []
    for model in models:
        line = MODELS[model]
        made: dict[str, Any] = {kind: make(model) for kind, make in KINDS.items()}
        steps = {kind: step for kind, step in made.items() if step is not None}
        times = measure.in_turn(steps, seconds)
        used = [measure.peak_in_child(model, kind) for kind in ("numpy", "torch")]
        ours, theirs = times["numpy"], times["torch"]
        ratio = ours.median / theirs.median
        share = None if None in used else used[0] / max(used[1], 1)  # type: ignore[operator, type-var]
        others = [str(times.get(kind, "-")) for kind in ("autograd", "loops")]
        print(
            f"{line.title:33}{ours!s:>20}{theirs!s:>20}{ratio:7.2f}{line.limit:7.1f}"
            + (f"{'-':>8}" if share is None else f"{share:8.2f}")
            + f"{others[0]:>20}{others[1]:>9}"
        )
        shares = ", ".join(f"{name} {s:.0%}" for name, s in measure.parts(made["numpy"]))
        print(f"    most of it: {shares}")
        faults += findings(line.title, times, ratio, line.limit, share)
    if check and faults:
        return "\n".join(faults)
    return None


def findings(
    title: str, times: dict[str, Any], ratio: float, limit: float, share: float | None
) -> list[str]:
    """What passes a limit: time and memory beside PyTorch, the peers' time, ten times for loops."""
    ours = times["numpy"].median
    faults = [f"{title}: {ratio:.2f} times PyTorch, at most {limit}"] if ratio > limit else []
    if share is not None and share > 2:
        faults.append(f"{title}: {share:.2f} times PyTorch's memory, at most 2")
    if "autograd" in times and times["autograd"].median < ours:
        faults.append(f"{title}: slower than the package autograd")
    if "loops" in times and times["loops"].median < 10 * ours:
        faults.append(f"{title}: loops by hand take less than ten times as long")
    return faults


if __name__ == "__main__":
    main()
