"""Mixtures of experts in PyTorch: the balance loss of Hugging Face's Mixtral, and its routing."""

import numpy as np
import pytest
import torch

from book_code.models.moe import numpy_model, torch_model

from .reference import transformers

pytestmark = [pytest.mark.torch, pytest.mark.native]


@pytest.mark.parametrize("k", [1, 2])
def test_the_balance_loss_is_that_of_mixtral(k):
    """Mixtral's adds up over the k choices, ours takes their mean: a factor k."""
    torch.manual_seed(0)
    scores = torch.randn(40, 6, dtype=torch.float64)
    module = transformers.models.mixtral.modeling_mixtral
    wanted = (
        module.load_balancing_loss_func((scores,), 6, top_k=k).double() / k
    )  # float32 inside
    torch.testing.assert_close(torch_model.balance_loss(scores, k), wanted, rtol=1e-6, atol=0)
    ours = numpy_model.balance_loss(numpy_model.Tensor(scores.numpy()), k)
    assert ours.item() == pytest.approx(wanted.item(), rel=1e-6)


def test_gates_and_choices_are_those_of_mixtral():
    torch.manual_seed(0)
    config = transformers.MixtralConfig(
        hidden_size=6, intermediate_size=5, num_local_experts=4, num_experts_per_tok=2
    )
    router = transformers.models.mixtral.modeling_mixtral.MixtralTopKRouter(config)
    weight, x = torch.randn(4, 6), torch.randn(9, 6)
    router.weight.data = weight
    _, gates, chosen = router(x)
    layer = torch_model.MixtureOfExperts(6, 5, experts=4, k=2)
    layer.router.weight.data = weight
    for number, expert in enumerate(layer.experts):  # expert e says e + 1 to everything
        for p in expert.parameters():
            p.data.zero_()
        expert.linear2.bias.data.fill_(number + 1.0)
    wanted = (gates * (chosen + 1)).sum(dim=1)
    torch.testing.assert_close(layer(x).out[:, 0], wanted)
    ours = numpy_model.MixtureOfExperts(6, 5, experts=4, k=2, rng=np.random.default_rng(0))
    ours.load_state_dict({k: v.detach().numpy() for k, v in layer.state_dict().items()})
    out = ours(numpy_model.Tensor(x.numpy())).out
    np.testing.assert_allclose(out.data[:, 0], wanted.detach(), rtol=1e-5)
