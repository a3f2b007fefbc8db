"""Explanations where the answer is known: linear models, planted evidence, games worked out by the definition."""

import itertools
import math

import numpy as np
import pytest

from book_code import build, explain, nn
from book_code.autodiff import functional as F


@pytest.fixture
def rng():
    return np.random.default_rng(0)


class Linear(nn.Module):
    """Scores that are weighted sums of the pixels."""

    def __init__(self, weight):
        super().__init__()
        self.weight = nn.Linear(
            weight[0].size, len(weight), rng=np.random.default_rng(0)
        ).weight
        self.weight.data = weight.reshape(len(weight), -1)
        self.dropout = nn.Dropout(0.5, rng=np.random.default_rng(0))

    def forward(self, x):
        return F.linear(self.dropout(F.flatten(x)), self.weight)


class Spots(nn.Module):
    """A convolution whose two filters find bright and dark spots; the classes ask how many there are."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3, padding=1, rng=np.random.default_rng(0)).astype(
            np.float64
        )
        peak = np.pad([[1.0]], 1)
        self.conv.weight.data = np.stack([peak, -peak])[:, None]
        self.conv.bias.data = np.array([-0.5, -0.5])
        self.act = nn.ReLU()

    def forward(self, x):
        return self.act(self.conv(x)).mean(axis=(2, 3))  # (N, 2)


@pytest.fixture
def linear(rng):
    weight = rng.normal(size=(3, 2, 6, 6))
    return weight, Linear(weight), rng.normal(size=(4, 2, 6, 6))


def spots():
    """Two pictures: a bright spot at (1, 2) and a dark one at (5, 6); the same, mirrored."""
    x = np.zeros((1, 1, 8, 8))
    x[0, 0, 1, 2], x[0, 0, 5, 6] = 2.0, -3.0
    return np.concatenate([x, x[..., ::-1]])


# gradients


def test_the_gradient_of_a_linear_model_is_its_weights(linear):
    weight, model, x = linear
    found = explain.gradient(model, x, target=np.array([2, 0, 1, 2]))
    np.testing.assert_allclose(found, weight[[2, 0, 1, 2]], rtol=1e-12)
    expected = np.abs(weight[[1] * 4]).max(axis=1)
    np.testing.assert_allclose(explain.saliency(model, x, 1), expected, rtol=1e-12)


def test_the_class_with_the_highest_score_is_asked_about_by_default(linear):
    weight, model, x = linear
    best = np.einsum("kchw,nchw->nk", weight, x).argmax(axis=1)
    assert len(set(best)) > 1
    np.testing.assert_allclose(explain.gradient(model, x), weight[best], rtol=1e-12)


def test_a_model_is_asked_in_evaluation_mode_and_left_as_it_was(linear):
    _, model, x = linear
    model.dropout.training = True
    model.training = False
    explain.saliency(model, x)
    explain.occlusion(model, x, size=3)
    assert model.dropout.training
    assert not model.training


def test_saliency_finds_the_planted_pixels():
    x = spots()
    for target, (row, column) in enumerate([(1, 2), (5, 6)]):
        found = explain.saliency(Spots(), x, target)[0]
        assert np.argwhere(found > 0).tolist() == [[row, column]]


def test_smooth_grad_is_the_mean_over_the_noise_that_it_is_given(rng):
    model, x = Spots(), rng.normal(size=(2, 1, 8, 8))
    noise = rng.normal(size=(3, 2, 1, 8, 8))
    size = (
        0.2 * np.array([x[0].max() - x[0].min(), x[1].max() - x[1].min()])[:, None, None, None]
    )
    mean = sum(explain.gradient(model, x + size * eps, 1) for eps in noise) / 3
    found = explain.smooth_grad(model, x, 1, spread=0.2, noise=noise)
    np.testing.assert_allclose(found, np.abs(mean[:, 0]), rtol=1e-12)
    again = [explain.smooth_grad(model, x, rng=np.random.default_rng(1)) for _ in range(2)]
    assert np.array_equal(*again)


def test_smooth_grad_asks_about_the_class_of_the_picture_without_noise():
    weight = np.array([1.0, -1.0])[:, None, None, None]
    x = np.array([0.1, 0.0, 0.0, 0.0]).reshape(1, 1, 2, 2)

    def model(pixels):
        return F.stack([pixels[:, 0, 0, 0], -2 * pixels[:, 0, 0, 0]], axis=1)

    assert weight.shape == (2, 1, 1, 1)
    found = explain.smooth_grad(model, x, noise=np.full((2, 1, 1, 2, 2), -9.0))
    assert found[0, 0, 0] == 1.0  # of class 0, though every noisy copy is of class 1


# occlusion


def test_covering_a_part_takes_its_share_of_a_linear_score(linear):
    weight, model, x = linear
    found = explain.occlusion(model, x, 1, size=3, stride=2, fill=0.5)
    assert found.shape == (4, 2, 2)
    lost = (weight[1] * (x - 0.5))[:, :, 2:5, 0:3].sum(axis=(1, 2, 3))
    np.testing.assert_allclose(found[:, 1, 0], lost, rtol=1e-9)


def test_the_drop_of_a_probability(linear):
    weight, model, x = linear

    def probability(pictures):
        scores = np.exp(np.einsum("kchw,nchw->nk", weight, pictures))
        return (scores / scores.sum(axis=1, keepdims=True))[:, 2]

    covered = x.copy()
    covered[:, :, 1:3, 3:5] = 0
    found = explain.occlusion(model, x, 2, size=2, probability=True)[:, 1, 3]
    np.testing.assert_allclose(found, probability(x) - probability(covered), rtol=1e-9)


def test_occlusion_finds_the_planted_spot():
    found = explain.occlusion(Spots(), spots(), 1, size=2, stride=2)
    assert np.argwhere(found > 1e-12).tolist() == [[0, 2, 3], [1, 2, 0]]


# Grad-CAM and what it needs


def test_grad_cam_is_cam_where_the_maps_are_only_averaged(rng):
    """Before a global average and a linear layer the mean slope is that layer's weight (appendix A)."""
    conv = nn.Conv2d(1, 4, 3, rng=rng).astype(np.float64)
    head = nn.Linear(4, 3, rng=rng).astype(np.float64)
    model = nn.Sequential(conv, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), head)
    x = rng.normal(size=(2, 1, 7, 7))
    maps = np.maximum(conv(x).numpy(), 0)
    expected = np.maximum(np.einsum("k,nkhw->nhw", head.weight.numpy()[2], maps), 0) / 25
    assert expected.any()
    np.testing.assert_allclose(explain.grad_cam(model, x, "1", 2), expected, rtol=1e-9)


