"""Pix2Pix in PyTorch against the authors' U-Net, written as they nest it, with the same weights."""

import pytest
import torch
from torch import nn

from book_code.models import registry
from book_code.models.pix2pix import torch_model
from book_code.models.pix2pix.torch_patchgan import PatchGAN

pytestmark = pytest.mark.torch


class Skip(nn.Module):
    """The recursion of pytorch-CycleGAN-and-pix2pix: a level holds all levels below it."""

    def __init__(self, outer, inner, below=None, given=None, outermost=False):
        super().__init__()
        self.outermost = outermost
        down = nn.Conv2d(given or outer, inner, 4, 2, 1, bias=False)
        up = nn.ConvTranspose2d(inner * (2 if below else 1), outer, 4, 2, 1, bias=outermost)
        if outermost:
            parts = [down, below, nn.ReLU(), up, nn.Tanh()]
        elif below is None:
            parts = [nn.LeakyReLU(0.2), down, nn.ReLU(), up, nn.BatchNorm2d(outer)]
        else:
            parts = [nn.LeakyReLU(0.2), down, nn.BatchNorm2d(inner), below]
            parts += [nn.ReLU(), up, nn.BatchNorm2d(outer)]
        self.model = nn.Sequential(*parts)

    def forward(self, x):
        return self.model(x) if self.outermost else torch.cat([x, self.model(x)], 1)


def nested(widths, given, made):
    net = None
    for outer, inner in zip(widths[-2::-1], widths[:0:-1], strict=True):
        net = Skip(outer, inner, net)
    return Skip(made, widths[0], net, given, outermost=True)


def in_order(net):
    """Return the layers of the nested net, from the outside to the inside: downs, then ups."""
    convs = [m for m in net.modules() if isinstance(m, nn.Conv2d)]
    ups = [m for m in net.modules() if isinstance(m, nn.ConvTranspose2d)]
    norms = [m for m in net.modules() if isinstance(m, nn.BatchNorm2d)]
    half = len(convs) - 2  # those of the way down come first, in the order of modules()
    return convs, ups[::-1], norms[:half], norms[half:][::-1]


def test_it_is_the_nested_unet_of_the_authors():
    torch.manual_seed(0)
    settings = {"image_size": 32, "downs": 5, "layers": 2, "in_channels": 3, "channels": 4}
    ours = registry.model_class("pix2pix-tiny", "torch")(
        registry.config("pix2pix-tiny", **settings)
    ).generator
    theirs = nested(ours.config.widths, 3, 1)
    convs, ups, norms_down, norms_up = in_order(theirs)
    mine = [level.conv for level in ours.down] + [level.conv for level in ours.up]
    mine += [level.norm for level in ours.down if level.norm]
    mine += [level.norm for level in ours.up if level.norm]
    for one, other in zip(mine, [*convs, *ups, *norms_down, *norms_up], strict=True):
        nn.init.normal_(other.weight, 0.2, 0.3)
        one.load_state_dict(other.state_dict())
    x = torch.randn(3, 3, 32, 32)
    torch.testing.assert_close(ours(x), theirs(x), rtol=1e-5, atol=1e-5)
    assert sum(p.numel() for p in ours.parameters()) == sum(
        p.numel() for p in theirs.parameters()
    )


@pytest.mark.parametrize("norm", ["batch", "instance"])
def test_the_judge_is_that_of_the_authors(norm):
    """Their layers one by one, with their names: weights load as they are."""
    torch.manual_seed(0)
    make = {"batch": nn.BatchNorm2d, "instance": nn.InstanceNorm2d}[norm]
    bias = norm == "instance"
    theirs = nn.Module()
    theirs.model = nn.Sequential(
        nn.Conv2d(5, 4, 4, 2, 1), nn.LeakyReLU(0.2, True),
        nn.Conv2d(4, 8, 4, 2, 1, bias=bias), make(8), nn.LeakyReLU(0.2, True),
        nn.Conv2d(8, 16, 4, 2, 1, bias=bias), make(16), nn.LeakyReLU(0.2, True),
        nn.Conv2d(16, 32, 4, 1, 1, bias=bias), make(32), nn.LeakyReLU(0.2, True),
        nn.Conv2d(32, 1, 4, 1, 1),
    )  # fmt: skip
    ours = PatchGAN(5, 4, 3, norm)
    ours.load_state_dict(theirs.state_dict(), strict=True)
    x = torch.randn(2, 5, 32, 32)
    torch.testing.assert_close(ours(x), theirs.model(x))


def test_a_training_step_lowers_both_losses():
    torch.manual_seed(0)
    net = registry.model_class("pix2pix-tiny", "torch")(registry.config("pix2pix-tiny"))
    x, y = torch.randn(4, 2, 8, 8), torch.rand(4, 1, 8, 8)
    optimizers = [
        torch.optim.Adam(player.parameters(), lr=0.01)
        for player in (net.discriminator, net.generator)
    ]
    first = torch_model.train_step(net, x, y, *optimizers)
    for _ in range(20):
        last = torch_model.train_step(net, x, y, *optimizers)
    assert last[1] < first[1]
    assert all(p.grad is not None for p in net.generator.parameters())


def test_the_published_discriminator_size():
    with torch.device("meta"):
        net = registry.model_class("pix2pix", "torch")()
    assert sum(p.numel() for p in net.discriminator.parameters()) == 2_768_705
    assert sum(p.numel() for p in net.generator.parameters()) == 54_413_955
