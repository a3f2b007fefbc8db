"""Mamba: Gu and Dao (2023), Linear-Time Sequence Modeling with Selective State Spaces, arXiv:2312.00752.

    code              paper      shape            meaning
    x                 x          (B, L, I)        what comes in, I channels
    A                 A          (I, N)           how fast every number of the state is forgotten; -exp(A_log)
    b, c              B, C       (B, L, N)        what of x is written, and what is read; chosen by x itself
    dt                Δ          (B, L, I)        how long a token lasts; near 0 it is passed over
    decay             Ā          (B, L, I, N)     exp(Δ A)
    written           B̄ x        (B, L, I, N)     Δ B x
    h                 h_t        (B, I, N)        the state: h_t = Ā h_(t-1) + B̄ x_t
    D                 D          (I,)             what of x goes straight through

Names of parameters are those of the published code. As there, B̄ is Δ B, the first term of equation 4, and the
output's weights are those of the embedding. Deviation: the scan goes step by step; the paper's kernel does the same
sums in parallel.
"""

from typing import Any

import numpy as np

from ... import nn
from ...autodiff import Tensor, no_grad
from ...autodiff import functional as F
from ..gpt.numpy_model import GPT
from ..transformer.numpy_layers import check_tokens
from .config import SelectiveSSMConfig


class State:
    """What a layer remembers of the tokens so far: the last inputs of the convolution, and h.

    >>> State().h is None
    True
    """

    def __init__(self, recent: Any = None, h: Any = None):
        self.recent, self.h = recent, h


# --8<-- [start:scan]
def scan(decay: Tensor, written: Tensor, h: Tensor) -> Tensor:
    """Return all states of h_t = decay_t · h_(t-1) + written_t, one after the other.

    Shape:
        decay, written (B, L, I, N), h (B, I, N) -> (B, L, I, N).

    >>> half, one = Tensor(np.full((1, 3, 1, 1), 0.5)), Tensor(np.ones((1, 3, 1, 1)))
    >>> scan(half, one, Tensor(np.zeros((1, 1, 1)))).data.ravel().tolist()
    [1.0, 1.5, 1.75]
    """
    states = []
    for t in range(decay.shape[1]):
        h = decay[:, t] * h + written[:, t]  # (B, I, N)
        states.append(h)
    return F.stack(states, axis=1)  # (B, L, I, N)


# --8<-- [end:scan]


# --8<-- [start:mixer]
class SelectiveMixer(nn.Module):
    """A short convolution, then a state that chooses by its input what to keep, times a gate.

    Shape:
        (B, L, D) -> (B, L, D).

    >>> mixer = SelectiveMixer(SelectiveSSMConfig.tiny(), rng=np.random.default_rng(0))
    >>> mixer(Tensor(np.zeros((2, 5, 4), np.float32))).shape
    (2, 5, 4)
    """

    def __init__(self, config: SelectiveSSMConfig, *, rng: np.random.Generator):
        super().__init__()
        inner, size, rank = config.inner, config.state_size, config.rank
        self._sizes = [rank, size, size]
        rates = np.tile(np.log(np.arange(1, size + 1, dtype=np.float32)), (inner, 1))
        self.A_log = Tensor(rates, requires_grad=True)  # A = -1, -2, ...: S4D-real
        self.D = Tensor(np.ones(inner, np.float32), requires_grad=True)
        self.in_proj = nn.Linear(config.embed_dim, 2 * inner, bias=False, rng=rng)
        self.conv1d = nn.Conv1d(inner, inner, config.conv_kernel, groups=inner, rng=rng)
        self.x_proj = nn.Linear(inner, sum(self._sizes), bias=False, rng=rng)
        self.dt_proj = nn.Linear(rank, inner, rng=rng)
        self.dt_proj.bias = Tensor(first_steps(inner, rng=rng), requires_grad=True)
        self.out_proj = nn.Linear(inner, config.embed_dim, bias=False, rng=rng)

    def forward(self, x: Tensor, state: State | None = None) -> Tensor:  # (B, L, D)
        """Return what the layer says of every token; with a state, tokens go on where the last call ended."""
        inner = self.D.size
        x, gate = F.split(self.in_proj(x), inner, axis=2)  # (B, L, I) each
        x = F.silu(self.convolved(x, state))
        dt, b, c = F.split(self.x_proj(x), self._sizes, axis=2)  # (B, L, rank), (B, L, N) twice
        dt = F.softplus(self.dt_proj(dt))  # (B, L, I)
        decay = F.exp(dt[..., None] * -F.exp(self.A_log))  # (B, L, I, N)
        written = (dt * x)[..., None] * b[:, :, None]  # (B, L, I, N)
        h = Tensor(np.zeros(decay[:, 0].shape, decay.dtype))  # (B, I, N)
        if state is not None and state.h is not None:
            h = state.h
        states = scan(decay, written, h)  # (B, L, I, N)
        if state is not None:
            state.h = states[:, -1].detach()
        y = (states * c[:, :, None]).sum(axis=3) + self.D * x  # (B, L, I)
        return self.out_proj(y * F.silu(gate))  # (B, L, D)

    def convolved(self, x: Tensor, state: State | None) -> Tensor:  # (B, L, I)
        """Return what the convolution makes of each token and the few before it."""
        kernel = self.conv1d.weight.shape[2]
        before = Tensor(np.zeros((len(x), kernel - 1, x.shape[2]), x.dtype))
        if state is not None and state.recent is not None:
            before = state.recent
        x = F.concatenate([before, x], axis=1)  # (B, kernel - 1 + L, I)
        if state is not None:
            state.recent = x[:, x.shape[1] - kernel + 1 :].detach()
        return self.conv1d(x.transpose(0, 2, 1)).transpose(0, 2, 1)  # (B, L, I)


