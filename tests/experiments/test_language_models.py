"""What the experiments on models of language measure: straight lines, multiplications, losses, right answers."""

import math
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.experiments import gpt_kv_cache, gpt_scaling, recurrent_text, t5_tasks  # noqa: E402
from book_code.experiments.twins import gpt_kv_cache as twin  # noqa: E402
from book_code.models.gpt.config import GPTConfig  # noqa: E402
from book_code.models.gpt.numpy_model import GPT  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]


def test_the_line_through_a_power_law_has_its_exponent_and_a_bend_is_told():
    x = np.array([10.0, 100.0, 1_000.0])
    slope, start, off = gpt_scaling.line(x, 5 * x**-0.1)
    assert (slope, start) == pytest.approx((0.1, 5))
    assert off == pytest.approx(0, abs=1e-9)
    assert gpt_scaling.line(x, [4, 2, 2])[2] > 10


def test_a_model_that_learns_little_text_by_heart_is_taken_as_it_was_before():
    config = replace(
        gpt_scaling.Config().quick(), steps=80, marks=8, windows=20, last_windows=20
    )
    found = gpt_scaling.train(config, 32, 100, 0, 1e-2, "cpu")
    assert found["steps"] < 80
    assert found["chosen"] < found["loss"] + 0.5
    assert found["loss"] < math.log(65) + 0.5


def test_multiplications_are_those_of_the_formula_and_the_cache_changes_no_token():
    config = replace(gpt_kv_cache.Config().quick(), vocabulary=17, lengths=(4, 16))
    numpy_model = GPT(
        GPTConfig(17, 16, config.embed_dim, config.heads, config.layers, 0.0),
        rng=np.random.default_rng(0),
    )
    model = gpt_kv_cache.network(config, 0, "cpu")
    texts = []
    for way in gpt_kv_cache.WAYS:
        expected = twin.write(numpy_model.eval(), way == "cached", 16)[1]
        counts = gpt_kv_cache.counted(config, way, "cpu")
        assert counts == pytest.approx([expected[3] / 1e6, expected[15] / 1e6])
        texts.append(gpt_kv_cache.write(model, way, 16, lambda count: None))
    assert texts[0].tolist() == texts[1].tolist()
    assert len(set(texts[0].tolist())) > 1


@pytest.mark.parametrize("label", recurrent_text.LABELS)
def test_a_network_that_tells_nothing_has_the_loss_of_guessing_and_keeps_more_from_longer_text(
    label,
):
    config = recurrent_text.Config().quick()
    torch.manual_seed(0)
    model = recurrent_text.PerCharacter(label, config)
    torch.nn.init.zeros_(model.network.head.weight)
    torch.nn.init.zeros_(model.network.head.bias)
    tokens = np.random.default_rng(0).integers(0, 65, 400)
    for windows in (3, 10):
        assert recurrent_text.judge(model, config, tokens, windows, "cpu") == pytest.approx(
            math.log(65)
        )
    model.network.head.bias.data[7] = 30.0  # now sure of one character
    assert recurrent_text.judge(model, config, np.full(400, 7), 10, "cpu") < 1e-6
    x = torch.from_numpy(tokens[:32].reshape(1, 32))
    sizes = [recurrent_text.kept_megabytes(model, x[:, :n], x[0, :n]) for n in (16, 32)]
    assert 1.5 < sizes[1] / sizes[0] < 2.1


def test_texts_of_t5_name_the_task_and_end_and_answers_count_only_if_all_is_right():
    config = replace(t5_tasks.Config(), digits=2, embed_dim=24, steps=90, asked=200, marks=3)
    names = list(t5_tasks.TASKS) * 20
    x, y = t5_tasks.texts(config, names, np.random.default_rng(0), "cpu")
    assert x.shape == (80, 3)
    for name, (task, *given), said in zip(names, x.tolist(), y.tolist(), strict=True):
        assert task == t5_tasks.FIRST + names.index(name)
        digits = [digit - t5_tasks.ZERO for digit in given]
        wanted = [digit + t5_tasks.ZERO for digit in t5_tasks.answer(name, digits)]
        wanted.append(t5_tasks.END)
        assert said == wanted + [0] * (3 - len(wanted))
    found = t5_tasks.train(config, ["sort"], 0, "cpu")["right"]["sort"]
    assert 0 < found[0] < found[-1] <= 100
    assert found[-1] > 80
