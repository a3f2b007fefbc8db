"""What is computed at one go, against the composed function that it stands for."""

import numpy as np
import pytest

from book_code.autodiff import Tensor, check_grads, grad, no_grad
from book_code.autodiff.fast_norms import moments
from book_code.autodiff.fused import ALL, fused


def cubes(x, y):
    return x * x * x * y


@pytest.fixture
def cube():
    """x³ y, whose fast gradient notes how often it was asked for."""
    calls = []

    @fused(cubes)
    def cube(x, y):
        def backward(g):
            calls.append(g)
            return 3 * g * x**2 * y, lambda: g * x**3

        return x**3 * y, backward

    yield cube, calls
    del ALL["cube"]


def variable(*values):
    return Tensor(np.array(values), requires_grad=True)


def test_gradients_are_right_to_every_order(cube):
    check_grads(cube[0], [np.array([0.5, -1.2]), np.array([2.0, 3.0])], order=3)


def test_all_gradients_come_from_one_call(cube):
    f, calls = cube
    x, y = variable(2.0), variable(5.0)
    assert [g.item() for g in grad(f(x, y), (x, y))] == [60, 8]
    assert len(calls) == 1


def test_a_second_sweep_finds_what_the_first_found(cube):
    x, y, seed = variable(2.0), variable(5.0), Tensor([1.0])
    out = cube[0](x, y)
    for _ in range(2):
        assert [g.item() for g in grad(out, (x, y), seed=seed)] == [60, 8]
        assert grad(out, y, seed=seed)[0].item() == 8
    again = grad(out, (x, y), create_graph=True, seed=seed)
    assert [g.item() for g in again] == [60, 8]
    assert [g.item() for g in grad(out, (x, y), seed=seed)] == [60, 8]


def test_one_tensor_in_both_places(cube):
    x = variable(2.0)
    (first,) = grad(cube[0](x, x), x, create_graph=True)
    assert first.item() == 4 * 2**3
    assert grad(first, x)[0].item() == 12 * 2**2


def test_one_argument_made_from_the_other(cube):
    x = variable(2.0)
    (first,) = grad(cube[0](x, x * x), x, create_graph=True)
    (second,) = grad(first, x, create_graph=True)
    assert (first.item(), second.item()) == (5 * 2**4, 20 * 2**3)
    assert grad(second, x)[0].item() == 60 * 2**2


def test_constants_get_none_and_arguments_may_be_missing():
    @fused(lambda x, w, b: x if w is None else x * w + b)
    def line(x, w, b):
        return (
            (x, lambda g: (g, None, None))
            if w is None
            else (x * w + b, lambda g: (g * w, g * x, g))
        )

    x, w = variable(2.0), variable(5.0)
    assert grad(line(x, None, None), x)[0].item() == 1
    assert [g.item() for g in grad(line(Tensor([2.0]), w, 3.0), w)] == [2]
    (slope,) = grad(line(x, w, 1.0), x, create_graph=True)
    assert grad(slope, w)[0].item() == 1
    del ALL["line"]


def test_without_recording_nothing_is_recorded(cube):
    with no_grad():
        assert not cube[0](variable(1.0), variable(1.0)).requires_grad


def test_replaced_numbers_are_noticed(cube):
    x = variable(2.0)
    out = cube[0](x, variable(1.0))
    x.data = x.data + 1
    with pytest.raises(ValueError, match="cube was recorded with other numbers"):
        out.backward()


def normal(*shape, seed=0):
    return np.random.default_rng(seed + len(shape)).standard_normal(shape)


