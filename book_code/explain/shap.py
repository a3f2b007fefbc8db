"""Shapley values, exact and by KernelSHAP: Lundberg and Lee (2017), arXiv:1705.07874; Shapley (1953).

code      paper       shape   meaning
masks     z'          (M, n)  coalitions
worth     f(h(z'))    (M,)    what they are worth
weight    pi_x'       (M,)    theorem 2: (n - 1) / (C(n, s) s (n - s)) for s players
return    phi         (n,)    the share of each player; together they make worth(all) - worth(none)
"""

from __future__ import annotations

import math

import numpy as np

from .games import Game

MOST = 12  # players of whom all coalitions are asked without being told to draw


# --8<-- [start:exact]
def exact_shapley(game: Game) -> np.ndarray:
    """Return what each player adds, averaged over all orders in which they could come.

    Args:
        game: of at most 16 players: 2^n coalitions are asked.

    >>> pair = Game(3, lambda shown: 2.0 * (shown[:, 0] & shown[:, 1]))
    >>> exact_shapley(pair).tolist()
    [1.0, 1.0, 0.0]
    """
    n = game.players
    if n > 16:
        raise ValueError(f"{n} players have 2^{n} coalitions: use kernel_shap with samples=")
    masks = all_coalitions(n)
    worth, size = game(masks), masks.sum(axis=1)
    shares = np.empty(n)
    for player in range(n):
        without = np.flatnonzero(~masks[:, player])
        joined = without + 2**player  # the same coalition with the player
        orders = [1 / (n * math.comb(n - 1, s)) for s in size[without]]
        shares[player] = np.sum(orders * (worth[joined] - worth[without]))
    return shares


def all_coalitions(n: int) -> np.ndarray:
    """Return all coalitions of n players, (2^n, n): row r has those whose bit of r is set.

    >>> all_coalitions(2).astype(int).tolist()
    [[0, 0], [1, 0], [0, 1], [1, 1]]
    """
    return (np.arange(2**n)[:, None] >> np.arange(n)) & 1 == 1


# --8<-- [end:exact]


# --8<-- [start:kernel]
def kernel_shap(
    game: Game, samples: int | None = None, *, rng: np.random.Generator | None = None
) -> np.ndarray:
    """Return Shapley values as the solution of a weighted regression.

    With all coalitions it is exact, with some of them an estimate; in both cases the shares add up to what all
    together are worth beyond nobody.

    Args:
        game: who plays, and for what.
        samples: how many coalitions are drawn, in pairs with their opposites; by default all of them are
            asked, which up to 12 players allow.
        rng: draws them.

    >>> pair = Game(3, lambda shown: 2.0 * (shown[:, 0] & shown[:, 1]) + 3.0 * shown[:, 2])
    >>> kernel_shap(pair).round(9).tolist()
    [1.0, 1.0, 3.0]
    """
    n = game.players
    nobody, everybody = game([[False] * n, [True] * n])
    if n == 1:
        return np.array([everybody - nobody])
    masks, weight = _asked(n, samples, rng)
    z, gain = masks.astype(np.float64), game(masks) - nobody
    # the last share is what the others leave, so that the sum is right: n - 1 unknowns
    a = z[:, :-1] - z[:, -1:]  # (M, n - 1)
    b = gain - z[:, -1] * (everybody - nobody)
    root = np.sqrt(weight)
    shares, _, rank, _ = np.linalg.lstsq(root[:, None] * a, root * b, rcond=None)
    if rank < n - 1:
        raise ValueError(
            f"{len(masks)} coalitions do not tell {n} players apart: take more samples"
        )
    return np.append(shares, everybody - nobody - shares.sum())


# --8<-- [end:kernel]


def _asked(
    n: int, samples: int | None, rng: np.random.Generator | None
) -> tuple[np.ndarray, np.ndarray]:
    """The coalitions, neither nobody nor everybody, and how much each counts."""
    sizes = np.arange(1, n)
    mass = (n - 1) / (sizes * (n - sizes))  # the kernel, summed over the coalitions of a size
    if samples is None:
        if n > MOST:
            raise ValueError(f"{n} players have 2^{n} coalitions: say how many samples to draw")
        masks = all_coalitions(n)[1:-1]
        each = mass / [math.comb(n, s) for s in sizes]
        return masks, each[masks.sum(axis=1) - 1]
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"to draw coalitions needs rng=np.random.default_rng(seed); got {rng!r}"
        )
    drawn = rng.choice(sizes, size=max(1, samples // 2), p=mass / mass.sum())
    order = rng.permuted(np.tile(np.arange(n), (len(drawn), 1)), axis=1)
    masks = order < drawn[:, None]
    return np.concatenate([masks, ~masks]), np.ones(2 * len(drawn))
