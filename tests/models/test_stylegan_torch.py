"""StyleGAN2's helpers in PyTorch do what NumPy's do."""

import numpy as np
import pytest
import torch

from book_code import interop
from book_code.models import registry
from book_code.models.stylegan import numpy_training, torch_training

from .common import batch, model

pytestmark = pytest.mark.torch


@pytest.fixture
def twins():
    ours = model("stylegan-tiny")
    theirs = registry.model_class("stylegan-tiny", "torch")(ours.config).double()
    theirs.load_state_dict(interop.to_torch(ours.state_dict()))
    return ours, theirs


def close(ours, theirs):
    np.testing.assert_allclose(
        np.asarray(ours.data if hasattr(ours, "data") else ours),
        theirs.detach().numpy(),
        rtol=1e-9,
        atol=1e-12,
    )


def test_styles_are_mixed_truncated_and_tracked_alike(twins):
    ours, theirs = twins
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(2, 3, 4))
    given = torch.from_numpy(first), torch.from_numpy(second)
    for crossover in (0, 1, 4):
        close(
            numpy_training.mix(first, second, crossover, 4),
            torch_training.mix(*given, crossover, 4),
        )
    numpy_training.track_mean(ours, first, 0.9)
    torch_training.track_mean(theirs, given[0], 0.9)
    close(ours.generator.mapping.mean, theirs.generator.mapping.mean)
    close(
        numpy_training.truncate(first, ours.generator.mapping.mean, 0.4),
        torch_training.truncate(given[0], theirs.generator.mapping.mean, 0.4),
    )


def test_penalties_are_the_same(twins):
    ours, theirs = twins
    given = batch("stylegan-tiny", 4)
    tensors = {key: torch.from_numpy(value) for key, value in given.items()}
    close(
        numpy_training.path_lengths(ours, given["z"], given["y"]),
        torch_training.path_lengths(theirs, tensors["z"], tensors["y"]),
    )
    close(
        numpy_training.r1_penalty(ours, given["x"]),
        torch_training.r1_penalty(theirs, tensors["x"]),
    )


def test_the_same_generator_gives_the_same_pictures(twins):
    net = twins[1]
    one, other, third = (
        torch_training.sample(net, 3, generator=torch.Generator().manual_seed(seed), psi=0.7)
        for seed in (5, 5, 6)
    )
    assert one.shape == (3, 1, 8, 8)
    assert torch.equal(one, other)
    assert not torch.equal(one, third)


@pytest.mark.parametrize(
    ("side", "generator", "discriminator"),
    [(1024, 30_370_060, 29_012_513), (256, 30_034_338, 28_864_129)],
)
def test_each_player_has_the_published_size(side, generator, discriminator):
    with torch.device("meta"):
        net = registry.model_class(f"stylegan2-{side}", "torch")(
            registry.config(f"stylegan2-{side}")
        )
    sizes = [sum(p.numel() for p in part.parameters()) for part in net.children()]
    assert sizes == [generator, discriminator]
