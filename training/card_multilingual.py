"""Writes the multilingual model's card from the figures the other scripts wrote: `python -m training.card_multilingual`."""

from __future__ import annotations

import json
from pathlib import Path

from training.card import agreement, calibration, pivot_auc, table
from training.export import DATA_FILE
from training.models import MODELS

TEXT = Path(__file__).with_name("card_multilingual.md")
RESULTS = Path("bench/results/training-multilingual.json")
PIVOTS = Path("bench/results/pivot-multilingual.json")
LOG = Path("build/train/multilingual/log.jsonl")
FURTHER_LOG = Path("build/train/words-multilingual/log.jsonl")


def main() -> None:
    model = MODELS["multilingual"]
    manifest = json.loads((model.folder / "manifest.json").read_text())
    figures = json.loads(RESULTS.read_text())
    relevance, variants = manifest["calibration"]["relevance"], manifest["variants"]
    first, further = (json.loads(log.read_text().splitlines()[-1]) for log in (LOG, FURTHER_LOG))
    parts = {
        "megabytes": f"{(model.folder / DATA_FILE).stat().st_size / 1e6:.1f}",
        "scripts": ", ".join(manifest["scripts"]),
        "scale": relevance["scale"],
        "bias": f"{relevance['bias']:+g}".replace("-", "- ").replace("+", "+ "),
        "form": variants["int8"]["form"],
        "gpu_form": variants["gpu"]["form"],
        "tolerance": variants["int8"]["tolerance"],
        "gpu_tolerance": variants["gpu"]["tolerance"],
        "english": f"{further['english']:,}",
        "recipe": f"{first['epoch']} epochs, {first['minutes']:g} minutes of a shared machine.",
        "further": f"{further['epoch']} epochs, {further['minutes']:g} minutes",
        "labels": labels(figures["labels"]),
        "questions": questions(figures["questions"]),
        "calibration": calibration(json.loads((model.build / "calibration.json").read_text())),
        "count": max(f["questions"] for f in figures["questions"].values()),
        "pivot_auc": pivot_auc(json.loads(PIVOTS.read_text()), manifest["defaultVariant"]),
        "agreement": agreement(figures["shipped against fp32"]),
    }
    text = TEXT.read_text()
    for name, value in parts.items():
        text = text.replace("{{" + name + "}}", str(value))
    (model.folder / "README.md").write_text(text)


def labels(figures: dict) -> str:
    languages = {name: f for name, f in figures["domains"].items() if len(name) == 2}
    english = [figures["en"][name] for name in ("auc_keep", "auc_core", "accuracy")]
    rows = [[name, *(f"{v:.3f}" for v in f)] for name, f in sorted({"en": english, **languages}.items())]
    return table(["language", "AUC keep", "AUC core", "accuracy"], rows)


def questions(figures: dict[str, dict]) -> str:
    ways = ("bm25", "model", "model and bm25")
    rows = [[name, f["questions"], *(" / ".join(f"{v:.3f}" for v in f[way]) for way in ways)] for name, f in figures.items()]
    return table(["questions", "n", "BM25 5 / 10 / 20%", "cosine", "both"], rows)


if __name__ == "__main__":
    main()
