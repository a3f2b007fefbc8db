"""Recurrent network: Elman (1990), Finding structure in time, doi:10.1207/s15516709cog1402_1.

    code        paper            shape
    x           input units      (N, T) tokens, or (N, T, E) numbers
    embedding                    (V, E)       a vector for each token
    rnn         hidden units     (N, T, D·H)  D = 2 directions or 1
      state     context units    (layers·D, N, H): the hidden units of the step before
    head        output units     (N, T, K), or (N, K) from the last state

Deviations from the paper, all common today:

* the nonlinearity is tanh or ReLU, not the logistic function;
* gradients go back through all steps, where the paper takes the context units as a given input;
* tokens have trained vectors; there may be several layers, two directions, dropout.

`SequenceModel` is the frame of the LSTM and the GRU too: they put another core in.
"""

from typing import Any

import numpy as np

from ... import nn
from ...autodiff import Tensor, no_grad
from ...autodiff import functional as F
from ...nn.recurrent import LSTMState
from .config import RNNConfig, SequenceConfig


# --8<-- [start:frame]
class SequenceModel(nn.Module):
    """Something in, a recurrent core, a linear head at every step or on the last state."""

    def __init__(self, config: SequenceConfig, core: nn.Module, *, rng: np.random.Generator):
        super().__init__()
        c = self.config = config
        self.embedding = None
        if c.vocabulary is not None:
            self.embedding = nn.Embedding(c.vocabulary, c.in_features, rng=rng)
        self.rnn = core
        self.head = nn.Linear(c.directions * c.hidden, c.outputs, rng=rng)
        self.dropout = nn.Dropout(c.dropout, rng=rng)

    # --8<-- [start:forward]
    def forward(self, x: Any, lengths: Any = None) -> Tensor:  # (N, T) tokens or (N, T, E)
        """Return the outputs at every step, or for the whole sequence.

        Args:
            x: tokens, or numbers.
            lengths: number of real steps of each sequence, (N,); what follows is padding.
        """
        outputs, state = self.rnn(self.inputs(x), lengths=lengths)  # (N, T, D·H)
        if self.config.head == "last":
            outputs = self.last(state)  # (N, D·H)
        return self.head(self.dropout(outputs))  # (N, T, K) or (N, K)

    def inputs(self, x: Any) -> Any:  # (N, T) tokens or (N, T, E)
        """Return what goes into the core."""
        return x if self.embedding is None else self.dropout(self.embedding(x))  # (N, T, E)

    def last(self, state: Any) -> Tensor:  # (layers·D, N, H)
        """Return the last layer's state, both directions side by side."""
        h = state.h if isinstance(state, LSTMState) else state
        sides = self.config.directions
        return F.concatenate([h[i] for i in range(-sides, 0)], axis=1)  # (N, D·H)

    # --8<-- [end:forward]

    def step(self, x: Any, state: Any = None) -> tuple[Tensor, Any]:  # (N,) or (N, E)
        """Return the outputs of one more step and the new state, each part (N, layers, H).

        What `text.decoding` asks for: `greedy(model.step, start, length=20)`.
        """
        if self.config.bidirectional:
            raise ValueError("a bidirectional model needs the whole sequence; it has no step")
        x = x if isinstance(x, Tensor) else Tensor(x)
        with no_grad():
            outputs, new = self.rnn(
                self.inputs(x.reshape(len(x), 1, *x.shape[1:])), turned(state)
            )
            return self.head(self.dropout(outputs[:, 0])), turned(new)

    def forecast(self, x: Any, steps: int) -> np.ndarray:  # (N, T, E), K = E
        """Return the next values of a series, (N, steps, E), each made from those before it."""
        if self.embedding is not None or self.config.outputs != self.config.in_features:
            raise ValueError("forecast needs numbers that go in and as many that come out")
        series = np.asarray(x)
        with no_grad():
            for _ in range(steps):
                out = self(series).numpy()
                out = out[:, -1:] if self.config.head == "step" else out[:, None]
                series = np.concatenate([series, out], axis=1)  # one step longer
        return series[:, series.shape[1] - steps :]


# --8<-- [end:frame]


def turned(state: Any) -> Any:
    """Return the state with the axes of layers and of examples exchanged."""
    if state is None:
        return None
    if isinstance(state, tuple):
        return LSTMState(*(part.transpose(1, 0, 2) for part in state))
    return state.transpose(1, 0, 2)


# --8<-- [start:model]
class RNN(SequenceModel):
    """A sequence model with Elman's layer: h' = tanh(W_x x + b_x + W_h h + b_h).

    Shape:
        (N, T) tokens or (N, T, E) -> (N, T, K) with head="step", (N, K) with head="last"

    >>> model = RNN(RNNConfig(in_features=2, hidden=4, outputs=3), rng=np.random.default_rng(0))
    >>> model(np.zeros((5, 7, 2), np.float32)).shape
    (5, 3)
    """

    def __init__(self, config: RNNConfig | None = None, *, rng: np.random.Generator):
        c = config or RNNConfig()
        core = nn.RNN(
            c.in_features, c.hidden, c.layers, dropout=c.dropout, bidirectional=c.bidirectional,
            nonlinearity=c.nonlinearity, rng=rng,
        )  # fmt: skip
        super().__init__(c, core, rng=rng)


# --8<-- [end:model]
