"""What the registry's parity does not reach: the step, and the gates made of it."""

import numpy as np
import pytest
import torch

from book_code.models import registry
from book_code.models.neuron import gate
from book_code.models.neuron import torch_model as theirs

pytestmark = pytest.mark.torch

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)


@pytest.mark.parametrize("name", ["and", "or", "nand", "nor"])
def test_gates_are_the_same_in_both(name):
    ours, twin = gate(name), theirs.gate(name)
    for key, value in ours.state_dict().items():
        np.testing.assert_array_equal(value, twin.state_dict()[key])
    np.testing.assert_array_equal(ours(CORNERS).data, twin(torch.from_numpy(CORNERS)))
    with pytest.raises(ValueError, match="got 'xor'"):
        theirs.gate("xor")


def test_the_step_is_the_same_in_both_also_at_0():
    x = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)
    x[0] = 0
    for bias in (True, False):
        settings = {"activation": "step", "bias": bias}
        ours = registry.build("neuron", rng=np.random.default_rng(1), **settings)
        twin = registry.build("neuron", "torch", rng=np.random.default_rng(1), **settings)
        out = ours(x).data
        np.testing.assert_array_equal(out, twin(torch.from_numpy(x)).detach())
        assert set(out.tolist()) == {0.0, 1.0}
    assert out[0] == 0  # a score of 0 is not above it


def test_a_neuron_is_torchs_linear_and_its_activation():
    ours = registry.build("neuron-tiny", rng=np.random.default_rng(0))
    linear = torch.nn.Linear(3, 1)
    linear.load_state_dict(
        {k: torch.from_numpy(v).reshape(1, -1)[0 if v.ndim == 0 else slice(None)]
         for k, v in ours.state_dict().items()}
    )  # fmt: skip
    x = np.random.default_rng(0).normal(size=(7, 3)).astype(np.float32)
    expected = torch.sigmoid(linear(torch.from_numpy(x)))[:, 0].detach()
    np.testing.assert_allclose(ours(x).data, expected, rtol=1e-5)
