"""The most memory that was in use, and what to say when there was not enough."""

from __future__ import annotations

import contextlib
import re
import sys
from pathlib import Path
from typing import Any

_STATUS = Path("/proc/self/status")


def reset(device: str) -> None:
    """Begin to watch (on Linux and on GPUs; elsewhere the peak is that of the whole process)."""
    if device.startswith("cuda"):
        import torch

        torch.cuda.reset_peak_memory_stats(device)
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak_mb(device: str = "cpu") -> float | None:
    """The peak since `reset`, in megabytes: of the GPU's memory, or of the process."""
    if device.startswith("cuda"):
        import torch

        return round(torch.cuda.max_memory_allocated(device) / 1e6, 1)
    if _STATUS.exists():
        found = re.search(r"^VmHWM:\s+(\d+) kB", _STATUS.read_text(), re.M)
        return round(int(found[1]) * 1.024 / 1e3, 1) if found else None
    try:
        import resource
    except ImportError:
        return None
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(used / (1e6 if sys.platform == "darwin" else 1e3), 1)


def ran_out(error: BaseException) -> bool:
    """Whether an error means that memory ran out, on the GPU or on the CPU."""
    words = str(error).lower()
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError)
        and ("out of memory" in words or "can't allocate memory" in words)
    )


def advice(config: Any) -> str:
    """What to lower in a configuration, with the present values."""
    wanted = ("batch_size", "train_size", "width", "widths", "sizes", "points", "examples")
    found = [f"{key} (now {getattr(config, key)})" for key in wanted if hasattr(config, key)]
    where = " or ".join(found[:2]) or "the sizes"
    return f"lower {where} in its Config, or take another --device"
