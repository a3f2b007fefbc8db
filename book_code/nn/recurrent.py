"""Recurrent layers: one step after another, the same weights at every step.

All three are deep (`num_layers`), may read in both directions, and take sequences of different lengths: with
`lengths` a step after the end of a sequence changes nothing, so that outputs there are 0 and the last state
is that of the last real step, as with PyTorch's packed sequences. Names and layouts are PyTorch's:

    code              symbol   shape
    weight_ih_l0      W_x      (gates·H, input)      of layer 0; ..._l0_reverse reads from the end
    weight_hh_l0      W_h      (gates·H, H)
    bias_ih_l0        b_x      (gates·H,)
    bias_hh_l0        b_h      (gates·H,)
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np

from book_code import init
from book_code.autodiff import Tensor
from book_code.autodiff import functional as F
from book_code.autodiff.fused import fused
from book_code.nn.fast_recurrent import gru_layer, lstm_layer
from book_code.nn.module import Module, check_sizes, floating_input
from book_code.nn.scan import State, by_steps, real_steps


class Recurrence(NamedTuple):
    """What a recurrent layer gives.

    Attributes:
        outputs: the last layer's h at every step, (N, T, D·H) with D directions; 0 after the end of a sequence.
        state: where every layer and direction came to: h (layers·D, N, H), or `LSTMState(h, c)`.
    """

    outputs: Tensor
    state: Any


class LSTMState(NamedTuple):
    """The state of an LSTM: what it shows and what it keeps, (layers·D, N, H) both."""

    h: Tensor
    c: Tensor


class _Recurrent(Module):
    """What the three layers share: weights, layers, directions, lengths."""

    gates = 1
    parts = 1  # of the state
    layer: Callable[..., Tensor] = staticmethod(by_steps)  # or the same at one go

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        rng: np.random.Generator,
    ) -> None:
        check_sizes(type(self).__name__, input_size, hidden_size, num_layers)
        if not 0 <= dropout < 1:
            raise ValueError(
                f"{type(self).__name__} expected a dropout from 0 up to 1, got {dropout}"
            )
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.dropout, self.bidirectional = bias, dropout, bidirectional
        self.rng = rng
        rows, bound = self.gates * hidden_size, 1 / math.sqrt(hidden_size)
        for layer in range(num_layers):
            width = input_size if layer == 0 else hidden_size * self.directions
            shapes: dict[str, tuple[int, ...]] = {
                "weight_ih": (rows, width),
                "weight_hh": (rows, hidden_size),
            }
            if bias:
                shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
            for suffix in self._suffixes(layer):
                for name, shape in shapes.items():
                    first = init.uniform(shape, -bound, bound, rng=rng)
                    setattr(self, name + suffix, Tensor(first, requires_grad=True))

    @property
    def directions(self) -> int:
        """2 when it reads in both directions, else 1."""
        return 2 if self.bidirectional else 1

    # --8<-- [start:layers]
    def forward(self, x: Any, state: Any = None, lengths: Any = None) -> Recurrence:
        """Outputs at every step, and the last state.

        Args:
            x: inputs, (N, T, input).
            state: where to begin, as `Recurrence.state`; zeros when None.
            lengths: number of real steps of each sequence, (N,); all T when None.
        """
        x = floating_input(self, x, self._weight("weight_ih_l0"))
        self._check_input(x)
        mask = None if lengths is None else real_steps(lengths, *x.shape[:2])
        if mask is not None:  # what stands after an end is not read, not even a nan
            x = F.where(mask[:, :, None], x, 0.0)
        begin, ends = self._begin(state, x), []
        for layer in range(self.num_layers):
            if layer and self.dropout and self.training:
                x = F.dropout(x, self.dropout, rng=self.rng)
            sides = []
            for side, suffix in enumerate(self._suffixes(layer)):
                first = begin[layer * self.directions + side]
                outputs, end = self._one_layer(x, first, suffix, mask, reverse=side == 1)
                sides.append(outputs)  # (N, T, H)
                ends.append(end)
            x = sides[0] if len(sides) == 1 else F.concatenate(sides, axis=2)  # (N, T, D·H)
        last = [F.stack(part, axis=0) for part in zip(*ends, strict=True)]  # (layers·D, N, H)
        return Recurrence(x, last[0] if self.parts == 1 else LSTMState(*last))

    # --8<-- [end:layers]

    def step(self, inputs: Tensor, state: State, weight: Tensor, bias: Tensor | None) -> State:
        """The next state of one layer; every kind of layer writes its own."""
        raise NotImplementedError

    def _one_layer(
        self, x: Tensor, state: State, suffix: str, mask: Any, reverse: bool
    ) -> tuple[Tensor, State]:
        """One layer in one direction: all input products at once, then step by step."""
        inputs = F.linear(
            x.transpose(1, 0, 2),
            self._weight("weight_ih" + suffix),
            self._bias("bias_ih" + suffix),
        )  # (T, N, gates·H)
        weight, bias = self._weight("weight_hh" + suffix), self._bias("bias_hh" + suffix)
        real = None if mask is None else mask.T
        out = self.layer(
            inputs, weight, bias, *state, step=self.step, real=real, reverse=reverse
        )
        steps = len(inputs)
        last = tuple(out[steps + part] for part in range(self.parts))
        return out[:steps].transpose(1, 0, 2), last  # (N, T, H)

    def _weight(self, name: str) -> Tensor:
        return getattr(self, name)

    def _bias(self, name: str) -> Tensor | None:
        return getattr(self, name) if self.bias else None

    def _suffixes(self, layer: int) -> list[str]:
        return [f"_l{layer}", f"_l{layer}_reverse"][: self.directions]

    def _check_input(self, x: Tensor) -> None:
        if x.ndim != 3 or x.shape[2] != self.input_size or x.shape[1] == 0:
            hint = "; add the axis of the batch: x[None]" if x.ndim == 2 else ""
            raise ValueError(
                f"{type(self).__name__} expected sequences of shape (N, T, {self.input_size}) "
                f"with at least one step, got {x.shape}{hint}"
            )

    def _begin(self, state: Any, x: Tensor) -> list[State]:
        """The first state of every layer and direction."""
        count, shape = self.num_layers * self.directions, (len(x), self.hidden_size)
        if state is None:
            return [(Tensor(np.zeros(shape, x.dtype)),) * self.parts] * count
        given = state if isinstance(state, tuple) else (state,)
        given = tuple(p if isinstance(p, Tensor) else Tensor(p) for p in given)
        if [p.shape for p in given] != [(count, *shape)] * self.parts:
            parts = "one tensor" if self.parts == 1 else "two tensors (h, c)"
            raise ValueError(
                f"{type(self).__name__} expected a state of {parts} of shape {(count, *shape)}, "
                f"got {', '.join(str(p.shape) for p in given)}"
            )
        given = tuple(p if p.dtype == x.dtype else p.astype(x.dtype) for p in given)
        return [tuple(p[i] for p in given) for i in range(count)]

    def extra_repr(self) -> str:
        """Sizes."""
        more = ", bidirectional=True" if self.bidirectional else ""
        return f"{self.input_size}, {self.hidden_size}, num_layers={self.num_layers}{more}"


# --8<-- [start:rnn]
class RNN(_Recurrent):
    """h' = tanh(W_x x + b_x + W_h h + b_h): Elman's network.

    Args:
        input_size: numbers that come in at every step.
        hidden_size: numbers H of the state.
        num_layers: layers on top of each other; each reads what the one below puts out.
        bias: whether there are b_x and b_h.
        dropout: probability that an entry between two layers is dropped in training.
        bidirectional: whether a second network reads from the end to the beginning.
        nonlinearity: "tanh" or "relu".
        rng: where the first weights (uniform in ±1/√H) and what is dropped come from.

    Shape:
        (N, T, input) -> outputs (N, T, D·H), state (layers·D, N, H)

    References:
        J. Elman (1990). Finding structure in time. Cognitive Science 14(2).

    Examples:
        >>> layer = RNN(3, 5, rng=np.random.default_rng(0))
        >>> outputs, state = layer(np.zeros((2, 7, 3), np.float32))
        >>> outputs.shape, state.shape
        ((2, 7, 5), (1, 2, 5))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        dropout: float = 0.0,
        bidirectional: bool = False,
        nonlinearity: Literal["tanh", "relu"] = "tanh",
        *,
        rng: np.random.Generator,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNN's nonlinearity is 'tanh' or 'relu', got {nonlinearity!r}")
        self.nonlinearity = nonlinearity
        super().__init__(
            input_size, hidden_size, num_layers, bias, dropout, bidirectional, rng=rng
        )

    def step(self, inputs: Tensor, state: State, weight: Tensor, bias: Tensor | None) -> State:
        """The next state from W_x x + b_x (N, H) and this one."""
        (h,) = state
        total = inputs + _affine(h, weight, bias)
        return (total.tanh() if self.nonlinearity == "tanh" else total.relu(),)


