"""MAE in PyTorch: He, Chen, Xie, Li, Dollár and Girshick (2021), arXiv:2111.06377.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from ..transformer.torch_layers import EncoderLayer
from .config import MAEConfig, check_order
from .patches import places


class Reconstruction(NamedTuple):
    """The pixels painted, for all patches, and 1 for each patch that was hidden."""

    prediction: Tensor
    mask: Tensor


# --8<-- [start:model]
class MAE(nn.Module):
    """A large encoder for the patches that are seen, a small decoder for all."""

    _places: Tensor
    _decoder_places: Tensor

    def __init__(self, config: MAEConfig | None = None):
        super().__init__()
        c = self.config = config or MAEConfig()
        for name, width in (("_places", c.embed_dim), ("_decoder_places", c.decoder_dim)):
            self.register_buffer(
                name, torch.from_numpy(places(width, c.grid)), persistent=False
            )
        self.class_token = nn.Parameter(0.02 * torch.randn(1, 1, c.embed_dim))
        self.mask_token = nn.Parameter(0.02 * torch.randn(1, 1, c.decoder_dim))
        self.conv_proj = nn.Conv2d(c.in_channels, c.embed_dim, c.patch, stride=c.patch)
        self.layers = nn.ModuleList(
            layer(c.embed_dim, c.heads, c.feedforward) for _ in range(c.layers)
        )
        self.norm = nn.LayerNorm(c.embed_dim, eps=1e-6)
        self.decoder_embed = nn.Linear(c.embed_dim, c.decoder_dim)
        self.decoder_layers = nn.ModuleList(
            layer(c.decoder_dim, c.decoder_heads, c.decoder_feedforward)
            for _ in range(c.decoder_layers)
        )
        self.decoder_norm = nn.LayerNorm(c.decoder_dim, eps=1e-6)
        self.decoder_pred = nn.Linear(c.decoder_dim, c.pixels)

    # --8<-- [start:forward]
    def features(self, x: Tensor, seen: Tensor | None = None) -> Tensor:  # (N, C, H, W)
        """Return what the class token and every patch have gathered; `seen` (N, V) are patches, None is all."""
        check_order(self.config, x, None)
        x = self.conv_proj(x).flatten(2).transpose(1, 2)  # (N, T, D)
        x = x + self._places[1:].to(x.dtype)
        if seen is not None:
            x = x[torch.arange(len(x), device=x.device)[:, None], seen]  # (N, V, D)
        x = torch.cat([self.class_token.expand(len(x), -1, -1), x], dim=1)  # (N, 1 + V, D)
        for each in self.layers:
            x = each(x)
        return self.norm(x)  # (N, 1 + V, D)

    def paint(self, x: Tensor, order: Tensor) -> Tensor:  # (N, 1 + V, D), (N, T)
        """Return the pixels of all patches, from what the encoder has gathered."""
        x = self.decoder_embed(x)  # (N, 1 + V, d)
        n, hidden = len(x), order.shape[1] - self.config.visible
        masks = self.mask_token.expand(n, hidden, -1)  # (N, T - V, d)
        patches = torch.cat([x[:, 1:], masks], dim=1)  # (N, T, d), in the order drawn
        patches = patches[torch.arange(n, device=x.device)[:, None], order.argsort(1)]
        x = torch.cat([x[:, :1], patches], dim=1)  # (N, 1 + T, d), in their places
        x = x + self._decoder_places.to(x.dtype)
        for each in self.decoder_layers:
            x = each(x)
        return self.decoder_pred(self.decoder_norm(x))[:, 1:]  # (N, T, P·P·C)

    def forward(self, x: Tensor, order: Tensor) -> Reconstruction:  # (N, C, H, W), (N, T)
        """Return the pixels painted, and which patches were hidden."""
        check_order(self.config, x, order)
        gathered = self.features(x, order[:, : self.config.visible])  # (N, 1 + V, D)
        mask = order.argsort(1) >= self.config.visible  # (N, T)
        painted = self.paint(gathered, order)  # (N, T, P·P·C)
        return Reconstruction(painted, mask.to(painted.dtype))

    # --8<-- [end:forward]


# --8<-- [end:model]


def layer(width: int, heads: int, feedforward: int) -> EncoderLayer:
    """Return a layer of ViT: normalized first, GELU."""
    return EncoderLayer(
        width, heads, feedforward, activation=nn.GELU(), norm_first=True, eps=1e-6
    )


def patchify(x: Tensor, patch: int) -> Tensor:
    """Return the patches of pictures, row by row; the channels of a pixel stand together."""
    n, c, height, width = x.shape
    x = x.reshape(n, c, height // patch, patch, width // patch, patch)
    return x.permute(0, 2, 4, 3, 5, 1).reshape(n, -1, patch * patch * c)


def unpatchify(rows: Tensor, patch: int, channels: int) -> Tensor:
    """Return the square pictures that patches make."""
    n, count, _ = rows.shape
    grid = round(count**0.5)
    x = rows.reshape(n, grid, grid, patch, patch, channels)
    return x.permute(0, 5, 1, 3, 2, 4).reshape(n, channels, grid * patch, grid * patch)


# --8<-- [start:loss]
def targets(x: Tensor, config: MAEConfig) -> Tensor:
    """Return the pixels to paint; normalized patch by patch where the configuration says so (section 4.1)."""
    rows = patchify(x, config.patch)
    if not config.normalize:
        return rows
    mean, var = rows.mean(dim=2, keepdim=True), rows.var(dim=2, keepdim=True)
    return (rows - mean) / (var + 1e-6).sqrt()


def mae_loss(model: MAE, x: Tensor, order: Tensor) -> Tensor:
    """Return the mean squared error of the hidden patches."""
    prediction, mask = model(x, order)
    errors = (prediction - targets(x, model.config)).square().mean(dim=2)  # (N, T)
    return (errors * mask).sum() / mask.sum()


# --8<-- [end:loss]


@torch.no_grad()
def reconstruct(model: MAE, x: Tensor, order: Tensor) -> Tensor:
    """Return the pictures with what the model paints where patches were hidden."""
    config, rows = model.config, patchify(x, model.config.patch)
    painted, mask = model(x, order)
    if config.normalize:
        std = (rows.var(dim=2, keepdim=True) + 1e-6).sqrt()
        painted = painted * std + rows.mean(dim=2, keepdim=True)
    shown = torch.where(mask[:, :, None] > 0, painted, rows)
    return unpatchify(shown, config.patch, config.in_channels)
