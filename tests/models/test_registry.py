"""From a name to a model, and what is said when the name or a value is wrong."""

import importlib
import sys

import numpy as np
import pytest

import book_code as bc
from book_code import interop
from book_code.models import registry

from .cases import cases


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("family", registry.FAMILIES)
def test_the_table_of_families_is_that_of_the_folders(family):
    presets = importlib.import_module(f"book_code.models.{family}.config").PRESETS
    assert registry.FAMILIES[family] == tuple(presets)
    assert f"{family.replace('_', '-')}-tiny" in presets
    assert all(registry.family(name) == family for name in presets)


def test_every_folder_is_registered():
    folders = {path.parent.name for path in registry.WEIGHTS.parent.glob("models/*/config.py")}
    assert folders == set(registry.FAMILIES)


@pytest.mark.parametrize("family", registry.FAMILIES)
def test_every_family_is_tried(family):
    """Each kind of model that the family has: no preset is without a case."""
    tried = {registry.config(name).architecture for name in cases(family)}
    assert set(cases(family)) <= set(registry.FAMILIES[family])
    assert {registry.config(name).architecture for name in registry.FAMILIES[family]} == tried


@pytest.mark.parametrize(
    ("wrong", "near"),
    [("lenet", "lenet5"), ("LeNet5", "lenet5"), ("softmax_regression", "softmax-regression")],
)
def test_an_unknown_preset_gets_the_nearest(wrong, near, rng):
    with pytest.raises(ValueError, match=f"unknown preset '{wrong}'; did you mean '{near}'"):
        bc.build(wrong, rng=rng)


def test_an_unknown_back_end_gets_the_nearest(rng):
    with pytest.raises(ValueError, match="unknown backend 'pytorch'; did you mean 'torch'"):
        bc.build("mlp", backend="pytorch", rng=rng)


@pytest.mark.parametrize(
    ("fields", "kind", "message"),
    [
        (
            {"poling": "max"},
            TypeError,
            "unknown field of LeNetConfig 'poling'; did you mean 'pooling'",
        ),
        ({"pooling": "mx"}, ValueError, r"LeNetConfig\.pooling 'mx'; did you mean 'max'"),
        (
            {"classes": "10"},
            TypeError,
            r"LeNetConfig\.classes must be an integer; got '10' \(str\)",
        ),
        ({"classes": 10.0}, TypeError, "must be an integer; got 10.0"),
        ({"classes": True}, TypeError, "must be an integer; got True"),
        ({"classes": 0}, ValueError, "must be at least 1; got 0"),
        ({"channels": [6, 16]}, TypeError, r"must be a tuple of 2 values; got \[6, 16\]"),
        ({"channels": (6, 16, 32)}, TypeError, "must be a tuple of 2 values"),
        ({"channels": (6, 1.5)}, TypeError, r"channels\[1\] must be an integer; got 1.5"),
        ({"width": -1.0}, ValueError, "width must be a number from 0; got -1.0"),
        ({"width": float("nan")}, ValueError, "width must be a number from 0; got nan"),
    ],
)
def test_a_wrong_field_is_named(fields, kind, message, rng):
    with pytest.raises(kind, match=message):
        bc.build("lenet5", rng=rng, **fields)


@pytest.mark.parametrize(
    ("name", "fields", "message"),
    [
        ("mlp", {"dropout": 1.0}, "dropout must be below 1"),
        ("mlp", {"hidden": 8}, "hidden must be a tuple of any number of values; got 8"),
        ("perceptron", {"bias": 1}, "bias must be True or False; got 1"),
        ("multiclass-perceptron", {"classes": 1}, "at least two classes; got 1"),
    ],
)
def test_other_families_check_their_fields(name, fields, message, rng):
    with pytest.raises((TypeError, ValueError), match=message):
        bc.build(name, rng=rng, **fields)


def test_a_whole_number_is_a_number():
    assert registry.config("lenet5", width=2).widths == (12, 32, 240, 168)


@pytest.mark.parametrize("wrong", [None, 0, np.random.RandomState(0)])
def test_build_says_how_to_give_a_generator(wrong):
    with pytest.raises(TypeError, match=r"build needs rng=np\.random\.default_rng\(seed\)"):
        bc.build("mlp-tiny", rng=wrong)
    if wrong is not None:
        with pytest.raises(TypeError, match="build needs rng"):
            bc.build("perceptron", rng=wrong)


@pytest.mark.parametrize("name", ["perceptron", "multiclass-perceptron"])
def test_models_that_start_from_zero_need_no_generator(name):
    assert not any(p.numpy().any() for p in bc.build(name).parameters())