def test_grad_cam_finds_the_planted_spot():
    x = spots()
    for target, (row, column) in enumerate([(1, 2), (5, 6)]):
        found = explain.grad_cam(Spots(), x, "act", target)
        assert np.argwhere(found[0] > 0).tolist() == [[row, column]]
        assert np.argwhere(found[1] > 0).tolist() == [[row, 7 - column]]


def test_grad_cam_shows_only_what_speaks_for_the_class(rng):
    class Against(Spots):
        def forward(self, x):
            return super().forward(x) * np.array([1.0, -1.0])

    assert not explain.grad_cam(Against(), spots(), "act", 1).any()


def test_a_tap_sees_every_run_and_goes_away(rng):
    model = build("lenet-tiny", rng=rng)
    x = np.zeros((1, 1, 8, 8), np.float32)
    with explain.tap(model, "act") as seen:
        model(x)
    assert [out.shape for out in seen] == [(1, 2, 8, 8), (1, 3, 2, 2), (1, 7), (1, 5)]
    model(x)
    assert len(seen) == 4
    assert "forward" not in vars(model.act)
    with pytest.raises(ValueError), explain.tap(model, "conv1"):
        model(np.zeros((1, 5)))
    assert "forward" not in vars(model.conv1)


def test_layers_in_lists_have_dotted_names(rng):
    known = explain.layers(build("vit-tiny", rng=rng))
    assert isinstance(known["layers.0.self_attn.q_proj"], nn.Linear)


def test_enlarged_maps_keep_their_mean_and_their_place():
    maps = np.zeros((1, 4, 4))
    maps[0, 1, 2] = 1
    large = explain.enlarge(maps, 16, 8)
    assert large.shape == (1, 16, 8)
    assert large.mean() == pytest.approx(maps.mean())
    assert np.unravel_index(large[0].argmax(), (16, 8)) in [(5, 4), (5, 5), (6, 4), (6, 5)]
    assert np.array_equal(explain.enlarge(maps, 4, 4), maps)


# games, LIME, Shapley values


def by_orders(game):
    """Shapley values by the definition: what each adds, averaged over all orders."""
    shares = np.zeros(game.players)
    for order in itertools.permutations(range(game.players)):
        there = np.zeros(game.players, bool)
        for player in order:
            before = game(there[None])[0]
            there[player] = True
            shares[player] += game(there[None])[0] - before
    return shares / math.factorial(game.players)


