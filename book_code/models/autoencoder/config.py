"""Sizes and choices of autoencoders."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from ..fields import check_fields


@dataclass(frozen=True)
class AutoencoderConfig:
    """Layers that narrow down to a code, and layers of the same widths back.

    Attributes:
        shape: the shape of one example, (C, H, W) or (D,).
        hidden: units of the encoder's hidden layers; the decoder has them the other way round.
        code: numbers of the code.
        activation: what follows each hidden layer.
        code_activation: what follows the code; the paper's is "linear".
        output: what ends the decoder: "sigmoid" for pixels from 0 to 1, "linear" for any numbers.
        loss: "cross_entropy" (for pixels from 0 to 1; needs output "sigmoid") or "mse".
        penalty: what keeps the code sparse: "none", "l1" (its mean absolute value), or "kl" (the divergence
            between how active each unit is on average and `activity`; needs code_activation "sigmoid").
        sparsity: how much the penalty counts.
        activity: for "kl", how active a unit of the code shall be on average, between 0 and 1.
    """

    architecture: ClassVar[str] = "Autoencoder"

    shape: tuple[int, ...] = (1, 28, 28)
    hidden: tuple[int, ...] = (1000, 500, 250)
    code: int = 30
    activation: Literal["sigmoid", "relu", "tanh", "linear"] = "sigmoid"
    code_activation: Literal["linear", "sigmoid", "relu"] = "linear"
    output: Literal["sigmoid", "linear"] = "sigmoid"
    loss: Literal["cross_entropy", "mse"] = "cross_entropy"
    penalty: Literal["none", "l1", "kl"] = "none"
    sparsity: float = 0.1
    activity: float = 0.05

    def __post_init__(self) -> None:
        check_fields(self)
        name = type(self).__name__
        if not self.shape:
            raise ValueError(
                f"{name}.shape must be the shape of an example, such as (784,); got ()"
            )
        if self.loss == "cross_entropy" and self.output != "sigmoid":
            raise ValueError(
                f'{name}: loss="cross_entropy" compares pixels from 0 to 1, which needs output="sigmoid"; '
                f'got output={self.output!r}, for which loss="mse" is right'
            )
        if self.penalty == "kl":
            if self.code_activation != "sigmoid":
                raise ValueError(
                    f'{name}: penalty="kl" takes a code from 0 to 1, which needs code_activation="sigmoid"; '
                    f"got {self.code_activation!r}"
                )
            if not 0 < self.activity < 1:
                raise ValueError(
                    f"{name}.activity must be between 0 and 1; got {self.activity}"
                )

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one example."""
        return self.shape

    @property
    def sizes(self) -> tuple[int, ...]:
        """Numbers before and after each layer of the encoder.

        >>> AutoencoderConfig().sizes
        (784, 1000, 500, 250, 30)
        """
        return (math.prod(self.shape), *self.hidden, self.code)

    @classmethod
    def tiny(cls) -> "AutoencoderConfig":
        """Return an autoencoder for grey pictures of 3 x 3."""
        return cls(shape=(1, 3, 3), hidden=(8,), code=4, activation="tanh")


@dataclass(frozen=True)
class DenoisingAutoencoderConfig(AutoencoderConfig):
    """An autoencoder that gets spoiled examples and is to give back the clean ones.

    Attributes:
        shape: the shape of one example, (C, H, W) or (D,).
        hidden: units of the encoder's hidden layers; the decoder has them the other way round.
        code: numbers of the code; more than the example has are no harm here.
        activation: what follows each hidden layer.
        code_activation: what follows the code.
        output: what ends the decoder: "sigmoid" or "linear".
        loss: "cross_entropy" or "mse".
        penalty: what keeps the code sparse.
        sparsity: how much the penalty counts.
        activity: for "kl", how active a unit of the code shall be on average.
        corruption: "masking" (entries become 0), "salt_and_pepper" (0 or 1), or "gaussian" (noise is added).
        level: the share of entries that are spoiled, or the standard deviation of the noise.
        tied: whether the decoder's weights are the encoder's transposed, as in the paper.
    """

    architecture: ClassVar[str] = "DenoisingAutoencoder"

    hidden: tuple[int, ...] = ()
    code: int = 1000
    code_activation: Literal["linear", "sigmoid", "relu"] = "sigmoid"
    corruption: Literal["masking", "salt_and_pepper", "gaussian"] = "masking"
    level: float = 0.25
    tied: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.corruption != "gaussian" and self.level > 1:
            raise ValueError(
                f"DenoisingAutoencoderConfig.level is the share of entries that are spoiled, from 0 to 1; "
                f"got {self.level}"
            )

    @classmethod
    def tiny(cls) -> "DenoisingAutoencoderConfig":
        """Return a denoising autoencoder for grey pictures of 3 x 3."""
        return cls(shape=(1, 3, 3), hidden=(6,), code=12, activation="tanh")


