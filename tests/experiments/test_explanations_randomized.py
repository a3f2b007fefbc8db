"""What is compared are explanations of one class before and after forgetting, each by its own method."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code import explain  # noqa: E402
from book_code.experiments import explanations_randomized as experiment  # noqa: E402
from book_code.interop import from_torch  # noqa: E402
from book_code.models.lenet.numpy_model import LeNet5 as InNumPy  # noqa: E402
from book_code.models.lenet.torch_model import LeNet5  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

CONFIG = replace(experiment.Config(), side=7, stride=7)


def test_the_maps_are_those_of_the_package_for_the_class_that_is_named():
    torch.manual_seed(0)
    model = LeNet5()
    x = np.random.default_rng(0).random((2, 1, 28, 28), np.float32)
    classes = np.array([3, 8])
    maps = experiment.explanations(CONFIG, model, torch.from_numpy(x), classes)
    twin = InNumPy(rng=np.random.default_rng(0))
    twin.load_state_dict(from_torch(model), strict=True)
    wanted = {
        "saliency": explain.saliency(twin, x, classes),
        "gradcam": explain.grad_cam(twin, x, "conv2", classes),
        "occlusion": explain.occlusion(twin, x, classes, size=7, stride=7),
        "product": np.abs(x * explain.gradient(twin, x, classes))[:, 0],
    }
    assert maps.keys() == wanted.keys() == experiment.WAYS.keys()
    for way, expected in wanted.items():
        np.testing.assert_allclose(maps[way], expected, rtol=1e-3, atol=1e-6, err_msg=way)


def test_an_empty_map_is_unrelated_and_the_same_map_is_not():
    map_ = np.arange(9.0).reshape(3, 3)
    assert experiment.correlation(map_, np.zeros((3, 3))) == 0
    assert experiment.correlation(map_, 2 * map_) == pytest.approx(1)
    assert experiment.correlation(map_, -map_) == pytest.approx(-1)


def test_one_layer_more_is_forgotten_each_time_and_nothing_at_first():
    config = replace(experiment.Config().quick(), dataset="digits", test_size=100)
    found = experiment.forget(config, 0, "cpu")
    assert len(found) == len(experiment.LAYERS)
    assert all(found[0][way] == pytest.approx(1) for way in experiment.WAYS)
    assert all(found[1][way] < 0.999 for way in experiment.WAYS)
    products = [one["product"] for one in found[1:]]
    assert len(set(products)) == len(products)  # no step left the network as it was
