"""GPT-2: Radford et al. (2019), Language Models are Unsupervised Multitask Learners; GPT: Radford et al. (2018).

    code            paper / published code   shape       meaning
    tokens          U                        (N, T)      the text so far
    wte.weight      W_e                      (V, D)      what a token is; also the output's weights
    wpe.weight      W_p                      (P, D)      where it stands
    layers.l        transformer_block        (N, T, D)   pre-norm layer of `models/transformer`, causal, GELU
    norm            ln_f                     (N, T, D)   the last norm
    output                                   (N, T, V)   logits of the next token at every place

The first weights are the paper's: normal with 0.02, those that end in the sum of the layers divided by √(2 · layers)
(section 2.3); the published code takes 0.01 for wpe. Deviations: queries, keys and values are three layers, where the
published code has one; it drops shares of attention, this one entries after the activation. GELU is the approximation
by tanh, as there.
"""

from typing import Any

import numpy as np

from ... import nn
from ...autodiff import Tensor, no_grad
from ...autodiff import functional as F
from ...text.decoding import sample
from ..transformer.numpy_layers import EncoderLayer, check_tokens
from .config import GPTConfig


# --8<-- [start:model]
class GPT(nn.Module):
    """Layers of causal attention; returns logits of the next token at every place.

    Shape:
        tokens (N, T), integers -> (N, T, V)

    >>> model = GPT(GPTConfig.tiny(), rng=np.random.default_rng(0))
    >>> model([[3, 1, 4, 1, 5]]).shape
    (1, 5, 11)
    """

    def __init__(self, config: GPTConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or GPTConfig()
        width = config.embed_dim
        self.config = config
        self.wte = nn.Embedding(config.vocabulary, width, rng=rng)
        self.wpe = nn.Embedding(config.positions, width, rng=rng)
        self.dropout = nn.Dropout(config.dropout, rng=rng)
        self.layers = [
            EncoderLayer(
                width,
                config.heads,
                4 * width,
                activation=nn.GELU("tanh"),
                norm_first=True,
                dropout=config.dropout,
                rng=rng,
            )
            for _ in range(config.layers)
        ]
        self.norm = nn.LayerNorm(width)
        initialize(self, rng)

    # --8<-- [start:forward]
    def forward(self, tokens: Any, caches: list[nn.Cache] | None = None) -> Tensor:  # (N, T)
        """Return the logits of what follows each token; with `caches`, tokens go on where the last call ended."""
        start = len(caches[0]) if caches else 0
        tokens = check_tokens(tokens, self.config, start)
        places = start + np.arange(tokens.shape[1])
        x = self.dropout(self.wte(tokens) + self.wpe(places))  # (N, T, D)
        each: list[Any] = [*caches] if caches else [None] * len(self.layers)
        for layer, cache in zip(self.layers, each, strict=True):
            x = layer(x, causal=True, cache=cache)
        return F.linear(self.norm(x), self.wte.weight)  # (N, T, V)

    # --8<-- [end:forward]

    # --8<-- [start:generate]
    def step(self, tokens: Any, state: Any) -> tuple[np.ndarray, Any]:
        """Return the logits (B, V) of what follows the tokens (B,) or (B, T), and the state to go on with."""
        caches = (
            [nn.Cache(*pair) for pair in state] if state else [nn.Cache() for _ in self.layers]
        )
        tokens = np.asarray(tokens)
        with no_grad():
            logits = self(tokens[:, None] if tokens.ndim == 1 else tokens, caches)
        return logits.numpy()[:, -1], [(cache.keys, cache.values) for cache in caches]

    def generate(
        self, prompt: Any, length: int, *, rng: np.random.Generator, **choices: Any
    ) -> np.ndarray:
        """Return texts that go on for `length` tokens, (N, T + length); the prompt is kept.

        Args:
            prompt: the beginnings, (N, T).
            length: how many tokens to draw; with the prompt not more than `positions`.
            rng: draws them.
            **choices: temperature, top_k, top_p, repetition_penalty, end; see `text.decoding.sample`.
        """
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


def initialize(model: GPT, rng: np.random.Generator) -> None:
    """Draw the first weights as the paper does, in place.

    >>> config = GPTConfig(vocabulary=50, positions=8, embed_dim=64, heads=4, layers=2)
    >>> layer = GPT(config, rng=np.random.default_rng(0)).layers[0]
    >>> [round(float(p.data.std()), 3) for p in (layer.linear1.weight, layer.linear2.weight)]
    [0.02, 0.01]
    """
    for name, p in model.named_parameters():
        if name.endswith("weight") and p.ndim == 2:
            last = name.endswith(("out_proj.weight", "linear2.weight"))
            scale = 0.02 / (2 * len(model.layers)) ** 0.5 if last else 0.02
            p.data = rng.normal(0, scale, size=p.shape).astype(np.float32)
        elif name.endswith("bias"):
            p.data = np.zeros(p.shape, np.float32)
