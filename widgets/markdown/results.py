"""Numbers of the experiments: `{{ lenet_mnist.test_error }}` and where they come from."""

from __future__ import annotations

import functools
import html
import json
import math
import re
from pathlib import Path
from typing import Any

from .problems import Problem

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "docs/assets/results"
REFERENCE = r"\{\{\s*(?P<path>[A-Za-z_][\w-]*(?:\.[\w-]+)+)\s*(?::(?P<spec>[^}]*?))?\s*\}\}"


def result(name: str) -> dict[str, Any]:
    """The result file of an experiment."""
    path = RESULTS / f"{name}.json"
    if not path.exists():
        raise Problem(
            f"there is no result {name}: draw it with `python -m nox -s figures -- {name}`, or see "
            "`-- --list` for the names"
        )
    return read(path, path.stat().st_mtime_ns)


@functools.cache
def read(path: Path, changed: int) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def lookup(path: str) -> tuple[dict[str, Any], Any]:
    """The result file and the value at a path; metrics come first, then the rest of the file."""
    name, *steps = path.split(".")
    found = result(name)
    value: Any = found["metrics"] if steps[0] in found.get("metrics", {}) else found
    for done, step in enumerate(steps):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif (
            isinstance(value, list)
            and step.lstrip("-").isdigit()
            and -len(value) <= int(step) < len(value)
        ):
            value = value[int(step)]
        else:
            names = (
                list(value)
                if isinstance(value, dict)
                else f"a list of {len(value)}"
                if isinstance(value, list)
                else value
            )
            if done == 0:
                names = [*found.get("metrics", {}), *found]
            raise Problem(f"{path}: there is no `{step}`; there is {names}")
    return found, value


def say_value(value: Any, spec: str | None) -> str:
    """A value as text: by the format, or a metric as mean, standard deviation and unit."""
    if spec:
        try:
            return format(value, spec.strip())
        except (ValueError, TypeError) as error:
            raise Problem(f"the format `{spec}` does not fit {value!r}: {error}") from None
    if isinstance(value, dict) and "mean" in value:
        return say_metric(value)
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, (dict, list)):
        raise Problem(f"this is no single value: {str(value)[:60]}...")
    return (
        f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    )


def say_metric(metric: dict[str, Any]) -> str:
    mean, sd = metric["mean"], metric.get("sd")
    unit = f"\N{NO-BREAK SPACE}{metric['unit']}" if metric.get("unit") else ""
    if not sd or not math.isfinite(sd):
        return f"{int(mean):,}{unit}" if mean == int(mean) else f"{mean:.4g}{unit}"
    first = math.floor(math.log10(sd))
    digits = max(
        0, -first + (1 if sd / 10**first < 2 else 0)
    )  # one digit of the spread, two if it is 1
    return f"{mean:,.{digits}f}\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}{sd:,.{digits}f}{unit}"


def provenance(found: dict[str, Any]) -> str:
    """Where a result comes from, in a line."""
    seeds = found.get("seeds") or []
    parts = [f"Experiment {found['name']}"]
    if seeds:
        parts.append(f"{len(seeds)} seeds" if len(seeds) > 1 else "one seed")
    if found.get("quick"):
        parts.append("a quick run on a share of the data")
    parts += [str(found[key]) for key in ("device",) if found.get(key)]
    if found.get("wall_time_s"):
        parts.append(f"{say_seconds(found['wall_time_s'])}")
    if found.get("commit"):
        parts.append(f"commit {str(found['commit'])[:7]}")
    return ", ".join(parts)


def say_seconds(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def reference(match: re.Match[str]) -> str:
    """The HTML of a number in the text; it says where it comes from when it has the focus."""
    found, value = lookup(match["path"])
    note = html.escape(provenance(found), quote=True)
    said = html.escape(say_value(value, match["spec"]))
    return (
        f'<span class="book-result" role="note" tabindex="0" data-result="{match["path"]}" data-note="{note}" '
        f'aria-description="{note}">{said}</span>'
    )
