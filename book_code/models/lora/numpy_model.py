"""LoRA: Hu et al. (2021), Low-Rank Adaptation of Large Language Models, arXiv:2106.09685.

    code       paper   shape       meaning
    weight     W_0     (out, in)   of the layer that is adapted; it stays as it is
    lora_a     A       (r, in)     normal at first
    lora_b     B       (out, r)    zero at first: the adapted model begins as the model
    scale      α / r
    forward            x W_0ᵀ + b + scale · (x Aᵀ) Bᵀ                    (equation 3)

Deviations from the paper: none; the published code can besides drop entries of x before A. Any linear layer of any model
of the book can be adapted by `add_lora`; the family that is registered is GPT.
"""

from typing import Any

import numpy as np

from ... import init
from ...autodiff import Tensor
from ...autodiff import functional as F
from ...names import check_generator
from ...nn import Linear, Module
from ...nn.module import floating_input
from ..gpt.numpy_model import GPT
from .config import LoRAConfig


# --8<-- [start:linear]
class LoRALinear(Module):
    """A linear layer that stays, and a small one beside it that learns what to add.

    Args:
        layer: the layer that is adapted; its weights are shared, not copied, and no longer ask for gradients.
        rank: rank r of what is added.
        alpha: what is added counts alpha / rank.
        rng: draws A.

    Shape:
        (..., in) -> (..., out); lora_a (r, in), lora_b (out, r)

    >>> layer = Linear(8, 3, rng=np.random.default_rng(0))
    >>> adapted = LoRALinear(layer, rank=2, alpha=4.0, rng=np.random.default_rng(0))
    >>> x = np.ones((1, 8), np.float32)
    >>> np.array_equal(adapted(x).numpy(), layer(x).numpy())
    True
    """

    def __init__(self, layer: Linear, *, rank: int, alpha: float, rng: np.random.Generator):
        super().__init__()
        outputs, inputs = layer.weight.shape
        if not 1 <= rank <= min(outputs, inputs):
            raise ValueError(
                f"LoRALinear expected a rank from 1 to {min(outputs, inputs)} for a layer "
                f"{inputs} -> {outputs}, got {rank}"
            )
        self.weight, self.bias = layer.weight, layer.bias
        self.scale = alpha / rank
        for fixed in (self.weight, self.bias):
            if fixed is not None:
                fixed.requires_grad = False
        first = init.normal((rank, inputs), 1 / np.sqrt(inputs), rng=rng)
        self.lora_a = Tensor(first.astype(layer.weight.dtype), requires_grad=True)
        self.lora_b = Tensor(np.zeros((outputs, rank), layer.weight.dtype), requires_grad=True)

    def forward(self, x: Any) -> Tensor:  # (..., in)
        """Return what the layer gives, and what is added."""
        x = floating_input(self, x, self.weight)
        added = F.linear(F.linear(x, self.lora_a), self.lora_b)  # (..., r), (..., out)
        return F.linear(x, self.weight, self.bias) + self.scale * added  # (..., out)

    def merged(self) -> Linear:
        """Return one linear layer that does the same: W_0 + scale · B A."""
        outputs, inputs = self.weight.shape
        layer = Linear(inputs, outputs, self.bias is not None, rng=np.random.default_rng(0))
        added = self.lora_b.numpy() @ self.lora_a.numpy()
        layer.weight = Tensor(self.weight.numpy() + self.scale * added, requires_grad=True)
        if self.bias is not None:
            layer.bias = Tensor(self.bias.numpy().copy(), requires_grad=True)
        return layer


# --8<-- [end:linear]


