"""Hugging Face's Mamba, with random weights, loads into both of ours and says the same."""

import numpy as np
import pytest
import torch

from book_code.models import registry

from .reference import transformers

pytestmark = [pytest.mark.torch, pytest.mark.native]


@pytest.fixture(scope="module")
def reference():
    torch.manual_seed(0)
    config = transformers.MambaConfig(
        vocab_size=11, hidden_size=4, state_size=3, num_hidden_layers=2, layer_norm_epsilon=1e-3
    )
    model = transformers.MambaForCausalLM(config).eval()
    for p in model.parameters():
        p.data += 0.1 * torch.randn_like(p)
    return model


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_published_weights_load_and_say_the_same(reference, backend):
    model = registry.load_published(
        "ssm-tiny", reference.state_dict(), backend, layers=2, eps=1e-3
    )
    tokens = np.random.default_rng(0).integers(11, size=(3, 9))
    with torch.no_grad():
        wanted = reference(torch.from_numpy(tokens)).logits.numpy()
        given = tokens if backend == "numpy" else torch.from_numpy(tokens)
        ours = model(given)
    ours = ours.data if backend == "numpy" else ours.numpy()
    np.testing.assert_allclose(ours, wanted, rtol=1e-5, atol=1e-5)
    assert np.abs(wanted).max() > 0.1


def test_greedy_generation_is_the_same(reference):
    model = registry.load_published("ssm-tiny", reference.state_dict(), layers=2, eps=1e-3)
    prompt = np.array([[3, 1, 4, 1, 5]])
    wanted = reference.generate(
        torch.from_numpy(prompt), max_new_tokens=8, do_sample=False, eos_token_id=None
    )
    ours = model.generate(prompt, 8, rng=np.random.default_rng(0), temperature=1e-4)
    assert ours.tolist() == wanted.tolist()


def test_names_and_shapes_of_the_full_size():
    with torch.device("meta"):
        theirs = transformers.MambaForCausalLM(
            transformers.MambaConfig(vocab_size=50280, num_hidden_layers=24)
        )
        ours = registry.model_class("mamba-130m", "torch")(registry.config("mamba-130m"))
    state = {key.removeprefix("backbone."): v.shape for key, v in theirs.state_dict().items()}
    assert state.pop("lm_head.weight") == (50280, 768)
    assert {key: v.shape for key, v in ours.state_dict().items()} == state
    assert sum(p.numel() for p in theirs.parameters()) == 129_135_360
