"""Pictures as rows of patches, which of them are hidden, and where they stand (no learned numbers)."""

import numpy as np

from .config import MAEConfig


# --8<-- [start:patches]
def patchify(x: np.ndarray, patch: int) -> np.ndarray:
    """Return the patches of pictures, row by row; the channels of a pixel stand together.

    Shape:
        (N, C, H, W) -> (N, T, P·P·C)

    >>> patchify(np.arange(16).reshape(1, 1, 4, 4), 2)[0].tolist()
    [[0, 1, 4, 5], [2, 3, 6, 7], [8, 9, 12, 13], [10, 11, 14, 15]]
    """
    n, c, height, width = x.shape
    x = x.reshape(n, c, height // patch, patch, width // patch, patch)
    return x.transpose(0, 2, 4, 3, 5, 1).reshape(n, -1, patch * patch * c)


def unpatchify(rows: np.ndarray, patch: int, channels: int) -> np.ndarray:
    """Return the square pictures that patches make.

    Shape:
        (N, T, P·P·C) -> (N, C, H, W)

    >>> x = np.arange(32).reshape(1, 2, 4, 4)
    >>> bool((unpatchify(patchify(x, 2), 2, 2) == x).all())
    True
    """
    n, count, _ = rows.shape
    grid = round(count**0.5)
    x = rows.reshape(n, grid, grid, patch, patch, channels)
    return x.transpose(0, 5, 1, 3, 2, 4).reshape(n, channels, grid * patch, grid * patch)


def draw_order(config: MAEConfig, n: int, *, rng: np.random.Generator) -> np.ndarray:
    """Return the patches of n pictures in random order; the first of them will be seen, the others hidden.

    >>> sorted(draw_order(MAEConfig.tiny(), 1, rng=np.random.default_rng(0))[0].tolist())
    [0, 1, 2, 3]
    """
    return np.argsort(rng.random((n, config.patches)), axis=1)


# --8<-- [end:patches]


# --8<-- [start:places]
def places(size: int, grid: int) -> np.ndarray:
    """Return where each patch stands, as sines and cosines: half of the numbers its column, half its row.

    The first row, of the class token, is zero.

    Shape:
        (1 + T, size), float64
    """
    row, column = np.divmod(np.arange(grid * grid), grid)
    frequencies = 10_000.0 ** -(np.arange(size // 4) / (size // 4))
    waves = [
        wave(at[:, None] * frequencies) for at in (column, row) for wave in (np.sin, np.cos)
    ]
    return np.concatenate([np.zeros((1, size)), np.concatenate(waves, axis=1)])


# --8<-- [end:places]
