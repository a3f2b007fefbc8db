"""One curve, followed by eight ramps and by eight steps: their bumps and the sum of them."""

import runpy
from pathlib import Path

import numpy as np

MODEL = runpy.run_path(str(Path(__file__).with_name("model.py")))
WAVE = (0, 1.06, 0.8, 0.51, 0.92, 0.54, -0.79, -1.18, -0.56, -0.58, -0.76)
UNITS = 8
WIDE, HIGH, LIMIT = 260, 150, 1.4
ORANGE, GREEN = "var(--book-weight, #b34700)", "var(--book-activation, #00704e)"
BROWN, RULE = "var(--book-target, #514500)", "var(--book-rule, #dcd6c8)"


def still():
    """Return the figure."""
    errors = [MODEL["error"](WAVE, kind, UNITS, "built", 0) for kind in ("relu", "sigmoid")]
    return (
        '<figure markdown="0"><svg viewBox="-2 -2 564 180" width="560" role="img" xmlns="http://www.w3.org/2000/svg" font-size="14" fill="none" '
        f'aria-label="A curve and the network of {UNITS} units that was built for it, as the sum of {UNITS + 1} bumps. Left: ramps, off by '
        f'{errors[0]:.2f} at most. Right: steps, off by {errors[1]:.2f} at most.">'
        f'{panel("relu", "ramps")}<g transform="translate(300 0)">{panel("sigmoid", "steps")}</g></svg></figure>'
    )


def panel(kind, name):
    """The bumps of one kind, their sum, and the curve."""
    followed = MODEL["follow"](WAVE, kind, UNITS, "built", UNITS + 1, 0)
    bumps = "".join(path(piece, ORANGE, 1.2) for piece in followed["pieces"])
    curve = path(MODEL["curve"](WAVE, MODEL["PLACES"]), BROWN, 2.5, "1 5")
    frame = f'<rect width="{WIDE}" height="{HIGH}" stroke="{RULE}"/>'
    title = f'<text x="{WIDE / 2:.0f}" y="{HIGH + 22}" text-anchor="middle" fill="currentColor">{UNITS} {name}</text>'
    return frame + bumps + curve + path(followed["sum"], GREEN, 2.5) + title


def path(values, colour, width, dashes=""):
    """A curve over the whole width."""
    x = np.linspace(0, WIDE, len(values))
    y = HIGH * (LIMIT - np.asarray(values)) / (2 * LIMIT)
    d = "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True))
    dashed = f' stroke-dasharray="{dashes}" stroke-linecap="round"' if dashes else ""
    return f'<path d="{d}" stroke="{colour}" stroke-width="{width}"{dashed}/>'
