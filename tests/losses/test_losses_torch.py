"""Every loss against PyTorch's, in float64: value and gradient."""

import numpy as np
import pytest
import torch
import torch.nn.functional as TF

from book_code import losses
from book_code.autodiff import Tensor, grad
from book_code.autodiff import functional as F

pytestmark = pytest.mark.torch

RNG = np.random.default_rng(0)
NUMBERS, TARGETS = 3 * RNG.standard_normal((2, 6, 4))
LABELS = RNG.integers(0, 4, 6)
T, L = torch.from_numpy(TARGETS), torch.from_numpy(LABELS)

W = np.array([0.5, 2.0, 1.0, 3.0])
PARTLY = np.where(np.arange(6) % 3, LABELS, -100)
SHARES = RNG.random((6, 4))
LOG = np.log(RNG.dirichlet(np.ones(4), 6))


def torch_focal(x, ones, gamma, alpha):
    """The formula of the paper, (4) and (5), as RetinaNet's reference code writes it."""
    p = torch.sigmoid(x)
    p_t, alpha_t = torch.where(ones, p, 1 - p), torch.where(ones, alpha, 1 - alpha)
    return (alpha_t * (1 - p_t) ** gamma * -torch.log(p_t)).mean()


def normal_kl(mean, log_variance):
    p = torch.distributions.Normal(mean, (0.5 * log_variance).exp())
    q = torch.distributions.Normal(torch.zeros_like(mean), torch.ones_like(mean))
    return torch.distributions.kl_divergence(p, q).sum(1).mean()


def torch_contrastive(one, other, same, margin):
    distance = TF.pairwise_distance(one, other, eps=0)
    return torch.where(same, distance**2 / 2, (margin - distance).relu() ** 2 / 2).mean()


def torch_nt_xent(one, other, temperature):
    """Equation (1) of the paper, view by view."""
    z, n, losses = torch.cat([one, other]), len(one), []
    for i in range(2 * n):
        sims = TF.cosine_similarity(z[i], z, dim=-1) / temperature
        rest = torch.arange(2 * n) != i
        losses.append(torch.logsumexp(sims[rest], 0) - sims[(i + n) % (2 * n)])
    return torch.stack(losses).mean()


