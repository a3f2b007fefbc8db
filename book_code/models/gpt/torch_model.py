"""GPT-2 in PyTorch: the names, shapes and results of `numpy_model.py` (Radford et al. 2019)."""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...text.decoding import sample
from ..transformer.numpy_layers import check_tokens
from ..transformer.torch_layers import Cache, EncoderLayer
from .config import GPTConfig


# --8<-- [start:model]
class GPT(nn.Module):
    """Layers of causal attention; returns logits of the next token at every place."""

    def __init__(self, config: GPTConfig | None = None):
        super().__init__()
        config = config or GPTConfig()
        width = config.embed_dim
        self.config = config
        self.wte = nn.Embedding(config.vocabulary, width)
        self.wpe = nn.Embedding(config.positions, width)
        self.dropout = nn.Dropout(config.dropout)
        self.layers = nn.ModuleList(
            EncoderLayer(
                width,
                config.heads,
                4 * width,
                activation=nn.GELU("tanh"),
                norm_first=True,
                dropout=config.dropout,
            )
            for _ in range(config.layers)
        )
        self.norm = nn.LayerNorm(width)
        initialize(self)

    # --8<-- [start:forward]
    def forward(self, tokens: Tensor, caches: list[Cache] | None = None) -> Tensor:  # (N, T)
        """Return the logits of what follows each token; with `caches`, tokens go on where the last call ended."""
        start = len(caches[0]) if caches else 0
        if not torch.compiler.is_compiling():
            check_tokens(tokens.detach().cpu().numpy(), self.config, start)
        places = start + torch.arange(tokens.shape[1], device=tokens.device)
        x = self.dropout(self.wte(tokens) + self.wpe(places))  # (N, T, D)
        each: list[Any] = [*caches] if caches else [None] * len(self.layers)
        for layer, cache in zip(self.layers, each, strict=True):
            x = layer(x, causal=True, cache=cache)
        return F.linear(self.norm(x), self.wte.weight)  # (N, T, V)

    # --8<-- [end:forward]

    # --8<-- [start:generate]
    def step(self, tokens: Any, state: Any) -> tuple[np.ndarray, Any]:
        """Return the logits (B, V) of what follows the tokens (B,) or (B, T), and the state to go on with."""
        caches = [Cache(*pair) for pair in state] if state else [Cache() for _ in self.layers]
        given = torch.as_tensor(np.asarray(tokens), device=self.wte.weight.device)
        with torch.no_grad():
            logits = self(given[:, None] if given.ndim == 1 else given, caches)
        return logits[:, -1].float().cpu().numpy(), [(c.keys, c.values) for c in caches]

    def generate(
        self, prompt: Any, length: int, *, rng: np.random.Generator, **choices: Any
    ) -> np.ndarray:
        """Return texts that go on for `length` tokens, (N, T + length); the arguments are those of the NumPy version."""
        prompt = check_tokens(prompt, self.config)
        check_tokens(prompt, self.config, start=max(0, length - 1))
        was_training = self.training
        self.eval()
        try:
            state = self.step(prompt[:, :-1], None)[1] if prompt.shape[1] > 1 else None
            drawn = sample(self.step, prompt[:, -1], state, length=length, rng=rng, **choices)
        finally:
            self.train(was_training)
        return np.concatenate([prompt, drawn], axis=1)

    # --8<-- [end:generate]


# --8<-- [end:model]


def initialize(model: GPT) -> None:
    """Draw the first weights as the paper does, in place."""
    for name, p in model.named_parameters():
        if name.endswith("weight") and p.ndim == 2:
            last = name.endswith(("out_proj.weight", "linear2.weight"))
            nn.init.normal_(p, std=0.02 / (2 * len(model.layers)) ** 0.5 if last else 0.02)
        elif name.endswith("bias"):
            nn.init.zeros_(p)
