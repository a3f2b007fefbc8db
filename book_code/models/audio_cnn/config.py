"""Sizes and choices of a convolutional network for sounds (Sainath and Parada 2015)."""

from dataclasses import dataclass
from typing import ClassVar

from ..fields import check_fields


@dataclass(frozen=True)
class AudioCNNConfig:
    """Two convolutions over frequency and time, a narrow linear layer, a hidden layer.

    Pairs are (frequency, time), as the axes of the picture.

    Attributes:
        classes: number of classes K.
        mels: mel filters M, the height of the picture.
        frames: frames T, its width.
        channels: filters of the two convolutions.
        kernels: sizes of their windows; in the paper tall in time, for sounds last.
        pool: size of the max pooling after the first convolution; in the paper 3 over frequency, for voices differ in
            pitch, and 1 over time.
        low_rank: units of the linear layer that follows; without it the hidden layer would have most of the weights.
        hidden: units of the hidden layer.
        dropout: share of the hidden layer's inputs and outputs that is dropped in training.
    """

    architecture: ClassVar[str] = "AudioCNN"

    classes: int = 10
    mels: int = 40
    frames: int = 64
    channels: tuple[int, int] = (64, 64)
    kernels: tuple[tuple[int, int], tuple[int, int]] = ((8, 20), (4, 10))
    pool: tuple[int, int] = (3, 2)
    low_rank: int = 32
    hidden: int = 128
    dropout: float = 0.0

    def __post_init__(self) -> None:
        check_fields(self)
        if self.dropout >= 1:
            raise ValueError(f"AudioCNNConfig.dropout must be below 1; got {self.dropout}")
        if min(size for stage in self.map_sizes for size in stage) < 1:
            raise ValueError(
                f"pictures of {self.mels} x {self.frames} are too small for kernels={self.kernels} and "
                f"pool={self.pool}: conv1, pool1 and conv2 would give maps of {self.map_sizes}"
            )

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one example, (1, M, T)."""
        return (1, self.mels, self.frames)

    @property
    def map_sizes(self) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
        """Height and width of the maps after conv1, pool1 and conv2.

        >>> PRESETS["audio-cnn-keywords"].map_sizes
        ((33, 13), (11, 13), (8, 4))
        """
        (h1, w1), (h2, w2) = self.kernels
        first = (self.mels - h1 + 1, self.frames - w1 + 1)
        pooled = (first[0] // self.pool[0], first[1] // self.pool[1])
        return first, pooled, (pooled[0] - h2 + 1, pooled[1] - w2 + 1)

    @property
    def flat(self) -> int:
        """Numbers that the convolutional part gives to the first linear layer."""
        height, width = self.map_sizes[2]
        return self.channels[1] * height * width

    @classmethod
    def tiny(cls) -> "AudioCNNConfig":
        """Return a network small enough for tests: 8 x 7 pictures, three classes."""
        return cls(
            classes=3, mels=8, frames=7, channels=(2, 3), kernels=((3, 3), (2, 3)), pool=(2, 1),
            low_rank=4, hidden=5,
        )  # fmt: skip


PRESETS = {
    "audio-cnn": AudioCNNConfig(),  # spoken digits
    # cnn-trad-fpool3 of the paper, with its four labels
    "audio-cnn-keywords": AudioCNNConfig(classes=4, frames=32, pool=(3, 1)),
    "audio-cnn-tiny": AudioCNNConfig.tiny(),
}
