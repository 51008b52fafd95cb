"""Gives the exported model its third label: `python -m training.pivot --config training/configs/pivot.yaml`.

Trains the pivot head on what the shipped graph says of the marked passages, puts it into every graph of the model
(nothing else in them changes), and judges it on pivots.dev: bench/results/pivot.json, or pivot-NAME.json. A head that was trained on this
very graph is not trained again.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import torch

from training.attach import attach_pivot, detach_pivot, is_word_tensor
from training.bases import BASES
from training.corpus import PieceEncoder, SpecialIds
from training.export import change_graphs, write_manifest
from training.forms import session
from training.models import MODELS, Model
from training.onnx_run import read_passage
from training.pivot_figures import pivot_figures
from training.pivot_head import PivotSettings, read_blocks, train_head
from training.pivots import MarkedPassage, cut_passages, read_pivots
from training.settings import read_kind

LABELS = ["keep", "core", "pivot"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="override one setting")
    parser.add_argument("--model", default="small", choices=sorted(MODELS))
    parser.add_argument("--results", type=Path, default=Path("bench/results"))
    arguments = parser.parse_args()
    settings = read_kind(PivotSettings, arguments.config, arguments.set)
    model = MODELS[arguments.model]
    special = BASES[model.trained_from].config().special
    encoder = PieceEncoder(model.folder / "tokenizer.json")
    manifest = json.loads((model.folder / "manifest.json").read_text())
    variants = manifest["variants"]
    shipped = model.folder / variants[manifest["defaultVariant"]]["file"]

    attach(trained_weights(settings, shipped, encoder, special), model, manifest)
    dev = marked_passages(settings, "dev", encoder)
    forms = {}
    for name in (n for n, v in variants.items() if not v.get("optional")):
        runner = session(str(model.folder / variants[name]["file"]))
        forms[name] = [read_passage(runner, marked.passage, special).logits[:, LABELS.index("pivot")] for marked in dev]
    document = {"command": "python -m training.pivot"} | pivot_figures(dev, forms, manifest["defaultVariant"])
    file = "pivot.json" if arguments.model == "small" else f"pivot-{arguments.model}.json"
    (arguments.results / file).write_text(json.dumps(document, indent=1) + "\n")
    print(json.dumps(document))


def marked_passages(settings: PivotSettings, split: str, encoder: PieceEncoder) -> list[MarkedPassage]:
    data = Path(settings.data)
    words = cut_passages(data, split, Path(settings.out))
    return read_pivots(data / f"pivot/pivots.{split}.jsonl.gz", words, encoder)


def trained_weights(settings: PivotSettings, graph: Path, encoder: PieceEncoder, special: SpecialIds) -> dict[str, np.ndarray]:
    """The head's weights, from disk where they were trained so on this graph's states."""
    file = Path(settings.out) / "weights.pt"
    basis = dataclasses.asdict(settings) | {"states": states_checksum(graph)}
    saved = torch.load(file) if file.exists() else None
    if saved is None or saved["basis"] != basis:
        marked = marked_passages(settings, "train", encoder)
        random = np.random.default_rng(settings.seed)
        blocks = read_blocks(graph, [m.passage for m in marked], settings.windows, random, special)
        head = train_head(settings, blocks, np.concatenate([m.taught for m in marked]))
        saved = {"basis": basis, "weights": head.state_dict()}
        torch.save(saved, file)
    return {name: value.numpy() for name, value in saved["weights"].items()}


def states_checksum(graph: Path) -> str:
    """Changes with the graph's weights, but not with its heads'."""
    model = onnx.load(graph)
    detach_pivot(model)
    digest = hashlib.sha256()
    for tensor in (t for t in model.graph.initializer if not is_word_tensor(t.name)):
        digest.update(tensor.name.encode() + tensor.raw_data)
    return digest.hexdigest()


def attach(weights: dict[str, np.ndarray], model: Model, manifest: dict) -> None:
    """Puts the head into the shipped graphs and, where it was built, the float32 one; writes the manifest."""
    change_graphs(model, manifest, lambda graph, form: attach_pivot(graph, weights, form))
    manifest["version"] = model.version
    manifest["outputs"]["labels"] = LABELS
    write_manifest(manifest, model.folder, model.build)


if __name__ == "__main__":
    main()
