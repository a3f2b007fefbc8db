"""ViT in PyTorch: the names, shapes and results of `numpy_model.py` (Dosovitskiy et al. 2020, arXiv:2010.11929)."""

import torch
from torch import Tensor, nn

from ..transformer.torch_layers import EncoderLayer
from .config import ViTConfig
from .numpy_model import check_pictures


# --8<-- [start:model]
class ViT(nn.Module):
    """A picture is cut into patches, which a Transformer's encoder reads as a sequence; returns logits."""

    def __init__(self, config: ViTConfig | None = None):
        super().__init__()
        config = config or ViTConfig()
        width, p = config.embed_dim, config.patch
        tokens = config.patches + (config.pool == "token")
        self.config = config
        if config.pool == "token":
            self.class_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embedding = nn.Parameter(0.02 * torch.randn(1, tokens, width))
        self.conv_proj = nn.Conv2d(config.in_channels, width, p, stride=p)
        self.dropout = nn.Dropout(config.dropout)
        self.layers = nn.ModuleList(
            EncoderLayer(
                width,
                config.heads,
                config.feedforward,
                activation=nn.GELU(),
                norm_first=True,
                eps=1e-6,
                dropout=config.dropout,
            )
            for _ in range(config.layers)
        )
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.head = nn.Linear(width, config.classes)

    # --8<-- [start:forward]
    def embed(self, x: Tensor) -> Tensor:  # (N, C, H, W)
        """Return the patches as a sequence, each with its place, the class token first."""
        check_pictures(x, self.config)
        x = self.conv_proj(x).flatten(2).transpose(1, 2)  # (N, T, D)
        if self.config.pool == "token":
            x = torch.cat([self.class_token.expand(len(x), -1, -1), x], dim=1)  # (N, 1 + T, D)
        return self.dropout(x + self.pos_embedding)

    def features(self, x: Tensor) -> Tensor:  # (N, C, H, W)
        """Return what every token has gathered."""
        x = self.embed(x)  # (N, T, D)
        for layer in self.layers:
            x = layer(x)
        return self.norm(x)  # (N, T, D)

    def forward(self, x: Tensor) -> Tensor:  # (N, C, H, W)
        """Return the logits, one a class."""
        x = self.features(x)  # (N, T, D)
        x = x[:, 0] if self.config.pool == "token" else x.mean(dim=1)  # (N, D)
        return self.head(x)  # (N, K)

    # --8<-- [end:forward]


# --8<-- [end:model]
