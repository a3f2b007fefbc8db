"""The sigmoid with its tangent and a secant, its derivative, and the error of the secant for ever smaller steps."""

import numpy as np

from book_code.autodiff import Tensor, grad
from book_code.autodiff.functional import sigmoid

AT, STEP = 1.0, 2.0  # the place, and the step of the secant that is drawn
STEPS = 10.0 ** -np.arange(0, 16.5, 0.5)
GREEN, MAGENTA = "var(--book-activation, #00704e)", "var(--book-gradient, #a02c79)"
RULE = "var(--book-rule, #dcd6c8)"
WIDE, HIGH = 240, 150  # of a panel


def still():
    """Return the figure."""
    x = np.linspace(-4, 4, 81)
    y, slopes = f(x), slope(x)
    here, rise = f(AT), slope(AT)
    secant = (f(AT + STEP) - here) / STEP
    far = np.array([-4.0, 4.0])
    left = [
        path(across(x), up(y), GREEN, 3),
        path(across(x), up(slopes), MAGENTA, 2.5, "6 4"),
        path(across(far), up(here + rise * (far - AT)), MAGENTA, 1.5, "6 4"),
        path(across(far), up(here + secant * (far - AT)), "currentColor", 1.2, "2 4"),
        f'<circle cx="{across(AT):.1f}" cy="{up(here):.1f}" r="6" fill="{GREEN}"/>',
        text(10, 20, "the sigmoid", GREEN),
        text(138, 88, "its derivative", MAGENTA),
    ]
    errors = np.abs((f(AT + STEPS) - here) / STEPS - rise)
    powers = np.arange(len(STEPS)) / 2
    shares = (np.log10(np.maximum(errors, 1e-12)) + 12) / 12
    right = [
        path(powers / 16 * WIDE, HIGH * (1 - shares), "currentColor", 2),
        text(60, 20, "error of the secant"),
    ]
    right += [
        text(
            power / 16 * WIDE,
            HIGH + 20,
            f"10<tspan dy='-5' font-size='10'>−{power}</tspan>",
            anchor="middle",
        )
        for power in (4, 8, 12)
    ]
    right.append(text(0, HIGH + 20, "h = 1", anchor="start"))
    frame = f'<rect width="{WIDE}" height="{HIGH}" fill="none" stroke="{RULE}"/>'
    return (
        f'<figure markdown="0"><svg viewBox="-4 -4 568 186" width="560" role="img" xmlns="http://www.w3.org/2000/svg" font-size="14" fill="none" aria-label="'
        "Left: the sigmoid with its tangent and a secant at 1, and its derivative, a hill of height one quarter. "
        f'Right: the error of the secant falls with h down to about 10 to the minus 8, and rises again.">'
        f'<clipPath id="still-derivative"><rect width="{WIDE}" height="{HIGH}"/></clipPath>'
        f'<g clip-path="url(#still-derivative)">{"".join(left)}</g>{frame}'
        f'<g transform="translate(310 0)">{frame}{"".join(right)}</g></svg></figure>'
    )


def f(x):
    return sigmoid(Tensor(np.asarray(x, float))).numpy()


def slope(x):
    x = Tensor(np.asarray(x, float), requires_grad=True)
    return grad(sigmoid(x).sum(), [x])[0].numpy()


def across(x):
    return (x + 4) / 8 * WIDE


def up(y):
    return HIGH * (1.15 - y) / 1.3


def path(x, y, colour, width, dashes=""):
    places = "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True))
    return f'<path d="M{places}" stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dashes}"/>'


def text(x, y, words, colour="currentColor", anchor="start"):
    return f'<text x="{x:.1f}" y="{y}" fill="{colour}" text-anchor="{anchor}">{words}</text>'
