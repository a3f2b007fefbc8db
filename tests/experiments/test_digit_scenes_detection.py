"""The detector is judged on scenes that it did not see, the same ones in all ways."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.data import load  # noqa: E402
from book_code.experiments import digit_scenes_detection as detection  # noqa: E402
from book_code.metrics import Detections  # noqa: E402
from book_code.models.ssd.config import SSDConfig  # noqa: E402
from book_code.models.ssd.torch_model import SingleShotDetector  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

CONFIG = replace(detection.Config().quick(), noise=0.0)


def judged(least):
    torch.manual_seed(0)
    config = replace(CONFIG, least=least, sure=least)
    sizes = SSDConfig(config.side, channels=config.channels, scales=config.scales)
    model = SingleShotDetector(sizes).eval()
    # all 6 x 6 places of the last map are sure of a two, with four boxes each
    model.class_heads[1].bias.data.view(4, 11)[:, 3] = 8.0
    return detection.judge(config, model, load("mnist"), 0, "cpu")


def test_scenes_hold_as_many_digits_as_they_say():
    digits = detection.halved(load("mnist").validation)
    for number in (1, 3):
        scenes = detection.drawn(CONFIG, digits, number, 0)
        assert {len(objects.labels) for objects in scenes.objects} == {number}
        again = detection.drawn(CONFIG, digits, number, 0)
        np.testing.assert_array_equal(scenes.x, again.x)


def test_what_is_there_is_told_perfectly_and_twice_is_worse():
    scenes = detection.drawn(CONFIG, detection.halved(load("mnist").validation), 3, 0)
    right = [Detections(o.boxes, np.ones(len(o.labels)), o.labels) for o in scenes.objects]
    assert detection.precision(scenes.objects, right, 0.9) == pytest.approx(100)
    twice = [
        Detections(np.tile(o.boxes, (2, 1)), np.ones(2 * len(o.labels)), np.tile(o.labels, 2))
        for o in scenes.objects
    ]
    assert detection.precision(scenes.objects, twice, 0.9) < 100


def test_suppression_takes_boxes_away():
    found = judged(0.5)
    assert found["test_boxes_all"] == pytest.approx(144 * 2 / 4)  # one or three digits a scene
    assert 0 < found["test_boxes_nms"] < 144 * 2 / 4
    for what, places in (("number", CONFIG.numbers), ("iou", CONFIG.ious)):
        for place in places:
            for way in detection.WAYS:
                assert 0 <= found[f"test_map_{way}_{what}_{place}"] <= 100
