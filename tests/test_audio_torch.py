"""Spectra against torch.stft and torch.istft, mel filters against those of transformers."""

import numpy as np
import pytest
import torch

from book_code.audio import hann, istft, mel_filters, stft

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize(("size", "hop"), [(64, 16), (400, 160), (10, 3)])
@pytest.mark.parametrize("shape", [(1000,), (3, 777)])
def test_spectra_are_those_of_torch(center, size, hop, shape):
    x = np.random.default_rng(0).standard_normal(shape)
    window = torch.hann_window(size, dtype=torch.float64)
    np.testing.assert_allclose(hann(size), window.numpy(), atol=1e-15)
    expected = torch.stft(
        torch.from_numpy(x), size, hop, window=window, center=center, return_complex=True
    )
    found = stft(x, size, hop, center=center)
    assert found.shape == tuple(expected.shape)
    np.testing.assert_allclose(found, expected.numpy(), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("length", [None, 700, 805])
@pytest.mark.parametrize(("size", "hop"), [(64, 16), (100, 40)])
def test_waves_are_those_of_torch(length, size, hop):
    """From spectra of no wave, with random windows: weights and their squares are told apart."""
    rng = np.random.default_rng(0)
    bins, frames = size // 2 + 1, 800 // hop
    spectra = rng.standard_normal((2, bins, frames)) + 1j * rng.standard_normal(
        (2, bins, frames)
    )
    window = 0.2 + rng.random(size)
    expected = torch.istft(
        torch.from_numpy(spectra), size, hop, window=torch.from_numpy(window), length=length
    ).numpy()
    found = istft(spectra, hop, window=window, length=length)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-11)


@pytest.mark.native
@pytest.mark.parametrize("scale", ["htk", "slaney"])
@pytest.mark.parametrize("area", [False, True])
@pytest.mark.parametrize(("low", "high"), [(0.0, 8000.0), (125.0, 7500.0)])
def test_mel_filters_are_those_of_transformers(scale, area, low, high):
    from transformers.audio_utils import mel_filter_bank

    expected = mel_filter_bank(
        num_frequency_bins=257, num_mel_filters=40, min_frequency=low, max_frequency=high,
        sampling_rate=16000, norm="slaney" if area else None, mel_scale=scale,
    )  # fmt: skip
    found = mel_filters(16000, 512, 40, low=low, high=high, scale=scale, area=area)
    np.testing.assert_allclose(found, expected.T, rtol=1e-9, atol=1e-12)
