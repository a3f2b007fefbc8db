"""How good predictions are: plain numbers and arrays, no gradients. The truth comes first."""

from .calibration import Reliability, brier_score, expected_calibration_error, reliability
from .classification import (
    accuracy,
    average_precision,
    balanced_accuracy,
    confusion_matrix,
    error_rate,
    matthews,
    precision_recall_curve,
    precision_recall_f1,
    roc_auc,
    roc_curve,
    top_k_accuracy,
)
from .detection import Detections, Objects, box_iou, dice, mask_iou, mean_average_precision
from .fairness import (
    GroupRates,
    demographic_parity_difference,
    disparate_impact,
    equal_opportunity_difference,
    equalized_odds_difference,
    group_rates,
)
from .generative import frechet_distance, inception_score, precision_recall
from .ranking import (
    hit_rate_at_k,
    mean_reciprocal_rank,
    ndcg_at_k,
    precision_at_k,
    recall_at_k,
)
from .regression import (
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_absolute_scaled_error,
    mean_squared_error,
    r_squared,
    root_mean_squared_error,
)
from .text import bleu, edit_distance, error_rate_of_words, perplexity

__all__ = [
    "Detections", "GroupRates", "Objects", "Reliability", "accuracy", "average_precision",
    "balanced_accuracy", "bleu", "box_iou", "brier_score", "confusion_matrix",
    "demographic_parity_difference", "dice", "disparate_impact", "edit_distance",
    "equal_opportunity_difference", "equalized_odds_difference", "error_rate", "error_rate_of_words",
    "expected_calibration_error", "frechet_distance", "group_rates", "hit_rate_at_k",
    "inception_score", "mask_iou", "matthews", "mean_absolute_error",
    "mean_absolute_percentage_error", "mean_absolute_scaled_error", "mean_average_precision",
    "mean_reciprocal_rank", "mean_squared_error", "ndcg_at_k", "perplexity", "precision_at_k",
    "precision_recall", "precision_recall_curve", "precision_recall_f1", "r_squared", "recall_at_k",
    "reliability", "roc_auc", "roc_curve", "root_mean_squared_error", "top_k_accuracy",
]  # fmt: skip
