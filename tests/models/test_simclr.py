"""SimCLR: sizes, the loss by its formula, views, and the linear probe."""

import math

import numpy as np
import pytest

from book_code.models import registry
from book_code.models.simclr import SimCLRConfig, linear_probe, simclr_loss, views
from book_code.models.simclr.augment import blur, crop, grey, recolour, resize, turn_hue
from book_code.models.simclr.numpy_model import encode_all

from .common import batch, buffers, model, put_buffers


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_the_encoder_and_the_head_have_the_sizes_of_the_paper():
    config = SimCLRConfig()
    assert (config.encoder.depth, config.features, config.projection) == (50, 2048, 128)
    assert config.encoder == registry.config("resnet50")
    assert registry.config("simclr-cifar10").encoder.stem == "small"


def test_the_head_is_two_layers_without_biases(rng):
    net = registry.build("simclr-tiny", rng=rng)
    x = rng.normal(size=(2, 1, 8, 8)).astype(np.float32)
    first, second = (net.projector[i].weight.numpy() for i in (0, 2))
    assert (first.shape, second.shape) == ((3, 3), (4, 3))
    h = net.eval().encode(x).numpy()
    assert np.allclose(net(x).numpy(), np.maximum(h @ first.T, 0) @ second.T, atol=1e-6)


def test_h_is_what_the_residual_network_finds_before_its_classes(rng):
    net = registry.build("simclr-tiny", rng=rng).eval()
    x = rng.normal(size=(2, 1, 8, 8)).astype(np.float32)
    assert np.allclose(net.encode(x).numpy(), net.encoder.features(x).numpy().mean(axis=(2, 3)))
    assert not [name for name, _ in net.named_parameters() if ".fc." in name]


def test_the_loss_is_that_of_the_paper():
    """Equation 1 for every view, written out; both views in one batch, for batch norm."""
    net, given = model("simclr-tiny"), batch("simclr-tiny", 3)
    start = buffers(net)
    z = net(np.concatenate([given["x"], given["other"]])).numpy()
    put_buffers(net, start)
    z = z / np.linalg.norm(z, axis=1, keepdims=True)
    terms = []
    for i in range(6):
        scores = {k: math.exp(z[i] @ z[k] / 0.5) for k in range(6) if k != i}
        terms.append(-math.log(scores[(i + 3) % 6] / sum(scores.values())))
    loss = simclr_loss(net, given["x"], given["other"]).item()
    assert loss == pytest.approx(np.mean(terms))
    assert int(net.encoder.bn1.num_batches_tracked) == 1


def test_views_are_drawn_by_the_generator_alone(rng):
    x = rng.random((3, 3, 12, 10)).astype(np.float32)
    kept = x.copy()
    one, other = views(x, rng=np.random.default_rng(1))
    again = views(x, rng=np.random.default_rng(1))
    assert np.array_equal(one, again[0])
    assert np.array_equal(other, again[1])
    assert not np.array_equal(one, views(x, rng=np.random.default_rng(2))[0])
    assert not np.array_equal(one, other)
    assert one.shape == other.shape == x.shape
    assert one.dtype == other.dtype == np.float32
    assert min(one.min(), other.min()) >= 0
    assert max(one.max(), other.max()) <= 1 + 1e-6
    assert np.array_equal(x, kept)


def test_half_of_the_views_are_mirrored(rng):
    x = np.tile(np.linspace(0, 1, 8), (400, 1, 8, 1))
    one, _ = views(x, rng=rng, smallest=1.0, strength=0.0, blurred=False)
    mirrored = one[:, 0, 0, 0] > one[:, 0, 0, -1]
    assert mirrored.mean() == pytest.approx(0.5, abs=0.08)


def test_crops_cover_the_shares_and_shapes_that_they_should(rng):
    """A picture that tells the place of each pixel shows what was cut out."""
    rows, columns = np.meshgrid(np.arange(100.0), np.arange(100.0), indexing="ij")
    areas, shapes = [], []
    for _ in range(300):
        out = crop(np.stack([rows, columns]), rng=rng, smallest=0.25)
        h, w = np.ptp(out[0]) + 1, np.ptp(out[1]) + 1
        areas.append(h * w / 1e4)
        shapes.append(w / h)
    assert 0.24 < min(areas) < 0.3
    assert max(areas) > 0.9
    assert 0.74 < min(shapes) < 0.8
    assert 1.25 < max(shapes) < 1.35


def test_resizing_keeps_lines_straight():
    line = np.arange(8.0).reshape(1, 1, 8).repeat(3, axis=1)
    out = resize(line, 6, 16)
    assert out.shape == (1, 6, 16)
    assert np.allclose(np.diff(out[0, 0])[1:-1], 0.5)
    assert np.array_equal(resize(line, 3, 8), line)


