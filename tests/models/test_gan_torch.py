"""The players' steps are the same in both back ends; the losses are binary cross-entropy where they should be."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from book_code import interop, optim
from book_code.models import registry
from book_code.models.gan import numpy_model, torch_losses, torch_model

from .common import model

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("loss", ["minimax", "non_saturating", "hinge"])
@pytest.mark.parametrize("name", ["gan-tiny", "dcgan-tiny"])
def test_three_rounds_of_the_game_are_the_same(name, loss):
    rng = np.random.default_rng(0)
    ours = model(name, loss=loss)
    theirs = registry.model_class(name, "torch")(ours.config).double()
    theirs.load_state_dict(interop.to_torch(ours.state_dict()), strict=True)
    mine = [
        optim.Adam(p.parameters(), 0.01, (0.5, 0.999))
        for p in (ours.discriminator, ours.generator)
    ]
    other = [
        torch.optim.Adam(p.parameters(), 0.01, (0.5, 0.999))
        for p in (theirs.discriminator, theirs.generator)
    ]
    for _ in range(3):
        x = rng.standard_normal((6, *ours.config.shape))
        z, z2 = rng.standard_normal((2, 6, ours.config.latent))
        one = (
            numpy_model.discriminator_step(ours, mine[0], x, z),
            numpy_model.generator_step(ours, mine[1], z2),
        )
        x, z, z2 = map(torch.from_numpy, (x, z, z2))
        two = (
            torch_model.discriminator_step(theirs, other[0], x, z),
            torch_model.generator_step(theirs, other[1], z2),
        )
        assert one == pytest.approx(two, rel=1e-9)
    for key, value in theirs.state_dict().items():
        np.testing.assert_allclose(ours.state_dict()[key], value.numpy(), rtol=1e-6, atol=1e-9)


def test_the_losses_of_the_paper_are_binary_cross_entropy():
    real, fake = torch.randn(2, 7, generator=torch.Generator().manual_seed(0)).double()
    ones, zeros = torch.ones(7).double(), torch.zeros(7).double()
    bce = F.binary_cross_entropy_with_logits
    found = torch_losses.adversarial_discriminator(real, fake)
    assert found.item() == pytest.approx((bce(real, ones) + bce(fake, zeros)).item())
    assert torch_losses.adversarial_generator(fake).item() == pytest.approx(
        bce(fake, ones).item()
    )
    saturating = torch_losses.adversarial_generator(fake, "minimax")
    assert saturating.item() == pytest.approx(-bce(fake, zeros).item())


def test_samples_repeat_and_are_recorded_nowhere():
    net = registry.build("dcgan-tiny", "torch", rng=np.random.default_rng(0)).eval()
    one, other, third = (
        torch_model.sample(net, 4, generator=torch.Generator().manual_seed(seed))
        for seed in (3, 3, 4)
    )
    assert one.shape == (4, 1, 8, 8)
    assert torch.equal(one, other)
    assert not torch.equal(one, third)
    assert not one.requires_grad
