"""LSTM in PyTorch: Hochreiter and Schmidhuber (1997), doi:10.1162/neco.1997.9.8.1735; forget gate: Gers et al.
(2000), doi:10.1162/089976600300015015.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the papers.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..rnn.torch_model import SequenceModel, core_settings
from .config import LSTMConfig


# --8<-- [start:model]
class LSTM(SequenceModel):
    """A sequence model whose core is an LSTM."""

    def __init__(self, config: LSTMConfig | None = None):
        c = config or LSTMConfig()
        core = nn.LSTM(**core_settings(c))
        start_gates(core, c)
        super().__init__(c, core)

    # --8<-- [end:model]

    # --8<-- [start:gates]
    @torch.no_grad()
    def gates(self, x: Tensor) -> dict[str, Tensor]:  # (N, T) tokens or (N, T, E)
        """Return what happens inside: i, f, g, o, c and h at every step, each (N, T, H).

        Of a core of one layer and one direction.
        """
        core = one_layer(self)
        x = self.inputs(x)
        h = core(x)[0]  # (N, T, H)
        before = torch.cat([torch.zeros_like(h[:, :1]), h[:, :-1]], dim=1)
        total = F.linear(x, core.weight_ih_l0, core.bias_ih_l0) + F.linear(
            before, core.weight_hh_l0, core.bias_hh_l0
        )  # (N, T, 4H)
        i, f, g, o = total.chunk(4, dim=2)
        parts = {"i": i.sigmoid(), "f": f.sigmoid(), "g": g.tanh(), "o": o.sigmoid()}
        c, cells = torch.zeros_like(h[:, 0]), []
        for t in range(h.shape[1]):
            c = parts["f"][:, t] * c + parts["i"][:, t] * parts["g"][:, t]
            cells.append(c)
        return {**parts, "c": torch.stack(cells, dim=1), "h": h}

    # --8<-- [end:gates]


# --8<-- [start:start]
@torch.no_grad()
def start_gates(core: nn.Module, config: LSTMConfig) -> None:
    """Give the biases of forget and input gates their first values; see `LSTMConfig`."""
    h = config.hidden
    for name, bias in core.named_parameters():
        if name.startswith("bias_hh"):
            bias[: 2 * h] = 0  # the other bias has it all
        elif name.startswith("bias_ih"):
            bias[h : 2 * h] = config.forget_bias
            if config.chrono is not None:
                bias[h : 2 * h].uniform_(1, config.chrono - 1).log_()
                bias[:h] = -bias[h : 2 * h]


# --8<-- [end:start]


def one_layer(model: SequenceModel) -> Any:
    """Return the core of a model, if it has one layer and one direction."""
    if model.config.layers > 1 or model.config.bidirectional:
        raise ValueError("gates are shown of a core of one layer and one direction")
    return model.rnn
