"""Sizes and choices of variational autoencoders (Kingma and Welling 2013, section 5 and appendix C)."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from ..fields import check_fields


@dataclass(frozen=True)
class VAEConfig:
    """An encoder that gives a normal distribution of codes, a decoder that gives a distribution of examples.

    Attributes:
        shape: the shape of one example, (C, H, W) or (D,).
        hidden: units of the encoder's hidden layers; the decoder has them the other way round.
        latent: numbers of the code z.
        activation: what follows each hidden layer.
        likelihood: what the decoder says about each number: "bernoulli" (how likely it is a 1, for pixels from
            0 to 1) or "gaussian" (its mean; the variance is 1).
        beta: how much the divergence of the codes from the prior counts; 1 is the bound on the likelihood.
        classes: number of classes K where encoder and decoder are told the label, or None.
    """

    architecture: ClassVar[str] = "VAE"

    shape: tuple[int, ...] = (1, 28, 28)
    hidden: tuple[int, ...] = (500,)
    latent: int = 20
    activation: Literal["tanh", "relu", "softplus"] = "tanh"
    likelihood: Literal["bernoulli", "gaussian"] = "bernoulli"
    beta: float = 1.0
    classes: int | None = None

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.shape:
            raise ValueError(
                "VAEConfig.shape must be the shape of an example, such as (784,); got ()"
            )

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one example."""
        return self.shape

    @property
    def features(self) -> int:
        """Numbers of one example.

        >>> VAEConfig().features
        784
        """
        return math.prod(self.shape)

    @classmethod
    def tiny(cls) -> "VAEConfig":
        """Return a variational autoencoder for grey pictures of 3 x 3."""
        return cls(shape=(1, 3, 3), hidden=(8,), latent=3)


def check_labels(name: str, labels: Any, n: int, classes: int | None) -> None:
    """Raise unless labels, of either back end, are n numbers of classes, or None where there are no classes.

    Raises:
        ValueError: for another shape, a label that names no class, or labels that are missing or not asked for.
        TypeError: for labels that are not whole numbers.
    """
    if classes is None or labels is None:
        if labels is not None:
            raise ValueError(f"this {name} has no classes: build it with classes=K to tell it")
        if classes is not None:
            raise ValueError(f"this {name} has {classes} classes and needs a label an example")
        return
    if "int" not in str(labels.dtype):
        raise TypeError(
            f"{name} expected whole numbers as labels, got {labels.dtype}: "
            "a label is the number of a class"
        )
    if tuple(labels.shape) != (n,):
        raise ValueError(
            f"{name} expected labels of shape ({n},), one an example, got {tuple(labels.shape)}"
        )
    if n and not 0 <= int(labels.min()) <= int(labels.max()) < classes:
        raise ValueError(
            f"{name} expected labels from 0 to {classes - 1}, "
            f"got {int(labels.min())} to {int(labels.max())}"
        )


PRESETS = {
    "vae": VAEConfig(),
    "vae-plane": VAEConfig(latent=2),
    "beta-vae": VAEConfig(latent=10, beta=4.0),
    "conditional-vae": VAEConfig(classes=10),
    "vae-tiny": VAEConfig.tiny(),
    "conditional-vae-tiny": VAEConfig(shape=(1, 3, 3), hidden=(8,), latent=3, classes=2),
}
