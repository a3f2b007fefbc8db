"""The first weights of the convolutional networks, family by family."""

import numpy as np
import pytest

from book_code import nn
from book_code.models import registry

# (preset, fields that make its layers large enough to be measured and small enough to be fast, fan)
NETWORKS = [
    ("cifar-cnn", {}, "out"),
    ("vgg11", {"hidden": 4, "pool": 1, "channels": (32,) * 5}, "out"),
    ("googlenet", {}, "out"),
    ("resnet20", {}, "out"),
    ("densenet-bc-100-12", {"blocks": (3, 3)}, "in"),
    ("mobilenet-v2", {}, "out"),
]


def check_filters(filters, fan):
    """Hold the standard deviations to √(2 / fan), of all filters with enough weights to tell."""
    measured = 0
    for values in filters:
        inputs, outputs = values[0].size, len(values) * values[0, 0].size
        if values.size >= 2000:
            wanted = np.sqrt(2 / (outputs if fan == "out" else inputs))
            assert values.std() == pytest.approx(wanted, rel=0.1)
            assert abs(values.mean()) < 0.1 * wanted
            measured += 1
    assert measured >= 4


@pytest.mark.parametrize(("name", "fields", "fan"), NETWORKS)
def test_filters_start_as_he_et_al_say(name, fields, fan):
    net = registry.build(name, rng=np.random.default_rng(0), **fields)
    layers = [module for module in net.modules() if isinstance(module, nn.Conv2d)]
    check_filters([layer.weight.data for layer in layers], fan)
    assert not any(layer.bias.data.any() for layer in layers if layer.bias is not None)
