"""Mamba in PyTorch: the names, shapes and results of `numpy_model.py` (Gu and Dao 2023, arXiv:2312.00752)."""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..gpt.torch_model import GPT
from ..transformer.numpy_layers import check_tokens
from .config import SelectiveSSMConfig
from .numpy_model import State


# --8<-- [start:scan]
def scan(decay: Tensor, written: Tensor, h: Tensor) -> Tensor:
    """Return all states of h_t = decay_t · h_(t-1) + written_t, one after the other."""
    states = []
    for t in range(decay.shape[1]):
        h = decay[:, t] * h + written[:, t]  # (B, I, N)
        states.append(h)
    return torch.stack(states, dim=1)  # (B, L, I, N)


# --8<-- [end:scan]


# --8<-- [start:mixer]
class SelectiveMixer(nn.Module):
    """A short convolution, then a state that chooses by its input what to keep, times a gate."""

    def __init__(self, config: SelectiveSSMConfig):
        super().__init__()
        inner, size, rank = config.inner, config.state_size, config.rank
        self._sizes = [rank, size, size]
        self.A_log = nn.Parameter(torch.arange(1.0, size + 1).log().repeat(inner, 1))
        self.D = nn.Parameter(torch.ones(inner))
        self.in_proj = nn.Linear(config.embed_dim, 2 * inner, bias=False)
        self.conv1d = nn.Conv1d(inner, inner, config.conv_kernel, groups=inner)
        self.x_proj = nn.Linear(inner, sum(self._sizes), bias=False)
        self.dt_proj = nn.Linear(rank, inner)
        self.dt_proj.bias = nn.Parameter(first_steps(inner))
        self.out_proj = nn.Linear(inner, config.embed_dim, bias=False)

    def forward(self, x: Tensor, state: State | None = None) -> Tensor:  # (B, L, D)
        """Return what the layer says of every token; with a state, tokens go on where the last call ended."""
        x, gate = self.in_proj(x).chunk(2, dim=2)  # (B, L, I) each
        x = F.silu(self.convolved(x, state))
        dt, b, c = self.x_proj(x).split(self._sizes, dim=2)  # (B, L, rank), (B, L, N) twice
        dt = F.softplus(self.dt_proj(dt))  # (B, L, I)
        decay = torch.exp(dt[..., None] * -torch.exp(self.A_log))  # (B, L, I, N)
        written = (dt * x)[..., None] * b[:, :, None]  # (B, L, I, N)
        h = torch.zeros_like(decay[:, 0])  # (B, I, N)
        if state is not None and state.h is not None:
            h = state.h
        states = scan(decay, written, h)  # (B, L, I, N)
        if state is not None:
            state.h = states[:, -1].detach()
        y = (states * c[:, :, None]).sum(dim=3) + self.D * x  # (B, L, I)
        return self.out_proj(y * F.silu(gate))  # (B, L, D)

    def convolved(self, x: Tensor, state: State | None) -> Tensor:  # (B, L, I)
        """Return what the convolution makes of each token and the few before it."""
        kernel = self.conv1d.weight.shape[2]
        before = x.new_zeros(len(x), kernel - 1, x.shape[2])
        if state is not None and state.recent is not None:
            before = state.recent
        x = torch.cat([before, x], dim=1)  # (B, kernel - 1 + L, I)
        if state is not None:
            state.recent = x[:, x.shape[1] - kernel + 1 :].detach()
        return self.conv1d(x.mT).mT  # (B, L, I)


def first_steps(count: int, low: float = 0.001, high: float = 0.1) -> Tensor:
    """Return biases whose softplus is spread between two time steps, evenly in their logarithm."""
    steps = torch.exp(torch.empty(count).uniform_(np.log(low), np.log(high)))
    return steps + torch.log(-torch.expm1(-steps))


# --8<-- [end:mixer]


# --8<-- [start:model]
class Layer(nn.Module):
    """A mixer after a norm, with a way past it."""

    def __init__(self, config: SelectiveSSMConfig):
        super().__init__()
        self.norm = nn.RMSNorm(config.embed_dim, eps=config.eps)
        self.mixer = SelectiveMixer(config)

    def forward(self, x: Tensor, state: State | None = None) -> Tensor:
        """Return the tokens, each with what the mixer says."""
        return x + self.mixer(self.norm(x), state)


class SelectiveSSM(nn.Module):
    """A language model of selective state spaces; returns logits of the next token at every place."""

    def __init__(self, config: SelectiveSSMConfig | None = None):
        super().__init__()
        config = config or SelectiveSSMConfig()
        self.config = config
        self.embeddings = nn.Embedding(config.vocabulary, config.embed_dim)
        nn.init.normal_(self.embeddings.weight, std=0.02)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.norm_f = nn.RMSNorm(config.embed_dim, eps=config.eps)

    def forward(self, tokens: Tensor, states: list[State] | None = None) -> Tensor:  # (B, L)
        """Return the logits of what follows each token; with `states`, tokens go on where the last call ended."""
        check_tokens(tokens.detach().cpu().numpy(), self.config)
        x = self.embeddings(tokens)  # (B, L, D)
        each: list[Any] = [*states] if states else [None] * len(self.layers)
        for layer, state in zip(self.layers, each, strict=True):
            x = layer(x, state)
        return F.linear(self.norm_f(x), self.embeddings.weight)  # (B, L, V)

    def step(self, tokens: Any, state: Any) -> tuple[np.ndarray, Any]:
        """Return the logits (B, V) of what follows the tokens (B,) or (B, L), and the state to go on with."""
        states = [State(*pair) for pair in state] if state else [State() for _ in self.layers]
        given = torch.as_tensor(np.asarray(tokens), device=self.embeddings.weight.device)
        with torch.no_grad():
            logits = self(given[:, None] if given.ndim == 1 else given, states)
        return logits[:, -1].float().cpu().numpy(), [(s.recent, s.h) for s in states]

    generate = GPT.generate


# --8<-- [end:model]
