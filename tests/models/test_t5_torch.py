"""Hugging Face's T5, with random weights, loads into both of ours and says the same."""

import numpy as np
import pytest
import torch

import book_code as bc
from book_code import nn
from book_code.models import registry
from book_code.models.t5.published import convert

from .reference import transformers

pytestmark = [pytest.mark.torch, pytest.mark.native]

TOKENS = np.array([[3, 1, 4, 1, 5, 9, 2], [2, 6, 5, 3, 5, 0, 0]])
TARGET = np.array([[0, 3, 5, 8], [0, 7, 9, 3]])


@pytest.fixture(scope="module")
def reference():
    torch.manual_seed(0)
    settings = transformers.T5Config(
        vocab_size=11, d_model=8, d_kv=3, d_ff=12, num_layers=2, num_heads=2,
        relative_attention_num_buckets=8, relative_attention_max_distance=6,
        decoder_start_token_id=0,
    )  # fmt: skip
    net = transformers.T5ForConditionalGeneration(settings).eval()
    with torch.no_grad():
        for p in net.parameters():  # nothing hides behind a norm of one
            p.add_(0.3 * torch.randn_like(p))
    return net


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_published_weights_give_the_same_logits(reference, backend):
    net = bc.load_published("t5-tiny", reference.state_dict(), backend, layers=2)
    tokens, target = map(torch.from_numpy, (TOKENS, TARGET))
    with torch.no_grad():
        expected = reference(
            input_ids=tokens, attention_mask=(tokens != 0).long(), decoder_input_ids=target
        ).logits.numpy()
        given = (TOKENS, TARGET) if backend == "numpy" else (tokens, target)
        np.testing.assert_allclose(net(*given).numpy(), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("t5-small", {}),
        ("t5-base", {"d_model": 768, "d_ff": 3072, "num_layers": 12, "num_heads": 12}),
    ],
)
def test_the_full_sizes_have_the_published_names_and_shapes(name, sizes):
    with torch.device("meta"):
        theirs = transformers.T5ForConditionalGeneration(
            transformers.T5Config(vocab_size=32_128, **sizes)
        )
        ours = registry.model_class(name, "torch")(registry.config(name))
    hollow = {
        k: np.broadcast_to(np.float32(0), v.shape) for k, v in theirs.state_dict().items()
    }
    shapes = {k: v.shape for k, v in convert(hollow, registry.config(name)).items()}
    assert shapes == {k: tuple(v.shape) for k, v in ours.state_dict().items()}
    assert sum(p.numel() for p in theirs.parameters()) == sum(
        p.numel() for p in ours.parameters()
    )


@pytest.mark.parametrize("both_ways", [True, False])
@pytest.mark.parametrize(("buckets", "furthest"), [(32, 128), (8, 6), (16, 40)])
def test_buckets_are_those_of_the_reference(both_ways, buckets, furthest):
    from transformers.models.t5.modeling_t5 import T5Attention

    ours = nn.relative_buckets(
        200, 200, buckets=buckets, furthest=furthest, both_ways=both_ways
    )
    places = torch.arange(200)
    theirs = T5Attention._relative_position_bucket(
        places[None] - places[:, None], both_ways, buckets, furthest
    )
    np.testing.assert_array_equal(ours, theirs.numpy())
