"""Writes golden outputs for the TypeScript side: `python -m training.golden`.

test/fixtures/golden/model.json holds, for every text of test/fixtures/passages.jsonl, what the float32 graph and the
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

from training.corpus import CLS, SEP, Passage, PieceEncoder, read_distil
from training.forms import session
from training.onnx_run import feed
from training.windows import cut_windows

VECTOR_NUMBERS = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, default=Path("test/fixtures/passages.jsonl"))
    parser.add_argument("--model", type=Path, default=Path("models/contextsieve-small"))
    parser.add_argument("--build", type=Path, default=Path("build/models/contextsieve-small"))
    parser.add_argument("--out", type=Path, default=Path("test/fixtures/golden"))
    arguments = parser.parse_args()
    words = Path("build/golden-words.jsonl")
    words.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["npx", "tsx", "training/words.ts", str(arguments.texts), str(words)], check=True)

    manifest = json.loads((arguments.model / "manifest.json").read_text())
    encoder = PieceEncoder(arguments.model / "tokenizer.json")
    passages = read_distil(words, encoder)
    variants = manifest["variants"]
    shipped = manifest["defaultVariant"]
    file = arguments.out / "model.json"
    sessions = {shipped: session(str(arguments.model / variants[shipped]["file"]))}
    former: dict[str, dict] = {}
    reference = arguments.build / variants["fp32"]["file"]
    if reference.exists():
        sessions = {"fp32": session(str(reference))} | sessions
    else:
        former = {p["id"]: {"fp32": p["fp32"]} for p in json.loads(file.read_text())["passages"]}
    labels = manifest["outputs"]["labels"]
    document = {
        "command": "python -m training.golden",
        "model": manifest["checksums"][variants[shipped]["file"]],
        "tolerance": {name: variants[name]["tolerance"] for name in ("fp32", shipped)},
        "passages": [golden_passage(p, sessions, shipped, labels) | former.get(p.id, {}) for p in passages],
    }
    arguments.out.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, separators=(",", ":")) + "\n")
    print(f"{len(passages)} passages, {file.stat().st_size} bytes")


def golden_passage(passage: Passage, sessions: dict[str, onnxruntime.InferenceSession], shipped: str, labels: list[str]) -> dict:
    windows = []
    for window in cut_windows(passage):
        a, b = window.read_from, window.read_to
        ids = [CLS, *passage.ids[a:b].tolist(), SEP]
        windows.append({"ids": ids, "types": [0, *passage.types[a:b].tolist(), 0], "first": window.score_from - a + 1})
    out = {"id": passage.id, "words": len(passage.starts) - 1, "sentences": passage.sentences.tolist(), "windows": windows}
    for name, runner in sessions.items():
        logits, states = run_windows(runner, passage)
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


def run_windows(runner: onnxruntime.InferenceSession, passage: Passage) -> tuple[np.ndarray, np.ndarray]:
    """Logits and states of all scored pieces in order."""
    logits, states = [], []
    for window in cut_windows(passage):
        a, b = window.read_from, window.read_to
        out_logits, out_states = runner.run(["logits", "last_hidden_state"], feed(passage.ids[a:b], passage.types[a:b]))
        scored = slice(window.score_from - a + 1, window.score_to - a + 1)
        logits.append(out_logits[0, scored])
        states.append(out_states[0, scored])
    return np.concatenate(logits), np.concatenate(states)


def rounded(values: np.ndarray, digits: int) -> list[float]:
    return [round(float(v), digits) for v in values]


if __name__ == "__main__":
    main()