def random_game(players, seed=0):
    """A game in which every coalition is worth something else."""
    worth = np.random.default_rng(seed).normal(size=2**players)
    return explain.Game(players, lambda shown: worth[shown @ (1 << np.arange(players))])


def test_a_picture_game_shows_the_parts_that_play(rng):
    weight = rng.normal(size=(2, 3, 4, 6))
    x, segments = rng.normal(size=(3, 4, 6)), explain.grid(4, 6, 2, 3)
    assert segments.tolist()[1] == [0, 0, 1, 1, 2, 2]
    game = explain.picture_game(Linear(weight), x, segments, 1, fill=0.25, batch=3)
    assert game.players == 6
    masks = rng.random((8, 6)) < 0.5
    for mask, worth in zip(masks, game(masks), strict=True):
        shown = np.where(mask[segments], x, 0.25)
        assert worth == pytest.approx((weight[1] * shown).sum())


def test_by_default_parts_are_filled_with_their_mean_colour(rng):
    weight = rng.normal(size=(2, 3, 4, 4))
    x, segments = rng.normal(size=(3, 4, 4)), explain.grid(4, 4, 2, 2)
    game = explain.picture_game(Linear(weight), x, segments, 0)
    shown = x.copy()
    shown[:, :2, 2:] = x[:, :2, 2:].mean(axis=(1, 2), keepdims=True)
    worth = game([[True, False, True, True]])[0]
    assert worth == pytest.approx((weight[0] * shown).sum())


def test_lime_finds_the_weights_of_an_additive_game(rng):
    truth = rng.normal(size=6)
    game = explain.Game(6, lambda shown: 0.3 + shown @ truth)
    found = explain.lime(game, samples=50, ridge=0.0, rng=rng)
    np.testing.assert_allclose(found.weights, truth, rtol=1e-8)
    assert found.intercept == pytest.approx(0.3)
    assert found.fit == pytest.approx(1)


def test_lime_weighs_coalitions_by_their_cosine_with_the_whole():
    game = random_game(3)
    found = explain.lime(game, samples=40, width=0.5, ridge=0.0, rng=np.random.default_rng(5))
    masks = np.random.default_rng(5).random((40, 3)) < 0.5
    masks[0] = True
    lengths = np.maximum(1, np.linalg.norm(masks, axis=1)) * np.sqrt(3)
    distance = 1 - masks.sum(axis=1) / lengths
    root = np.sqrt(np.sqrt(np.exp(-(distance**2) / 0.5**2)))[:, None]
    design = np.column_stack([masks, np.ones(40)]) * root
    by_hand = np.linalg.lstsq(design, game(masks) * root[:, 0], rcond=None)[0]
    np.testing.assert_allclose([*found.weights, found.intercept], by_hand, rtol=1e-8)
    assert 0 < found.fit < 1


@pytest.mark.parametrize("players", [1, 2, 3, 5])
def test_exact_shapley_values_are_those_of_the_definition(players):
    game = random_game(players)
    np.testing.assert_allclose(explain.exact_shapley(game), by_orders(game), atol=1e-12)


@pytest.mark.parametrize("players", [1, 2, 3, 5, 8])
def test_kernel_shap_over_all_coalitions_is_exact(players):
    game = random_game(players, seed=1)
    expected = explain.exact_shapley(game)
    np.testing.assert_allclose(explain.kernel_shap(game), expected, atol=1e-10)


def test_kernel_shap_by_samples_is_near_and_always_efficient(rng):
    game = random_game(8, seed=2)
    exact = explain.exact_shapley(game)
    total = np.subtract(*game([[True] * 8, [False] * 8]))
    errors = []
    for samples in (40, 40_000):
        found = explain.kernel_shap(game, samples, rng=np.random.default_rng(0))
        assert found.sum() == pytest.approx(total)
        errors.append(np.abs(found - exact).max())
    assert errors[1] < 0.04 < 0.2 < errors[0]


def test_a_coalition_and_its_opposite_together_tell_what_pairs_do(rng):
    """With opposites few samples are exact where players act alone or by twos: what is odd cancels."""
    alone, by_twos = rng.normal(size=6), rng.normal(size=(6, 6))
    game = explain.Game(6, lambda m: m @ alone + np.einsum("mi,ij,mj->m", m, by_twos, m))
    found = explain.kernel_shap(game, 30, rng=rng)
    np.testing.assert_allclose(found, explain.exact_shapley(game), atol=1e-9)