# --8<-- [end:rnn]


# --8<-- [start:lstm]
class LSTM(_Recurrent):
    """Long short-term memory: gates i, f, o decide what the cell c takes in, keeps and shows.

        i, f, o = σ(W_x x + b_x + W_h h + b_h)     g = tanh(the same)      (rows in the order i, f, g, o)
        c' = f c + i g                             h' = o tanh(c')

    Args:
        input_size: numbers that come in at every step.
        hidden_size: numbers H of h and of c.
        num_layers: layers on top of each other; each reads what the one below puts out.
        bias: whether there are b_x and b_h.
        dropout: probability that an entry between two layers is dropped in training.
        bidirectional: whether a second network reads from the end to the beginning.
        rng: where the first weights (uniform in ±1/√H) and what is dropped come from.

    Shape:
        (N, T, input) -> outputs (N, T, D·H), state (h, c), each (layers·D, N, H)

    References:
        S. Hochreiter, J. Schmidhuber (1997). Long short-term memory. Neural Computation 9(8).
        F. Gers, J. Schmidhuber, F. Cummins (2000). Learning to forget. Neural Computation 12(10).

    Examples:
        >>> layer = LSTM(3, 5, bidirectional=True, rng=np.random.default_rng(0))
        >>> outputs, (h, c) = layer(np.zeros((2, 7, 3), np.float32))
        >>> outputs.shape, h.shape, c.shape
        ((2, 7, 10), (2, 2, 5), (2, 2, 5))
    """

    gates, parts = 4, 2
    layer = staticmethod(fused(by_steps)(lstm_layer))

    def step(self, inputs: Tensor, state: State, weight: Tensor, bias: Tensor | None) -> State:
        """The next state from W_x x + b_x (N, 4H) and this one."""
        h, c = state
        i, f, g, o = _split(inputs + _affine(h, weight, bias), 4)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c


