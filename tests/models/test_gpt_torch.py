"""Hugging Face's GPT-2, with random weights, loads into both of ours and says the same."""

import numpy as np
import pytest
import torch

import book_code as bc
from book_code import interop
from book_code.models import registry
from book_code.models.gpt.published import convert

from .reference import transformers

pytestmark = [pytest.mark.torch, pytest.mark.native]


@pytest.fixture(scope="module")
def reference():
    torch.manual_seed(0)
    settings = transformers.GPT2Config(
        vocab_size=11, n_positions=12, n_embd=8, n_head=2, n_layer=2
    )
    net = transformers.GPT2LMHeadModel(settings).eval()
    with torch.no_grad():
        for p in net.parameters():  # nothing hides behind a zero bias or a norm of one
            p.add_(0.3 * torch.randn_like(p))
    return net


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_published_weights_give_the_same_logits(reference, backend):
    net = bc.load_published("gpt-tiny", reference.state_dict(), backend)
    tokens = np.array([[3, 1, 4, 1, 5, 9], [2, 6, 5, 3, 5, 8]])
    with torch.no_grad():
        expected = reference(torch.from_numpy(tokens)).logits.numpy()
        given = tokens if backend == "numpy" else torch.from_numpy(tokens)
        np.testing.assert_allclose(net(given).numpy(), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("name", "settings"), [
    ("gpt2", {}), ("gpt2-medium", {"n_embd": 1024, "n_layer": 24, "n_head": 16}),
])  # fmt: skip
def test_the_full_sizes_have_the_published_names_and_shapes(name, settings):
    with torch.device("meta"):
        theirs = transformers.GPT2LMHeadModel(transformers.GPT2Config(**settings))
        ours = registry.model_class(name, "torch")(registry.config(name))
    hollow = {
        k: np.broadcast_to(np.float32(0), v.shape) for k, v in theirs.state_dict().items()
    }
    shapes = {k: v.shape for k, v in convert(hollow, registry.config(name)).items()}
    assert shapes == {k: tuple(v.shape) for k, v in ours.state_dict().items()}
    assert sum(p.numel() for p in theirs.parameters()) == sum(
        p.numel() for p in ours.parameters()
    )


def test_generation_is_that_of_the_reference(reference):
    net = bc.load_published("gpt-tiny", reference.state_dict(), "torch")
    drawn = net.generate([[3, 1]], 8, rng=np.random.default_rng(0), temperature=1e-6)
    theirs = reference.generate(
        torch.tensor([[3, 1]]), max_new_tokens=8, do_sample=False, pad_token_id=0,
        eos_token_id=None, attention_mask=torch.ones(1, 2, dtype=torch.long),
    )  # fmt: skip
    assert np.array_equal(drawn, theirs.numpy())


def test_weights_of_another_size_are_refused_by_name(reference):
    state = interop.from_torch(reference)
    with pytest.raises(
        ValueError, match=r"wpe\.weight: expected shape \(16, 8\), got \(12, 8\)"
    ):
        bc.load_published("gpt-tiny", state, positions=16)


def test_a_choice_that_is_refused_leaves_the_mode_as_it_was():
    net = registry.build("gpt-tiny", backend="torch", rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="temperature must be above 0"):
        net.generate([[1]], 2, rng=np.random.default_rng(0), temperature=-1)
    assert net.training
