"""Autoencoders.

Autoencoder: Hinton and Salakhutdinov (2006), "Reducing the dimensionality of data with neural networks", Science
313, doi:10.1126/science.1127647.
DenoisingAutoencoder: Vincent, Larochelle, Bengio and Manzagol (2008), "Extracting and composing robust features
with denoising autoencoders", ICML, doi:10.1145/1390156.1390294; salt-and-pepper and Gaussian noise: JMLR 11 (2010).
ConvolutionalAutoencoder: Masci, Meier, Cireşan and Schmidhuber (2011), ICANN, doi:10.1007/978-3-642-21735-7_7.
The penalty on how active the code is: Lee, Ekanadham and Ng (2008), NeurIPS, as a divergence in Ng's CS294A notes.

    code          paper    shape
    x             x        (N, *shape)   examples
    corrupt(x)    x-tilde  (N, *shape)   spoiled examples, of the denoising autoencoder
    encode(x)     y        (N, code)     the code
    decode(y)     z        (N, *shape)   the reconstruction
    noise         -        (N, *shape)   what decides how an example is spoiled

The deep autoencoder for MNIST, 784-1000-500-250-30 and back:

    encoder       785,000 + 500,500 + 125,250 + 7,530        1,418,280
    decoder       7,750 + 125,500 + 501,000 + 784,784        1,419,034
                                                             2,837,314

Deviations from the papers: the deep autoencoder is trained as a whole, without restricted Boltzmann machines before;
the convolutional one has strides in place of max-pooling.
"""

from itertools import pairwise
from typing import Any

import numpy as np

from ... import losses
from ...autodiff import Tensor, no_grad
from ...autodiff import functional as F
from ...nn import Conv2d, ConvTranspose2d, Linear, Module, Sequential
from .config import (
    AutoencoderConfig,
    ConvolutionalAutoencoderConfig,
    DenoisingAutoencoderConfig,
    check_shape,
)
from .numpy_blocks import ACTIVATIONS, Tied, corrupt, sparsity_penalty


