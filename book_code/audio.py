"""Sound as pictures: short-time Fourier transform and its inverse, mel filters, log-mel spectrograms.

Everything here is NumPy on arrays, preparation of data and no part of a network. A waveform is (..., samples); a
spectrogram is (..., frequencies, frames), low frequencies in the first row.

| code | symbol | meaning |
|------|--------|---------|
| `size` | n | samples of one window, and of its Fourier transform |
| `hop` | | samples from one window to the next |
| `rate` | | samples a second |
| frame t, bin k | X[k, t] | n/2 + 1 bins; bin k is the frequency k·rate/n |
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

Scale = Literal["htk", "slaney"]


def hann(size: int) -> np.ndarray:
    """Hann's window, periodic: sin² of πj/n. With a hop of n/4 or n/2, shifted ones add up to a constant.

    >>> hann(4).round(6).tolist()
    [0.0, 0.5, 1.0, 0.5]
    """
    return np.sin(np.pi * np.arange(size) / size) ** 2


# --8<-- [start:stft]
def stft(
    x: Any, size: int = 400, hop: int = 160, *, window: Any = None, center: bool = True
) -> np.ndarray:
    """The short-time Fourier transform: the spectrum of one window after another.

    Args:
        x: waveform of real numbers.
        size: samples of a window, even.
        hop: samples from one window to the next.
        window: what a window is weighed by, (size,); Hann's when None.
        center: whether frame t is centred at sample t·hop; the wave is mirrored at both ends for that. If not, the
            first window begins at the first sample.

    Shape:
        (..., samples) -> (..., size // 2 + 1, frames), complex; frames = 1 + samples // hop when centred

    Raises:
        ValueError: when the wave is shorter than a window, or sizes do not fit.

    Examples:
        >>> stft(np.zeros(16000)).shape
        (201, 101)
    """
    x, window = _wave(x), _window(size, hop, window)
    if center:
        if x.shape[-1] <= size // 2:
            raise ValueError(
                f"a wave of {x.shape[-1]} samples is too short to be mirrored for windows of {size}; "
                f"it needs more than {size // 2}"
            )
        x = np.pad(x, [(0, 0)] * (x.ndim - 1) + [(size // 2, size // 2)], mode="reflect")
    if x.shape[-1] < size:
        raise ValueError(f"a wave of {x.shape[-1]} samples has no window of {size}")
    frames = np.lib.stride_tricks.sliding_window_view(x, size, axis=-1)[..., ::hop, :]
    spectra = np.fft.rfft(frames * window.astype(x.dtype), axis=-1)  # (..., frames, bins)
    return np.swapaxes(spectra, -1, -2).astype(np.result_type(x.dtype, np.complex64))


# --8<-- [end:stft]


# --8<-- [start:istft]
def istft(
    spectra: Any,
    hop: int = 160,
    *,
    window: Any = None,
    center: bool = True,
    length: int | None = None,
) -> np.ndarray:
    """The wave whose short-time Fourier transform is nearest to `spectra`, in the sense of least squares.

    Windows are weighed once more, laid over each other and divided by the sum of the squared weights; what no
    window covers is 0.

    Args:
        spectra: what `stft` gave.
        hop: as it was there.
        window: as it was there.
        center: as it was there.
        length: samples of the result; when None what the frames cover.

    Shape:
        (..., size // 2 + 1, frames) -> (..., samples)

    References:
        D. Griffin, J. Lim (1984). Signal estimation from modified short-time Fourier transform. IEEE Transactions
        on Acoustics, Speech and Signal Processing 32(2).

    Examples:
        >>> x = np.sin(np.arange(1000.0))
        >>> bool(np.allclose(istft(stft(x), length=1000), x))
        True
    """
    spectra = np.asarray(spectra)
    if spectra.ndim < 2 or spectra.shape[-2] < 2:
        raise ValueError(f"istft expected (..., bins, frames), got {spectra.shape}")
    size, count = 2 * (spectra.shape[-2] - 1), spectra.shape[-1]
    window = _window(size, hop, window)
    frames = np.fft.irfft(np.swapaxes(spectra, -1, -2), n=size, axis=-1) * window
    total = size + hop * (count - 1)
    out, weight = np.zeros((*frames.shape[:-2], total)), np.zeros(total)
    for t in range(count):
        place = slice(t * hop, t * hop + size)
        out[..., place] += frames[..., t, :]
        weight[place] += window**2
    covered = weight > 1e-11
    out = np.where(covered, out, 0) / np.where(covered, weight, 1)
    first = size // 2 if center else 0
    out = out[..., first : total - first if length is None else first + length]
    missing = 0 if length is None else length - out.shape[-1]
    out = np.pad(out, [(0, 0)] * (out.ndim - 1) + [(0, missing)])
    return out.astype(spectra.real.dtype)


# --8<-- [end:istft]


# --8<-- [start:mel]
def hertz_to_mel(hertz: Any, scale: Scale = "htk") -> np.ndarray:
    """Pitch as it is heard: equal steps of mel sound equally wide.

    "htk" is 2595 log10(1 + f/700). "slaney" is 3f/200 up to 1000 Hz, and from there 27 steps for every factor 6.4.

    References:
        D. O'Shaughnessy (1987). Speech communication. M. Slaney (1998). Auditory toolbox, version 2.

    Examples:
        >>> hertz_to_mel(1000.0).round(4).item(), hertz_to_mel(1000.0, "slaney").item()
        (999.9855, 15.0)
    """
    f = np.asarray(hertz, np.float64)
    if _scale(scale) == "htk":
        return 2595 * np.log10(1 + f / 700)
    return np.where(
        f < 1000, 3 * f / 200, 15 + 27 * np.log(np.maximum(f, 1) / 1000) / np.log(6.4)
    )


def mel_to_hertz(mel: Any, scale: Scale = "htk") -> np.ndarray:
    """The inverse of `hertz_to_mel`.

    >>> mel_to_hertz(15.0, "slaney").item()
    1000.0
    """
    m = np.asarray(mel, np.float64)
    if _scale(scale) == "htk":
        return 700 * (10 ** (m / 2595) - 1)
    return np.where(m < 15, 200 * m / 3, 1000 * 6.4 ** ((m - 15) / 27))


def mel_filters(
    rate: int,
    size: int = 400,
    count: int = 40,
    *,
    low: float = 0.0,
    high: float | None = None,
    scale: Scale = "htk",
    area: bool = False,
) -> np.ndarray:
    """Triangles over the frequencies, equally wide in mel: each rises from the peak of the one before to its own.

    Args:
        rate: samples a second.
        size: samples of a window of the Fourier transform.
        count: number of triangles.
        low: frequency in Hz where the first begins.
        high: frequency in Hz where the last ends; half the rate when None.
        scale: what mel is: "htk" or "slaney".
        area: whether triangles have area 1 (over Hz) in place of height 1: Slaney's norm.

    Shape:
        (count, size // 2 + 1)

    Raises:
        ValueError: when frequencies do not fit, or a triangle falls between two bins and would always give 0.

    Examples:
        >>> mel_filters(16000).shape
        (40, 201)
    """
    high = rate / 2 if high is None else high
    if not 0 <= low < high <= rate / 2:
        raise ValueError(
            f"mel filters need 0 <= low < high <= {rate / 2:g} (half the rate), got {low:g} to {high:g}"
        )
    if count < 1 or size < 2 or size % 2:
        raise ValueError(
            f"expected at least one filter and an even size, got {count} and {size}"
        )
    first, last = hertz_to_mel([low, high], scale)
    corners = mel_to_hertz(np.linspace(first, last, count + 2), scale)
    bins = np.linspace(0, rate / 2, size // 2 + 1)
    left, peak, right = (corners[i : i + count, None] for i in range(3))
    rising, falling = (bins - left) / (peak - left), (right - bins) / (right - peak)
    out = np.maximum(0, np.minimum(rising, falling))
    if area:
        out *= 2 / (right - left)
    if empty := np.flatnonzero(out.max(axis=1) == 0).tolist():
        raise ValueError(
            f"{count} mel filters are too many for {size // 2 + 1} frequencies: "
            f"filters {empty} fall between two of them; take fewer, or a larger size"
        )
    return out


# --8<-- [end:mel]


# --8<-- [start:logmel]
def log_mel(
    x: Any,
    rate: int,
    *,
    size: int = 400,
    hop: int = 160,
    count: int = 40,
    low: float = 0.0,
    high: float | None = None,
    scale: Scale = "htk",
    floor: float = 1e-6,
) -> np.ndarray:
    """The log-mel spectrogram: the logarithm of the power in every mel filter.

    With the standard values a window of 25 ms every 10 ms, for 16,000 samples a second.

    Args:
        x: waveform, or several.
        rate: samples a second.
        size: samples of a window.
        hop: samples from one window to the next.
        count: number of mel filters M.
        low: frequency in Hz where the first filter begins.
        high: frequency in Hz where the last ends; half the rate when None.
        scale: what mel is: "htk" or "slaney".
        floor: added to the power, so that silence has a logarithm.

    Shape:
        (..., samples) -> (..., M, frames)

    Examples:
        >>> log_mel(np.sin(np.arange(16000.0)), 16000).shape
        (40, 101)
    """
    spectra = stft(x, size, hop)
    power = spectra.real**2 + spectra.imag**2  # (..., bins, frames)
    filters = mel_filters(rate, size, count, low=low, high=high, scale=scale)
    return np.log(filters.astype(power.dtype) @ power + power.dtype.type(floor))


# --8<-- [end:logmel]


def _wave(x: Any) -> np.ndarray:
    x = np.asarray(x)
    if x.dtype.kind != "f":
        raise TypeError(
            f"a wave holds floating-point numbers, got {x.dtype}"
            + ("; divide 16-bit samples by 32768" if x.dtype == np.int16 else "")
        )
    if x.ndim == 0:
        raise ValueError("a wave has an axis of samples, got a single number")
    return x


def _window(size: int, hop: int, window: Any) -> np.ndarray:
    if size < 2 or size % 2 or hop < 1:
        raise ValueError(f"expected an even size and a hop from 1, got {size} and {hop}")
    window = hann(size) if window is None else np.asarray(window)
    if window.shape != (size,):
        raise ValueError(f"expected a window of {size} numbers, got shape {window.shape}")
    return window


def _scale(scale: str) -> str:
    if scale not in ("htk", "slaney"):
        raise ValueError(f"the mel scale is 'htk' or 'slaney', got {scale!r}")
    return scale
