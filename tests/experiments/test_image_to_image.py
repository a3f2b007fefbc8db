"""Edges are where the slope is steep; pairs are partners, strangers are none; a trained network comes nearer."""

import dataclasses

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.data import Split, load  # noqa: E402
from book_code.experiments import _fid, _image_to_image  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

CONFIG = dataclasses.replace(
    _image_to_image.Training().quick(), dataset="digits", side=8, downs=2, pictures=100
)


@pytest.fixture(scope="module")
def digits():
    return _image_to_image.prepare(CONFIG, load("digits").train.take(slice(200)), "cpu")


def test_edges_are_drawn_around_a_bright_square_and_not_inside_it():
    x = np.zeros((1, 1, 28, 28), np.float32)
    x[..., 6:22, 6:22] = 1
    config = dataclasses.replace(CONFIG, side=28)
    edges = _image_to_image.prepare(config, Split(x, np.zeros(1, np.int64)), "cpu").edges[0, 0]
    assert set(edges.unique().tolist()) == {-1, 1}
    assert (edges[6, 8:20] == 1).all()
    assert (edges[8:20, 21] == 1).all()
    assert (edges[9:19, 9:19] == -1).all()
    assert (edges[:4] == -1).all()


def test_edges_and_photographs_are_made_small_together():
    x = np.zeros((1, 1, 28, 28), np.float32)
    x[..., 4:12, 14:20] = 1
    found = _image_to_image.prepare(
        dataclasses.replace(CONFIG, side=16), Split(x, np.zeros(1, np.int64)), "cpu"
    )
    assert found.edges.shape == found.photos.shape == (1, 1, 16, 16)
    for picture in (found.edges, found.photos):
        rows, columns = torch.nonzero(picture[0, 0] > -1, as_tuple=True)
        assert rows.float().mean().item() == pytest.approx(4.5, abs=0.6)  # 2 of border, halved
        assert columns.float().mean().item() == pytest.approx(9, abs=0.6)


@pytest.mark.parametrize("way", _image_to_image.WAYS)
def test_only_without_pairs_are_the_photographs_those_of_others(way, digits):
    rng = np.random.default_rng(0)
    for _ in range(5):
        edges, photos = _image_to_image.batch(CONFIG, way, digits, rng)
        for edge, photo in zip(edges, photos, strict=True):
            of_edge = (digits.edges == edge).flatten(1).all(1)
            of_photo = (digits.photos == photo).flatten(1).all(1)
            partners = bool((of_edge & of_photo).any())
            assert partners == (way != "cyclegan")
            assert of_edge[:100].any(), "edges of the second half are for nobody"


def test_the_distance_of_black_from_white_is_one_and_true_pictures_have_none(digits):
    judge = _fid.train_judge(dataclasses.replace(CONFIG, judge_epochs=10), "cpu")
    real = judge.see((digits.photos + 1) / 2)
    true = _image_to_image.scores(CONFIG, judge, real, digits.photos, digits)
    assert true["distance"] == 0
    assert true["fid"] == pytest.approx(0, abs=1e-3)
    assert true["accuracy"] > 60
    ones = torch.ones_like(digits.photos)
    black = dataclasses.replace(digits, photos=-ones)
    assert _image_to_image.scores(CONFIG, judge, real, ones, black)["distance"] == 1


@pytest.mark.parametrize("way", _image_to_image.WAYS)
def test_trained_networks_come_nearer_to_the_photographs(way, digits):
    judge = _fid.train_judge(CONFIG, "cpu")
    real = judge.see((digits.photos + 1) / 2)

    def distance(steps):
        run = _image_to_image.learn(
            CONFIG, way, 0, 5e-3, steps, train=digits, held=digits, judge=judge, real=real,
            device="cpu",
        )  # fmt: skip
        return run.found["distance"]

    assert distance(60) < 0.85 * distance(1)
