"""The Python half of LeNet's drawing board."""

import numpy as np
import pytest

import book_code

from .make import board, drawings


@pytest.fixture
def untrained(monkeypatch):
    model = book_code.build("lenet5", rng=np.random.default_rng(0))
    monkeypatch.setattr(board, "network", lambda: model)
    return model


def picture(name="three"):
    return np.array(drawings()[name], dtype=np.float32) / 15


def test_every_stage_is_told_with_its_shape(untrained):
    answer = board.read(picture().ravel().tolist(), centre=False)
    shapes = {stage["name"]: stage["shape"] for stage in answer["stages"]}
    assert shapes == {
        "input": [1, 28, 28], "conv1": [6, 28, 28], "pool1": [6, 14, 14], "conv2": [16, 10, 10],
        "pool2": [16, 5, 5], "fc1": [120], "fc2": [84], "fc3": [10],
    }  # fmt: skip
    assert all(len(stage["values"]) == np.prod(stage["shape"]) for stage in answer["stages"])


def test_the_numbers_are_those_of_the_model(untrained):
    image = picture()
    answer = board.read(image.ravel().tolist(), centre=False)
    logits = untrained(image[None, None]).numpy()[0]
    sent = next(stage for stage in answer["stages"] if stage["name"] == "fc3")
    assert np.allclose(
        np.array(sent["values"]) * sent["most"] / 99, logits, atol=sent["most"] / 99
    )
    assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-4)
    assert int(np.argmax(answer["probabilities"])) == int(logits.argmax())


def test_a_drawing_in_the_corner_is_centred_as_mnist_does():
    out = board.centred(picture("corner"))
    rows, columns = np.nonzero(out > 0.05)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    mass = out.sum()
    y, x = np.mgrid[0:28, 0:28] + 0.5
    assert abs((y * out).sum() / mass - 14) < 0.6
    assert abs((x * out).sum() / mass - 14) < 0.6
    assert out.min() >= 0
    assert out.max() <= 1 + 1e-6


def test_an_empty_board_stays_empty(untrained):
    answer = board.read([0.0] * 784)
    assert not any(answer["stages"][0]["values"])
    assert answer["stages"][0]["most"] == 0


def test_resizing_keeps_the_mean():
    image = np.arange(12, dtype=np.float32).reshape(3, 4)
    assert board.resized(image, 6, 8).mean() == pytest.approx(image.mean())
    assert board.resized(image, 1, 1).item() == pytest.approx(image.mean())
