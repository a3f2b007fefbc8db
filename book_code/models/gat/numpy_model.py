"""GAT: Veličković et al. (2017), Graph Attention Networks, arXiv:1710.10903.

    code                 paper          shape          meaning
    x                    h              (N, F)         features of every node
    layer1.lin.weight    W^k            (K·F', F)      the heads' matrices, one under the other
    att_src, att_dst     the halves     (K, F')        a = [a_target || a_source] of equation 3: what a node
                         of a^k                        gives to the score as a source, and as a target
    scores               e_ij           (E, K)         LeakyReLU(a · [W h_i || W h_j]) for the edge j -> i
    attention            alpha_ij       (E, K)         softmax of the scores over the edges into i

The heads of the first layer are concatenated and go through ELU; those of the second are averaged (equations 5
and 6). Every node is its own neighbour. Deviations from the paper: the heads' matrices start as the book's fully
connected layers do, not as Glorot's. The score is computed as two products, one a node, because
a · [u || v] = a_target · u + a_source · v.
"""

from typing import Any

import numpy as np

from ... import init
from ...autodiff import Tensor
from ...autodiff import functional as F
from ...autodiff.ops import scatter
from ...nn import Dropout, Linear, Module
from ..gcn.graph import check_graph, check_nodes, with_self_loops
from .config import GATConfig


# --8<-- [start:layer]
class GraphAttention(Module):
    """Every node takes a weighted mean of its neighbours' features, with weights of its own making.

    Shape:
        x (N, F), edges (2, E) -> (N, K, F').

    >>> layer = GraphAttention(5, 3, heads=2, slope=0.2, rng=np.random.default_rng(0))
    >>> layer(Tensor(np.ones((4, 5), np.float32)), np.array([[0, 1, 2, 3], [0, 1, 2, 3]])).shape
    (4, 2, 3)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        heads: int,
        slope: float,
        dropout: float = 0.0,
        rng: np.random.Generator,
    ):
        super().__init__()
        self.heads, self.slope = heads, slope
        shape = (heads, out_features)
        self.att_src = Tensor(init.xavier_uniform(shape, rng=rng), requires_grad=True)
        self.att_dst = Tensor(init.xavier_uniform(shape, rng=rng), requires_grad=True)
        self.lin = Linear(in_features, heads * out_features, bias=False, rng=rng)
        self.dropout = Dropout(dropout, rng=rng)

    def forward(self, x: Any, edges: np.ndarray) -> Tensor:  # (N, F), (2, E)
        """Return what every head gathers at every node."""
        source, target = edges
        h = self.lin(self.dropout(x)).reshape(len(x), self.heads, -1)  # (N, K, F')
        alpha = self.dropout(self.attention(h, edges))  # (E, K)
        messages = h[source] * alpha.reshape(*alpha.shape, 1)  # (E, K, F')
        return scatter(messages, index=target, shape=h.shape)  # (N, K, F')

    def attention(self, h: Tensor, edges: np.ndarray) -> Tensor:  # (N, K, F'), (2, E)
        """Return the weight of every edge: those into one node sum to 1, for each head."""
        source, target = edges
        gives, takes = (
            (h * self.att_src).sum(axis=-1),
            (h * self.att_dst).sum(axis=-1),
        )  # (N, K)
        scores = F.leaky_relu(gives[source] + takes[target], self.slope)  # (E, K)
        highest = np.full(gives.shape, -np.inf, gives.dtype)
        np.maximum.at(highest, target, scores.data)  # a constant: softmax does not see it
        powers = F.exp(scores - highest[target])
        return powers / scatter(powers, index=target, shape=gives.shape)[target]  # (E, K)


# --8<-- [end:layer]


# --8<-- [start:model]
class GAT(Module):
    """Two layers of graph attention; returns logits for every node.

    Shape:
        x (N, F), edges (2, E) -> (N, classes).

    >>> from book_code.models.gat import GATConfig
    >>> model = GAT(GATConfig.tiny(), rng=np.random.default_rng(0))
    >>> model(np.zeros((3, 5), np.float32), [[0, 1, 1, 2], [1, 0, 2, 1]]).shape
    (3, 2)
    """

    def __init__(self, config: GATConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or GATConfig()
        self.config = config
        settings: dict[str, Any] = {
            "slope": config.slope,
            "dropout": config.dropout,
            "rng": rng,
        }
        width = config.heads * config.hidden
        self.layer1 = GraphAttention(
            config.in_features, config.hidden, heads=config.heads, **settings
        )
        self.bias1 = Tensor(init.zeros((width,)), requires_grad=True)
        self.layer2 = GraphAttention(width, config.classes, heads=config.out_heads, **settings)
        self.bias2 = Tensor(init.zeros((config.classes,)), requires_grad=True)

    def forward(self, x: Any, edges: Any) -> Tensor:  # (N, F), (2, E)
        """Return the logits of every node, one a class."""
        nodes = check_nodes("GAT", x, self.config.in_features)
        edges = with_self_loops(check_graph("GAT", nodes, edges), nodes)
        x = self.layer1(x, edges).reshape(len(x), -1) + self.bias1  # (N, K·F')
        return self.layer2(F.elu(x), edges).mean(axis=1) + self.bias2  # (N, classes)


# --8<-- [end:model]
