"""The conditional players' steps are the same in both back ends, and PyTorch refuses the same labels."""

import numpy as np
import pytest
import torch

from book_code import interop, optim
from book_code.models import registry
from book_code.models.conditional_gan import numpy_model, torch_model

from .common import model

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("conditioning", ["concatenate", "projection"])
def test_three_rounds_of_the_game_are_the_same(conditioning):
    rng = np.random.default_rng(0)
    ours = model("conditional-gan-tiny", conditioning=conditioning)
    theirs = registry.model_class("conditional-gan-tiny", "torch")(ours.config).double()
    theirs.load_state_dict(interop.to_torch(ours.state_dict()), strict=True)
    mine = [optim.Adam(p.parameters(), 0.01) for p in (ours.discriminator, ours.generator)]
    other = [
        torch.optim.Adam(p.parameters(), 0.01) for p in (theirs.discriminator, theirs.generator)
    ]
    for _ in range(3):
        x, y = rng.standard_normal((6, 2)), rng.integers(3, size=6)
        z, z2 = rng.standard_normal((2, 6, 3))
        one = (
            numpy_model.discriminator_step(ours, mine[0], x, y, z),
            numpy_model.generator_step(ours, mine[1], y, z2),
        )
        x, y, z, z2 = map(torch.from_numpy, (x, y, z, z2))
        two = (
            torch_model.discriminator_step(theirs, other[0], x, y, z),
            torch_model.generator_step(theirs, other[1], y, z2),
        )
        assert one == pytest.approx(two, rel=1e-9)
    for key, value in theirs.state_dict().items():
        np.testing.assert_allclose(ours.state_dict()[key], value.numpy(), rtol=1e-6, atol=1e-9)


def test_samples_repeat_and_labels_are_checked():
    net = registry.build("conditional-gan-tiny", "torch", rng=np.random.default_rng(0))
    y = torch.tensor([0, 2, 2])
    one, other = (
        torch_model.sample(net, y, generator=torch.Generator().manual_seed(3)) for _ in range(2)
    )
    assert one.shape == (3, 2)
    assert torch.equal(one, other)
    assert not one.requires_grad
    with pytest.raises(ValueError, match="labels from 0 to 2, got 0 to 3"):
        net(torch.zeros(2, 3), torch.tensor([0, 3]))
    with pytest.raises(TypeError, match=r"whole numbers as labels, got torch\.float32"):
        net(torch.zeros(2, 3), torch.zeros(2))
