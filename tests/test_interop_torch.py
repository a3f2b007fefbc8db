"""Weights to PyTorch and back."""

import numpy as np
import pytest
import torch

from book_code import build, interop

pytestmark = pytest.mark.torch


def test_there_and_back():
    state = {"weight": np.eye(3, dtype=np.float32), "bias": np.array(1.5), "n": np.arange(2)}
    tensors = interop.to_torch(state)
    back = interop.from_torch(tensors)
    for name, value in state.items():
        assert tensors[name].shape == value.shape
        assert back[name].dtype == value.dtype
        assert np.array_equal(back[name], value)


def test_both_ways_make_copies():
    array = np.zeros(3)
    tensors = interop.to_torch({"a": array})
    tensors["a"] += 1
    interop.from_torch(tensors)["a"] += 1
    assert array.tolist() == [0, 0, 0]
    assert tensors["a"].tolist() == [1, 1, 1]


def test_a_module_can_be_given_as_it_is():
    layer = torch.nn.Linear(3, 2)
    state = interop.from_torch(layer)
    assert {name: value.shape for name, value in state.items()} == {
        "weight": (2, 3),
        "bias": (2,),
    }
    layer.load_state_dict(interop.to_torch(state), strict=True)


def test_arrays_in_any_order_of_memory():
    turned = np.arange(6.0).reshape(2, 3).T
    assert interop.to_torch({"a": turned[::-1]})["a"].tolist() == turned[::-1].tolist()


def test_load_into_names_the_way_into_a_pytorch_model(tmp_path):
    model = build("mlp-tiny", backend="torch", rng=np.random.default_rng(0))
    interop.save_npz(tmp_path / "w.npz", interop.from_torch(model))
    with pytest.raises(TypeError, match=r"to_torch\(load_file\(path\)\)"):
        interop.load_into(model, tmp_path / "w.npz")
    model.load_state_dict(interop.to_torch(interop.load_file(tmp_path / "w.npz")))  # as it says