def test_shapley_values_of_a_linear_model_are_weight_times_distance_from_the_background(rng):
    weight, x, background = rng.normal(size=(2, 5)), rng.normal(size=5), rng.normal(size=(7, 5))
    game = explain.row_game(lambda rows: rows @ weight.T, x, background, 1)
    expected = weight[1] * (x - background.mean(axis=0))
    np.testing.assert_allclose(explain.kernel_shap(game), expected, rtol=1e-8)
    np.testing.assert_allclose(explain.exact_shapley(game), expected, rtol=1e-8)


def test_lime_and_shap_find_the_planted_spot(rng):
    segments = explain.grid(8, 8, 2, 2)
    game = explain.picture_game(Spots(), spots()[0], segments, 1, fill=0.0)
    assert explain.lime(game, samples=60, rng=rng).weights.argmax() == 3
    values = explain.kernel_shap(game)
    np.testing.assert_allclose(values, [0, 0, 0, 2.5 / 64], atol=1e-12)


# activation maximization


def test_the_best_picture_of_a_linear_model_with_a_penalty_is_known(linear):
    weight, model, x = linear
    found = explain.maximize(model, x[0], 2, steps=60, lr=0.3, l2=1.0)
    np.testing.assert_allclose(found.picture, weight[2] / 2, atol=1e-9)
    assert len(found.scores) == 60
    assert found.scores[0] == pytest.approx((weight[2] * x[0]).sum())


def test_roughness_is_the_sum_of_squared_differences(linear):
    weight, model, x = linear
    found = explain.maximize(model, x[0], 0, steps=1, lr=1.0, roughness=0.5)
    slope = np.zeros_like(x[0])
    for axis in (1, 2):
        step = np.diff(x[0], axis=axis)
        ends = [(0, 0), (0, 0), (0, 0)]
        slope -= np.pad(step, [*ends[:axis], (0, 1), *ends[axis + 1 :]])
        slope += np.pad(step, [*ends[:axis], (1, 0), *ends[axis + 1 :]])
    np.testing.assert_allclose(found.picture, x[0] + weight[0] - slope, rtol=1e-9)


def test_a_map_can_be_made_to_grow():
    start = np.zeros((1, 8, 8))
    start[0, 3, 3] = 0.7  # a ReLU that is silent everywhere has no slope
    found = explain.maximize(Spots(), start, 0, layer="act", steps=10, lr=64.0)
    assert found.scores[0] == pytest.approx(0.2 / 64)
    assert found.scores[-1] == pytest.approx((0.2 + 9) / 64)
    assert found.picture[0, 3, 3] == pytest.approx(10.7)


# sanity checks


def test_shuffled_weights_are_the_same_numbers_elsewhere(rng):
    model = build("lenet-tiny", rng=rng)
    state = model.state_dict()
    new = explain.shuffled(state, ["fc1", "conv2"], rng=rng)
    for name, value in state.items():
        assert np.array_equal(np.sort(new[name], axis=None), np.sort(value, axis=None)), name
        assert np.array_equal(new[name], value) != name.startswith(("fc1", "conv2")), name


def test_the_cascade_goes_from_the_last_layer_to_the_first(rng):
    state = build("lenet-tiny", rng=rng).state_dict()
    before, names = state, []
    for layer, new in explain.cascade(state, rng=rng):
        names.append(layer)
        changed = {name for name in state if not np.array_equal(new[name], before[name])}
        assert changed == {f"{layer}.weight", f"{layer}.bias"}
        before = new
    assert names == ["fc3", "fc2", "fc1", "conv2", "conv1"]


def test_statistics_of_a_norm_stay():
    state = {"norm.weight": np.arange(9.0), "norm.running_var": np.arange(9.0)}
    new = explain.shuffled(state, ["norm"], rng=np.random.default_rng(0))
    assert np.array_equal(new["norm.running_var"], state["norm.running_var"])
    assert not np.array_equal(new["norm.weight"], state["norm.weight"])


def test_saliency_depends_on_what_was_learned(rng):
    model, x = Spots(), rng.normal(size=(1, 1, 12, 12))
    before = explain.saliency(model, x, 0)
    ((layer, state),) = explain.cascade(model.state_dict(), rng=rng)
    model.load_state_dict(state)
    after = explain.saliency(model, x, 0)
    assert layer == "conv"
    assert abs(explain.rank_correlation(before, after)) < 0.3


def test_rank_correlation_knows_order_alone(rng):
    a = rng.normal(size=(5, 5))
    assert explain.rank_correlation(a, np.exp(a)) == pytest.approx(1)
    assert explain.rank_correlation(a, -a) == pytest.approx(-1)


