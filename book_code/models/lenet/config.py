"""LeNet-5's sizes and choices (LeCun, Bottou, Bengio and Haffner 1998, section II.B)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ..fields import check_fields


@dataclass(frozen=True)
class LeNetConfig:
    """Two stages of convolution and pooling, then three fully connected layers.

    Attributes:
        classes: number of classes K.
        image_size: height and width of the input. The paper feeds 32 x 32 pictures that hold the 28 x 28 digit
            with a border; here the first convolution pads instead, so that 28 goes in.
        in_channels: 1 for grey pictures, 3 for colour.
        channels: feature maps of the two convolutions.
        hidden: units of the two hidden fully connected layers.
        kernel_size: side of the convolution kernels, odd.
        stride: stride of both convolutions.
        activation: "tanh" (as the paper, but not scaled), "relu" or "sigmoid".
        pooling: what halves the maps: "avg" (as the paper, without its two trainable numbers a map), "max",
            "stride" (no pooling: the convolutions take twice the stride), or "none" (nothing does).
        width: factor on `channels` and `hidden`, for the experiments on width.
    """

    architecture: ClassVar[str] = "LeNet5"

    classes: int = 10
    image_size: int = 28
    in_channels: int = 1
    channels: tuple[int, int] = (6, 16)
    hidden: tuple[int, int] = (120, 84)
    kernel_size: int = 5
    stride: int = 1
    activation: Literal["tanh", "relu", "sigmoid"] = "tanh"
    pooling: Literal["avg", "max", "stride", "none"] = "avg"
    width: float = 1.0

    def __post_init__(self) -> None:
        check_fields(self)
        if self.kernel_size % 2 == 0:
            raise ValueError(f"LeNetConfig.kernel_size must be odd; got {self.kernel_size}")
        if min(self.map_sizes) < 1:
            raise ValueError(
                f"pictures of {self.image_size} x {self.image_size} are too small for "
                f"kernel_size={self.kernel_size}, stride={self.stride}, pooling={self.pooling!r}: "
                f"the maps of conv1, pool1, conv2, pool2 would have sides {self.map_sizes}"
            )

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one example, (C, H, W)."""
        return (self.in_channels, self.image_size, self.image_size)

    @property
    def padding(self) -> int:
        """Border of the first convolution: with stride 1 its maps are as large as the picture."""
        return self.kernel_size // 2

    @property
    def conv_stride(self) -> int:
        """Stride of both convolutions, pooling="stride" taken in."""
        return self.stride * (2 if self.pooling == "stride" else 1)

    @property
    def map_sizes(self) -> tuple[int, int, int, int]:
        """Sides of the feature maps after conv1, pool1, conv2 and pool2.

        >>> LeNetConfig().map_sizes
        (28, 14, 10, 5)
        """
        pool = 2 if self.pooling in ("avg", "max") else 1
        conv1 = (self.image_size + 2 * self.padding - self.kernel_size) // self.conv_stride + 1
        pool1 = conv1 // pool
        conv2 = (pool1 - self.kernel_size) // self.conv_stride + 1
        return conv1, pool1, conv2, conv2 // pool

    @property
    def widths(self) -> tuple[int, int, int, int]:
        """Maps of conv1 and conv2, units of fc1 and fc2, with the factor `width` in.

        >>> LeNetConfig(width=0.5).widths
        (3, 8, 60, 42)
        """
        c1, c2 = (max(1, round(self.width * n)) for n in self.channels)
        h1, h2 = (max(1, round(self.width * n)) for n in self.hidden)
        return c1, c2, h1, h2

    @property
    def flat(self) -> int:
        """Numbers that the convolutional part gives to the first fully connected layer."""
        return self.widths[1] * self.map_sizes[3] ** 2

    @classmethod
    def tiny(cls) -> "LeNetConfig":
        """Return a LeNet small enough for tests and for the browser: 8 x 8 pictures, three classes."""
        return cls(classes=3, image_size=8, channels=(2, 3), hidden=(7, 5), kernel_size=3)


PRESETS = {
    "lenet5": LeNetConfig(),
    "lenet5-modern": LeNetConfig(activation="relu", pooling="max"),
    "lenet-tiny": LeNetConfig.tiny(),
}
