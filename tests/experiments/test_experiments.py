"""Every experiment runs from end to end, and every published result is that of the present code."""

import dataclasses
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
TINY = {  # smaller still than --quick, and on the digits that ship with the package
    "dataset": "digits", "train_size": 64, "test_size": 64, "batch_size": 32, "epochs": 1,
    "learning_rates": (3e-3,), "seeds": (0, 1), "sizes": (32, 64), "steps": 2, "noise": (0, 10, 20, 30),
    "shift": (0, 1, 2, 3), "rotation": (0, 10, 20, 30), "widths": (0.25, 0.5), "depths": (1, 2),
    "strides": (2, 3), "moves": (0, 2, 4), "dilations": ((1, 1), (2, 2)), "margins": (0.4, 0.8),
    "dimensions": (2, 3), "points": 60, "test_points": 60, "perceptron_epochs": 1, "rates": (0.1,),
    "tuning_size": 32, "examples": (50, 100), "inputs": (10, 20), "repetitions": 1, "logistic_steps": 20,
}  # fmt: skip
OWN = {  # where a field of the same name means something else
    "generative_metrics": {"noise": 0.2},
    "lenet_filter_size": {"sizes": (3, 5)},
    "mlp_width_depth": {"widths": (2, 4), "depths": (0, 1)},
    "mlp_mnist": {"widths": (4, 8)},
    "bert_sentiment": {"dataset": "rt-polarity", "steps": 2},
    "bert_distillation": {
        "dataset": "rt-polarity",
        "widths": (4, 8),
        "rates": (1e-3, 3e-3),
    },
    "gcn_cora": {"dataset": "cora", "epochs": 2},
    "char_gpt": {"dataset": "tinyshakespeare", "rates": (1e-3, 2e-3), "steps": 4},
    "gpt_scaling": {
        "dataset": "tinyshakespeare",
        "widths": (4, 8),
        "rates": (4e-3, 1.2e-2),
        "tuning_steps": 2,
    },
    "gpt_kv_cache": {"lengths": (4, 8)},
    "recurrent_text": {
        "dataset": "tinyshakespeare",
        "rates": (4e-3, 1.2e-2),
        "tuning_steps": 2,
    },
    "transfer_data_size": {"dataset": "mnist"},  # pictures of 28 x 28, made smaller
    "vit_resnet_data_size": {"dataset": "fashion-mnist"},
    "t5_tasks": {"steps": 4, "asked": 10},
    "char_gpt_large": {"dataset": "tinyshakespeare", "steps": 2, "batch_size": 1},
    "recommenders": {"dataset": "movielens-latest-small", "people": 12},
    "forecasts": {"dataset": "timeseries", "steps": 6},
    "copy_task": {"steps": 2},
    "bert_sentiment_large": {
        "dataset": "rt-polarity",
        "steps": 2,
        "fine_rates": (1e-3, 3e-3),
    },
    "efficiency_precision": {"rates": (1e-3, 4e-3)},
    "spoken_digits": {"dataset": "fsdd", "takes": 12},
    "translation": {
        "dataset": "eng-fra",
        "rates": (1e-3, 2e-3),
        "tuning_steps": 1,
        "widths": (1, 2),
    },
    "translation_large": {"dataset": "eng-fra", "widths": (1, 2)},
    "image_to_image": {"rates": (1e-3, 2e-3), "steps": 3},
    "diffusion_steps": {"rates": (1e-3, 2e-3), "steps": 3},
    "fashion_architectures": {"train_size": 8, "test_size": 8, "batch_size": 4},
    "cifar_resnets": {
        "dataset": "cifar10",
        "depths": (8, 14),
        "train_size": 32,
        "batch_size": 16,
    },
    "cifar_resnets_small": {
        "dataset": "cifar10",
        "depths": (8, 14),
        "train_size": 32,
        "batch_size": 16,
    },
    "digit_scenes_segmentation": {"dataset": "mnist", "noise": 0.1},
    "digit_scenes_detection": {"dataset": "mnist", "noise": 0.1},
    "cifar_fast": {"dataset": "cifar10", "widths": (24, 24, 24)},
    "cifar_fast_small": {"dataset": "cifar10", "widths": (24, 24, 24)},
}


def tiny(name):
    """The experiment's quick configuration, made smaller wherever that is known to work."""
    config = _runner.configuration(name, quick=True, seeds=None)
    fields = {field.name for field in dataclasses.fields(config)}
    fields -= set(OWN.get(name, {}))
    smaller = {key: value for key, value in TINY.items() if key in fields}
    return dataclasses.replace(config, **smaller, **OWN.get(name, {}))


class Counted(_runner.Silent):
    """Progress that is counted."""

    announced = done = 0

    def begin(self, steps):
        self.announced += steps

    def step(self, note=""):
        self.done += 1


@pytest.fixture(scope="module")
def finished(request, tmp_path_factory):
    """The name of an experiment, its run from beginning to end, and the progress that was told."""
    name, progress = request.param, Counted()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_runner, "CHECKPOINTS", tmp_path_factory.mktemp(name))
        yield name, _runner.run(name, tiny(name), "cpu", progress, quick=True), progress


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
    config = tiny(name)
    monkeypatch.setattr(_runner, "CHECKPOINTS", tmp_path)
    with pytest.raises(Stopped):
        _runner.run(name, config, "cpu", Impatient(3), quick=True)
    kept = sorted(tmp_path.rglob("*.pickle"))
    assert kept, "nothing was kept of what had been done"
    before = [path.stat().st_mtime_ns for path in kept]
    again = _runner.run(name, config, "cpu", _runner.Silent(), quick=True)
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
