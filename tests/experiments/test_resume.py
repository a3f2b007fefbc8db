"""A run that is killed goes on where it was, and ends with the numbers of one that was left alone."""

import json
import os
import pickle
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.experiments import _checkpoint, _result, _runner  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

NAME = "lenet_width"
PROGRAM = f"""
import dataclasses, pathlib, sys
from book_code.experiments import __main__ as cli, _runner, _sweep
folder = pathlib.Path(sys.argv[1])
for place in ("RESULTS", "FIGURES", "PREVIEW", "CHECKPOINTS"):
    setattr(_runner, place, folder / place.lower())
experiment = _runner.module("{NAME}")
config = dataclasses.replace(
    experiment.Config().quick(), dataset="digits", train_size=512, test_size=64, epochs=3,
    widths=(0.5, 1.0), learning_rates=(2e-3, 4e-3), seeds=(0, 1, 2),
)
experiment.Config = lambda: config
fit = _sweep.fit_torch
def counted(*args, **named):
    (folder / "trained").open("a").write(".")
    return fit(*args, **named)
_sweep.fit_torch = counted
sys.exit(cli.main(["{NAME}"]))
"""
TRAININGS = 2 * (2 + 3)


def begin(folder):
    folder.mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def finish(process):
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err[-2000:]
    return out


def pieces(folder):
    return sorted((folder / "checkpoints").rglob("*.pickle"))


def kill_at(folder, count):
    """Begin, and end the process as a power cut would when `count` pieces are kept."""
    process = begin(folder)
    try:
        limit = time.monotonic() + 240
        while len(pieces(folder)) < count and time.monotonic() < limit:
            assert process.poll() is None, process.stderr.read()[-2000:]
            time.sleep(0.002)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert not (folder / "results").exists()


def measured(folder):
    """The result without what a clock said."""
    entries = json.loads((folder / "results" / f"{NAME}.json").read_text())
    return {
        "metrics": {k: v for k, v in entries["metrics"].items() if not k.startswith("seconds")},
        "series": entries["series"],
        **{key: entries[key] for key in ("alt", "config", "seeds", "code_hash", "data_hash")},
    }


def test_a_run_killed_twice_ends_as_one_left_alone(tmp_path):
    alone, killed = tmp_path / "alone", tmp_path / "killed"
    undisturbed = begin(alone)
    kill_at(killed, 2)
    kill_at(killed, 6)
    kept = pieces(killed)
    finish(begin(killed))
    finish(undisturbed)

    assert measured(killed) == measured(alone)
    assert len((alone / "trained").read_text()) == TRAININGS
    trained = len((killed / "trained").read_text())
    assert TRAININGS <= trained <= TRAININGS + 2, "more was lost than what was under way"
    assert len(kept) >= 6
    assert not pieces(killed), "the pieces stay after the result is written"
    assert {path.suffix for path in killed.rglob("*") if path.is_file()} == {
        ".json",
        ".svg",
        "",
    }


def test_a_damaged_piece_is_computed_again(tmp_path):
    calls = []

    @_checkpoint.kept
    def train(seed):
        calls.append(seed)
        return np.random.default_rng(seed).random()

    for damage in (
        None,
        lambda old: old[: len(old) // 2],
        lambda _: b"",
        lambda _: pickle.dumps(3),
    ):
        if damage:
            path = pieces_of(tmp_path)[1]
            path.write_bytes(damage(path.read_bytes()))
        store = _checkpoint.Store(tmp_path)
        with store.open():
            values = [train(seed) for seed in (0, 1, 2)]
        assert values == [np.random.default_rng(seed).random() for seed in (0, 1, 2)]
        assert store.taken_up == (2 if damage else 0)
    assert calls == [0, 1, 2, 1, 1, 1]


def pieces_of(folder):
    return sorted(folder.glob("*.pickle"))


def test_random_numbers_go_on_as_if_nothing_had_been_skipped(tmp_path):
    @_checkpoint.kept
    def draw(count):
        return torch.rand(count)

    def three():
        torch.manual_seed(0)
        with _checkpoint.Store(tmp_path).open():
            return [draw(2), draw(3), torch.rand(4)]

    first = three()
    pieces_of(tmp_path)[1].unlink()
    for one, again in zip(first, three(), strict=True):
        assert torch.equal(one, again)


def test_other_arguments_get_no_piece_of_others(tmp_path):
    @_checkpoint.kept
    def double(value):
        return 2 * value

    for value in (1, 2):
        with _checkpoint.Store(tmp_path).open():
            assert double(value) == 2 * value
    assert double(3) == 6, "without a run nothing is kept"
    assert len(pieces_of(tmp_path)) == 2


def test_other_settings_device_or_code_begin_anew(monkeypatch):
    config = _runner.configuration(NAME, quick=True, seeds=None)
    folder = _runner.store(NAME, config, "cpu").folder
    assert _runner.store(NAME, config, "cpu").folder == folder
    assert _runner.store(NAME, config, "cuda").folder != folder
    more = _runner.configuration(NAME, quick=True, seeds=7)
    assert _runner.store(NAME, more, "cpu").folder != folder
    monkeypatch.setattr(_runner, "code_hash", lambda name: "other")
    assert _runner.store(NAME, config, "cpu").folder != folder


def test_a_write_that_is_stopped_leaves_what_was_there(tmp_path):
    """Killed at any moment of writing, the file holds the old bytes or the new ones."""
    path, big = tmp_path / "result.json", 20_000_000
    program = (
        "import pathlib, sys\nfrom book_code.experiments._result import write_bytes\n"
        "path = pathlib.Path(sys.argv[1])\nprint('ready', flush=True)\n"
        f"while True:\n    write_bytes(path, b'a' * {big})\n    write_bytes(path, b'b' * {big})\n"
    )
    for pause in (0.0, 0.01, 0.03, 0.07):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE
        )
        process.stdout.readline()
        while not path.exists():
            time.sleep(0.001)
        time.sleep(pause)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        content = path.read_bytes()
        assert len(content) == big
        assert len(set(content)) == 1


def test_a_result_that_stands_is_the_last_thing_written(tmp_path, monkeypatch):
    """Where figure or weights fail, the experiment stays out of date."""
    monkeypatch.setattr(_runner, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(_runner, "picture", lambda result: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        _runner.save(_result.Result(name=NAME))
    assert not (tmp_path / "results").exists()
