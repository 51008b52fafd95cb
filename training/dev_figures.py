"""Figures on data not trained on: labels of pairs.dev, sentences found for held questions."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from training.bases import BASES
from training.corpus import Passage, PieceEncoder, Question, read_distil, read_questions
from training.metrics import auc
from training.network import Network
from training.packing import Workers
from training.reading import PassageReading, read_passages, read_questions as read_question_vectors


def dev_figures(network: Network, data: Path, quick: bool, plain: bool = False, workers: Workers | None = None) -> dict[str, object]:
    """Label figures, and sentence recall on every held question set (`quick`: the first questions of two sets)."""
    encoder = PieceEncoder(BASES[network.config.base].tokenizer())
    out: dict[str, object] = {}
    labelled = read_distil(data / "distil.dev.jsonl", encoder)
    out |= label_figures(labelled, read_passages(network, labelled, workers=workers))
    if network.config.base.startswith("e5"):
        foreign = read_distil(data / "multilingual.dev.jsonl", encoder)
        out["multilingual"] = label_figures(foreign, read_passages(network, foreign, workers=workers))["domains"]
    sets = ["nq-oracle-bm25.held", "ten-domains.dev"] if quick else ["nq-oracle-bm25.held", "squad2.held", "ten-domains.dev", "hotpotqa.dev"]
    if network.config.base.startswith("e5"):
        sets.append("jaquad.held")
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
    cored = np.concatenate([np.full(len(p.labels), p.core_weight > 0) for p in passages])
    out: dict[str, object] = three_figures(logits, labels, cored)
    parts = {d: domains == d for d in np.unique(domains).tolist()}
    out["domains"] = {d: list(three_figures(logits[part], labels[part], cored[part]).values()) for d, part in parts.items()}
    return out


def three_figures(logits: np.ndarray, labels: np.ndarray, cored: np.ndarray | None = None) -> dict[str, float]:
    """AUC of keep and core, accuracy; the core is judged on the words where `cored` says that it was labelled."""
    known = np.ones(len(labels), dtype=bool) if cored is None else cored
    return {
        "auc_keep": round(auc(logits[:, 0], labels >= 1), 4),
        "auc_core": round(auc(logits[known, 1], labels[known] >= 2), 4),
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
