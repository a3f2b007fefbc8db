"""The diffusion model's helpers in PyTorch do what NumPy's do, given the same noise."""

import numpy as np
import pytest
import torch

from book_code import interop
from book_code.models import registry
from book_code.models.ddpm import numpy_model, torch_model
from book_code.models.ddpm.published import convert
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
    for net, module, as_given in zip(
        twins, (numpy_model, torch_model), (np.asarray, torch.from_numpy), strict=True
    ):
        predict = module.predictor(net, as_given(labels), 1.5)
        start, draw = as_given(noise[10]), lambda t, as_given=as_given: as_given(noise[t])
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


# Of the 250 and more names of diffusers' UNet2DModel, one of each kind: as files have them, as diffusers has them
# today, as we have them, for two levels of one block.
NAMES = """
time_embedding.linear_1.weight        time_embedding.linear_1.weight          temb.dense.0.weight
time_embedding.linear_2.bias          time_embedding.linear_2.bias            temb.dense.1.bias
conv_in.weight                        conv_in.weight                          conv_in.weight
down_blocks.0.resnets.0.norm1.weight  down_blocks.0.resnets.0.norm1.weight    down.0.block.0.norm1.weight
down_blocks.0.downsamplers.0.conv.bias down_blocks.0.downsamplers.0.conv.bias down.0.downsample.conv.bias
down_blocks.1.resnets.0.time_emb_proj.weight down_blocks.1.resnets.0.time_emb_proj.weight down.1.block.0.temb_proj.weight
down_blocks.1.resnets.0.conv_shortcut.weight down_blocks.1.resnets.0.conv_shortcut.weight down.1.block.0.nin_shortcut.weight
down_blocks.1.attentions.0.query.weight down_blocks.1.attentions.0.to_q.weight down.1.attn.0.q.weight
down_blocks.1.attentions.0.group_norm.bias down_blocks.1.attentions.0.group_norm.bias down.1.attn.0.norm.bias
mid_block.resnets.0.conv1.weight      mid_block.resnets.0.conv1.weight        mid.block_1.conv1.weight
mid_block.attentions.0.key.bias       mid_block.attentions.0.to_k.bias        mid.attn_1.k.bias
mid_block.attentions.0.proj_attn.weight mid_block.attentions.0.to_out.0.weight mid.attn_1.proj_out.weight
mid_block.resnets.1.conv2.bias        mid_block.resnets.1.conv2.bias          mid.block_2.conv2.bias
up_blocks.0.attentions.1.value.weight up_blocks.0.attentions.1.to_v.weight    up.1.attn.1.v.weight
up_blocks.0.upsamplers.0.conv.weight  up_blocks.0.upsamplers.0.conv.weight    up.1.upsample.conv.weight
up_blocks.1.resnets.1.conv1.weight    up_blocks.1.resnets.1.conv1.weight      up.0.block.1.conv1.weight
conv_norm_out.weight                  conv_norm_out.weight                    norm_out.weight
conv_out.bias                         conv_out.bias                           conv_out.bias
"""


@pytest.mark.parametrize("age", [0, 1])
def test_names_of_published_weights_become_ours(age):
    config = registry.config("ddpm-tiny", classes=None)
    ours = model("ddpm-tiny", np.float32, classes=None).state_dict()
    rows = [line.split() for line in NAMES.split("\n") if line]
    theirs = {
        row[age]: ours[row[2]][..., 0, 0] if "attentions" in row[age] and "weight" in row[age] else ours[row[2]]
        for row in rows
    }  # fmt: skip
    found = convert(theirs, config)
    assert list(found) == [row[2] for row in rows]
    for name, value in found.items():
        assert np.array_equal(value, ours[name]), name