# what does not fit

X = np.zeros((2, 1, 8, 8))
PAIR = explain.Game(2, lambda shown: 1.0 * shown[:, 0])
RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: explain.saliency(Spots(), X[0]), ValueError, r"got \(1, 8, 8\); one grey"),
        (lambda: explain.saliency(Spots(), X[:0]), ValueError, r"got \(0, 1, 8, 8\)"),
        (lambda: explain.saliency(Spots(), X.astype(int)), TypeError, "floating-point pictures"),
        (lambda: explain.saliency(Spots(), X, 2), ValueError, "class 2 .* classes 0 to 1"),
        (lambda: explain.saliency(Spots(), X, -1), ValueError, "class -1 .* classes 0 to 1"),
        (lambda: explain.saliency(Spots(), X, np.array([0, 1, 0])), ValueError, "one for each of 2"),
        (lambda: explain.saliency(Spots(), X, 0.5), ValueError, "number of a class"),
        (lambda: explain.saliency(Spots(), X, True), ValueError, "number of a class"),
        (lambda: explain.saliency(Spots().conv, X), ValueError, r"one score a class, of shape \(2, K\)"),
        (lambda: explain.smooth_grad(Spots(), X), TypeError, "smooth_grad needs rng="),
        (lambda: explain.smooth_grad(Spots(), X, samples=0, rng=RNG), ValueError, "one sample"),
        (lambda: explain.smooth_grad(Spots(), X, noise=X), ValueError, r"noise of shape \(samples, 2, 1"),
        (lambda: explain.occlusion(Spots(), X, size=9), ValueError, "side 9 .* over 8 pixels"),
        (lambda: explain.occlusion(Spots(), X, size=2, stride=0), ValueError, "stride of at least 1"),
        (lambda: explain.grad_cam(Spots(), X, "cnov"), ValueError, "did you mean 'conv'"),
        (
            lambda: explain.grad_cam(build("lenet-tiny", rng=RNG), X, "act"),
            ValueError,
            "'act' ran 4 times",
        ),
        (
            lambda: explain.grad_cam(build("lenet-tiny", rng=RNG), X, "fc1"),
            ValueError,
            r"'fc1' puts out \(2, 7\)",
        ),
        (lambda: explain.enlarge(X, 0, 3), ValueError, "at least 1, got 0"),
        (lambda: explain.grid(4, 4, 5, 1), ValueError, "cannot be cut into 5 rows"),
        (
            lambda: explain.picture_game(Spots(), X[0], np.full((8, 8), 1)),
            ValueError,
            "numbered from 0 without a gap",
        ),
        (lambda: explain.picture_game(Spots(), X[0], X[0, 0]), ValueError, "whole numbers, one a pixel"),
        (lambda: explain.picture_game(Spots(), X[0, 0], X[0, 0]), ValueError, "picture_game expected"),
        (lambda: explain.row_game(lambda x: x, X[0, 0, 0], X[0, 0, 0]), ValueError, "a background"),
        (lambda: explain.Game(2, lambda shown: shown)([[True, True]]), ValueError, "one number a coal"),
        (lambda: explain.lime(PAIR, samples=1, rng=RNG), ValueError, "at least 2 samples"),
        (lambda: explain.lime(PAIR, width=0, rng=RNG), ValueError, "a width above 0"),
        (lambda: explain.exact_shapley(explain.Game(17, len)), ValueError, "2.17 coalitions"),
        (lambda: explain.kernel_shap(random_game(13)), ValueError, "how many samples"),
        (lambda: explain.kernel_shap(PAIR, 10), TypeError, "needs rng="),
        (lambda: explain.kernel_shap(random_game(8), 4, rng=RNG), ValueError, "take more samples"),
        (lambda: explain.maximize(Spots(), X, 0), ValueError, "maximize expected pictures"),
        (lambda: explain.maximize(Spots(), X[0], 2), ValueError, "class 2 was asked"),
        (lambda: explain.maximize(Spots(), X[0], 2, layer="conv"), ValueError, "unit 2 .* 0 to 1"),
        (lambda: explain.maximize(Spots(), X[0], 0, lr=0), ValueError, "lr above 0"),
        (lambda: explain.shuffled({"a.weight": X}, ["b"], rng=RNG), ValueError, "unknown layer"),
        (lambda: explain.rank_correlation(X, X[0]), ValueError, "two maps of one shape"),
        (lambda: explain.rank_correlation(X, X), ValueError, "the same everywhere"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_explained(call, error, message):
    with pytest.raises(error, match=message):
        call()
