"""DDPM: Ho, Jain and Abbeel (2020), "Denoising diffusion probabilistic models", arXiv:2006.11239.

    code        paper         shape
    x0          x_0           (N, C, H, W)  clean pictures, pixels from -1 to 1
    t           t             (N,)          time steps, from 0 (the paper's from 1)
    noise       epsilon       (N, C, H, W)  standard normal
    x           x_t           (N, C, H, W)  sqrt(alpha-bar_t) x_0 + sqrt(1 - alpha-bar_t) epsilon
    DDPM(x, t)  epsilon_theta (N, C, H, W)  the noise that the network finds
    y           c             (N,)          labels, where the model has classes
    guidance    w             a number      of "Classifier-free diffusion guidance", arXiv:2207.12598, eq. 6

The way through the network for CIFAR-10, (N, maps, side, side) after each level:

    conv_in  (N, 128, 32, 32)
    down.0   (N, 128, 32, 32) -> (N, 128, 16, 16)      up.0  (N, 128, 32, 32)
    down.1   (N, 256, 16, 16) -> (N, 256,  8,  8)      up.1  (N, 256, 16, 16) -> (N, 256, 32, 32)
    down.2   (N, 256,  8,  8) -> (N, 256,  4,  4)      up.2  (N, 256,  8,  8) -> (N, 256, 16, 16)
    down.3   (N, 256,  4,  4)                          up.3  (N, 256,  4,  4) -> (N, 256,  8,  8)
    mid      (N, 256,  4,  4)                          conv_out  (N, 3, 32, 32)

Deviations from the paper's code:

* weights start uniform as PyTorch's; as in the paper the last layer of each block, and of all, starts at zero;
* a label, where there are classes, is a learned vector added to the embedding of the time; label K means "none".
"""

from typing import Any

import numpy as np

from ... import losses
from ...autodiff import Tensor, no_grad
from ...autodiff import functional as F
from ...nn import Conv2d, Embedding, GroupNorm, Module
from .config import DDPMConfig, check_inputs
from .numpy_blocks import Down, Middle, TimeEmbedding, Up, zeroed
from .sampling import ddim_times, run_ancestral, run_ddim
from .schedule import NoiseSchedule


