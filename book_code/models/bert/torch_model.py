"""BERT in PyTorch: the names, shapes and results of `numpy_model.py` (Devlin et al. 2018, arXiv:1810.04805)."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..transformer.numpy_layers import check_tokens
from ..transformer.torch_layers import EncoderLayer
from .config import BERTConfig
from .numpy_model import check_segments


# --8<-- [start:model]
class BERT(nn.Module):
    """Layers of attention in both directions, and a head for the task."""

    def __init__(self, config: BERTConfig | None = None):
        super().__init__()
        config = config or BERTConfig()
        width = config.embed_dim
        self.config = config
        if config.head == "masked":
            self.output_bias = nn.Parameter(torch.zeros(config.vocabulary))
        self.word = nn.Embedding(config.vocabulary, width)
        self.position = nn.Embedding(config.positions, width)
        self.segment = nn.Embedding(config.segments, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.dropout = nn.Dropout(config.dropout)
        self.layers = nn.ModuleList(
            EncoderLayer(
                width,
                config.heads,
                config.feedforward,
                activation=nn.GELU(),
                eps=1e-12,
                dropout=config.dropout,
            )
            for _ in range(config.layers)
        )
        if config.pooled:
            self.pooler = nn.Linear(width, width)
        if config.head == "masked":
            self.transform = nn.Linear(width, width)
            self.norm2 = nn.LayerNorm(width, eps=1e-12)
        elif config.head != "none":
            outputs = 2 if config.head in ("pair", "span") else config.classes
            self.classifier = nn.Linear(width, outputs)
        for name, p in self.named_parameters():
            if p.ndim == 2:
                nn.init.normal_(p, std=0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(p)

    # --8<-- [start:forward]
    def features(self, tokens: Tensor, segments: Tensor | None = None) -> Tensor:  # (N, T)
        """Return what every token has gathered; nobody looks at padding."""
        segments = torch.zeros_like(tokens) if segments is None else segments
        if not torch.compiler.is_compiling():
            check_tokens(tokens.detach().cpu().numpy(), self.config)
            check_segments(tokens, segments)
        places = torch.arange(tokens.shape[1], device=tokens.device)
        x = self.word(tokens) + self.position(places) + self.segment(segments)  # (N, T, D)
        x = self.dropout(self.norm(x))
        for layer in self.layers:
            x = layer(x, mask=(tokens != 0)[:, None, None])
        return x  # (N, T, D)

    def pool(self, x: Tensor) -> Tensor:  # (N, T, D)
        """Return what stands for the whole text: a layer on what the first token has gathered."""
        return torch.tanh(self.pooler(x[:, 0]))  # (N, D)

    def forward(self, tokens: Tensor, segments: Tensor | None = None) -> Tensor:  # (N, T)
        """Return what the head says."""
        x = self.features(tokens, segments)  # (N, T, D)
        head = self.config.head
        if head == "none":
            return x
        if head == "masked":
            x = self.norm2(F.gelu(self.transform(x)))
            return F.linear(x, self.word.weight, self.output_bias)  # (N, T, V)
        if self.config.pooled:
            return self.classifier(self.dropout(self.pool(x)))  # (N, K)
        return self.classifier(self.dropout(x))  # (N, T, K)

    # --8<-- [end:forward]


# --8<-- [end:model]
