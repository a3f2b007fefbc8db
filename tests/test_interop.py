"""Weights to files and back (the way to PyTorch is tried in test_interop_torch.py)."""

import pickle
import sys
import zipfile
from dataclasses import dataclass

import numpy as np
import pytest

import book_code as bc
from book_code import interop


@pytest.fixture
def state():
    rng = np.random.default_rng(0)
    return {
        "conv1.weight": rng.normal(size=(2, 1, 3, 3)).astype(np.float32),
        "bias": np.array(2.5),
        "steps": np.array([1, 2], dtype=np.int64),
        "empty": np.zeros((0, 3)),
    }


def assert_same(found, wanted):
    assert found.keys() == wanted.keys()
    for name, value in wanted.items():
        assert found[name].dtype == value.dtype
        assert found[name].shape == value.shape
        assert np.array_equal(found[name], value)


def test_npz_gives_back_what_went_in(tmp_path, state):
    path = tmp_path / "new folder" / "weights.npz"
    interop.save_npz(path, state, meta={"preset": "mlp", "config": {"hidden": [3, 4]}})
    assert_same(interop.load_npz(path), state)
    assert interop.read_meta(path) == {"preset": "mlp", "config": {"hidden": [3, 4]}}
    assert [p.name for p in path.parent.iterdir()] == ["weights.npz"]


def test_npz_without_description(tmp_path, state):
    interop.save_npz(tmp_path / "w.npz", state)
    assert interop.read_meta(tmp_path / "w.npz") == {}


def test_a_weight_cannot_take_the_place_of_the_description(tmp_path):
    with pytest.raises(ValueError, match="cannot be called '__meta__'"):
        interop.save_npz(tmp_path / "w.npz", {"__meta__": np.zeros(1)})


@pytest.mark.native
def test_safetensors_gives_back_what_went_in(tmp_path, state):
    state["turned"] = np.arange(6, dtype=np.float32).reshape(2, 3).T  # not contiguous
    interop.save_safetensors(tmp_path / "w.safetensors", state)
    assert_same(interop.load_safetensors(tmp_path / "w.safetensors"), state)


def test_without_safetensors_the_error_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "safetensors", None)
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    with pytest.raises(ImportError, match="pip install safetensors"):
        interop.load_safetensors(tmp_path / "w.safetensors")


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 cut off"])
def test_what_is_not_npz_is_named(tmp_path, content):
    path = tmp_path / "w.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"w\.npz is not an npz file of plain arrays"):
        interop.load_npz(path)


def test_pickles_are_never_opened(tmp_path):
    np.savez(tmp_path / "w.npz", bad=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ValueError, match="not an npz file of plain arrays"):
        interop.load_npz(tmp_path / "w.npz")


def test_a_file_that_is_cut_off_is_named(tmp_path, state):
    path = tmp_path / "w.npz"
    interop.save_npz(path, state)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ValueError, match=r"w\.npz is not an npz file"):
        interop.load_npz(path)


@pytest.mark.native
def test_what_is_not_safetensors_is_named(tmp_path):
    path = tmp_path / "w.safetensors"
    path.write_bytes(b"no")
    with pytest.raises(ValueError, match=r"w\.safetensors is not a safetensors file"):
        interop.load_safetensors(path)
    with pytest.raises(FileNotFoundError, match="there is no file"):
        interop.load_safetensors(tmp_path / "other.safetensors")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no file .*none\.npz"):
        interop.load_npz(tmp_path / "none.npz")


@dataclass
class Model:
    error: Exception | None = None
    loaded: dict | None = None

    def load_state_dict(self, state, strict):
        assert strict
        if self.error:
            raise self.error
        self.loaded = state


def test_load_into_loads_and_names_the_file_when_it_does_not_fit(tmp_path, state):
    path = tmp_path / "w.npz"
    interop.save_npz(path, state)
    model = Model()
    interop.load_into(model, path)
    assert_same(model.loaded, state)
    with pytest.raises(ValueError, match=r"w\.npz does not fit Model: missing: fc3\.bias"):
        interop.load_into(Model(ValueError("missing: fc3.bias")), path)


@pytest.mark.parametrize("save", [interop.save_npz, interop.save_safetensors])
def test_a_model_is_asked_for_its_state(tmp_path, save):
    model = bc.build("mlp-tiny", rng=np.random.default_rng(0))
    with pytest.raises(
        TypeError, match=r"takes a state dict.*got MLP; write model\.state_dict"
    ):
        save(tmp_path / "w.file", model)
    assert not list(tmp_path.iterdir())


def test_what_torch_saved_under_another_name_is_no_npz(tmp_path):
    """torch.save writes a zip as well; its members are no arrays."""
    with zipfile.ZipFile(tmp_path / "w.npz", "w") as file:
        file.writestr("archive/data.pkl", b"\x80\x02}.")
        file.writestr("archive/data/0", b"0123")
    with pytest.raises(ValueError, match=r"it holds 'archive/data.pkl'; torch.save wrote it"):
        interop.load_npz(tmp_path / "w.npz")


def test_nobody_is_told_to_open_a_pickle(tmp_path):
    (tmp_path / "w.npz").write_bytes(pickle.dumps({"weight": 1}))
    with pytest.raises(ValueError, match="can run any code") as raised:
        interop.load_npz(tmp_path / "w.npz")
    assert "allow_pickle" not in str(raised.value)


def test_a_single_array_is_no_state(tmp_path):
    with pytest.raises(ValueError, match="holds one array without a name: np"):
        interop.load_file(tmp_path / "w.npy")
