"""The command line: ``python -m book_code.experiments [names] [--list] [--quick] ...``."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence

from book_code.experiments import _batch, _report, _runner
from book_code.experiments._result import ResultError
from book_code.names import unknown

PRECISIONS = ("16-mixed", "bf16-mixed")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for, or what is out of date; 0 if all went well."""
    wish = _parser().parse_args(arguments)
    for name in wish.names:
        if name not in _runner.names():
            print(unknown("experiment", name, _runner.names()), file=sys.stderr)
            return 2
    for option in ("seeds", "jobs", "devices"):
        if getattr(wish, option) is not None and getattr(wish, option) < 1:
            print(f"--{option} needs a number from 1.", file=sys.stderr)
            return 2
    if wish.precision:
        os.environ["BOOK_PRECISION"] = wish.precision
    if wish.devices > 1 and "LOCAL_WORLD_SIZE" not in os.environ:
        return _together(wish.devices, sys.argv[1:] if arguments is None else arguments)
    names = wish.names or _runner.names()
    if wish.report:
        print(_report.whole())
        return 0
    if wish.list:
        return _list(names)
    if wish.plot_only:
        return _plot(names)
    return _run(names, wish)


def _together(processes: int, arguments: Sequence[str]) -> int:
    """Start the same command several times; each finds its companions through Fabric."""
    start = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    command = [sys.executable, *start, "-m", "book_code.experiments", *arguments]
    return subprocess.run(command, check=False).returncode


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
    parser.add_argument("--device", default="auto",
                        help="cpu, cuda, cuda:1, mps; a result of another kind than the published one is kept beside it; "
                        "auto: the kind that is published")  # fmt: skip
    parser.add_argument("--devices", type=int, default=1, metavar="N",
                        help="train on N GPUs (or N processes of the CPU), as torchrun does")  # fmt: skip
    parser.add_argument(
        "--precision", choices=PRECISIONS, help="of training; float32 unless told"
    )
    parser.add_argument("--jobs", type=int, default=1, metavar="N",
                        help="run N experiments at once, each in a process of its own")  # fmt: skip
    parser.add_argument("--report", action="store_true",
                        help="print the results page of the book, in Markdown")  # fmt: skip
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
    if wish.device != "auto" and not _batch.device(wish.device):
        advice = "--device auto finds one"
        print(f"There is no device {wish.device!r} here; {advice}.", file=sys.stderr)
        return 2
    few = wish.seeds is not None and wish.seeds < _runner.FEWEST_SEEDS
    order = _batch.Order(
        device=wish.device,
        quick=wish.quick,
        seeds=wish.seeds,
        folder=_runner.PREVIEW if wish.quick or few else None,
        again=bool(wish.names),
        jobs=wish.jobs,
    )
    return _batch.run(names, order)


if __name__ == "__main__":
    sys.exit(main())
