"""A task that only right attention learns: digits are put in order.

Trained in PyTorch, which is proved equal to NumPy, because it is faster; the weights then write in NumPy.
On seeds 0, 1, 2 all of 500 held-out sequences were right after the steps given here.
"""

import numpy as np
import pytest
import torch
from torch.nn import functional

from book_code import interop
from book_code.models import registry

pytestmark = pytest.mark.torch

LENGTH = 6
BAR = 10  # the token between the digits and the digits in order
SIZES = {
    "vocabulary": 11,
    "positions": 2 * LENGTH + 1,
    "embed_dim": 48,
    "heads": 4,
    "layers": 2,
}


def sequences(n, rng):
    """Return digits, the bar, and the digits in order."""
    digits = rng.integers(0, 10, size=(n, LENGTH))
    return np.concatenate([digits, np.full((n, 1), BAR), np.sort(digits, axis=1)], axis=1)


def test_digits_are_put_in_order():
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    net = registry.build("gpt-tiny", "torch", rng=rng, **SIZES)
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=0.01)
    steps = 700
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    for _ in range(steps):
        text = torch.from_numpy(sequences(128, rng))
        logits = net(text[:, :-1])[:, LENGTH:]  # after the bar, and after each sorted digit
        loss = functional.cross_entropy(logits.mT, text[:, LENGTH + 1 :])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()

    held_out = sequences(500, np.random.default_rng(1))
    ours = registry.build("gpt-tiny", rng=rng, **SIZES)
    ours.load_state_dict(interop.from_torch(net))
    prompt = held_out[:, : LENGTH + 1]
    written = ours.generate(prompt, LENGTH, rng=rng, temperature=1e-4)
    right = (written == held_out).all(axis=1).mean()
    assert right >= 0.99, right
