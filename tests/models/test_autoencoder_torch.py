"""Autoencoders' helpers are the same in both back ends; a linear one finds what torch.pca_lowrank finds."""

import numpy as np
import pytest
import torch

from book_code import interop
from book_code.models import registry
from book_code.models.autoencoder import (
    AutoencoderConfig,
    corrupt,
    reconstruction_error,
    torch_model,
)

from .common import model

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("kind", ["masking", "salt_and_pepper", "gaussian"])
def test_spoiling_is_the_same(kind):
    rng = np.random.default_rng(0)
    x, noise = rng.random((2, 5, 4))
    theirs = torch_model.corrupt(torch.tensor(x), torch.tensor(noise), kind, 0.4)
    assert np.array_equal(corrupt(x, noise, kind, 0.4), theirs.numpy())
    generator = torch.Generator().manual_seed(0)
    drawn = torch_model.draw_noise((4000,), kind, generator=generator)
    mean, std = (0, 1) if kind == "gaussian" else (0.5, 12**-0.5)
    assert drawn.mean().item() == pytest.approx(mean, abs=0.06)
    assert drawn.std().item() == pytest.approx(std, abs=0.06)


@pytest.mark.parametrize(
    "name", ["autoencoder-tiny", "denoising-autoencoder-tiny", "convolutional-autoencoder-tiny"]
)
def test_errors_and_codes_are_the_same(name):
    ours = model(name)
    theirs = registry.model_class(name, "torch")(ours.config).double()
    theirs.load_state_dict(interop.to_torch(ours.state_dict()), strict=True)
    x = np.random.default_rng(0).random((5, *ours.config.shape))
    t = torch.tensor(x)
    found = torch_model.reconstruction_error(theirs, t)
    assert not found.requires_grad
    np.testing.assert_allclose(reconstruction_error(ours, x), found.numpy(), rtol=1e-10)
    code = theirs.encode(t)
    np.testing.assert_allclose(ours.encode(x).data, code.detach().numpy(), rtol=1e-9)
    decoded = theirs.decode(code).detach()
    np.testing.assert_allclose(decoded.numpy(), theirs(t).detach().numpy(), rtol=1e-12)


def test_a_linear_one_spans_the_subspace_of_pca():
    torch.manual_seed(0)
    x = torch.randn(80, 5).double() * torch.tensor([3.0, 2.0, 0.5, 0.3, 0.2]).double()
    x = x @ torch.linalg.qr(torch.randn(5, 5).double())[0]
    config = AutoencoderConfig(
        shape=(5,), hidden=(), code=2, activation="linear", output="linear", loss="mse"
    )
    net = torch_model.Autoencoder(config).double()
    optimizer = torch.optim.LBFGS(net.parameters(), max_iter=300, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = torch_model.reconstruction_loss(net, x)
        loss.backward()
        return loss

    optimizer.step(closure)
    components = torch.pca_lowrank(x, q=2, niter=10)[2]
    plane = torch.linalg.qr(net.decoder[0].weight.detach())[0]
    np.testing.assert_allclose(torch.linalg.svdvals(plane.T @ components).numpy(), 1, atol=1e-6)


def test_pytorch_refuses_the_same():
    net = registry.build("denoising-autoencoder-tiny", "torch", rng=np.random.default_rng(0))
    x = torch.zeros(2, 1, 3, 3)
    with pytest.raises(ValueError, match="needs noise: draw_noise"):
        torch_model.reconstruction_loss(net, x)
    with pytest.raises(ValueError, match=r"\(N, 1, 3, 3\), got \(2, 9\); reshape them"):
        net(x.flatten(1))
    with pytest.raises(
        ValueError, match=r"noise of the examples' shape \(2, 1, 3, 3\), got \(2,\)"
    ):
        torch_model.reconstruction_loss(net, x, torch.zeros(2))
