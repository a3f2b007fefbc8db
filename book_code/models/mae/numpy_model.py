"""MAE: He, Chen, Xie, Li, Dollár and Girshick (2021), "Masked autoencoders are scalable vision learners",
arXiv:2111.06377.

    code          shape                 meaning
    x             (N, C, H, W)          pictures
    order         (N, T)                the patches in random order: the first V are seen, the others hidden
    conv_proj     (N, T, D)             every patch, flattened, times a matrix
    layers, norm  (N, 1 + V, D)         the encoder: a ViT on the patches that are seen, and a class token
    mask_token    (1, 1, d)             learned; stands in for every patch that is hidden
    decoder_...   (N, 1 + T, d)         the decoder, over all places
    prediction    (N, T, P·P·C)         the pixels of every patch
    mask          (N, T)                1 where a patch was hidden: the loss is taken there

Places are fixed sines and cosines, added in the encoder and again in the decoder; they are no parameters.

Deviations from the paper: none known. Weights start as elsewhere in this book, not as in the authors' code.
"""

from typing import Any, NamedTuple

import numpy as np

from ...autodiff import Tensor, no_grad
from ...autodiff import functional as F
from ...nn import GELU, Conv2d, LayerNorm, Linear, Module
from ..transformer.numpy_layers import EncoderLayer
from .config import MAEConfig, check_order
from .patches import patchify, places, unpatchify


class Reconstruction(NamedTuple):
    """The pixels painted, for all patches, and 1 for each patch that was hidden."""

    prediction: Any
    mask: Any