@dataclass(frozen=True)
class ConvolutionalAutoencoderConfig:
    """Convolutions that halve the sides down to a code of small maps, and transposed ones back.

    Attributes:
        image_size: height and width of the pictures, a multiple of 2 for every layer.
        in_channels: 1 for grey pictures, 3 for colour.
        channels: maps of each layer of the encoder but the last.
        code: maps of the code.
        activation: what follows each hidden layer.
        output: what ends the decoder: "sigmoid" for pixels from 0 to 1, "linear" for any numbers.
        loss: "cross_entropy" (for pixels from 0 to 1; needs output "sigmoid") or "mse".
    """

    architecture: ClassVar[str] = "ConvolutionalAutoencoder"

    image_size: int = 28
    in_channels: int = 1
    channels: tuple[int, ...] = (16,)
    code: int = 4
    activation: Literal["relu", "tanh", "sigmoid"] = "relu"
    output: Literal["sigmoid", "linear"] = "sigmoid"
    loss: Literal["cross_entropy", "mse"] = "cross_entropy"

    penalty: ClassVar[str] = "none"

    def __post_init__(self) -> None:
        check_fields(self)
        factor = 2 ** (len(self.channels) + 1)
        if self.image_size % factor:
            raise ValueError(
                f"{len(self.channels) + 1} layers halve the sides as often, so "
                f"ConvolutionalAutoencoderConfig.image_size must be a multiple of {factor}; "
                f"got {self.image_size}"
            )
        if self.loss == "cross_entropy" and self.output != "sigmoid":
            raise ValueError(
                'ConvolutionalAutoencoderConfig: loss="cross_entropy" needs output="sigmoid"; '
                f'got output={self.output!r}, for which loss="mse" is right'
            )

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape of one picture, (C, H, W)."""
        return (self.in_channels, self.image_size, self.image_size)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one picture."""
        return self.shape

    @property
    def code_shape(self) -> tuple[int, int, int]:
        """The shape of the code of one picture.

        >>> ConvolutionalAutoencoderConfig().code_shape
        (4, 7, 7)
        """
        side = self.image_size // 2 ** (len(self.channels) + 1)
        return (self.code, side, side)

    @classmethod
    def tiny(cls) -> "ConvolutionalAutoencoderConfig":
        """Return an autoencoder for grey pictures of 4 x 4."""
        return cls(image_size=4, channels=(3,), code=4, activation="tanh")


def check_shape(name: str, what: str, x: Any, shape: tuple[int, ...]) -> None:
    """Raise unless a batch, of either back end, has the shape (N, *shape).

    Raises:
        ValueError: for another shape.
    """
    if tuple(x.shape[1:]) != shape or len(x.shape) != len(shape) + 1:
        expected = ", ".join(map(str, ("N", *shape)))
        hint = ""
        if len(x.shape) > 1 and math.prod(x.shape[1:]) == math.prod(shape):
            hint = f"; reshape them: x.reshape({', '.join(map(str, (-1, *shape)))})"
        raise ValueError(
            f"{name} expected {what} of shape ({expected}), got {tuple(x.shape)}{hint}"
        )


PRESETS = {
    "autoencoder-deep": AutoencoderConfig(),
    "autoencoder-linear": AutoencoderConfig(
        hidden=(), activation="linear", output="linear", loss="mse"
    ),
    "autoencoder-mnist": AutoencoderConfig(hidden=(256, 64), code=2, activation="relu"),
    "autoencoder-sparse": AutoencoderConfig(
        hidden=(), code=200, code_activation="sigmoid", penalty="kl", sparsity=3.0
    ),
    "autoencoder-tiny": AutoencoderConfig.tiny(),
    "autoencoder-sparse-tiny": AutoencoderConfig(
        shape=(1, 3, 3), hidden=(), code=12, code_activation="sigmoid", penalty="kl"
    ),
    "denoising-autoencoder": DenoisingAutoencoderConfig(),
    "denoising-autoencoder-tiny": DenoisingAutoencoderConfig.tiny(),
    "convolutional-autoencoder": ConvolutionalAutoencoderConfig(),
    "convolutional-autoencoder-tiny": ConvolutionalAutoencoderConfig.tiny(),
}
