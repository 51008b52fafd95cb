"""Figures about scores: area under the curve, agreement, overlap."""

from __future__ import annotations

import numpy as np


def auc(scores: np.ndarray, positive: np.ndarray) -> float:
    """Probability that a positive outranks a negative, ties counted half."""
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - (counts - 1) / 2)[inverse]
    wins = ranks[positive].sum() - positive.sum() * (positive.sum() + 1) / 2
    return float(wins / (positive.sum() * (~positive).sum()))


def top_overlap(a: np.ndarray, b: np.ndarray, share: float) -> float:
    """Share of a's top words that are b's top words too."""
    count = max(1, round(share * len(a)))
    top_a, top_b = np.argsort(-a, kind="stable")[:count], np.argsort(-b, kind="stable")[:count]
    return len(np.intersect1d(top_a, top_b)) / count


def expected_calibration_error(probability: np.ndarray, positive: np.ndarray, bins: int = 15) -> float:
    """Mean gap between probability and observed share over equal bins."""
    which = np.minimum((probability * bins).astype(int), bins - 1)
    gap = 0.0
    for index in range(bins):
        inside = which == index
        if inside.any():
            gap += inside.mean() * abs(probability[inside].mean() - positive[inside].mean())
    return float(gap)
