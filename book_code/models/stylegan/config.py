"""Sizes of StyleGAN2 (Karras, Laine, Aittala, Hellsten, Lehtinen and Aila 2019, configuration F)."""

from dataclasses import dataclass
from typing import Any, ClassVar

from ..fields import check_fields


@dataclass(frozen=True)
class StyleGAN2Config:
    """A network that makes styles of noise, one that paints a picture in these styles, and a judge.

    Attributes:
        image_size: height and width of the pictures, a power of two from 8 on.
        channels: 1 for grey pictures, 3 for colour.
        latent: length of the noise z.
        style: length of the styles w.
        mapping_layers: fully connected layers from z to w.
        mapping_lr: factor on the learning rate of these layers.
        base: maps times side, at sides where `most` does not bound the maps.
        most: the largest number of maps.
        group: how many pictures are compared with each other by the judge; None is the whole batch.
        r1: weight gamma of the penalty on the judge's gradient at real pictures.
        path: weight of the path length penalty.
    """

    architecture: ClassVar[str] = "StyleGAN2"

    image_size: int = 1024
    channels: int = 3
    latent: int = 512
    style: int = 512
    mapping_layers: int = 8
    mapping_lr: float = 0.01
    base: int = 32_768
    most: int = 512
    group: int | None = 4
    r1: float = 10.0
    path: float = 2.0

    def __post_init__(self) -> None:
        check_fields(self)
        if self.image_size < 8 or self.image_size & (self.image_size - 1):
            raise ValueError(
                f"StyleGAN2Config.image_size must be a power of two from 8 on; got {self.image_size}"
            )
        if self.base < self.image_size:
            raise ValueError(
                f"StyleGAN2Config.base must be at least image_size={self.image_size}, so that every side has "
                f"a map; got {self.base}"
            )
        if not self.mapping_lr:
            raise ValueError("StyleGAN2Config.mapping_lr must be above 0; got 0")

    @property
    def sides(self) -> tuple[int, ...]:
        """Sides of the pictures, from 4 on.

        >>> StyleGAN2Config(image_size=32).sides
        (4, 8, 16, 32)
        """
        return tuple(2**i for i in range(2, self.image_size.bit_length()))

    @property
    def widths(self) -> tuple[int, ...]:
        """Maps at each side.

        >>> StyleGAN2Config().widths
        (512, 512, 512, 512, 512, 256, 128, 64, 32)
        """
        return tuple(min(self.base // side, self.most) for side in self.sides)

    @property
    def layers(self) -> int:
        """Styles that a picture takes: one a convolution, and one for the last colours.

        >>> StyleGAN2Config().layers
        18
        """
        return 2 * len(self.sides)

    @property
    def noise_sides(self) -> tuple[int, ...]:
        """Sides of the noise maps, one a convolution.

        >>> StyleGAN2Config(image_size=8).noise_sides
        (4, 8, 8)
        """
        return (4, *(side for side in self.sides[1:] for _ in range(2)))

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one example of the noise z."""
        return (self.latent,)

    @property
    def output_shape(self) -> tuple[int, int, int]:
        """The shape of one picture, (C, H, W)."""
        return (self.channels, self.image_size, self.image_size)

    @classmethod
    def tiny(cls) -> "StyleGAN2Config":
        """Return a model for tests and the browser: grey 8 x 8 pictures of two or three maps."""
        return cls(
            image_size=8, channels=1, latent=3, style=4, mapping_layers=2, mapping_lr=0.5,
            base=16, most=3, group=None, r1=0.5, path=0.5,
        )  # fmt: skip


def check_latent(config: StyleGAN2Config, z: Any) -> None:
    """Raise unless z, of either back end, is a batch of noise for the mapping network."""
    if len(z.shape) != 2 or z.shape[1] != config.latent:
        raise ValueError(
            f"StyleGAN2 expected noise z of shape (N, {config.latent}), got {tuple(z.shape)}"
        )


def check_synthesis(config: StyleGAN2Config, ws: Any, noise: Any) -> None:
    """Raise unless styles and noise maps, of either back end, are those that a picture takes."""
    if len(ws.shape) != 3 or tuple(ws.shape[1:]) != (config.layers, config.style):
        raise ValueError(
            f"StyleGAN2 expected styles of shape (N, {config.layers}, {config.style}), got {tuple(ws.shape)}"
        )
    if noise is None:
        return
    sides = tuple(part.shape[-1] for part in noise)
    if sides != config.noise_sides:
        raise ValueError(
            f"StyleGAN2 expected noise maps of sides {config.noise_sides}, each (N, 1, side, side); got "
            f"sides {sides}; draw_noise makes them"
        )


def check_judged(config: StyleGAN2Config, x: Any) -> None:
    """Raise unless x is a batch of pictures that the judge can compare in groups."""
    if len(x.shape) != 4 or tuple(x.shape[1:]) != config.output_shape:
        expected = ", ".join(map(str, ("N", *config.output_shape)))
        raise ValueError(
            f"StyleGAN2's discriminator expected pictures of shape ({expected}), got {tuple(x.shape)}"
        )
    if x.shape[0] % (config.group or x.shape[0]):
        raise ValueError(
            f"StyleGAN2's discriminator compares pictures in groups of {config.group}; a batch of "
            f"{x.shape[0]} cannot be cut so: change the batch, or take group=None"
        )


PRESETS = {
    "stylegan2-1024": StyleGAN2Config(),
    "stylegan2-256": StyleGAN2Config(image_size=256),
    "stylegan-tiny": StyleGAN2Config.tiny(),
}
