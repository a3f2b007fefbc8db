"""Convolutions over log-mel pictures against the table of the paper, and from wave to logits."""

import numpy as np
import pytest

from book_code import optim
from book_code.audio import log_mel
from book_code.losses import cross_entropy
from book_code.models import registry
from book_code.models.audio_cnn import AudioCNNConfig, numpy_model

STAGES = {
    "conv1": (64, 33, 13),
    "pool1": (64, 11, 13),
    "conv2": (64, 8, 4),
    "low_rank": (32,),
    "fc1": (128,),
    "fc2": (4,),
}
WEIGHTS = {  # table 1 of the paper says 10.2K, 163.8K, 65.5K, 4.1K, 0.5K: 244.2K
    "conv1": 10_240, "conv2": 163_840, "low_rank": 65_536, "fc1": 4_096, "fc2": 512,
}  # fmt: skip


@pytest.fixture(scope="module")
def keywords():
    return registry.build("audio-cnn-keywords", rng=np.random.default_rng(0))


def test_stages_have_the_shapes_of_the_paper(keywords):
    stages = keywords.stages(np.zeros((1, 1, 40, 32), np.float32))
    assert {name: out.shape[1:] for name, out in stages.items()} == STAGES
    assert keywords.config.map_sizes == tuple(
        STAGES[name][1:] for name in ("conv1", "pool1", "conv2")
    )


def test_the_last_stage_is_the_output(keywords):
    x = np.random.default_rng(0).standard_normal((2, 1, 40, 32)).astype(np.float32)
    stages = keywords.stages(x)
    assert np.array_equal(stages["fc2"].numpy(), keywords(x).numpy())
    assert np.array_equal(stages["conv2"].numpy(), keywords.features(x).numpy())


def test_weights_are_as_many_as_in_the_paper(keywords):
    sizes = {name: p.size for name, p in keywords.named_parameters()}
    assert {k: sizes[f"{k}.weight"] for k in WEIGHTS} == WEIGHTS
    assert round(sum(WEIGHTS.values()) / 1000, 1) == 244.2


def test_the_table_of_the_docstring_is_right(keywords):
    for name, shape in STAGES.items():
        row = next(
            line for line in numpy_model.__doc__.splitlines() if line.strip().startswith(name)
        )
        assert "(" + ", ".join(map(str, ("N", *shape))) + ")" in row.replace("  ", " ")
        count = sum(p.size for k, p in keywords.named_parameters() if k.startswith(name + "."))
        assert row.split()[-1].replace(",", "") == str(count)
    assert "244,516" in numpy_model.__doc__
    assert sum(p.size for p in keywords.parameters()) == 244_516


@pytest.mark.parametrize("seed", range(3))
def test_it_tells_rising_from_falling_tones(seed):
    rate = 4000
    rng = np.random.default_rng(seed)
    labels = np.resize([0, 1], 96)
    time = np.arange(rate // 4) / rate
    waves = []
    for label in labels:
        low, high = rng.uniform(300, 600), rng.uniform(900, 1500)
        begin, end = (low, high) if label else (high, low)
        phase = 2 * np.pi * (begin * time + (end - begin) * time**2 / (2 * time[-1]))
        waves.append(np.sin(phase) + 0.1 * rng.standard_normal(len(time)))
    pictures = log_mel(np.stack(waves), rate, size=256, hop=64, count=16)[:, None]
    pictures = ((pictures - pictures.mean()) / pictures.std()).astype(np.float32)
    assert pictures.shape == (96, 1, 16, 16)
    net = registry.build(
        "audio-cnn-tiny", rng=rng, classes=2, mels=16, frames=16, channels=(8, 8)
    )
    optimizer = optim.Adam(net.parameters(), lr=0.01)
    for _ in range(60):
        loss = cross_entropy(net(pictures[:64]), labels[:64])
        net.zero_grad()
        loss.backward()
        optimizer.step()
    assert (net(pictures[64:]).argmax(axis=1) == labels[64:]).mean() > 0.9


def test_what_cannot_work_is_refused():
    with pytest.raises(ValueError, match="pictures of 40 x 20 are too small") as caught:
        AudioCNNConfig(frames=20)
    assert "maps of ((33, 1), (11, 0), (8, -9))" in str(caught.value)
    with pytest.raises(ValueError, match="dropout must be below 1"):
        AudioCNNConfig(dropout=1.0)


def test_a_picture_of_another_shape_is_refused(keywords):
    with pytest.raises(ValueError, match=r"expected images of shape \(N, 1, H, W\)"):
        keywords(np.zeros((40, 32), np.float32))
    with pytest.raises(ValueError, match=r"expected inputs of shape \(N, 2048\)"):
        keywords(np.zeros((1, 1, 40, 33), np.float32))
