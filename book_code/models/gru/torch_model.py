"""GRU in PyTorch: Cho et al. (2014), Learning phrase representations using RNN encoder-decoder, arXiv:1406.1078.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the paper.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..lstm.torch_model import one_layer
from ..rnn.torch_model import SequenceModel, core_settings
from .config import GRUConfig


# --8<-- [start:model]
class GRU(SequenceModel):
    """A sequence model whose core is a GRU."""

    def __init__(self, config: GRUConfig | None = None):
        c = config or GRUConfig()
        core = nn.GRU(**core_settings(c))
        start_gates(core, c)
        super().__init__(c, core)

    # --8<-- [end:model]

    # --8<-- [start:gates]
    @torch.no_grad()
    def gates(self, x: Tensor) -> dict[str, Tensor]:  # (N, T) tokens or (N, T, E)
        """Return what happens inside: r, z, n and h at every step, each (N, T, H).

        Of a core of one layer and one direction.
        """
        core = one_layer(self)
        x = self.inputs(x)
        h = core(x)[0]  # (N, T, H)
        before = torch.cat([torch.zeros_like(h[:, :1]), h[:, :-1]], dim=1)
        new = F.linear(x, core.weight_ih_l0, core.bias_ih_l0)  # (N, T, 3H)
        old = F.linear(before, core.weight_hh_l0, core.bias_hh_l0)
        (xr, xz, xn), (hr, hz, hn) = new.chunk(3, dim=2), old.chunk(3, dim=2)
        r = (xr + hr).sigmoid()
        return {"r": r, "z": (xz + hz).sigmoid(), "n": (xn + r * hn).tanh(), "h": h}

    # --8<-- [end:gates]


# --8<-- [start:start]
@torch.no_grad()
def start_gates(core: nn.Module, config: GRUConfig) -> None:
    """Give the bias of the update gate its first values, if `chrono` asks for it; see `GRUConfig`."""
    h = config.hidden
    if config.chrono is None:
        return
    for name, bias in core.named_parameters():
        if name.startswith("bias_hh"):
            bias[h : 2 * h] = 0  # the other bias has it all
        elif name.startswith("bias_ih"):
            bias[h : 2 * h].uniform_(1, config.chrono - 1).log_()


# --8<-- [end:start]
