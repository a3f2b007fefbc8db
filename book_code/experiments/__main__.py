"""The command line: ``python -m book_code.experiments [names] [--list] [--quick] ...``."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from book_code.data import DataError
from book_code.experiments import _memory, _runner, _table
from book_code.experiments._result import Result, ResultError
from book_code.names import unknown


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for, or what is out of date; 0 if all went well."""
    wish = _parser().parse_args(arguments)
    for name in wish.names:
        if name not in _runner.names():
            print(unknown("experiment", name, _runner.names()), file=sys.stderr)
            return 2
    if wish.seeds is not None and wish.seeds < 1:
        print("--seeds needs a number from 1.", file=sys.stderr)
        return 2
    names = wish.names or _runner.names()
    if wish.list:
        return _list(names)
    if wish.plot_only:
        return _plot(names)
    return _run(names, wish)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nox -s figures --",
        description="Run the experiments that are out of date and draw the book's figures.",
    )
    parser.add_argument("names", nargs="*", help="run these, even if they are fresh")
    parser.add_argument(
        "--list", action="store_true", help="say what there is and how it stands"
    )
    parser.add_argument("--quick", action="store_true",
                        help="the same code on a small share of the data; writes to build/figures")  # fmt: skip
    parser.add_argument("--plot-only", action="store_true", help="draw again, run nothing")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    parser.add_argument("--seeds", type=int, metavar="N",
                        help=f"seeds 0 to N-1; fewer than {_runner.FEWEST_SEEDS} are not published")  # fmt: skip
    return parser


def _list(names: Sequence[str]) -> int:
    width = max(map(len, names))
    for name in names:
        state = _runner.state(name)
        result = None if state.startswith("damaged") else _runner.read(name)
        last = f"  ({result.finished}, {result.wall_time_s:.0f} s)" if result else ""
        title = _runner.module(name).TITLE
        print(f"{name:{width}}  {state:9}  {title}{last}")
    return 0


def _plot(names: Sequence[str]) -> int:
    failed = 0
    for name in names:
        try:
            result = _runner.read(name)
        except ResultError as error:
            print(f"{name}: {error}", file=sys.stderr)
            failed = 1
            continue
        if result is None:
            print(f"{name}: no result yet; run it first.")
            continue
        try:
            print(f"{name}: {'drawn' if _runner.draw(result) else 'unchanged'}")
        except KeyError as missing:
            print(f"{name}: its result does not have {missing} yet; run it again.")
    return failed


def _run(names: Sequence[str], wish: argparse.Namespace) -> int:
    few = wish.seeds is not None and wish.seeds < _runner.FEWEST_SEEDS
    folder = _runner.PREVIEW if wish.quick or few else None
    device = _device(wish.device)
    if not device:
        print(
            f"There is no device {wish.device!r} here; --device auto finds one.",
            file=sys.stderr,
        )
        return 2
    failed, rows = [], []
    for name in names:
        state = _runner.state(name)
        if state.startswith("damaged"):
            print(f"{name}: {state}", file=sys.stderr)
        if state == "fresh" and not (wish.names or folder):
            known = _runner.read(name)
            assert known is not None
            drawn = _runner.draw(known)
            print(f"{name}: fresh{', drawn again' if drawn else ''}")
            rows.append(known)
            continue
        try:
            rows.append(_one(name, wish, device, folder))
        except KeyboardInterrupt:
            print(f"\n{name}: stopped; the same command goes on from here.", file=sys.stderr)
            return 130
        except Problem as problem:
            print(f"{name}: {problem}", file=sys.stderr)
            failed.append(name)
    print(_table.closing(rows))
    return 1 if failed else 0


class Problem(Exception):
    """Why an experiment did not come to a result, in a line."""


def _one(name: str, wish: argparse.Namespace, device: str, folder: Path | None) -> Result:
    """Run one experiment, write its result and say so."""
    start = time.perf_counter()
    config = _runner.configuration(name, quick=wish.quick, seeds=wish.seeds)
    try:
        with _Bar(name) as bar:
            result = _runner.run(name, config, device, bar, quick=bool(folder))
    except DataError as error:
        raise Problem(error) from None
    except (MemoryError, RuntimeError) as error:
        if not _memory.ran_out(error):
            raise
        raise Problem(f"out of memory on {device}: {_memory.advice(config)}") from None
    _runner.save(result, folder)
    _runner.forget(result)
    where = f" -> {folder / name}.svg" if folder else ""
    print(f"{name}: done in {time.perf_counter() - start:.0f} s{where}", flush=True)
    return result


def _device(wanted: str) -> str:
    """The device to compute on; empty if it is not here."""
    try:
        import torch
    except ImportError:
        return "cpu" if wanted in ("auto", "cpu") else ""
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(1, device=wanted)
    except (RuntimeError, AssertionError):
        return ""
    return wanted


class _Bar:
    """A progress bar that appears when the experiment says how long it is."""

    def __init__(self, name: str) -> None:
        from tqdm import tqdm

        self.bar = tqdm(desc=name, unit="step", mininterval=1, leave=False, disable=None)

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.close()

    def begin(self, steps: int) -> None:
        self.bar.reset(total=steps)

    def step(self, note: str = "") -> None:
        self.bar.set_postfix_str(note, refresh=False)
        self.bar.update()


if __name__ == "__main__":
    sys.exit(main())
