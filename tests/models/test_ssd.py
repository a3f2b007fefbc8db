"""The single-shot detector: boxes, codes, matching, suppression, and squares that are found."""

import numpy as np
import pytest

from book_code import build, metrics, optim
from book_code.metrics import Objects
from book_code.models import registry
from book_code.models.ssd import SSDConfig
from book_code.models.ssd.boxes import (
    centers,
    corners,
    decode,
    default_boxes,
    encode,
    hardest,
    match,
    non_maximum_suppression,
)
from book_code.models.ssd.numpy_model import detections, loss, targets

from .common import batch, model


def test_there_is_a_prediction_for_every_default_box():
    net = model("ssd-tiny")
    out = net(batch("ssd-tiny", 2)["x"])
    boxes = default_boxes(net.config)
    assert len(boxes) == 3 * (4 * 4 + 2 * 2) == out.logits.shape[1] == out.codes.shape[1]


def test_the_default_boxes_of_the_paper():
    """SSD300's fourth map: 10 x 10 places and the next scale, ratios 2 and 1/2 (section 2.2)."""
    config = SSDConfig(image_size=20, channels=(4,), scales=(0.2, 0.37), ratios=(2.0, 0.5))
    boxes = default_boxes(config)
    assert boxes.shape == (400, 4)
    np.testing.assert_allclose(boxes[0], [0.05, 0.05, 0.2, 0.2])
    np.testing.assert_allclose(boxes[1, 2:], np.sqrt(0.2 * 0.37))
    np.testing.assert_allclose(boxes[2, 2:], [0.2 * np.sqrt(2), 0.2 / np.sqrt(2)])
    np.testing.assert_allclose(boxes[3, 2:], boxes[2, 3:1:-1])
    np.testing.assert_allclose(
        boxes[4, :2], [0.15, 0.05]
    )  # along the row first, as the heads do


def test_codes_go_there_and_back():
    rng = np.random.default_rng(0)
    defaults = default_boxes(SSDConfig.tiny())
    low = rng.uniform(0, 0.5, size=(60, 2))
    boxes = np.concatenate([low, low + rng.uniform(0.1, 0.5, size=(60, 2))], axis=1)
    np.testing.assert_allclose(decode(encode(boxes, defaults), defaults), boxes, rtol=1e-12)
    np.testing.assert_allclose(corners(centers(boxes)), boxes)
    moved = encode(corners(defaults + np.array([0.02, 0, 0, 0])), defaults)
    np.testing.assert_allclose(moved[:, 0], 0.02 / defaults[:, 2] / 0.1)


def test_every_object_has_a_box_however_small_it_is():
    defaults = default_boxes(SSDConfig.tiny())
    boxes = [[0.1, 0.1, 0.15, 0.15], [0.3, 0.3, 0.8, 0.8], [0.31, 0.31, 0.8, 0.8]]
    classes, codes = match(boxes, [0, 1, 0], defaults)
    assert {1, 2} == set(classes[classes > 0])
    decoded = decode(codes, defaults)
    for box in boxes:
        assert np.abs(decoded[classes > 0] - box).max(axis=1).min() < 1e-9
    overlaps = metrics.box_iou(boxes, corners(defaults)).max(axis=0)
    assert (classes[overlaps >= 0.5] > 0).all()
    assert (classes > 0).sum() <= (overlaps >= 0.5).sum() + 3
    empty, _ = match(np.zeros((0, 4)), [], defaults)
    assert not empty.any()


def test_of_boxes_that_overlap_the_surest_stays():
    rng = np.random.default_rng(0)
    low = rng.uniform(0, 5, size=(40, 2))
    boxes = np.concatenate([low, low + rng.uniform(1, 3, size=(40, 2))], axis=1)
    scores = rng.random(40)
    stays = non_maximum_suppression(boxes, scores, 0.3)
    overlaps = metrics.box_iou(boxes, boxes)
    assert scores[stays].tolist() == sorted(scores[stays], reverse=True)
    for i in stays:
        assert not (overlaps[i, stays[stays != i]] > 0.3).any()
    for i in set(range(40)) - set(stays):
        assert any(overlaps[i, j] > 0.3 and scores[j] >= scores[i] for j in stays)
    assert non_maximum_suppression(np.zeros((0, 4)), []).tolist() == []


