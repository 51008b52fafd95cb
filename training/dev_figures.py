"""Figures on data not trained on: labels of pairs.dev, sentences found for held questions."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from training.corpus import Passage, PieceEncoder, Question, read_distil, read_questions
from training.metrics import auc
from training.network import Network, base_folder
from training.packing import Workers
from training.reading import PassageReading, read_passages, read_questions as read_question_vectors


def dev_figures(network: Network, data: Path, quick: bool, plain: bool = False, workers: Workers | None = None) -> dict[str, object]:
    """Label figures, and sentence recall on every held question set (`quick`: the first questions of two sets)."""
    encoder = PieceEncoder(base_folder() / "tokenizer.json")
    out: dict[str, object] = {}
    labelled = read_distil(data / "distil.dev.jsonl", encoder)
    out |= label_figures(labelled, read_passages(network, labelled, workers=workers))
    sets = ["nq-oracle-bm25.held", "ten-domains.dev"] if quick else ["nq-oracle-bm25.held", "squad2.held", "ten-domains.dev", "hotpotqa.dev"]
    for name in sets:
        passages, questions = read_questions(data / f"qa.{name}.jsonl", encoder)
        questions = [q for q in questions if q.positives][: 40 if quick else None]
        needed = {d for q in questions for d in q.documents}
        readings = read_passages(network, [passages[i] for i in needed if i in passages], plain=plain, workers=workers)
        out[name] = survival(passages, questions, readings, read_question_vectors(network, questions))
    return out


def label_figures(passages: list[Passage], readings: dict[str, PassageReading]) -> dict[str, object]:
    """AUC of keep and core, accuracy of keep at 0.5, and both by domain."""
    logits = np.concatenate([readings[p.id].logits for p in passages])
    labels = np.concatenate([p.labels for p in passages])
    domains = np.concatenate([np.full(len(p.labels), p.domain) for p in passages])
    out: dict[str, object] = three_figures(logits, labels)
    out["domains"] = {d: list(three_figures(logits[domains == d], labels[domains == d]).values()) for d in np.unique(domains).tolist()}
    return out


def three_figures(logits: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    return {
        "auc_keep": round(auc(logits[:, 0], labels >= 1), 4),
        "auc_core": round(auc(logits[:, 1], labels >= 2), 4),
        "accuracy": round(float(((logits[:, 0] > 0) == (labels >= 1)).mean()), 4),
    }


def survival(
    passages: dict[str, Passage], questions: list[Question], readings: dict[str, PassageReading], vectors: np.ndarray
) -> dict[str, float]:
    """Share of questions for which a sentence with the answer is kept, whole sentences by cosine, 10% / 20% of the words."""
    kept = {0.1: 0, 0.2: 0}
    for question, vector in zip(questions, vectors, strict=True):
        owners = [(d, s) for d in question.documents if d in readings for s in range(len(passages[d].sentences))]
        cosines = np.concatenate([readings[d].vectors for d in question.documents if d in readings]) @ vector
        sizes = np.array([np.diff(passages[d].sentences[s])[0] for d, s in owners])
        holds = np.array([owner in set(question.positives) for owner in owners])
        order = np.argsort(-cosines)
        for share in kept:
            budget, hit = share * sizes.sum(), False
            for index in order:
                if sizes[index] <= budget:
                    budget -= sizes[index]
                    hit = hit or bool(holds[index])
                    if hit:
                        break
            kept[share] += hit
    return {f"at_{round(100 * share)}": round(count / max(1, len(questions)), 4) for share, count in kept.items()}