def test_colours(rng):
    x = rng.random((3, 4, 4))
    weights = np.array([0.299, 0.587, 0.114])
    assert np.allclose(grey(x), np.tensordot(weights, x, 1))
    assert np.allclose(turn_hue(x, 1.0), x)
    turned = turn_hue(x, 0.2)
    assert not np.allclose(turned, x)
    assert np.allclose(grey(turned), grey(x), atol=1e-3)
    assert np.allclose(turn_hue(turned, -0.2), x)
    assert np.allclose(recolour(x, rng=rng, strength=0.0), x)
    one = rng.random((1, 4, 4))
    assert np.array_equal(turn_hue(one, 0.3), one)
    changed = [
        np.abs(recolour(x, rng=rng, strength=s) - x).mean() for s in [0.1] * 50 + [1.0] * 50
    ]
    assert np.mean(changed[50:]) > 4 * np.mean(changed[:50])


def test_blur_mixes_neighbours():
    x = np.zeros((1, 41, 41))
    x[0, 20, 20] = 1
    out = blur(x, 1.0)
    bell = np.exp(-np.array([4, 1, 0, 1, 4]) / 2)
    bell /= bell.sum()
    assert np.allclose(out[0, 18:23, 18:23], np.outer(bell, bell))
    assert out.sum() == pytest.approx(1)
    assert np.allclose(blur(np.ones((3, 5, 9)), 2.0), 1)


@pytest.mark.parametrize(
    ("pictures", "message"),
    [
        (np.zeros((2, 8, 8)), r"shape \(N, 1 or 3, H, W\)"),
        (np.zeros((2, 2, 8, 8)), r"shape \(N, 1 or 3, H, W\)"),
        (np.zeros((2, 3, 8, 8), np.uint8), "divide by 255"),
        (np.full((2, 3, 8, 8), 200.0), "pixels from 0 to 1, got 200 to 200"),
    ],
)
def test_pictures_that_cannot_be_changed_so_are_refused(pictures, message, rng):
    with pytest.raises(ValueError, match=message):
        views(pictures, rng=rng)


def test_a_probe_finds_what_is_linear_and_no_more(rng):
    h = rng.normal(size=(200, 2))
    linear, ring = (
        (h[:, 0] > h[:, 1]).astype(int),
        (np.linalg.norm(h, axis=1) > 1.2).astype(int),
    )
    shares = []
    for labels in (linear, ring):
        probe = linear_probe(h, labels, 2, rng=rng)
        found = probe(h.astype(np.float32)).numpy().argmax(axis=1)
        shares.append((found == labels).mean())
    assert shares[0] > 0.97
    assert shares[1] < 0.75
    weak = linear_probe(h, linear, 2, rng=rng, weight_decay=1.0)
    assert np.abs(weak.weight.numpy()).max() < 1
    with pytest.raises(ValueError, match=r"\(N, D\) and N labels, got \(200, 2\) and 3"):
        linear_probe(h, linear[:3], 2, rng=rng)


def test_encoding_in_batches_changes_nothing(rng):
    net = registry.build("simclr-tiny", rng=rng)
    x = rng.normal(size=(5, 1, 8, 8)).astype(np.float32)
    before = net.state_dict()
    parts = encode_all(net, x, batch=2)
    assert net.training
    assert all(np.array_equal(v, before[k]) for k, v in net.state_dict().items())
    assert np.allclose(parts, net.eval().encode(x).numpy(), atol=1e-6)
    encode_all(net, x)
    assert not net.training


def test_what_cannot_work_is_refused(rng):
    with pytest.raises(ValueError, match="temperature must be above 0"):
        registry.config("simclr-tiny", temperature=0.0)
    with pytest.raises(ValueError, match="at least one stage"):
        registry.config("simclr-tiny", blocks=())
    with pytest.raises(
        ValueError, match=r"pictures of shape \(N, 1, H, W\), got \(2, 3, 8, 8\)"
    ):
        registry.build("simclr-tiny", rng=rng)(np.zeros((2, 3, 8, 8)))


def test_views_of_other_pictures_are_refused_where_they_would_be_paired_wrongly() -> None:
    x = np.zeros((6, 1, 8, 8), np.float32)
    with pytest.raises(ValueError, match="two views of each picture"):
        simclr_loss(model("simclr-tiny"), x[:2], x[2:])


@pytest.mark.parametrize("settings", [{"smallest": 0.0}, {"smallest": 2.0}, {"strength": -1.0}])
def test_views_need_settings_in_range(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="smallest in"):
        views(np.zeros((1, 3, 4, 4)), rng=np.random.default_rng(0), **settings)  # type: ignore[arg-type]
