"""A network for CIFAR-10 that is trained as fast as is known: everything that this takes, in one file.

What makes it fast, piece by piece (K. Jordan 2024, arXiv:2404.00498, and those named there):
the data never leave the GPU; the first layer is not learned but computed, it whitens patches; the network is small,
its numbers have 16 bits and lie channels last; pictures are mirrored in turns; labels are smoothed; the steps of the
filters are orthogonal (Muon); the first layer's bias learns for a while only; test pictures are looked at six times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

import torch
from torch import Tensor, nn
from torch.nn import functional

from book_code.data import cifar10
from book_code.experiments import _sweep
from book_code.optim.muon import COEFFICIENTS

Forward = Callable[..., Tensor]


@dataclass(frozen=True)
class Training:
    """The published settings of airbench94 with Muon. None was chosen here, so that no picture is held out for choosing.

    Losses are summed over a batch: the rates are for that. `decay` is what a step takes off a weight at the full rate.
    """

    dataset: str = "cifar10"
    train_size: int = 50_000
    test_size: int = 10_000
    widths: tuple[int, int, int] = (64, 256, 256)
    epochs: int = 8
    bias_epochs: int = 3  # in which the bias of the first layer learns
    batch_size: int = 2_000
    filter_rate: float = 0.24
    filter_momentum: float = 0.6
    bias_rate: float = 0.053
    head_rate: float = 0.67
    momentum: float = 0.85
    decay: float = 0.004
    smoothing: float = 0.2
    most_pixels: int = 2
    rounds: int = 3  # of Newton and Schulz
    seeds: tuple[int, ...] = tuple(range(20))

    def quick(self) -> Self:
        """A few pictures, narrow."""
        return replace(self, train_size=400, test_size=200, widths=(24, 24, 24), epochs=1, batch_size=100,
                       seeds=(0, 1))  # fmt: skip


class Pictures(NamedTuple):
    """Bytes (N, 3, 32, 32) and labels (N,), on the device."""

    x: Tensor
    y: Tensor


@dataclass
class Run:
    """Test accuracy in per cent, with six looks at each picture and with one; seconds from bytes to answers."""

    accuracy: float
    accuracy_one_look: float
    seconds: float
    losses: list[float]


# --8<-- [start:network]
class Group(nn.Module):
    """Two convolutions, each followed by a norm that only shifts; the first is pooled."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs, eps=1e-12, momentum=0.4)  # it forgets quickly
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs, eps=1e-12, momentum=0.4)
        for norm in (self.norm1, self.norm2):
            norm.weight.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:  # (N, inputs, H, W)
        x = functional.gelu(self.norm1(functional.max_pool2d(self.conv1(x), 2)))
        return functional.gelu(self.norm2(self.conv2(x)))  # (N, outputs, H / 2, W / 2)


class Net(nn.Module):
    """Patches of 2 x 2 pixels made white, three groups, a linear layer."""

    def __init__(self, widths: tuple[int, int, int]) -> None:
        super().__init__()
        self.whiten = nn.Conv2d(3, 24, 2)
        self.whiten.weight.requires_grad_(False)
        self.groups = nn.Sequential(
            *[Group(*pair) for pair in zip((24, *widths), widths, strict=False)]
        )
        self.head = nn.Linear(widths[-1], 10, bias=False)

    def forward(self, x: Tensor, learn_bias: bool = True) -> Tensor:  # (N, 3, 32, 32)
        bias = self.whiten.bias
        assert bias is not None
        x = functional.conv2d(x, self.whiten.weight, bias if learn_bias else bias.detach())
        x = functional.max_pool2d(self.groups(functional.gelu(x)), 3)  # (N, 256, 1, 1)
        x = x.flatten(1)
        return self.head(x) / x.shape[1]  # (N, 10)

    @torch.no_grad()
    def begin(self, pictures: Tensor, eps: float = 5e-4) -> None:
        """Fresh weights: identities where filters allow it, and a first layer whose outputs on these are white."""
        for layer in self.modules():
            if isinstance(layer, (nn.Conv2d, nn.BatchNorm2d, nn.Linear)):
                layer.reset_parameters()
            if isinstance(layer, nn.Conv2d) and layer.kernel_size == (3, 3):
                nn.init.dirac_(layer.weight[: layer.in_channels])  # these pass their input on
        self.head.weight /= self.head.weight.std()
        patches = functional.unfold(pictures.float(), 2).transpose(1, 2).reshape(-1, 12)
        values, vectors = torch.linalg.eigh(patches.T @ patches / len(patches))
        white = (vectors / (values + eps).sqrt()).T.reshape(12, 3, 2, 2)
        self.whiten.weight.copy_(torch.cat([white, -white]))  # GELU keeps one sign of each


# --8<-- [end:network]


def orthogonalize(g: Tensor, rounds: int) -> Tensor:
    """Bring all singular values of a matrix near 1: `book_code.optim.muon.orthogonalize`, in half precision on a GPU."""
    a, b, c = COEFFICIENTS
    x = g.bfloat16() if g.is_cuda else g
    x = x / (x.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    for _ in range(rounds):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.T if tall else x).to(g.dtype)


