"""MobileNetV2 and ConvNeXt against torchvision's."""

from functools import partial

import numpy as np
import pytest
import torch

from book_code.models.convnext.torch_model import StochasticDepth

from .torchvision_reference import (
    agree,
    same_names_and_shapes,
    stage_shapes,
    torchvision_models,
)

pytestmark = [pytest.mark.torch, pytest.mark.native]
STAGES = ((1, 4, 1, 1), (6, 8, 2, 2), (3, 12, 2, 2))


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("mobilenet-v2", torchvision_models.mobilenet_v2),
        ("convnext-t", torchvision_models.convnext_tiny),
        ("convnext-s", torchvision_models.convnext_small),
    ],
)
def test_names_and_shapes_are_torchvisions(name, make):
    same_names_and_shapes(name, make)


@pytest.mark.parametrize("width", [0.35, 0.75, 1.4])
def test_widths_are_rounded_as_torchvision_does(width):
    make = partial(torchvision_models.MobileNetV2, width_mult=width)
    same_names_and_shapes("mobilenet-v2", make, width=width)


@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
def test_outputs_of_mobilenet_are_torchvisions(training):
    make = partial(
        torchvision_models.MobileNetV2,
        num_classes=5,
        width_mult=0.5,
        inverted_residual_setting=[list(stage) for stage in STAGES],
        dropout=0.0,
    )
    small = {"classes": 5, "width": 0.5, "stages": STAGES, "dropout": 0.0}
    x = np.random.default_rng(0).normal(size=(2, 3, 48, 64)).astype(np.float32)
    agree("mobilenet-v2", make, x, training, **small)


@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
def test_outputs_of_convnext_are_torchvisions(training):
    part = torchvision_models.convnext.CNBlockConfig
    make = partial(
        torchvision_models.ConvNeXt,
        [part(6, 10, 1), part(10, 12, 2), part(12, None, 1)],
        num_classes=5,
    )
    small = {
        "blocks": (1, 2, 1),
        "channels": (6, 10, 12),
        "classes": 5,
        "stochastic_depth": 0.0,
    }
    x = np.random.default_rng(0).normal(size=(2, 3, 40, 33)).astype(np.float32)
    agree("convnext-t", make, x, training, **small)


@pytest.mark.parametrize("name", ["convnext_tiny", "convnext_small"])
def test_stochastic_depth_grows_as_torchvisions(name):
    from book_code.models import registry

    with torch.device("meta"):
        reference = getattr(torchvision_models, name)()
    expected = [m.p for m in reference.modules() if type(m).__name__ == "StochasticDepth"]
    preset = {"convnext_tiny": "convnext-t", "convnext_small": "convnext-s"}[name]
    np.testing.assert_allclose(registry.config(preset).drop_rates, expected)


def test_whole_examples_are_dropped_and_the_others_scaled_up():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        out = StochasticDepth(0.25)(torch.ones(2000, 3, 2, 2)).reshape(2000, -1)
    assert bool((out == out[:, :1]).all())
    assert sorted(out.unique().tolist()) == pytest.approx([0, 1 / 0.75])
    assert float((out[:, 0] == 0).double().mean()) == pytest.approx(0.25, abs=0.04)


def test_stages_of_mobilenet_have_the_shapes_of_table_2():
    shapes = {
        "features.0": (32, 112, 112),
        "features.1": (16, 112, 112),
        "features.3": (24, 56, 56),
        "features.6": (32, 28, 28),
        "features.10": (64, 14, 14),
        "features.13": (96, 14, 14),
        "features.16": (160, 7, 7),
        "features.17": (320, 7, 7),
        "features.18": (1280, 7, 7),
    }
    assert stage_shapes("mobilenet-v2", list(shapes)) == shapes


def test_stages_of_convnext_have_the_shapes_of_table_9():
    shapes = {
        "features.0": (96, 56, 56),
        "features.1": (96, 56, 56),
        "features.3": (192, 28, 28),
        "features.5": (384, 14, 14),
        "features.7": (768, 7, 7),
    }
    assert stage_shapes("convnext-t", list(shapes)) == shapes
