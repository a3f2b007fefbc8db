"""Sizes of the masked autoencoder (He, Chen, Xie, Li, Dollár and Girshick 2021, section 3 and appendix A)."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..fields import check_fields


@dataclass(frozen=True)
class MAEConfig:
    """A large encoder that sees a quarter of the patches, and a small decoder that paints the others.

    Attributes:
        image_size: height and width of the pictures.
        patch: height and width of a patch, P.
        in_channels: 1 for grey pictures, 3 for colour.
        embed_dim: features of a patch in the encoder, D.
        heads: attention heads of each layer of the encoder.
        feedforward: width of the layers between.
        layers: number of layers of the encoder.
        decoder_dim: features of a patch in the decoder.
        decoder_heads: attention heads of each layer of the decoder.
        decoder_feedforward: width of the layers between.
        decoder_layers: number of layers of the decoder.
        mask_ratio: share of the patches that are hidden.
        normalize: whether each patch that is to be painted is first brought to mean 0 and variance 1.
    """

    architecture: ClassVar[str] = "MAE"

    image_size: int = 224
    patch: int = 16
    in_channels: int = 3
    embed_dim: int = 768
    heads: int = 12
    feedforward: int = 3072
    layers: int = 12
    decoder_dim: int = 512
    decoder_heads: int = 16
    decoder_feedforward: int = 2048
    decoder_layers: int = 8
    mask_ratio: float = 0.75
    normalize: bool = True

    def __post_init__(self) -> None:
        check_fields(self)
        if self.image_size % self.patch:
            raise ValueError(
                f"MAEConfig: pictures of {self.image_size} x {self.image_size} cannot be cut into patches of "
                f"{self.patch} x {self.patch}"
            )
        for name, heads in (("embed_dim", self.heads), ("decoder_dim", self.decoder_heads)):
            width = getattr(self, name)
            if width % 4 or width % heads:
                raise ValueError(
                    f"MAEConfig.{name} must be a multiple of 4 (sines and cosines of two places) and of its "
                    f"{heads} heads; got {width}"
                )
        if self.normalize and self.pixels == 1:
            raise ValueError(
                "MAEConfig: a patch of one number has no variance to be normalized by: take normalize=False"
            )
        if not 0 < self.visible < self.patches:
            raise ValueError(
                f"MAEConfig.mask_ratio={self.mask_ratio} leaves {self.visible} of {self.patches} patches to be "
                "seen; there must be some to see and some to paint"
            )

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one picture, (C, H, W)."""
        return (self.in_channels, self.image_size, self.image_size)

    @property
    def grid(self) -> int:
        """Patches along a side."""
        return self.image_size // self.patch

    @property
    def patches(self) -> int:
        """Patches of a picture, T.

        >>> MAEConfig().patches
        196
        """
        return self.grid**2

    @property
    def pixels(self) -> int:
        """Numbers of a patch."""
        return self.patch**2 * self.in_channels

    @property
    def visible(self) -> int:
        """Patches that the encoder sees.

        >>> MAEConfig().visible
        49
        """
        return int(self.patches * (1 - self.mask_ratio))

    @classmethod
    def tiny(cls) -> "MAEConfig":
        """Return a model for tests and the browser: grey 8 x 8 pictures in four patches, two of them seen."""
        return cls(
            image_size=8, patch=4, in_channels=1, embed_dim=8, heads=2, feedforward=12, layers=1,
            decoder_dim=4, decoder_heads=2, decoder_feedforward=8, decoder_layers=1, mask_ratio=0.5,
        )  # fmt: skip


def check_order(config: MAEConfig, x: Any, order: Any) -> None:
    """Raise unless pictures, and the order of their patches, of either back end, are what the model takes."""
    if len(x.shape) != 4 or tuple(x.shape[1:]) != config.input_shape:
        expected = ", ".join(map(str, ("N", *config.input_shape)))
        raise ValueError(f"MAE expected pictures of shape ({expected}), got {tuple(x.shape)}")
    if order is None:
        return
    if tuple(order.shape) != (x.shape[0], config.patches):
        raise ValueError(
            f"MAE expected an order of the patches of shape ({x.shape[0]}, {config.patches}), got "
            f"{tuple(order.shape)}; draw_order makes one"
        )
    if "int" not in str(order.dtype):
        raise TypeError(f"MAE expected the numbers of patches as order, got {order.dtype}")
    numbers = np.asarray(order.cpu() if hasattr(order, "cpu") else order)
    if (np.sort(numbers, axis=1) != np.arange(config.patches)).any():
        raise ValueError(
            f"MAE expected an order in which each patch from 0 to {config.patches - 1} stands once"
        )


PRESETS = {
    "mae-b16": MAEConfig(),
    "mae-l16": MAEConfig(embed_dim=1024, heads=16, feedforward=4096, layers=24),
    "mae-tiny": MAEConfig.tiny(),
}
