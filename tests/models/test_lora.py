"""Low-rank adapters: they begin as nothing, learn alone, and merge into the layer."""

import numpy as np
import pytest

from book_code import build, losses, optim
from book_code.models.lora import LoRALinear, add_lora, merge_lora
from book_code.models.lora.numpy_model import adapters
from book_code.nn import Linear

from .common import batch, model


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_the_adapted_model_begins_as_the_model(rng):
    net = build("mlp-tiny", rng=rng)
    x = rng.normal(size=(5, 2)).astype(np.float32)
    before = net(x).numpy()
    add_lora(net, ("layers.0", "layers.1"), rank=2, alpha=8.0, rng=rng)
    assert np.array_equal(net(x).numpy(), before)


def test_only_the_adapters_learn(rng):
    net = model("lora-tiny", np.float32)
    given = batch("lora-tiny", 4, np.float32)
    before = net.state_dict()
    learning = [p for p in net.parameters() if p.requires_grad]
    optimizer = optim.Adam(learning, lr=0.01)
    for _ in range(3):
        net.zero_grad()
        losses.cross_entropy(net(given["tokens"]), given["next"]).backward()
        optimizer.step()
    changed = {k for k, v in net.state_dict().items() if not np.array_equal(v, before[k])}
    assert changed == set(adapters(net))
    assert {k.rpartition(".")[0].rpartition(".")[2] for k in changed} == {"q_proj", "v_proj"}


def test_merged_equals_adapted(rng):
    net = model("lora-tiny", targets=("q_proj", "linear1", "out_proj")).eval()
    tokens = batch("lora-tiny", 4)["tokens"]
    before = net(tokens).numpy()
    merge_lora(net)
    np.testing.assert_allclose(net(tokens).numpy(), before, rtol=1e-12, atol=1e-12)
    assert not adapters(net)
    plain = build("gpt-tiny", rng=rng, layers=1).state_dict()
    assert {k.removeprefix("gpt."): v.shape for k, v in net.state_dict().items()} == {
        k: v.shape for k, v in plain.items()
    }


def test_what_is_added_has_the_rank(rng):
    layer = LoRALinear(Linear(9, 7, rng=rng), rank=2, alpha=6.0, rng=rng)
    layer.lora_b.data = rng.normal(size=(7, 2)).astype(np.float32)
    added = layer.merged().weight.numpy() - layer.weight.numpy()
    assert np.linalg.matrix_rank(added, tol=1e-4) == 2
    np.testing.assert_allclose(
        added, 3 * layer.lora_b.numpy() @ layer.lora_a.numpy(), rtol=1e-4, atol=1e-6
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda net, rng: add_lora(net, ("q_proj",), rank=1, alpha=1.0, rng=rng),
         "no linear layer ends with 'q_proj'; there are layers.0, layers.1"),
        (lambda net, rng: add_lora(net, ("layers.0",), rank=9, alpha=1.0, rng=rng),
         "a rank from 1 to 2 for a layer 2 -> 8, got 9"),
        (lambda net, rng: add_lora(net, ("layers.0",), rank=0, alpha=1.0, rng=rng), "rank from 1 to 2 .* got 0"),
        (lambda net, rng: build("lora-tiny", rng=rng, targets=()), "at least one kind of layer"),
        (lambda net, rng: build("lora-tiny", rng=rng, heads=3), "cannot be shared evenly"),
    ],
)  # fmt: skip
def test_what_cannot_be_adapted_is_refused(call, message, rng):
    with pytest.raises(ValueError, match=message):
        call(build("mlp-tiny", rng=rng), rng)


def test_one_target_is_not_its_letters_and_a_seed_no_generator(rng):
    net = build("gpt-tiny", rng=rng)
    with pytest.raises(TypeError, match=r"one string: write \('q_proj',\)"):
        add_lora(net, "q_proj", rank=2, alpha=4.0, rng=rng)
    with pytest.raises(
        TypeError, match=r"add_lora needs rng=np.random.default_rng\(seed\); got 0"
    ):
        add_lora(net, ("q_proj",), rank=2, alpha=4.0, rng=0)
    assert all(p.requires_grad for p in net.parameters())
