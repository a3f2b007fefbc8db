"""ViT: Dosovitskiy et al. (2020), An Image Is Worth 16x16 Words, arXiv:2010.11929.

    code            paper       shape            meaning
    x               x           (N, C, H, W)     pictures
    conv_proj       E           (D, C, P, P)     every patch, flattened, times a matrix: a convolution whose
                                                 stride is its size
    class_token     x_class     (1, 1, D)        learned; what it has gathered at the end stands for the picture
    pos_embedding   E_pos       (1, T, D)        where a patch stands, learned
    layers.l        MSA, MLP    (N, T, D)        pre-norm layer of `models/transformer`, GELU (equations 2 and 3)
    norm            LN          (N, T, D)        the last norm (equation 4)
    head                        (N, K)           logits

Deviations from the paper: the mean of the patches can stand for the picture; the head is one layer from the start, as
in the published code for fine-tuning.
"""

from typing import Any

import numpy as np

from ... import init, nn
from ...autodiff import Tensor
from ...autodiff import functional as F
from ..transformer.numpy_layers import EncoderLayer
from .config import ViTConfig


# --8<-- [start:model]
class ViT(nn.Module):
    """A picture is cut into patches, which a Transformer's encoder reads as a sequence; returns logits.

    Shape:
        (N, C, H, W) -> (N, K)

    >>> model = ViT(ViTConfig.tiny(), rng=np.random.default_rng(0))
    >>> model(np.zeros((2, 1, 8, 8), np.float32)).shape
    (2, 3)
    """

    def __init__(self, config: ViTConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or ViTConfig()
        width, p = config.embed_dim, config.patch
        tokens = config.patches + (config.pool == "token")
        self.config = config
        if config.pool == "token":
            self.class_token = Tensor(init.zeros((1, 1, width)), requires_grad=True)
        first = rng.normal(0, 0.02, size=(1, tokens, width)).astype(np.float32)
        self.pos_embedding = Tensor(first, requires_grad=True)
        self.conv_proj = nn.Conv2d(config.in_channels, width, p, stride=p, rng=rng)
        self.dropout = nn.Dropout(config.dropout, rng=rng)
        self.layers = [
            EncoderLayer(
                width,
                config.heads,
                config.feedforward,
                activation=nn.GELU(),
                norm_first=True,
                eps=1e-6,
                dropout=config.dropout,
                rng=rng,
            )
            for _ in range(config.layers)
        ]
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.head = nn.Linear(width, config.classes, rng=rng)

    # --8<-- [start:forward]
    def embed(self, x: Any) -> Tensor:  # (N, C, H, W)
        """Return the patches as a sequence, each with its place, the class token first."""
        check_pictures(x, self.config)
        x = self.conv_proj(x)  # (N, D, H/P, W/P)
        x = x.reshape(*x.shape[:2], -1).transpose(0, 2, 1)  # (N, T, D)
        if self.config.pool == "token":
            token = self.class_token + np.zeros((len(x), 1, 1), x.dtype)  # (N, 1, D)
            x = F.concatenate([token, x], axis=1)  # (N, 1 + T, D)
        return self.dropout(x + self.pos_embedding)

    def features(self, x: Any) -> Tensor:  # (N, C, H, W)
        """Return what every token has gathered."""
        x = self.embed(x)  # (N, T, D)
        for layer in self.layers:
            x = layer(x)
        return self.norm(x)  # (N, T, D)

    def forward(self, x: Any) -> Tensor:  # (N, C, H, W)
        """Return the logits, one a class."""
        x = self.features(x)  # (N, T, D)
        x = x[:, 0] if self.config.pool == "token" else x.mean(axis=1)  # (N, D)
        return self.head(x)  # (N, K)

    # --8<-- [end:forward]

    def attention(self, x: Any) -> list[np.ndarray]:
        """Return how much every token takes of every other, (N, heads, T, T), one entry a layer."""
        out, tokens = [], self.embed(x)
        for layer in self.layers:
            out.append(layer.self_attn.weights(layer.norm1(tokens)).numpy())
            tokens = layer(tokens)
        return out


# --8<-- [end:model]


def check_pictures(x: Any, config: ViTConfig) -> None:
    """Raise unless the pictures are of the size that the positions were made for.

    >>> check_pictures(np.zeros((1, 1, 9, 8)), ViTConfig.tiny())
    Traceback (most recent call last):
    ValueError: ViT expected pictures of shape (N, 1, 8, 8), got (1, 1, 9, 8): resize them, or build the model for their size
    """
    shape = tuple(np.shape(x))
    if len(shape) != 4 or shape[1:] != config.input_shape:
        wanted = ", ".join(map(str, config.input_shape))
        raise ValueError(
            f"ViT expected pictures of shape (N, {wanted}), got {shape}: resize them, or build the "
            "model for their size"
        )