def test_the_worst_of_the_background_counts():
    losses = np.array([[0.1, 5.0, 4.0, 3.0, 2.0], [1.0, 2.0, 3.0, 4.0, 5.0]])
    classes = np.array([[1, 0, 0, 0, 0], [0, 0, 0, 0, 0]])
    assert hardest(losses, classes).tolist() == [
        [True, True, True, True, False],
        [False, False, True, True, True],
    ]


def test_squares_are_found():
    rng = np.random.default_rng(0)
    net = build("ssd-tiny", rng=rng, channels=(8, 12, 16))
    x, objects = scenes(24, rng)
    classes, codes = targets(objects, default_boxes(net.config))
    optimizer = optim.Adam(net.parameters(), lr=0.01)
    for _ in range(120):
        net.zero_grad()
        loss(net, x, classes, codes).backward()
        optimizer.step()
    found = net.eval().detect(x, least=0.3)
    truth = [Objects(boxes, labels) for boxes, labels in objects]
    assert metrics.mean_average_precision(truth, found, iou=0.5) > 0.9


def test_of_a_picture_the_surest_are_told():
    rng = np.random.default_rng(0)
    low = np.stack(np.meshgrid(np.arange(25), np.arange(20)), axis=-1).reshape(-1, 2) / 25.0
    boxes, p = np.concatenate([low, low + 0.03], axis=1)[None], rng.random((1, 500, 2))
    (found,) = detections(p, boxes, 0.0, 0.45)
    assert found.scores.tolist() == sorted(p.reshape(-1), reverse=True)[:200]
    apart = np.concatenate([boxes, 2 + boxes, 4 + boxes], axis=1)
    sure = np.where(np.arange(1500) < 400, 0.9, 0.5).reshape(1, 1500, 1)
    same = np.concatenate([np.zeros((1, 400, 2)), np.ones((1, 400, 2))], axis=2)
    (found,) = detections(sure, np.concatenate([same, apart[:, :1100]], axis=1), 0.1, 0.45)
    assert len(found.scores) == 1  # the surest 400 of the class are one and the same box


def scenes(n, rng):
    """Return pictures with a grey or a white square."""
    x, objects = 0.05 * rng.normal(size=(n, 1, 16, 16)).astype(np.float32), []
    for i in range(n):
        side = int(rng.integers(5, 9))
        left, top = rng.integers(0, 16 - side, size=2)
        x[i, :, top : top + side, left : left + side] += 1 + i % 2
        objects.append((np.array([[left, top, left + side, top + side]]) / 16, [i % 2]))
    return x, objects


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: encode([[0.1, 0.1, 0.1, 0.2]], np.ones((1, 4))), "wider and higher than 0"),
        (lambda: match([[0, 0, 1, 1]], [], np.ones((1, 4))), "a label for each object"),
        (lambda: non_maximum_suppression([[0, 0, 1, 1]], []), "a score for each box"),
        (lambda: registry.config("ssd-tiny", image_size=20), "take a multiple of 8"),
        (lambda: registry.config("ssd-tiny", scales=(0.5,)), "2 to 4 numbers, one more than"),
        (lambda: model("ssd-tiny")(np.zeros((1, 3, 16, 16))), r"\(N, 1, 16, 16\), got"),
    ],
)
def test_input_without_meaning_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_labels_below_zero_are_refused_and_not_taken_for_background() -> None:
    with pytest.raises(ValueError, match="labels count from 0"):
        match([[0, 0, 1, 1]], [-1], np.array([[0.5, 0.5, 1.0, 1.0]]))


@pytest.mark.parametrize("fields", [{"scales": (0.0, 0.2, 0.3)}, {"ratios": (0.0,)}])
def test_default_boxes_without_a_size_are_refused(fields: dict[str, tuple[float, ...]]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        SSDConfig(**fields)  # type: ignore[arg-type]
