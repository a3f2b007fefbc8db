"""Masked autoencoders (He, Chen, Xie, Li, Dollár and Girshick 2021)."""

from .config import PRESETS, MAEConfig
from .numpy_model import MAE, Reconstruction, mae_loss, reconstruct, targets
from .patches import draw_order, patchify, unpatchify

__all__ = [
    "MAE",
    "PRESETS",
    "MAEConfig",
    "Reconstruction",
    "draw_order",
    "mae_loss",
    "patchify",
    "reconstruct",
    "targets",
    "unpatchify",
]
