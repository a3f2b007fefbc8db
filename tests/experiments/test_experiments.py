"""Every experiment runs from end to end, and every published result is that of the present code."""

import json
import re
import statistics

import pytest

torch = pytest.importorskip("torch")

from book_code.data import fashion_mnist, fetch, mnist  # noqa: E402
from book_code.experiments import _result, _runner, _table  # noqa: E402
from book_code.models import registry  # noqa: E402
from book_code.training.torch_loop import evaluate_torch  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

NAMES = _runner.names()


class Counted(_runner.Silent):
    """Progress that is counted."""

    announced = done = 0

    def begin(self, steps):
        self.announced += steps

    def step(self, note=""):
        self.done += 1


def quickly(name, progress):
    """An experiment in its quick form: the same code on a small share of the data."""
    config = _runner.configuration(name, quick=True, seeds=None)
    return _runner.run(name, config, "cpu", progress, quick=True)


@pytest.fixture(scope="module")
def finished(request, tmp_path_factory):
    """The name of an experiment, its run from beginning to end, and the progress that was told."""
    name, progress = request.param, Counted()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_runner, "CHECKPOINTS", tmp_path_factory.mktemp(name))
        yield name, quickly(name, progress), progress


@pytest.mark.parametrize("finished", NAMES, indirect=True)
def test_an_experiment_runs_from_end_to_end(finished, tmp_path):
    name, result, progress = finished
    _runner.save(result, tmp_path)

    assert progress.done == progress.announced > 0
    file = _runner.file_name(name, "cpu")  # x.cpu, where a GPU's result is published
    again = _result.read(tmp_path / f"{file}.json")
    assert again.to_json() == json.loads(json.dumps(result.to_json()))
    assert again.alt.endswith(".")
    assert len({len(again.table["columns"]), *map(len, again.table["rows"])}) == 1
    svg = (tmp_path / f"{file}.svg").read_text("utf-8")
    assert _runner.picture(again) == svg, "drawing from the file gives another figure"
    assert "var(--book-" in svg


class Stopped(Exception):
    """As if somebody had pressed Ctrl-C."""


class Impatient(_runner.Silent):
    """Progress that ends the run at a step."""

    def __init__(self, steps):
        self.left = steps

    def step(self, note=""):
        self.left -= 1
        if not self.left:
            raise Stopped


def measured(result):
    metrics = {name: entry for name, entry in result.metrics.items() if "seconds" not in name}
    return metrics, result.series


OWN_LOOPS = [
    "generative_models", "image_to_image", "diffusion_steps",
    "gcn_cora", "char_gpt", "recommenders", "forecasts", "copy_task", "spoken_digits",
    "fashion_architectures_small", "cifar_resnets_small", "translation", "rnn_length",
    "bert_sentiment_large", "bert_distillation", "simclr_probe",
]  # fmt: skip


@pytest.mark.parametrize("finished", OWN_LOOPS, indirect=True)
def test_a_run_that_was_stopped_ends_with_the_same_numbers(finished, tmp_path, monkeypatch):
    name, alone, _ = finished
    monkeypatch.setattr(_runner, "CHECKPOINTS", tmp_path)
    with pytest.raises(Stopped):
        quickly(name, Impatient(3))
    kept = sorted(tmp_path.rglob("*.pickle"))
    assert kept, "nothing was kept of what had been done"
    before = [path.stat().st_mtime_ns for path in kept]
    again = quickly(name, _runner.Silent())
    assert measured(again) == measured(alone)
    assert [path.stat().st_mtime_ns for path in kept] == before, "done once more"


RESULTS = sorted(path.stem for path in _runner.RESULTS.glob("*.json"))  # lenet_mnist, x.cuda


@pytest.mark.parametrize("name", NAMES)
def test_every_experiment_has_a_result_or_waits_for_a_gpu(name):
    assert _runner.state(name) in ("fresh", "waiting for a GPU")
    assert name in RESULTS or _runner.home(name) != "cpu"


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_is_that_of_the_present_code(name):
    state = _runner.state(*name.split("."))
    assert state == "fresh", f"{name} is {state}: run `python -m nox -s figures -- {name}`"


@pytest.mark.parametrize("file", RESULTS)
def test_a_result_says_all_about_itself(file):
    name, *kind = file.split(".")
    result = _runner.read(name, *kind)
    assert not result.quick
    assert result.kind == (kind[0] if kind else _runner.home(name))
    assert len(result.seeds) >= _runner.FEWEST_SEEDS
    assert len(result.seeds) >= len(_runner.module(name).Config().seeds)
    assert result.name == name
    assert result.title == _runner.module(name).TITLE
    assert result.metrics
    assert result.alt
    assert result.wall_time_s > 0
    assert {"python", "numpy"} <= set(result.versions)
    assert re.fullmatch(r"[0-9a-f]{12}", result.commit)
    for metric, entry in result.metrics.items():
        assert _result.summary(entry["values"]) | {"unit": entry["unit"]} == entry, metric
        spread = statistics.stdev(entry["values"]) if len(entry["values"]) > 1 else 0
        assert entry["sd"] == pytest.approx(spread, rel=1e-4, abs=1e-9), metric
        assert len(entry["values"]) in (1, len(result.seeds)), metric
    assert result.data == _runner.data_files(_runner.module(name).Config())
    for reference in result.references:
        assert reference["metric"] in result.metrics
        assert _table.verdict(result, reference) != "not compared"
        assert reference["source"]


@pytest.mark.parametrize("file", RESULTS)
def test_a_result_names_no_machine(file):
    text = (_runner.RESULTS / f"{file}.json").read_text("utf-8")
    assert not re.search(r"/(?:home|root|tmp|work|Users)/|hostname|\\\\", text)
    assert "." in file or (_runner.FIGURES / f"{file}.svg").exists()


def test_no_result_is_left_of_an_experiment_that_is_gone():
    kept = {
        path.name.split(".")[0]
        for path in [*_runner.RESULTS.glob("*.*"), *_runner.FIGURES.glob("*.svg")]
    }
    assert kept <= set(NAMES)


SHIPPED = {"lenet_mnist": ("mnist", mnist), "lenet_fashion": ("fashion-mnist", fashion_mnist)}


@pytest.mark.parametrize("experiment", SHIPPED)
def test_the_weights_that_ship_are_those_of_the_result(experiment):
    """Where the data are at hand: as accurate on the test split as the result file says."""
    dataset, source = SHIPPED[experiment]
    model = registry.load("lenet5", dataset, backend="torch")
    said = _runner.read(experiment).mean("shipped_test_error")
    assert said in _runner.read(experiment).metrics["test_error"]["values"]
    if all(fetch.available(file) for file in source.FILES.values()):
        test = source.load().test
        _, accuracy = evaluate_torch(model, torch.from_numpy(test.x), torch.from_numpy(test.y))
        assert 100 * (1 - accuracy) == pytest.approx(said, abs=0.011)
