import numpy as np
import pytest

from book_code.autodiff import Tensor, grad, is_recording, no_grad
from book_code.autodiff.engine import topological_order


def variable(*values, dtype=np.float64):
    return Tensor(np.array(values, dtype), requires_grad=True)


def test_a_chain_of_40000_operations():
    x = Tensor(1.0, requires_grad=True)
    y = x
    for _ in range(20_000):
        y = y * 1.0001 + 0.5
    assert len(topological_order(y)) == 40_001
    (g,) = grad(y, x, create_graph=True)
    assert g.item() == pytest.approx(1.0001**20_000)
    assert grad(g, x)[0].item() == 0


def test_a_tensor_that_is_used_twice_is_visited_once():
    x = Tensor(1.0, requires_grad=True)
    y = x
    for _ in range(60):  # 2**60 paths
        y = y + y
    assert grad(y, x)[0].item() == 2.0**60


def test_backward_fills_leaves_only_and_adds_up():
    x, c = variable(1.0, 2.0), Tensor([3.0, 4.0])
    middle = x * c
    y = middle.sum()
    y.backward()
    assert x.grad.data.tolist() == [3, 4]
    assert middle.grad is None
    assert c.grad is None
    y.backward()
    assert x.grad.data.tolist() == [6, 8]
    x.grad = None
    (y * y).backward()
    assert x.grad.data.tolist() == [66, 88]


def test_gradients_of_two_tensors_do_not_share_memory():
    a, b = variable(1.0), variable(2.0)
    (a + b).sum().backward()
    a.grad.data *= 10
    assert b.grad.data.tolist() == [1]


def test_grad_leaves_no_trace():
    x = variable(1.0)
    grad((x * x).sum(), x)
    assert x.grad is None


def test_gradient_of_an_intermediate_result():
    x = Tensor(2.0, requires_grad=True)
    y = x * x
    z = y * y + y
    assert [g.item() for g in grad(z, (y, x))] == [9, 36]
    assert grad(z, z)[0].item() == 1


def test_gradients_can_be_differentiated_again_and_again():
    x = Tensor(2.0, requires_grad=True)
    y, found = x**3, []
    for _ in range(5):
        (y,) = grad(y, x, create_graph=True)
        found.append(y.item())
    assert found == [12, 12, 6, 0, 0]


def test_without_create_graph_gradients_are_constants():
    x = Tensor(2.0, requires_grad=True)
    (g,) = grad(x**3, x)
    assert not g.requires_grad
    with pytest.raises(ValueError, match="nothing was recorded"):
        grad(g, x)


def test_gradient_penalty_equals_differences():
    """The penalty of WGAN-GP: the loss holds a gradient, and is differentiated by the weights."""
    rng = np.random.default_rng(0)
    x = Tensor(rng.standard_normal((5, 3)), requires_grad=True)
    w, v = rng.standard_normal((3, 4)), rng.standard_normal((4, 1))

    def penalty(w, v):
        (slope,) = grad(((x @ w).tanh() @ v).sum(), x, create_graph=True)
        return (((slope**2).sum(axis=1).sqrt() - 1) ** 2).mean()

    tensors = Tensor(w, requires_grad=True), Tensor(v, requires_grad=True)
    for i, g in enumerate(grad(penalty(*tensors), tensors)):
        for index in np.ndindex(g.shape):
            values = []
            for step in (1e-6, -1e-6):
                moved = [w.copy(), v.copy()]
                moved[i][index] += step
                values.append(penalty(Tensor(moved[0]), Tensor(moved[1])).item())
            assert g.data[index] == pytest.approx(
                (values[0] - values[1]) / 2e-6, rel=1e-6, abs=1e-9
            )


def test_no_dependence_is_gradient_zero():
    x, y = variable(1.0), variable(2.0)
    assert grad((x * x).sum(), (x, y))[1].data.tolist() == [0]


def test_seed_is_the_gradient_of_what_comes_after():
    x = variable(1.0, 2.0)
    assert grad(x * x, x, seed=[10.0, 1.0])[0].data.tolist() == [20, 4]
    (x * x).backward(np.array([1.0, 1.0]))
    assert x.grad.data.tolist() == [2, 4]


def test_no_grad_nests_ends_after_an_error_and_decorates():
    x = variable(1.0)
    with no_grad(), no_grad():
        assert not (x * 2).requires_grad
    with pytest.raises(RuntimeError), no_grad():
        raise RuntimeError
    assert is_recording()

    @no_grad()
    def double(t):
        return t * 2

    assert not double(x).requires_grad
    assert (x * 2).requires_grad


def test_detach_is_a_constant():
    x = variable(3.0)
    assert grad((x.detach() * x).sum(), x)[0].data.tolist() == [3]


