"""Encoder-decoder models in PyTorch: helpers equal NumPy's, sizes equal the paper's."""

import numpy as np
import pytest
import torch

from book_code import interop
from book_code.models import registry
from book_code.models.seq2seq import START, Seq2SeqConfig, torch_model

from .test_seq2seq import KINDS, SOURCE, TARGET

pytestmark = pytest.mark.torch


@pytest.fixture(params=KINDS)
def twins(request):
    name, settings = KINDS[request.param]
    ours = registry.build(name, rng=np.random.default_rng(0), **settings).astype("float64")
    theirs = registry.model_class(name, "torch")(registry.config(name, **settings)).double()
    theirs.load_state_dict(interop.to_torch(ours.state_dict()), strict=True)
    return ours, theirs


def test_steps_and_weights_are_the_same(twins):
    ours, theirs = twins
    one, other = ours.begin(SOURCE), theirs.begin(SOURCE)
    for tokens in TARGET.T:
        logits, one = ours.step(tokens, one)
        expected, other = theirs.step(tokens, other)
        np.testing.assert_allclose(logits.numpy(), expected.numpy(), rtol=1e-9, atol=1e-12)
    if hasattr(ours, "alignment"):
        np.testing.assert_allclose(
            ours.alignment(SOURCE, TARGET),
            theirs.alignment(SOURCE, TARGET).numpy(),
            rtol=1e-9,
            atol=1e-12,
        )


@pytest.mark.parametrize("width", [1, 3])
def test_translations_are_the_same(twins, width):
    ours, theirs = twins
    one = ours.translate(SOURCE, length=6, width=width)
    assert one == theirs.translate(SOURCE, length=6, width=width)
    assert len(one) == 3


def test_bad_padding_is_refused(twins):
    with pytest.raises(ValueError, match="at its end only"):
        twins[1](torch.tensor([[3, 0, 4]]), torch.tensor([[START]]))
    with pytest.raises(ValueError, match="at least one token"):
        twins[1](torch.tensor([[0, 0, 0]]), torch.tensor([[START]]))


def test_with_the_sizes_of_sutskever_it_has_384_million_parameters():
    """Section 3.4: 384M parameters, 64M of them recurrent; here biases come to that."""
    config = Seq2SeqConfig(
        source_vocabulary=160_000,
        target_vocabulary=80_000,
        embedding=1000,
        hidden=1000,
        layers=4,
    )
    with torch.device("meta"):
        model = torch_model.Seq2Seq(config)
    sizes = {name: p.numel() for name, p in model.named_parameters()}
    biases = sum(size for name, size in sizes.items() if "bias" in name)
    assert sum(sizes.values()) - biases == 384_000_000
    assert biases == 2 * 4 * 2 * 4000 + 80_000
    recurrent = sum(size for name, size in sizes.items() if ".weight_" in name)
    assert recurrent == 64_000_000
