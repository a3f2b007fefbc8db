"""Every layer of the table in conftest.py against PyTorch's, in float64, weights moved by name."""

import numpy as np
import pytest
import torch

from book_code import nn
from book_code.autodiff import Tensor

pytestmark = pytest.mark.torch

TORCH = {
    "Linear": lambda: torch.nn.Linear(3, 4),
    "Linear without bias": lambda: torch.nn.Linear(3, 1, bias=False),
    "Linear, more axes": lambda: torch.nn.Linear(3, 2),
    "Conv2d": lambda: torch.nn.Conv2d(2, 3, 3),
    "Conv2d strided": lambda: torch.nn.Conv2d(2, 3, (2, 3), stride=(1, 2), padding=(1, 0)),
    "Conv2d dilated": lambda: torch.nn.Conv2d(1, 2, 3, dilation=2, padding="same", bias=False),
    "Conv2d grouped": lambda: torch.nn.Conv2d(4, 6, 3, groups=2),
    "Conv2d depthwise": lambda: torch.nn.Conv2d(3, 3, 3, padding=1, groups=3, bias=False),
    "Conv1d": lambda: torch.nn.Conv1d(2, 3, 3),
    "Conv1d strided, grouped": lambda: torch.nn.Conv1d(
        4, 2, 3, stride=2, padding=2, dilation=2, groups=2
    ),
    "ConvTranspose2d": lambda: torch.nn.ConvTranspose2d(3, 2, 4, stride=2, padding=1),
    "ConvTranspose2d grouped": lambda: torch.nn.ConvTranspose2d(
        4, 6, (2, 3), (1, 3), (0, 1), output_padding=(0, 2), groups=2, bias=False
    ),
    "AdaptiveAvgPool2d": lambda: torch.nn.AdaptiveAvgPool2d(1),
    "AdaptiveAvgPool2d uneven": lambda: torch.nn.AdaptiveAvgPool2d((3, 7)),
    "Upsample": lambda: torch.nn.Upsample(scale_factor=3),
    "Upsample bilinear": lambda: torch.nn.Upsample(scale_factor=2, mode="bilinear"),
    "ReflectionPad2d": lambda: torch.nn.ReflectionPad2d(2),
    "Identity": lambda: torch.nn.Identity(),
    "MaxPool2d ceil": lambda: torch.nn.MaxPool2d(3, 2, ceil_mode=True),
    "MaxPool2d ceil, padded": lambda: torch.nn.MaxPool2d(2, 2, 1, ceil_mode=True),
    "MaxPool2d": lambda: torch.nn.MaxPool2d(2),
    "MaxPool2d padded": lambda: torch.nn.MaxPool2d(3, 2, 1),
    "AvgPool2d": lambda: torch.nn.AvgPool2d(2),
    "AvgPool2d padded": lambda: torch.nn.AvgPool2d(3, 2, 1),
    "Flatten": lambda: torch.nn.Flatten(),
    "ReLU": lambda: torch.nn.ReLU(),
    "Tanh": lambda: torch.nn.Tanh(),
    "Sigmoid": lambda: torch.nn.Sigmoid(),
    "Softplus": lambda: torch.nn.Softplus(),
    "LeakyReLU": lambda: torch.nn.LeakyReLU(0.2),
    "PReLU": lambda: torch.nn.PReLU(),
    "PReLU, channels": lambda: torch.nn.PReLU(3, 0.4),
    "ELU": lambda: torch.nn.ELU(0.7),
    "GELU": lambda: torch.nn.GELU(),
    "GELU, tanh": lambda: torch.nn.GELU("tanh"),
    "SiLU": lambda: torch.nn.SiLU(),
    "Softmax": lambda: torch.nn.Softmax(-1),
    "Softmax, channels": lambda: torch.nn.Softmax(1),
    "Dropout2d, p = 0": lambda: torch.nn.Dropout2d(0.0),
    "Dropout, p = 0": lambda: torch.nn.Dropout(0.0),
    "BatchNorm1d": lambda: torch.nn.BatchNorm1d(3),
    "BatchNorm1d, sequences": lambda: torch.nn.BatchNorm1d(2),
    "BatchNorm2d": lambda: torch.nn.BatchNorm2d(2),
    "LayerNorm": lambda: torch.nn.LayerNorm(4),
    "LayerNorm, two axes": lambda: torch.nn.LayerNorm((3, 4)),
    "GroupNorm": lambda: torch.nn.GroupNorm(2, 4),
    "InstanceNorm2d": lambda: torch.nn.InstanceNorm2d(2),
    "RMSNorm": lambda: torch.nn.RMSNorm(4),
    "Sequential": lambda: torch.nn.Sequential(
        torch.nn.Conv2d(1, 2, 3), torch.nn.Tanh(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(8, 3),
    ),
}  # fmt: skip


@pytest.mark.parametrize("mode", ["train", "eval"])
def test_output_and_gradients_equal_torch(case, mode):
    rng = np.random.default_rng(0)
    ours, theirs = case.make(rng).astype("float64"), TORCH[case.name]().double()
    state = {name: torch.from_numpy(value) for name, value in ours.state_dict().items()}
    theirs.load_state_dict(state, strict=True)
    getattr(ours, mode)()
    getattr(theirs, mode)()

    array = rng.standard_normal(case.shape)
    x, z = Tensor(array, requires_grad=True), torch.from_numpy(array).requires_grad_()
    out, expected = ours(x), theirs(z)
    np.testing.assert_allclose(out.data, expected.detach().numpy(), rtol=1e-9, atol=1e-12)

    seed = rng.standard_normal(case.out)
    out.backward(seed)
    expected.backward(torch.from_numpy(seed))
    np.testing.assert_allclose(x.grad.data, z.grad.numpy(), rtol=1e-9, atol=1e-12)
    gradients = {name: p.grad.numpy() for name, p in theirs.named_parameters()}
    assert list(gradients) == [name for name, _ in ours.named_parameters()]
    for name, p in ours.named_parameters():
        np.testing.assert_allclose(p.grad.data, gradients[name], rtol=1e-9, atol=1e-12)


def test_the_table_has_every_layer():
    elsewhere = {"Module", "Step"}  # these have test files of their own:
    elsewhere |= {
        "Embedding",
        "RNN",
        "LSTM",
        "GRU",
        "MultiHeadAttention",
        "SpectralNorm",
        "Cache",
        "RelativeBias",
    }
    layers = {name for name in nn.__all__ if name[0].isupper()} - elsewhere
    assert layers == {name.split()[0].rstrip(",") for name in TORCH}
