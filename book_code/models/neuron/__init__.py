"""One neuron (McCulloch and Pitts 1943)."""

from .config import PRESETS, NeuronConfig
from .numpy_model import Neuron, gate

__all__ = ["PRESETS", "Neuron", "NeuronConfig", "gate"]
