"""DDPM in PyTorch: Ho, Jain and Abbeel (2020), arXiv:2006.11239.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the paper.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import DDPMConfig, check_inputs
from .sampling import ddim_times, run_ancestral, run_ddim
from .schedule import NoiseSchedule
from .torch_blocks import Down, Middle, TimeEmbedding, Up, zeroed


# --8<-- [start:model]
class DDPM(nn.Module):
    """A U-Net that finds the noise in pictures, told how far the noising went."""

    def __init__(self, config: DDPMConfig | None = None):
        super().__init__()
        config = config or DDPMConfig()
        levels = range(len(config.widths))
        self.config, self.schedule = config, NoiseSchedule.of(config)
        self.temb = TimeEmbedding(config.channels)
        self.label = None
        if config.classes:
            self.label = nn.Embedding(config.classes + 1, 4 * config.channels)
        self.conv_in = nn.Conv2d(config.in_channels, config.channels, 3, padding=1)
        self.down = nn.ModuleList([Down(level, config) for level in levels])
        self.mid = Middle(config)
        self.up = nn.ModuleList([Up(level, config) for level in levels])
        self.norm_out = nn.GroupNorm(config.groups, config.widths[0], eps=1e-6)
        self.conv_out = zeroed(nn.Conv2d(config.widths[0], config.in_channels, 3, padding=1))

    # --8<-- [start:forward]
    def forward(self, x: Tensor, t: Tensor, y: Tensor | None = None) -> Tensor:
        """Return the noise found in x at the time steps t; y are labels, None or K where there is none."""
        check_inputs(self.config, x, t, y)
        time = self.temb(t)  # (N, 4C)
        if self.label is not None:
            none = torch.full_like(t, self.label.num_embeddings - 1)
            time = time + self.label(none if y is None else y)
        maps = [self.conv_in(x)]  # (N, 128, 32, 32)
        for down in self.down:
            maps += down(maps[-1], time)
        h = self.mid(maps[-1], time)  # (N, 256, 4, 4)
        for up in reversed(self.up):
            h = up(h, maps, time)
        return self.conv_out(F.silu(self.norm_out(h)))  # (N, C, 32, 32)

    # --8<-- [end:forward]


# --8<-- [end:model]


# --8<-- [start:loss]
def diffuse(x0: Tensor, t: Tensor, noise: Tensor, schedule: NoiseSchedule) -> Tensor:
    """Return pictures x_t: the clean ones as they are after t steps of noising (equation 4)."""
    picture, grain = (
        torch.from_numpy(scale).to(x0) for scale in schedule.scales(t.cpu().numpy())
    )
    return picture * x0 + grain * noise


def diffusion_loss(
    model: DDPM,
    x0: Tensor,
    t: Tensor,
    noise: Tensor,
    y: Tensor | None = None,
    unlabelled: Tensor | None = None,
) -> Tensor:
    """Return the mean squared error of the noise that is found (equation 14, L_simple)."""
    if y is not None and unlabelled is not None and model.config.classes:
        y = torch.where(unlabelled, model.config.classes, y)
    return F.mse_loss(model(diffuse(x0, t, noise, model.schedule), t, y), noise)


# --8<-- [end:loss]


# --8<-- [start:sample]
def predictor(model: DDPM, labels: Tensor | None = None, guidance: float = 0.0) -> Any:
    """Return the function (x, t) -> noise that the samplers ask; guidance moves it away from "no label"."""
    if guidance and labels is None:
        raise ValueError("guidance needs labels: without them there is nothing to guide to")

    @torch.no_grad()
    def predict(x: Tensor, t: int) -> Tensor:
        times = torch.full((len(x),), t, device=x.device)
        found = model(x, times, labels)
        if guidance:
            found = (1 + guidance) * found - guidance * model(x, times)
        return found

    return predict


def sample(
    model: DDPM,
    n: int,
    *,
    generator: torch.Generator | None = None,
    labels: Tensor | None = None,
    guidance: float = 0.0,
    steps: int | None = None,
    eta: float = 0.0,
    clip: bool = True,
) -> Tensor:
    """Return n pictures out of noise: by all T steps of DDPM, or by so many of DDIM."""
    shape, like = (n, *model.config.input_shape), model.conv_in.weight

    def draw(_: int) -> Tensor:
        return torch.randn(shape, generator=generator, dtype=like.dtype, device=like.device)

    predict, start = predictor(model, labels, guidance), draw(0)
    if steps is None:
        return run_ancestral(predict, start, model.schedule, draw, clip=clip)
    times = ddim_times(len(model.schedule), steps)
    return run_ddim(predict, start, model.schedule, times, draw, eta, clip)


# --8<-- [end:sample]
