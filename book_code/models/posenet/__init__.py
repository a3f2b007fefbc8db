"""Key points by heat maps (Tompson et al. 2014; Xiao et al. 2018)."""

from .config import PRESETS, PoseNetConfig
from .numpy_model import PoseNet

__all__ = ["PRESETS", "PoseNet", "PoseNetConfig"]
