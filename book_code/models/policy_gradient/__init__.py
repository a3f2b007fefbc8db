"""Policy gradients: REINFORCE (Williams 1992), with a baseline, and actor-critic."""

from .config import PRESETS, PolicyGradientConfig
from .numpy_model import PolicyGradient

__all__ = ["PRESETS", "PolicyGradient", "PolicyGradientConfig"]
