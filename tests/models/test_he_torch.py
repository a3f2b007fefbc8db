"""The first weights of the convolutional networks in PyTorch, where a class is called without `build`."""

import pytest
import torch

from book_code.models import registry

from .test_he import NETWORKS, check_filters

pytestmark = pytest.mark.torch


def fresh(name, **fields):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return registry.model_class(name, "torch")(registry.config(name, **fields))


@pytest.mark.parametrize(("name", "fields", "fan"), NETWORKS)
def test_filters_start_as_he_et_al_say(name, fields, fan):
    net = fresh(name, **fields)
    layers = [module for module in net.modules() if isinstance(module, torch.nn.Conv2d)]
    check_filters([layer.weight.detach().numpy() for layer in layers], fan)
    assert not any(layer.bias.any() for layer in layers if layer.bias is not None)


def test_first_weights_of_convnext_are_small():
    net = fresh("convnext-tiny", channels=(32, 64), layer_scale=0.25)
    for name, parameter in net.named_parameters():
        if parameter.ndim in (2, 4):
            assert float(parameter.detach().std()) == pytest.approx(0.02, rel=0.3), name
        if name.endswith("layer_scale"):
            assert bool((parameter == 0.25).all())
        if name.endswith("bias"):
            assert not parameter.any(), name
