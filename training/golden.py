"""Writes golden outputs for the TypeScript side: `python -m training.golden`.

A file of test/fixtures/golden holds, for every text of a file of passages, what the float32 graph and the
shipped form say: input ids and token types per window, the scores per word, and of each sentence vector the first
eight numbers and the norm before it was normalised. Without the float32 graph at hand, what it said before stays.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path

import numpy as np
import onnxruntime

from training.bases import BASES
from training.corpus import Passage, PieceEncoder, SpecialIds, read_distil
from training.forms import session
from training.models import MODELS
from training.onnx_run import feed, run_windows
from training.windows import cut_windows

VECTOR_NUMBERS = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, help="the model's own where not given")
    parser.add_argument("--model", default="small", choices=sorted(MODELS))
    parser.add_argument("--out", type=Path, default=Path("test/fixtures/golden"))
    arguments = parser.parse_args()
    model = MODELS[arguments.model]
    special = BASES[model.trained_from].config().special
    words = Path("build/golden-words.jsonl")
    words.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["npx", "tsx", "training/words.ts", str(arguments.texts or model.golden_texts), str(words)], check=True)

    manifest = json.loads((model.folder / "manifest.json").read_text())
    encoder = PieceEncoder(model.folder / "tokenizer.json")
    passages = read_distil(words, encoder)
    variants = manifest["variants"]
    shipped = manifest["defaultVariant"]
    file = arguments.out / model.golden_file
    sessions = {shipped: session(str(model.folder / variants[shipped]["file"]))}
    former: dict[str, dict] = {}
    reference = model.build / variants["fp32"]["file"]
    if reference.exists():
        sessions = {"fp32": session(str(reference))} | sessions
    else:
        former = {p["id"]: {"fp32": p["fp32"]} for p in json.loads(file.read_text())["passages"]}
    labels = manifest["outputs"]["labels"]
    document = {
        "command": "python -m training.golden",
        "model": manifest["checksums"][variants[shipped]["file"]],
        "tolerance": {name: variants[name]["tolerance"] for name in ("fp32", shipped)},
        "passages": [golden_passage(p, sessions, shipped, special, labels) | former.get(p.id, {}) for p in passages],
    }
    arguments.out.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, separators=(",", ":")) + "\n")
    print(f"{len(passages)} passages, {file.stat().st_size} bytes")


def golden_passage(
    passage: Passage, sessions: dict[str, onnxruntime.InferenceSession], shipped: str, special: SpecialIds, labels: list[str]
) -> dict:
    windows = []
    prefix = len(special.text_prefix)
    for window in cut_windows(passage, prefix=prefix):
        a, b = window.read_from, window.read_to
        inputs = feed(passage.ids[a:b], passage.types[a:b], special)
        ids, types = inputs["input_ids"][0].tolist(), inputs["token_type_ids"][0].tolist()
        windows.append({"ids": ids, "types": types, "first": window.score_from - a + 1 + prefix})
    out = {"id": passage.id, "words": len(passage.starts) - 1, "sentences": passage.sentences.tolist(), "windows": windows}
    for name, runner in sessions.items():
        logits, states = run_windows(runner, passage, special)
        means = np.add.reduceat(logits, passage.starts[:-1], axis=0) / np.diff(passage.starts)[:, None]
        scores = 1 / (1 + np.exp(-means.astype(np.float64)))
        vectors = np.stack([states[passage.starts[s] : passage.starts[e]].mean(0) for s, e in passage.sentences])
        norms = np.linalg.norm(vectors, axis=1)
        out[name] = {
            **{label: rounded(column, 5) for label, column in zip(labels, scores.T, strict=True)},
            "vectors": [rounded(row, 5) for row in (vectors / norms[:, None])[:, :VECTOR_NUMBERS]],
            "norms": rounded(norms, 4),
        }
        if name == shipped:
            out[name]["logits"] = [rounded(row, 4) for row in logits]
    return out


def rounded(values: np.ndarray, digits: int) -> list[float]:
    return [round(float(v), digits) for v in values]


if __name__ == "__main__":
    main()
