"""CycleGAN's training step in PyTorch is NumPy's, pictures of earlier included."""

import numpy as np
import pytest
import torch

from book_code import interop, optim
from book_code.models import cyclegan, registry
from book_code.models.cyclegan import torch_model

from .common import batch, model

pytestmark = pytest.mark.torch


def test_three_steps_are_the_same():
    ours, given = model("cyclegan-tiny"), batch("cyclegan-tiny", 3)
    theirs = registry.model_class("cyclegan-tiny", "torch")(ours.config).double()
    theirs.load_state_dict(interop.to_torch(ours.state_dict()))
    pools = [
        [cyclegan.ImagePool(2, rng=np.random.default_rng(seed)) for seed in (1, 2)]
        for _ in range(2)
    ]
    players = (("g", "f"), ("d_x", "d_y"))
    mine, other = (
        [make([p for key in keys for p in getattr(net, key).parameters()], lr=0.01) for keys in players]
        for net, make in ((ours, optim.SGD), (theirs, torch.optim.SGD))
    )  # fmt: skip
    for _ in range(3):
        one = cyclegan.train_step(ours, given["x"], given["y"], mine, pools[0])
        two = torch_model.train_step(
            theirs, *(torch.from_numpy(given[key]) for key in "xy"), other, pools[1]
        )
        assert one == pytest.approx(two, rel=1e-8)
    for key, value in theirs.state_dict().items():
        np.testing.assert_allclose(ours.state_dict()[key], value, rtol=1e-7, atol=1e-9)


def test_each_player_has_the_published_size():
    with torch.device("meta"):
        net = registry.model_class("cyclegan", "torch")()
    sizes = {
        key: sum(p.numel() for p in part.parameters()) for key, part in net.named_children()
    }
    assert sizes == {"g": 11_378_179, "f": 11_378_179, "d_x": 2_764_737, "d_y": 2_764_737}
