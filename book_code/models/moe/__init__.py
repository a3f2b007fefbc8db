"""Mixtures of experts (Shazeer et al. 2017; Fedus, Zoph and Shazeer 2021)."""

from .config import PRESETS, MoEConfig
from .numpy_model import MixtureOfExperts, MoE, balance_loss

__all__ = ["PRESETS", "MixtureOfExperts", "MoE", "MoEConfig", "balance_loss"]
