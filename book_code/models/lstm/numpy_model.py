"""LSTM: Hochreiter and Schmidhuber (1997), doi:10.1162/neco.1997.9.8.1735; forget gate: Gers et al. (2000),
doi:10.1162/089976600300015015.

    code        symbol           shape
    x           x_t              (N, T) tokens, or (N, T, E) numbers
    embedding                    (V, E)       a vector for each token
    rnn         h_t              (N, T, D·H)  D = 2 directions or 1
      state     h_T, c_T         (layers·D, N, H) each
      weight_*  W, rows i f g o  (4H, ...)    of input gate, forget gate, proposal, output gate
    head        y                (N, T, K), or (N, K) from the last state

Deviations from the papers, all common today:

* every cell has its own gates (a block of 1997 shares them among its cells), and there are no peepholes;
* proposal and output are squashed by tanh, not by logistic functions scaled to ±2 and ±1;
* gradients are exact and go back through all steps; in 1997 they are cut at the gates;
* tokens have trained vectors; there may be several layers, two directions, dropout.
"""

from typing import Any

import numpy as np

from ... import nn
from ...autodiff import Tensor, no_grad
from ...autodiff import functional as F
from ..rnn.numpy_model import SequenceModel
from .config import LSTMConfig


# --8<-- [start:model]
class LSTM(SequenceModel):
    """A sequence model whose core is an LSTM.

    Shape:
        (N, T) tokens or (N, T, E) -> (N, T, K) with head="step", (N, K) with head="last"

    >>> model = LSTM(LSTMConfig(in_features=2, hidden=4, outputs=3), rng=np.random.default_rng(0))
    >>> model(np.zeros((5, 7, 2), np.float32)).shape
    (5, 3)
    """

    def __init__(self, config: LSTMConfig | None = None, *, rng: np.random.Generator):
        c = config or LSTMConfig()
        core = nn.LSTM(
            c.in_features, c.hidden, c.layers, dropout=c.dropout, bidirectional=c.bidirectional,
            rng=rng,
        )  # fmt: skip
        start_gates(core, c, rng=rng)
        super().__init__(c, core, rng=rng)

    # --8<-- [end:model]

    # --8<-- [start:gates]
    def gates(self, x: Any) -> dict[str, np.ndarray]:  # (N, T) tokens or (N, T, E)
        """Return what happens inside: i, f, g, o, c and h at every step, each (N, T, H).

        Of a core of one layer and one direction.
        """
        core = one_layer(self)
        with no_grad():
            x = self.inputs(x)
            h = core(x).outputs.numpy()  # (N, T, H)
            before = np.concatenate([np.zeros_like(h[:, :1]), h[:, :-1]], axis=1)
            total = F.linear(x, core.weight_ih_l0, core.bias_ih_l0) + F.linear(
                Tensor(before), core.weight_hh_l0, core.bias_hh_l0
            )  # (N, T, 4H)
        i, f, g, o = np.split(total.numpy(), 4, axis=2)
        parts = {"i": sigmoid(i), "f": sigmoid(f), "g": np.tanh(g), "o": sigmoid(o)}
        c, cells = np.zeros_like(h[:, 0]), []
        for t in range(h.shape[1]):
            c = parts["f"][:, t] * c + parts["i"][:, t] * parts["g"][:, t]
            cells.append(c)
        return {**parts, "c": np.stack(cells, axis=1), "h": h}

    # --8<-- [end:gates]


# --8<-- [start:start]
def start_gates(core: nn.Module, config: LSTMConfig, *, rng: np.random.Generator) -> None:
    """Give the biases of forget and input gates their first values; see `LSTMConfig`."""
    h = config.hidden
    for name, bias in core.named_parameters():
        if name.startswith("bias_hh"):
            bias.data[: 2 * h] = 0  # the other bias has it all
        elif name.startswith("bias_ih"):
            bias.data[h : 2 * h] = config.forget_bias
            if config.chrono is not None:
                bias.data[h : 2 * h] = np.log(rng.uniform(1, config.chrono - 1, h))
                bias.data[:h] = -bias.data[h : 2 * h]


# --8<-- [end:start]


def one_layer(model: SequenceModel) -> Any:
    """Return the core of a model, if it has one layer and one direction."""
    if model.config.layers > 1 or model.config.bidirectional:
        raise ValueError("gates are shown of a core of one layer and one direction")
    return model.rnn


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-x)) of an array."""
    return Tensor(x).sigmoid().numpy()
