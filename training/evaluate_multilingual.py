"""Figures of the multilingual model's card: `python -m training.evaluate_multilingual`.

Labels by language, how close the shipped form is to float32, and answer survival: whole sentences by cosine, by BM25
(over character bigrams where words are not spaced) and by both, at shares of the candidates' characters. Survival is a
proxy for what a language model could still answer.
"""

from __future__ import annotations

import argparse
import json
import math
import unicodedata
from pathlib import Path

import numpy as np

from training.bases import BASES
from training.bm25 import Bm25, words_of
from training.calibrate import spread
from training.corpus import PieceEncoder, read_distil, read_questions, read_rows
from training.dev_figures import label_figures
from training.graph_reader import GraphReader
from training.models import MODELS
from training.quantize import agreement

SHARES = (0.05, 0.1, 0.2)
BM25_SHARE = 0.5
"""Weight of BM25 beside the cosine, both in standard deviations."""
UNSPACED = ("jaquad",)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("build/dataset"))
    parser.add_argument("--folder", type=Path, help="the model's folder where not given")
    parser.add_argument("--out", type=Path, default=Path("bench/results/training-multilingual.json"))
    parser.add_argument("--questions", type=int, default=40, help="of each set")
    parser.add_argument("--passages", type=int, default=120, help="labelled English passages")
    parser.add_argument("--labels-only", action="store_true", help="keep the figures of questions: another word head changes no vector")
    arguments = parser.parse_args()
    model = MODELS["multilingual"]
    folder = arguments.folder or model.folder
    special = BASES[model.trained_from].config().special
    encoder = PieceEncoder(folder / "tokenizer.json")
    variants = json.loads((folder / "manifest.json").read_text())["variants"]
    shipped = GraphReader(folder / variants["int8"]["file"], special, model.build)
    reference = GraphReader(model.build / variants["fp32"]["file"], special, model.build)

    document: dict[str, object] = {"command": "python -m training.evaluate_multilingual"}
    english = read_distil(arguments.data / "distil.dev.jsonl", encoder)[:: max(1, 224 // arguments.passages)]
    foreign = read_distil(arguments.data / "multilingual.dev.jsonl", encoder)
    readings = shipped.passages([*english, *foreign])
    document["labels"] = show("labels", label_figures([*english, *foreign], readings) | {"en": label_figures(english, readings)})
    compared = foreign[::3]
    exact = reference.passages(compared)
    reference.save()
    pair = [tuple(np.concatenate([getattr(found[p.id], part) for p in compared]) for part in ("logits", "vectors")) for found in (exact, readings)]
    close = agreement(*pair, np.concatenate([p.labels for p in compared]))
    document["shipped against fp32"] = show("shipped against fp32", close)
    widen_tolerance(folder / "manifest.json", "int8", close["largest_gap"])
    document["questions"] = json.loads(arguments.out.read_text())["questions"] if arguments.labels_only else {}
    write(arguments.out, document)
    for name in () if arguments.labels_only else model.held:
        figures = question_figures(name, arguments.data, encoder, shipped, arguments.questions)
        document["questions"][name] = show(name, figures)
        shipped.save()
        write(arguments.out, document)


def write(file: Path, document: dict[str, object]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def widen_tolerance(file: Path, variant: str, gap: float) -> None:
    """Raises the tolerance that the manifest states, where a larger gap was seen than when it was written."""
    manifest = json.loads(file.read_text())
    stated = manifest["variants"][variant]
    if gap > stated["tolerance"]:
        stated["tolerance"] = math.ceil(gap * 100 + 1) / 100
        file.write_text(json.dumps(manifest, indent=2) + "\n")


def show(title: str, figures: dict) -> dict:
    print(json.dumps({title: figures}, ensure_ascii=False), flush=True)
    return figures


def question_figures(name: str, data: Path, encoder: PieceEncoder, reader: GraphReader, limit: int) -> dict:
    """Survival of the answers of the first questions, each over its own candidates."""
    file = data / f"qa.{name}.jsonl"
    passages, questions = read_questions(file, encoder)
    texts: dict[str, list[str]] = {}
    asked: dict[str, dict] = {}
    for row in read_rows(file):
        if row["kind"] == "passage":
            texts[row["id"]] = [" " * (s % 4 > 0) + w for w, s in zip(row["words"], row["shapes"], strict=True)]
        else:
            asked[row["id"]] = row
    questions = spread(questions, limit)
    needed = sorted({d for q in questions for d in q.documents if d in passages})
    readings = reader.passages([passages[d] for d in needed])
    kept: dict[str, list[int]] = {}
    terms = bigrams if name.split(".")[0] in UNSPACED else words_of
    for question, vector in zip(questions, reader.questions(questions), strict=True):
        documents = [d for d in question.documents if d in readings]
        sentences = ["".join(texts[d][a:b]) for d in documents for a, b in passages[d].sentences]
        cosine = np.concatenate([readings[d].vectors for d in documents]) @ vector
        words = np.array(Bm25([terms(s) for s in sentences]).scores_of(terms(asked[question.id]["question"])))
        ways = {"bm25": words, "model": cosine, "model and bm25": standard(cosine) + BM25_SHARE * standard(words)}
        for way, scores in ways.items():
            row = kept.setdefault(way, [0] * len(SHARES))
            for place, share in enumerate(SHARES):
                row[place] += holds(best(sentences, scores, share), asked[question.id]["answers"])
    return {"questions": len(questions)} | {way: [round(n / len(questions), 3) for n in row] for way, row in kept.items()}


def best(sentences: list[str], scores: np.ndarray, share: float) -> str:
    """Whole sentences by falling score, each one that still fits the share of the characters, in their order."""
    left = share * sum(map(len, sentences))
    chosen = []
    for index in np.argsort(-scores, kind="stable"):
        if len(sentences[index]) <= left:
            chosen.append(index)
            left -= len(sentences[index])
    return "\n".join(sentences[i] for i in sorted(chosen))


def holds(text: str, answers: list[str]) -> bool:
    """Whether one of the answers is read in the text, letter case, punctuation and spaces aside."""
    return any(letters(answer) in letters(text) for answer in answers if letters(answer))


def letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def bigrams(text: str) -> list[str]:
    """Pairs of neighbouring letters."""
    own = letters(text)
    return [own[i : i + 2] for i in range(len(own) - 1)]


def standard(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / (values.std() + 1e-6)


if __name__ == "__main__":
    main()
