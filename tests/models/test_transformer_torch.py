"""The Transformer's parts against torch.nn's, and the fused kernel against the formula."""

import numpy as np
import pytest
import torch

from book_code import interop
from book_code.autodiff import Tensor
from book_code.models import registry
from book_code.models.transformer import numpy_layers, torch_layers

from .common import model

pytestmark = pytest.mark.torch


def packed(state: dict, prefix: str, theirs: str) -> dict:
    """Return our four projections under torch.nn.MultiheadAttention's names."""
    out = {}
    for kind in ("weight", "bias"):
        parts = [state[f"{prefix}.{name}_proj.{kind}"] for name in "qkv"]
        out[f"{theirs}.in_proj_{kind}"] = np.concatenate(parts)
        out[f"{theirs}.out_proj.{kind}"] = state[f"{prefix}.out_proj.{kind}"]
    return out


@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_an_encoder_layer_is_that_of_torch(norm_first, activation):
    rng = np.random.default_rng(0)
    act = numpy_layers.ACTIVATIONS[activation]()
    ours = numpy_layers.EncoderLayer(8, 2, 12, activation=act, norm_first=norm_first, rng=rng)
    ours.astype("float64")
    theirs = torch.nn.TransformerEncoderLayer(
        8, 2, 12, 0.0, activation, batch_first=True, norm_first=norm_first, dtype=torch.float64
    )
    state = ours.state_dict()
    rest = {k: v for k, v in state.items() if "attn" not in k}
    names = packed(state, "self_attn", "self_attn") | rest
    theirs.load_state_dict(interop.to_torch(names), strict=True)
    x = rng.normal(size=(2, 5, 8))
    np.testing.assert_allclose(
        ours(Tensor(x)).numpy(), theirs(torch.from_numpy(x)).detach().numpy(), rtol=1e-9
    )


@pytest.mark.parametrize("norm_first", [False, True])
def test_a_decoder_layer_is_that_of_torch(norm_first):
    rng = np.random.default_rng(0)
    ours = numpy_layers.DecoderLayer(8, 2, 12, norm_first=norm_first, rng=rng).astype("float64")
    theirs = torch.nn.TransformerDecoderLayer(
        8, 2, 12, 0.0, batch_first=True, norm_first=norm_first, dtype=torch.float64
    )
    state = ours.state_dict()
    rest = {k: v for k, v in state.items() if "attn" not in k}
    names = packed(state, "self_attn", "self_attn") | packed(
        state, "cross_attn", "multihead_attn"
    )
    theirs.load_state_dict(interop.to_torch(names | rest), strict=True)
    x, memory = rng.normal(size=(2, 5, 8)), rng.normal(size=(2, 7, 8))
    later = torch.nn.Transformer.generate_square_subsequent_mask(5, dtype=torch.float64)
    expected = theirs(torch.from_numpy(x), torch.from_numpy(memory), tgt_mask=later)
    np.testing.assert_allclose(
        ours(Tensor(x), Tensor(memory), causal=True).numpy(),
        expected.detach().numpy(),
        rtol=1e-9,
    )


@pytest.mark.parametrize(
    "settings", [{}, {"padding": True}, {"position": "alibi", "padding": True}]
)
def test_the_fused_kernel_is_the_formula(settings, monkeypatch):
    net = registry.build("transformer-tiny", "torch", rng=np.random.default_rng(0), **settings)
    net.double().eval()
    tokens = torch.tensor([[3, 1, 4, 0, 0], [1, 5, 9, 2, 6]])
    target = torch.tensor([[5, 3, 5], [8, 9, 7]])
    fused = net(tokens, target)
    monkeypatch.setattr(torch_layers.MultiHeadAttention, "fused", False)
    torch.testing.assert_close(net(tokens, target), fused, rtol=1e-12, atol=1e-12)


def test_writing_token_by_token_gives_the_same():
    net = registry.build("transformer-tiny", "torch", rng=np.random.default_rng(0)).eval()
    tokens, target = torch.tensor([[3, 1, 4]]), torch.tensor([[5, 3, 5, 8]])
    with torch.no_grad():
        memory, caches = net.encode(tokens), net.new_caches()
        steps = [net.decode(target[:, t : t + 1], memory, tokens, caches) for t in range(4)]
        torch.testing.assert_close(torch.cat(steps, dim=1), net(tokens, target))


def test_a_query_that_sees_nothing_is_zero_in_both():
    ours = model("transformer-tiny").encoder[0].self_attn
    theirs = torch_layers.MultiHeadAttention(8, 2).double()
    theirs.load_state_dict(interop.to_torch(ours.state_dict()), strict=True)
    x, mask = np.random.default_rng(0).normal(size=(1, 3, 8)), np.zeros((3, 3), bool)
    mask[0, 0] = True
    for fused in (True, False):
        theirs.fused = fused
        expected = theirs(torch.from_numpy(x), mask=torch.from_numpy(mask))
        np.testing.assert_allclose(
            ours(x, mask=mask).numpy(), expected.detach().numpy(), rtol=1e-9
        )


def test_the_published_sizes_are_near_the_papers_statement():
    """Table 3 says 65 and 213 million; the exact vocabulary is not told ("about 37000 tokens")."""
    for name, millions in (("transformer-base", 65), ("transformer-big", 213)):
        with torch.device("meta"):
            net = registry.model_class(name, "torch")(registry.config(name))
        count = sum(p.numel() for p in net.parameters())
        assert abs(count / 1e6 - millions) < 2


def test_a_text_of_padding_alone_has_features_0():
    net = registry.build(
        "transformer-classifier-tiny",
        backend="torch",
        rng=np.random.default_rng(0),
        padding=True,
    )
    with torch.no_grad():
        logits = net.eval()(torch.tensor([[0, 0, 0]]))
    assert torch.equal(logits[0], net.head.bias)


@pytest.mark.parametrize("name", ["transformer-tiny", "t5-tiny"])
def test_every_sequence_that_is_read_has_one_that_is_written(name):
    net = registry.build(name, backend="torch", rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="read as to be written, got 2 and 1"):
        net(torch.tensor([[1, 2], [3, 4]]), torch.tensor([[1, 2]]))
