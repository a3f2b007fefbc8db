"""Compression in both back ends, and against what PyTorch has of its own."""

import numpy as np
import pytest
import torch
from torch.nn.utils import prune

from book_code import build, compression, interop
from book_code.compression import torch_compression

pytestmark = pytest.mark.torch


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_distillation_is_the_same(rng):
    student, teacher = rng.normal(size=(2, 6, 4))
    labels = rng.integers(0, 4, 6)
    for settings in ((1.0, 0.5), (4.0, 0.9), (2.0, 1.0)):
        ours = compression.distillation(student, teacher, labels, *settings).item()
        tensors = map(torch.from_numpy, (student, teacher, labels))
        theirs = torch_compression.distillation(*tensors, *settings).item()
        assert ours == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("name", ["lenet-tiny", "mlp-tiny", "multi-task-tiny"])
def test_a_quantized_model_is_the_same(rng, name):
    ours = build(name, rng=np.random.default_rng(1))
    theirs = build(name, "torch", rng=np.random.default_rng(1))
    ours, theirs = compression.quantize_model(ours), torch_compression.quantize_model(theirs)
    state = interop.from_torch(theirs)
    assert list(ours.state_dict()) == list(state)
    for key, value in ours.state_dict().items():
        assert value.dtype == state[key].dtype, key
        np.testing.assert_array_equal(value, state[key], err_msg=key)
    x = rng.normal(size=(5, *ours.config.input_shape)).astype(np.float32)
    first, second = ours(x), theirs(torch.from_numpy(x))
    if name != "multi-task-tiny":
        first, second = (first,), (second,)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-4, atol=1e-5)


def test_integers_are_those_of_torch(rng):
    array = rng.normal(size=(3, 8)).astype(np.float32)
    small = compression.quantize(array, per_row=True)
    scales, zeros = torch.from_numpy(small.scale.reshape(-1)), torch.zeros(3, dtype=torch.long)
    theirs = torch.fake_quantize_per_channel_affine(
        torch.from_numpy(array), scales, zeros.int(), 0, -127, 127
    )
    np.testing.assert_allclose(small.dequantize(), theirs.numpy(), rtol=1e-6)
    small = compression.quantize(np.abs(array), symmetric=False)
    theirs = torch.fake_quantize_per_tensor_affine(
        torch.from_numpy(np.abs(array)), float(small.scale), int(small.zero_point), -128, 127
    )
    np.testing.assert_allclose(small.dequantize(), theirs.numpy(), rtol=1e-6)


def test_pruning_is_that_of_torch(rng):
    net = build("lenet-tiny", "torch", rng=rng)
    masks = compression.magnitude_masks(interop.from_torch(net), 0.6)
    pairs = [(net.get_submodule(name.rpartition(".")[0]), "weight") for name in masks]
    prune.global_unstructured(pairs, pruning_method=prune.L1Unstructured, amount=0.6)
    for (module, _), mask in zip(pairs, masks.values(), strict=True):
        np.testing.assert_array_equal(module.weight_mask.numpy().astype(bool), mask)


def test_filters_are_those_of_torch(rng):
    net = build("lenet-tiny", "torch", rng=rng, channels=(6, 8))
    masks = compression.filter_masks(interop.from_torch(net), 0.5, names=["conv2.weight"])
    prune.ln_structured(net.conv2, "weight", amount=0.5, n=1, dim=0)
    theirs = net.conv2.weight_mask.numpy().astype(bool)
    np.testing.assert_array_equal(theirs, masks["conv2.weight"])


def test_a_layer_that_is_not_there_is_named(rng):
    with pytest.raises(ValueError, match="fc9: no Linear or Conv2d layer of the model; it has"):
        torch_compression.quantize_model(build("lenet-tiny", "torch", rng=rng), skip=("fc9",))


def test_a_model_that_is_one_layer_has_none_to_quantize() -> None:
    for lone in (torch.nn.Linear(3, 2), torch.nn.ReLU()):
        with pytest.raises(ValueError, match="found no Linear or Conv2d"):
            torch_compression.quantize_model(lone)


def test_inputs_that_are_no_numbers_are_refused_and_no_inputs_are_none() -> None:
    layer = torch_compression.QuantizedLinear(torch.nn.Linear(3, 2))
    for wrong in (torch.nan, torch.inf):
        with pytest.raises(ValueError, match="finite numbers"):
            layer(torch.full((1, 3), wrong))
    assert layer(torch.zeros(0, 3)).shape == (0, 2)


def test_a_range_wider_than_float32_is_rounded_as_in_numpy() -> None:
    x = np.array([[-3e38, 1e37, 3e38]], np.float32)
    values, scale = torch_compression.rounded(torch.from_numpy(x))
    given = compression.quantize(x, symmetric=False)
    assert scale.item() == float(given.scale)
    assert values.tolist() == (given.values.astype(int) - given.zero_point).tolist()