def test_constants_take_the_type_of_the_tensor():
    x = variable(1.0, 2.0, dtype=np.float32)
    for y in (
        x * 2,
        x / 3.0,
        1 - x,
        x * np.array([1.0, 2.0]),
        np.array([1.0, 2.0]) - x,
        x ** np.ones(2),
        x ** np.float64(2),
        x ** np.int32(2),
    ):
        assert isinstance(y, Tensor)
        assert y.dtype == np.float32
    assert (x * np.float64(2)).dtype == np.float32
    assert (np.float64(2) * x).dtype == np.float32


def test_tensors_of_two_types_meet_and_gradients_go_home():
    x, y = variable(1.0, dtype=np.float32), variable(2.0)
    assert (x * y).dtype == np.float64
    assert [g.dtype.name for g in grad((x * y).sum(), (x, y))] == ["float32", "float64"]
    assert grad(y.astype("float32").sum(), y)[0].dtype == np.float64


def test_integer_tensors_are_data():
    index = Tensor(np.array([1, 0], dtype=np.int64))
    x = variable(5.0, 6.0)
    assert x[index].data.tolist() == [6, 5]
    assert (index * 0.5).data.tolist() == [0.5, 0]
    assert (index + x).data.tolist() == [6, 6]
    assert (index.max().item(), index.max().dtype) == (1, np.int64)
    assert (index**2).dtype == np.int64


def test_comparisons_are_plain_arrays():
    x = variable(1.0, 2.0)
    assert (x > 1).tolist() == [False, True]
    assert (x == Tensor([1.0, 3.0])).tolist() == [True, False]
    assert [(x != 1).tolist(), (x < 2).tolist(), (x >= 2).tolist(), (x <= 1).tolist()] == [
        [False, True], [True, False], [False, True], [True, False],
    ]  # fmt: skip
    assert {x: "by identity"}[x] == "by identity"


def test_what_a_tensor_says_of_itself():
    x = Tensor(np.ones((2, 3), np.float32), requires_grad=True)
    assert (x.shape, x.ndim, x.size, x.dtype, len(x)) == ((2, 3), 2, 6, np.float32, 2)
    assert repr(x[0]) == "Tensor([1., 1., 1.], dtype=float32, requires_grad=True)"
    assert [row.shape for row in x] == [(3,), (3,)]
    assert float(x.sum()) == x.sum().item() == 6
    assert (x * 2).op == "multiply"
    assert x.op == ""
    assert x.numpy() is x.data
    assert bool(Tensor(1.0))


def test_numpy_may_read_constants_only():
    assert np.asarray(Tensor([1.0, 2.0])).tolist() == [1, 2]
    with pytest.raises(TypeError, match="NumPy records nothing"):
        np.asarray(variable(1.0))
    with pytest.raises(TypeError):
        np.exp(variable(1.0))


def test_numbers_that_were_replaced_after_recording_are_not_mixed_in():
    x = variable(2.0)
    y = (x * x).sum()
    y.backward()
    x.data = x.data - 0.5
    with pytest.raises(ValueError, match="multiply was recorded with other numbers"):
        y.backward()


def test_the_record_frees_itself():
    import gc
    import weakref

    gc.disable()
    try:
        x = variable(1.0)
        middle = x * x
        watched, y = weakref.ref(middle), (middle * 2).sum()
        y.backward()
        del middle, y
        assert watched() is None
    finally:
        gc.enable()


BAD = [
    (
        lambda: Tensor([1, 2], requires_grad=True),
        TypeError,
        r"got int\d+: write 1.0 in place of 1",
    ),
    (lambda: Tensor(["a"]), TypeError, "holds real numbers, got <U1"),
    (lambda: Tensor([1j]), TypeError, "holds real numbers, got complex128"),
    (
        lambda: variable(1.0, 2.0).backward(),
        ValueError,
        r"got a tensor of shape \(2,\): reduce it",
    ),
    (lambda: Tensor([1.0]).backward(), ValueError, "nothing was recorded"),
    (
        lambda: grad(variable(1.0) * 2, Tensor(1.0)),
        ValueError,
        "tensor 0 does not require a gradient",
    ),
    (lambda: grad(variable(1.0) * 2, [1.0]), TypeError, "needs tensors .* got float"),
    (lambda: grad(1.0, variable(1.0)), TypeError, "needs a Tensor .* got float"),
    (lambda: (variable(1.0) * 2).backward([1.0, 2.0]), ValueError, r"seed has shape \(2,\)"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD, ids=[b[2] for b in BAD])
def test_bad_requests_are_explained(call, error, message):
    with pytest.raises(error, match=message):
        call()
