"""U-Net as it is most used: the layers of milesial/Pytorch-UNet by their names, written out from the weights alone."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

import book_code as bc
from book_code.models import registry
from book_code.models.unet.published import convert

from .common import batch

pytestmark = pytest.mark.torch


def their_state(rng, channels, classes, width, levels, biases):
    """Return random weights under the names of that repository."""
    state = {}

    def twice(name, inputs, outputs):
        for i, a in ((0, inputs), (3, outputs)):
            state[f"{name}.double_conv.{i}.weight"] = rng.normal(
                scale=0.3, size=(outputs, a, 3, 3)
            )
            if biases:
                state[f"{name}.double_conv.{i}.bias"] = rng.normal(size=outputs)
            norm = f"{name}.double_conv.{i + 1}"
            for part in ("weight", "running_var"):
                state[f"{norm}.{part}"] = rng.uniform(0.5, 1.5, outputs)
            for part in ("bias", "running_mean"):
                state[f"{norm}.{part}"] = rng.normal(size=outputs)
            state[f"{norm}.num_batches_tracked"] = np.array(0)

    twice("inc", channels, width)
    for level in range(1, levels + 1):
        twice(f"down{level}.maxpool_conv.1", width * 2 ** (level - 1), width * 2**level)
    for level in range(1, levels + 1):
        outputs = width * 2 ** (levels - level)
        state[f"up{level}.up.weight"] = rng.normal(size=(2 * outputs, outputs, 2, 2))
        state[f"up{level}.up.bias"] = rng.normal(size=outputs)
        twice(f"up{level}.conv", 2 * outputs, outputs)
    state["outc.conv.weight"] = rng.normal(size=(classes, width, 1, 1))
    state["outc.conv.bias"] = rng.normal(size=classes)
    return {
        k: v.astype(np.float32, copy=False) if v.dtype.kind == "f" else v
        for k, v in state.items()
    }


def their_logits(state, x, levels):
    """Return what these layers say of pictures."""
    state = {name: torch.from_numpy(np.asarray(value)) for name, value in state.items()}

    def twice(name, x):
        for i in ("0", "3"):
            conv, norm = f"{name}.double_conv.{i}", f"{name}.double_conv.{int(i) + 1}"
            x = F.conv2d(x, state[f"{conv}.weight"], state.get(f"{conv}.bias"), padding=1)
            parts = [
                state[f"{norm}.{p}"] for p in ("running_mean", "running_var", "weight", "bias")
            ]
            x = F.relu(F.batch_norm(x, *parts))
        return x

    kept = [twice("inc", torch.from_numpy(x))]
    for level in range(1, levels + 1):
        kept.append(twice(f"down{level}.maxpool_conv.1", F.max_pool2d(kept[-1], 2)))
    x = kept.pop()
    for level in range(1, levels + 1):
        up = f"up{level}.up"
        x = F.conv_transpose2d(x, state[f"{up}.weight"], state[f"{up}.bias"], stride=2)
        x = twice(f"up{level}.conv", torch.cat([kept.pop(), x], dim=1))
    return F.conv2d(x, state["outc.conv.weight"], state["outc.conv.bias"]).numpy()


@pytest.mark.parametrize("biases", [False, True], ids=["today", "before 2021"])
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_published_weights_give_the_same_logits(backend, biases):
    state = their_state(np.random.default_rng(0), 2, 3, 4, 2, biases)
    sizes = {"in_channels": 2, "width": 4, "norm": True}
    ours = bc.load_published("unet-tiny", state, backend, **sizes)
    x = batch("unet-tiny", 2, np.float32, **sizes)["x"]
    expected = their_logits(state, x, 2)
    with torch.no_grad():
        found = ours(x if backend == "numpy" else torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5 * np.abs(expected).max())


def test_the_full_size_has_as_many_parameters():
    class Hollow:
        def normal(self, size, scale=1):
            return np.broadcast_to(np.float32(0), size)

        def uniform(self, low, high, size):
            return self.normal(size)

    state = their_state(Hollow(), 3, 2, 64, 4, biases=False)
    with torch.device("meta"):
        ours = registry.model_class("unet-padded", "torch")(registry.config("unet-padded"))
    found = {name: value.shape for name, value in convert(state, ours.config).items()}
    assert found == {name: tuple(value.shape) for name, value in ours.state_dict().items()}
    assert sum(p.numel() for p in ours.parameters()) == 31_037_698
