"""Run experiments, one after the other or several at once, and say how it goes."""

from __future__ import annotations

import io
import multiprocessing
import os
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from book_code.data import DataError
from book_code.experiments import _memory, _result, _runner, _table
from book_code.experiments._result import Result, ResultError

# Where the system can fork, one process imports what all experiments need, a third of a short one's time.
METHODS = multiprocessing.get_all_start_methods()
PROCESSES: Any = multiprocessing.get_context(
    "forkserver" if "forkserver" in METHODS else "spawn"
)
PROCESSES.set_forkserver_preload([__name__, "torch", "matplotlib.pyplot"])


@dataclass(frozen=True)
class Order:
    """What was asked for; with a `folder`, nothing is published."""

    device: str = "auto"
    quick: bool = False
    seeds: int | None = None
    folder: Path | None = None
    again: bool = False  # also what is fresh
    jobs: int = 1

    @property
    def kind(self) -> str:
        """The kind of device, or nothing where it is the published one."""
        return "" if self.device == "auto" else self.device.split(":")[0]

    def read(self, name: str) -> Result | None:
        """The result that stands for this order."""
        if self.folder is None:
            return _runner.read(name, self.kind)
        kinds = dict.fromkeys([self.kind, "", "cpu"])
        files = [self.folder / f"{_runner.file_name(name, kind)}.json" for kind in kinds]
        return next((_result.read(file) for file in files if file.exists()), None)


class Problem(Exception):
    """Why an experiment did not come to a result, in a line."""


class Waiting(Exception):
    """Why an experiment was not run here, in a line."""


def run(names: Sequence[str], order: Order) -> int:
    """Run what is not fresh, then print the table of all; 0 if all went well."""
    if _runner.RANK:  # the first process speaks, writes, and runs alone what is not shared
        names = [name for name in names if _runner.shares_work(name)]
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 (for as long as the process lives)
    done = {name: known for name in names if (known := _fresh(name, order))}
    waiting = [name for name in names if name not in done]
    failed, start = 0, time.perf_counter()
    try:
        steps = _several(waiting, order) if order.jobs > 1 else _in_turn(waiting, order)
        for number, (name, outcome) in enumerate(steps, start=1):
            if isinstance(outcome, Result):
                done[name] = outcome
                if left := len(waiting) - number:
                    seconds = (time.perf_counter() - start) / number * left
                    print(f"{number} of {len(waiting)}; {left} to go, {_left(seconds)}")
            else:
                failed |= isinstance(outcome, Problem)
                stream = sys.stderr if isinstance(outcome, Problem) else sys.stdout
                print(f"{name}: {outcome}", file=stream, flush=True)
    except KeyboardInterrupt:
        print("\nStopped; the same command goes on from here.", file=sys.stderr)
        return 130
    if done:
        print(_table.closing(done[name] for name in names if name in done))
    return int(failed)


def _left(seconds: float) -> str:
    return f"about {_table.say_seconds(seconds)} left if they take as long"


def _fresh(name: str, order: Order) -> Result | None:
    """The published result if it need not be made again; its figure is drawn if that changed."""
    state = _runner.state(name, order.kind)
    if state.startswith("damaged"):
        print(f"{name}: {state}", file=sys.stderr)
    if state != "fresh" or order.again or order.folder:
        return None
    known = order.read(name)
    assert known is not None
    drawn = not _runner.RANK and _runner.draw(known)
    print(f"{name}: fresh{', drawn again' if drawn else ''}")
    return known


Outcome = Result | Problem | Waiting


def _in_turn(names: Sequence[str], order: Order) -> Iterator[tuple[str, Outcome]]:
    for name in names:
        try:
            yield name, _one(name, order)
        except (Problem, Waiting) as reason:
            yield name, reason


def _several(names: Sequence[str], order: Order) -> Iterator[tuple[str, Outcome]]:
    """Each in a process of its own, so many at once; they write their results themselves."""
    with ThreadPoolExecutor(order.jobs) as pool:
        tasks = {pool.submit(_apart, name, order): name for name in names}
        for task in as_completed(tasks):
            yield tasks[task], task.result()


def _apart(name: str, order: Order) -> Outcome:
    here, there = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=_send, args=(there, dict(os.environ), name, order))
    process.start()
    there.close()
    try:
        reason, said = here.recv()
    except EOFError:
        process.join()
        return Problem(f"its process ended with exit code {process.exitcode}")
    process.join()
    print(said, end="", flush=True)
    return reason or order.read(name) or Waiting("has no result here")


def _send(there: Connection, environment: dict[str, str], name: str, order: Order) -> None:
    """In the new process: run an experiment, send what keeps it from a result and what it said."""
    os.environ.clear()  # its own is as old as the first experiment's
    os.environ.update(environment)
    said, reason = io.StringIO(), None
    with redirect_stdout(said), redirect_stderr(io.StringIO()):
        try:
            _one(name, order)
        except (Problem, Waiting) as known:
            reason = type(known)(str(known))
        except Exception:
            reason = Problem(traceback.format_exc().strip())
    lines = [line for line in said.getvalue().splitlines(True) if line.startswith(f"{name}: ")]
    there.send((reason, "".join(lines)))


def _one(name: str, order: Order) -> Result:
    """Run one experiment, write its result and say so."""
    place = device(_runner.home(name)) if order.device == "auto" else order.device
    if not place and order.folder is None:
        raise Waiting("waits for a GPU (`--device cpu` keeps a result of the CPU beside it)")
    start = time.perf_counter()
    result = _computed(name, order, place or "cpu")
    if _runner.RANK:
        return result
    _runner.save(result, order.folder)
    _runner.forget(result)
    where = f" -> {order.folder / name}.svg" if order.folder else ""
    print(f"{name}: done in {time.perf_counter() - start:.0f} s{where}", flush=True)
    return result


def _computed(name: str, order: Order, place: str) -> Result:
    """Run one experiment; what a reader can mend becomes a Problem."""
    config = _runner.configuration(name, quick=order.quick, seeds=order.seeds)
    try:
        with Bar(name) as bar:
            return _runner.run(name, config, place, bar, quick=order.folder is not None)
    except (DataError, ResultError) as error:
        raise Problem(error) from None
    except (MemoryError, RuntimeError) as error:
        if not _memory.ran_out(error):
            raise
        raise Problem(f"out of memory on {place}: {_memory.advice(config)}") from None


def device(wanted: str) -> str:
    """The device to compute on; empty if it is not here."""
    try:
        import torch
    except ImportError:
        return "cpu" if wanted == "cpu" else ""
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    try:
        torch.empty(1, device=wanted)
    except (RuntimeError, AssertionError):
        return ""
    return wanted


class Bar:
    """A progress bar with the time left, from when the experiment says how long it is."""

    def __init__(self, name: str) -> None:
        from tqdm import tqdm

        self.bar = tqdm(desc=name, unit="step", mininterval=1, leave=False,
                        disable=None if not _runner.RANK else True)  # fmt: skip

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.close()

    def begin(self, steps: int) -> None:
        """The number of steps is known."""
        self.bar.reset(total=steps)

    def step(self, note: str = "") -> None:
        """One is done."""
        self.bar.set_postfix_str(note, refresh=False)
        self.bar.update()
