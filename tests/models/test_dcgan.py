"""DCGAN: the table of its layers, its first weights, minibatch discrimination, refusals."""

import numpy as np
import pytest

from book_code import nn
from book_code.autodiff import check_grads
from book_code.models.dcgan import DCGAN, DCGANConfig, MinibatchDiscrimination
from book_code.nn import functional_call

from .common import model

GENERATOR = [  # kernels and maps of PyTorch's example (dcgan/main.py, nz = 100, ngf = 64, nc = 3)
    (100, 64 * 8, 4), (64 * 8, 64 * 4, 4), (64 * 4, 64 * 2, 4), (64 * 2, 64, 4), (64, 3, 4),
]  # fmt: skip
DISCRIMINATOR = [(3, 64, 4), (64, 128, 4), (128, 256, 4), (256, 512, 4), (512, 1, 4)]


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture(scope="module")
def full():
    return DCGAN(rng=np.random.default_rng(0))


def count(net):
    return sum(p.size for p in net.parameters())


def test_the_parameters_are_those_of_the_layers_by_hand(full):
    convolutions = sum(a * b * k * k for a, b, k in GENERATOR)
    norms = sum(2 * b for _, b, _ in GENERATOR[:-1])  # after all but the last
    assert count(full.generator) == convolutions + norms == 3_576_704
    convolutions = sum(a * b * k * k for a, b, k in DISCRIMINATOR)
    norms = sum(
        2 * b for _, b, _ in DISCRIMINATOR[1:-1]
    )  # after all but the first and the last
    assert count(full.discriminator) == convolutions + norms == 2_765_568


def sides(main, x):
    """Return the shapes after every convolution."""
    shapes = []
    for layer in main.layers:
        x = layer(x)
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            shapes.append(x.shape[1:])
    return shapes


def test_the_stages_are_those_of_the_table(full):
    up = sides(full.generator.main, np.zeros((1, 100, 1, 1), np.float32))
    assert up == [(512, 4, 4), (256, 8, 8), (128, 16, 16), (64, 32, 32), (3, 64, 64)]
    down = sides(full.discriminator.main, np.zeros((1, 3, 64, 64), np.float32))
    assert down == [(64, 32, 32), (128, 16, 16), (256, 8, 8), (512, 4, 4), (1, 1, 1)]


def test_the_first_weights_are_those_of_section_4(full):
    state = full.state_dict()
    assert state["generator.main.3.weight"].std() == pytest.approx(0.02, rel=0.01)
    assert abs(state["discriminator.main.5.weight"].mean()) < 1e-4
    norm = state["generator.main.1.weight"]
    assert norm.mean() == pytest.approx(1, abs=0.005)
    assert norm.std() == pytest.approx(0.02, rel=0.15)
    assert not state["generator.main.1.bias"].any()


def test_28_by_28_grows_from_7_by_7(rng):
    net = DCGAN(
        DCGANConfig(image_size=28, start=7, in_channels=1, generator=2, discriminator=2),
        rng=rng,
    )
    assert net(np.zeros((2, 100), np.float32)).shape == (2, 1, 28, 28)
    assert net.discriminator(np.zeros((2, 1, 28, 28), np.float32)).shape == (2,)


def test_spectral_norm_bounds_every_layer_of_the_discriminator(rng):
    net = model("dcgan-tiny", norm="spectral", minibatch=2)
    x = rng.standard_normal((4, *net.config.shape))
    for _ in range(200):
        net.discriminator(x)
    weights = [
        layer.weight.data.reshape(len(layer.weight_u), -1)
        for layer in net.discriminator.modules()
        if hasattr(layer, "weight_u")
    ]
    assert len(weights) == net.config.levels + 1
    for weight in weights:
        assert np.linalg.svd(weight)[1][0] == pytest.approx(1, rel=1e-6)


def test_closeness_by_hand(rng):
    """The formula of section 3.2, with loops."""
    layer = MinibatchDiscrimination(3, 2, 4, rng=rng).astype("float64")
    layer.weight.data = rng.standard_normal((3, 8))
    f = rng.standard_normal((5, 3))
    tensor = layer.weight.data.reshape(3, 2, 4)
    expected = np.zeros((5, 2))
    for i in range(5):
        for j in range(5):
            for b in range(2):
                distance = np.abs(f[i] @ tensor[:, b] - f[j] @ tensor[:, b]).sum()
                expected[i, b] += np.exp(-distance)
    out = layer(f).data
    np.testing.assert_array_equal(out[:, :3], f)
    np.testing.assert_allclose(out[:, 3:], expected, rtol=1e-12)
    check_grads(
        lambda w, x: functional_call(layer, {"weight": w}, x), [layer.weight.data, f], order=2
    )


def test_a_batch_of_equal_pictures_scores_otherwise_only_with_minibatch_discrimination(rng):
    one = rng.standard_normal((1, 1, 8, 8))
    for minibatch, differs in ((None, False), (3, True)):
        net = model("dcgan-tiny", minibatch=minibatch).eval().discriminator
        alone, many = net(one).item(), net(np.repeat(one, 6, axis=0)).data[0]
        assert (abs(alone - many) > 1e-6) == differs


def test_what_does_not_fit_is_explained():
    net = model("dcgan-tiny")
    with pytest.raises(ValueError, match=r"DCGAN's generator expected noise of shape \(N, 4\)"):
        net(np.zeros((2, 5)))
    with pytest.raises(ValueError, match=r"\(N, 1, 8, 8\), got \(2, 64\); reshape them"):
        net.discriminator(np.zeros((2, 64)))
    with pytest.raises(ValueError, match="such as 8 or 16; got 24"):
        DCGANConfig(image_size=24)
    with pytest.raises(ValueError, match="such as 8 or 16; got 4"):
        DCGANConfig(image_size=4)
