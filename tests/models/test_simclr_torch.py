"""SimCLR against torchvision: its encoder, and how pictures are resized and blurred."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

import book_code as bc
from book_code.models import registry
from book_code.models.simclr import torch_model
from book_code.models.simclr.augment import blur, grey, resize
from book_code.models.simclr.numpy_model import encode_all

from .reference import torchvision

pytestmark = [pytest.mark.torch, pytest.mark.native]


def test_the_encoder_is_resnet_50_without_classes():
    with torch.device("meta"):
        ours = registry.model_class("simclr-resnet50", "torch")()
        theirs = torchvision.models.resnet50()
    names = {
        key.removeprefix("encoder."): tuple(value.shape)
        for key, value in ours.state_dict().items()
        if key.startswith("encoder.")
    }
    expected = {k: tuple(v.shape) for k, v in theirs.state_dict().items() if k[:3] != "fc."}
    assert names == expected
    assert sum(p.numel() for p in ours.encoder.parameters()) == 23_508_032
    assert sum(p.numel() for p in ours.projector.parameters()) == 2048 * 2048 + 2048 * 128


@pytest.mark.parametrize("size", [(7, 5), (20, 31), (13, 9)])
def test_resizing_is_pytorchs(size):
    x = np.random.default_rng(0).random((3, 13, 9))
    expected = F.interpolate(torch.from_numpy(x)[None], size=size, mode="bilinear")[0]
    np.testing.assert_allclose(resize(x, *size), expected, atol=1e-12)


def test_blur_and_grey_are_torchvisions():
    x = np.random.default_rng(0).random((3, 60, 60))
    functional = torchvision.transforms.functional
    expected = functional.gaussian_blur(torch.from_numpy(x), [7, 7], [1.3, 1.3])
    np.testing.assert_allclose(blur(x, 1.3), expected, atol=1e-7)
    expected = functional.rgb_to_grayscale(torch.from_numpy(x), 3)
    np.testing.assert_allclose(
        grey(x), expected, atol=2e-4
    )  # they cut the weights to four places


def test_features_are_gathered_alike():
    x = np.random.default_rng(0).normal(size=(5, 1, 8, 8)).astype(np.float32)
    ours, theirs = (
        bc.build("simclr-tiny", backend, rng=np.random.default_rng(1))
        for backend in ("numpy", "torch")
    )
    h = torch_model.encode_all(theirs, torch.from_numpy(x), batch=2)
    np.testing.assert_allclose(encode_all(ours, x), h, atol=1e-5)
    assert theirs.training
    assert not h.requires_grad
