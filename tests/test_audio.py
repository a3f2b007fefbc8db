"""Spectra of known waves, the way back, and mel filters against the published formulas."""

import numpy as np
import pytest

from book_code.audio import (
    hann,
    hertz_to_mel,
    istft,
    log_mel,
    mel_filters,
    mel_to_hertz,
    stft,
)


def wave(*shape):
    return np.random.default_rng(0).standard_normal(shape)


def test_hann_adds_up_to_a_constant():
    window = hann(400)
    np.testing.assert_allclose(window, (1 - np.cos(2 * np.pi * np.arange(400) / 400)) / 2)
    np.testing.assert_allclose(window[:200] + window[200:], 1)
    assert window.argmax() == 200


def test_a_pure_tone_stands_in_its_bin():
    """A cosine of whole periods: half its amplitude times the sum of the window, and a quarter in both neighbours."""
    size, k = 64, 5
    x = 3 * np.cos(2 * np.pi * k * np.arange(size) / size)
    spectrum = stft(x, size, size, center=False)[:, 0]
    expected = np.zeros(33)
    expected[k], expected[[k - 1, k + 1]] = 3 * size / 4, 3 * size / 8
    np.testing.assert_allclose(np.abs(spectrum), expected, atol=1e-12)


def test_frames_are_centred_at_multiples_of_the_hop():
    x = np.zeros(1000)
    x[480] = 1
    loud = np.abs(stft(x, 200, 160)).sum(axis=0)
    assert loud.argmax() == 3
    assert stft(x, 200, 160).shape == (101, 1 + 1000 // 160)
    assert stft(x, 200, 160, center=False).shape == (101, 1 + 800 // 160)


@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("hop", [25, 32, 50])
def test_there_and_back(center, hop):
    x = wave(2, 3, 1003)
    back = istft(stft(x, 100, hop, center=center), hop, center=center, length=1003)
    inside = slice(1, 1000 if center else 900)  # Hann's window is 0 at the first sample
    np.testing.assert_allclose(back[..., inside], x[..., inside], atol=1e-12)


def test_the_way_back_is_the_nearest_wave():
    """Of a picture that belongs to no wave: no wave's picture is nearer (Griffin and Lim)."""
    rng = np.random.default_rng(0)
    picture = rng.standard_normal((9, 12)) + 1j * rng.standard_normal((9, 12))
    picture[[0, -1]] = picture[[0, -1]].real
    x = istft(picture, 4, center=False)

    def distance(x):
        difference = np.abs(stft(x, 16, 4, center=False) - picture) ** 2
        return (difference * np.array([1, *[2] * 7, 1])[:, None]).sum()  # of the whole spectrum

    for _ in range(20):
        assert distance(x) < distance(x + 1e-3 * rng.standard_normal(x.shape))


def test_types_stay():
    x = wave(1000).astype(np.float32)
    assert stft(x, 100, 50).dtype == np.complex64
    assert istft(stft(x, 100, 50), 50).dtype == np.float32
    assert log_mel(x, 8000, size=256, count=10).dtype == np.float32
    assert stft(x.astype(float), 100, 50).dtype == np.complex128


def test_mel_scales_have_the_published_values():
    # 2595 log10(1 + f/700): 1000 mel at 1000 Hz to four digits, 0 at 0
    hertz = [0, 700, 1000, 6300]
    np.testing.assert_allclose(hertz_to_mel(hertz), [0, 781.1728, 999.9855, 2595], atol=1e-4)
    # Slaney's toolbox: 66.67 Hz a filter below 1000 Hz, a factor 1.0711703 above
    assert hertz_to_mel([0, 60, 110, 220, 440], "slaney").tolist() == pytest.approx(
        [0, 0.9, 1.65, 3.3, 6.6]
    )
    assert mel_to_hertz([3, 15, 42], "slaney").tolist() == pytest.approx([200, 1000, 6400])
    assert mel_to_hertz(16, "slaney").item() == pytest.approx(1071.1703)
    f = np.linspace(0, 8000, 100)
    for scale in ("htk", "slaney"):
        np.testing.assert_allclose(mel_to_hertz(hertz_to_mel(f, scale), scale), f, atol=1e-9)


@pytest.mark.parametrize("scale", ["htk", "slaney"])
def test_triangles_rise_and_fall_between_their_neighbours(scale):
    filters = mel_filters(16000, 2048, 20, scale=scale)
    bins = np.linspace(0, 8000, 1025)
    corners = mel_to_hertz(np.linspace(0, hertz_to_mel(8000, scale), 22), scale)
    for i, row in enumerate(filters):
        assert row[(bins <= corners[i]) | (bins >= corners[i + 2])].max() == 0
        assert abs(bins[row.argmax()] - corners[i + 1]) < 8  # the distance of two bins
        middle = (corners[i] + corners[i + 1]) / 2
        assert np.interp(middle, bins, row) == pytest.approx(0.5, abs=0.01)
    inside = (bins >= corners[1]) & (bins <= corners[-2])
    np.testing.assert_allclose(filters.sum(axis=0)[inside], 1)


def test_area_one_is_area_one():
    filters = mel_filters(16000, 4096, 20, area=True)
    np.testing.assert_allclose(filters.sum(axis=1) * 16000 / 4096, 1, rtol=0.01)


def test_a_tone_lights_up_its_mel_filter():
    rate = 16000
    tone = np.sin(2 * np.pi * 1000 * np.arange(rate) / rate)
    picture = log_mel(tone, rate)
    assert picture.shape == (40, 101)
    corners = mel_to_hertz(np.linspace(0, hertz_to_mel(8000), 42))
    brightest = picture[:, 50].argmax()
    assert corners[brightest] < 1000 < corners[brightest + 2]


def test_log_mel_is_the_logarithm_of_filtered_power():
    x = wave(2, 2000)
    power = np.abs(stft(x, 256, 100)) ** 2
    filters = mel_filters(8000, 256, 10, low=100, high=3000, scale="slaney")
    expected = np.log(np.einsum("mk,nkt->nmt", filters, power) + 0.01)
    found = log_mel(
        x, 8000, size=256, hop=100, count=10, low=100, high=3000, scale="slaney", floor=0.01
    )
    np.testing.assert_allclose(found, expected, rtol=1e-10)
    assert log_mel(np.zeros(2000), 8000, size=256, count=4) == pytest.approx(np.log(1e-6))


BAD = [
    (lambda: stft(np.zeros(1000, np.int16)), TypeError, "divide 16-bit samples by 32768"),
    (lambda: stft(np.zeros(200)), ValueError, "too short to be mirrored for windows of 400"),
    (lambda: stft(np.zeros(99), 100, center=False), ValueError, "has no window of 100"),
    (lambda: stft(1.0), ValueError, "got a single number"),
    (lambda: stft(np.zeros(1000), 101), ValueError, "an even size"),
    (lambda: stft(np.zeros(1000), 100, window=np.ones(9)), ValueError, "a window of 100 numbers"),
    (lambda: istft(np.zeros(5, complex)), ValueError, r"expected \(\.\.\., bins, frames\)"),
    (lambda: mel_filters(16000, 400, 128), ValueError, "too many for 201 frequencies"),
    (lambda: mel_filters(16000, high=9000), ValueError, "half the rate"),
    (lambda: mel_filters(16000, scale="bark"), ValueError, "'htk' or 'slaney', got 'bark'"),
]  # fmt: skip


@pytest.mark.parametrize(("do", "error", "words"), BAD)
def test_bad_input_is_refused_in_words(do, error, words):
    with pytest.raises(error, match=words):
        do()


def test_after_the_last_window_there_is_silence():
    x = wave(500)
    back = istft(stft(x, 100, 50), 50, length=700)
    np.testing.assert_allclose(back[1:500], x[1:], atol=1e-12)
    assert back.shape == (700,)
    assert (back[550:] == 0).all()
