"""SimCLR: contrastive learning of visual representations (Chen, Kornblith, Norouzi and Hinton 2020)."""

from .augment import views
from .config import PRESETS, SimCLRConfig
from .numpy_model import SimCLR, linear_probe, simclr_loss

__all__ = ["PRESETS", "SimCLR", "SimCLRConfig", "linear_probe", "simclr_loss", "views"]
