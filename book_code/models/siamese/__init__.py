"""Siamese networks (Bromley et al. 1993; Hadsell et al. 2006; Schroff et al. 2015)."""

from .config import PRESETS, SiameseConfig
from .numpy_model import SiameseNet

__all__ = ["PRESETS", "SiameseConfig", "SiameseNet"]
