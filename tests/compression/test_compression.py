"""Quantization, pruning and distillation: what they keep, what they cost, what they refuse."""

import numpy as np
import pytest

from book_code import build, compression, load, losses, optim
from book_code.autodiff import Tensor, check_grads
from book_code.data import load as load_data


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("per_row", [False, True])
@pytest.mark.parametrize("symmetric", [False, True])
@pytest.mark.parametrize("bits", [2, 4, 8])
def test_the_error_is_at_most_half_a_step(rng, per_row, symmetric, bits):
    array = (rng.normal(size=(5, 7)) * [[1], [10], [0.1], [100], [0]]).astype(np.float32)
    small = compression.quantize(array, per_row=per_row, symmetric=symmetric, bits=bits)
    assert small.values.dtype == np.int8
    assert np.abs(small.values.astype(int)).max() <= 2 ** (bits - 1)
    assert (np.abs(small.dequantize() - array) <= 0.501 * small.scale + 1e-6).all()
    assert small.scale.shape == ((5, 1) if per_row else ())


def test_zero_stays_zero(rng):
    for symmetric in (True, False):
        array = np.r_[0.0, rng.normal(size=20) + 5]
        assert compression.quantize(array, symmetric=symmetric).dequantize()[0] == 0


def test_a_scale_a_row_is_better_where_rows_differ(rng):
    array = rng.normal(size=(4, 50)) * [[1], [0.01], [1], [0.01]]
    whole, rows = (compression.quantize(array, per_row=each) for each in (False, True))
    error = [np.abs(q.dequantize() - array)[1].mean() for q in (whole, rows)]
    assert error[1] < 0.05 * error[0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: compression.quantize([1.0, np.nan]), "a nan or an infinity"),
        (lambda: compression.quantize([1.0], bits=9), "from 2 to 8 bits, got 9"),
        (lambda: compression.magnitude_masks({"w": np.ones((2, 2))}, 1.0), "below 1, got 1.0"),
        (lambda: compression.magnitude_masks({"b": np.ones(2)}, 0.5), "nothing to prune"),
        (
            lambda: compression.filter_masks({"w": np.ones((2, 2))}, 0.5, names=["v"]),
            "has no v; it has w",
        ),
        (
            lambda: compression.apply_masks({"w": np.ones(2)}, {"w": np.ones(3, bool)}),
            r"mask of 'w' has shape \(3,\), the state has \(2,\)",
        ),
        (
            lambda: compression.distillation(np.ones((2, 3)), np.ones((2, 4)), [0, 1]),
            "logits .* of one shape",
        ),
        (
            lambda: compression.distillation(np.ones((1, 2)), np.ones((1, 2)), [0], 0.0),
            "temperature above 0",
        ),
        (
            lambda: compression.quantize_model(build("perceptron-tiny")),
            "no Linear or Conv2d layer",
        ),
        (
            lambda: compression.quantize_model(
                build("lenet-tiny", rng=np.random.default_rng(0)), skip=("fc9",)
            ),
            "fc9: no Linear or Conv2d layer of the model; it has conv1, conv2, fc1, fc2, fc3",
        ),
    ],
)
def test_input_without_meaning_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_lenet_in_eight_bits_is_a_quarter_as_large_and_as_good():
    lenet = load("lenet5", "mnist")
    small = compression.quantize_model(lenet)
    large, little = (compression.size_in_bytes(net.state_dict()) for net in (lenet, small))
    assert little < 0.27 * large
    images = load_data("digits").test.x.reshape(-1, 1, 8, 8)
    images = np.pad(
        np.repeat(np.repeat(images, 3, axis=2), 3, axis=3), ((0, 0), (0, 0), (2, 2), (2, 2))
    )
    before, after = (net(images.astype(np.float32)).numpy() for net in (lenet, small))
    assert np.abs(after - before).max() < 0.1 * np.abs(before).max()
    assert np.mean(before.argmax(axis=1) == after.argmax(axis=1)) > 0.98
    assert type(lenet.conv1).__name__ == "Conv2d"  # the model that was given is as it was


def test_layers_in_lists_and_sequences_are_found_and_skipped(rng):
    mlp = build("mlp-tiny", rng=rng, hidden=(8, 8))
    small = compression.quantize_model(mlp, skip=("layers.0",))
    kinds = [type(layer).__name__ for layer in small.layers]
    assert kinds == ["Linear", "QuantizedLinear", "QuantizedLinear"]
    task = compression.quantize_model(build("multi-task-tiny", rng=rng), skip=("heads.1.2",))
    assert [type(m).__name__ for m in task.heads[1].layers] == [
        "QuantizedLinear",
        "ReLU",
        "Linear",
    ]
    assert {name for name in task.state_dict() if name.startswith("heads.1.0")} == {
        "heads.1.0.weight",
        "heads.1.0.scale",
        "heads.1.0.bias",
    }


