"""GCN in PyTorch: the names, shapes and results of `numpy_model.py` (Kipf and Welling 2016, arXiv:1609.02907)."""

from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import GCNConfig
from .graph import check_graph, check_nodes, message_weights, with_self_loops


# --8<-- [start:model]
class GCN(nn.Module):
    """Layers that mix every node's features with its neighbours'; returns logits for every node."""

    def __init__(self, config: GCNConfig | None = None):
        super().__init__()
        config = config or GCNConfig()
        self.config = config
        self.layers: Any = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(config.sizes))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, edges: Tensor) -> Tensor:  # (N, C), (2, E)
        """Return the logits of every node, one a class."""
        nodes = check_nodes("GCN", x, self.config.in_features)
        joined = check_graph("GCN", nodes, torch.as_tensor(edges).cpu().numpy())
        if self.config.self_loops:
            joined = with_self_loops(joined, nodes)
        weights = torch.from_numpy(message_weights(joined, nodes)).to(x)
        edges = torch.from_numpy(joined).to(x.device)
        for index, layer in enumerate(self.layers):
            x = F.relu(x) if index else x
            x = propagate(F.linear(self.dropout(x), layer.weight), edges, weights)  # (N, out)
            x = x + layer.bias
        return x  # (N, F)


def propagate(x: Tensor, edges: Tensor, weights: Tensor) -> Tensor:
    """Send every node's features along its edges, weighted, and sum what arrives: (N, D) -> (N, D)."""
    source, target = edges
    messages = x[source] * weights.reshape(-1, *[1] * (x.ndim - 1))  # (E, D)
    return torch.zeros_like(x).index_add(0, target, messages)  # (N, D)


# --8<-- [end:model]
