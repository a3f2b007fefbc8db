"""What is minimized. Every loss is a scalar: the mean over the batch.

``regression.py`` compares numbers, ``classification.py`` scores with classes, ``divergence.py``
distributions with each other, ``contrastive.py`` embeddings of pairs, ``ctc.py`` a sequence of
scores with labels that nobody has aligned, and in ``adversarial.py`` two players play.
"""

from book_code.losses.adversarial import adversarial_discriminator, adversarial_generator
from book_code.losses.classification import (
    binary_cross_entropy,
    cross_entropy,
    focal,
    hinge,
    multiclass_hinge,
    perceptron,
)
from book_code.losses.contrastive import contrastive, info_nce, nt_xent, triplet
from book_code.losses.ctc import ctc, ctc_beam_search, ctc_greedy
from book_code.losses.divergence import kl_divergence, kl_standard_normal
from book_code.losses.regression import huber, mae, mse

__all__ = [
    "adversarial_discriminator",
    "adversarial_generator",
    "binary_cross_entropy",
    "contrastive",
    "cross_entropy",
    "ctc",
    "ctc_beam_search",
    "ctc_greedy",
    "focal",
    "hinge",
    "huber",
    "info_nce",
    "kl_divergence",
    "kl_standard_normal",
    "mae",
    "mse",
    "multiclass_hinge",
    "nt_xent",
    "perceptron",
    "triplet",
]