# --8<-- [end:lstm]


# --8<-- [start:gru]
class GRU(_Recurrent):
    """Gated recurrent unit: r says how much of the past the proposal n sees, z how much of it stays.

        r, z = σ(W_x x + b_x + W_h h + b_h)        n = tanh(W_x x + b_x + r (W_h h + b_h))
        h' = (1 - z) n + z h                       (rows in the order r, z, n)

    As in PyTorch, r weighs the product W_h h; in the paper it weighs h before the product.

    Args:
        input_size: numbers that come in at every step.
        hidden_size: numbers H of the state.
        num_layers: layers on top of each other; each reads what the one below puts out.
        bias: whether there are b_x and b_h.
        dropout: probability that an entry between two layers is dropped in training.
        bidirectional: whether a second network reads from the end to the beginning.
        rng: where the first weights (uniform in ±1/√H) and what is dropped come from.

    Shape:
        (N, T, input) -> outputs (N, T, D·H), state (layers·D, N, H)

    References:
        K. Cho et al. (2014). Learning phrase representations using RNN encoder-decoder for
        statistical machine translation. EMNLP. arXiv:1406.1078

    Examples:
        >>> layer = GRU(3, 5, rng=np.random.default_rng(0))
        >>> layer(np.zeros((2, 7, 3), np.float32), lengths=[7, 4]).outputs.shape
        (2, 7, 5)
    """

    gates = 3
    layer = staticmethod(fused(by_steps)(gru_layer))

    def step(self, inputs: Tensor, state: State, weight: Tensor, bias: Tensor | None) -> State:
        """The next state from W_x x + b_x (N, 3H) and this one."""
        (h,) = state
        xr, xz, xn = _split(inputs, 3)
        hr, hz, hn = _split(_affine(h, weight, bias), 3)
        z = (xz + hz).sigmoid()
        n = (xn + (xr + hr).sigmoid() * hn).tanh()
        return (n + z * (h - n),)


# --8<-- [end:gru]


def _affine(h: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """W_h h + b_h, the weight already turned."""
    return h @ weight if bias is None else h @ weight + bias


def _split(x: Tensor, parts: int) -> tuple[Tensor, ...]:
    """The columns in equal parts."""
    width = x.shape[1] // parts
    return tuple(x[:, k * width : (k + 1) * width] for k in range(parts))