# --8<-- [start:model]
class MAE(Module):
    """A large encoder for the patches that are seen, a small decoder for all.

    Shape:
        x (N, C, H, W), order (N, T) -> prediction (N, T, P·P·C), mask (N, T)

    >>> model = MAE(MAEConfig.tiny(), rng=np.random.default_rng(0))
    >>> out = model(np.zeros((1, 1, 8, 8), np.float32), np.array([[2, 0, 1, 3]]))
    >>> out.prediction.shape, out.mask.data.tolist()
    ((1, 4, 16), [[0.0, 1.0, 0.0, 1.0]])
    """

    def __init__(self, config: MAEConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        c = self.config = config or MAEConfig()
        self._places = places(c.embed_dim, c.grid)  # fixed, not in the state
        self._decoder_places = places(c.decoder_dim, c.grid)
        self.class_token = token(c.embed_dim, rng)
        self.mask_token = token(c.decoder_dim, rng)
        self.conv_proj = Conv2d(c.in_channels, c.embed_dim, c.patch, stride=c.patch, rng=rng)
        self.layers = [layer(c.embed_dim, c.heads, c.feedforward, rng) for _ in range(c.layers)]
        self.norm = LayerNorm(c.embed_dim, eps=1e-6)
        self.decoder_embed = Linear(c.embed_dim, c.decoder_dim, rng=rng)
        self.decoder_layers = [
            layer(c.decoder_dim, c.decoder_heads, c.decoder_feedforward, rng)
            for _ in range(c.decoder_layers)
        ]
        self.decoder_norm = LayerNorm(c.decoder_dim, eps=1e-6)
        self.decoder_pred = Linear(c.decoder_dim, c.pixels, rng=rng)

    # --8<-- [start:forward]
    def features(self, x: Any, seen: Any = None) -> Tensor:  # (N, C, H, W)
        """Return what the class token and every patch have gathered; `seen` (N, V) are patches, None is all."""
        x = x if isinstance(x, Tensor) else Tensor(x)
        check_order(self.config, x, None)
        x = self.conv_proj(x)  # (N, D, H/P, W/P)
        x = x.reshape(*x.shape[:2], -1).transpose(0, 2, 1)  # (N, T, D)
        x = x + self._places[1:].astype(x.dtype)
        if seen is not None:
            x = x[np.arange(len(x))[:, None], seen]  # (N, V, D)
        first = self.class_token + np.zeros((len(x), 1, 1), x.dtype)  # (N, 1, D)
        x = F.concatenate([first, x], axis=1)  # (N, 1 + V, D)
        for each in self.layers:
            x = each(x)
        return self.norm(x)  # (N, 1 + V, D)

    def paint(self, x: Any, order: Any) -> Tensor:  # (N, 1 + V, D), (N, T)
        """Return the pixels of all patches, from what the encoder has gathered."""
        x = self.decoder_embed(x)  # (N, 1 + V, d)
        n, hidden = len(x), order.shape[1] - self.config.visible
        masks = self.mask_token + np.zeros((n, hidden, 1), x.dtype)  # (N, T - V, d)
        patches = F.concatenate([x[:, 1:], masks], axis=1)  # (N, T, d), in the order drawn
        patches = patches[np.arange(n)[:, None], np.argsort(order, axis=1)]  # in their places
        x = F.concatenate([x[:, :1], patches], axis=1)  # (N, 1 + T, d)
        x = x + self._decoder_places.astype(x.dtype)
        for each in self.decoder_layers:
            x = each(x)
        return self.decoder_pred(self.decoder_norm(x))[:, 1:]  # (N, T, P·P·C)

    def forward(self, x: Any, order: Any) -> Reconstruction:  # (N, C, H, W), (N, T)
        """Return the pixels painted, and which patches were hidden."""
        x, order = x if isinstance(x, Tensor) else Tensor(x), np.asarray(order)
        check_order(self.config, x, order)
        gathered = self.features(x, order[:, : self.config.visible])  # (N, 1 + V, D)
        mask = np.argsort(order, axis=1) >= self.config.visible  # (N, T)
        painted = self.paint(gathered, order)  # (N, T, P·P·C)
        return Reconstruction(painted, Tensor(mask.astype(painted.dtype)))

    # --8<-- [end:forward]


# --8<-- [end:model]


def layer(width: int, heads: int, feedforward: int, rng: np.random.Generator) -> EncoderLayer:
    """Return a layer of ViT: normalized first, GELU."""
    return EncoderLayer(
        width, heads, feedforward, activation=GELU(), norm_first=True, eps=1e-6, rng=rng
    )


def token(width: int, rng: np.random.Generator) -> Tensor:
    """Return a learned vector that starts small."""
    first = rng.normal(0, 0.02, size=(1, 1, width)).astype(np.float32)
    return Tensor(first, requires_grad=True)


# --8<-- [start:loss]
def targets(x: Any, config: MAEConfig) -> np.ndarray:
    """Return the pixels to paint; normalized patch by patch where the configuration says so (section 4.1).

    Shape:
        (N, C, H, W) -> (N, T, P·P·C)
    """
    rows = patchify(np.asarray(x), config.patch)
    if not config.normalize:
        return rows
    mean, var = rows.mean(axis=2, keepdims=True), rows.var(axis=2, keepdims=True, ddof=1)
    return (rows - mean) / np.sqrt(var + 1e-6)


def mae_loss(model: MAE, x: Any, order: Any) -> Tensor:
    """Return the mean squared error of the hidden patches.

    Args:
        model: the network.
        x: pictures.
        order: their patches in random order, as :func:`draw_order` gives it.
    """
    prediction, mask = model(x, order)
    errors = ((prediction - targets(x, model.config)) ** 2).mean(axis=2)  # (N, T)
    return (errors * mask).sum() / mask.sum()


# --8<-- [end:loss]


def reconstruct(model: MAE, x: Any, order: Any) -> np.ndarray:
    """Return the pictures with what the model paints where patches were hidden.

    With normalized patches their own mean and variance are put back, as in the authors' pictures.

    Shape:
        (N, C, H, W) -> (N, C, H, W)
    """
    config, rows = model.config, patchify(np.asarray(x), model.config.patch)
    with no_grad():
        painted, mask = (part.numpy() for part in model(x, order))
    if config.normalize:
        std = np.sqrt(rows.var(axis=2, keepdims=True, ddof=1) + 1e-6)
        painted = painted * std + rows.mean(axis=2, keepdims=True)
    return unpatchify(
        np.where(mask[:, :, None] > 0, painted, rows), config.patch, config.in_channels
    )
