"""AlexNet and VGG against torchvision's."""

import numpy as np
import pytest
import torch

from .torchvision_reference import (
    agree,
    same_names_and_shapes,
    stage_shapes,
    torchvision_models,
)

pytestmark = [pytest.mark.torch, pytest.mark.native]
VGGS = ("vgg11", "vgg13", "vgg16", "vgg19")


@pytest.mark.parametrize("name", ["alexnet", *VGGS, *(f"{name}-bn" for name in VGGS)])
def test_names_and_shapes_are_torchvisions(name):
    same_names_and_shapes(name, getattr(torchvision_models, name.replace("-", "_")))


def narrow(make, last, pool, hidden, classes):
    """Return a reference whose fully connected layers, nearly all of its weights, are narrow."""
    with torch.device("meta"):
        net = make()
    sizes = iter([(last * pool**2, hidden), (hidden, hidden), (hidden, classes)])
    for i, layer in enumerate(net.classifier):
        if isinstance(layer, torch.nn.Linear):
            net.classifier[i] = torch.nn.Linear(*next(sizes))
        elif isinstance(layer, torch.nn.Dropout):
            layer.p = 0.0
    net.avgpool = torch.nn.AdaptiveAvgPool2d(pool)
    net.features.to_empty(device="cpu")
    for layer in net.features:
        if hasattr(layer, "reset_parameters"):
            layer.reset_parameters()
    return net


def test_outputs_of_alexnet_are_torchvisions():

    def make():
        return narrow(torchvision_models.AlexNet, last=256, pool=3, hidden=7, classes=5)

    x = np.random.default_rng(0).normal(size=(2, 3, 67, 96)).astype(np.float32)
    agree("alexnet", make, x, pool=3, hidden=7, classes=5)


@pytest.mark.parametrize("batch_norm", [False, True])
def test_outputs_of_vgg_are_torchvisions(batch_norm):
    table = [4, "M", 5, "M", 6, 6, "M", 7, 7, "M", 8, 8, "M"]

    def layers():
        made = torchvision_models.vgg.make_layers(table, batch_norm)
        return torchvision_models.VGG(made, init_weights=False)

    def make():
        return narrow(layers, last=8, pool=3, hidden=7, classes=5)

    x = np.random.default_rng(0).normal(size=(2, 3, 64, 96)).astype(np.float32)
    small = {"channels": (4, 5, 6, 7, 8), "pool": 3, "hidden": 7, "classes": 5, "dropout": 0.0}
    for training in (False, True):
        agree("vgg11", make, x, training, batch_norm=batch_norm, **small)


def test_stages_of_alexnet_have_the_shapes_of_the_paper():
    """Sides 55, 27, 13, 13, 13 (figure 2), with the maps of the form with one tower."""
    stages = [f"features.{i}" for i in (0, 2, 3, 5, 6, 8, 10, 12)]
    assert list(stage_shapes("alexnet", stages).values()) == [
        (64, 55, 55), (64, 27, 27), (192, 27, 27), (192, 13, 13), (384, 13, 13), (256, 13, 13),
        (256, 13, 13), (256, 6, 6),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "pools"), [("vgg11", (2, 5, 10, 15, 20)), ("vgg16", (4, 9, 16, 23, 30))]
)
def test_stages_of_vgg_have_the_shapes_of_table_1(name, pools):
    shapes = [(64, 112, 112), (128, 56, 56), (256, 28, 28), (512, 14, 14), (512, 7, 7)]
    assert list(stage_shapes(name, [f"features.{i}" for i in pools]).values()) == shapes
