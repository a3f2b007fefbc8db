"""The table of layers. Every test with an argument ``case`` runs once for each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from book_code import nn


class Case(NamedTuple):
    name: str
    make: Callable[[np.random.Generator], nn.Module]
    shape: tuple[int, ...]  # of the input
    out: tuple[int, ...]  # of the output


CASES = [
    Case("Linear", lambda r: nn.Linear(3, 4, rng=r), (2, 3), (2, 4)),
    Case("Linear without bias", lambda r: nn.Linear(3, 1, bias=False, rng=r), (1, 3), (1, 1)),
    Case("Linear, more axes", lambda r: nn.Linear(3, 2, rng=r), (2, 5, 3), (2, 5, 2)),
    Case("Conv2d", lambda r: nn.Conv2d(2, 3, 3, rng=r), (2, 2, 5, 4), (2, 3, 3, 2)),
    Case(
        "Conv2d strided",
        lambda r: nn.Conv2d(2, 3, (2, 3), stride=(1, 2), padding=(1, 0), rng=r),
        (2, 2, 4, 5),
        (2, 3, 5, 2),
    ),
    Case(
        "Conv2d dilated",
        lambda r: nn.Conv2d(1, 2, 3, dilation=2, padding="same", bias=False, rng=r),
        (1, 1, 5, 6),
        (1, 2, 5, 6),
    ),
    Case(
        "Conv2d grouped",
        lambda r: nn.Conv2d(4, 6, 3, groups=2, rng=r),
        (2, 4, 4, 5),
        (2, 6, 2, 3),
    ),
    Case(
        "Conv2d depthwise",
        lambda r: nn.Conv2d(3, 3, 3, padding=1, groups=3, bias=False, rng=r),
        (2, 3, 3, 4),
        (2, 3, 3, 4),
    ),
    Case("Conv1d", lambda r: nn.Conv1d(2, 3, 3, rng=r), (2, 2, 5), (2, 3, 3)),
    Case(
        "Conv1d strided, grouped",
        lambda r: nn.Conv1d(4, 2, 3, stride=2, padding=2, dilation=2, groups=2, rng=r),
        (2, 4, 7),
        (2, 2, 4),
    ),
    Case(
        "ConvTranspose2d",
        lambda r: nn.ConvTranspose2d(3, 2, 4, stride=2, padding=1, rng=r),
        (2, 3, 3, 2),
        (2, 2, 6, 4),
    ),
    Case(
        "ConvTranspose2d grouped",
        lambda r: nn.ConvTranspose2d(
            4,
            6,
            (2, 3),
            stride=(1, 3),
            padding=(0, 1),
            output_padding=(0, 2),
            groups=2,
            bias=False,
            rng=r,
        ),
        (1, 4, 3, 2),
        (1, 6, 4, 6),
    ),
    Case("AdaptiveAvgPool2d", lambda r: nn.AdaptiveAvgPool2d(1), (2, 3, 4, 5), (2, 3, 1, 1)),
    Case(
        "AdaptiveAvgPool2d uneven",
        lambda r: nn.AdaptiveAvgPool2d((3, 7)),
        (2, 2, 7, 5),
        (2, 2, 3, 7),
    ),
    Case("Upsample", lambda r: nn.Upsample(3), (1, 2, 2, 3), (1, 2, 6, 9)),
    Case("Upsample bilinear", lambda r: nn.Upsample(2, "bilinear"), (1, 2, 3, 2), (1, 2, 6, 4)),
    Case("ReflectionPad2d", lambda r: nn.ReflectionPad2d(2), (1, 2, 3, 4), (1, 2, 7, 8)),
    Case("Identity", lambda r: nn.Identity(), (2, 3), (2, 3)),
    Case(
        "MaxPool2d ceil",
        lambda r: nn.MaxPool2d(3, 2, ceil_mode=True),
        (1, 2, 6, 7),
        (1, 2, 3, 3),
    ),
    Case(
        "MaxPool2d ceil, padded",
        lambda r: nn.MaxPool2d(2, 2, 1, ceil_mode=True),
        (1, 2, 5, 6),
        (1, 2, 3, 4),
    ),
    Case("MaxPool2d", lambda r: nn.MaxPool2d(2), (2, 2, 4, 5), (2, 2, 2, 2)),
    Case("MaxPool2d padded", lambda r: nn.MaxPool2d(3, 2, 1), (1, 2, 5, 5), (1, 2, 3, 3)),
    Case("AvgPool2d", lambda r: nn.AvgPool2d(2), (2, 2, 4, 5), (2, 2, 2, 2)),
    Case("AvgPool2d padded", lambda r: nn.AvgPool2d(3, 2, 1), (1, 2, 5, 5), (1, 2, 3, 3)),
    Case("Flatten", lambda r: nn.Flatten(), (2, 3, 4), (2, 12)),
    Case("ReLU", lambda r: nn.ReLU(), (2, 3), (2, 3)),
    Case("Tanh", lambda r: nn.Tanh(), (2, 3), (2, 3)),
    Case("Sigmoid", lambda r: nn.Sigmoid(), (2, 3), (2, 3)),
    Case("Softplus", lambda r: nn.Softplus(), (2, 3), (2, 3)),
    Case("LeakyReLU", lambda r: nn.LeakyReLU(0.2), (2, 3), (2, 3)),
    Case("PReLU", lambda r: nn.PReLU(), (2, 3), (2, 3)),
    Case("PReLU, channels", lambda r: nn.PReLU(3, 0.4), (2, 3, 2, 2), (2, 3, 2, 2)),
    Case("ELU", lambda r: nn.ELU(0.7), (2, 3), (2, 3)),
    Case("GELU", lambda r: nn.GELU(), (2, 3), (2, 3)),
    Case("GELU, tanh", lambda r: nn.GELU("tanh"), (2, 3), (2, 3)),
    Case("SiLU", lambda r: nn.SiLU(), (2, 3), (2, 3)),
    Case("Softmax", lambda r: nn.Softmax(), (2, 3), (2, 3)),
    Case("Softmax, channels", lambda r: nn.Softmax(1), (2, 3, 2), (2, 3, 2)),
    Case("Dropout2d, p = 0", lambda r: nn.Dropout2d(0.0, rng=r), (2, 3, 2, 2), (2, 3, 2, 2)),
    Case("Dropout, p = 0", lambda r: nn.Dropout(0.0, rng=r), (2, 3), (2, 3)),
    Case("BatchNorm1d", lambda r: nn.BatchNorm1d(3), (4, 3), (4, 3)),
    Case("BatchNorm1d, sequences", lambda r: nn.BatchNorm1d(2), (2, 2, 3), (2, 2, 3)),
    Case("BatchNorm2d", lambda r: nn.BatchNorm2d(2), (2, 2, 3, 2), (2, 2, 3, 2)),
    Case("LayerNorm", lambda r: nn.LayerNorm(4), (2, 3, 4), (2, 3, 4)),
    Case("LayerNorm, two axes", lambda r: nn.LayerNorm((3, 4)), (2, 3, 4), (2, 3, 4)),
    Case("GroupNorm", lambda r: nn.GroupNorm(2, 4), (2, 4, 2, 3), (2, 4, 2, 3)),
    Case("InstanceNorm2d", lambda r: nn.InstanceNorm2d(2), (2, 2, 3, 2), (2, 2, 3, 2)),
    Case("RMSNorm", lambda r: nn.RMSNorm(4), (2, 3, 4), (2, 3, 4)),
    Case(
        "Sequential",
        lambda r: nn.Sequential(
            nn.Conv2d(1, 2, 3, rng=r),
            nn.Tanh(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(8, 3, rng=r),
        ),
        (2, 1, 6, 6),
        (2, 3),
    ),
]


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", CASES, ids=[case.name for case in CASES])
