"""The command line, the freshness of results, and the files they are kept in."""

import dataclasses

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.data import fetch, mnist  # noqa: E402
from book_code.experiments import __main__ as cli  # noqa: E402
from book_code.experiments import _fingerprint, _memory, _report, _result, _runner, _table  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

FAST = "perceptron_margin"


@pytest.fixture
def folders(monkeypatch, tmp_path):
    """The published folders, somewhere else."""
    for name in ("RESULTS", "FIGURES", "PREVIEW", "CHECKPOINTS"):
        monkeypatch.setattr(_runner, name, tmp_path / name.lower())
    config = _runner.module(FAST).Config
    small = {"margins": (0.4, 0.8), "dimensions": (2,), "points": 40, "seeds": (0, 1, 2)}
    monkeypatch.setattr(_runner.module(FAST), "Config", lambda: config(**small))
    return tmp_path


def test_what_is_fresh_is_not_run_again(folders, capsys, monkeypatch):
    monkeypatch.setattr(_runner, "names", lambda: [FAST])
    assert _runner.state(FAST) == "missing"
    assert cli.main([]) == 0
    assert _runner.state(FAST) == "fresh"
    before = (folders / "results" / f"{FAST}.json").stat().st_mtime_ns
    assert cli.main([]) == 0
    assert "fresh" in capsys.readouterr().out
    assert (folders / "results" / f"{FAST}.json").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("code_hash", "0", "code"),
        ("config", {"points": 7}, "configuration"),
        ("data_hash", "0", "data"),
    ],
)
def test_what_changed_is_named(folders, key, value, word):
    assert cli.main([FAST]) == 0
    result = _runner.read(FAST)
    setattr(result, key, value)
    _result.write(folders / "results" / f"{FAST}.json", result)
    assert _runner.state(FAST) == f"stale ({word})"


def test_more_seeds_are_published_and_fewer_are_not(folders):
    assert cli.main([FAST, "--seeds", "4"]) == 0
    assert _runner.read(FAST).seeds == [0, 1, 2, 3]
    assert _runner.state(FAST) == "fresh"
    assert cli.main([FAST, "--seeds", "1"]) == 0
    assert len(_runner.read(FAST).seeds) == 4
    assert (folders / "preview" / f"{FAST}.svg").exists()


def test_quick_never_touches_what_is_published(folders, monkeypatch):
    config = _runner.configuration(FAST, quick=True, seeds=None)
    monkeypatch.setattr(_runner, "configuration", lambda *_, **__: config)
    assert cli.main([FAST, "--quick"]) == 0
    assert not (folders / "results").exists()
    assert _result.read(folders / "preview" / f"{FAST}.json").quick


def test_plot_only_runs_nothing(folders, capsys, monkeypatch):
    assert cli.main([FAST, "--plot-only"]) == 0
    assert "no result yet" in capsys.readouterr().out
    assert cli.main([FAST]) == 0
    (folders / "figures" / f"{FAST}.svg").unlink()
    monkeypatch.setattr(_runner, "run", None)
    assert cli.main([FAST, "--plot-only"]) == 0
    assert (folders / "figures" / f"{FAST}.svg").exists()


def test_an_unknown_name_gives_the_nearest(capsys):
    assert cli.main(["lenet_minst"]) == 2
    assert "did you mean 'lenet_mnist'?" in capsys.readouterr().err


def test_seeds_must_be_a_number_from_one(capsys):
    assert cli.main(["--seeds", "0"]) == 2
    assert "from 1" in capsys.readouterr().err


