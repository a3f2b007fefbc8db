"""Optimizers, with PyTorch's meaning of every setting; clipping of gradients, averages of weights."""

from book_code.optim.adaptive import AdaGrad, Adam, AdamW, RMSProp
from book_code.optim.averaging import ExponentialMovingAverage
from book_code.optim.base import Optimizer
from book_code.optim.clipping import clip_grad_norm, clip_grad_value
from book_code.optim.lion import Lion
from book_code.optim.muon import Muon, orthogonalize
from book_code.optim.sgd import SGD

__all__ = [
    "SGD",
    "AdaGrad",
    "Adam",
    "AdamW",
    "ExponentialMovingAverage",
    "Lion",
    "Muon",
    "Optimizer",
    "RMSProp",
    "clip_grad_norm",
    "clip_grad_value",
    "orthogonalize",
]
