"""GCN: Kipf and Welling (2016), Semi-Supervised Classification with Graph Convolutional Networks, arXiv:1609.02907.

    code                paper         shape        meaning
    x                   X = H^(0)     (N, C)       features of every node
    edges               A             (2, E)       where A is 1: sources above targets
    weights             D^-½ Ã D^-½   (E,)         its entries at the edges, self-loops included
    layers.l.weight     W^(l)         (out, in)    transposed: the field's layout
    output              Z             (N, F)       logits, before the softmax

Equation 2, H^(l+1) = σ(D^-½ Ã D^-½ H^(l) W^(l)), is computed edge by edge: multiply by W, send every node's result
along its edges, sum what arrives. For a graph with few edges that costs E instead of N².

Deviations from the paper: each layer adds a bias (as later implementations do), dropout draws on all features, and the
first weights are those of the book's fully connected layers, not Glorot's.
"""

from itertools import pairwise
from typing import Any

import numpy as np

from ...autodiff import Tensor
from ...autodiff import functional as F
from ...autodiff.ops import scatter
from ...nn import Dropout, Linear, Module
from .config import GCNConfig
from .graph import check_graph, check_nodes, message_weights, with_self_loops


# --8<-- [start:model]
class GCN(Module):
    """Layers that mix every node's features with its neighbours'; returns logits for every node.

    Shape:
        x (N, C), edges (2, E) -> (N, F).

    >>> from book_code.models.gcn import GCNConfig
    >>> model = GCN(GCNConfig.tiny(), rng=np.random.default_rng(0))
    >>> model(np.zeros((3, 5), np.float32), [[0, 1, 1, 2], [1, 0, 2, 1]]).shape
    (3, 2)
    """

    def __init__(self, config: GCNConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or GCNConfig()
        self.config = config
        self.layers = [Linear(a, b, rng=rng) for a, b in pairwise(config.sizes)]
        self.dropout = Dropout(config.dropout, rng=rng)

    def forward(self, x: Any, edges: Any) -> Tensor:  # (N, C), (2, E)
        """Return the logits of every node, one a class."""
        nodes = check_nodes("GCN", x, self.config.in_features)
        edges = check_graph("GCN", nodes, edges)
        if self.config.self_loops:
            edges = with_self_loops(edges, nodes)
        weights = message_weights(edges, nodes)
        for index, layer in enumerate(self.layers):
            x = F.relu(x) if index else x
            x = propagate(F.linear(self.dropout(x), layer.weight), edges, weights)  # (N, out)
            x = x + layer.bias
        return x  # (N, F)


def propagate(x: Tensor, edges: np.ndarray, weights: Any) -> Tensor:
    """Send every node's features along its edges, weighted, and sum what arrives: (N, D) -> (N, D).

    >>> propagate(Tensor([[1.0], [2.0]]), np.array([[0, 1], [1, 0]]), np.array([1.0, 10.0])).numpy().tolist()
    [[20.0], [1.0]]
    """
    source, target = edges
    weights = weights if isinstance(weights, Tensor) else weights.astype(x.dtype)
    messages = x[source] * weights.reshape(-1, *[1] * (x.ndim - 1))  # (E, D)
    return scatter(messages, index=target, shape=x.shape)  # (N, D)


# --8<-- [end:model]
