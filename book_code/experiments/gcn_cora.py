"""Papers sorted by field with few labels: an MLP that sees the words, GCN and GAT that also see who cites whom."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from book_code.data import cora
from book_code.experiments import _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.gat.config import GATConfig
from book_code.models.gat.torch_model import GAT
from book_code.models.gcn.config import GCNConfig
from book_code.models.gcn.torch_model import GCN

TITLE = "What the citations of Cora tell"
LABELS = {"mlp": "MLP: the words alone", "gcn": "GCN", "gat": "GAT"}
UNITS = {"test_accuracy": "%", "validation_accuracy": "%", "seconds": "s"}
PUBLISHED = {
    "mlp": (55.1, "T. Kipf and M. Welling (2017), Semi-supervised classification with graph convolutional networks"),
    "gcn": (81.5, "T. Kipf and M. Welling (2017), Semi-supervised classification with graph convolutional networks"),
    "gat": (83.0, "P. Veličković et al. (2018), Graph attention networks"),
}  # fmt: skip


@dataclass(frozen=True)
class Config:
    """The Planetoid split: 140 papers with their label, 500 to stop by, 1,000 to test; the papers' settings.

    The MLP is the GCN on a graph without edges.
    """

    dataset: str = "cora"
    epochs: int = 200
    rate: float = 0.01
    rate_gat: float = 0.005
    decay: float = 5e-4
    seeds: tuple[int, ...] = tuple(range(20))

    def quick(self) -> Config:
        """Few epochs and seeds."""
        return replace(self, epochs=20, seeds=(0, 1))


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train each network with every seed; the validation papers choose the epoch."""
    graph = cora.load()
    progress.begin(len(LABELS) * len(config.seeds))
    result = Result()
    for label in LABELS:
        runs = []
        for seed in config.seeds:
            runs.append(train(config, label, seed, graph, device))
            progress.step(f"{LABELS[label]}, seed {seed}")
        for metric, unit in UNITS.items():
            result.add(f"{metric}_{label}", [run[metric] for run in runs], unit)
        result.add(f"parameters_{label}", runs[0]["parameters"])
        value, source = PUBLISHED[label]
        result.refer(LABELS[label], f"test_accuracy_{label}", value, source)
    describe(result)
    return result


@kept
def train(
    config: Config, label: str, seed: int, graph: cora.Graph, device: str
) -> dict[str, Any]:
    """Train, and test the epoch that was best on the validation papers."""
    torch.manual_seed(seed)
    start = _sweep.clock(device)
    x = sparse(graph.x / graph.x.sum(axis=1, keepdims=True)).to(device)
    y = torch.from_numpy(graph.y).to(device)
    model = network(label).to(device)
    edges = np.zeros((2, 0), np.int64) if label == "mlp" else graph.edges
    optimizer = adam(model, config, label)
    best, found = (-1.0, 0.0), model.state_dict()
    for _ in range(config.epochs):
        model.train()
        optimizer.zero_grad()
        cross_entropy(model(x, edges)[graph.train], y[graph.train]).backward()
        optimizer.step()
        loss, accuracy = measure(model, x, edges, y, graph.validation)
        if (accuracy, -loss) > best:
            best, found = (accuracy, -loss), copy.deepcopy(model.state_dict())
    model.load_state_dict(found)
    return {
        "test_accuracy": measure(model, x, edges, y, graph.test)[1],
        "validation_accuracy": best[0],
        "parameters": _sweep.parameters(model),
        "seconds": _sweep.clock(device) - start,
    }


def sparse(x: np.ndarray) -> Tensor:
    """The words of the papers without their zeros: a paper holds about 18 of the 1,433."""
    places = np.stack(np.nonzero(x))
    values = torch.from_numpy(x[tuple(places)])
    return torch.sparse_coo_tensor(
        torch.from_numpy(places), values, x.shape, is_coalesced=True, check_invariants=False
    )


class Dropout(nn.Dropout):
    """Dropout that also knows sparse inputs, where silencing a zero changes nothing."""

    def forward(self, x: Tensor) -> Tensor:
        """The same entries, in training each silenced with probability p."""
        if not x.is_sparse:
            return super().forward(x)
        values = super().forward(x.values())
        return torch.sparse_coo_tensor(
            x.indices(), values, x.shape, is_coalesced=True, check_invariants=False
        )


def network(label: str) -> nn.Module:
    """The network at its paper's size, its first weights drawn as Glorot and Bengio did, as in both papers."""
    model: Any = GAT(GATConfig()) if label == "gat" else GCN(GCNConfig())
    for parameter in model.parameters():
        if parameter.ndim == 2:
            nn.init.xavier_uniform_(parameter)
        else:
            nn.init.zeros_(parameter)
    for part in list(model.modules()):
        if isinstance(getattr(part, "dropout", None), nn.Dropout):
            part.dropout = Dropout(part.dropout.p)
    return model


def adam(model: Any, config: Config, label: str) -> torch.optim.Optimizer:
    """Adam with L2 decay: of all weights for GAT, of the first layer's for GCN."""
    if label == "gat":
        return torch.optim.Adam(model.parameters(), config.rate_gat, weight_decay=config.decay)
    first, *rest = model.layers
    groups: list[Any] = [
        {"params": list(first.parameters()), "weight_decay": config.decay},
        {"params": [p for layer in rest for p in layer.parameters()]},
    ]
    return torch.optim.Adam(groups, config.rate)


@torch.no_grad()
def measure(
    model: nn.Module, x: Tensor, edges: Any, y: Tensor, nodes: Any
) -> tuple[float, float]:
    """Loss, and accuracy in per cent, on some of the nodes."""
    model.eval()
    logits = model(x, edges)[nodes]
    right = int((logits.argmax(1) == y[nodes]).sum())
    return cross_entropy(logits, y[nodes]).item(), 100 * right / len(nodes)


def describe(result: Result) -> None:
    """The table and the description."""
    result.tabulate(
        ["network", "test accuracy", "published", "validation accuracy", "parameters", "training time"],
        [
            [words, result.say(f"test_accuracy_{k}", 1), f"{PUBLISHED[k][0]} %",
             result.say(f"validation_accuracy_{k}", 1),
             f"{result.mean(f'parameters_{k}'):,}", result.say(f"seconds_{k}", 0)]
            for k, words in LABELS.items()
        ],
    )  # fmt: skip
    result.alt = (
        "Test accuracy on Cora, every seed a dot, with the published value beside: "
        + ", ".join(
            f"{words} {result.say(f'test_accuracy_{k}', 1)} (published {PUBLISHED[k][0]} %)"
            for k, words in LABELS.items()
        )
        + "."
    )


def plot(result: Result) -> Any:
    """Accuracy by network; the published values as open diamonds."""
    from book_code.experiments._draw import dots, subplots
    from book_code.plotting import INK_SOFT

    figure, axes = subplots(figsize=(6.1, 3.2))
    dots(axes, result, {f"test_accuracy_{k}": words for k, words in LABELS.items()})
    published = [value for value, _ in PUBLISHED.values()]
    axes.plot(published, [row + 0.3 for row in range(len(published))], "D", color=INK_SOFT,
              markerfacecolor="none", markersize=5)  # fmt: skip
    axes.annotate("published", (published[0], 0.3), xytext=(7, 0), textcoords="offset points",
                  color=INK_SOFT, fontsize=11, va="center")  # fmt: skip
    axes.set_xlabel("test accuracy (%)")
    return figure
