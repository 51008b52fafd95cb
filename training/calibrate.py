"""From cosine to probability: relevance = sigmoid(scale x cosine + bias), fitted on questions held out of training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.bases import BASES
from training.corpus import PieceEncoder, read_questions
from training.metrics import auc, expected_calibration_error
from training.network import Network
from training.packing import Workers
from training.reading import read_passages, read_questions as read_question_vectors


@dataclass
class Calibration:
    """Scale and bias, and how well they hold on the questions they were not fitted on."""

    scale: float
    bias: float
    figures: dict[str, dict[str, float]]


def calibrate_relevance(
    network: Network, data: Path, held: Sequence[str], workers: Workers | None = None, limit: int = 0
) -> Calibration:
    """Fits on every sentence of the candidate documents, each question set weighted alike; figures by two-fold
    cross-validation. `limit` takes only the first questions of each set (a quick look)."""
    cosines, holds, fold, weights, names = [], [], [], [], []
    encoder = PieceEncoder(BASES[network.config.base].tokenizer())
    for name in held:
        passages, questions = read_questions(data / f"qa.{name}.jsonl", encoder)
        questions = [q for q in questions if q.positives][: limit or None]
        needed = sorted({d for q in questions for d in q.documents if d in passages})
        readings = read_passages(network, [passages[i] for i in needed], workers=workers)
        for number, (question, vector) in enumerate(zip(questions, read_question_vectors(network, questions), strict=True)):
            positives = set(question.positives)
            for document in question.documents:
                if document not in readings:
                    continue
                cosine = readings[document].vectors @ vector
                cosines.append(cosine)
                holds.append(np.array([(document, s) in positives for s in range(len(cosine))]))
                fold.append(np.full(len(cosine), number % 2))
                weights.append(np.full(len(cosine), 1 / len(questions)))
                names.append(np.full(len(cosine), name))
    x, y, w, half, name = map(np.concatenate, (cosines, holds, weights, fold, names))
    probability = np.zeros_like(x)
    for side in (0, 1):
        scale, bias = fit_logistic(x[half != side], y[half != side], w[half != side])
        probability[half == side] = sigmoid(scale * x[half == side] + bias)
    figures = {n: calibration_figures(probability[name == n], y[name == n]) for n in held}
    scale, bias = fit_logistic(x, y, w)
    return Calibration(scale, bias, figures)


def calibration_figures(probability: np.ndarray, holds: np.ndarray) -> dict[str, float]:
    sure = probability >= 0.5
    return {
        "auc": round(auc(probability, holds), 4),
        "expected_calibration_error": round(expected_calibration_error(probability, holds), 5),
        "share_holding_answer": round(float(holds.mean()), 5),
        "mean_probability": round(float(probability.mean()), 5),
        "precision_at_half": round(float(holds[sure].mean()), 4) if sure.any() else 0.0,
        "recall_at_half": round(float(sure[holds].mean()), 4),
    }


def fit_logistic(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Weighted logistic regression on one feature, by Newton's method."""
    features = np.stack([x, np.ones_like(x)], axis=1).astype(np.float64)
    solution = np.array([10.0, -8.0])
    for _ in range(50):
        probability = sigmoid(features @ solution)
        gradient = features.T @ (weight * (probability - y))
        curvature = (features * (weight * probability * (1 - probability))[:, None]).T @ features
        change = np.linalg.solve(curvature + 1e-9 * np.eye(2), gradient)
        solution -= np.clip(change, -5, 5)
        if np.abs(change).max() < 1e-8:
            break
    return float(solution[0]), float(solution[1])


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))
