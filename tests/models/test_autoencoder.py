"""Autoencoders: sizes, the subspace of PCA, spoiling, sparsity, errors of what is strange, refusals."""

import numpy as np
import pytest

from book_code import optim
from book_code.autodiff import Tensor, check_grads
from book_code.models import registry
from book_code.models.autoencoder import (
    Autoencoder,
    AutoencoderConfig,
    ConvolutionalAutoencoderConfig,
    DenoisingAutoencoder,
    DenoisingAutoencoderConfig,
    corrupt,
    draw_noise,
    reconstruction_error,
    reconstruction_loss,
    sparsity_penalty,
)

from .common import model


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def fitted(net, x, steps, lr=0.01, **given):
    """Return the autoencoder after some steps of Adam on all of x, the rate falling to 0."""
    optimizer = optim.Adam(net.parameters(), lr=lr)
    for step in range(steps):
        optimizer.lr = lr * (1 - step / steps)
        loss = reconstruction_loss(net, x, **given)
        net.zero_grad()
        loss.backward()
        optimizer.step()
    return net


def test_the_widths_are_those_of_the_paper():
    net = registry.build("autoencoder-deep", rng=np.random.default_rng(0))
    widths = [layer.weight.shape[::-1] for layer in net.encoder + net.decoder]
    assert widths == [
        (784, 1000), (1000, 500), (500, 250), (250, 30),
        (30, 250), (250, 500), (500, 1000), (1000, 784),
    ]  # fmt: skip
    by_hand = sum(a * b + b for a, b in widths)
    assert sum(p.size for p in net.parameters()) == by_hand == 2_837_314
    x = np.zeros((2, 1, 28, 28), np.float32)
    assert net.encode(x).shape == (2, 30)
    assert net(x).shape == x.shape


def test_a_linear_autoencoder_spans_the_subspace_of_pca():
    """Baldi and Hornik (1989): at the minimum the code spans the first principal components."""
    rng = np.random.default_rng(1)
    turn = np.linalg.qr(rng.standard_normal((6, 6)))[0]
    x = rng.standard_normal((60, 6)) * [3.0, 2.0, 0.6, 0.4, 0.3, 0.2] @ turn
    config = AutoencoderConfig(
        shape=(6,), hidden=(), code=2, activation="linear", output="linear", loss="mse"
    )
    net = fitted(Autoencoder(config, rng=rng).astype("float64"), x, 600, lr=0.05)
    middle = x.mean(axis=0)
    u, s, vt = np.linalg.svd(x - middle, full_matrices=False)
    best = middle + (u[:, :2] * s[:2]) @ vt[:2]
    np.testing.assert_allclose(net(x).data, best, atol=1e-3)
    # the cosines of the angles between the two planes
    plane = np.linalg.qr(net.decoder[0].weight.data)[0]
    np.testing.assert_allclose(np.linalg.svd(plane.T @ vt[:2].T)[1], 1, atol=1e-6)
    left_over = (s[2:] ** 2).sum() / x.size
    assert reconstruction_error(net, x).mean() == pytest.approx(left_over, rel=1e-3)


def test_what_is_unlike_the_data_is_badly_reconstructed(rng):
    """Points near a line are learned; a point off the line gives itself away."""
    t = rng.uniform(-1, 1, size=(100, 1))
    x = np.concatenate([t, 2 * t, -t], axis=1).astype(np.float32)
    config = AutoencoderConfig(
        shape=(3,), hidden=(8,), code=1, activation="tanh", output="linear", loss="mse"
    )
    net = fitted(Autoencoder(config, rng=rng), x, 200, lr=0.02)
    strange = np.array([[1.0, -1.0, 1.0]], np.float32)
    assert reconstruction_error(net, strange)[0] > 20 * reconstruction_error(net, x).max()


