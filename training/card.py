"""Writes the model card from the figures the other scripts wrote: `python -m training.card`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from training.export import DATA_FILE
from training.models import MODELS
from training.settings import Settings, read_settings

TEXT = Path(__file__).with_name("card.md")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("models/contextsieve-small"))
    parser.add_argument("--results", type=Path, default=Path("bench/results"))
    parser.add_argument("--runs", type=Path, default=Path("build/train"))
    arguments = parser.parse_args()
    manifest = json.loads((arguments.model / "manifest.json").read_text())
    training = json.loads((arguments.results / "training.json").read_text())
    pivot = json.loads((arguments.results / "pivot.json").read_text())
    forms = json.loads((arguments.results / "quantization.json").read_text())
    settings = read_settings(Path("training/configs/bundled.yaml"))
    parts = {
        "megabytes": f"{(arguments.model / DATA_FILE).stat().st_size / 1e6:.1f}",
        "scale": manifest["calibration"]["relevance"]["scale"],
        "bias": f"{manifest['calibration']['relevance']['bias']:+g}".replace("-", "- ").replace("+", "+ "),
        "form": manifest["variants"]["int8"]["form"],
        "gpu_form": MODELS["small"].gpu_form,
        "tolerance": manifest["variants"]["int8"]["tolerance"],
        "gpu_tolerance": manifest["variants"]["gpu"]["tolerance"],
        "recipe": recipe(settings),
        "labels": labels(training["labels"]),
        "domains": domains(training["labels"][manifest["defaultVariant"]]["domains"]),
        "questions": questions(training["questions"]),
        "recall": recall(training["questions"]),
        "no_question": no_question(training["no question"]),
        "calibration": calibration(training["calibration"]),
        "agreement": agreement(training["shipped against fp32"]),
        "forms": shipped_forms(forms, manifest["variants"]["int8"]["form"]),
        "machine": forms["machine"],
        "pivots": pivots(pivot),
        "pivot_auc": pivot_auc(pivot, manifest["defaultVariant"]),
        "curve": curve(arguments.runs),
        "epochs": f"{settings.epochs:g}",
        "base_share": f"{settings.base_share:.0%}",
    }
    text = TEXT.read_text()
    for name, value in parts.items():
        text = text.replace("{{" + name + "}}", str(value))
    (arguments.model / "README.md").write_text(text)


def table(head: list[str], rows: list[list[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def recipe(settings: Settings) -> str:
    return (
        f"{settings.epochs:g} epochs of {settings.labelled} labelled passages a step with their own questions and {settings.asked} "
        f"more questions with {settings.distractors} hard wrong passages each; AdamW, peak rate {settings.learning_rate:g} "
        f"(head and shapes {settings.head_rate:g}, {settings.layer_decay:g} times less per layer down), linear decay, weights averaged "
        f"(decay {settings.average:g}), dropout {settings.dropout:g}, {settings.mask_rate:.0%} of the pieces masked; losses: words "
        f"{settings.words:g}, contrast {settings.contrast:g} (cosine x {settings.scale:g}), pull {settings.pull:g}"
    )


def labels(figures: dict[str, dict]) -> str:
    rows = [[name, f"{f['auc_keep']:.4f}", f"{f['auc_core']:.4f}", f"{f['accuracy']:.4f}"] for name, f in figures.items()]
    rows.append(["target", "0.90", "0.85", "0.825"])
    return table(["form", "AUC keep", "AUC core", "accuracy of keep at 0.5"], rows)


def domains(figures: dict[str, list[float]]) -> str:
    return table(["domain", "AUC keep", "AUC core", "accuracy"], [[name, *(f"{v:.3f}" for v in f)] for name, f in figures.items()])


def questions(figures: dict[str, dict]) -> str:
    rows = []
    for name, f in figures.items():
        cells = [f"{f[way][f'survival_at_{share}']:.3f}" for share in (10, 20) for way in ("model", "base", "bm25")]
        rows.append([name, f["questions"], *cells])
    head = ["questions", "n", "ours 10%", "base 10%", "BM25 10%", "ours 20%", "base 20%", "BM25 20%"]
    return table(head, rows)


def recall(figures: dict[str, dict]) -> str:
    rows = []
    for name, f in figures.items():
        cells = [f"{f[way][f'recall_{unit}_at_{depth}']:.3f}" for unit in ("whole", "sentence") for depth in (1, 5) for way in ("model", "base")]
        rows.append([name, *cells])
    head = ["questions", "passage @1", "base", "passage @5", "base", "best sentence @1", "base", "best sentence @5", "base"]
    return table(head, rows)


def no_question(figures: dict[str, dict]) -> str:
    return table(["what is kept", "33% of the words", "50%"], [[n, f"{f['at_33']:.3f}", f"{f['at_50']:.3f}"] for n, f in figures.items()])


def calibration(figures: dict[str, dict]) -> str:
    rows = [
        [n, f"{f['auc']:.3f}", f"{f['expected_calibration_error']:.4f}", f"{f['share_holding_answer']:.4f}", f"{f['precision_at_half']:.2f}", f"{f['recall_at_half']:.2f}"]
        for n, f in figures.items()
    ]
    return table(["questions", "AUC", "calibration error", "share holding an answer", "precision at 0.5", "recall at 0.5"], rows)


def agreement(f: dict) -> str:
    return (
        f"{f['same_side']:.2%} of the words on fp32's side of keep = 0.5, {f['top_fifth']:.2%} of fp32's highest fifth by keep "
        f"({f['top_fifth_core']:.2%} by core), largest gap of a probability {f['largest_gap']:.3f}, mean {f['mean_gap']:.4f}, "
        f"mean cosine of sentence vectors {f['mean_cosine']:.4f}"
    )


def pivot_auc(f: dict, shipped: str) -> str:
    others = ", ".join(f"{name} {value:.4f}" for name, value in f["auc"].items() if name != shipped)
    worst = min(f["domains"], key=f["domains"].get)
    return (
        f"{f['words']:,} words, {f['pivots']:.1%} of them marked: AUC {f['auc'][shipped]:.4f} ({others}), "
        f"{f['auc_where_rules_are_silent']:.4f} among the words that no rule protects, lowest in {worst} "
        f"({f['domains'][worst]:.3f}); calibration error {f['calibration_error']:.3f}"
    )


def pivots(f: dict) -> str:
    cells = lambda g: [f"{g[key]:.3f}" for key in ("chosen", "precision", "recall")]  # noqa: E731
    rows = [["rules alone", "", "", "", *cells(f["rules"])]]
    rows += [[f"at {t}", *cells(g["head"]), *cells(g["both"])] for t, g in f["thresholds"].items()]
    head = ["", "head: words above", "precision", "recall", "with the rules: words", "precision", "recall"]
    return table(head, rows)


def shipped_forms(document: dict, shipped: str) -> str:
    base = document["forms"][0]
    rows = []
    for f in document["forms"]:
        name = f"**{f['form']}**" if f["form"] == shipped else f["form"]
        rows.append(
            [name, f["megabytes"], f["tokens_per_second"], f"{f['tokens_per_second'] / base['tokens_per_second']:.2f}",
             f"{f['auc_keep']:.4f}", f"{f['same_side']:.4f}", f"{f['top_fifth']:.4f}", f"{f['company']:g}"]
        )  # fmt: skip
    head = ["form", "MB", "tokens/s, 1 thread", "x fp32", "AUC keep", "same side", "top fifth", "company"]
    return table(head, rows)


def curve(runs: Path) -> str:
    """Dev figures along the runs, where their logs are at hand."""
    rows: list[list[object]] = []
    for log in sorted(runs.glob("*/log.jsonl")):
        for line in log.read_text().splitlines():
            row = json.loads(line)
            if row["kind"] == "dev" and "auc_keep" in row:
                rows.append([log.parent.name, row["step"], row["minutes"], row["auc_keep"], row["auc_core"], row["accuracy"]])
    return table(["run", "step", "minutes", "AUC keep", "AUC core", "accuracy"], rows)


if __name__ == "__main__":
    main()
