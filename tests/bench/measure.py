"""Time and memory of steps: several in turn, medians and spread; memory in a process of its own; and what the cost is."""

from __future__ import annotations

import cProfile
import gc
import os
import pstats
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
STATUS = Path("/proc/self/status")
SLOW = 0.5  # seconds; a step that takes longer is run once


class Times(NamedTuple):
    """Milliseconds: the median, and the half of all runs around it."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        if self.low == self.high:  # one run
            return f"{self.median:.0f}"
        return f"{self.median:.1f} ({self.low:.1f}-{self.high:.1f})"


def in_turn(steps: Mapping[str, Callable[[], Any]], seconds: float) -> dict[str, Times]:
    """Time each step in turn, again and again: what disturbs the machine then disturbs all alike."""
    taken: dict[str, list[float]] = {}
    for name, step in steps.items():
        taken[name] = [timed(step)]
        if taken[name][0] < SLOW:
            taken[name] = []
            step()  # one more to warm up
    gc.collect()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or min(map(len, taken.values())) < 1:
        for name, step in steps.items():
            if not taken[name] or taken[name][0] < SLOW:
                taken[name].append(timed(step))
    return {
        name: Times(*(float(np.percentile(np.array(t) * 1e3, p)) for p in (50, 25, 75)))
        for name, t in taken.items()
    }


def timed(step: Callable[[], Any]) -> float:
    """Seconds that one run takes."""
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def resident(key: str) -> int:
    """Bytes of this process in memory: now (VmRSS) or at most (VmHWM)."""
    found = re.search(rf"{key}:\s+(\d+) kB", STATUS.read_text())
    if not found:
        raise OSError(f"{STATUS} does not name {key}")
    return 1024 * int(found[1])


def peak(model: str, kind: str) -> int:
    """Bytes that a model and three of its steps need at most, beyond what the libraries need.

    A step of one example comes first: it loads what the libraries load when they are first used.
    """
    from .steps import KINDS

    first = KINDS[kind](model, 2)
    assert first is not None
    first()
    del first
    gc.collect()
    before = resident("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the highest mark begins anew
    step = KINDS[kind](model)
    assert step is not None
    for _ in range(3):
        step()
    return resident("VmHWM") - before


def peak_in_child(model: str, kind: str) -> int | None:
    """The same in a process of its own; None where the system does not tell (it does on Linux)."""
    if not STATUS.exists():
        return None
    command = [sys.executable, "-m", "tests.bench", "memory", model, kind]
    environment = {**os.environ, **ONE_THREAD}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return int(done.stdout.split()[-1])


def parts(step: Callable[[], Any], count: int = 3) -> list[tuple[str, float]]:
    """The functions in which a step spends most of its time, with their shares."""
    step()
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(5):
        step()
    profiler.disable()
    own: dict[str, float] = {}
    for (file, _, name), (_, _, seconds, _, _) in pstats.Stats(profiler).stats.items():  # type: ignore[attr-defined]
        label = name if file == "~" else f"{Path(file).stem}.{name}"
        own[label] = own.get(label, 0.0) + seconds
    total = sum(own.values())
    best = sorted(own.items(), key=lambda item: -item[1])[:count]
    return [(re.sub(r"<.*method '(\w+)' of '.*>", r"\1", name), s / total) for name, s in best]
