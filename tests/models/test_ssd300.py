"""SSD300: maps and boxes of figure 2, sizes that do not fit, a rectangle that is found."""

import numpy as np
import pytest

from book_code import build, metrics, optim
from book_code.metrics import Objects
from book_code.models import registry
from book_code.models.ssd300 import SSD300Config
from book_code.models.ssd300.numpy_model import loss, targets

from .common import batch, model


def test_the_maps_of_figure_2():
    config = SSD300Config()
    assert config.map_sizes == (38, 19, 10, 5, 3, 1)
    assert config.map_widths == (512, 1024, 512, 256, 256, 256)
    counts = [
        n * n * boxes for n, boxes in zip(config.map_sizes, config.per_place, strict=True)
    ]
    assert counts == [5776, 2166, 600, 150, 36, 4]
    assert len(config.default_boxes()) == sum(counts) == 8732


def test_the_maps_are_as_the_configuration_says():
    for settings in ({}, {"image_size": 28}, {"image_size": 52, "extra": ((3, 4, 1),)}):
        net = model("ssd300-tiny", **settings)
        maps = net.backbone(batch("ssd300-tiny", 2, **settings)["x"])
        sides, widths = net.config.map_sizes, net.config.map_widths
        assert [m.shape for m in maps] == [
            (2, width, side, side) for side, width in zip(sides, widths, strict=True)
        ]
        boxes = len(net.config.default_boxes())
        assert net(batch("ssd300-tiny", 1, **settings)["x"]).codes.shape == (1, boxes, 4)


def test_the_first_maps_are_brought_to_one_length():
    net = model("ssd300-tiny")
    net.backbone.scale_weight.data = np.full(5, 20.0)
    first = net.backbone(batch("ssd300-tiny", 2)["x"])[0].numpy()
    lengths = np.linalg.norm(first, axis=1)
    np.testing.assert_allclose(lengths[lengths > 0], 20)


def test_places_stand_evenly_unless_steps_are_given():
    even, by_steps = SSD300Config(steps=None), SSD300Config()
    assert even.default_boxes()[0, 0] == pytest.approx(0.5 / 38)
    assert by_steps.default_boxes()[0, 0] == pytest.approx(0.5 * 8 / 300)
    assert by_steps.default_boxes()[:, 2:].max() == 1


def test_a_rectangle_is_found():
    rng = np.random.default_rng(0)
    sizes = {"channels": (8, 8, 12, 16, 16), "wide": 16, "extra": ((8, 16, 2),)}
    net = build("ssd300-tiny", rng=rng, **sizes)
    x = 0.05 * rng.normal(size=(6, 1, 20, 20)).astype(np.float32)
    objects = []
    for i in range(6):
        left, top = rng.integers(0, 12, size=2)
        x[i, :, top : top + 8, left : left + 8] += 1 + i % 2
        objects.append((np.array([[left, top, left + 8, top + 8]]) / 20, [i % 2]))
    classes, codes = targets(objects, net.config.default_boxes())
    optimizer = optim.Adam(net.parameters(), lr=0.003)
    for _ in range(150):
        net.zero_grad()
        loss(net, x, classes, codes).backward()
        optimizer.step()
    truth = [Objects(boxes, labels) for boxes, labels in objects]
    assert metrics.mean_average_precision(truth, net.detect(x), iou=0.5) > 0.9


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"image_size": 7}, "7 x 7 are too small: .* larger pictures, or fewer blocks"),
        ({"scales": (0.3, 0.5)}, "scales must have 4 entries for 3 maps; got 2"),
        ({"ratios": ((2.0,),)}, "ratios must have 3 entries for 3 maps; got 1"),
        ({"steps": (8, 16)}, "steps must have 3 entries for 3 maps; got 2"),
        ({"extra": ((3, 4, 1),)}, "are too small"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        registry.config("ssd300-tiny", **fields)


def test_pictures_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"pictures of shape \(N, 1, 20, 20\), got"):
        model("ssd300-tiny")(np.zeros((1, 3, 20, 20)))
