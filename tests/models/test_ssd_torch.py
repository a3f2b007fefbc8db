"""Detection against torchvision: default boxes, codes, matching, the loss, and SSD300 with its weights."""

import numpy as np
import pytest
import torch

from book_code.autodiff import Tensor, no_grad
from book_code.metrics import box_iou
from book_code.models import registry
from book_code.models.ssd import Predictions, SSDConfig, numpy_model, torch_model
from book_code.models.ssd.boxes import corners, decode, default_boxes, encode, match
from book_code.models.ssd300 import SSD300Config

from .reference import torchvision
from .torchvision_reference import same_names_and_shapes, shake

pytestmark = [pytest.mark.torch, pytest.mark.native]

detection = torchvision.models.detection


@pytest.fixture(scope="module")
def reference():
    """torchvision's SSD300 with the random weights of its own initialization."""
    torch.manual_seed(0)
    return detection.ssd300_vgg16(weights=None, weights_backbone=None, num_classes=21).eval()


def objects(rng, n=5):
    """Return boxes by their corners and labels from 0."""
    low = rng.uniform(0, 0.6, size=(n, 2))
    boxes = np.concatenate([low, low + rng.uniform(0.1, 0.4, size=(n, 2))], axis=1)
    return boxes, rng.integers(0, 2, n)


@pytest.mark.parametrize(("name", "classes"), [("ssd300", 21), ("ssd300-coco", 91)])
def test_ssd300_has_torchvisions_names_and_shapes(name, classes):
    make = detection.ssd300_vgg16
    same_names_and_shapes(
        name, lambda: make(weights=None, weights_backbone=None, num_classes=classes)
    )


def test_ssd300_says_what_torchvision_says(reference):
    """The whole network with its weights, on one picture."""
    shake(reference)
    state = {key: value.numpy() for key, value in reference.state_dict().items()}
    ours = registry.build("ssd300", rng=np.random.default_rng(0)).eval()
    theirs = registry.model_class("ssd300", "torch")(registry.config("ssd300")).eval()
    ours.load_state_dict(state, strict=True)
    theirs.load_state_dict(reference.state_dict(), strict=True)
    x = torch.from_numpy(np.random.default_rng(1).normal(size=(1, 3, 300, 300)).astype("f4"))
    with torch.no_grad():
        said = reference.head(list(reference.backbone(x).values()))
        in_torch = theirs(x)

    with no_grad():
        in_numpy = ours(x.numpy())
    for found in (in_torch, in_numpy):
        for mine, other in ((found.logits, "cls_logits"), (found.codes, "bbox_regression")):
            expected = said[other].numpy()
            assert np.abs(expected).max() > 1e-2
            np.testing.assert_allclose(
                np.asarray(mine.numpy()),
                expected,
                rtol=1e-4,
                atol=1e-5 * np.abs(expected).max(),
            )


def test_the_default_boxes_of_ssd300_are_torchvisions(reference):
    sizes = [(n, n) for n in SSD300Config().map_sizes]
    pictures = detection.image_list.ImageList(torch.zeros(1, 3, 300, 300), [(300, 300)])
    maps = [torch.zeros(1, 1, *size) for size in sizes]
    (expected,) = reference.anchor_generator(pictures, maps)
    ours = 300 * corners(SSD300Config().default_boxes())
    np.testing.assert_allclose(ours, expected.numpy(), atol=1e-3)


def test_the_default_boxes_of_the_small_detector_are_torchvisions():
    config = SSDConfig(ratios=(2.0, 0.5, 3.0, 1 / 3))
    generator = detection.anchor_utils.DefaultBoxGenerator(
        [[2, 3]] * 2, scales=list(config.scales), clip=False
    )
    expected = generator._grid_default_boxes([(8, 8), (4, 4)], [64, 64])
    np.testing.assert_allclose(default_boxes(config), expected.numpy(), atol=1e-6)


def test_codes_are_torchvisions():
    rng = np.random.default_rng(0)
    defaults = default_boxes(SSDConfig.tiny())
    boxes, _ = objects(rng, len(defaults))
    coder = detection._utils.BoxCoder(weights=(10.0, 10.0, 5.0, 5.0))
    anchors = torch.from_numpy(corners(defaults))
    expected = coder.encode_single(torch.from_numpy(boxes), anchors).numpy()
    np.testing.assert_allclose(encode(boxes, defaults), expected, rtol=1e-9, atol=1e-12)
    codes = rng.normal(size=(len(defaults), 4))
    back = coder.decode_single(torch.from_numpy(codes), anchors).numpy()
    np.testing.assert_allclose(decode(codes, defaults), back, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_objects_are_matched_as_by_torchvision(seed):
    """Where no two objects ask for the same default box; there torchvision lets the last one have it."""
    defaults = default_boxes(SSDConfig(scales=(0.2, 0.35, 0.5)))
    boxes, labels = objects(np.random.default_rng(seed), 3)
    overlaps = box_iou(boxes, corners(defaults))
    if len(set(overlaps.argmax(axis=1))) < 3:
        boxes, labels, overlaps = boxes[:1], labels[:1], overlaps[:1]
    found = detection._utils.SSDMatcher(0.5)(torch.from_numpy(overlaps)).numpy()
    expected = np.where(found >= 0, labels[found] + 1, 0)
    classes, codes = match(boxes, labels, defaults)
    assert np.array_equal(classes, expected)
    chosen = found >= 0
    np.testing.assert_allclose(
        decode(codes, defaults)[chosen], boxes[found[chosen]], atol=1e-12
    )


def test_the_loss_is_torchvisions(reference):
    rng = np.random.default_rng(3)
    defaults = default_boxes(SSDConfig())
    given = [objects(rng), objects(rng, 3), objects(rng, 1)]
    classes, codes = numpy_model.targets(given, defaults)
    logits = rng.normal(size=(3, len(defaults), 3))
    said = Predictions(torch.from_numpy(logits), torch.from_numpy(rng.normal(size=codes.shape)))
    matched = [
        detection._utils.SSDMatcher(0.5)(torch.from_numpy(box_iou(boxes, corners(defaults))))
        for boxes, _ in given
    ]
    theirs = reference.compute_loss(
        [
            {"boxes": torch.from_numpy(boxes), "labels": torch.from_numpy(labels + 1)}
            for boxes, labels in given
        ],
        {"bbox_regression": said.codes, "cls_logits": said.logits},
        [torch.from_numpy(corners(defaults))] * 3,
        matched,
    )
    expected = sum(theirs.values()).item()
    arrays = Predictions(logits, said.codes.numpy())
    ours = numpy_model.loss(lambda x: _as_tensors(arrays), None, classes, codes).item()
    wanted = torch.from_numpy(classes), torch.from_numpy(codes)
    in_torch = torch_model.loss(lambda x: said, None, *wanted).item()
    assert ours == pytest.approx(expected, rel=1e-9)
    assert in_torch == pytest.approx(expected, rel=1e-9)


def _as_tensors(said):

    return Predictions(*(Tensor(part) for part in said))