class Muon:
    """Orthogonal steps for filters that keep their size: each weight is brought to the length √outputs before a step."""

    def __init__(self, filters: list[nn.Parameter], config: Training, orthogonal: Any) -> None:
        self.filters, self.config, self.orthogonal = filters, config, orthogonal
        self.means = [torch.zeros_like(weight) for weight in filters]

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Make one step with Nesterov's momentum."""
        momentum = self.config.filter_momentum
        for weight, mean in zip(self.filters, self.means, strict=True):
            assert weight.grad is not None
            mean.mul_(momentum).add_(weight.grad)
            direction = weight.grad.add(mean, alpha=momentum).flatten(1)
            weight.mul_(len(weight) ** 0.5 / weight.norm())
            weight.sub_(rate * self.orthogonal(direction, self.config.rounds).view_as(weight))


def read(config: Training, device: str) -> tuple[Pictures, Pictures, int]:
    """Both splits on the device, as bytes, and how many of the pictures are not exactly as published."""
    batches = cifar10.TRAIN[: -(-config.train_size // 10_000)]
    train, test = cifar10.read(batches), cifar10.read(cifar10.TEST)
    splits = [
        Pictures(torch.from_numpy(part.x[:size]).to(device), torch.from_numpy(part.y[:size]).to(device))
        for part, size in ((train, config.train_size), (test, config.test_size))
    ]  # fmt: skip
    return splits[0], splits[1], train.from_jpeg + test.from_jpeg


# --8<-- [start:train]
def train(config: Training, tools: tuple[Net, Forward, Any], train: Pictures, test: Pictures,
          seed: int, device: str) -> Run:  # fmt: skip
    """From bytes and fresh weights to answers on the test split, which is read once, at the end."""
    torch.manual_seed(seed)
    start = _sweep.clock(device)
    (net, forward, orthogonal), kind = tools, next(tools[0].groups.parameters()).dtype
    x = train.x.to(kind) / 255
    mean, spread = x.mean((0, 2, 3), keepdim=True), x.float().std((0, 2, 3), keepdim=True)
    x = ((x - mean) / spread).to(kind)
    net.begin(x[:5_000])
    filters = [p for p in net.groups.parameters() if p.ndim == 4]
    shifts = [p for p in net.groups.parameters() if p.ndim == 1 and p.requires_grad]
    parts = [([net.whiten.bias], config.bias_rate), (shifts, config.bias_rate),
             ([net.head.weight], config.head_rate)]  # fmt: skip
    sgd = torch.optim.SGD(
        [{"params": part, "lr": rate, "weight_decay": config.decay / rate} for part, rate in parts],
        momentum=config.momentum, nesterov=True,
    )  # fmt: skip
    muon, steps, losses = Muon(filters, config, orthogonal), len(x) // config.batch_size, []
    for step, (pictures, labels) in enumerate(minibatches(config, x, train.y)):
        early = 1 - step / (config.bias_epochs * steps)  # the share of the bias's rate
        left = 1 - step / (config.epochs * steps)
        net.train()
        logits = forward(pictures, early > 0)
        loss = functional.cross_entropy(logits.float(), labels, label_smoothing=config.smoothing,
                                        reduction="sum")  # fmt: skip
        loss.backward()
        for group, (_, rate), share in zip(sgd.param_groups, parts, (max(early, 0), left, left), strict=True):  # fmt: skip
            group["lr"] = rate * share
        sgd.step()
        muon.step(config.filter_rate * left)
        net.zero_grad(set_to_none=True)
        losses.append(loss.detach())
    seen = ((test.x.to(kind) / 255 - mean) / spread).to(kind)
    answers = torch.cat([look(net, forward, part) for part in seen.split(config.batch_size)])
    right = (answers.argmax(1) == test.y).float().mean().item()
    seconds = _sweep.clock(device) - start
    with torch.no_grad():
        plain = torch.cat([forward(part).clone() for part in seen.split(config.batch_size)])
    one_look = (plain.argmax(1) == test.y).float().mean().item()
    curve = (torch.stack(losses) / config.batch_size).tolist()
    return Run(100 * right, 100 * one_look, seconds, curve)


def minibatches(config: Training, x: Tensor, y: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """Mirrored at random in the first epoch, then all turned round in every epoch; moved by up to two pixels."""
    most, side, n = config.most_pixels, x.shape[-1], len(x)
    turned = torch.rand(n, device=x.device) < 0.5
    x = torch.where(turned[:, None, None, None], x.flip(3), x)
    padded = functional.pad(x, (most,) * 4, "reflect")
    for epoch in range(config.epochs):
        places = padded.unfold(2, side, 1).unfold(3, side, 1)  # (N, 3, 5, 5, 32, 32), a view
        down, right = torch.randint(0, 2 * most + 1, (2, n), device=x.device)
        moved = places[torch.arange(n, device=x.device), :, down, right]
        moved = moved.flip(3) if epoch % 2 else moved
        moved = moved.contiguous(memory_format=torch.channels_last)
        order = torch.randperm(n, device=x.device)
        for rows in order[: n - n % config.batch_size].split(config.batch_size):
            yield moved[rows], y[rows]


@torch.no_grad()
def look(net: nn.Module, forward: Forward, x: Tensor) -> Tensor:
    """The mean of six looks: as it is (twice the weight), a pixel up and left, a pixel down and right; each mirrored too."""
    net.eval()
    padded = functional.pad(x, (1,) * 4, "reflect")
    views = [(x, 0.5), (padded[:, :, :-2, :-2], 0.25), (padded[:, :, 2:, 2:], 0.25)]
    total: Any = 0
    for view, weight in views:
        for one in (view, view.flip(3)):
            one = one.contiguous(memory_format=torch.channels_last)
            total = total + weight / 2 * forward(one).float()
    return total


# --8<-- [end:train]
