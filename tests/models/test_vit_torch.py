"""torchvision's ViT, with random weights, loads into both of ours and says the same."""

import numpy as np
import pytest
import torch

import book_code as bc
from book_code.models import registry
from book_code.models.vit.published import convert

from .common import batch
from .reference import torchvision

pytestmark = [pytest.mark.torch, pytest.mark.native]


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_published_weights_give_the_same_logits(backend):
    torch.manual_seed(0)
    theirs = torchvision.models.VisionTransformer(8, 4, 2, 2, 8, 12, num_classes=3).eval()
    with torch.no_grad():
        for p in theirs.parameters():  # the head begins with zeros
            p.add_(0.3 * torch.randn_like(p))
    sizes = {"in_channels": 3, "layers": 2}
    ours = bc.load_published("vit-tiny", theirs.state_dict(), backend, **sizes)
    x = batch("vit-tiny", 3, np.float32, **sizes)["x"]
    with torch.no_grad():
        expected = theirs(torch.from_numpy(x)).numpy()
        given = x if backend == "numpy" else torch.from_numpy(x)
        np.testing.assert_allclose(ours(given).numpy(), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "theirs"),
    [("vit-b16", "vit_b_16"), ("vit-b32", "vit_b_32"), ("vit-l16", "vit_l_16")],
)
def test_the_full_sizes_have_the_published_names_and_shapes(name, theirs):
    with torch.device("meta"):
        reference = getattr(torchvision.models, theirs)()
        ours = registry.model_class(name, "torch")(registry.config(name))
    hollow = {
        k: np.broadcast_to(np.float32(0), v.shape) for k, v in reference.state_dict().items()
    }
    shapes = {k: v.shape for k, v in convert(hollow, registry.config(name)).items()}
    assert shapes == {k: tuple(v.shape) for k, v in ours.state_dict().items()}