NO_MARGINS = ((0, 0), (0, 0))
UNEVEN = {"margins": ((1, 0), (0, 2)), "stride": (1, 2), "dilation": (2, 1)}
POOL = {"kernel": (3, 2), "stride": (2, 1), "margins": ((1, 1), (0, 1))}
IMAGES, FILTERS = normal(2, 3, 7, 6), normal(4, 3, 2, 3)
QKV = [normal(2, 3, 4, 5), normal(2, 1, 6, 5), normal(2, 3, 6, 2)]
SEEN = np.tri(4, 6, dtype=bool)
SEEN[0] = False
CASES = {
    "conv2d": [
        ([IMAGES, FILTERS, normal(4)], UNEVEN),
        ([IMAGES, FILTERS, None], {"margins": NO_MARGINS, "stride": (1, 1), "dilation": (1, 1)}),
        ([IMAGES, FILTERS, None], {"margins": ((4, 0), (1, 3)), "stride": (1, 1), "dilation": (2, 1)}),
        ([IMAGES, normal(4, 3, 1, 1), None], {"margins": NO_MARGINS, "stride": (2, 2), "dilation": (1, 1)}),
    ],
    "depthwise": [
        ([IMAGES, normal(3, 1, 2, 3), normal(3)], UNEVEN),
        ([IMAGES, normal(3, 1, 2, 3), None], {"margins": NO_MARGINS, "stride": (1, 1), "dilation": (1, 1)}),
    ],
    "conv_transpose2d": [
        ([IMAGES, normal(3, 4, 2, 3), normal(4)],
         {"size": (14, 9), "margins": ((1, 1), (0, 0)), "stride": (2, 1), "dilation": (1, 2), **op})
        for op in ({"size": (14, 10)}, {"size": (15, 10)})
    ] + [
        ([IMAGES, normal(3, 4, 2, 3), None],
         {"size": (8, 8), "margins": ((2, 2), (1, 1)), "stride": (1, 1), "dilation": (1, 1)}),
    ],
    "max_pool2d": [([IMAGES], POOL), ([IMAGES], {**POOL, "margins": NO_MARGINS})],
    "avg_pool2d": [([IMAGES], POOL), ([IMAGES], {**POOL, "margins": NO_MARGINS})],
    "batch_norm": [
        ([x, normal(3), b], {"eps": 0.1, "moments": moments(x)})
        for x in (IMAGES, IMAGES[:, :, 0], IMAGES[:, :, 0, 0], IMAGES.transpose(2, 1, 0, 3))
        for b in (None, normal(3, seed=1))
    ],
    "layer_norm": [
        ([IMAGES, None, None], {"axes": (2, 3), "eps": 0.1}),
        ([IMAGES, normal(6), normal(6, seed=1)], {"axes": (3,), "eps": 0.1}),
    ],
    "_linear": [
        ([normal(2, 3, 5), normal(4, 5), normal(4)], {}),
        ([normal(5), normal(4, 5), None], {}),
    ],
    "_softmax": [([normal(2, 5, 3)], {"axis": axis}) for axis in (1, 2)],
    "_gelu": [([3 * normal(5, 6)], {}), ([np.array(-0.3)], {})],
    "_gelu_tanh": [([3 * normal(5, 6)], {}), ([np.array(-0.3)], {})],
    "_at_one_go": [
        ([*QKV, None], {"allowed": None, "scale": 0.3}),
        ([*QKV, None], {"allowed": SEEN, "scale": 0.3}),
        ([*QKV, normal(3, 1, 6)], {"allowed": None, "scale": 0.3}),
    ],
}  # fmt: skip
ELSEWHERE = {"lstm_layer", "gru_layer"}  # tests/nn/test_fast_recurrent.py


def test_the_table_has_every_fused_operation():
    assert set(ALL) | ELSEWHERE == set(CASES) | ELSEWHERE


@pytest.mark.parametrize(
    ("name", "arguments", "settings"),
    [(n, *case) for n, cases in CASES.items() for case in cases],
)
@pytest.mark.parametrize("reverse", [False, True])
def test_value_and_gradients_are_the_definitions(name, arguments, settings, reverse):
    found = []
    for run in (ALL[name], ALL[name].plain):
        values = [
            None
            if a is None
            else Tensor(a[..., ::-1].copy()[..., ::-1] if reverse and a.ndim else a, True)
            for a in arguments
        ]
        out = run(*values, **settings)
        seed = np.random.default_rng(1).standard_normal(out.shape)
        found.append([out, *grad(out, [v for v in values if v is not None], seed=seed)])
    for fast, plain in zip(*found, strict=True):
        assert fast.shape == plain.shape
        np.testing.assert_allclose(fast.data, plain.data, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("portion", [1, 150, 400, 2000])
def test_convolution_in_portions_of_any_size(portion, monkeypatch):
    """Bands of one image, whole images, several images at a time."""
    arguments, settings = CASES["conv2d"][0]
    values = [Tensor(a, True) for a in arguments]
    whole = ALL["conv2d"](*values, **settings)
    monkeypatch.setattr("book_code.autodiff.fast_convolution.PORTION", portion)
    parts = ALL["conv2d"](*values, **settings)
    np.testing.assert_allclose(parts.data, whole.data, rtol=1e-12)
    for a, b in zip(grad(parts.sum(), values), grad(whole.sum(), values), strict=True):
        np.testing.assert_allclose(a.data, b.data, rtol=1e-12)
