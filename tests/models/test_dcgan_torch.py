"""The weights of PyTorch's example load under their own names."""

import numpy as np
import pytest
import torch
from torch import nn

from book_code import interop
from book_code.models import registry

pytestmark = pytest.mark.torch


def reference(nz, ngf, ndf, nc):
    """The players of https://github.com/pytorch/examples, dcgan/main.py, the sigmoid at the end left off."""

    def up(a, b, *window):
        return [
            nn.ConvTranspose2d(a, b, 4, *window, bias=False),
            nn.BatchNorm2d(b),
            nn.ReLU(True),
        ]

    def down(a, b):
        return [nn.Conv2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)]

    generator = nn.Sequential(
        *up(nz, ngf * 8, 1, 0), *up(ngf * 8, ngf * 4, 2, 1), *up(ngf * 4, ngf * 2, 2, 1),
        *up(ngf * 2, ngf, 2, 1), nn.ConvTranspose2d(ngf, nc, 4, 2, 1, bias=False), nn.Tanh(),
    )  # fmt: skip
    discriminator = nn.Sequential(
        nn.Conv2d(nc, ndf, 4, 2, 1, bias=False), nn.LeakyReLU(0.2),
        *down(ndf, ndf * 2), *down(ndf * 2, ndf * 4), *down(ndf * 4, ndf * 8),
        nn.Conv2d(ndf * 8, 1, 4, 1, 0, bias=False),
    )  # fmt: skip
    return nn.ModuleDict(
        {
            "generator": nn.ModuleDict({"main": generator}),
            "discriminator": nn.ModuleDict({"main": discriminator}),
        }
    )


@pytest.mark.parametrize("training", [True, False])
def test_the_examples_weights_give_the_examples_pictures_and_scores(training):
    torch.manual_seed(0)
    theirs = reference(5, 2, 3, 3)
    settings = {"latent": 5, "generator": 2, "discriminator": 3, "image_size": 64, "start": 4}
    state = interop.from_torch(theirs)
    ours = registry.build("dcgan", rng=np.random.default_rng(0), **settings)
    twin = registry.build("dcgan", "torch", rng=np.random.default_rng(0), **settings)
    ours.load_state_dict(state, strict=True)
    twin.load_state_dict(interop.to_torch(state), strict=True)
    z = torch.randn(3, 5)
    with torch.no_grad():
        theirs.train(training)
        expected = theirs["generator"]["main"](z[:, :, None, None])
        scores = theirs["discriminator"]["main"](expected).flatten()
        twin.train(training)
        np.testing.assert_allclose(twin(z).numpy(), expected.numpy(), rtol=1e-5, atol=1e-6)
        found = twin.discriminator(expected).numpy()
    np.testing.assert_allclose(found, scores.numpy(), rtol=1e-5, atol=1e-5)
    ours.train(training)
    np.testing.assert_allclose(ours(z.numpy()).data, expected.numpy(), rtol=1e-4, atol=1e-5)
    found = ours.discriminator(expected.numpy()).data
    np.testing.assert_allclose(found, scores.numpy(), rtol=1e-4, atol=1e-5)


def test_names_and_shapes_of_the_full_size_are_the_examples():
    with torch.device("meta"):
        theirs = reference(100, 64, 64, 3)
        ours = registry.model_class("dcgan", "torch")(registry.config("dcgan"))
    assert [(k, v.shape) for k, v in ours.state_dict().items()] == [
        (k, v.shape) for k, v in theirs.state_dict().items()
    ]
