"""The weights that ship: whole, small, described, and with the answers that their cards hold."""

import json
import shutil

import numpy as np
import pytest

import book_code as bc
from book_code import interop, weights
from book_code.models import registry
from book_code.weights import _probe

NAMES = weights.names()
CLOSE = 2e-4  # of the largest answer: sums of float32 in another order


def test_each_file_has_its_card_and_each_card_its_file():
    cards = sorted(path.stem for path in registry.WEIGHTS.glob("*.json"))
    assert cards == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_small_and_in_half_precision(name):
    path = registry.WEIGHTS / f"{name}.npz"
    assert path.stat().st_size == weights.card(name)["size"] <= weights.MOST == 1_000_000
    kinds = {
        value.dtype for value in interop.load_npz(path).values() if value.dtype.kind == "f"
    }
    assert kinds == {np.dtype(np.float16)}


@pytest.mark.parametrize("name", NAMES)
def test_the_numpy_version_answers_as_the_card_says(name):
    """The card's numbers are those of the PyTorch version; this test also runs in the browser's Python."""
    model, card = weights.load(name), weights.card(name)
    assert not model.training
    assert {p.dtype for p in model.parameters()} == {np.dtype(np.float32)}
    assert sum(p.data.size for p in model.parameters()) == card["parameters"]
    answers = _probe.answer(model, _probe.inputs(model.config))
    largest = np.abs(answers).max()
    np.testing.assert_allclose(
        _probe.shown(answers), card["probe"], rtol=0, atol=CLOSE * largest
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_card_says_what_a_reader_must_know(name):
    card = weights.card(name)
    assert card["preset"] in registry.names()
    assert f"{card['preset']}-{card['dataset']}" == name
    for entry in ("title", "data", "licence", "limits"):
        assert len(card[entry]) > 5, entry
    assert {"seed", "seconds", "device", "versions", "commit"} <= set(card["training"])
    assert card["measured"]
    assert all(np.isfinite(m["value"]) and m["what"] for m in card["measured"])


@pytest.mark.parametrize("name", [n for n in NAMES if weights.card(n)["tokenizers"]])
def test_a_model_of_language_comes_with_its_tokenizers(name):
    card = weights.card(name)
    sizes = {key: value for key, value in card["config"].items() if key.endswith("vocabulary")}
    before = 3 if "source" in card["tokenizers"] else 0  # padding, start and end
    for side in card["tokenizers"]:
        tokenizer = weights.tokenizer(name, side)
        assert before + len(tokenizer) in sizes.values()
        assert (
            tokenizer.decode(tokenizer.encode("Speak, speak. Ça va ?"))
            == "Speak, speak. Ça va ?"
        )


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(
        ValueError, match="unknown weights 'lenet-mnist'; did you mean 'lenet5-mnist'"
    ):
        weights.load("lenet-mnist")


def test_a_model_without_words_has_no_tokenizer():
    with pytest.raises(
        ValueError, match=r"'lenet5-mnist' have no tokenizer 'text'\. Known: none"
    ):
        weights.tokenizer("lenet5-mnist")


@pytest.fixture
def copied(tmp_path, monkeypatch):
    for path in registry.WEIGHTS.glob("lenet5-mnist.*"):
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(registry, "WEIGHTS", tmp_path)
    return tmp_path / "lenet5-mnist.npz"


def changed(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize(
    ("damage", "message"),
    [(changed, "is damaged: its sha256 is"), (lambda content: content[:-9], "is damaged: it has .* bytes of")],
)  # fmt: skip
@pytest.mark.parametrize("load", [weights.load, lambda name: bc.load(*name.split("-"))])
def test_a_damaged_file_is_told_by_its_hash(copied, damage, message, load):
    assert load("lenet5-mnist")
    copied.write_bytes(damage(copied.read_bytes()))
    with pytest.raises(ValueError, match=message):
        load("lenet5-mnist")


def test_a_file_that_cannot_be_read_is_told(copied, monkeypatch):
    """As in the browser, where the line to the host may be lost."""
    copied.unlink()
    copied.mkdir()
    with pytest.raises(OSError, match=r"the weights lenet5-mnist could not be read"):
        weights.load("lenet5-mnist")


def test_new_weights_drop_the_card_of_the_old_ones(copied):
    state = bc.load("lenet5", "mnist").state_dict()
    registry.save("lenet5", "mnist", {key: value / 2 for key, value in state.items()})
    with pytest.raises(
        ValueError, match=r"have no card: python -m book_code\.weights lenet5-mnist"
    ):
        weights.card("lenet5-mnist")


def test_what_half_precision_cannot_hold_is_not_written(copied):
    state = bc.load("lenet5", "mnist").state_dict()
    before = copied.read_bytes()
    state["conv1.bias"] = state["conv1.bias"] + 1e5
    with pytest.raises(ValueError, match=r"conv1\.bias holds numbers that float16 cannot hold"):
        registry.save("lenet5", "mnist", state)
    assert copied.read_bytes() == before


def test_the_cards_are_json_of_an_entry_a_line():
    for name in NAMES:
        lines = weights.card_path(name).read_text(encoding="utf-8").splitlines()
        assert len(lines) == len(json.loads("\n".join(lines))) + 2
