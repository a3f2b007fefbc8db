"""The explanations in both back ends: same weights, same maps."""

import numpy as np
import pytest
import torch

from book_code import build, explain, interop
from book_code.explain import torch_explain

pytestmark = pytest.mark.torch

# with dropout, batch norm, several channels and a layer in a container
MODELS = [
    ("lenet-tiny", {"activation": "relu", "pooling": "max"}, "conv2"),
    ("vgg-tiny", {"batch_norm": True, "dropout": 0.5, "in_channels": 2}, "features.4"),
    ("resnet-tiny", {}, "layer1"),
]
METHODS = {
    "gradient": {},
    "saliency": {},
    "smooth_grad": {"samples": 3, "spread": 0.3},
    "occlusion": {"size": 3, "stride": 2, "fill": 0.4},
    "occlusion of the probability": {"size": 2, "stride": 3, "probability": True},
    "grad_cam": {"layer": ""},
}


@pytest.fixture(params=MODELS, ids=lambda model: model[0])
def twins(request):
    """The same weights in both back ends, float64, in training mode, with pictures and a layer."""
    name, settings, layer = request.param
    rng = np.random.default_rng(3)
    ours = build(name, rng=rng, **settings)
    state = {
        key: value + 0.1 * rng.random(value.shape) if value.dtype.kind == "f" else value
        for key, value in ours.state_dict().items()
    }
    ours.load_state_dict(
        {key: value.astype(ours.state_dict()[key].dtype) for key, value in state.items()}
    )
    ours = ours.astype(np.float64)
    theirs = build(name, "torch", rng=rng, **settings).double()
    theirs.load_state_dict(interop.to_torch(ours.state_dict()), strict=True)
    x = rng.normal(size=(3, *ours.config.input_shape))
    return ours.train(), theirs.train(), x, layer


@pytest.mark.parametrize("target", [None, 2, np.array([2, 0, 1])], ids=["best", "one", "each"])
@pytest.mark.parametrize("method", METHODS)
def test_maps_are_the_same(twins, method, target):
    ours, theirs, x, layer = twins
    settings = dict(METHODS[method])
    if "layer" in settings:
        settings["layer"] = layer
    name = method.split()[0]
    if name == "smooth_grad":
        settings["noise"] = np.random.default_rng(1).normal(
            size=(settings.pop("samples"), *x.shape)
        )
    one = getattr(explain, name)(ours, x, target=target, **settings)
    other = getattr(torch_explain, name)(theirs, torch.from_numpy(x), target=target, **settings)
    assert one.any()
    scale = np.abs(one).max()
    np.testing.assert_allclose(one, other.numpy(), rtol=1e-9, atol=1e-9 * scale)
    assert all(module.training for module in theirs.modules())
    assert not any(p.grad is not None for p in theirs.parameters())


@pytest.mark.parametrize("with_layer", [False, True], ids=["class", "layer"])
def test_maximized_pictures_are_the_same(twins, with_layer):
    ours, theirs, x, layer = twins
    settings = {"steps": 5, "lr": 0.3, "l2": 0.01, "roughness": 0.02}
    settings["layer"] = layer if with_layer else None
    one = explain.maximize(ours, x[0], 1, **settings)
    other = torch_explain.maximize(theirs, torch.from_numpy(x[0]), 1, **settings)
    np.testing.assert_allclose(one.picture, other.picture, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(one.scores, other.scores, rtol=1e-9, atol=1e-9)
    assert one.scores[-1] != one.scores[0]


def test_games_of_both_back_ends_are_worth_the_same(twins):
    ours, theirs, x, _ = twins
    segments = explain.grid(*x.shape[2:], 2, 2)
    games = [
        explain.picture_game(model, x[0], segments, probability=True)
        for model in (ours, torch_explain.as_function(theirs))
    ]
    one, other = (explain.kernel_shap(game) for game in games)
    np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)
    one, other = (
        explain.lime(game, samples=30, rng=np.random.default_rng(0)) for game in games
    )
    np.testing.assert_allclose(one.weights, other.weights, rtol=1e-9, atol=1e-12)
    assert all(module.training for module in theirs.modules())


def test_a_unit_of_a_fully_connected_layer_is_the_same():
    ours = build("lenet-tiny", rng=np.random.default_rng(0)).astype(np.float64)
    theirs = build("lenet-tiny", "torch", rng=np.random.default_rng(0)).double()
    start = np.random.default_rng(1).normal(size=(1, 8, 8))
    one = explain.maximize(ours, start, 4, layer="fc2", steps=3)
    other = torch_explain.maximize(theirs, torch.from_numpy(start), 4, layer="fc2", steps=3)
    np.testing.assert_allclose(one.picture, other.picture, rtol=1e-9)


def test_enlarging_is_torchs_bilinear_resize():
    maps = np.random.default_rng(0).normal(size=(2, 1, 5, 7))
    for size in ((13, 28), (5, 7), (11, 9), (3, 4)):
        expected = torch.nn.functional.interpolate(
            torch.from_numpy(maps), size=size, mode="bilinear", align_corners=False
        )
        np.testing.assert_allclose(explain.enlarge(maps, *size), expected.numpy(), atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda net, x: torch_explain.grad_cam(net, x, "cnov2"), "did you mean 'conv2'"),
        (lambda net, x: torch_explain.grad_cam(net, x, "fc1"), r"puts out \(1, 7\)"),
        (lambda net, x: torch_explain.grad_cam(net, x, "act"), "ran 4 times"),
        (lambda net, x: torch_explain.saliency(net, x, 3), "class 3 .* classes 0 to 2"),
        (lambda net, x: torch_explain.saliency(net, x[0]), "expected pictures"),
        (lambda net, x: torch_explain.occlusion(net, x, size=9), "side 9"),
        (lambda net, x: torch_explain.maximize(net, x[0], 5, layer="fc2"), "unit 5"),
    ],
)
def test_what_does_not_fit_is_explained(call, message):
    net = build("lenet-tiny", "torch", rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=message):
        call(net, torch.zeros(1, 1, 8, 8))


def test_a_relu_in_place_does_not_change_the_maps_that_are_explained():
    torch.manual_seed(0)
    conv, last = torch.nn.Conv2d(1, 3, 3), torch.nn.Linear(3 * 4 * 4, 2)

    def net(in_place: bool) -> torch.nn.Module:
        return torch.nn.Sequential(
            conv, torch.nn.ReLU(inplace=in_place), torch.nn.Flatten(), last
        )

    x = torch.randn(2, 1, 6, 6)
    maps = [torch_explain.grad_cam(net(in_place), x, "0", 1) for in_place in (False, True)]
    assert torch.equal(*maps)
    explained = net(True)
    with torch_explain.tap(explained, "0") as seen:
        explained(x)
    assert (conv(x) < 0).any()
    assert torch.equal(seen[0], conv(x))