# --8<-- [start:model]
class Autoencoder(Module):
    """Layers down to a code and back: what comes out shall be what went in.

    Shape:
        (N, 1, 28, 28) -> (N, 1, 28, 28), with the standard configuration; the code is (N, 30).

    >>> model = Autoencoder(AutoencoderConfig.tiny(), rng=np.random.default_rng(0))
    >>> x = np.zeros((5, 1, 3, 3), np.float32)
    >>> model.encode(x).shape, model(x).shape
    ((5, 4), (5, 1, 3, 3))
    """

    def __init__(self, config: AutoencoderConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or AutoencoderConfig()
        self.config = config
        self.encoder: list[Any] = [Linear(a, b, rng=rng) for a, b in pairwise(config.sizes)]
        self.decoder: list[Any] = self.way_back(rng)
        self.act = ACTIVATIONS[config.activation]()
        self.code_act = ACTIVATIONS[config.code_activation]()

    def way_back(self, rng: np.random.Generator) -> list[Any]:
        """Return the layers of the decoder."""
        return [Linear(b, a, rng=rng) for b, a in pairwise(self.config.sizes[::-1])]

    # --8<-- [start:forward]
    def encode(self, x: Any) -> Tensor:  # (N, 1, 28, 28)
        """Return the codes of examples."""
        x = x if isinstance(x, Tensor) else Tensor(x)
        check_shape(type(self).__name__, "examples", x, self.config.shape)
        h = x.reshape(len(x), -1)  # (N, 784)
        for layer in self.encoder[:-1]:
            h = self.act(layer(h))  # (N, width)
        return self.code_act(self.encoder[-1](h))  # (N, 30)

    def scores(self, code: Any) -> Tensor:  # (N, 30)
        """Return reconstructions before the last nonlinearity."""
        h = code if isinstance(code, Tensor) else Tensor(code)
        check_shape(type(self).__name__, "codes", h, (self.config.code,))
        for layer in self.decoder[:-1]:
            h = self.act(layer(h))  # (N, width)
        return self.decoder[-1](h).reshape(-1, *self.config.shape)  # (N, 1, 28, 28)

    def decode(self, code: Any) -> Tensor:  # (N, 30)
        """Return the examples that codes stand for."""
        scores = self.scores(code)  # (N, 1, 28, 28)
        return F.sigmoid(scores) if self.config.output == "sigmoid" else scores

    def forward(self, x: Any) -> Tensor:  # (N, 1, 28, 28)
        """Return the reconstructions of examples."""
        return self.decode(self.encode(x))  # (N, 1, 28, 28)

    # --8<-- [end:forward]


# --8<-- [end:model]


# --8<-- [start:denoising]
class DenoisingAutoencoder(Autoencoder):
    """An autoencoder that is trained to give back clean examples for spoiled ones.

    Shape:
        (N, 1, 28, 28) -> (N, 1, 28, 28), with the standard configuration; the code is (N, 1000).

    >>> model = DenoisingAutoencoder(DenoisingAutoencoderConfig.tiny(), rng=np.random.default_rng(0))
    >>> model(np.zeros((5, 1, 3, 3), np.float32)).shape
    (5, 1, 3, 3)
    """

    config: DenoisingAutoencoderConfig

    def __init__(
        self, config: DenoisingAutoencoderConfig | None = None, *, rng: np.random.Generator
    ):
        super().__init__(config or DenoisingAutoencoderConfig(), rng=rng)

    def way_back(self, rng: np.random.Generator) -> list[Any]:
        """Return the layers of the decoder, with the encoder's weights if they are tied."""
        if not self.config.tied:
            return super().way_back(rng)
        return [Tied(layer, rng=rng) for layer in reversed(self.encoder)]


# --8<-- [end:denoising]


# --8<-- [start:convolutional]
class ConvolutionalAutoencoder(Module):
    """Convolutions down to a code of small maps, transposed convolutions back.

    Shape:
        (N, 1, 28, 28) -> (N, 1, 28, 28), with the standard configuration; the code is (N, 4, 7, 7).

    >>> config = ConvolutionalAutoencoderConfig.tiny()
    >>> model = ConvolutionalAutoencoder(config, rng=np.random.default_rng(0))
    >>> x = np.zeros((5, 1, 4, 4), np.float32)
    >>> model.encode(x).shape, model(x).shape
    ((5, 4, 1, 1), (5, 1, 4, 4))
    """

    def __init__(
        self, config: ConvolutionalAutoencoderConfig | None = None, *, rng: np.random.Generator
    ):
        super().__init__()
        config = config or ConvolutionalAutoencoderConfig()
        self.config = config
        maps = (config.in_channels, *config.channels, config.code)  # 1, 16, 4
        down, up = [], []
        for a, b in pairwise(maps):
            down += [Conv2d(a, b, 4, stride=2, padding=1, rng=rng), self.activation()]
        for b, a in pairwise(maps[::-1]):
            up += [ConvTranspose2d(b, a, 4, stride=2, padding=1, rng=rng), self.activation()]
        self.encoder = Sequential(*down[:-1])
        self.decoder = Sequential(*up[:-1])

    def activation(self) -> Module:
        """Return the nonlinearity between the layers."""
        return ACTIVATIONS[self.config.activation]()

    def encode(self, x: Any) -> Tensor:  # (N, 1, 28, 28)
        """Return the codes of pictures."""
        x = x if isinstance(x, Tensor) else Tensor(x)
        check_shape("ConvolutionalAutoencoder", "pictures", x, self.config.shape)
        return self.encoder(x)  # (N, 4, 7, 7)

    def scores(self, code: Any) -> Tensor:  # (N, 4, 7, 7)
        """Return reconstructions before the last nonlinearity."""
        code = code if isinstance(code, Tensor) else Tensor(code)
        check_shape("ConvolutionalAutoencoder", "codes", code, self.config.code_shape)
        return self.decoder(code)  # (N, 1, 28, 28)

    def decode(self, code: Any) -> Tensor:  # (N, 4, 7, 7)
        """Return the pictures that codes stand for."""
        scores = self.scores(code)  # (N, 1, 28, 28)
        return F.sigmoid(scores) if self.config.output == "sigmoid" else scores

    def forward(self, x: Any) -> Tensor:  # (N, 1, 28, 28)
        """Return the reconstructions of pictures."""
        return self.decode(self.encode(x))  # (N, 1, 28, 28)


# --8<-- [end:convolutional]


# --8<-- [start:loss]
def reconstruction_loss(model: Any, x: Any, noise: Any = None) -> Tensor:
    """Return what an autoencoder minimizes, summed over an example and its code, the mean over the batch.

    Args:
        model: any of the three.
        x: clean examples.
        noise: for the denoising autoencoder, what `draw_noise` gives.
    """
    config, x = model.config, np.asarray(x)
    given = x
    if isinstance(model, DenoisingAutoencoder):
        if noise is None:
            raise ValueError(
                "the denoising autoencoder needs noise: draw_noise(x.shape, model.config.corruption, rng=rng)"
            )
        given = corrupt(x, noise, config.corruption, config.level)
    code = model.encode(given)
    features = x[0].size
    if config.loss == "cross_entropy":
        loss = features * losses.binary_cross_entropy(model.scores(code), x)
    else:
        loss = features * losses.mse(model.decode(code), x)
    if config.penalty != "none":
        loss = loss + config.sparsity * sparsity_penalty(code, config.penalty, config.activity)
    return loss


# --8<-- [end:loss]


def reconstruction_error(model: Any, x: Any) -> np.ndarray:
    """Return each example's mean squared error: large for what is unlike the data that was learned.

    >>> model = Autoencoder(AutoencoderConfig.tiny(), rng=np.random.default_rng(0))
    >>> reconstruction_error(model, np.zeros((5, 1, 3, 3), np.float32)).shape
    (5,)
    """
    x = np.asarray(x)
    with no_grad():
        return ((model(x).numpy() - x) ** 2).reshape(len(x), -1).mean(axis=1)
