"""Sizes of the diffusion model (Ho, Jain and Abbeel 2020, section 4 and appendix B)."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from ..fields import check_fields


@dataclass(frozen=True)
class DDPMConfig:
    """A U-Net that finds the noise in a picture, and how the noise grows with the time steps.

    Attributes:
        image_size: height and width of the pictures.
        in_channels: 1 for grey pictures, 3 for colour.
        channels: maps C of the first convolution; even, and at least 4.
        multipliers: maps of each level of the U-Net in multiples of C; the sides halve from level to level.
        blocks: residual blocks of each level on the way down; one more on the way up.
        attention: sides of the maps on which attention follows each block.
        groups: groups of every group normalization.
        dropout: probability that an entry is dropped inside the residual blocks.
        classes: number of classes K where the model is told what to draw, or None.
        steps: time steps T.
        schedule: "linear" (beta grows linearly, as in the paper) or "cosine" (Nichol and Dhariwal 2021).
        beta_start: variance of the first step of the linear schedule.
        beta_end: variance of its last step; the cosine schedule has both from its own formula.
    """

    architecture: ClassVar[str] = "DDPM"

    image_size: int = 32
    in_channels: int = 3
    channels: int = 128
    multipliers: tuple[int, ...] = (1, 2, 2, 2)
    blocks: int = 2
    attention: tuple[int, ...] = (16,)
    groups: int = 32
    dropout: float = 0.1
    classes: int | None = None
    steps: int = 1000
    schedule: Literal["linear", "cosine"] = "linear"
    beta_start: float = 1e-4
    beta_end: float = 0.02

    def __post_init__(self) -> None:
        check_fields(self)
        if self.channels % 2 or self.channels < 4:
            raise ValueError(
                f"DDPMConfig.channels must be even and at least 4, for sines and cosines of the time; "
                f"got {self.channels}"
            )
        if not self.multipliers:
            raise ValueError("DDPMConfig.multipliers must name at least one level; got ()")
        if self.channels % self.groups:
            raise ValueError(
                f"DDPMConfig.groups must divide channels={self.channels}; got {self.groups}"
            )
        halvings = len(self.multipliers) - 1
        if self.image_size % 2**halvings:
            raise ValueError(
                f"{len(self.multipliers)} levels halve the sides {halvings} times, so image_size must be a "
                f"multiple of {2**halvings}; got {self.image_size}"
            )
        for side in self.attention:
            if side not in self.sides:
                raise ValueError(
                    f"DDPMConfig.attention must name sides of the levels {self.sides}; got {side}"
                )
        if self.dropout >= 1:
            raise ValueError(f"DDPMConfig.dropout must be below 1; got {self.dropout}")
        if not 0 < self.beta_start <= self.beta_end < 1:
            raise ValueError(
                "DDPMConfig needs 0 < beta_start <= beta_end < 1; "
                f"got {self.beta_start} and {self.beta_end}"
            )

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one picture, (C, H, W)."""
        return (self.in_channels, self.image_size, self.image_size)

    @property
    def sides(self) -> tuple[int, ...]:
        """Sides of the maps of each level.

        >>> DDPMConfig().sides
        (32, 16, 8, 4)
        """
        return tuple(self.image_size // 2**level for level in range(len(self.multipliers)))

    @property
    def widths(self) -> tuple[int, ...]:
        """Maps of each level.

        >>> DDPMConfig().widths
        (128, 256, 256, 256)
        """
        return tuple(self.channels * multiplier for multiplier in self.multipliers)

    def down_inputs(self, level: int) -> list[int]:
        """Return the maps that go into each block of a level on the way down.

        >>> DDPMConfig().down_inputs(1)
        [128, 256]
        """
        first = self.widths[level - 1] if level else self.channels
        return [first] + [self.widths[level]] * (self.blocks - 1)

    def up_inputs(self, level: int) -> list[int]:
        """Return the maps that go into each block of a level on the way up, those of the way down with them.

        >>> DDPMConfig().up_inputs(1), DDPMConfig().up_inputs(0)
        ([512, 512, 384], [384, 256, 256])
        """
        last = level + 1 == len(self.widths)
        below = self.widths[level] if last else self.widths[level + 1]
        carried = [below] + [self.widths[level]] * self.blocks
        before = self.widths[level - 1] if level else self.channels
        return [
            c + skip
            for c, skip in zip(
                carried, [self.widths[level]] * self.blocks + [before], strict=True
            )
        ]

    @classmethod
    def tiny(cls) -> "DDPMConfig":
        """Return a model for tests and the browser: grey 4 x 4 pictures, ten steps, two classes."""
        return cls(
            image_size=4,
            in_channels=1,
            channels=4,
            multipliers=(1, 2),
            blocks=1,
            attention=(2,),
            groups=2,
            dropout=0.0,
            classes=2,
            steps=10,
            beta_start=0.01,
            beta_end=0.5,
        )


def check_inputs(config: DDPMConfig, x: Any, t: Any, y: Any) -> None:
    """Raise unless pictures, time steps and labels, of either back end, fit each other and the model.

    Raises:
        ValueError: for a shape that does not fit, or labels that the model has no use for.
        TypeError: for time steps or labels that are not whole numbers.
    """
    if tuple(x.shape[1:]) != config.input_shape or len(x.shape) != 4:
        expected = ", ".join(map(str, ("N", *config.input_shape)))
        raise ValueError(f"DDPM expected pictures of shape ({expected}), got {tuple(x.shape)}")
    if y is not None and config.classes is None:
        raise ValueError("this DDPM has no classes: build it with classes=K to tell it a label")
    for name, values in (("time steps t", t), ("labels y", y)):
        if values is None:
            continue
        if tuple(values.shape) != (x.shape[0],):
            raise ValueError(
                f"DDPM expected {name} of shape ({x.shape[0]},), one a picture, got {tuple(values.shape)}"
            )
        if "int" not in str(values.dtype):
            raise TypeError(f"DDPM expected whole numbers as {name}, got {values.dtype}")


PRESETS = {
    "ddpm-cifar10": DDPMConfig(),
    "ddpm-mnist": DDPMConfig(
        image_size=28,
        in_channels=1,
        channels=32,
        multipliers=(1, 2, 2),
        attention=(7,),
        groups=8,
        classes=10,
        schedule="cosine",
    ),
    "ddpm-tiny": DDPMConfig.tiny(),
}
