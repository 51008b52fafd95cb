"""Every figure of the model card that Python prints: `python -m training.evaluate`.

Budgets are counted in words here; `npm run check:quality` counts the target model's tokens. Answer survival is a
proxy for what a language model could still answer.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from training.bm25 import Bm25
from training.calibrate import NetworkReader, calibrate_relevance
from training.corpus import Passage, PieceEncoder, Question, read_distil, read_questions, read_rows
from training.dev_figures import label_figures
from training.forms import session
from training.load import load_weights
from training.models import MODELS
from training.network import Network, base_folder, load_base
from training.onnx_run import read_passage
from training.packing import Workers
from training.quantize import agreement
from training.reading import PassageReading, read_passages, read_questions as read_question_vectors
from training.survive import best_sentences, best_words, survives

SETS = ("nq-oracle-bm25.held", "squad2.held", "ten-domains.dev", "hotpotqa.dev")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=Path("build/train/bundled/weights.pt"))
    parser.add_argument("--model", type=Path, default=Path("models/contextsieve-small"))
    parser.add_argument("--build", type=Path, default=Path("build/models/contextsieve-small"))
    parser.add_argument("--data", type=Path, default=Path("build/dataset"))
    parser.add_argument("--out", type=Path, default=Path("bench/results/training.json"))
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    workers = Workers(arguments.threads)
    network, base = load_weights(arguments.weights), load_base(base_folder())
    encoder = PieceEncoder(base_folder() / "tokenizer.json")
    document: dict[str, object] = {"command": "python -m training.evaluate"}

    manifest = json.loads((arguments.model / "manifest.json").read_text())
    labelled = read_distil(arguments.data / "distil.dev.jsonl", encoder)
    forms = {}
    for name, variant in manifest["variants"].items():
        folder = arguments.build if variant.get("optional") else arguments.model
        runner = session(str(folder / variant["file"]), arguments.threads)
        forms[name] = {p.id: read_passage(runner, p) for p in labelled}
    document["labels"] = {name: show(f"labels, {name}", label_figures(labelled, readings)) for name, readings in forms.items()}
    document["shipped against fp32"] = show("shipped against fp32", compare(labelled, forms["fp32"], forms[manifest["defaultVariant"]]))

    document["questions"] = {}
    for name in SETS:
        document["questions"][name] = show(name, question_figures(arguments.data / f"qa.{name}.jsonl", encoder, network, base, workers))
    document["no question"] = show("no question", no_question_figures(arguments.data, encoder, network, workers))
    calibration = calibrate_relevance(NetworkReader(network, workers), encoder, arguments.data, MODELS["small"].held)
    document["calibration"] = show("calibration, two-fold", calibration.figures)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(document, indent=1) + "\n")


def show(title: str, figures: dict) -> dict:
    print(json.dumps({title: figures}), flush=True)
    return figures


def compare(passages: list[Passage], reference: dict[str, PassageReading], ours: dict[str, PassageReading]) -> dict:
    pair = []
    for readings in (reference, ours):
        pair.append((np.concatenate([readings[p.id].logits for p in passages]), np.concatenate([readings[p.id].vectors for p in passages])))
    return agreement(pair[0], pair[1], np.concatenate([p.labels for p in passages]))


def question_figures(file: Path, encoder: PieceEncoder, network: Network, base: Network, workers: Workers) -> dict:
    """Answer survival of whole sentences at 10% and 20% of the words, and recall of the gold document over all."""
    words, answers = texts_and_answers(file)
    passages, questions = read_questions(file, encoder)
    readings = {
        "model": read_passages(network, list(passages.values()), workers=workers),
        "base": read_passages(base, list(passages.values()), plain=True, workers=workers),
    }
    vectors = {"model": read_question_vectors(network, questions), "base": read_question_vectors(base, questions)}
    out: dict[str, dict] = {}
    for name in ("model", "base"):
        scores = [
            np.concatenate([readings[name][d].vectors for d in q.documents if d in passages]) @ v
            for q, v in zip(questions, vectors[name], strict=True)
        ]
        out[name] = survival_by_sentences(words, answers, passages, questions, scores) | recall(readings[name], questions, vectors[name])
    scores = [bm25_scores(words, passages, question, text) for question, (_, text) in zip(questions, answers, strict=True)]
    out["bm25"] = survival_by_sentences(words, answers, passages, questions, scores)
    return {"questions": len(questions)} | out


def texts_and_answers(file: Path) -> tuple[dict[str, list[str]], list[tuple[list[str], str]]]:
    words: dict[str, list[str]] = {}
    answers: list[tuple[list[str], str]] = []
    for row in read_rows(file):
        if row["kind"] == "passage":
            words[row["id"]] = row["words"]
        else:
            answers.append((row["answers"], row["question"]))
    return words, answers


def bm25_scores(words: dict[str, list[str]], passages: dict[str, Passage], question: Question, text: str) -> np.ndarray:
    sentences = [words[d][a:b] for d in question.documents if d in passages for a, b in passages[d].sentences]
    return np.array(Bm25(sentences).scores(text))


def survival_by_sentences(
    words: dict[str, list[str]],
    answers: list[tuple[list[str], str]],
    passages: dict[str, Passage],
    questions: list[Question],
    scores: list[np.ndarray],
) -> dict[str, float]:
    alive = {0.1: 0, 0.2: 0}
    for question, (wanted, _), score in zip(questions, answers, scores, strict=True):
        documents = [d for d in question.documents if d in passages]
        sizes = np.cumsum([0, *(len(words[d]) for d in documents)])
        sentences = np.concatenate([passages[d].sentences + offset for d, offset in zip(documents, sizes, strict=False)])
        for share in alive:
            keep = best_sentences(score, sentences, int(sizes[-1]), int(share * sizes[-1]))
            kept = [keep[sizes[i] : sizes[i + 1]] for i in range(len(documents))]
            alive[share] += survives([words[d] for d in documents], kept, wanted)
    return {f"survival_at_{round(100 * share)}": round(count / len(questions), 4) for share, count in alive.items()}


def recall(readings: dict[str, PassageReading], questions: list[Question], vectors: np.ndarray) -> dict[str, float]:
    """Recall of the gold document over all documents, by the whole passage's vector and by the best sentence's."""
    keys = list(readings)
    position = {key: i for i, key in enumerate(keys)}
    whole = np.stack([readings[k].whole for k in keys]) @ vectors.T
    sentences = np.concatenate([readings[k].vectors for k in keys]) @ vectors.T
    starts = np.cumsum([0, *(len(readings[k].vectors) for k in keys[:-1])])
    best = np.maximum.reduceat(sentences, starts, axis=0)
    out = {}
    for name, scores in (("whole", whole), ("sentence", best)):
        ranks = []
        for column, question in enumerate(questions):
            gold = max(scores[position[g], column] for g in question.gold if g in position)
            ranks.append(int((scores[:, column] > gold).sum()))
        for depth in (1, 5):
            out[f"recall_{name}_at_{depth}"] = round(float(np.mean(np.array(ranks) < depth)), 4)
    return out


def no_question_figures(data: Path, encoder: PieceEncoder, network: Network, workers: Workers) -> dict:
    """Answers of ten-domains.dev that survive in their own passage when no question is known."""
    file = data / "qa.ten-domains.dev.jsonl"
    words, answers = texts_and_answers(file)
    passages, questions = read_questions(file, encoder)
    gold = {q.gold[0] for q in questions}
    readings = read_passages(network, [passages[g] for g in gold], workers=workers)
    random = np.random.default_rng(1)
    counts: dict[str, dict[str, int]] = {}
    for question, (wanted, _) in zip(questions, answers, strict=True):
        passage, reading = passages[question.gold[0]], readings[question.gold[0]]
        total = len(words[passage.id])
        probability = 1 / (1 + np.exp(-reading.logits))
        mass = np.array([probability[a:b, 0].mean() for a, b in passage.sentences])
        for share in (0.33, 0.5):
            budget = int(share * total)
            ways = {
                "words by keep and core": best_words(np.log(probability.mean(1)), budget),
                "words by keep": best_words(probability[:, 0], budget),
                "words by core": best_words(probability[:, 1], budget),
                "sentences by keep mass": best_sentences(mass, passage.sentences, total, budget),
                "random sentences": best_sentences(random.random(len(mass)), passage.sentences, total, budget),
                "truncation": np.arange(total) < budget,
            }
            for name, keep in ways.items():
                row = counts.setdefault(name, {})
                row[f"at_{round(100 * share)}"] = row.get(f"at_{round(100 * share)}", 0) + survives([words[passage.id]], [keep], wanted)
    return {name: {k: round(v / len(questions), 4) for k, v in row.items()} for name, row in counts.items()}


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    main()
