"""Denoising diffusion probabilistic models (Ho, Jain and Abbeel 2020), with DDIM and guidance."""

from .config import PRESETS, DDPMConfig
from .numpy_model import DDPM, diffuse, diffusion_loss, sample
from .sampling import (
    ancestral_step,
    ddim_step,
    ddim_times,
    invert_ddim,
    run_ancestral,
    run_ddim,
)
from .schedule import NoiseSchedule

__all__ = [
    "DDPM",
    "PRESETS",
    "DDPMConfig",
    "NoiseSchedule",
    "ancestral_step",
    "ddim_step",
    "ddim_times",
    "diffuse",
    "diffusion_loss",
    "invert_ddim",
    "run_ancestral",
    "run_ddim",
    "sample",
]
