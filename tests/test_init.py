import numpy as np
import pytest

from book_code import init
from book_code.autodiff import functional as F

LINEAR, CONV = (300, 200), (64, 32, 5, 3)
RANDOM = [
    init.normal, init.uniform, init.xavier_normal, init.xavier_uniform, init.he_normal,
    init.he_uniform, init.orthogonal, init.lecun_normal, init.truncated_normal,
]  # fmt: skip


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("f", [init.zeros, init.identity, *RANDOM], ids=lambda f: f.__name__)
def test_shape_type_and_generator(f):
    for shape in [(3, 2), (4, 3, 2, 2)]:
        w = f(shape, rng=rng())
        assert (w.shape, w.dtype) == (shape, np.float32)
        np.testing.assert_array_equal(w, f(shape, rng=rng()))
    assert f((3, 2), rng=rng(), dtype=np.float64).dtype == np.float64


@pytest.mark.parametrize("f", RANDOM, ids=lambda f: f.__name__)
def test_the_generator_must_be_given(f):
    with pytest.raises(TypeError, match="rng"):
        f((3, 2))


def test_fans():
    assert init.fans((10, 84)) == (84, 10)
    assert init.fans((16, 6, 5, 4)) == (6 * 20, 16 * 20)
    with pytest.raises(ValueError, match=r"got \(3,\)"):
        init.fans((3,))


@pytest.mark.parametrize("shape", [LINEAR, CONV])
@pytest.mark.parametrize(
    ("f", "variance"),
    [
        (init.xavier_normal, lambda a, b: 2 / (a + b)),
        (init.xavier_uniform, lambda a, b: 2 / (a + b)),
        (init.lecun_normal, lambda a, b: 1 / a),
        (lambda s, rng: init.lecun_normal(s, 3.0, rng=rng), lambda a, b: 9 / a),
        (lambda s, rng: init.truncated_normal(s, 0.3, rng=rng), lambda a, b: 0.09 * 0.7737),
        (lambda s, rng: init.truncated_normal(s, 1.0, 5.0, rng=rng), lambda a, b: 1),
        (init.he_normal, lambda a, b: 2 / a),
        (init.he_uniform, lambda a, b: 2 / a),
        (lambda s, rng: init.he_normal(s, mode="out", rng=rng), lambda a, b: 2 / b),
        (lambda s, rng: init.he_uniform(s, 1.0, rng=rng), lambda a, b: 1 / a),
        (
            lambda s, rng: init.xavier_normal(s, 5 / 3, rng=rng),
            lambda a, b: 25 / 9 * 2 / (a + b),
        ),
        (lambda s, rng: init.normal(s, 0.3, rng=rng), lambda a, b: 0.09),
        (lambda s, rng: init.uniform(s, -2, 2, rng=rng), lambda a, b: 16 / 12),
    ],
)
def test_mean_and_variance(f, variance, shape):
    w, expected = f(shape, rng=rng()), variance(*init.fans(shape))
    assert w.var() == pytest.approx(expected, rel=0.03)
    assert abs(w.mean()) < 4 * np.sqrt(expected / w.size)


def test_normal_is_normal_and_uniform_is_bounded():
    tails = np.abs(init.he_normal(LINEAR, rng=rng())) / np.sqrt(2 / 200)
    assert np.mean(tails < 1) == pytest.approx(0.6827, abs=0.01)
    assert np.mean(tails < 2) == pytest.approx(0.9545, abs=0.01)
    assert np.abs(init.he_uniform(LINEAR, rng=rng())).max() <= np.sqrt(6 / 200)
    assert init.uniform((1000,), 2, 3, rng=rng()).min() >= 2


def test_a_truncated_normal_is_cut_and_otherwise_normal():
    w = init.truncated_normal(LINEAR, 0.1, rng=rng())
    assert np.abs(w).max() <= 0.2
    assert np.abs(w).max() > 0.199
    assert np.mean(np.abs(w) < 0.1) == pytest.approx(0.6827 / 0.9545, abs=0.01)
    with pytest.raises(ValueError, match=r"a bound above 0.1, got 0"):
        init.truncated_normal((2, 2), bound=0, rng=rng())


def test_identity_passes_on_what_comes_in():
    x = rng().standard_normal((2, 3, 5, 4))
    w = init.identity((3, 3, 3, 3), dtype=np.float64)
    np.testing.assert_array_equal(F.conv2d(x, w, padding=1).data, x)
    assert init.identity((2, 3)).tolist() == [[1, 0, 0], [0, 1, 0]]
    with pytest.raises(ValueError, match=r"got \(3,\)"):
        init.identity((3,))


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4), (6, 2, 3, 3)])
def test_orthogonal_keeps_lengths(shape):
    w = init.orthogonal(shape, 2.0, rng=rng(), dtype=np.float64).reshape(shape[0], -1)
    product = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(product, 4 * np.eye(len(product)), atol=1e-12)


def test_orthogonal_prefers_no_direction():
    """Without the correction of signs the diagonal would always be of one sign."""
    generator = rng()
    corners = [init.orthogonal((2, 2), rng=generator)[0, 0] for _ in range(2000)]
    assert np.mean(corners) == pytest.approx(0, abs=0.05)
    assert np.mean(np.square(corners)) == pytest.approx(0.5, abs=0.03)


def test_signals_keep_their_size_through_many_relu_layers():
    generator = rng()
    x = generator.standard_normal((64, 256))
    for _ in range(20):
        x = np.maximum(x @ init.he_normal((256, 256), rng=generator).T, 0)
    assert 0.1 < np.mean(x**2) < 10


def test_bad_arguments():
    with pytest.raises(ValueError, match="mode is 'in' or 'out', got 'fan_in'"):
        init.he_normal((3, 2), mode="fan_in", rng=rng())
    with pytest.raises(ValueError, match=r"at least two axes, got \(3,\)"):
        init.orthogonal((3,), rng=rng())
    with pytest.raises(ValueError, match=r"sizes of at least 1, got \(3, 0\)"):
        init.he_normal((3, 0), rng=rng())
    for f in (init.normal, init.truncated_normal):
        for std in (-1.0, np.nan, np.inf):
            with pytest.raises(ValueError, match="std that is not negative"):
                f((3,), std, rng=rng())
