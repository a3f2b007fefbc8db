"""Time and memory: several contenders in turn, medians and spread; memory in a process of its own."""

from __future__ import annotations

import gc
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

STATUS = Path("/proc/self/status")


class Times(NamedTuple):
    """Milliseconds: the median, and the half of all runs around it."""

    median: float
    low: float
    high: float


def interleaved(
    contenders: Mapping[str, Callable[[], Any]], seconds: float = 6.0, rounds: int = 200
) -> dict[str, Times]:
    """Run each in turn, again and again, until so many seconds or rounds are over.

    What disturbs the machine then disturbs all alike.
    """
    for run in contenders.values():
        for _ in range(3):
            run()
    gc.collect()
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    end = time.perf_counter() + seconds
    for number in range(rounds):
        for name, run in contenders.items():
            start = time.perf_counter()
            run()
            taken[name].append(1000 * (time.perf_counter() - start))
        if time.perf_counter() > end and number >= 4:
            break
    return {
        name: Times(*(float(np.percentile(t, p)) for p in (50, 25, 75)))
        for name, t in taken.items()
    }


def resident(key: str = "VmRSS") -> int:
    """Bytes of this process that are in memory now (VmRSS), or were at most (VmHWM)."""
    found = re.search(rf"{key}:\s+(\d+) kB", STATUS.read_text())
    if not found:
        raise OSError(f"{STATUS} does not name {key}")
    return 1024 * int(found[1])


def peak_of(
    make: Callable[[], Callable[[], Any]], warm: Callable[[], Any], steps: int = 4
) -> int:
    """Bytes that a model and a few of its steps need at most, beyond what was loaded before."""
    warm()  # imports, and the work space of the matrix library
    gc.collect()
    before = resident()
    Path("/proc/self/clear_refs").write_text("5")  # the highest mark starts afresh
    step = make()
    for _ in range(steps):
        step()
    return resident("VmHWM") - before


def peak_in_child(name: str, backend: str) -> int | None:
    """The same in a process of its own; None where the system does not tell."""
    if not STATUS.exists():
        return None
    command = [sys.executable, "-m", "tests.bench", "memory", name, backend]
    done = subprocess.run(
        command, capture_output=True, text=True, env=dict(os.environ), check=True
    )
    return int(done.stdout.split()[-1])
