"""What the experiments with autoencoders measure: numbers of a code in use, what PCA gives back, what is new."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.experiments import autoencoder_anomaly, vae_latent  # noqa: E402
from book_code.models.vae.config import VAEConfig  # noqa: E402
from book_code.models.vae.torch_model import VAE  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]


@pytest.mark.parametrize("used", [0, 2, 5])
def test_numbers_in_use_are_those_whose_mean_depends_on_the_picture(used):
    torch.manual_seed(0)
    model = VAE(VAEConfig((1, 4, 4), (32,), 5, "relu"))
    with torch.no_grad():
        model.mean.weight[:used] *= 10
        model.mean.weight[used:] = 0
    found = vae_latent.measure(vae_latent.Config(), model, torch.rand(200, 1, 4, 4))
    assert found["active"] == used
    assert found["divergence"] > 0
    assert found["bound"] < 0


def test_every_setting_has_a_name_of_its_own():
    config = vae_latent.Config()
    settings = {(n, b) for n in config.latents for b in config.betas}
    assert len({vae_latent.name(*one) for one in settings}) == len(settings)


def test_pca_gives_back_what_lies_in_its_components_and_finds_what_does_not():
    rng = np.random.default_rng(0)
    plane = rng.standard_normal((300, 2)) @ rng.standard_normal((2, 6)) + 1
    away = plane[:50] + rng.standard_normal((50, 6))
    test = np.concatenate([plane[:100], away])
    new = np.arange(150) >= 100
    two, one = (autoencoder_anomaly.principal(plane, test, code) for code in (2, 1))
    np.testing.assert_allclose(two[:100], plane[:100], atol=1e-9)
    found = autoencoder_anomaly.judge(two, test, new)
    assert found["auc"] == 1
    assert found["error"] == pytest.approx(0, abs=1e-12)
    assert autoencoder_anomaly.judge(one, test, new)["error"] > 0.05


def test_the_area_is_a_half_where_errors_tell_nothing_and_the_error_is_of_known_pictures():
    test = np.zeros((4, 3))
    found = autoencoder_anomaly.judge(test + 0.5, test, np.array([True, False, True, False]))
    assert found == {"auc": 0.5, "error": 0.25}
    worse = test + np.array([[2.0], [1.0], [3.0], [1.0]])
    assert autoencoder_anomaly.judge(worse, test, np.array([True, False, True, False])) == {
        "auc": 1.0,
        "error": 1.0,
    }
