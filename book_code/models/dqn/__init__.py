"""Deep Q-learning (Mnih et al. 2013, 2015)."""

from .config import PRESETS, QNetworkConfig
from .numpy_model import QNetwork
from .replay import ReplayBuffer

__all__ = ["PRESETS", "QNetwork", "QNetworkConfig", "ReplayBuffer"]
