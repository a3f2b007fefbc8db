"""GoogLeNet and DenseNet against torchvision's."""

from functools import partial

import numpy as np
import pytest

from .torchvision_reference import (
    agree,
    same_names_and_shapes,
    stage_shapes,
    torchvision_models,
)

pytestmark = [pytest.mark.torch, pytest.mark.native]


@pytest.mark.parametrize("aux", [True, False])
def test_names_and_shapes_of_googlenet_are_torchvisions(aux):
    make = partial(torchvision_models.GoogLeNet, init_weights=False, aux_logits=aux)
    same_names_and_shapes("googlenet", make, aux=aux)


@pytest.mark.parametrize("name", ["densenet121", "densenet169", "densenet201"])
def test_names_and_shapes_of_densenet_are_torchvisions(name):
    same_names_and_shapes(name, getattr(torchvision_models, name))


@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
def test_outputs_of_googlenet_are_torchvisions(training):
    """The full network, its weights in torchvision's hands; all three logits in training."""
    drop = {"dropout": 0.0, "dropout_aux": 0.0}
    make = partial(torchvision_models.GoogLeNet, num_classes=5, init_weights=False, **drop)
    x = np.random.default_rng(0).normal(size=(2, 3, 64, 96)).astype(np.float32)
    agree("googlenet", make, x, training, classes=5, dropout=0.0, aux_dropout=0.0)


@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
def test_outputs_of_densenet_are_torchvisions(training):
    small = {
        "growth": 6,
        "blocks": (2, 3, 2),
        "init_features": 10,
        "bottleneck": 3,
        "classes": 5,
    }
    make = partial(torchvision_models.DenseNet, 6, (2, 3, 2), 10, 3, num_classes=5)
    x = np.random.default_rng(0).normal(size=(2, 3, 64, 48)).astype(np.float32)
    agree("densenet121", make, x, training, **small)


def test_stages_of_googlenet_have_the_shapes_of_table_1():
    shapes = {
        "conv1": (64, 112, 112),
        "maxpool1": (64, 56, 56),
        "conv3": (192, 56, 56),
        "maxpool2": (192, 28, 28),
        "inception3a": (256, 28, 28),
        "inception3b": (480, 28, 28),
        "maxpool3": (480, 14, 14),
        "inception4a": (512, 14, 14),
        "inception4b": (512, 14, 14),
        "inception4c": (512, 14, 14),
        "inception4d": (528, 14, 14),
        "inception4e": (832, 14, 14),
        "maxpool4": (832, 7, 7),
        "inception5a": (832, 7, 7),
        "inception5b": (1024, 7, 7),
    }
    assert stage_shapes("googlenet", list(shapes)) == shapes


def test_stages_of_densenet_have_the_shapes_of_table_1():
    shapes = {
        "features.conv0": (64, 112, 112),
        "features.pool0": (64, 56, 56),
        "features.denseblock1": (256, 56, 56),
        "features.transition1": (128, 28, 28),
        "features.denseblock2": (512, 28, 28),
        "features.transition2": (256, 14, 14),
        "features.denseblock3": (1024, 14, 14),
        "features.transition3": (512, 7, 7),
        "features.denseblock4": (1024, 7, 7),
    }
    assert stage_shapes("densenet121", list(shapes)) == shapes