def test_without_torch_the_error_says_what_to_install(monkeypatch, rng):
    for module in [name for name in sys.modules if name.endswith("torch_model")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match="needs PyTorch: pip install torch"):
        bc.build("lenet-tiny", backend="torch", rng=rng)
    assert bc.build("lenet-tiny", rng=rng)


@pytest.fixture
def weights(tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "WEIGHTS", tmp_path)
    return tmp_path


def test_what_save_writes_load_finds(weights, rng):
    net = bc.build("lenet-tiny", rng=rng, pooling="max", channels=(2, 4))
    half = {key: value.astype(np.float16) for key, value in net.state_dict().items()}
    net.load_state_dict({key: value.astype(np.float32) for key, value in half.items()})
    path = registry.save(
        "lenet-tiny", "mnist", net.state_dict(), pooling="max", channels=(2, 4)
    )
    assert path == weights / "lenet-tiny-mnist.npz"
    loaded = bc.load("lenet-tiny", "mnist")
    assert loaded.config == net.config
    assert not loaded.training
    x = rng.random((2, *net.config.input_shape), dtype=np.float32)
    assert np.array_equal(loaded(x).numpy(), net(x).numpy())
    assert registry.shipped() == ["lenet-tiny-mnist"]


def test_half_precision_files_become_float32(weights, rng):
    net = bc.build("mlp-tiny", rng=rng)
    registry.save(
        "mlp-tiny", "x", {k: v.astype(np.float16) for k, v in net.state_dict().items()}
    )
    assert {p.dtype for p in bc.load("mlp-tiny", "x").parameters()} == {np.dtype(np.float32)}


def test_weights_that_do_not_ship_get_the_nearest(weights, rng):
    registry.save("mlp-tiny", "mnist", bc.build("mlp-tiny", rng=rng).state_dict())
    with pytest.raises(
        ValueError, match="unknown weights 'mlp-tiny-minst'; did you mean 'mlp-tiny-mnist'"
    ):
        bc.load("mlp-tiny", "minst")


def test_weights_that_do_not_fit_are_named(weights, rng):
    interop.save_npz(registry.weights_path("mlp-tiny", "x"), {"stranger": np.zeros(2)})
    with pytest.raises(ValueError, match=r"mlp-tiny-x\.npz does not fit 'mlp-tiny'"):
        bc.load("mlp-tiny", "x")


@pytest.mark.native
@pytest.mark.parametrize("suffix", ["npz", "safetensors"])
def test_published_weights_come_from_a_file(tmp_path, suffix, rng):
    net = bc.build("lenet-tiny", rng=rng)
    path = tmp_path / f"published.{suffix}"
    save = interop.save_npz if suffix == "npz" else interop.save_safetensors
    save(path, net.state_dict())
    loaded = bc.load_published("lenet-tiny", path)
    x = rng.random((2, *net.config.input_shape), dtype=np.float32)
    assert np.array_equal(loaded(x).numpy(), net(x).numpy())


def test_published_weights_of_another_size_are_refused_with_every_shape(rng):
    state = bc.build("lenet-tiny", rng=rng, classes=5).state_dict()
    del state["conv1.bias"]
    with pytest.raises(ValueError, match="do not fit 'lenet-tiny'") as caught:
        bc.load_published("lenet-tiny", {**state, "stranger": np.zeros(1)})
    for part in ("missing: conv1.bias", "unexpected: stranger", "(3, 5), got shape (5, 5)"):
        assert part.replace("got shape", "got") in str(caught.value)


@pytest.mark.parametrize("name", ["a.pth", "a.pt", "a.bin", "a"])
def test_pickles_are_never_loaded(name, tmp_path):
    (tmp_path / name).write_bytes(b"cos\nsystem\n(S'false'\ntR.")
    with pytest.raises(ValueError, match=r"only \.npz and \.safetensors files are read"):
        bc.load_published("lenet-tiny", tmp_path / name)
    (tmp_path / "b.npz").write_bytes(b"cos\nsystem\n(S'false'\ntR.")
    with pytest.raises(ValueError, match="is not an npz file of plain arrays"):
        bc.load_published("lenet-tiny", tmp_path / "b.npz")


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (None, "takes a file or a state dict, names with arrays; got NoneType$"),
        (
            bc.nn.Linear(2, 2, rng=np.random.default_rng(0)),
            r"got Linear; write model\.state_dict",
        ),
    ],
)
def test_published_weights_are_a_file_or_a_state(weights, message):
    with pytest.raises(TypeError, match=message):
        bc.load_published("mlp-tiny", weights)
