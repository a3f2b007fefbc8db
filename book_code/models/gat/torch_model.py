"""GAT in PyTorch: the names, shapes and results of `numpy_model.py` (Veličković et al. 2017, arXiv:1710.10903)."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..gcn.graph import check_graph, check_nodes, with_self_loops
from .config import GATConfig


# --8<-- [start:layer]
class GraphAttention(nn.Module):
    """Every node takes a weighted mean of its neighbours' features, with weights of its own making."""

    def __init__(
        self, in_features: int, out_features: int, *, heads: int, slope: float, dropout: float
    ):
        super().__init__()
        self.heads, self.slope = heads, slope
        self.att_src = nn.Parameter(nn.init.xavier_uniform_(torch.empty(heads, out_features)))
        self.att_dst = nn.Parameter(nn.init.xavier_uniform_(torch.empty(heads, out_features)))
        self.lin = nn.Linear(in_features, heads * out_features, bias=False)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, edges: Tensor) -> Tensor:  # (N, F), (2, E)
        """Return what every head gathers at every node."""
        source, target = edges
        h = self.lin(self.dropout(x)).reshape(len(x), self.heads, -1)  # (N, K, F')
        alpha = self.dropout(self.attention(h, edges))  # (E, K)
        return torch.zeros_like(h).index_add(0, target, h[source] * alpha[..., None])

    def attention(self, h: Tensor, edges: Tensor) -> Tensor:  # (N, K, F'), (2, E)
        """Return the weight of every edge: those into one node sum to 1, for each head."""
        source, target = edges
        gives, takes = (h * self.att_src).sum(-1), (h * self.att_dst).sum(-1)  # (N, K)
        scores = F.leaky_relu(gives[source] + takes[target], self.slope)  # (E, K)
        place = target[:, None].expand_as(scores)
        lowest = torch.full_like(gives, -torch.inf)
        highest = lowest.scatter_reduce(0, place, scores.detach(), "amax")
        powers = (scores - highest[target]).exp()
        return powers / torch.zeros_like(gives).index_add(0, target, powers)[target]  # (E, K)


# --8<-- [end:layer]


# --8<-- [start:model]
class GAT(nn.Module):
    """Two layers of graph attention; returns logits for every node."""

    def __init__(self, config: GATConfig | None = None):
        super().__init__()
        config = config or GATConfig()
        self.config = config
        settings = {"slope": config.slope, "dropout": config.dropout}
        width = config.heads * config.hidden
        self.layer1 = GraphAttention(
            config.in_features, config.hidden, heads=config.heads, **settings
        )
        self.bias1 = nn.Parameter(torch.zeros(width))
        self.layer2 = GraphAttention(width, config.classes, heads=config.out_heads, **settings)
        self.bias2 = nn.Parameter(torch.zeros(config.classes))

    def forward(self, x: Tensor, edges: Tensor) -> Tensor:  # (N, F), (2, E)
        """Return the logits of every node, one a class."""
        nodes = check_nodes("GAT", x, self.config.in_features)
        joined = check_graph("GAT", nodes, torch.as_tensor(edges).cpu().numpy())
        edges = torch.from_numpy(with_self_loops(joined, nodes)).to(x.device)
        x = self.layer1(x, edges).flatten(1) + self.bias1  # (N, K·F')
        return self.layer2(F.elu(x), edges).mean(dim=1) + self.bias2  # (N, classes)


# --8<-- [end:model]