def test_spoiling_by_hand():
    x = np.array([0.1, 0.2, 0.3, 0.4])
    noise = np.array([0.05, 0.15, 0.25, 0.9])
    assert corrupt(x, noise, "masking", 0.2).tolist() == [0, 0, 0.3, 0.4]
    assert corrupt(x, noise, "salt_and_pepper", 0.2).tolist() == [0, 1, 0.3, 0.4]
    np.testing.assert_allclose(corrupt(x, noise, "gaussian", 2.0), [0.2, 0.5, 0.8, 2.2])
    for kind in ("masking", "salt_and_pepper", "gaussian"):
        assert corrupt(np.float32(x), np.float32(noise), kind, 0.2).dtype == np.float32


def test_the_share_that_is_spoiled_is_the_level(rng):
    x = np.full((200, 100), 0.5)
    masked = corrupt(x, draw_noise(x.shape, "masking", rng=rng), "masking", 0.3)
    assert (masked == 0).mean() == pytest.approx(0.3, abs=0.02)
    spoiled = corrupt(
        x, draw_noise(x.shape, "salt_and_pepper", rng=rng), "salt_and_pepper", 0.3
    )
    assert (spoiled == 0).mean() == pytest.approx(0.15, abs=0.02)
    assert (spoiled == 1).mean() == pytest.approx(0.15, abs=0.02)
    noisy = corrupt(x, draw_noise(x.shape, "gaussian", rng=rng), "gaussian", 0.3)
    assert (noisy - x).std() == pytest.approx(0.3, abs=0.01)


def test_a_denoising_autoencoder_mends_what_is_masked():
    """Nine pixels that are always the same in threes: one that was masked can be told from its two neighbours."""
    rng = np.random.default_rng(2)
    config = DenoisingAutoencoderConfig(shape=(9,), code=12, level=0.2)
    net = DenoisingAutoencoder(config, rng=rng)
    optimizer = optim.Adam(net.parameters(), lr=0.02)
    for _ in range(300):
        x = np.repeat(rng.integers(2, size=(32, 3)), 3, axis=1).astype(np.float32)
        loss = reconstruction_loss(net, x, draw_noise(x.shape, "masking", rng=rng))
        net.zero_grad()
        loss.backward()
        optimizer.step()
    x = np.ones((1, 9), np.float32)
    x[0, 4] = 0
    assert net(x).data[0, 4] > 0.9
    x[0, 3:6] = 0  # nobody is left who knows
    assert net(x).data[0, 4] < 0.5


def test_tied_weights_are_counted_once_and_trained_by_both_uses(rng):
    net = model("denoising-autoencoder-tiny")
    names = list(net.state_dict())
    assert names == [
        "encoder.0.weight", "encoder.0.bias", "encoder.1.weight", "encoder.1.bias",
        "decoder.0.bias", "decoder.1.bias",
    ]  # fmt: skip
    code = rng.standard_normal((2, 12))
    expected = np.tanh(code @ net.encoder[1].weight.data + net.decoder[0].bias.data)
    expected = expected @ net.encoder[0].weight.data + net.decoder[1].bias.data
    np.testing.assert_allclose(net.scores(code).data.reshape(2, -1), expected)


def test_the_penalties_by_hand():
    code = Tensor(np.array([[0.2, 0.9], [0.4, 0.1]]))
    assert sparsity_penalty(code, "l1", 0.1).item() == pytest.approx((1.1 + 0.5) / 2)

    def divergence(p, q):
        return p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))

    expected = divergence(0.1, 0.3) + divergence(0.1, 0.5)
    assert sparsity_penalty(code, "kl", 0.1).item() == pytest.approx(expected)
    check_grads(lambda c: sparsity_penalty(c, "kl", 0.1), code.data, order=2)


@pytest.mark.parametrize("penalty", ["l1", "kl"])
def test_a_penalty_makes_the_code_sparse(penalty):
    rng = np.random.default_rng(0)
    x = (rng.random((40, 1, 3, 3)) < 0.4).astype(np.float32)
    activity = []
    for sparsity in (0.0, 3.0):
        net = registry.build(
            "autoencoder-sparse-tiny", rng=np.random.default_rng(1), penalty=penalty,
            sparsity=sparsity,
        )  # fmt: skip
        code = fitted(net, x, 120, lr=0.03).encode(x).data
        activity.append(np.abs(code).mean())
    assert activity[1] < 0.3 < activity[0]
    if penalty == "kl":
        assert activity[1] == pytest.approx(0.05, abs=0.04)