def test_all_layers_together_lose_the_smallest_and_each_alone_its_share(rng):
    state = {"a.weight": rng.normal(size=(10, 10)), "b.weight": 10 * rng.normal(size=(5, 20))}
    state["a.bias"] = np.zeros(10)
    together = compression.magnitude_masks(state, 0.5)
    assert set(together) == {"a.weight", "b.weight"}
    assert sum(int((~m).sum()) for m in together.values()) == 100
    assert together["a.weight"].mean() < 0.2 < 0.8 < together["b.weight"].mean()
    kept = np.concatenate([np.abs(state[k])[m] for k, m in together.items()])
    gone = np.concatenate([np.abs(state[k])[~m] for k, m in together.items()])
    assert gone.max() <= kept.min()
    alone = compression.magnitude_masks(state, 0.5, by_layer=True)
    assert [m.mean() for m in alone.values()] == [0.5, 0.5]
    pruned = compression.apply_masks(state, alone)
    assert compression.sparsity(pruned) == pytest.approx(110 / 210)


def test_whole_filters_go(rng):
    state = {"conv.weight": rng.normal(size=(8, 3, 3, 3))}
    mask = compression.filter_masks(state, 0.25)["conv.weight"]
    stays = mask.reshape(8, -1)
    assert (stays.all(axis=1) | ~stays.any(axis=1)).all()
    sums = np.abs(state["conv.weight"]).sum(axis=(1, 2, 3))
    assert set(np.nonzero(~stays[:, 0])[0]) == set(np.argsort(sums)[:2])


def test_a_pruned_network_trains_on_with_its_zeros(rng):
    net = build("mlp-tiny", rng=rng, hidden=(32,))
    x = rng.normal(size=(60, 2)).astype(np.float32)
    y = (x[:, 0] * x[:, 1] > 0).astype(int)
    trained = train(net, x, y, masks={})
    masks = compression.magnitude_masks(net.state_dict(), 0.6)
    net.load_state_dict(compression.apply_masks(net.state_dict(), masks))
    cut = losses.cross_entropy(net(x), y).item()
    again = train(net, x, y, masks)
    assert compression.sparsity({k: net.state_dict()[k] for k in masks}) == pytest.approx(
        0.6, abs=0.01
    )
    assert trained < 0.1
    assert again < 0.2 < cut


def train(net, x, y, masks):
    """Train for 200 steps, what is masked staying 0, and return the loss."""
    optimizer = optim.Adam(net.parameters(), lr=0.03)
    for _ in range(200):
        net.zero_grad()
        losses.cross_entropy(net(x), y).backward()
        optimizer.step()
        net.load_state_dict(compression.apply_masks(net.state_dict(), masks))
    return losses.cross_entropy(net(x), y).item()


def test_distillation_has_right_gradients_and_none_for_the_teacher(rng):
    student, teacher = rng.normal(size=(2, 4, 3))
    labels = np.array([0, 1, 2, 0])
    check_grads(lambda z: compression.distillation(z, teacher, labels, 3.0, 0.7), student)
    known = Tensor(teacher, requires_grad=True)
    compression.distillation(Tensor(student, requires_grad=True), known, labels).backward()
    assert known.grad is None


def test_the_weight_goes_from_labels_to_teacher(rng):
    student, teacher = rng.normal(size=(2, 4, 3))
    labels = np.array([0, 1, 2, 0])
    plain = losses.cross_entropy(student, labels).item()
    assert compression.distillation(student, teacher, labels, 2.0, 0.0).item() == plain
    assert compression.distillation(student, student, labels, 2.0, 1.0).item() == 0


def test_a_high_temperature_compares_logits(rng):
    """Section 2.1: for T -> infinity and logits of mean 0 the gradient is (z - v) / (N C)."""
    student, teacher = (z - z.mean(axis=1, keepdims=True) for z in rng.normal(size=(2, 4, 3)))
    z = Tensor(student, requires_grad=True)
    compression.distillation(z, teacher, [0, 1, 2, 0], temperature=1e4, weight=1.0).backward()
    np.testing.assert_allclose(z.grad.numpy(), (student - teacher) / (4 * 3), rtol=1e-3)


def test_a_range_wider_than_float32_has_a_scale() -> None:
    wide = np.array([-3e38, 3e38])
    given = compression.quantize(wide, symmetric=False)
    np.testing.assert_allclose(given.dequantize(), wide, atol=1.01 * float(given.scale))


def test_a_mask_takes_infinity_and_nan_away() -> None:
    state = {"w": np.array([np.inf, np.nan, 1.0], np.float32)}
    masked = compression.apply_masks(state, {"w": np.array([False, False, True])})["w"]
    assert masked.tolist() == [0.0, 0.0, 1.0]
    assert masked.dtype == np.float32


def test_one_name_is_not_its_letters(rng):
    with pytest.raises(TypeError, match=r"one string: write \('fc1',\)"):
        compression.quantize_model(build("lenet5", rng=rng), skip="fc1")


def test_a_model_is_asked_for_its_state(rng):
    with pytest.raises(TypeError, match=r"takes a state dict: write model.state_dict\(\)"):
        compression.size_in_bytes(build("mlp-tiny", rng=rng))
