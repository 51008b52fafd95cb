"""What a share of the base in the encoder's weights does: `python -m training.blend --shares 0 0.3 0.35 0.4`.

Prints label figures of pairs.dev and recall of the gold passage over all passages of a question set. Reads a run's
checkpoint, whose averaged weights have nothing of the base mixed in.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch

from training.corpus import PieceEncoder, read_distil, read_questions
from training.dev_figures import label_figures
from training.evaluate import recall
from training.load import load_weights
from training.network import base_folder, blend_with_base, load_base
from training.packing import Workers
from training.reading import read_passages, read_questions as read_question_vectors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=Path("build/train/bundled/checkpoint.pt"))
    parser.add_argument("--data", type=Path, default=Path("build/dataset"))
    parser.add_argument("--set", default="nq-oracle-bm25.held")
    parser.add_argument("--shares", type=float, nargs="+", default=[0.0, 0.3, 0.35, 0.4])
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    workers = Workers(arguments.threads)
    network, base = load_weights(arguments.weights), load_base(base_folder())
    encoder = PieceEncoder(base_folder() / "tokenizer.json")
    labelled = read_distil(arguments.data / "distil.dev.jsonl", encoder)
    passages, questions = read_questions(arguments.data / f"qa.{arguments.set}.jsonl", encoder)
    trained = {name: value.clone() for name, value in network.state_dict().items()}
    for share in arguments.shares:
        network.load_state_dict(blend_with_base(trained, base, share))
        row = {"share": share} | label_figures(labelled, read_passages(network, labelled, workers=workers))
        del row["domains"]
        readings = read_passages(network, list(passages.values()), workers=workers)
        row |= recall(readings, questions, read_question_vectors(network, questions))
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    main()
