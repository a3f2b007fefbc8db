"""What the tests of all architectures share: small models, inputs, losses."""

import numpy as np

from book_code import losses
from book_code.models import registry

TINY = [name for name in registry.names() if name.endswith("-tiny")]


def is_sign_model(name: str) -> bool:
    """Whether the labels of the model are -1 and +1."""
    return registry.config(name).architecture == "Perceptron"


def numpy_loss(name: str):
    return losses.perceptron if is_sign_model(name) else losses.cross_entropy


def batch(name: str, n: int, dtype=np.float64, **overrides):
    """Return inputs and labels that fit a preset."""
    rng = np.random.default_rng(7)
    config = registry.config(name, **overrides)
    x = rng.normal(size=(n, *config.input_shape)).astype(dtype)
    if is_sign_model(name):
        return x, rng.permutation(np.resize(np.array([-1, 1], dtype=np.int64), n))
    return x, np.resize(np.arange(config.classes, dtype=np.int64), n)


def model(name: str, dtype=np.float64, **overrides):
    """Build the NumPy model with weights that are nowhere zero, so that nothing hides behind a zero."""
    built = registry.build(name, rng=np.random.default_rng(0), **overrides)
    rng = np.random.default_rng(1)
    state = {
        key: (value + 0.1 * rng.normal(size=value.shape)).astype(value.dtype)
        for key, value in built.state_dict().items()
    }
    built.load_state_dict(state)
    return built.astype(dtype)
