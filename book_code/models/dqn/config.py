"""Sizes of deep Q-networks (Mnih et al. 2015, doi:10.1038/nature14236, methods and extended data table 1)."""

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from ..fields import check_fields


@dataclass(frozen=True)
class QNetworkConfig:
    """Convolutions over pictures, if there are any, then fully connected layers to one value an action.

    Attributes:
        observation: the shape of what is seen: (C, H, W) for pictures, (D,) for D numbers.
        actions: how many actions there are to choose from.
        channels: filters of the convolutions; () when numbers are seen.
        kernels: sides of the filters, one a convolution.
        strides: their steps, one a convolution.
        hidden: widths of the fully connected layers before the last.
    """

    architecture: ClassVar[str] = "QNetwork"

    observation: tuple[int, ...] = (4, 84, 84)
    actions: int = 18
    channels: tuple[int, ...] = (32, 64, 64)
    kernels: tuple[int, ...] = (8, 4, 3)
    strides: tuple[int, ...] = (4, 2, 1)
    hidden: tuple[int, ...] = (512,)

    def __post_init__(self) -> None:
        check_fields(self)
        if len({len(self.channels), len(self.kernels), len(self.strides)}) > 1:
            raise ValueError(
                "QNetworkConfig needs one kernel and one stride for each convolution; got "
                f"channels={self.channels}, kernels={self.kernels}, strides={self.strides}"
            )
        if len(self.observation) != (3 if self.channels else 1):
            raise ValueError(
                "QNetworkConfig.observation must be (C, H, W) with convolutions, (D,) without; got "
                f"{self.observation} with channels={self.channels}"
            )
        if min(min(pair) for pair in self.map_sizes) < 1:
            raise ValueError(
                f"observations of {self.observation} are too small for kernels={self.kernels}, "
                f"strides={self.strides}: the maps would have sides {self.map_sizes}"
            )

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one example."""
        return self.observation

    @property
    def map_sizes(self) -> list[tuple[int, int]]:
        """Height and width of the picture and after every convolution.

        >>> QNetworkConfig().map_sizes
        [(84, 84), (20, 20), (9, 9), (7, 7)]
        """
        sizes = [(self.observation[-2], self.observation[-1]) if self.channels else (1, 1)]
        for kernel, stride in zip(self.kernels, self.strides, strict=True):
            height, width = sizes[-1]
            sizes.append(((height - kernel) // stride + 1, (width - kernel) // stride + 1))
        return sizes

    @property
    def convolutions(self) -> list[tuple[int, int, int, int]]:
        """Channels in and out, kernel and stride of every convolution.

        >>> QNetworkConfig().convolutions
        [(4, 32, 8, 4), (32, 64, 4, 2), (64, 64, 3, 1)]
        """
        sizes = pairwise((self.observation[0], *self.channels))
        return [
            (a, b, k, s) for (a, b), k, s in zip(sizes, self.kernels, self.strides, strict=True)
        ]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Widths of the fully connected part, from the numbers that come in to the actions.

        >>> QNetworkConfig().sizes
        (3136, 512, 18)
        """
        height, width = self.map_sizes[-1]
        seen = self.channels[-1] * height * width if self.channels else self.observation[0]
        return (seen, *self.hidden, self.actions)

    @classmethod
    def tiny(cls) -> "QNetworkConfig":
        """Return one for tests and for the browser: 6 x 6 pictures, three actions."""
        return cls(
            observation=(2, 6, 6),
            actions=3,
            channels=(3,),
            kernels=(3,),
            strides=(2,),
            hidden=(5,),
        )


PRESETS = {
    "dqn-atari": QNetworkConfig(),
    "dqn-cartpole": QNetworkConfig(
        observation=(4,), actions=2, channels=(), kernels=(), strides=(), hidden=(64, 64)
    ),
    "dqn-tiny": QNetworkConfig.tiny(),
}
