"""A quantum circuit, simulated, as a classifier (Farhi and Neven 2018; Schuld et al. 2018)."""

from .config import PRESETS, QuantumClassifierConfig
from .numpy_model import QuantumClassifier

__all__ = ["PRESETS", "QuantumClassifier", "QuantumClassifierConfig"]