def first_steps(
    count: int, low: float = 0.001, high: float = 0.1, *, rng: np.random.Generator
) -> np.ndarray:
    """Return biases whose softplus is spread between two time steps, evenly in their logarithm.

    >>> steps = np.log1p(np.exp(first_steps(1000, rng=np.random.default_rng(0))))
    >>> bool(0.001 <= steps.min() < 0.0011 and 0.09 < steps.max() <= 0.1)
    True
    """
    steps = np.exp(rng.uniform(np.log(low), np.log(high), size=count))
    return (steps + np.log(-np.expm1(-steps))).astype(np.float32)


# --8<-- [end:mixer]


# --8<-- [start:model]
class Layer(nn.Module):
    """A mixer after a norm, with a way past it.

    Shape:
        (B, L, D) -> (B, L, D).
    """

    def __init__(self, config: SelectiveSSMConfig, *, rng: np.random.Generator):
        super().__init__()
        self.norm = nn.RMSNorm(config.embed_dim, eps=config.eps)
        self.mixer = SelectiveMixer(config, rng=rng)

    def forward(self, x: Tensor, state: State | None = None) -> Tensor:
        """Return the tokens, each with what the mixer says."""
        return x + self.mixer(self.norm(x), state)


class SelectiveSSM(nn.Module):
    """A language model of selective state spaces; returns logits of the next token at every place.

    Shape:
        tokens (B, L), integers -> (B, L, V).

    >>> model = SelectiveSSM(SelectiveSSMConfig.tiny(), rng=np.random.default_rng(0))
    >>> model([[3, 1, 4, 1, 5]]).shape
    (1, 5, 11)
    """

    def __init__(self, config: SelectiveSSMConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or SelectiveSSMConfig()
        self.config = config
        self.embeddings = nn.Embedding(config.vocabulary, config.embed_dim, rng=rng)
        self.embeddings.weight.data *= np.float32(0.02)
        self.layers = [Layer(config, rng=rng) for _ in range(config.layers)]
        self.norm_f = nn.RMSNorm(config.embed_dim, eps=config.eps)

    def forward(self, tokens: Any, states: list[State] | None = None) -> Tensor:  # (B, L)
        """Return the logits of what follows each token; with `states`, tokens go on where the last call ended."""
        x = self.embeddings(check_tokens(tokens, self.config))  # (B, L, D)
        each: list[Any] = [*states] if states else [None] * len(self.layers)
        for layer, state in zip(self.layers, each, strict=True):
            x = layer(x, state)
        return F.linear(self.norm_f(x), self.embeddings.weight)  # (B, L, V)

    def step(self, tokens: Any, state: Any) -> tuple[np.ndarray, Any]:
        """Return the logits (B, V) of what follows the tokens (B,) or (B, L), and the state to go on with."""
        states = [State(*pair) for pair in state] if state else [State() for _ in self.layers]
        tokens = np.asarray(tokens)
        with no_grad():
            logits = self(tokens[:, None] if tokens.ndim == 1 else tokens, states)
        return logits.numpy()[:, -1], [(each.recent, each.h) for each in states]

    generate = GPT.generate


# --8<-- [end:model]
