"""Scores of a trained network on all training passages: `python -m training.teach --weights W --out scores.npz`.

Another run mixes the mean of several such files with the labels (`soft` in its configuration), on labelled and
unlabelled passages alike.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from training.corpus import Passage, PieceEncoder, read_distil, read_questions
from training.load import load_weights
from training.network import base_folder
from training.packing import Workers
from training.reading import read_passages


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path("build/dataset"))
    parser.add_argument("--sets", nargs="*", default=["nq-oracle-bm25.train", "squad2.train"])
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    encoder = PieceEncoder(base_folder() / "tokenizer.json")
    passages = {f"distil:{p.id}": p for p in read_distil(arguments.data / "distil.train.jsonl", encoder)}
    for name in arguments.sets:
        found, _ = read_questions(arguments.data / f"qa.{name}.jsonl", encoder)
        passages |= {f"{name}:{key}": passage for key, passage in found.items()}
    keyed = [Passage(**{**vars(p), "id": key}) for key, p in passages.items()]
    readings = read_passages(load_weights(arguments.weights), keyed, workers=Workers(arguments.threads))
    scores = [1 / (1 + np.exp(-readings[key].logits)) for key in passages]
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez(
        arguments.out,
        keys=np.array(list(passages)),
        counts=np.array([len(s) for s in scores]),
        scores=np.concatenate(scores).astype(np.float16),
    )


if __name__ == "__main__":
    main()
