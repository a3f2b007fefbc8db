"""Mixtures of experts in PyTorch: the names, shapes and results of `numpy_model.py` (Shazeer et al. 2017)."""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..gpt.torch_model import GPT
from ..transformer.numpy_layers import check_tokens
from ..transformer.torch_layers import Cache, MultiHeadAttention
from .config import MoEConfig
from .numpy_model import Mixed, check_choice, dispatch


class Expert(nn.Module):
    """Two layers with ReLU between them."""

    def __init__(self, embed_dim: int, feedforward: int):
        super().__init__()
        self.linear1 = nn.Linear(embed_dim, feedforward)
        self.linear2 = nn.Linear(feedforward, embed_dim)

    def forward(self, x: Tensor) -> Tensor:
        """Return what this expert says."""
        return self.linear2(F.relu(self.linear1(x)))


# --8<-- [start:layer]
class MixtureOfExperts(nn.Module):
    """Sends every token to the k experts that the router finds best, and adds up what they say, weighted."""

    def __init__(
        self,
        embed_dim: int,
        feedforward: int,
        *,
        experts: int,
        k: int,
        normalized: bool = True,
        capacity: float | None = None,
    ):
        super().__init__()
        check_choice(k, experts)
        self.k, self.normalized, self.capacity = k, normalized, capacity
        self.router = nn.Linear(embed_dim, experts, bias=False)
        self.experts = nn.ModuleList(Expert(embed_dim, feedforward) for _ in range(experts))

    def forward(self, x: Tensor) -> Mixed:  # (..., D)
        """Return what the chosen experts say, and the router's scores."""
        tokens = x.reshape(-1, x.shape[-1])  # (T, D)
        scores = self.router(tokens)  # (T, E)
        chosen = top(scores, self.k)  # (T, k)
        if self.normalized:
            gates = scores.gather(1, chosen).softmax(dim=1)  # (T, k)
        else:
            gates = scores.softmax(dim=1).gather(1, chosen)  # (T, k)
        plan = dispatch(chosen.cpu().numpy(), len(self.experts), self.capacity)
        order, places, counts = (torch.from_numpy(part).to(x.device) for part in plan)
        sent = tokens[order // self.k].split(counts.tolist())  # E pieces (count, D)
        said = [expert(piece) for expert, piece in zip(self.experts, sent, strict=True)]
        said.append(torch.zeros_like(tokens[:1]))  # (1, D), for who found no room
        out = (gates[..., None] * torch.cat(said)[places]).sum(dim=1)  # (T, D)
        return Mixed(out.reshape(x.shape), scores)


def top(scores: Tensor, k: int) -> Tensor:
    """Return the numbers of the k highest scores of every row, the highest first."""
    return scores.argsort(dim=1, descending=True, stable=True)[:, :k]


# --8<-- [end:layer]


# --8<-- [start:balance]
def balance_loss(scores: Tensor, k: int) -> Tensor:
    """Return E · Σ f_e · P_e: 1 when all experts get as much, E when one gets all (Switch, equation 4)."""
    if scores.ndim == 3:
        return torch.stack([balance_loss(layer, k) for layer in scores]).mean()
    tokens, experts = scores.shape
    counts = top(scores, k).flatten().bincount(minlength=experts)
    share = counts.to(scores) / (tokens * k)  # (E,)
    return experts * (scores.softmax(dim=1).mean(dim=0) * share).sum()


# --8<-- [end:balance]


# --8<-- [start:model]
class Layer(nn.Module):
    """Attention among the tokens, then experts for each token by itself, both after a norm."""

    def __init__(self, config: MoEConfig):
        super().__init__()
        self.self_attn = MultiHeadAttention(config.embed_dim, config.heads)
        self.mixture = MixtureOfExperts(
            config.embed_dim,
            config.feedforward,
            experts=config.experts,
            k=config.experts_per_token,
            normalized=config.normalized,
            capacity=config.capacity,
        )
        self.norm1 = nn.LayerNorm(config.embed_dim)
        self.norm2 = nn.LayerNorm(config.embed_dim)

    def forward(self, x: Tensor, cache: Cache | None = None) -> Mixed:  # (N, T, D)
        """Return the tokens, and the router's scores."""
        x = x + self.self_attn(self.norm1(x), causal=True, cache=cache)
        said, scores = self.mixture(self.norm2(x))
        return Mixed(x + said, scores)


class MoE(nn.Module):
    """A language model with experts; returns logits of the next token at every place, and the routers' scores."""

    def __init__(self, config: MoEConfig | None = None):
        super().__init__()
        config = config or MoEConfig()
        self.config = config
        self.wte = nn.Embedding(config.vocabulary, config.embed_dim)
        self.wpe = nn.Embedding(config.positions, config.embed_dim)
        for table in (self.wte, self.wpe):
            nn.init.normal_(table.weight, std=0.02)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.embed_dim)

    def forward(self, tokens: Tensor, caches: list[Cache] | None = None) -> Mixed:  # (N, T)
        """Return logits and scores; with `caches`, tokens go on where the last call ended."""
        start = len(caches[0]) if caches else 0
        check_tokens(tokens.detach().cpu().numpy(), self.config, start)
        places = start + torch.arange(tokens.shape[1], device=tokens.device)
        x = self.wte(tokens) + self.wpe(places)  # (N, T, D)
        each: list[Any] = [*caches] if caches else [None] * len(self.layers)
        scores = []
        for layer, cache in zip(self.layers, each, strict=True):
            x, routed = layer(x, cache)
            scores.append(routed)
        return Mixed(F.linear(self.norm(x), self.wte.weight), torch.stack(scores))  # (N, T, V)

    def step(self, tokens: Any, state: Any) -> tuple[np.ndarray, Any]:
        """Return the logits (B, V) of what follows the tokens (B,) or (B, T), and the state to go on with."""
        caches = [Cache(*pair) for pair in state] if state else [Cache() for _ in self.layers]
        given = torch.as_tensor(np.asarray(tokens), device=self.wte.weight.device)
        with torch.no_grad():
            logits = self(given[:, None] if given.ndim == 1 else given, caches).out
        return logits[:, -1].float().cpu().numpy(), [(c.keys, c.values) for c in caches]

    generate = GPT.generate


# --8<-- [end:model]
