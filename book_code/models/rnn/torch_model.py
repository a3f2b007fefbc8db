"""Recurrent network in PyTorch: Elman (1990), Finding structure in time, doi:10.1207/s15516709cog1402_1.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the paper.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from .config import RNNConfig, SequenceConfig


# --8<-- [start:frame]
class SequenceModel(nn.Module):
    """Something in, a recurrent core, a linear head at every step or on the last state."""

    def __init__(self, config: SequenceConfig, core: nn.Module):
        super().__init__()
        c = self.config = config
        self.embedding = None
        if c.vocabulary is not None:
            self.embedding = nn.Embedding(c.vocabulary, c.in_features)
        self.rnn = core
        self.head = nn.Linear(c.directions * c.hidden, c.outputs)
        self.dropout = nn.Dropout(c.dropout)

    # --8<-- [start:forward]
    def forward(self, x: Tensor, lengths: Any = None) -> Tensor:  # (N, T) tokens or (N, T, E)
        """Return the outputs at every step, or for the whole sequence.

        Args:
            x: tokens, or numbers.
            lengths: number of real steps of each sequence, (N,); what follows is padding.
        """
        outputs, state = run(self.rnn, self.inputs(x), lengths=lengths)  # (N, T, D·H)
        if self.config.head == "last":
            outputs = self.last(state)  # (N, D·H)
        return self.head(self.dropout(outputs))  # (N, T, K) or (N, K)

    def inputs(self, x: Tensor) -> Tensor:  # (N, T) tokens or (N, T, E)
        """Return what goes into the core."""
        return x if self.embedding is None else self.dropout(self.embedding(x))  # (N, T, E)

    def last(self, state: Any) -> Tensor:  # (layers·D, N, H)
        """Return the last layer's state, both directions side by side."""
        h = state[0] if isinstance(state, tuple) else state
        sides = self.config.directions
        return torch.cat([h[i] for i in range(-sides, 0)], dim=1)  # (N, D·H)

    # --8<-- [end:forward]

    @torch.no_grad()
    def step(self, x: Any, state: Any = None) -> tuple[Tensor, Any]:  # (N,) or (N, E)
        """Return the outputs of one more step and the new state, each part (N, layers, H).

        What `text.decoding` asks for: `greedy(model.step, start, length=20)`.
        """
        if self.config.bidirectional:
            raise ValueError("a bidirectional model needs the whole sequence; it has no step")
        x = torch.as_tensor(x, device=self.head.weight.device)
        outputs, new = self.rnn(self.inputs(x[:, None]), turned(state))
        return self.head(self.dropout(outputs[:, 0])), turned(new)

    @torch.no_grad()
    def forecast(self, x: Tensor, steps: int) -> Tensor:  # (N, T, E), K = E
        """Return the next values of a series, (N, steps, E), each made from those before it."""
        if self.embedding is not None or self.config.outputs != self.config.in_features:
            raise ValueError("forecast needs numbers that go in and as many that come out")
        series = x
        for _ in range(steps):
            out = self(series)
            out = out[:, -1:] if self.config.head == "step" else out[:, None]
            series = torch.cat([series, out], dim=1)  # one step longer
        return series[:, series.shape[1] - steps :]


# --8<-- [end:frame]


def run(core: nn.Module, x: Tensor, state: Any = None, lengths: Any = None) -> tuple[Any, Any]:
    """Return outputs and state of a recurrent layer; with lengths, of packed sequences."""
    if lengths is None:
        return core(x, state)
    lengths = torch.as_tensor(lengths).cpu()
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    packed, state = core(packed, state)
    return pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])[0], state


def turned(state: Any) -> Any:
    """Return the state with the axes of layers and of examples exchanged."""
    if state is None:
        return None
    if isinstance(state, tuple):
        return tuple(part.transpose(0, 1).contiguous() for part in state)
    return state.transpose(0, 1).contiguous()


def core_settings(config: SequenceConfig) -> dict[str, Any]:
    """Return what PyTorch's recurrent layers are made with."""
    c = config
    return {
        "input_size": c.in_features,
        "hidden_size": c.hidden,
        "num_layers": c.layers,
        "dropout": c.dropout if c.layers > 1 else 0.0,  # there is none after the last layer
        "bidirectional": c.bidirectional,
        "batch_first": True,
    }


# --8<-- [start:model]
class RNN(SequenceModel):
    """A sequence model with Elman's layer: h' = tanh(W_x x + b_x + W_h h + b_h)."""

    def __init__(self, config: RNNConfig | None = None):
        c = config or RNNConfig()
        super().__init__(c, nn.RNN(**core_settings(c), nonlinearity=c.nonlinearity))


# --8<-- [end:model]
