"""The weights that ship are those of the recipes, and both back ends make the same of them."""

import dataclasses
import json
import shutil

import numpy as np
import pytest
import torch

from book_code import weights
from book_code.data import DataError
from book_code.models import registry
from book_code.weights import _probe, _report
from book_code.weights.__main__ import main, state
from book_code.weights.torch_recipe import make
from book_code.weights.torch_recipes import RECIPES

pytestmark = pytest.mark.torch
NAMES = weights.names()
CLOSE = 2e-4  # of the largest answer: sums of float32 in another order


def test_each_recipe_has_its_weights():
    assert sorted(RECIPES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_both_back_ends_answer_alike(name):
    given = _probe.inputs(registry.load(*named(name)).config)
    theirs = _probe.answer(weights.load(name, "torch"), given)
    ours = _probe.answer(weights.load(name), given)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=CLOSE * np.abs(theirs).max())
    assert theirs.std() > 0


@pytest.mark.parametrize("name", NAMES)
def test_the_numbers_of_a_card_are_those_of_its_weights(name):
    """Measured again, where the data are at hand."""
    recipe, card = RECIPES[name], weights.card(name)
    try:
        again = recipe.measure(weights.load(name, "torch"), recipe.settings)
    except DataError:
        return  # nothing to measure on
    for now, then in zip(again, card["measured"], strict=True):
        few = (
            "samples" in now.what
        )  # another processor may see one or two of a thousand otherwise
        assert now.what.split(",")[0] == then["what"].split(",")[0]
        assert now.value == pytest.approx(then["value"], rel=1e-2, abs=0.4 if few else 0.02)


@pytest.mark.parametrize("name", NAMES)
def test_a_card_has_the_sizes_of_its_recipe(name):
    recipe, card = RECIPES[name], weights.card(name)
    config = dataclasses.asdict(registry.config(recipe.preset, **recipe.fields))
    assert json.loads(json.dumps(config)) == card["config"]
    for entry in ("title", "data", "licence", "limits"):
        assert card[entry] == getattr(recipe, entry)


@pytest.mark.parametrize("name", ["vae-mnist", "dcgan-mnist", "ddpm-tiny-digits"])
def test_a_recipe_makes_weights_and_card(name, tmp_path, monkeypatch):
    recipe = dataclasses.replace(RECIPES[name], settings=RECIPES[name].settings.quick())
    for path in registry.WEIGHTS.glob("lenet5-mnist.*"):  # it reads what is drawn
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(registry, "WEIGHTS", tmp_path)
    card = make(recipe)
    assert weights.names() == sorted([name, "lenet5-mnist"])
    assert weights.card(name)["sha256"] == card["sha256"]
    fresh = registry.build(
        recipe.preset, "torch", rng=np.random.default_rng(recipe.settings.seed), **recipe.fields
    )
    trained = weights.load(name, "torch")
    moved = [
        not torch.equal(a, b.half().float())
        for a, b in zip(trained.parameters(), fresh.parameters(), strict=True)
    ]
    assert any(moved)


def test_the_cards_as_text_are_up_to_date():
    assert _report.path().read_text(encoding="utf-8") == _report.whole()


def test_the_command_names_the_nearest(capsys):
    assert main(["vae-mnits"]) == 2
    assert "unknown weights 'vae-mnits'; did you mean 'vae-mnist'" in capsys.readouterr().err


def test_what_is_listed_tells_how_it_stands(tmp_path, monkeypatch, capsys):
    assert main(["--list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(RECIPES)
    monkeypatch.setattr(registry, "WEIGHTS", tmp_path)
    assert state("vae-mnist") == "missing"


def named(name: str) -> tuple[str, str]:
    card = weights.card(name)
    return card["preset"], card["dataset"]
