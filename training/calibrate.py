"""From cosine to probability: relevance = sigmoid(scale x cosine + bias), fitted on questions held out of training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from training.corpus import Passage, PieceEncoder, Question, read_questions
from training.metrics import auc, expected_calibration_error
from training.network import Network
from training.packing import Workers
from training.reading import PassageReading, read_passages, read_questions as read_question_vectors


@dataclass
class Calibration:
    """Scale and bias, and how well they hold on the questions they were not fitted on."""

    scale: float
    bias: float
    figures: dict[str, dict[str, float]]


class Reader(Protocol):
    """What reads for the calibration: the network, or an exported graph."""

    def passages(self, passages: list[Passage]) -> dict[str, PassageReading]: ...

    def questions(self, questions: list[Question]) -> np.ndarray: ...


@dataclass
class NetworkReader:
    """The network itself."""

    network: Network
    workers: Workers | None = None

    def passages(self, passages: list[Passage]) -> dict[str, PassageReading]:
        return read_passages(self.network, passages, workers=self.workers)

    def questions(self, questions: list[Question]) -> np.ndarray:
        return read_question_vectors(self.network, questions)


def spread(questions: list[Question], limit: int) -> list[Question]:
    """At most `limit` questions (0: all) that have an answer, evenly from the whole set."""
    answered = [q for q in questions if q.positives]
    return answered[:: max(1, len(answered) // limit)][:limit] if limit else answered


def calibrate_relevance(
    reader: Reader, encoder: PieceEncoder, data: Path, held: Sequence[str], limit: int = 0, others: int = 0
) -> Calibration:
    """Fits on every sentence of the candidate documents, each question set weighted alike; figures by two-fold
    cross-validation. `limit` takes only some questions of each set; `others` only some of the documents that do not hold
    the answer, each in the place of several (0: all)."""
    cosines, holds, fold, weights, names = [], [], [], [], []
    for name in held:
        passages, questions = read_questions(data / f"qa.{name}.jsonl", encoder)
        questions = spread(questions, limit)
        candidates = [candidates_of(q, passages, others) for q in questions]
        needed = sorted({d for own in candidates for d in own})
        readings = reader.passages([passages[i] for i in needed])
        for number, (question, vector) in enumerate(zip(questions, reader.questions(questions), strict=True)):
            positives = set(question.positives)
            for document, stands_for in candidates[number].items():
                cosine = np.repeat(readings[document].vectors @ vector, stands_for)
                cosines.append(cosine)
                holds.append(np.array([(document, s // stands_for) in positives for s in range(len(cosine))]))
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


def candidates_of(question: Question, passages: dict[str, Passage], others: int) -> dict[str, int]:
    """The documents that a question is asked of, and for how many each stands."""
    known = [d for d in question.documents if d in passages]
    gold = {d: 1 for d in known if d in question.gold}
    rest = [d for d in known if d not in gold]
    chosen = rest[:: max(1, len(rest) // others)][:others] if others else rest
    return gold | {d: round(len(rest) / len(chosen)) for d in chosen}


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
