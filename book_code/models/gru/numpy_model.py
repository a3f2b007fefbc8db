"""GRU: Cho et al. (2014), Learning phrase representations using RNN encoder-decoder, arXiv:1406.1078.

    code        paper            shape
    x           x_t              (N, T) tokens, or (N, T, E) numbers
    embedding                    (V, E)       a vector for each token
    rnn         h_t              (N, T, D·H)  D = 2 directions or 1
      state     h_T              (layers·D, N, H)
      weight_*  W, U, rows r z n (3H, ...)    of reset gate, update gate, proposal (the paper's h with a tilde)
    head        y                (N, T, K), or (N, K) from the last state

Deviations from the paper:

* the reset gate weighs the product U h, as in PyTorch and cuDNN; the paper weighs h before the product;
* gates and proposal have biases;
* tokens have trained vectors; there may be several layers, two directions, dropout.
"""

from typing import Any

import numpy as np

from ... import nn
from ...autodiff import Tensor, no_grad
from ...autodiff import functional as F
from ..lstm.numpy_model import one_layer, sigmoid
from ..rnn.numpy_model import SequenceModel
from .config import GRUConfig


# --8<-- [start:model]
class GRU(SequenceModel):
    """A sequence model whose core is a GRU.

    Shape:
        (N, T) tokens or (N, T, E) -> (N, T, K) with head="step", (N, K) with head="last"

    >>> model = GRU(GRUConfig(in_features=2, hidden=4, outputs=3), rng=np.random.default_rng(0))
    >>> model(np.zeros((5, 7, 2), np.float32)).shape
    (5, 3)
    """

    def __init__(self, config: GRUConfig | None = None, *, rng: np.random.Generator):
        c = config or GRUConfig()
        core = nn.GRU(
            c.in_features, c.hidden, c.layers, dropout=c.dropout, bidirectional=c.bidirectional,
            rng=rng,
        )  # fmt: skip
        start_gates(core, c, rng=rng)
        super().__init__(c, core, rng=rng)

    # --8<-- [end:model]

    # --8<-- [start:gates]
    def gates(self, x: Any) -> dict[str, np.ndarray]:  # (N, T) tokens or (N, T, E)
        """Return what happens inside: r, z, n and h at every step, each (N, T, H).

        Of a core of one layer and one direction.
        """
        core = one_layer(self)
        with no_grad():
            x = self.inputs(x)
            h = core(x).outputs.numpy()  # (N, T, H)
            before = np.concatenate([np.zeros_like(h[:, :1]), h[:, :-1]], axis=1)
            new = F.linear(x, core.weight_ih_l0, core.bias_ih_l0).numpy()  # (N, T, 3H)
            old = F.linear(Tensor(before), core.weight_hh_l0, core.bias_hh_l0).numpy()
        (xr, xz, xn), (hr, hz, hn) = np.split(new, 3, axis=2), np.split(old, 3, axis=2)
        r = sigmoid(xr + hr)
        return {"r": r, "z": sigmoid(xz + hz), "n": np.tanh(xn + r * hn), "h": h}

    # --8<-- [end:gates]


# --8<-- [start:start]
def start_gates(core: nn.Module, config: GRUConfig, *, rng: np.random.Generator) -> None:
    """Give the bias of the update gate its first values, if `chrono` asks for it; see `GRUConfig`."""
    h = config.hidden
    if config.chrono is None:
        return
    for name, bias in core.named_parameters():
        if name.startswith("bias_hh"):
            bias.data[h : 2 * h] = 0  # the other bias has it all
        elif name.startswith("bias_ih"):
            bias.data[h : 2 * h] = np.log(rng.uniform(1, config.chrono - 1, h))


# --8<-- [end:start]
