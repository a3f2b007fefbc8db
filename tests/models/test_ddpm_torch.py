"""The diffusion model's helpers in PyTorch do what NumPy's do, given the same noise."""

import numpy as np
import pytest
import torch

from book_code import interop
from book_code.models import registry
from book_code.models.ddpm import numpy_model, torch_model
from book_code.models.ddpm.sampling import ddim_times, run_ancestral, run_ddim
from book_code.models.ddpm.schedule import timestep_embedding
from book_code.models.ddpm.torch_blocks import timestep_embedding as torch_embedding

from .common import model

pytestmark = pytest.mark.torch


@pytest.fixture
def twins():
    ours = model("ddpm-tiny").eval()
    theirs = registry.model_class("ddpm-tiny", "torch")(ours.config).double().eval()
    theirs.load_state_dict(interop.to_torch(ours.state_dict()))
    return ours, theirs


@pytest.mark.parametrize("eta", [None, 0.0, 0.7])
def test_both_draw_the_same_pictures_from_the_same_noise(twins, eta):
    rng, labels = np.random.default_rng(0), np.array([0, 1])
    noise = rng.normal(size=(11, 2, 1, 4, 4))
    results = []
    for net, module, convert in zip(
        twins, (numpy_model, torch_model), (np.asarray, torch.from_numpy), strict=True
    ):
        predict = module.predictor(net, convert(labels), 1.5)
        start, draw = convert(noise[10]), lambda t, convert=convert: convert(noise[t])
        if eta is None:
            out = run_ancestral(predict, start, net.schedule, draw, clip=True)
        else:
            out = run_ddim(
                predict, start, net.schedule, ddim_times(10, 6), draw, eta, clip=True
            )
        results.append(np.asarray(out))
    np.testing.assert_allclose(*results, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("settings", [{}, {"steps": 4, "guidance": 1.0}])
def test_the_same_generator_gives_the_same_pictures(twins, settings):
    net, labels = twins[1], torch.tensor([0, 1, 1])
    one, other, third = (
        torch_model.sample(
            net, 3, generator=torch.Generator().manual_seed(seed), labels=labels, **settings
        )
        for seed in (5, 5, 6)
    )
    assert one.shape == (3, 1, 4, 4)
    assert not one.requires_grad
    assert torch.equal(one, other)
    assert not torch.equal(one, third)


def test_the_times_have_the_same_waves():
    t = np.array([0, 17, 999])
    ours, theirs = timestep_embedding(t, 128), torch_embedding(torch.from_numpy(t), 128)
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-11)


def test_pytorch_refuses_the_same(twins):
    net, x = twins[1], torch.zeros(2, 1, 4, 4)
    with pytest.raises(ValueError, match=r"time steps t of shape \(2,\)"):
        net(x, torch.tensor([0]))
    with pytest.raises(TypeError, match=r"whole numbers as time steps t, got torch\.float32"):
        net(x, torch.zeros(2))
    with pytest.raises(ValueError, match="guidance needs labels"):
        torch_model.predictor(net, None, 1.0)
