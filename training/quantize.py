"""Measures the forms the model could be shipped in: `python -m training.quantize --weights build/train/bundled/weights.pt`.

Writes bench/results/quantization.json and .md: speed on this machine, agreement with fp32, size, and whether a
window's scores change with the company in its batch.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from pathlib import Path

import numpy as np
import onnxruntime

from training.corpus import Passage, PieceEncoder, read_distil
from training.dev_figures import three_figures
from training.forms import FORMS, calibrated, session
from training.load import load_weights
from training.metrics import top_overlap
from training.network import base_folder
from training.onnx_model import build_onnx
from training.onnx_run import passage_feed, read_passage
from training.packing import Sequence, collate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=Path("build/train/bundled/weights.pt"))
    parser.add_argument("--data", type=Path, default=Path("build/dataset"))
    parser.add_argument("--out", type=Path, default=Path("bench/results"))
    parser.add_argument("--speed-only", action="store_true", help="measure speed again, keep the other figures")
    parser.add_argument("--rounds", type=int, default=12, help="rounds over all forms in which speed is measured")
    arguments = parser.parse_args()
    network = load_weights(arguments.weights)
    encoder = PieceEncoder(base_folder() / "tokenizer.json")
    passages = read_distil(arguments.data / "distil.dev.jsonl", encoder)
    seen = [p for p in read_distil(arguments.data / "distil.train.jsonl", encoder)[::40] if len(p.ids) <= 254]
    models = {n: build_onnx(network, calibrated(form, network, seen)).SerializeToString() for n, form in FORMS.items()}
    if arguments.speed_only:
        rows = json.loads((arguments.out / "quantization.json").read_text())["forms"]
    else:
        rows = compare_forms(models, passages)
    measure_speed(rows, models, passages, arguments.rounds)
    write_report(arguments.out, rows, len(passages))


def compare_forms(models: dict[str, bytes], passages: list[Passage]) -> list[dict]:
    """Agreement of each form with the first (float32), and what company does to its scores."""
    labels = np.concatenate([p.labels for p in passages])
    rows, reference = [], None
    for name, model in models.items():
        runner = session(model, 1)
        readings = [read_passage(runner, p) for p in passages]
        found = (np.concatenate([r.logits for r in readings]), np.concatenate([r.vectors for r in readings]))
        reference = reference or found
        row = {"form": name, "megabytes": round(len(model) / 1e6, 1)}
        row |= agreement(reference, found, labels) | {"company": company(runner, passages)}
        rows.append(row)
        print(json.dumps(row), flush=True)
    return rows


def agreement(reference: tuple[np.ndarray, np.ndarray], ours: tuple[np.ndarray, np.ndarray], labels: np.ndarray) -> dict[str, float]:
    """How far scores and vectors are from fp32's, over all words and sentences of the dev passages."""
    (logits, vectors), (own_logits, own_vectors) = reference, ours
    probability, own = 1 / (1 + np.exp(-logits)), 1 / (1 + np.exp(-own_logits))
    figures = three_figures(own_logits, labels)
    return figures | {
        "same_side": round(float(((logits[:, 0] > 0) == (own_logits[:, 0] > 0)).mean()), 5),
        "top_fifth": round(top_overlap(probability[:, 0], own[:, 0], 0.2), 5),
        "top_fifth_core": round(top_overlap(probability[:, 1], own[:, 1], 0.2), 5),
        "largest_gap": round(float(np.abs(probability - own).max()), 4),
        "mean_gap": round(float(np.abs(probability - own).mean()), 5),
        "mean_cosine": round(float((vectors * own_vectors).sum(1).mean()), 5),
        "smallest_cosine": round(float((vectors * own_vectors).sum(1).min()), 5),
    }


def company(runner: onnxruntime.InferenceSession, passages: list[Passage]) -> float:
    """Largest change of a keep probability when a window shares its run with seven others."""
    windows = [p for p in passages if len(p.ids) <= 254][:32]
    worst = 0.0
    for start in range(0, len(windows), 8):
        part = windows[start : start + 8]
        ids, mask, types = collate([Sequence(p.ids, p.types) for p in part])
        together = runner.run(["logits"], {"input_ids": ids.numpy(), "attention_mask": mask.numpy(), "token_type_ids": types.numpy()})[0]
        for row, passage in enumerate(part):
            alone = runner.run(["logits"], passage_feed(passage))[0][0]
            gap = 1 / (1 + np.exp(-together[row, : len(alone)])) - 1 / (1 + np.exp(-alone))
            worst = max(worst, float(np.abs(gap).max()))
    return float(f"{worst:.2g}")


def measure_speed(rows: list[dict], models: dict[str, bytes], passages: list[Passage], rounds: int) -> None:
    """Tokens per second on one thread, special tokens included, one window a run, from each window's best time over
    several rounds through all forms: a form is not judged by what else the machine did in its turn."""
    feeds = [passage_feed(p) for p in passages if len(p.ids) <= 254][:24]
    tokens = sum(window["input_ids"].size for window in feeds)
    sessions = {name: session(model, 1) for name, model in models.items()}
    best = {name: np.full(len(feeds), np.inf) for name in sessions}
    for _ in range(rounds):
        for name, runner in sessions.items():
            for index, window in enumerate(feeds):
                started = time.perf_counter()
                runner.run(None, window)
                best[name][index] = min(best[name][index], time.perf_counter() - started)
    for row in rows:
        row["tokens_per_second"] = round(tokens / best[row["form"]].sum())


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []:
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def write_report(out: Path, rows: list[dict], passages: int) -> None:
    out.mkdir(parents=True, exist_ok=True)
    machine = f"{processor()}, {os.cpu_count()} processors, onnxruntime {onnxruntime.__version__}"
    document = {"command": "python -m training.quantize", "machine": machine, "passages": passages, "forms": rows}
    (out / "quantization.json").write_text(json.dumps(document, indent=1) + "\n")
    base = rows[0]
    lines = [
        "# Forms of contextsieve-small on the CPU",
        "",
        f"Written by `python -m training.quantize`. {machine}. {passages} passages of pairs.dev, one window a run,",
        "speed from each window's best time over several rounds.",
        "Side: share of words on fp32's side of keep = 0.5. Top fifth: overlap with fp32's highest fifth by keep.",
        "Company: largest change of a keep probability when a window shares its run with seven others.",
        "",
        "| form | MB | tokens/s, 1 thread | x fp32 | AUC keep | AUC core | side | top fifth | largest gap | cosine | company |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for r in rows:
        times = r["tokens_per_second"] / base["tokens_per_second"]
        lines.append(
            f"| {r['form']} | {r['megabytes']} | {r['tokens_per_second']} | {times:.2f} "
            f"| {r['auc_keep']:.4f} | {r['auc_core']:.4f} | {r['same_side']:.4f} | {r['top_fifth']:.4f} "
            f"| {r['largest_gap']:.3f} | {r['mean_cosine']:.5f} | {r['company']:g} |"
        )
    (out / "quantization.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