# --8<-- [start:add]
def add_lora(
    model: Any, targets: tuple[str, ...], *, rank: int, alpha: float, rng: np.random.Generator
) -> Any:
    """Give a model's linear layers adapters, in place; everything else stops learning.

    Args:
        model: any NumPy model of the book.
        targets: ends of the dotted names of the linear layers.
        rank: rank of the adapters.
        alpha: what is added counts alpha / rank.
        rng: draws the first weights.

    Returns:
        The model.

    Raises:
        ValueError: when a target names no linear layer; the message lists those there are.

    >>> from book_code import build
    >>> rng = np.random.default_rng(0)
    >>> model = add_lora(build("mlp-tiny", rng=rng), ("layers.0",), rank=1, alpha=1.0, rng=rng)
    >>> [name for name, p in model.named_parameters() if p.requires_grad]
    ['layers.0.lora_a', 'layers.0.lora_b']
    """
    if isinstance(targets, str):
        raise TypeError(f"targets are a tuple of names, got one string: write ({targets!r},)")
    check_generator("add_lora", rng)
    places = dict(_linear_layers(model))
    for target in targets:
        if not any(_ends(name, target) for name in places):
            raise ValueError(
                f"no linear layer ends with {target!r}; there are {', '.join(places)}"
            )
    for p in model.parameters():
        p.requires_grad = False
    for name, (owner, key, layer) in places.items():
        if any(_ends(name, target) for target in targets):
            _put(owner, key, LoRALinear(layer, rank=rank, alpha=alpha, rng=rng))
    return model


def merge_lora(model: Any) -> Any:
    """Make each adapted layer one linear layer again, in place: nothing is slower than before.

    >>> from book_code import build
    >>> model = merge_lora(build("lora-tiny", rng=np.random.default_rng(0)))
    >>> type(model.gpt.layers[0].self_attn.q_proj).__name__
    'Linear'
    """
    for _, (owner, key, layer) in _linear_layers(model, LoRALinear):
        _put(owner, key, layer.merged())
    return model


# --8<-- [end:add]


# --8<-- [start:model]
class LoRAGPT(Module):
    """A GPT whose chosen layers have adapters; returns logits of the next token at every place.

    Shape:
        tokens (N, T), integers -> (N, T, V)

    >>> model = LoRAGPT(LoRAConfig.tiny(), rng=np.random.default_rng(0))
    >>> model([[3, 1, 4]]).shape
    (1, 3, 11)
    """

    def __init__(self, config: LoRAConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or LoRAConfig()
        self.config = config
        self.gpt = GPT(config.gpt, rng=rng)
        add_lora(self.gpt, config.targets, rank=config.rank, alpha=config.alpha, rng=rng)

    def forward(self, tokens: Any) -> Tensor:  # (N, T)
        """Return the logits of what follows each token."""
        return self.gpt(tokens)  # (N, T, V)


# --8<-- [end:model]


def adapters(model: Module) -> dict[str, np.ndarray]:
    """Return the state of the adapters alone: all that has to be kept for one task.

    >>> model = LoRAGPT(LoRAConfig.tiny(), rng=np.random.default_rng(0))
    >>> sum(array.size for array in adapters(model).values())
    64
    """
    return {k: v for k, v in model.state_dict().items() if k.endswith(("lora_a", "lora_b"))}


def _linear_layers(
    module: Module, kind: type = Linear
) -> list[tuple[str, tuple[Any, Any, Any]]]:
    """(name, (owner, attribute or index, layer)) of every layer of a kind."""
    found: list[tuple[str, tuple[Any, Any, Any]]] = []
    waiting: list[tuple[str, Any]] = [("", module)]
    while waiting:
        prefix, owner = waiting.pop()
        for name, child in owner.children():
            attribute, _, index = name.partition(".")
            inside: Any = owner
            key: Any = attribute
            if name.isdigit():  # a Sequential
                inside, key = owner.layers, int(name)
            elif index:
                inside, key = getattr(owner, attribute), int(index)
            if type(child) is kind:
                found.append((prefix + name, (inside, key, child)))
            else:
                waiting.append((f"{prefix}{name}.", child))
    return sorted(found, key=lambda item: item[0])


def _ends(name: str, target: str) -> bool:
    return name == target or name.endswith(f".{target}")


def _put(owner: Any, key: Any, layer: Module) -> None:
    if isinstance(key, int):
        owner[key] = layer
    else:
        setattr(owner, key, layer)
