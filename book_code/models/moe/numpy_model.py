"""Mixtures of experts: Shazeer et al. (2017), arXiv:1701.06538; Switch: Fedus et al. (2021), arXiv:2101.03961.

    code               paper     shape            meaning
    x                  x         (T, D)           tokens, all texts in a row
    router.weight      W_g       (E, D)           what each expert listens for
    scores             h(x)      (T, E)           logits of the router
    gates              G(x)      (T, k)           weights of the chosen experts
    chosen                       (T, k)           their numbers
    experts.e          E_e                        two layers with ReLU between them
    balance_loss       eq. 4     ()               of the Switch Transformer

Deviations from Shazeer: no noise on the scores; balance is asked for by Switch's loss, the simpler one. Deviations
from Switch: GPT's layers and positions, where the paper has T5's.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from ... import nn
from ...autodiff import Tensor, no_grad
from ...autodiff import functional as F
from ..gpt.numpy_model import GPT
from ..transformer.numpy_layers import check_tokens
from .config import MoEConfig


class Mixed(NamedTuple):
    """What experts say, and what the router thought of them."""

    out: Any  # (..., D); logits (N, T, V) from the model
    scores: Any  # (T, E); (layers, N · T, E) from the model


class Expert(nn.Module):
    """Two layers with ReLU between them: (T, D) -> (T, D)."""

    def __init__(self, embed_dim: int, feedforward: int, *, rng: np.random.Generator):
        super().__init__()
        self.linear1 = nn.Linear(embed_dim, feedforward, rng=rng)
        self.linear2 = nn.Linear(feedforward, embed_dim, rng=rng)

    def forward(self, x: Tensor) -> Tensor:
        """Return what this expert says."""
        return self.linear2(F.relu(self.linear1(x)))


# --8<-- [start:layer]
class MixtureOfExperts(nn.Module):
    """Sends every token to the k experts that the router finds best, and adds up what they say, weighted.

    An expert computes for its own tokens only: the work grows with k, the number of weights with E.

    Shape:
        (..., D) -> out (..., D), scores (T, E), with T tokens in all.

    >>> layer = MixtureOfExperts(8, 16, experts=4, k=2, rng=np.random.default_rng(0))
    >>> out, scores = layer(Tensor(np.ones((2, 5, 8), np.float32)))
    >>> out.shape, scores.shape
    ((2, 5, 8), (10, 4))
    """

    def __init__(
        self,
        embed_dim: int,
        feedforward: int,
        *,
        experts: int,
        k: int,
        normalized: bool = True,
        capacity: float | None = None,
        rng: np.random.Generator,
    ):
        super().__init__()
        check_choice(k, experts)
        self.k, self.normalized, self.capacity = k, normalized, capacity
        self.router = nn.Linear(embed_dim, experts, bias=False, rng=rng)
        self.experts = [Expert(embed_dim, feedforward, rng=rng) for _ in range(experts)]

    def forward(self, x: Tensor) -> Mixed:  # (..., D)
        """Return what the chosen experts say, and the router's scores."""
        tokens = x.reshape(-1, x.shape[-1])  # (T, D)
        scores = self.router(tokens)  # (T, E)
        chosen = top(scores.data, self.k)  # (T, k)
        if self.normalized:
            gates = F.softmax(picked(scores, chosen))  # (T, k)
        else:
            gates = picked(F.softmax(scores), chosen)  # (T, k)
        order, places, counts = dispatch(chosen, len(self.experts), self.capacity)
        sent = F.split(tokens[order // self.k], counts.tolist())  # E pieces (count, D)
        said = [expert(piece) for expert, piece in zip(self.experts, sent, strict=True)]
        nothing = np.zeros((1, x.shape[-1]), x.dtype)  # for who found no room
        said.append(Tensor(nothing))
        each = F.concatenate(said)[places]  # (T, k, D)
        out = (gates[..., None] * each).sum(axis=1)  # (T, D)
        return Mixed(out.reshape(x.shape), scores)


def check_choice(k: int, experts: int) -> None:
    """Raise unless k of the experts can be chosen.

    >>> check_choice(3, 2)
    Traceback (most recent call last):
    ValueError: a token cannot go to 3 of 2 experts
    """
    if not 1 <= k <= experts:
        raise ValueError(f"a token cannot go to {k} of {experts} experts")


def top(scores: np.ndarray, k: int) -> np.ndarray:
    """Return the numbers of the k highest scores of every row, the highest first.

    >>> top(np.array([[0.1, 0.7, 0.2]]), 2).tolist()
    [[1, 2]]
    """
    return np.argsort(-scores, axis=1, kind="stable")[:, :k]


def picked(scores: Tensor, chosen: np.ndarray) -> Tensor:
    """Return from every row the columns that were chosen: (T, E), (T, k) -> (T, k)."""
    return scores[np.arange(len(chosen))[:, None], chosen]


def dispatch(
    chosen: np.ndarray, experts: int, capacity: float | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Say which token goes where.

    Args:
        chosen: the experts of every token, (T, k).
        experts: how many there are.
        capacity: how many tokens an expert takes, as a multiple of its even share T · k / E, rounded up.

    Returns:
        The (token, choice) pairs, counted through, in the order of their experts; for every pair its place in
        that order (T, k), or the place after the last where it found no room; the number of each expert's tokens.

    >>> order, places, counts = dispatch(np.array([[1], [0], [1]]), 2, None)
    >>> order.tolist(), places.ravel().tolist(), counts.tolist()
    ([1, 0, 2], [1, 0, 2], [1, 2])
    >>> dispatch(np.array([[1], [0], [1]]), 2, 0.5)[0].tolist()
    [1, 0]
    """
    wanted = chosen.ravel()  # (T · k,)
    order = np.argsort(wanted, kind="stable")
    if capacity is not None:
        counts = np.bincount(wanted, minlength=experts)
        rank = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
        order = order[rank < math.ceil(capacity * len(order) / experts)]
    places = np.full(len(wanted), len(order))
    places[order] = np.arange(len(order))
    return order, places.reshape(chosen.shape), np.bincount(wanted[order], minlength=experts)


# --8<-- [end:layer]


# --8<-- [start:balance]
def balance_loss(scores: Tensor, k: int) -> Tensor:
    """Return E · Σ f_e · P_e: 1 when all experts get as much, E when one gets all (Switch, equation 4).

    f_e is the share of the choices that fell on expert e, P_e the mean probability that the router gives it; the
    gradient goes through P_e. Over several layers it is their mean.

    Args:
        scores: the router's, (T, E) or (layers, T, E).
        k: to how many experts a token goes.

    >>> balance_loss(Tensor([[9.0, 0.0], [0.0, 9.0]]), 1).data.round(4).tolist()
    1.0
    """
    if scores.ndim == 3:
        return F.stack([balance_loss(layer, k) for layer in scores]).mean()
    tokens, experts = scores.shape
    counts = np.bincount(top(scores.data, k).ravel(), minlength=experts)
    share = (counts / (tokens * k)).astype(scores.dtype)  # (E,)
    return experts * (F.softmax(scores).mean(axis=0) * share).sum()


# --8<-- [end:balance]


# --8<-- [start:model]
class Layer(nn.Module):
    """Attention among the tokens, then experts for each token by itself, both after a norm.

    Shape:
        (N, T, D) -> out (N, T, D), scores (N · T, E).
    """

    def __init__(self, config: MoEConfig, *, rng: np.random.Generator):
        super().__init__()
        self.self_attn = nn.MultiHeadAttention(config.embed_dim, config.heads, rng=rng)
        self.mixture = MixtureOfExperts(
            config.embed_dim,
            config.feedforward,
            experts=config.experts,
            k=config.experts_per_token,
            normalized=config.normalized,
            capacity=config.capacity,
            rng=rng,
        )
        self.norm1 = nn.LayerNorm(config.embed_dim)
        self.norm2 = nn.LayerNorm(config.embed_dim)

    def forward(self, x: Tensor, cache: nn.Cache | None = None) -> Mixed:  # (N, T, D)
        """Return the tokens, and the router's scores."""
        x = x + self.self_attn(self.norm1(x), causal=True, cache=cache)
        said, scores = self.mixture(self.norm2(x))
        return Mixed(x + said, scores)


class MoE(nn.Module):
    """A language model with experts; returns logits of the next token at every place, and the routers' scores.

    Shape:
        tokens (N, T), integers -> out (N, T, V), scores (layers, N · T, E).

    >>> model = MoE(MoEConfig.tiny(), rng=np.random.default_rng(0))
    >>> model([[3, 1, 4, 1, 5]]).out.shape
    (1, 5, 11)
    """

    def __init__(self, config: MoEConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or MoEConfig()
        self.config = config
        self.wte = nn.Embedding(config.vocabulary, config.embed_dim, rng=rng)
        self.wpe = nn.Embedding(config.positions, config.embed_dim, rng=rng)
        for table in (self.wte, self.wpe):
            table.weight.data *= np.float32(0.02)
        self.layers = [Layer(config, rng=rng) for _ in range(config.layers)]
        self.norm = nn.LayerNorm(config.embed_dim)

    def forward(self, tokens: Any, caches: list[nn.Cache] | None = None) -> Mixed:  # (N, T)
        """Return logits and scores; with `caches`, tokens go on where the last call ended."""
        start = len(caches[0]) if caches else 0
        tokens = check_tokens(tokens, self.config, start)
        x = self.wte(tokens) + self.wpe(start + np.arange(tokens.shape[1]))  # (N, T, D)
        each: list[Any] = [*caches] if caches else [None] * len(self.layers)
        scores = []
        for layer, cache in zip(self.layers, each, strict=True):
            x, routed = layer(x, cache)
            scores.append(routed)
        return Mixed(F.linear(self.norm(x), self.wte.weight), F.stack(scores))  # (N, T, V)

    def step(self, tokens: Any, state: Any) -> tuple[np.ndarray, Any]:
        """Return the logits (B, V) of what follows the tokens (B,) or (B, T), and the state to go on with."""
        caches = (
            [nn.Cache(*pair) for pair in state] if state else [nn.Cache() for _ in self.layers]
        )
        tokens = np.asarray(tokens)
        with no_grad():
            logits = self(tokens[:, None] if tokens.ndim == 1 else tokens, caches).out
        return logits.numpy()[:, -1], [(cache.keys, cache.values) for cache in caches]

    generate = GPT.generate


# --8<-- [end:model]
