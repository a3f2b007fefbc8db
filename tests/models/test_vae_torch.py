"""The bound against torch.distributions, and the helpers in both back ends."""

import numpy as np
import pytest
import torch
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence

from book_code import interop
from book_code.models import registry
from book_code.models.vae import (
    elbo_terms,
    importance_weighted_bound,
    interpolate,
    reconstruct,
    torch_model,
)

from .common import model

pytestmark = pytest.mark.torch


@pytest.fixture(params=["bernoulli", "gaussian"])
def twins(request):
    """The same model in both back ends, examples and noise."""
    rng = np.random.default_rng(0)
    ours = model("conditional-vae-tiny", likelihood=request.param)
    theirs = registry.model_class("conditional-vae-tiny", "torch")(ours.config).double()
    theirs.load_state_dict(interop.to_torch(ours.state_dict()), strict=True)
    x = rng.integers(2, size=(5, 1, 3, 3)).astype(float)
    return ours, theirs, x, rng.standard_normal((4, 5, 3)), np.array([0, 1, 1, 0, 1])


def distributions(theirs, x, y, z=None):
    """Return q(z|x), p(z) and, for a code, p(x|z), as PyTorch's own objects."""
    mean, log_variance = theirs.encode(torch.tensor(x), torch.tensor(y))
    q = Independent(Normal(mean, (0.5 * log_variance).exp()), 1)
    prior = Independent(Normal(torch.zeros_like(mean), torch.ones_like(mean)), 1)
    if z is None:
        return q, prior
    scores = theirs.scores(z, torch.tensor(y)).flatten(1)
    bernoulli = theirs.config.likelihood == "bernoulli"
    given = Bernoulli(logits=scores) if bernoulli else Normal(scores, torch.ones_like(scores))
    return q, prior, Independent(given, 1)


def test_both_terms_are_those_of_torch_distributions(twins):
    ours, theirs, x, noise, y = twins
    q, prior = distributions(theirs, x, y)
    z = q.base_dist.loc + q.base_dist.scale * torch.tensor(noise[0])
    given = distributions(theirs, x, y, z)[2]
    expected = given.log_prob(torch.tensor(x).flatten(1)).mean(), kl_divergence(q, prior).mean()
    for found, value in zip(elbo_terms(ours, x, noise[0], y), expected, strict=True):
        assert found.item() == pytest.approx(value.item(), rel=1e-10)


def test_the_bound_by_importance_is_the_formula_of_the_paper(twins):
    """Burda et al., equation 8, with every density by torch.distributions, constants and all."""
    ours, theirs, x, noise, y = twins
    weights = []
    for epsilon in torch.tensor(noise):
        q, prior = distributions(theirs, x, y)
        z = q.base_dist.loc + q.base_dist.scale * epsilon
        given = distributions(theirs, x, y, z)[2]
        joint = given.log_prob(torch.tensor(x).flatten(1)) + prior.log_prob(z)
        weights.append(joint - q.log_prob(z))
    expected = torch.stack(weights).exp().mean(0).log().mean().item()
    found = importance_weighted_bound(ours, x, noise, y).item()
    assert found == pytest.approx(expected, rel=1e-10)


def test_helpers_are_the_same(twins):
    ours, theirs, x, _, y = twins
    t, labels = torch.tensor(x), torch.tensor(y)
    rebuilt = torch_model.reconstruct(theirs, t, labels)
    np.testing.assert_allclose(reconstruct(ours, x, y), rebuilt.numpy(), rtol=1e-10)
    way = torch_model.interpolate(theirs, t[0], t[1], 5, 1)
    np.testing.assert_allclose(interpolate(ours, x[0], x[1], 5, 1), way.numpy(), rtol=1e-10)
    one, other = (
        torch_model.sample(
            theirs, 3, generator=torch.Generator().manual_seed(2), labels=labels[:3]
        )
        for _ in range(2)
    )
    assert one.shape == (3, 1, 3, 3)
    assert torch.equal(one, other)
    assert not any(part.requires_grad for part in (one, way, rebuilt))


def test_pytorch_refuses_the_same(twins):
    _, theirs, x, _, _ = twins
    t = torch.tensor(x)
    with pytest.raises(ValueError, match="has 2 classes and needs a label"):
        theirs(t)
    with pytest.raises(ValueError, match=r"noise of shape \(N, 3\), got \(5, 2\)"):
        theirs(t, torch.zeros(5, 2), torch.zeros(5, dtype=torch.int64))
    with pytest.raises(ValueError, match=r"noise of shape \(S, 5, 3\), got \(5, 3\)"):
        torch_model.importance_weighted_bound(theirs, t, torch.zeros(5, 3))
    with pytest.raises(ValueError, match="at least 2 steps"):
        torch_model.interpolate(theirs, t[0], t[1], 1, 0)