@pytest.mark.parametrize("device", ["cuda:99", "toaster"])
def test_a_device_that_is_not_here_is_said(device, folders, capsys):
    assert cli.main([FAST, "--device", device]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert device in line
    assert not (folders / "results").exists()


@pytest.fixture
def on_gpu(folders, monkeypatch):
    """The fast experiment as one whose published numbers come from a GPU; there is none."""
    monkeypatch.setattr(_runner.module(FAST), "DEVICE", "cuda", raising=False)
    monkeypatch.setattr(_runner, "names", lambda: [FAST])
    monkeypatch.setattr(torch, "empty", no_gpu(torch.empty))
    return folders


def no_gpu(empty):
    def made(*sizes, device=None, **options):
        if str(device).startswith("cuda"):
            raise RuntimeError("No CUDA GPUs are available")
        return empty(*sizes, device=device, **options)

    return made


def test_what_is_published_from_a_gpu_waits_for_one(on_gpu, capsys):
    assert cli.main([]) == 0
    assert "waits for a GPU" in capsys.readouterr().out
    assert _runner.state(FAST) == "waiting for a GPU"
    assert not (on_gpu / "results").exists()


def test_results_of_both_kinds_of_device_are_kept_and_named(on_gpu, capsys):
    assert cli.main(["--device", "cpu"]) == 0
    assert [path.name for path in (on_gpu / "results").iterdir()] == [f"{FAST}.cpu.json"]
    assert not (on_gpu / "figures").exists(), (
        "the book's figure is that of the published result"
    )
    assert _runner.state(FAST, "cpu") == "fresh"
    assert _runner.state(FAST) == "waiting for a GPU"
    published = _runner.read(FAST, "cpu")
    published.kind = "cuda"
    _runner.save(published)
    assert _runner.state(FAST) == "fresh"
    assert _runner.read(FAST, "cpu").kind == "cpu"
    assert (on_gpu / "figures" / f"{FAST}.svg").exists()
    (group,) = _report.published(on_gpu / "results").values()
    assert [result.kind for result in group] == ["cuda", "cpu"]


def test_quick_runs_here_what_is_published_from_a_gpu(on_gpu):
    assert cli.main(["--seeds", "1"]) == 0
    assert (on_gpu / "preview" / f"{FAST}.cpu.json").exists()


def test_the_list_names_every_experiment(capsys):
    assert cli.main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == _runner.names()


def test_data_that_cannot_be_had_is_said_and_the_rest_goes_on(folders, capsys, monkeypatch):
    from book_code.data import DataError

    def run(name, *_, **__):
        if name != FAST:
            raise DataError("mnist is not here")
        return real(name, *_, **__)

    real = _runner.run
    monkeypatch.setattr(_runner, "run", run)
    assert cli.main(["perceptron_mnist", FAST]) == 1
    assert "mnist is not here" in capsys.readouterr().err
    assert _runner.state(FAST) == "fresh"


def test_a_result_file_that_was_edited_or_cut_off_is_said_and_made_again(
    folders, capsys, monkeypatch
):
    monkeypatch.setattr(_runner, "names", lambda: [FAST])
    assert cli.main([]) == 0
    path = folders / "results" / f"{FAST}.json"
    whole = path.read_text()
    nicer = whole.replace('"mean": ', '"mean": 1', 1)
    for damage, words in (
        (nicer, "changed after it was written"),
        (whole[:400], "cut off"),
        ("[]", "no result file"),
        ("", "cut off"),
    ):
        path.write_text(damage)
        capsys.readouterr()
        assert words in _runner.state(FAST)
        assert cli.main(["--plot-only"]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert words in line
        assert f"figures -- {FAST}" in line
        assert cli.main(["--list"]) == 0
        assert cli.main([]) == 0
        assert words in capsys.readouterr().err
        assert _runner.state(FAST) == "fresh"


@pytest.mark.parametrize("damage", [lambda old: old[:-9], lambda old: b"x" + old[1:]])
def test_data_cut_off_or_damaged_is_one_line_and_nothing_is_written(
    damage, folders, tmp_path, capsys, monkeypatch
):
    file = next(iter(mnist.FILES.values()))
    copy = tmp_path / "data" / file.dataset / file.name
    copy.parent.mkdir(parents=True)
    copy.write_bytes(damage(b"0" * file.size))
    monkeypatch.setenv(fetch.VARIABLE, str(tmp_path / "data"))
    assert cli.main(["perceptron_mnist"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert file.name in line
    assert "is cut off" in line or "is damaged" in line
    assert not (folders / "results").exists()
    assert not (folders / "figures").exists()


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
        RuntimeError(
            "DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"
        ),
        MemoryError(),
    ],
)
def test_out_of_memory_says_what_to_lower(error, folders, capsys, monkeypatch):
    def run(config, device, progress):
        raise error

    monkeypatch.setattr(_runner.module(FAST), "run", run)
    assert cli.main([FAST]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{FAST}: out of memory on cpu: lower points (now 40)")
    assert not (folders / "results").exists()


def test_a_training_that_diverged_is_one_line_and_nothing_is_written(
    folders, capsys, monkeypatch
):
    def run(config, device, progress):
        result = _result.Result()
        result.add("accuracy", [0.5, 0.25])
        result.add_series("loss", (1, 2), [[1.0, 2.0], [3.0, float("nan")]])
        return result

    monkeypatch.setattr(_runner.module(FAST), "run", run)
    assert cli.main([FAST]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line == f"{FAST}: loss is not a number: a training diverged; lower its learning rate"
    assert not (folders / "results").exists()


def test_memory_that_cannot_be_had_is_out_of_memory():
    with pytest.raises(RuntimeError) as too_much:
        torch.empty(1 << 60, dtype=torch.uint8)
    assert _memory.ran_out(too_much.value)
    assert not _memory.ran_out(RuntimeError("shapes cannot be multiplied"))


def test_other_errors_are_not_hidden(folders, monkeypatch):
    def run(config, device, progress):
        raise RuntimeError("a fault in the code")

    monkeypatch.setattr(_runner.module(FAST), "run", run)
    with pytest.raises(RuntimeError, match="a fault in the code"):
        cli.main([FAST])


def test_the_peak_of_memory_is_that_of_the_run():
    _memory.reset("cpu")
    before = _memory.peak_mb()
    block = np.ones(25_000_000)  # 200 MB
    used = _memory.peak_mb() - before
    del block
    assert 190 < used < 260
    if _memory._STATUS.exists():
        _memory.reset("cpu")
        assert _memory.peak_mb() < before + 100


def test_the_table_gives_a_verdict():
    result = _result.Result(name="a", wall_time_s=120)
    result.add("test_error", [1.0, 1.2], "%")
    result.add("test_accuracy", [90.0, 92.0], "%")
    result.add("gap", [1.0])
    for metric, value, better, expected in (
        ("test_error", 1.1, "", "meets"),
        ("test_error", 1.0, "", "within one s.d."),
        ("test_error", 0.9, "", "behind"),
        ("test_accuracy", 90.5, "", "meets"),
        ("test_accuracy", 92.0, "", "within one s.d."),
        ("test_accuracy", 93.0, "", "behind"),
        ("gap", 2, "", "not compared"),
        ("gap", 2, "lower", "meets"),
        ("gap", 2, "higher", "behind"),
        ("gap", 2, "another scale", "another scale"),
    ):
        result.references.clear()
        result.refer("theirs", metric, value, "a paper", better)
        (row,) = _table.rows(result)
        assert row[4] == expected, (metric, value, better)
        assert row[5] == "2 min"
    result.references.clear()
    assert _table.rows(result)[0][4] == "no reference"
    assert "1.10 ± 0.14 %" in _table.closing([result])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1.801, 1.803, 1.807], "1.804 ± 0.003 %"),
        ([135.0, 139.0, 143.0], "139 ± 4 %"),
        ([17.5, 19.1, 20.7], "19.1 ± 1.6 %"),
        ([3.0, 3.0], "3.00 ± 0.00 %"),
        ([3.14159], "3.14 %"),
    ],
)
def test_a_number_has_no_more_digits_than_its_spread_allows(values, words):
    result = _result.Result()
    result.add("accuracy", values, "%")
    assert _table.said(result, "accuracy") == words


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "result.json"
    _result.write_bytes(path, b"old")
    monkeypatch.setattr(
        _result.os, "replace", lambda *_: (_ for _ in ()).throw(OSError("full"))
    )
    with pytest.raises(OSError, match="full"):
        _result.write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_result_survives_its_file(tmp_path):
    result = _result.Result(name="a", alt="An alt text.")
    result.add("error", [1.0, 2.0, 4.0], "%")
    result.add("count", 61706)
    result.add_series("curve", [1, 2], [[1.0, 2.0], [3.0, 4.0]], x_label="epoch")
    result.tabulate(["a", "b"], [[1, 2.5]])
    _result.write(tmp_path / "a.json", result)
    again = _result.read(tmp_path / "a.json")
    assert again == result
    assert again.say("error", 1) == "2.3 ± 1.5 %"
    assert again.say("count", 0) == "61,706"
    assert again.series["curve"]["mean"] == [2, 3]