def test_the_loss_is_that_of_a_whole_example(rng):
    """Cross-entropy in nats a picture, squares a picture: the sum over the pixels, the mean over the batch."""
    x = rng.integers(2, size=(4, 1, 3, 3)).astype(np.float64)
    net = model("autoencoder-tiny")
    p = net(x).data
    nats = -(x * np.log(p) + (1 - x) * np.log(1 - p)).sum(axis=(1, 2, 3)).mean()
    assert reconstruction_loss(net, x).item() == pytest.approx(nats)
    net = model("autoencoder-tiny", loss="mse")
    squares = ((x - net(x).data) ** 2).sum(axis=(1, 2, 3)).mean()
    assert reconstruction_loss(net, x).item() == pytest.approx(squares)


def test_the_sides_of_the_convolutional_code_halve():
    net = registry.build("convolutional-autoencoder", rng=np.random.default_rng(0))
    x = np.zeros((2, 1, 28, 28), np.float32)
    shapes = []
    h = Tensor(x)
    for layer in [*net.encoder.layers, *net.decoder.layers]:
        h = layer(h)
        shapes.append(h.shape[1:])
    assert shapes == [
        (16, 14, 14), (16, 14, 14), (4, 7, 7), (16, 14, 14), (16, 14, 14), (1, 28, 28),
    ]  # fmt: skip


def test_what_does_not_fit_is_explained():
    net = model("autoencoder-tiny")
    with pytest.raises(
        ValueError,
        match=r"\(N, 1, 3, 3\), got \(2, 9\); reshape them: x\.reshape\(-1, 1, 3, 3\)",
    ):
        net(np.zeros((2, 9)))
    with pytest.raises(ValueError, match=r"codes of shape \(N, 4\), got \(2, 5\)"):
        net.decode(np.zeros((2, 5)))
    with pytest.raises(
        ValueError, match=r"pictures of shape \(N, 1, 4, 4\), got \(2, 1, 5, 5\)"
    ):
        model("convolutional-autoencoder-tiny")(np.zeros((2, 1, 5, 5)))
    with pytest.raises(ValueError, match=r"codes of shape \(N, 4, 1, 1\)"):
        model("convolutional-autoencoder-tiny").decode(np.zeros((2, 4)))
    with pytest.raises(ValueError, match="needs noise: draw_noise"):
        reconstruction_loss(model("denoising-autoencoder-tiny"), np.zeros((2, 1, 3, 3)))
    with pytest.raises(ValueError, match=r"noise of the examples' shape \(2, 3\), got \(3,\)"):
        corrupt(np.zeros((2, 3)), np.zeros(3), "masking", 0.5)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: AutoencoderConfig(output="linear"), 'needs output="sigmoid"; got output=\'linear\''),
        (lambda: AutoencoderConfig(penalty="kl"), 'needs code_activation="sigmoid"; got \'linear\''),
        (
            lambda: AutoencoderConfig(penalty="kl", code_activation="sigmoid", activity=1.0),
            r"activity must be between 0 and 1; got 1\.0",
        ),
        (lambda: AutoencoderConfig(shape=()), r"such as \(784,\); got \(\)"),
        (lambda: DenoisingAutoencoderConfig(level=1.5), r"from 0 to 1; got 1\.5"),
        (lambda: ConvolutionalAutoencoderConfig(image_size=30), "must be a multiple of 4; got 30"),
        (lambda: ConvolutionalAutoencoderConfig(output="linear"), 'needs output="sigmoid"'),
    ],
)  # fmt: skip
def test_settings_that_cannot_work_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_noise_may_be_stronger_than_1():
    assert DenoisingAutoencoderConfig(level=1.5, corruption="gaussian").level == 1.5
