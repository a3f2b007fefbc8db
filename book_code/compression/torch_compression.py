"""Quantization and distillation in PyTorch: the names and results of `quantization.py` and `distillation.py`."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .distillation import check_distillation
from .quantization import quantize


# --8<-- [start:distillation]
def distillation(
    student: Tensor,
    teacher: Tensor,
    labels: Tensor,
    temperature: float = 2.0,
    weight: float = 0.9,
) -> Tensor:
    """The loss of a pupil that looks at the teacher's probabilities and at the labels."""
    check_distillation(student.shape, teacher.shape, temperature, weight)
    log_p = F.log_softmax(teacher.detach() / temperature, dim=1)  # (N, C)
    log_q = F.log_softmax(student / temperature, dim=1)  # (N, C)
    divergence = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(student, labels)
    return weight * temperature**2 * divergence + (1 - weight) * hard


# --8<-- [end:distillation]


# --8<-- [start:linear]
class QuantizedLinear(nn.Module):
    """A fully connected layer whose weights are int8 and whose sums are integers; for use, not for training."""

    weight: Tensor
    scale: Tensor
    bias: Tensor | None

    def __init__(self, layer: nn.Linear, bits: int = 8):
        super().__init__()
        weight = quantize(layer.weight.detach().cpu().numpy(), per_row=True, bits=bits)
        self.register_buffer("weight", torch.from_numpy(weight.values))  # (out, in)
        self.register_buffer("scale", torch.from_numpy(weight.scale.reshape(-1)))  # (out,)
        self.register_buffer(
            "bias", None if layer.bias is None else layer.bias.detach().clone()
        )

    def forward(self, x: Tensor) -> Tensor:  # (..., in)
        """Return the layer's outputs, computed with integers."""
        centred, scale = rounded(x)
        # float64 holds these integers exactly, on every device
        sums = (centred.double() @ self.weight.double().T).float()  # (..., out)
        out = sums * (scale * self.scale)
        return out if self.bias is None else out + self.bias  # (..., out)


class QuantizedConv2d(nn.Module):
    """A convolution whose weights are int8 and whose inputs are rounded to int8; for use, not for training."""

    weight: Tensor
    scale: Tensor
    bias: Tensor | None

    def __init__(self, layer: nn.Conv2d, bits: int = 8):
        super().__init__()
        weight = quantize(layer.weight.detach().cpu().numpy(), per_row=True, bits=bits)
        if layer.padding_mode != "zeros":
            raise ValueError(
                f"QuantizedConv2d knows padding with zeros, got {layer.padding_mode!r}"
            )
        self.window: Any = (layer.stride, layer.padding, layer.dilation, layer.groups)
        self.register_buffer("weight", torch.from_numpy(weight.values))  # (O, C, kH, kW)
        self.register_buffer("scale", torch.from_numpy(weight.scale.reshape(-1)))  # (O,)
        self.register_buffer(
            "bias", None if layer.bias is None else layer.bias.detach().clone()
        )

    def forward(self, x: Tensor) -> Tensor:  # (N, C, H, W)
        """Return the layer's outputs, computed with rounded inputs and weights."""
        centred, scale = rounded(x)
        sums = F.conv2d(centred.double(), self.weight.double(), None, *self.window).float()
        out = sums * (scale * self.scale)[:, None, None]
        return out if self.bias is None else out + self.bias[:, None, None]  # (N, O, OH, OW)


# --8<-- [end:linear]


def rounded(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return a batch as integers of eight bits, less the zero point, and their scale."""
    x = x.detach().float()
    if not x.isfinite().all():
        raise ValueError("quantize expected finite numbers; there is a nan or an infinity")
    low, high = torch.cat([x.flatten(), x.new_zeros(1)]).double().aminmax()  # 0 is always in
    scale = ((high - low) / 255).float()
    scale = torch.where(scale > 0, scale, torch.ones_like(scale))
    zero_point = torch.round(-128 - low / scale)
    return torch.clamp(torch.round(x / scale) + zero_point, -128, 127) - zero_point, scale


def quantize_model(model: nn.Module, bits: int = 8, skip: tuple[str, ...] = ()) -> nn.Module:
    """Return a copy of a model whose Linear and Conv2d layers are quantized, in evaluation mode."""
    model = copy.deepcopy(model).eval()
    plain = (nn.Linear, nn.Conv2d)
    layers = {n: m for n, m in model.named_modules() if n and type(m) in plain}
    if unknown := [name for name in skip if name not in layers]:
        raise ValueError(
            f"{', '.join(unknown)}: no Linear or Conv2d layer of the model; it has {', '.join(layers)}"
        )
    chosen = {name: layer for name, layer in layers.items() if name not in skip}
    if not chosen:
        raise ValueError("quantize_model found no Linear or Conv2d layer to quantize")
    for name, layer in chosen.items():
        owner, _, attribute = name.rpartition(".")
        small = QuantizedLinear if isinstance(layer, nn.Linear) else QuantizedConv2d
        setattr(model.get_submodule(owner), attribute, small(layer, bits))
    return model
