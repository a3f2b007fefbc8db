"""What a model of pictures looks at: maps and scores that say which part of the input an answer rests on.

``saliency.py`` and ``grad_cam.py`` ask the gradient, ``occlusion.py`` covers parts, ``games.py``, ``lime.py`` and
``shap.py`` take parts away in all combinations, ``maximize.py`` draws what a unit likes best, and ``sanity.py`` asks
whether an explanation depends on what the model has learned. ``torch_explain.py`` has the same for PyTorch.
"""

from .games import Game, grid, picture_game, row_game
from .grad_cam import enlarge, grad_cam
from .lime import Lime, lime
from .looking import layers, tap
from .maximize import Maximized, maximize
from .occlusion import occlusion
from .saliency import gradient, saliency, smooth_grad
from .sanity import cascade, rank_correlation, shuffled
from .shap import exact_shapley, kernel_shap

__all__ = [
    "Game", "Lime", "Maximized", "cascade", "enlarge", "exact_shapley", "grad_cam", "gradient",
    "grid", "kernel_shap", "layers", "lime", "maximize", "occlusion", "picture_game",
    "rank_correlation", "row_game", "saliency", "shuffled", "smooth_grad", "tap",
]  # fmt: skip
