"""Smaller models: fewer bits (quantization), fewer weights (pruning), a pupil instead of the teacher (distillation)."""

from .distillation import distillation
from .pruning import apply_masks, filter_masks, magnitude_masks, sparsity
from .quantization import (
    Quantized,
    QuantizedConv2d,
    QuantizedLinear,
    quantize,
    quantize_model,
    size_in_bytes,
)

__all__ = [
    "Quantized", "QuantizedConv2d", "QuantizedLinear", "apply_masks", "distillation",
    "filter_masks", "magnitude_masks", "quantize", "quantize_model", "size_in_bytes", "sparsity",
]  # fmt: skip
