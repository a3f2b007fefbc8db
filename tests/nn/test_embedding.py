"""The table of vectors, against PyTorch's and its own refusals."""

import numpy as np
import pytest

from book_code import nn


@pytest.fixture
def layer():
    return nn.Embedding(5, 3, rng=np.random.default_rng(0))


def test_ids_of_any_shape_become_rows(layer):
    ids = np.array([[4, 0], [2, 2]])
    assert np.array_equal(layer(ids).numpy(), layer.weight.numpy()[ids])
    assert layer(np.zeros((0, 2), int)).shape == (0, 2, 3)
    assert layer(3).shape == (3,)


def test_an_id_outside_of_the_table_is_refused(layer):
    with pytest.raises(ValueError, match="ids from 0 to 4, got 5 to 5"):
        layer([5])
    with pytest.raises(TypeError, match="whole numbers, got float64"):
        layer([1.0])


def test_repr_and_size(layer):
    assert repr(layer) == "Embedding(5, 3)"
    assert layer.weight.dtype == np.float32
    with pytest.raises(ValueError, match="sizes of at least 1, got 0, 3"):
        nn.Embedding(0, 3, rng=np.random.default_rng(0))


@pytest.mark.torch
def test_rows_and_gradients_are_those_of_torch(layer):
    import torch

    theirs = torch.nn.Embedding(5, 3)
    theirs.load_state_dict({"weight": torch.from_numpy(layer.weight.numpy())})
    ids, seed = np.array([[1, 4], [1, 1]]), np.ones((2, 2, 3), np.float32)
    layer(ids).backward(seed)
    theirs(torch.from_numpy(ids)).backward(torch.from_numpy(seed))
    np.testing.assert_array_equal(layer.weight.grad.numpy(), theirs.weight.grad.numpy())
