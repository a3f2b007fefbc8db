"""LSTM and GRU layers at one go, on bare arrays: `recurrent.py` has their definitions, step by step.

What all steps can share is done for all at once: the product for the gradient of the weights, and the slopes of the
gates. Only what needs the step before stands in the loop.

    name     shape             meaning
    inputs   (T, N, gates·H)   what every step needs of its input
    weight   (gates·H, H)      W_h
    bias     (gates·H,)        b_h, or None
    real     (T, N) or None    false where a sequence has ended: the state stays, the output is 0
    value    (T + parts, N, H) the output of every step, then the last state
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray


def lstm_layer(
    inputs: Array,
    weight: Array,
    bias: Any,
    h: Array,
    c: Array,
    *,
    step: Any = None,
    real: Any,
    reverse: bool,
) -> tuple[Array, Any]:
    """The outputs of all steps, h and c at the end, and what makes the gradients of all arguments.

    >>> zero = np.zeros((1, 2))
    >>> value, _ = lstm_layer(
    ...     np.zeros((3, 1, 8)), np.zeros((8, 2)), None, zero, zero, real=None, reverse=False
    ... )
    >>> value.shape
    (5, 1, 2)
    """
    steps, n, width = len(inputs), len(h), h.shape[1]
    order = range(steps)[::-1] if reverse else range(steps)
    gates = inputs.copy() if bias is None else inputs + bias  # i, f, g, o
    before, cells = np.empty((2, steps, n, width), h.dtype)  # what each step began with
    bent = np.empty_like(before)  # tanh(c')
    value = np.empty((steps + 2, n, width), h.dtype)
    turned = np.ascontiguousarray(weight.T)
    with np.errstate(over="ignore"):
        for t in order:
            before[t], cells[t] = h, c
            z = gates[t]
            z += h @ turned
            i, f, g, o = (z[:, k * width : (k + 1) * width] for k in range(4))
            np.tanh(g, out=g)
            _sigmoid(z[:, : 2 * width])
            _sigmoid(o)
            new = f * c
            new += i * g
            np.tanh(new, out=bent[t])
            np.multiply(o, bent[t], out=value[t])
            h, c = (value[t], new) if real is None else _kept(real[t], value[t], new, h, c)
    value[steps], value[steps + 1] = h, c

    def backward(grad: Array) -> tuple[Any, ...]:
        slopes, through = _lstm_slopes(gates, cells, bent)
        kept = gates[..., width : 2 * width]  # f
        dh, dc = grad[steps], grad[steps + 1].copy()
        for t in reversed(order):
            stay_h = stay_c = None
            if real is None:
                dh = dh + grad[t]
            else:
                ended = ~real[t, :, None]
                stay_h, stay_c = dh * ended, dc * ended
                dh, dc = (dh + grad[t]) * ~ended, dc * ~ended
            dc += dh * through[t]
            z = slopes[t].reshape(n, 4, width)
            z[:, :3] *= dc[:, None]
            z[:, 3] *= dh
            dc *= kept[t]
            dh = slopes[t] @ weight
            if real is not None:
                dh += stay_h
                dc += stay_c
        flat = slopes.reshape(-1, 4 * width)
        dw = flat.T @ before.reshape(-1, width)
        return slopes, dw, None if bias is None else flat.sum(axis=0), dh, dc

    return value, backward


def _lstm_slopes(gates: Array, cells: Array, bent: Array) -> tuple[Array, Array]:
    """How c' moves with what goes into i, f and g, and h' with what goes into o; and how h' moves with c'."""
    width = bent.shape[-1]
    i, f, g, o = (gates[..., k * width : (k + 1) * width] for k in range(4))
    slopes = np.empty_like(gates)
    one, two, three, four = (slopes[..., k * width : (k + 1) * width] for k in range(4))
    np.multiply(i - i * i, g, out=one)
    np.multiply(f - f * f, cells, out=two)
    np.multiply(1 - g * g, i, out=three)
    np.multiply(o - o * o, bent, out=four)
    return slopes, o * (1 - bent * bent)


def gru_layer(
    inputs: Array,
    weight: Array,
    bias: Any,
    h: Array,
    *,
    step: Any = None,
    real: Any,
    reverse: bool,
) -> tuple[Array, Any]:
    """The outputs of all steps, h at the end, and what makes the gradients of all arguments.

    >>> value, _ = gru_layer(
    ...     np.zeros((3, 1, 6)), np.zeros((6, 2)), None, np.zeros((1, 2)), real=None, reverse=False
    ... )
    >>> value.shape
    (4, 1, 2)
    """
    steps, n, width = len(inputs), len(h), h.shape[1]
    order = range(steps)[::-1] if reverse else range(steps)
    gates = inputs.copy()  # r, z, n
    before, pasts = np.empty((2, steps, n, width), h.dtype)  # h, and W_h h + b_h for n
    value = np.empty((steps + 1, n, width), h.dtype)
    turned = np.ascontiguousarray(weight.T)
    with np.errstate(over="ignore"):
        for t in order:
            before[t] = h
            past = h @ turned if bias is None else h @ turned + bias
            rz, new = gates[t, :, : 2 * width], gates[t, :, 2 * width :]
            rz += past[:, : 2 * width]
            _sigmoid(rz)
            pasts[t] = past[:, 2 * width :]
            new += rz[:, :width] * pasts[t]
            np.tanh(new, out=new)
            np.subtract(h, new, out=value[t])
            value[t] *= rz[:, width:]
            value[t] += new
            h = value[t] if real is None else _kept(real[t], value[t], h)[0]
    value[steps] = h

    def backward(grad: Array) -> tuple[Any, ...]:
        r, z, new = (gates[..., k * width : (k + 1) * width] for k in range(3))
        slopes = np.empty_like(gates)  # of h' by what goes into each gate
        slopes[..., 2 * width :] = (1 - z) * (1 - new * new)
        np.multiply(slopes[..., 2 * width :] * pasts, r - r * r, out=slopes[..., :width])
        np.multiply(before - new, z - z * z, out=slopes[..., width : 2 * width])
        by_past = slopes.copy()  # the same for what comes from h: r stands before the last
        by_past[..., 2 * width :] *= r
        dh = grad[steps]
        for t in reversed(order):
            stay = None
            if real is None:
                dh = dh + grad[t]
            else:
                ended = ~real[t, :, None]
                stay, dh = dh * ended, (dh + grad[t]) * ~ended
            slopes[t].reshape(n, 3, width)[...] *= dh[:, None]
            by_past[t].reshape(n, 3, width)[...] *= dh[:, None]
            dh = dh * z[t]
            dh += by_past[t] @ weight
            if stay is not None:
                dh += stay
        flat = by_past.reshape(-1, 3 * width)
        dw = flat.T @ before.reshape(-1, width)
        return slopes, dw, None if bias is None else flat.sum(axis=0), dh

    return value, backward


def _sigmoid(x: Array) -> None:
    """1 / (1 + exp(-x)), in place."""
    np.negative(x, out=x)
    np.exp(x, out=x)
    x += 1
    np.reciprocal(x, out=x)


def _kept(real: Array, shown: Array, *states: Array) -> list[Array]:
    """The next state where a sequence goes on, the old one where it has ended, whose output becomes 0.

    States: the new ones after the output, if any, and then the old ones.
    """
    half = len(states) // 2
    new, old = (shown, *states[:half]), states[half:]
    chosen = [np.where(real[:, None], a, b) for a, b in zip(new, old, strict=True)]
    shown *= real[:, None]
    return chosen
