"""What the encoder-decoder models in NumPy are made of: encoder, attention, and the handling of tokens.

The table of symbols stands in `numpy_model.py`.
"""

from typing import Any

import numpy as np

from ... import nn
from ...autodiff import Tensor
from ...autodiff import functional as F
from ...nn.recurrent import Recurrence
from .config import PAD, AttentionSeq2SeqConfig, TranslationConfig

CELLS = {"lstm": nn.LSTM, "gru": nn.GRU}


# --8<-- [start:encoder]
class Encoder(nn.Module):
    """Reads the source: (N, S) tokens -> outputs (N, S, M), state."""

    def __init__(
        self,
        c: TranslationConfig,
        bidirectional: bool,
        reverse: bool,
        *,
        rng: np.random.Generator,
    ):
        super().__init__()
        self.reverse = reverse
        self.embedding = nn.Embedding(c.source_vocabulary, c.embedding, rng=rng)
        self.rnn = CELLS[c.cell](
            c.embedding,
            c.hidden,
            c.layers,
            dropout=c.dropout,
            bidirectional=bidirectional,
            rng=rng,
        )
        self.dropout = nn.Dropout(c.dropout, rng=rng)

    def forward(self, source: np.ndarray) -> Recurrence:
        """Return the states at every token, and the last."""
        lengths = real_lengths(source)
        if self.reverse:
            source = reversed_rows(source, lengths)
        x = self.dropout(self.embedding(source))  # (N, S, E)
        return self.rnn(x, lengths=lengths)  # (N, S, M)


# --8<-- [end:encoder]


# --8<-- [start:attention]
class Attention(nn.Module):
    """How much each state of the decoder looks at each state of the encoder."""

    def __init__(self, c: AttentionSeq2SeqConfig, *, rng: np.random.Generator):
        super().__init__()
        self.kind = c.attention
        if c.attention == "additive":
            self.query = nn.Linear(c.hidden, c.units, rng=rng)  # W
            self.key = nn.Linear(c.memory, c.units, bias=False, rng=rng)  # U
            self.score = nn.Linear(c.units, 1, bias=False, rng=rng)  # v
        elif c.attention == "general":
            self.key = nn.Linear(c.memory, c.hidden, bias=False, rng=rng)  # W

    def keys(self, memory: Tensor) -> Tensor:  # (N, S, M)
        """Return the part that depends on the source alone, once for all steps."""
        return memory if self.kind == "dot" else self.key(memory)  # (N, S, A or H)

    def forward(self, s: Tensor, keys: Tensor, mask: np.ndarray) -> Tensor:
        """Return the weights of states s (N, T, H) over the source."""
        if self.kind == "additive":
            q = self.query(s)  # (N, T, A)
            n, steps, a = q.shape
            both = q.reshape(n, steps, 1, a) + keys.reshape(n, 1, -1, a)  # (N, T, S, A)
            scores = self.score(both.tanh()).reshape(n, steps, -1)  # (N, T, S)
        else:
            scores = s @ keys.transpose(0, 2, 1)  # (N, T, S)
        return F.softmax(F.where(mask[:, None], scores, -np.inf), axis=2)


# --8<-- [end:attention]


def tokens_of(x: Any) -> np.ndarray:
    """Return tokens as an array of integers, (N, length)."""
    x = x.data if isinstance(x, Tensor) else np.asarray(x)
    if x.ndim != 2 or x.dtype.kind not in "iu":
        raise ValueError(
            f"expected tokens, integers of shape (N, S); got {x.dtype} of {x.shape}"
        )
    return x


def real_lengths(source: np.ndarray) -> np.ndarray:
    """Return how many tokens each source has before its padding."""
    real = source != PAD
    lengths = real.sum(axis=1)
    if 0 in lengths or (real != (np.arange(source.shape[1]) < lengths[:, None])).any():
        raise ValueError(
            f"a source has at least one token, and padding ({PAD}) at its end only"
        )
    return lengths


def reversed_rows(source: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return every source turned round, its padding still at the end.

    >>> reversed_rows(np.array([[3, 4, 5], [6, 7, 0]]), np.array([3, 2])).tolist()
    [[5, 4, 3], [7, 6, 0]]
    """
    places = np.arange(source.shape[1])
    turned_places = np.where(places < lengths[:, None], lengths[:, None] - 1 - places, places)
    return np.take_along_axis(source, turned_places, axis=1)


def side_by_side(state: Tensor, layers: int) -> Tensor:  # (layers·D, N, H)
    """Return the states of both directions joined."""
    count, n, h = state.shape
    parts = state.reshape(layers, count // layers, n, h).transpose(0, 2, 1, 3)
    return parts.reshape(layers, n, -1)  # (layers, N, D·H)
