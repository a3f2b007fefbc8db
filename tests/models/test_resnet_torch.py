"""Residual networks against torchvision's."""

import numpy as np
import pytest

from .torchvision_reference import (
    agree,
    same_names_and_shapes,
    stage_shapes,
    torchvision_models,
)

pytestmark = [pytest.mark.torch, pytest.mark.native]
resnet = torchvision_models.resnet


@pytest.mark.parametrize("name", ["resnet18", "resnet34", "resnet50", "resnet101"])
def test_names_and_shapes_are_torchvisions(name):
    same_names_and_shapes(name, getattr(torchvision_models, name))


@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
@pytest.mark.parametrize(
    ("name", "block", "blocks"),
    [
        ("resnet18", resnet.BasicBlock, (2, 1, 1, 1)),
        ("resnet50", resnet.Bottleneck, (1, 2, 1, 1)),
    ],
)
def test_outputs_are_torchvisions(name, block, blocks, training):
    x = np.random.default_rng(0).normal(size=(2, 3, 64, 48)).astype(np.float32)
    agree(
        name,
        lambda: resnet.ResNet(block, list(blocks), num_classes=7),
        x,
        training,
        blocks=blocks,
        classes=7,
    )


def test_stages_have_the_shapes_of_table_1():
    stages = ["conv1", "maxpool", "layer1", "layer2", "layer3", "layer4", "fc"]
    shapes = [
        (64, 112, 112),
        (64, 56, 56),
        (64, 56, 56),
        (128, 28, 28),
        (256, 14, 14),
        (512, 7, 7),
    ]
    assert list(stage_shapes("resnet18", stages).values()) == [*shapes, (1000,)]
    wide = [(256, 56, 56), (512, 28, 28), (1024, 14, 14), (2048, 7, 7)]
    assert list(stage_shapes("resnet50", stages).values()) == [*shapes[:2], *wide, (1000,)]


def test_stages_of_the_nets_for_cifar_have_the_shapes_of_section_4_2():
    shapes = [(16, 32, 32), (16, 32, 32), (32, 16, 16), (64, 8, 8), (10,)]
    stages = ["conv1", "layer1", "layer2", "layer3", "fc"]
    assert list(stage_shapes("resnet110", stages).values()) == shapes
    assert list(stage_shapes("plain20", stages).values()) == shapes
