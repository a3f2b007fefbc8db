"""LoRA: low-rank adapters (Hu et al. 2021)."""

from .config import PRESETS, LoRAConfig
from .numpy_model import LoRAGPT, LoRALinear, add_lora, merge_lora

__all__ = ["PRESETS", "LoRAConfig", "LoRAGPT", "LoRALinear", "add_lora", "merge_lora"]
