"""LeNet-5 against the numbers of the paper, and the limits of its configuration."""

import numpy as np
import pytest

from book_code.models import registry
from book_code.models.lenet import LeNet5, LeNetConfig

STAGES = {
    "conv1": (6, 28, 28),
    "pool1": (6, 14, 14),
    "conv2": (16, 10, 10),
    "pool2": (16, 5, 5),
    "fc1": (120,),
    "fc2": (84,),
    "fc3": (10,),
}
PARAMETERS = {"conv1": 156, "conv2": 2_416, "fc1": 48_120, "fc2": 10_164, "fc3": 850}


@pytest.fixture(scope="module")
def lenet() -> LeNet5:
    return registry.build("lenet5", rng=np.random.default_rng(0))


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.random.default_rng(0).random((2, 1, 28, 28)).astype(np.float32)


def test_stages_have_the_shapes_of_the_paper(lenet, pictures):
    stages = lenet.stages(pictures)
    assert {name: out.shape[1:] for name, out in stages.items()} == STAGES
    assert lenet.config.map_sizes == tuple(STAGES[name][-1] for name in list(STAGES)[:4])


def test_the_last_stage_is_the_output(lenet, pictures):
    stages = lenet.stages(pictures)
    assert np.array_equal(stages["fc3"].numpy(), lenet(pictures).numpy())
    assert np.array_equal(stages["pool2"].numpy(), lenet.features(pictures).numpy())


def test_parameters_by_layer(lenet):
    counts: dict[str, int] = {}
    for name, parameter in lenet.named_parameters():
        layer = name.split(".")[0]
        counts[layer] = counts.get(layer, 0) + parameter.size
    assert counts == PARAMETERS
    assert sum(counts.values()) == 61_706


def test_the_table_of_the_docstring_is_right():
    from book_code.models.lenet import numpy_model

    for name, shape in STAGES.items():
        row = next(
            line for line in numpy_model.__doc__.splitlines() if line.strip().startswith(name)
        )
        assert "(" + ", ".join(map(str, ("N", *shape))) + ")" in row.replace("  ", " ")
        assert row.split()[-1].replace(",", "") == str(PARAMETERS.get(name, 0))


@pytest.mark.parametrize("pooling", ["avg", "max", "stride", "none"])
@pytest.mark.parametrize("kernel_size", [1, 3, 5, 7])
@pytest.mark.parametrize("stride", [1, 2])
def test_the_sizes_that_the_configuration_foretells(pooling, kernel_size, stride):
    settings = {
        "pooling": pooling,
        "kernel_size": kernel_size,
        "stride": stride,
        "image_size": 48,
    }
    net = registry.build("lenet-tiny", rng=np.random.default_rng(0), **settings)
    stages = net.stages(np.zeros((1, 1, 48, 48), np.float32))
    sizes = tuple(stages[name].shape[-1] for name in ("conv1", "pool1", "conv2", "pool2"))
    assert net.config.map_sizes == sizes


def test_width_multiplies_maps_and_units():
    assert LeNetConfig(width=2.0).widths == (12, 32, 240, 168)
    assert LeNetConfig(width=0.01).widths == (1, 1, 1, 1)


def test_a_picture_that_is_too_small_is_refused_with_its_maps():
    with pytest.raises(
        ValueError, match=r"pictures of 8 x 8 are too small for kernel_size=5"
    ) as e:
        LeNetConfig(image_size=8)
    assert "conv1, pool1, conv2, pool2 would have sides (8, 4, 0, 0)" in str(e.value)


def test_an_even_kernel_is_refused():
    with pytest.raises(ValueError, match="kernel_size must be odd; got 4"):
        LeNetConfig(kernel_size=4)


def test_a_picture_of_another_shape_is_refused(lenet):
    with pytest.raises((ValueError, TypeError)):
        lenet(np.zeros((2, 3, 28, 28), np.float32))
    with pytest.raises((ValueError, TypeError)):
        lenet(np.zeros((2, 1, 32, 32), np.float32))
