"""BERT: Devlin et al. (2018), Pre-training of Deep Bidirectional Transformers, arXiv:1810.04805.

    code                 paper                shape       meaning
    tokens               input tokens         (N, T)      the first is [CLS]; 0 is padding
    segments             A and B              (N, T)      which sentence a token belongs to
    word, position,      the three            (N, T, D)   their sum is normalized (figure 2)
    segment
    layers.l             Transformer block    (N, T, D)   post-norm layer of `models/transformer`, GELU
    pooler               C                    (N, D)      tanh of a layer on the first token
    transform, norm2     -                    (N, T, D)   before the masked tokens' logits
    output_bias                               (V,)        the logits' weights are those of `word`

Deviations: in use none. In training the published code drops shares of attention, this one entries after the
activation; first weights are not cut at two standard deviations. One head at a time: pretraining adds the losses of a model with the head "masked" and one with the head
"pair" on the same body.
"""

from typing import Any

import numpy as np

from ... import init, nn
from ...autodiff import Tensor
from ...autodiff import functional as F
from ..transformer.numpy_layers import EncoderLayer, check_tokens
from .config import BERTConfig

IGNORED = -100  # the label of tokens that are not to be guessed


# --8<-- [start:model]
class BERT(nn.Module):
    """Layers of attention in both directions, and a head for the task.

    Shape:
        tokens (N, T), integers -> by the head: "masked" (N, T, V), "tokens" (N, T, K), "span" (N, T, 2),
        "sentence" (N, K), "pair" (N, 2), "none" (N, T, D)

    >>> model = BERT(BERTConfig.tiny(), rng=np.random.default_rng(0))
    >>> model([[3, 1, 4, 1, 5]]).shape
    (1, 5, 11)
    """

    def __init__(self, config: BERTConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or BERTConfig()
        width = config.embed_dim
        self.config = config
        if config.head == "masked":
            self.output_bias = Tensor(init.zeros((config.vocabulary,)), requires_grad=True)
        self.word = nn.Embedding(config.vocabulary, width, rng=rng)
        self.position = nn.Embedding(config.positions, width, rng=rng)
        self.segment = nn.Embedding(config.segments, width, rng=rng)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.dropout = nn.Dropout(config.dropout, rng=rng)
        self.layers = [
            EncoderLayer(
                width,
                config.heads,
                config.feedforward,
                activation=nn.GELU(),
                eps=1e-12,
                dropout=config.dropout,
                rng=rng,
            )
            for _ in range(config.layers)
        ]
        if config.pooled:
            self.pooler = nn.Linear(width, width, rng=rng)
        if config.head == "masked":
            self.transform = nn.Linear(width, width, rng=rng)
            self.norm2 = nn.LayerNorm(width, eps=1e-12)
        elif config.head != "none":
            outputs = 2 if config.head in ("pair", "span") else config.classes
            self.classifier = nn.Linear(width, outputs, rng=rng)
        for name, p in self.named_parameters():  # normal with 0.02, as in the published code
            if p.ndim == 2:
                p.data = rng.normal(0, 0.02, size=p.shape).astype(np.float32)
            elif name.endswith("bias"):
                p.data = np.zeros(p.shape, np.float32)

    # --8<-- [start:forward]
    def features(self, tokens: Any, segments: Any = None) -> Tensor:  # (N, T)
        """Return what every token has gathered; nobody looks at padding."""
        tokens = check_tokens(tokens, self.config)
        segments = np.zeros_like(tokens) if segments is None else segments
        check_segments(tokens, segments)
        places = np.arange(tokens.shape[1])
        x = self.word(tokens) + self.position(places) + self.segment(segments)  # (N, T, D)
        x = self.dropout(self.norm(x))
        for layer in self.layers:
            x = layer(x, mask=(tokens != 0)[:, None, None])
        return x  # (N, T, D)

    def pool(self, x: Tensor) -> Tensor:  # (N, T, D)
        """Return what stands for the whole text: a layer on what the first token has gathered."""
        return F.tanh(self.pooler(x[:, 0]))  # (N, D)

    def forward(self, tokens: Any, segments: Any = None) -> Tensor:  # (N, T)
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


def check_segments(tokens: Any, segments: Any) -> None:
    """Raise unless every token has a segment.

    >>> check_segments(np.zeros((1, 3)), [[0]])
    Traceback (most recent call last):
    ValueError: BERT expected a segment for each token, of shape (1, 3), got (1, 1)
    """
    if tuple(np.shape(segments)) != tuple(tokens.shape):
        raise ValueError(
            f"BERT expected a segment for each token, of shape {tuple(tokens.shape)}, "
            f"got {tuple(np.shape(segments))}"
        )


# --8<-- [start:mask]
def mask_tokens(
    tokens: Any,
    *,
    mask: int,
    vocabulary: int,
    special: tuple[int, ...] = (0,),
    share: float = 0.15,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Hide tokens that are to be guessed: section 3.1, "Masked LM".

    Of the chosen ones 80 % become the mask, 10 % any token that is not special, 10 % stay. Every token is chosen by a
    draw of its own; the published code takes exactly so many of each text.

    Args:
        tokens: texts (N, T).
        mask: the token that hides.
        vocabulary: number of tokens, to draw others from.
        special: tokens that are never chosen.
        share: how many are chosen.
        rng: draws.

    Returns:
        The texts with tokens hidden, and labels (N, T): the token where one was chosen, -100 elsewhere, which
        `losses.cross_entropy(..., ignore=-100)` leaves out.

    >>> hidden, labels = mask_tokens(np.full((1, 1000), 7), mask=4, vocabulary=9, rng=np.random.default_rng(0))
    >>> bool(0.12 < (labels == 7).mean() < 0.18), bool(np.all(hidden[labels == -100] == 7))
    (True, True)
    """
    tokens = np.asarray(tokens)
    if tokens.dtype.kind not in "iu":
        raise TypeError(f"mask_tokens expected tokens as integers, got {tokens.dtype}")
    if not 0 <= mask < vocabulary:
        raise ValueError(f"mask_tokens expected a mask from 0 to {vocabulary - 1}, got {mask}")
    if not 0 < share <= 1:
        raise ValueError(f"mask_tokens expected a share above 0, up to 1, got {share}")
    chosen = (rng.random(tokens.shape) < share) & ~np.isin(tokens, special)
    fate = rng.random(tokens.shape)
    ordinary = np.setdiff1d(
        np.arange(vocabulary), special
    )  # 0 would be padding, which nobody sees
    if not ordinary.size:
        raise ValueError("mask_tokens: every token of the vocabulary is special")
    others = rng.choice(ordinary, size=tokens.shape)
    hidden = np.where(chosen & (fate < 0.8), mask, tokens)
    hidden = np.where(chosen & (fate >= 0.8) & (fate < 0.9), others, hidden)
    return hidden, np.where(chosen, tokens, IGNORED)


# --8<-- [end:mask]


# --8<-- [start:span]
def best_span(logits: Any, longest: int = 30) -> tuple[np.ndarray, np.ndarray]:
    """Return where the likeliest answer begins and ends: section 4.2, the largest sum with start <= end.

    Args:
        logits: of the head "span", (N, T, 2).
        longest: how many tokens an answer may have.

    Returns:
        The first and the last token of each answer, (N,) each.

    >>> start, end = best_span(np.array([[[0, 9], [5, 0], [0, 4.0]]]))
    >>> start.tolist(), end.tolist()
    ([0], [0])
    """
    logits = np.asarray(logits.data if isinstance(logits, Tensor) else logits)
    if logits.ndim != 3 or logits.shape[1] == 0 or logits.shape[2] != 2 or longest < 1:
        raise ValueError(
            f"best_span expected logits of shape (N, T, 2) and a longest answer of at least 1 token, "
            f"got {logits.shape} and {longest}"
        )
    length = logits.shape[1]
    sums = logits[:, :, None, 0] + logits[:, None, :, 1]  # (N, T, T)
    allowed = np.tri(length, length, longest - 1, dtype=bool) & ~np.tri(
        length, length, -1, dtype=bool
    )
    best = np.where(allowed, sums, -np.inf).reshape(len(logits), -1).argmax(axis=1)
    start, end = np.divmod(best, length)
    return start, end


# --8<-- [end:span]
