"""Find the experiments, tell which are out of date, run them and draw their figures."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import importlib
import json
import os
import pkgutil
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Protocol

from book_code.experiments import _memory, _result
from book_code.experiments._checkpoint import Store
from book_code.experiments._fingerprint import ROOT, fingerprint
from book_code.experiments._result import Result, ResultError
from book_code.models import registry

RESULTS = ROOT / "docs" / "assets" / "results"
FIGURES = ROOT / "docs" / "assets" / "figures"
PREVIEW = ROOT / "build" / "figures"  # where --quick writes
CHECKPOINTS = ROOT / "build" / "checkpoints"  # finished pieces of runs that were stopped
FEWEST_SEEDS = 3
RANK = int(os.environ.get("RANK", "0"))  # among the processes that torchrun has started


class Progress(Protocol):
    """What `run` tells how far it is."""

    def begin(self, steps: int) -> None:
        """Announce the number of steps."""

    def step(self, note: str = "") -> None:
        """One step is done."""


class Silent:
    """Progress that nobody watches."""

    def begin(self, steps: int) -> None:
        """Ignore the number of steps."""

    def step(self, note: str = "") -> None:
        """Ignore the step."""


def names() -> list[str]:
    """The experiments: the files of this folder without a leading underscore."""
    folder = Path(__file__).parent
    return sorted(
        m.name for m in pkgutil.iter_modules([str(folder)]) if m.name[0] != "_" and not m.ispkg
    )


def module(name: str) -> Any:
    """The experiment's module."""
    return importlib.import_module(f"book_code.experiments.{name}")


def code_hash(name: str) -> str:
    """The hash of the code that the experiment's numbers depend on."""
    return fingerprint(f"book_code.experiments.{name}")[0]


def data_files(config: Any) -> dict[str, str]:
    """The sha256 of the published files of the data set that a configuration names."""
    if not getattr(config, "dataset", ""):
        return {}
    source = importlib.import_module(f"book_code.data.{config.dataset.replace('-', '_')}")
    files = getattr(source, "FILES", {})
    return {file.name: file.sha256 for file in files.values()} or {
        source.FILE.name: hashlib.sha256(source.FILE.read_bytes()).hexdigest()
    }


def data_hash(config: Any) -> str:
    """The hash of the data set that a configuration names; empty where the code makes its data.

    It is that of the published files and of the way they are split, so nothing is read for it.
    """
    files = data_files(config)
    if not files:
        return ""
    split = fingerprint("book_code.data.dataset", ("hold_out",))[0]
    return hashlib.sha256(" ".join([*files.values(), split]).encode()).hexdigest()[:16]


def home(name: str) -> str:
    """The kind of device that the published numbers come from: a module's DEVICE, or the CPU."""
    return getattr(module(name), "DEVICE", "cpu")


def file_name(name: str, kind: str = "") -> str:
    """What the files of a result are called; a run on another kind of device is named after it."""
    return name if kind in ("", home(name)) else f"{name}.{kind}"


def read(name: str, kind: str = "") -> Result | None:
    """The published result, or the one of another kind of device."""
    return _result.read(RESULTS / f"{file_name(name, kind)}.json")


def state(name: str, kind: str = "") -> str:
    """`fresh`, `stale (what changed)`, `missing`, `waiting for a GPU` or `damaged (how)`."""
    try:
        result = read(name, kind)
    except ResultError as error:
        return f"damaged ({error})"
    if result is None:
        return "missing" if (kind or home(name)) == "cpu" else "waiting for a GPU"
    config = module(name).Config()
    changed = [
        what
        for what, then, now in (
            ("code", result.code_hash, code_hash(name)),
            ("configuration", _settings(result.config), _settings(_plain(config))),
            ("data", result.data_hash, data_hash(config)),
        )
        if then != now
    ]
    return f"stale ({', '.join(changed)})" if changed else "fresh"


def configuration(name: str, *, quick: bool, seeds: int | None) -> Any:
    """The configuration to run with."""
    config = module(name).Config()
    if quick:
        config = config.quick()
    return dataclasses.replace(config, seeds=tuple(range(seeds))) if seeds else config


def store(name: str, config: Any, device: str) -> Store:
    """Where the finished pieces of a run are kept: by all that its numbers depend on."""
    packages = fingerprint(module(name).__name__)[1]
    parts = [code_hash(name), data_hash(config), _plain(config), device, versions(packages)]
    parts += [os.environ.get("BOOK_PRECISION", ""), os.environ.get("WORLD_SIZE", "")]
    key = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
    return Store(CHECKPOINTS / name / key, device, write=RANK == 0)


