"""LoRA in PyTorch: the names, shapes and results of `numpy_model.py` (Hu et al. 2021, arXiv:2106.09685)."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..gpt.torch_model import GPT
from .config import LoRAConfig


# --8<-- [start:linear]
class LoRALinear(nn.Module):
    """A linear layer that stays, and a small one beside it that learns what to add."""

    def __init__(self, layer: nn.Linear, *, rank: int, alpha: float):
        super().__init__()
        outputs, inputs = layer.weight.shape
        if not 1 <= rank <= min(outputs, inputs):
            raise ValueError(
                f"LoRALinear expected a rank from 1 to {min(outputs, inputs)} for a layer "
                f"{inputs} -> {outputs}, got {rank}"
            )
        self.weight, self.bias = layer.weight, layer.bias
        self.scale = alpha / rank
        self.weight.requires_grad_(False)
        if self.bias is not None:
            self.bias.requires_grad_(False)
        self.lora_a = nn.Parameter(torch.randn(rank, inputs).to(layer.weight) / inputs**0.5)
        self.lora_b = nn.Parameter(torch.zeros(outputs, rank).to(layer.weight))

    def forward(self, x: Tensor) -> Tensor:  # (..., in)
        """Return what the layer gives, and what is added."""
        added = F.linear(F.linear(x, self.lora_a), self.lora_b)  # (..., r), (..., out)
        return F.linear(x, self.weight, self.bias) + self.scale * added  # (..., out)

    def merged(self) -> nn.Linear:
        """Return one linear layer that does the same: W_0 + scale · B A."""
        outputs, inputs = self.weight.shape
        layer = nn.Linear(inputs, outputs, self.bias is not None).to(self.weight)
        with torch.no_grad():
            layer.weight.copy_(self.weight + self.scale * self.lora_b @ self.lora_a)
            if self.bias is not None:
                layer.bias.copy_(self.bias)
        return layer


# --8<-- [end:linear]


# --8<-- [start:add]
def add_lora(
    model: nn.Module, targets: tuple[str, ...], *, rank: int, alpha: float
) -> nn.Module:
    """Give a model's linear layers adapters, in place; everything else stops learning."""
    if isinstance(targets, str):
        raise TypeError(f"targets are a tuple of names, got one string: write ({targets!r},)")
    layers = {name: m for name, m in model.named_modules() if type(m) is nn.Linear}
    for target in targets:
        if not any(name == target or name.endswith(f".{target}") for name in layers):
            raise ValueError(
                f"no linear layer ends with {target!r}; there are {', '.join(layers)}"
            )
    model.requires_grad_(False)
    for name, layer in layers.items():
        if any(name == target or name.endswith(f".{target}") for target in targets):
            owner, _, attribute = name.rpartition(".")
            setattr(
                model.get_submodule(owner), attribute, LoRALinear(layer, rank=rank, alpha=alpha)
            )
    return model


def merge_lora(model: nn.Module) -> nn.Module:
    """Make each adapted layer one linear layer again, in place: nothing is slower than before."""
    for name, layer in list(model.named_modules()):
        if isinstance(layer, LoRALinear):
            owner, _, attribute = name.rpartition(".")
            setattr(model.get_submodule(owner), attribute, layer.merged())
    return model


# --8<-- [end:add]


# --8<-- [start:model]
class LoRAGPT(nn.Module):
    """A GPT whose chosen layers have adapters; returns logits of the next token at every place."""

    def __init__(self, config: LoRAConfig | None = None):
        super().__init__()
        config = config or LoRAConfig()
        self.config = config
        self.gpt = GPT(config.gpt)
        add_lora(self.gpt, config.targets, rank=config.rank, alpha=config.alpha)

    def forward(self, tokens: Tensor) -> Tensor:  # (N, T)
        """Return the logits of what follows each token."""
        return self.gpt(tokens)  # (N, T, V)


# --8<-- [end:model]
