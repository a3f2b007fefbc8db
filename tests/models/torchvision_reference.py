"""torchvision as the reference of the convolutional networks: its import, and weights that hide nothing.

torchvision's wheel from PyPI is built against a PyTorch with CUDA. Beside a PyTorch without it the library of its
own C++ operators does not load, and `import torchvision` stops where Python adds to two of them, `nms` and
`qnms`. The models need none of these operators, so they are declared here, without code, if the library does not
load; where it loads nothing is done. This must come before the first import of torchvision.
"""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from book_code import interop
from book_code.models import registry

OPERATORS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


def declare_operators() -> list[torch.library.Library]:
    """Declare the operators that torchvision's import asks for, unless its library brings them."""
    if "torchvision" in sys.modules:
        return []
    spec = importlib.util.find_spec("torchvision")
    assert spec is not None, 'these tests need torchvision: pip install ".[test]"'
    assert spec.origin is not None
    for library in Path(spec.origin).parent.glob("_C*.so"):
        try:
            torch.ops.load_library(library)
        except OSError:
            continue
        return []
    declared = torch.library.Library("torchvision", "FRAGMENT")
    for operator in OPERATORS:
        declared.define(operator)
    return [declared]


DECLARED = declare_operators()  # they live as long as this list

from torchvision import models as torchvision_models  # noqa: E402

__all__ = ["agree", "same_names_and_shapes", "torchvision_models"]


def shake(net: torch.nn.Module) -> torch.nn.Module:
    """Give a reference weights that hide nothing.

    Norms and biases are moved off their zeros and ones; filters are as large as lets the pictures, and not the biases
    alone, reach the outputs.
    """
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, value in net.state_dict().items():
            if not value.is_floating_point():
                continue
            noise = torch.randn(value.shape, generator=generator)
            if name.endswith("running_var"):
                value.copy_(0.5 + noise.abs())
            elif value.ndim in (2, 4):
                value.copy_(noise * (2 / value[0].numel()) ** 0.5)
            else:
                value.add_(0.3 * noise)
    return net


def agree(
    name: str, make: Callable[[], Any], x: np.ndarray, training: bool = False, **overrides: Any
) -> None:
    """Load a reference's weights by strict=True into both back ends, and compare what comes out.

    In use float32 is compared to 1e-5. In training, where the norms divide by what few pictures give, float64 is
    compared to 1e-9.
    """
    dtype, tolerance = (np.float64, 1e-9) if training else (np.float32, 1e-5)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        reference = shake(make())
    state = interop.from_torch(reference)
    ours = registry.build(name, rng=np.random.default_rng(0), **overrides)
    theirs = registry.model_class(name, "torch")(registry.config(name, **overrides))
    ours.load_state_dict(state, strict=True)
    theirs.load_state_dict(interop.to_torch(state), strict=True)
    if training:
        ours, theirs, reference = ours.astype(dtype), theirs.double(), reference.double()
    x = x.astype(dtype)
    with torch.no_grad():
        expected = parts(reference.train(training)(torch.from_numpy(x)))
        in_torch = parts(theirs.train(training)(torch.from_numpy(x)))
    in_numpy = parts(ours.train(training)(x))
    for label, found in (("torch", in_torch), ("numpy", in_numpy)):
        assert found.keys() == expected.keys(), label
        for key, value in expected.items():
            largest = np.abs(value).max()
            assert np.ptp(value, axis=0).max() > 1e-2 * largest, "equal for all pictures"
            np.testing.assert_allclose(
                found[key],
                value,
                rtol=tolerance,
                atol=tolerance * largest,
                err_msg=f"{label} {key}",
            )


def parts(outputs: Any) -> dict[str, np.ndarray]:
    """Return the arrays of an output by name; of a tuple those that are there."""
    if not isinstance(outputs, tuple):
        return {"logits": np.asarray(outputs.detach().numpy())}
    named = outputs._asdict()
    return {key: np.asarray(v.detach().numpy()) for key, v in named.items() if v is not None}


def same_names_and_shapes(name: str, make: Callable[[], Any], **overrides: Any) -> None:
    """Compare names, their order, and shapes of the whole state of a full preset, without any numbers."""
    with torch.device("meta"):
        reference = make()
        ours = registry.model_class(name, "torch")(registry.config(name, **overrides))
    expected = [(key, value.shape) for key, value in reference.state_dict().items()]
    assert [(key, value.shape) for key, value in ours.state_dict().items()] == expected
    assert [key for key, _ in ours.named_parameters()] == [
        key for key, _ in reference.named_parameters()
    ]


def stage_shapes(
    name: str, stages: list[str], size: int | None = None
) -> dict[str, tuple[int, ...]]:
    """Return what the named parts of a full preset put out for one picture, (C, H, W), without any numbers."""
    config = registry.config(name)
    shapes = {}
    with torch.device("meta"):
        net = registry.model_class(name, "torch")(config).eval()
        for stage in stages:
            net.get_submodule(stage).register_forward_hook(
                lambda module, args, out, stage=stage: shapes.update(
                    {stage: tuple(out.shape[1:])}
                )
            )
        channels, height, width = config.input_shape
        net(torch.zeros(1, channels, size or height, size or width))
    return shapes
