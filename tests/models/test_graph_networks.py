"""GCN and GAT against the papers' formulas written with whole matrices, and graphs that are none."""

import numpy as np
import pytest

from book_code.autodiff import Tensor
from book_code.models import registry
from book_code.models.gat.numpy_model import GraphAttention
from book_code.models.gcn.graph import both_ways, message_weights, with_self_loops

from .common import model


@pytest.fixture
def graph():
    rng = np.random.default_rng(0)
    edges = both_ways(rng.integers(0, 7, size=(2, 12)))
    adjacency = np.zeros((8, 8))  # node 7 has no neighbour
    adjacency[edges[1], edges[0]] = 1
    np.fill_diagonal(adjacency, 1)
    return rng.normal(size=(8, 5)), edges, adjacency


def test_gcn_is_equation_9_of_the_paper(graph):
    x, edges, adjacency = graph
    net = model("gcn-tiny").eval()
    roots = np.diag(adjacency.sum(axis=1) ** -0.5)
    a = roots @ adjacency @ roots
    w0, b0, w1, b1 = (p.numpy() for p in reorder(net))
    expected = a @ np.maximum(a @ x @ w0.T + b0, 0) @ w1.T + b1
    np.testing.assert_allclose(net(x, edges).numpy(), expected, rtol=1e-12)


def reorder(net):
    for layer in net.layers:
        yield layer.weight
        yield layer.bias


def test_without_self_loops_a_lonely_node_hears_nothing(graph):
    x, edges, _ = graph
    net = model("gcn-tiny", self_loops=False, hidden=()).eval()
    loops = edges[:, edges[0] != edges[1]]
    np.testing.assert_allclose(net(x, loops).numpy()[7], net.layers[0].bias.numpy())


def test_gat_is_equations_1_to_5_of_the_paper(graph):
    x, edges, adjacency = graph
    net = model("gat-tiny").eval()
    hidden = heads_by_hand(net.layer1, x, adjacency)  # (K, N, F')
    h = np.concatenate(list(hidden), axis=1) + net.bias1.numpy()
    h = np.where(h > 0, h, np.expm1(h))
    expected = heads_by_hand(net.layer2, h, adjacency).mean(axis=0) + net.bias2.numpy()
    np.testing.assert_allclose(net(x, edges).numpy(), expected, rtol=1e-12)


def heads_by_hand(layer, x, adjacency):
    """Every head with a full matrix of scores: e_ij = LeakyReLU(a · [W h_i || W h_j])."""
    out = []
    for k, w in enumerate(np.split(layer.lin.weight.numpy(), layer.heads)):
        h = x @ w.T
        a = np.concatenate([layer.att_dst.numpy()[k], layer.att_src.numpy()[k]])
        n = len(x)
        scores = np.array([[a @ np.r_[h[i], h[j]] for j in range(n)] for i in range(n)])
        scores = np.where(scores > 0, scores, layer.slope * scores)
        powers = np.exp(scores) * adjacency
        out.append(powers / powers.sum(axis=1, keepdims=True) @ h)
    return np.stack(out)


def test_attention_into_every_node_sums_to_1_even_for_huge_scores(graph):
    _, edges, _ = graph
    layer = GraphAttention(5, 3, heads=2, slope=0.2, rng=np.random.default_rng(0))
    joined = with_self_loops(edges, 8)
    h = Tensor(1e4 * np.random.default_rng(1).normal(size=(8, 2, 3)))
    alpha = layer.attention(h, joined).numpy()
    assert np.isfinite(alpha).all()
    sums = np.zeros((8, 2))
    np.add.at(sums, joined[1], alpha)
    np.testing.assert_allclose(sums, 1)


def test_the_order_of_the_nodes_does_not_matter(graph):
    x, edges, _ = graph
    order = np.random.default_rng(1).permutation(8)
    place = np.argsort(order)
    for name in ("gcn-tiny", "gat-tiny"):
        net = model(name).eval()
        np.testing.assert_allclose(
            net(x[order], place[edges]).numpy(), net(x, edges).numpy()[order], rtol=1e-9
        )


def test_an_edge_given_twice_counts_twice_in_the_degree():
    weights = message_weights(np.array([[0, 0], [1, 1]]), 2)
    assert weights.tolist() == [0, 0]  # no edge enters node 0
    assert message_weights(np.array([[1, 1, 0], [1, 1, 1]]), 2)[0] == pytest.approx(1 / 3)


@pytest.mark.parametrize("name", ["gcn-tiny", "gat-tiny"])
@pytest.mark.parametrize(
    ("edges", "message"),
    [
        ([[0, 9], [1, 0]], "joins nodes 0 to 9, but there are 3 nodes, 0 to 2"),
        ([[0, 1], [1, 2], [2, 0]], r"of shape \(3, 2\); transpose them"),
        ([[0.0], [1.0]], "edges as integers"),
        ([[-1], [0]], "joins nodes -1 to 0"),
    ],
)
def test_a_graph_that_is_none_is_refused(name, edges, message):
    net = registry.build(name, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=message):
        net(np.zeros((3, 5), np.float32), edges)


@pytest.mark.parametrize("name", ["gcn-tiny", "gat-tiny"])
def test_a_graph_may_have_no_edges_and_a_batch_of_graphs_is_refused(name: str) -> None:
    net = model(name)
    assert net(np.ones((3, 5)), [[], []]).shape == (3, 2)
    with pytest.raises(ValueError, match=r"one graph's nodes, \(N, 5\), got \(1, 3, 5\)"):
        net(np.ones((1, 3, 5)), [[0], [0]])
