"""Graphs as lists of edges: checking them, self-loops, and the weights of the messages."""

from typing import Any

import numpy as np


def check_graph(name: str, nodes: int, edges: Any) -> np.ndarray:
    """Return the edges as integers (2, E): row 0 the sources, row 1 the targets.

    Raises:
        ValueError: for another shape, or a node that there is not.

    >>> check_graph("GCN", 3, [[0, 1], [1, 2]]).shape
    (2, 2)
    """
    edges = np.asarray(edges)
    if edges.shape == (2, 0):
        edges = edges.astype(np.int64)  # no edges: an empty list has no type
    if edges.ndim != 2 or len(edges) != 2 or edges.dtype.kind not in "iu":
        raise ValueError(
            f"{name} expected edges as integers of shape (2, E), sources above targets, got {edges.dtype} "
            f"of shape {edges.shape}" + ("; transpose them" if edges.shape[1:] == (2,) else "")
        )
    if edges.size and not 0 <= edges.min() <= edges.max() < nodes:
        raise ValueError(
            f"{name}: an edge joins nodes {edges.min()} to {edges.max()}, but there are {nodes} nodes, "
            f"0 to {nodes - 1}"
        )
    return edges.astype(np.int64)


def check_nodes(name: str, x: Any, features: int) -> int:
    """Return how many nodes there are, if x is one row of features for each.

    >>> check_nodes("GCN", np.zeros((1, 3, 5)), 5)
    Traceback (most recent call last):
    ValueError: GCN expected the features of one graph's nodes, (N, 5), got (1, 3, 5)
    """
    if len(np.shape(x)) != 2 or np.shape(x)[1] != features:
        raise ValueError(
            f"{name} expected the features of one graph's nodes, (N, {features}), got {tuple(np.shape(x))}"
        )
    return len(x)


def both_ways(edges: Any) -> np.ndarray:
    """Return the edges of an undirected graph, each in both directions and once.

    >>> both_ways([[0, 1], [1, 2]]).tolist()
    [[0, 1, 1, 2], [1, 0, 2, 1]]
    """
    edges = np.asarray(edges)
    return np.unique(np.concatenate([edges, edges[::-1]], axis=1), axis=1)


def with_self_loops(edges: np.ndarray, nodes: int) -> np.ndarray:
    """Return the edges without those from a node to itself, and then one from every node to itself.

    >>> with_self_loops(np.array([[0, 1], [1, 1]]), 2).tolist()
    [[0, 0, 1], [1, 0, 1]]
    """
    loops = np.arange(nodes)
    return np.concatenate([edges[:, edges[0] != edges[1]], [loops, loops]], axis=1)


# --8<-- [start:weights]
def message_weights(edges: np.ndarray, nodes: int) -> np.ndarray:
    """Return 1 / √(d_source · d_target) for every edge, d the number of edges into a node: (E,).

    These are the entries of D^-½ A D^-½. A node that no edge enters counts as 0 there.

    >>> message_weights(np.array([[0, 1, 0], [1, 0, 0]]), 2).round(4).tolist()
    [0.7071, 0.7071, 0.5]
    """
    degrees = np.bincount(edges[1], minlength=nodes).astype(np.float64)
    roots = np.divide(1, np.sqrt(degrees), out=np.zeros(nodes), where=degrees > 0)
    return roots[edges[0]] * roots[edges[1]]


# --8<-- [end:weights]