# --8<-- [start:model]
class DDPM(Module):
    """A U-Net that finds the noise in pictures, told how far the noising went.

    Shape:
        x (N, 3, 32, 32), t (N,) -> (N, 3, 32, 32), with the configuration for CIFAR-10.

    >>> model = DDPM(DDPMConfig.tiny(), rng=np.random.default_rng(0))
    >>> model(np.zeros((2, 1, 4, 4), np.float32), np.array([0, 9])).shape
    (2, 1, 4, 4)
    """

    def __init__(self, config: DDPMConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or DDPMConfig()
        levels = len(config.widths)
        self.config, self.schedule = config, NoiseSchedule.of(config)
        self.temb = TimeEmbedding(config.channels, rng)
        self.label = None
        if config.classes:
            self.label = Embedding(config.classes + 1, 4 * config.channels, rng=rng)
        self.conv_in = Conv2d(config.in_channels, config.channels, 3, padding=1, rng=rng)
        self.down = [Down(level, config, rng) for level in range(levels)]
        self.mid = Middle(config, rng)
        self.up = [Up(level, config, rng) for level in range(levels)]
        self.norm_out = GroupNorm(config.groups, config.widths[0], eps=1e-6)
        self.conv_out = zeroed(
            Conv2d(config.widths[0], config.in_channels, 3, padding=1, rng=rng)
        )

    # --8<-- [start:forward]
    def forward(self, x: Any, t: Any, y: Any = None) -> Tensor:  # (N, C, H, W), (N,), (N,)
        """Return the noise found in x at the time steps t; y are labels, None or K where there is none."""
        x, t = x if isinstance(x, Tensor) else Tensor(x), np.asarray(t)
        y = None if y is None else np.asarray(y)
        check_inputs(self.config, x, t, y)
        time = self.temb(t)  # (N, 4C)
        if self.label is not None:
            time = time + self.label(np.full(len(t), self.config.classes) if y is None else y)
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
def diffuse(x0: Any, t: Any, noise: Any, schedule: NoiseSchedule) -> np.ndarray:
    """Return pictures x_t: the clean ones as they are after t steps of noising (equation 4)."""
    x0, noise = np.asarray(x0), np.asarray(noise)
    if x0.shape != noise.shape:
        raise ValueError(
            f"diffuse expected noise of the pictures' shape {x0.shape}, got {noise.shape}"
        )
    picture, grain = schedule.scales(t)
    return picture.astype(x0.dtype) * x0 + grain.astype(x0.dtype) * noise


def diffusion_loss(
    model: DDPM, x0: Any, t: Any, noise: Any, y: Any = None, unlabelled: Any = None
) -> Tensor:
    """Return the mean squared error of the noise that is found (equation 14, L_simple).

    Args:
        model: the network.
        x0: clean pictures, (N, C, H, W), pixels from -1 to 1.
        t: a time step for each, drawn evenly from 0 ... T - 1.
        noise: standard normal, of the pictures' shape.
        y: labels, where the model has classes.
        unlabelled: for each picture whether its label is withheld, for guidance (drawn with probability 0.1
            or 0.2).
    """
    if y is not None and unlabelled is not None and model.config.classes:
        y = np.where(unlabelled, model.config.classes, y)
    x = diffuse(x0, t, noise, model.schedule)
    return losses.mse(model(x, t, y), np.asarray(noise))


# --8<-- [end:loss]


# --8<-- [start:sample]
def predictor(model: DDPM, labels: Any = None, guidance: float = 0.0) -> Any:
    """Return the function (x, t) -> noise that the samplers ask; guidance moves it away from "no label".

    Raises:
        ValueError: for guidance without labels.
    """
    if guidance and labels is None:
        raise ValueError("guidance needs labels: without them there is nothing to guide to")

    def predict(x: np.ndarray, t: int) -> np.ndarray:
        times = np.full(len(x), t)
        with no_grad():
            found = model(x, times, labels).numpy()
            if guidance:
                found = (1 + guidance) * found - guidance * model(x, times).numpy()
        return found

    return predict


def sample(
    model: DDPM,
    n: int,
    *,
    rng: np.random.Generator,
    labels: Any = None,
    guidance: float = 0.0,
    steps: int | None = None,
    eta: float = 0.0,
    clip: bool = True,
) -> np.ndarray:
    """Return n pictures out of noise: by all T steps of DDPM, or by so many of DDIM.

    Args:
        model: the network, in evaluation mode.
        n: how many pictures.
        rng: draws the noise.
        labels: what to draw, (n,), where the model has classes.
        guidance: how far the labels are insisted on; 0 is not at all.
        steps: None for the ancestral sampler, or the number of steps of DDIM.
        eta: how much fresh noise DDIM puts in.
        clip: whether the clean picture foreseen at each step is held between -1 and 1.

    Shape:
        (n, C, H, W)

    >>> model = DDPM(DDPMConfig.tiny(), rng=np.random.default_rng(0)).eval()
    >>> sample(model, 2, rng=np.random.default_rng(1), steps=3, labels=np.array([0, 1])).shape
    (2, 1, 4, 4)
    """
    shape = (n, *model.config.input_shape)
    dtype = model.conv_in.weight.dtype

    def draw(_: int) -> np.ndarray:
        return rng.standard_normal(shape).astype(dtype)

    predict, start = predictor(model, labels, guidance), draw(0)
    if steps is None:
        return run_ancestral(predict, start, model.schedule, draw, clip=clip)
    times = ddim_times(len(model.schedule), steps)
    return run_ddim(predict, start, model.schedule, times, draw, eta, clip)


# --8<-- [end:sample]
