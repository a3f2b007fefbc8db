"""Merging in PyTorch, and adapters that go from one back end to the other."""

import numpy as np
import pytest
import torch

from book_code import interop
from book_code.models import registry
from book_code.models.lora.torch_model import add_lora, merge_lora

from .common import batch, model

pytestmark = pytest.mark.torch


def test_merged_equals_adapted():
    ours = model("lora-tiny")
    net = registry.model_class("lora-tiny", "torch")(ours.config).double().eval()
    net.load_state_dict(interop.to_torch(ours.state_dict()), strict=True)
    tokens = torch.from_numpy(batch("lora-tiny", 4)["tokens"])
    with torch.no_grad():
        before = net(tokens)
        torch.testing.assert_close(merge_lora(net)(tokens), before, rtol=1e-12, atol=1e-12)


def test_only_the_adapters_learn():
    net = registry.build("lora-tiny", "torch", rng=np.random.default_rng(0))
    learning = {
        name.rpartition(".")[2] for name, p in net.named_parameters() if p.requires_grad
    }
    assert learning == {"lora_a", "lora_b"}


def test_what_cannot_be_adapted_is_refused():
    net = registry.build("mlp-tiny", "torch", rng=np.random.default_rng(0))
    with pytest.raises(
        ValueError, match=r"no linear layer ends with 'q_proj'; there are layers\.0"
    ):
        add_lora(net, ("q_proj",), rank=1, alpha=1.0)
    with pytest.raises(ValueError, match="a rank from 1 to 2"):
        add_lora(net, ("layers.0",), rank=9, alpha=1.0)


@pytest.mark.parametrize("rank", [0, -1])
def test_a_rank_below_1_is_refused(rank):
    net = torch.nn.Sequential(torch.nn.Linear(3, 3))
    with pytest.raises(ValueError, match="a rank from 1 to 3"):
        add_lora(net, ("0",), rank=rank, alpha=1.0)


def test_one_target_is_not_its_letters():
    net = registry.build("gpt-tiny", "torch", rng=np.random.default_rng(0))
    with pytest.raises(TypeError, match=r"one string: write \('q_proj',\)"):
        add_lora(net, "q_proj", rank=2, alpha=4.0)
