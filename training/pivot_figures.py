"""How well pivots are found: the head alone, the library's rules alone, and both, on words that nobody trained on."""

from __future__ import annotations

import numpy as np

from training.metrics import auc, expected_calibration_error
from training.pivots import UNJUDGED, MarkedPassage

THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)


def pivot_figures(passages: list[MarkedPassage], forms: dict[str, list[np.ndarray]], shipped: str) -> dict:
    """Figures over the judged words; `forms` holds each form's pivot logits of each passage's words."""
    labels = np.concatenate([p.judged for p in passages])
    judged = labels != UNJUDGED
    positive = labels[judged] == 1
    ruled = np.concatenate([p.ruled for p in passages])[judged]
    domain = np.concatenate([np.full(len(p.marked), p.passage.domain) for p in passages])[judged]
    scores = {name: 1 / (1 + np.exp(-np.concatenate(logits)[judged].astype(np.float64))) for name, logits in forms.items()}
    own = scores[shipped]
    return {
        "words": int(judged.sum()),
        "pivots": round(float(positive.mean()), 4),
        "auc": {name: round(auc(score, positive), 4) for name, score in scores.items()},
        "auc_where_rules_are_silent": round(auc(own[~ruled], positive[~ruled]), 4),
        "domains": {d: round(auc(own[domain == d], positive[domain == d]), 4) for d in np.unique(domain).tolist()},
        "calibration_error": round(expected_calibration_error(own, positive), 4),
        "largest_gap_of_forms": round(float(max(np.abs(own - score).max() for score in scores.values())), 3),
        "rules": shares(ruled, positive),
        "thresholds": {f"{t:g}": {"head": shares(own >= t, positive), "both": shares(ruled | (own >= t), positive)} for t in THRESHOLDS},
    }


def shares(chosen: np.ndarray, positive: np.ndarray) -> dict[str, float]:
    """Share of the words that are chosen, share of these that are pivots, share of the pivots that are chosen."""
    hits = (chosen & positive).sum()
    return {
        "chosen": round(float(chosen.mean()), 4),
        "precision": round(float(hits / max(1, chosen.sum())), 4),
        "recall": round(float(hits / positive.sum()), 4),
    }
