"""Trains the exported model's word head on: `python -m training.word_head --model multilingual --config training/configs/words-multilingual.yaml`.

From where it stands, on all labelled passages as the shipped graph reads them, and puts it into every graph of the
model. The encoder and the pivot head in them do not change, so neither does a vector or a pivot. States are kept on disk,
and a head that was trained on this very graph is not trained again.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from training.attach import is_word_tensor, replace_word_head, word_weights
from training.bases import BASES
from training.corpus import Passage, PieceEncoder, SpecialIds, read_distil
from training.export import FLOAT_FILE, change_graphs, largest_gap, write_manifest
from training.forms import ALL_FORMS
from training.frozen_states import read_parts, shuffled, write_parts
from training.models import MODELS, Model
from training.network import NetworkConfig, WordHead
from training.onnx_run import feed
from training.packing import Sequence
from training.pivot import states_checksum
from training.pivot_head import state_session
from training.settings import read_kind
from training.train_head import HeadSettings, Item, repeated, train_head

Weights = dict[str, np.ndarray]
CHECKED = 8
"""Tolerances are taken on each so many-th held passage."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="override one setting")
    parser.add_argument("--model", default="multilingual", choices=sorted(MODELS))
    arguments = parser.parse_args()
    settings = read_kind(HeadSettings, arguments.config, arguments.set)
    model = MODELS[arguments.model]
    manifest = json.loads((model.folder / "manifest.json").read_text())
    encoder = PieceEncoder(model.folder / "tokenizer.json")
    held = [p for name in model.labelled for p in read_distil(Path(settings.data) / f"{name}.dev.jsonl", encoder)[::CHECKED]]
    attach(trained_weights(settings, model, manifest), model, manifest, held)


def trained_weights(settings: HeadSettings, model: Model, manifest: dict) -> Weights:
    """The head's weights; from disk where the graph's head is the one that was trained on so, or what came of it."""
    variant = manifest["variants"][manifest["defaultVariant"]]
    graph = model.folder / variant["file"]
    file = Path(settings.out) / "weights.pt"
    checksum = states_checksum(graph)
    basis = dataclasses.asdict(settings) | {"graph": checksum}
    standing = onnx.load(graph)
    saved = torch.load(file) if file.exists() else None
    if saved is None or saved["basis"] != basis or word_checksum(standing) not in saved["heads"]:
        head = train_on(settings, model, graph, Path(settings.states) / checksum[:16])
        start = word_checksum(standing)
        replace_word_head(standing, arrays(head.state_dict()), ALL_FORMS[variant["form"]])
        saved = {"basis": basis, "heads": [start, word_checksum(standing)], "weights": head.state_dict()}
        torch.save(saved, file)
    return arrays(saved["weights"])


def train_on(settings: HeadSettings, model: Model, graph: Path, states: Path) -> WordHead:
    """The graph's head, trained on; what the graph says of the passages is kept in the folder of states."""
    out = Path(settings.out)
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(settings.seed)
    read = lambda name: read_graph_items(settings, name, graph, states, model)  # noqa: E731
    english, *others = (read(f"{name}.train") for name in model.labelled)
    dev = {name: read(f"{name}.dev") for name in model.labelled}
    items = english + [item for part in others for item in repeated(part, settings)]
    head = standing_head(word_weights(onnx.load(graph)), BASES[model.trained_from].config(), settings.dropout)
    return train_head(head, items, dev, settings, out)


def arrays(weights: dict[str, Tensor]) -> Weights:
    return {name: value.numpy() for name, value in weights.items()}


def word_checksum(model: onnx.ModelProto) -> str:
    """Changes with the graph's word head alone."""
    digest = hashlib.sha256()
    for tensor in (t for t in model.graph.initializer if is_word_tensor(t.name)):
        digest.update(tensor.name.encode() + numpy_helper.to_array(tensor).tobytes())
    return digest.hexdigest()


def standing_head(weights: Weights, config: NetworkConfig, dropout: float) -> WordHead:
    """A graph's word head over states that are normalised and joined already."""
    width, _, kernel = weights["mix.weight"].shape
    head = WordHead(dataclasses.replace(config, head_width=width, head_kernel=kernel, dropout=dropout))
    head.norms = nn.ModuleList([nn.Identity()])
    head.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in weights.items()})
    return head


def read_graph_items(settings: HeadSettings, name: str, graph: Path, folder: Path, model: Model) -> list[Item]:
    """The labelled passages of a set as the graph reads them."""
    special = BASES[model.trained_from].config().special
    passages = read_distil(Path(settings.data) / f"{name}.jsonl", PieceEncoder(model.folder / "tokenizer.json"))
    write_parts(folder, name, shuffled(passages), special, window_reader(graph, special))
    first = 1 + len(special.text_prefix)
    return [Item(p, s, first) for p, s in read_parts(folder, name, passages, first + 1)]


def window_reader(graph: Path, special: SpecialIds) -> Callable[[Sequence], np.ndarray]:
    """Reads the joined states [tokens, 1, width] of a window."""
    runner, name = state_session(graph)
    return lambda sequence: runner.run([name], feed(sequence.ids, sequence.types, special))[0][0][:, None]


def attach(weights: Weights, model: Model, manifest: dict, held: list[Passage]) -> None:
    """Puts the head into the shipped graphs and, where it was built, the float32 one; writes the manifest. Tolerances are
    taken on the held passages."""
    change_graphs(model, manifest, lambda graph, form: replace_word_head(graph, weights, form))
    if (model.build / FLOAT_FILE).exists():
        widen_tolerances(manifest, model, held)
    manifest["version"] = model.version
    write_manifest(manifest, model.folder, model.build)


def widen_tolerances(manifest: dict, model: Model, held: list[Passage]) -> None:
    """Raises the tolerances that the manifest states, where the head's scores are further from float32's."""
    special = BASES[model.trained_from].config().special
    for variant in (v for v in manifest["variants"].values() if "form" in v):
        gap = largest_gap(model.build / FLOAT_FILE, model.folder / variant["file"], held, special)
        variant["tolerance"] = max(variant["tolerance"], gap)


if __name__ == "__main__":
    main()