def test_the_hash_follows_meaning_and_nothing_else(tmp_path, monkeypatch):
    """Words, layout, hints, messages and unused functions do not count; a number does."""
    package = tmp_path / "book_code"
    package.mkdir()
    (package / "__init__.py").write_text("")
    monkeypatch.setattr(_fingerprint, "ROOT", tmp_path)
    base = "from .tools import used\nfrom numpy import array\nK: int = 2\ndef run(x):\n    return used(x) * K\n"
    tools = "def used(x):\n    if x < 0:\n        raise ValueError('no')\n    return x + {}\n{}"

    def digest(run=base, number="1", more=""):
        (package / "main.py").write_text(run)
        (package / "tools.py").write_text(tools.format(number, more))
        _fingerprint._Source.of.cache_clear()
        return _fingerprint.fingerprint("book_code.main")

    first, packages = digest()
    assert (
        digest(
            base.replace("def run(x):", "def run(x: int) -> int:  # why\n    '''Words.'''\n")
        )[0]
        == first
    )
    assert digest(base.replace("K: int = 2", "K = 2"))[0] == first
    assert digest(base + "\ndef plot(result):\n    return 3\n")[0] == first
    assert digest(base.replace("def run", "@kept\ndef run"))[0] == first
    assert digest(base.replace("def run", "@twice\ndef run"))[0] != first
    assert digest(more="def unused():\n    return 1\n")[0] == first
    assert digest(number="2")[0] != first
    assert digest(base.replace("K: int = 2", "K = 3"))[0] != first
    assert digest(base.replace("* K", "* K * array(1)"))[1] == packages | {"numpy"}
    _fingerprint._Source.of.cache_clear()


def test_the_hash_follows_into_the_package():
    reached = _fingerprint.fingerprint("book_code.experiments.lenet_pooling")
    assert reached[1] >= {"torch", "numpy"}
    assert "torch" not in _fingerprint.fingerprint("book_code.experiments.perceptron_margin")[1]


def test_configurations_are_frozen_and_know_a_quick_form():
    for name in _runner.names():
        config = _runner.module(name).Config()
        assert dataclasses.is_dataclass(config)
        with pytest.raises(dataclasses.FrozenInstanceError):
            config.seeds = ()
        assert len(config.seeds) >= _runner.FEWEST_SEEDS
        assert type(config.quick()) is type(config)
