"""Convolutions over log-mel pictures (Sainath and Parada 2015)."""

from .config import PRESETS, AudioCNNConfig
from .numpy_model import AudioCNN

__all__ = ["PRESETS", "AudioCNN", "AudioCNNConfig"]