CASES = {
    "mse": (lambda x: losses.mse(x, TARGETS), lambda x: TF.mse_loss(x, T)),
    "mae": (lambda x: losses.mae(x, TARGETS), lambda x: TF.l1_loss(x, T)),
    "huber": (
        lambda x: losses.huber(x, TARGETS, delta=0.7),
        lambda x: TF.huber_loss(x, T, delta=0.7),
    ),
    "cross_entropy": (
        lambda x: losses.cross_entropy(x, LABELS),
        lambda x: TF.cross_entropy(x, L),
    ),
    "multiclass_hinge": (
        lambda x: losses.multiclass_hinge(x, LABELS),
        lambda x: TF.multi_margin_loss(x, L),
    ),
    "binary_cross_entropy": (
        lambda x: losses.binary_cross_entropy(x, TARGETS > 0),
        lambda x: TF.binary_cross_entropy_with_logits(x, (T > 0).double()),
    ),
    "cross_entropy, axes": (
        lambda x: losses.cross_entropy(x.reshape(2, 3, 4), LABELS.reshape(2, 3)),
        lambda x: TF.cross_entropy(x.reshape(2, 3, 4).mT, L.reshape(2, 3)),
    ),
    "cross_entropy, weights": (
        lambda x: losses.cross_entropy(x, LABELS, W),
        lambda x: TF.cross_entropy(x, L, torch.tensor(W)),
    ),
    "cross_entropy, ignore": (
        lambda x: losses.cross_entropy(x, PARTLY, ignore=-100),
        lambda x: TF.cross_entropy(x, torch.tensor(PARTLY)),
    ),
    "cross_entropy, smoothed": (
        lambda x: losses.cross_entropy(x, LABELS, label_smoothing=0.3),
        lambda x: TF.cross_entropy(x, L, label_smoothing=0.3),
    ),
    "cross_entropy, all": (
        lambda x: losses.cross_entropy(x, PARTLY, W, -100, 0.3),
        lambda x: TF.cross_entropy(
            x, torch.tensor(PARTLY), torch.tensor(W), ignore_index=-100, label_smoothing=0.3
        ),
    ),
    "binary_cross_entropy, shares": (
        lambda x: losses.binary_cross_entropy(x, SHARES, 2.5),
        lambda x: TF.binary_cross_entropy_with_logits(
            x, torch.tensor(SHARES), pos_weight=torch.tensor(2.5).double()
        ),
    ),
    "binary_cross_entropy, weights": (
        lambda x: losses.binary_cross_entropy(x, SHARES, W),
        lambda x: TF.binary_cross_entropy_with_logits(
            x, torch.tensor(SHARES), pos_weight=torch.tensor(W)
        ),
    ),
    "focal": (lambda x: losses.focal(x, TARGETS > 0), lambda x: torch_focal(x, T > 0, 2, 0.25)),
    "focal, settings": (
        lambda x: losses.focal(x, TARGETS > 0, 3.5, None),
        lambda x: 2 * torch_focal(x, T > 0, 3.5, 0.5),
    ),
    "kl_divergence, p": (
        lambda x: losses.kl_divergence(F.log_softmax(x), LOG),
        lambda x: TF.kl_div(
            torch.tensor(LOG), x.log_softmax(1), log_target=True, reduction="batchmean"
        ),
    ),
    "kl_divergence, q": (
        lambda x: losses.kl_divergence(LOG, F.log_softmax(x)),
        lambda x: TF.kl_div(
            x.log_softmax(1), torch.tensor(LOG), log_target=True, reduction="batchmean"
        ),
    ),
    "kl_standard_normal": (
        lambda x: losses.kl_standard_normal(x, TARGETS),
        lambda x: normal_kl(x, T),
    ),
    "triplet": (
        lambda x: losses.triplet(x, TARGETS, TARGETS[::-1]),
        lambda x: TF.triplet_margin_loss(x, T, T.flip(0)),
    ),
    "contrastive": (
        lambda x: losses.contrastive(x, TARGETS, LABELS > 1, 9.0),
        lambda x: torch_contrastive(x, T, L > 1, 9.0),
    ),
    "info_nce": (
        lambda x: losses.info_nce(x, TARGETS, 0.2),
        lambda x: TF.cross_entropy(
            TF.cosine_similarity(x[:, None], T[None], dim=-1) / 0.2, torch.arange(6)
        ),
    ),
    "nt_xent": (lambda x: losses.nt_xent(x, TARGETS, 0.2), lambda x: torch_nt_xent(x, T, 0.2)),
    "hinge": (
        lambda x: losses.hinge(x, np.sign(TARGETS)),
        lambda x: TF.relu(1 - x * T.sign()).mean(),
    ),
    "perceptron": (
        lambda x: losses.perceptron(x, np.sign(TARGETS)),
        lambda x: TF.relu(-x * T.sign()).mean(),
    ),
}


@pytest.mark.parametrize("array", [NUMBERS, np.asfortranarray(NUMBERS), 0 * NUMBERS], ids="cfz")
@pytest.mark.parametrize("name", CASES)
def test_value_and_gradient_equal_torch(name, array):
    ours, theirs = CASES[name]
    if name in ("info_nce", "nt_xent") and not array.any():
        array = array + np.eye(4)[3]  # a vector of zeros points nowhere
    x, z = Tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
    loss, expected = ours(x), theirs(z)
    assert loss.item() == pytest.approx(expected.item(), rel=1e-12)
    expected.backward()
    np.testing.assert_allclose(grad(loss, x)[0].data, z.grad.numpy(), rtol=1e-11, atol=1e-14)
