"""Hugging Face's BERT, with random weights and each head, loads into both of ours and says the same."""

import numpy as np
import pytest
import torch

import book_code as bc
from book_code.models import registry
from book_code.models.bert.published import convert

from .reference import transformers

pytestmark = [pytest.mark.torch, pytest.mark.native]

SMALL = {
    "vocab_size": 11, "max_position_embeddings": 12, "hidden_size": 8, "num_attention_heads": 2,
    "intermediate_size": 12, "num_hidden_layers": 1,
}  # fmt: skip
TOKENS = np.array([[3, 1, 4, 1, 5, 9], [2, 6, 5, 3, 0, 0]])
SEGMENTS = np.array([[0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 1, 1]])
HEADS = {
    "none": ("BertModel", "last_hidden_state"),
    "masked": ("BertForMaskedLM", "logits"),
    "sentence": ("BertForSequenceClassification", "logits"),
    "pair": ("BertForNextSentencePrediction", "logits"),
    "tokens": ("BertForTokenClassification", "logits"),
    "span": ("BertForQuestionAnswering", None),
}


def reference(head):
    torch.manual_seed(0)
    settings = transformers.BertConfig(**SMALL, num_labels=2 if head == "span" else 3)
    net = getattr(transformers, HEADS[head][0])(settings).eval()
    with torch.no_grad():
        for p in net.parameters():  # nothing hides behind a zero bias or a norm of one
            p.add_(0.3 * torch.randn_like(p))
    return net


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_published_weights_give_the_same(head, backend):
    theirs = reference(head)
    ours = bc.load_published("bert-tiny", theirs.state_dict(), backend, head=head)
    given = (
        [TOKENS, SEGMENTS] if backend == "numpy" else map(torch.from_numpy, (TOKENS, SEGMENTS))
    )
    tokens, segments = map(torch.from_numpy, (TOKENS, SEGMENTS))
    with torch.no_grad():
        out = theirs(tokens, token_type_ids=segments, attention_mask=(tokens != 0).long())
        result = ours(*given).numpy()
    if head == "span":
        expected = torch.stack([out.start_logits, out.end_logits], dim=-1).numpy()
    else:
        expected = out[HEADS[head][1]].numpy()
    seen = TOKENS != 0 if expected.ndim == 3 else slice(None)  # padding may say anything
    np.testing.assert_allclose(result[seen], expected[seen], rtol=1e-4, atol=1e-5)


def test_the_pooler_is_the_reference():
    theirs = reference("none")
    ours = bc.load_published("bert-tiny", theirs.state_dict(), head="none")
    with torch.no_grad():
        expected = theirs(torch.from_numpy(TOKENS[:1])).pooler_output.numpy()
    np.testing.assert_allclose(
        ours.pool(ours(TOKENS[:1])).numpy(), expected, rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize(
    ("name", "theirs", "sizes"),
    [
        ("bert-base", "BertModel", {}),
        ("bert-base-masked", "BertForMaskedLM", {}),
        (
            "bert-large",
            "BertModel",
            {
                "hidden_size": 1024,
                "num_attention_heads": 16,
                "intermediate_size": 4096,
                "num_hidden_layers": 24,
            },
        ),
    ],
)
def test_the_full_sizes_have_the_published_names_and_shapes(name, theirs, sizes):
    config = registry.config(name)
    with torch.device("meta"):
        reference = getattr(transformers, theirs)(transformers.BertConfig(**sizes))
        ours = registry.model_class(name, "torch")(config)
    hollow = {
        k: np.broadcast_to(np.float32(0), v.shape) for k, v in reference.state_dict().items()
    }
    shapes = {k: v.shape for k, v in convert(hollow, config).items()}
    assert shapes == {k: tuple(v.shape) for k, v in ours.state_dict().items()}
    count = sum(p.numel() for p in reference.parameters())
    assert count == sum(p.numel() for p in ours.parameters())


def test_every_token_has_a_segment_of_its_own():
    net = registry.build("bert-tiny", backend="torch", rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="a segment for each token"):
        net(torch.tensor([[1, 2]]), torch.tensor([[1]]))


def test_all_biases_start_at_0():
    net = registry.build("bert-tiny", backend="torch", rng=np.random.default_rng(0))
    biases = {n: p for n, p in net.named_parameters() if n.endswith("bias")}
    assert "layers.0.self_attn.q_proj.bias" in biases
    assert [n for n, p in biases.items() if p.any()] == []
