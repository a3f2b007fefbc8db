"""What an experiment found, and the JSON file that the chapters quote it from."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np


class ResultError(Exception):
    """A result or its file that cannot be used, and what to do about it."""


@dataclass
class Result:
    """Metrics with their spread over the seeds, curves, and what others reported.

    `run` fills the first block; the runner adds the second, which says how it came about.
    Trained `weights` to ship are kept by preset and data set.
    """

    metrics: dict[str, dict[str, Any]] = field(default_factory=dict)
    references: list[dict[str, Any]] = field(default_factory=list)
    series: dict[str, dict[str, Any]] = field(default_factory=dict)
    table: dict[str, Any] = field(default_factory=dict)
    alt: str = ""
    weights: dict[tuple[str, str], dict[str, np.ndarray]] = field(
        default_factory=dict, repr=False
    )

    name: str = ""
    title: str = ""
    config: dict[str, Any] = field(default_factory=dict)
    seeds: list[int] = field(default_factory=list)
    device: str = ""
    kind: str = "cpu"  # of device: a run on another kind is kept beside the published one
    wall_time_s: float = 0.0
    peak_memory_mb: float | None = None
    versions: dict[str, str] = field(default_factory=dict)
    commit: str = ""
    code_hash: str = ""
    data_hash: str = ""
    data: dict[str, str] = field(default_factory=dict)
    quick: bool = False
    finished: str = ""

    def add(self, name: str, values: Iterable[float] | float, unit: str = "") -> None:
        """Keep one metric: its value for every seed, their mean and standard deviation."""
        numbers = [values] if isinstance(values, (int, float)) else list(values)
        _check_finite(name, numbers)
        self.metrics[name] = summary(numbers) | {"unit": unit}

    def add_series(
        self, name: str, x: Sequence[float], runs: Sequence[Sequence[float]], **labels: str
    ) -> None:
        """Keep one curve: a row of `runs` for every seed, over the places `x`."""
        _check_finite(name, itertools.chain(*runs))
        columns = [summary(column) for column in zip(*runs, strict=True)]
        self.series[name] = {
            "x": [_short(value) for value in x],
            "values": [[_short(value) for value in row] for row in runs],
            "mean": [column["mean"] for column in columns],
            "sd": [column["sd"] for column in columns],
            **labels,
        }

    def refer(
        self, name: str, metric: str, value: float, source: str, better: str = ""
    ) -> None:
        """Put a published figure beside a metric; `better` is "lower" or "higher" if its name does not tell.

        It is "another scale" for a figure that was measured in another way: shown, but not judged.
        """
        entry = {"name": name, "metric": metric, "value": value, "source": source}
        self.references.append(entry | ({"better": better} if better else {}))

    def mean(self, metric: str) -> float:
        """The mean over the seeds."""
        return self.metrics[metric]["mean"]

    def sd(self, metric: str) -> float:
        """The standard deviation over the seeds."""
        return self.metrics[metric]["sd"]

    def say(self, metric: str, digits: int = 2) -> str:
        """The metric in words: "0.95 ± 0.04 %", or without a spread if it was found once."""
        entry = self.metrics[metric]
        spread = f" ± {entry['sd']:.{digits}f}" if len(entry["values"]) > 1 else ""
        unit = f" {entry['unit']}" if entry["unit"] else ""
        return f"{entry['mean']:,.{digits}f}{spread}{unit}"

    def tabulate(self, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Keep the numbers of the figure as a table of words."""
        self.table = {"columns": list(columns), "rows": [[str(c) for c in row] for row in rows]}

    def to_json(self) -> dict[str, Any]:
        """All but the weights, which have files of their own."""
        order = ["name", "title", "config", "seeds", "metrics", "references", "series", "table"]
        order += [
            "alt",
            "device",
            "kind",
            "wall_time_s",
            "peak_memory_mb",
            "versions",
            "commit",
        ]
        order += ["finished", "code_hash", "data_hash", "data", "quick"]
        return {key: getattr(self, key) for key in order}

    @classmethod
    def from_json(cls, entries: Mapping[str, Any]) -> Result:
        """The result that a file holds."""
        return cls(**entries)


def summary(values: Sequence[float]) -> dict[str, Any]:
    """Values, mean and standard deviation (of the sample; 0 for a single value)."""
    kept = [_short(value) for value in values]
    spread = float(np.std(kept, ddof=1)) if len(kept) > 1 else 0.0
    return {"values": kept, "mean": _short(float(np.mean(kept))), "sd": _short(spread)}


def _check_finite(name: str, numbers: Iterable[float]) -> None:
    """No figure shows what is not a number, and no result file keeps it."""
    if not np.isfinite(list(numbers)).all():
        raise ResultError(
            f"{name} is not a number: a training diverged; lower its learning rate"
        )


def _short(value: float) -> float:
    """Six significant digits; whole numbers stay whole."""
    if isinstance(value, (int, np.integer)) or float(value).is_integer():
        return int(value)
    return float(f"{float(value):.6g}")


def read(path: Path) -> Result | None:
    """The result in a file, or None where there is none.

    Raises:
        ResultError: if the file is cut off, was edited, or is none of ours.
    """
    if not path.exists():
        return None
    again = f"run it again: python -m nox -s figures -- {path.name.split('.')[0]}"
    try:
        entries = json.loads(path.read_text("utf-8"))
        digest = entries.pop("digest", None)
        result = Result.from_json(entries)
    except (ValueError, TypeError, AttributeError) as error:
        raise ResultError(
            f"{path.name} is cut off or no result file ({error}); {again}"
        ) from None
    if digest != _digest(entries):
        raise ResultError(f"{path.name} was changed after it was written; {again}")
    return result


def write(path: Path, result: Result) -> None:
    """Write the result file in one step, so that a half-written one is never seen."""
    entries = result.to_json()
    entries["digest"] = _digest(entries)
    text = json.dumps(entries, indent=1, ensure_ascii=False, allow_nan=False)
    write_bytes(path, (_rows_in_one_line(text) + "\n").encode())


def _digest(entries: Mapping[str, Any]) -> str:
    """A hash of what a result file says: numbers in the book are measured, not typed."""
    text = json.dumps(entries, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def write_bytes(path: Path, content: bytes) -> None:
    """Write beside the target, then rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _rows_in_one_line(text: str) -> str:
    """Put lists of numbers and words on one line each: a file to read, and small changes."""
    import re

    return re.sub(
        r"\[\s+([^\[\]{}]*?)\s+\]", lambda m: "[" + re.sub(r",\s*\n\s+", ", ", m[1]) + "]", text
    )
