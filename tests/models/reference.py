"""torchvision and transformers, importable beside a PyTorch without CUDA: take both from here."""

from . import torchvision_reference as _first  # it declares what torchvision's import needs

# isort: split
import torchvision
import torchvision.models
import transformers

__all__ = ["torchvision", "transformers"]
assert _first