def shares_work(name: str) -> bool:
    """Whether an experiment trains with the loop that several processes share."""
    return "lightning_fabric" in fingerprint(module(name).__name__)[1]


def forget(result: Result) -> None:
    """Remove the finished pieces of a run whose result is written."""
    shutil.rmtree(CHECKPOINTS / result.name, ignore_errors=True)


def run(name: str, config: Any, device: str, progress: Progress, *, quick: bool) -> Result:
    """Run one experiment, from where it was stopped, and note how its result came about."""
    experiment = module(name)
    digest, packages = fingerprint(experiment.__name__)
    if "torch" not in packages:
        device = "cpu"
    pieces = store(name, config, device)
    _memory.reset(device)
    start = time.perf_counter()
    with pieces.open():
        result: Result = experiment.run(config, device, progress)
    result.wall_time_s = round(time.perf_counter() - start + pieces.seconds, 1)
    peaks = [peak for peak in (_memory.peak_mb(device), pieces.peak_memory_mb) if peak]
    result.peak_memory_mb = max(peaks, default=None)
    result.name, result.title = name, experiment.TITLE
    result.config, result.seeds = _plain(config), list(config.seeds)
    result.device, result.kind = describe(device, packages), device.split(":")[0]
    if "lightning_fabric" in packages:
        result.device += together()
    result.versions = versions(packages)
    result.commit, result.code_hash, result.data_hash = commit(), digest, data_hash(config)
    result.data = data_files(config)
    result.finished = datetime.datetime.now(datetime.UTC).date().isoformat()
    result.quick = quick
    return result


def save(result: Result, folder: Path | None = None) -> None:
    """Write result and figure; trained weights too, when the result is published.

    The file of the result comes last: where a run is stopped before, it is made again.
    """
    draw(result, folder)
    if folder is None and result.kind == home(result.name):
        for (preset, dataset), state in result.weights.items():
            registry.save(preset, dataset, state)
    name = file_name(result.name, result.kind)
    _result.write((folder or RESULTS) / f"{name}.json", result)


def draw(result: Result, folder: Path | None = None) -> bool:
    """Draw the figure of a result; true if the file changed. The book shows the published one."""
    published = result.kind == home(result.name)
    folder = folder or (FIGURES if published else PREVIEW)
    path = folder / f"{file_name(result.name, result.kind)}.svg"
    content = picture(result).encode()
    if path.exists() and path.read_bytes() == content:
        return False
    _result.write_bytes(path, content)
    return True


def picture(result: Result) -> str:
    """The figure of a result, as SVG."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    from book_code.plotting import to_svg, use_book_style

    with mpl.rc_context():
        use_book_style()
        figure = module(result.name).plot(result)
        svg = to_svg(figure, alt=result.alt)
        plt.close(figure)
    return svg


def describe(device: str, packages: set[str]) -> str:
    """The device in words that fit any machine of its kind."""
    machine = {"AMD64": "x86-64", "x86_64": "x86-64"}.get(
        platform.machine(), platform.machine()
    )
    if "torch" in packages:
        import torch

        if device.startswith("cuda"):
            return torch.cuda.get_device_name(device)
        if device != "cpu":
            return device
        threads = torch.get_num_threads()
    else:
        threads = int(os.environ.get("OMP_NUM_THREADS", os.cpu_count() or 1))
    return f"CPU ({machine}, {threads} thread{'s' if threads > 1 else ''})"


def together() -> str:
    """Processes and precision, where they are not one and float32."""
    count, precision = os.environ.get("WORLD_SIZE", "1"), os.environ.get("BOOK_PRECISION", "")
    words = ([f"{count} processes"] if count != "1" else []) + (
        [precision] if precision else []
    )
    return f", {', '.join(words)}" if words else ""


def versions(packages: set[str]) -> dict[str, str]:
    """The versions of what the numbers may depend on."""
    found = {"python": platform.python_version()}
    for package in sorted(packages & {"numpy", "torch", "lightning_fabric"}):
        found[package] = sys.modules[package].__version__.split("+")[0]
    return found


def commit() -> str:
    """The commit that was checked out, or nothing outside of a repository."""
    answer = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return answer.stdout.strip()


def _plain(config: Any) -> dict[str, Any]:
    """The configuration as JSON gives it back."""
    return json.loads(json.dumps(dataclasses.asdict(config)))


def _settings(config: dict[str, Any]) -> str:
    """What makes two runs the same but for the number of seeds."""
    rest = {key: value for key, value in config.items() if key != "seeds"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()
