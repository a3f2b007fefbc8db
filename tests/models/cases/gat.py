"""Graph attention networks."""

from . import Case
from .gcn import forward, graph, objectives

CASES = {
    "gat-tiny": Case(
        batch=graph,
        forward=forward,
        objectives=objectives(room={"in_features": 16, "hidden": 8}),
        other={
            "in_features": 6,
            "hidden": 4,
            "heads": 3,
            "classes": 3,
            "out_heads": 2,
            "slope": 0.3,
            "dropout": 0.5,
        },
        variants=({"heads": 1, "out_heads": 3},),
        # section 3.3 with biases: 1433·64 + 2·64 + 64 + 64·7 + 2·7 + 7
        published={"gat-cora": 92_373},
    )
}
