"""Spiking networks with surrogate gradients (Zenke and Ganguli 2017; Neftci, Mostafa and Zenke 2019)."""

from .config import PRESETS, SpikingNetConfig
from .encoding import latency_code, rate_code
from .numpy_model import SpikingNet

__all__ = ["PRESETS", "SpikingNet", "SpikingNetConfig", "latency_code", "rate_code"]
