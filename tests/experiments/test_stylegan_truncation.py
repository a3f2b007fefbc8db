"""Truncation: the mean style is that of many, psi 0 leaves one picture, and quality is paid for with diversity."""

from types import SimpleNamespace

import pytest

torch = pytest.importorskip("torch")

from book_code.experiments import _runner, stylegan_truncation  # noqa: E402
from book_code.experiments._makers import OfStyleGAN  # noqa: E402
from book_code.models.stylegan.torch_training import sample  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

CONFIG = stylegan_truncation.Config().quick()


@pytest.fixture
def maker():
    torch.manual_seed(0)
    maker = OfStyleGAN(CONFIG, (1, 8, 8), 10, CONFIG.rate)
    with torch.no_grad():  # styles far from zero, so that their mean is not there by chance
        maker.average.module.generator.mapping.fc[-1].bias.fill_(300.0)
    return maker


def test_the_mean_style_is_that_of_many_styles(maker):
    mapping = maker.average.module.generator.mapping
    many = stylegan_truncation.replace(CONFIG, styles=4_096)
    stylegan_truncation.set_mean(many, maker)
    with torch.no_grad():
        styles = mapping(torch.randn(4_096, CONFIG.latent))
    assert mapping.mean.abs().min() > 1
    torch.testing.assert_close(
        mapping.mean, styles.mean(0), atol=0.1 * styles.std().item(), rtol=0
    )


def test_at_psi_0_only_the_noise_maps_differ(maker):
    stylegan_truncation.set_mean(CONFIG, maker)
    model = maker.average.module
    spread = []
    for psi in (0.0, 1.0):
        made = sample(model, 50, generator=torch.Generator().manual_seed(0), psi=psi)
        spread.append(made.std(dim=0).mean().item())
    assert spread[0] < 1e-6 < spread[1]  # the noise has weight 0 before any training


def test_every_psi_has_a_name_of_its_own():
    psis = stylegan_truncation.Config().psis
    assert len({stylegan_truncation.name("fid", psi) for psi in psis}) == len(psis)


def test_the_description_tells_each_psi():
    result = stylegan_truncation.Result()
    config = SimpleNamespace(psis=(0.4, 1.0))
    for psi in config.psis:
        for metric in stylegan_truncation.METRICS:
            result.add(stylegan_truncation.name(metric, psi), [10 * psi, 10 * psi])
    result.add("fid_of_real_pictures", 1.0)
    stylegan_truncation.describe(config, result)
    assert [row[0] for row in result.table["rows"]] == ["0.4", "1"]
    assert "psi 0.4: 4 ± 0, 4 ± 0, 4 ± 0" in result.alt


def test_the_published_recall_grows_with_psi():
    line = _runner.read("stylegan_truncation").series["recall"]
    below = [mean for psi, mean in zip(line["x"], line["mean"], strict=True) if psi <= 1]
    assert below == sorted(below)
