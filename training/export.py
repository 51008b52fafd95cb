"""Writes the model folder: `python -m training.export --weights build/train/bundled/weights.pt`.

The model's folder gets tokenizer.json, manifest.json and two graphs over one file of weights,
model.int8.onnx_data: model.int8.onnx multiplies integers (the CPU's form), model.gpu.onnx turns them to float32 when
it is loaded (for devices without integer kernels). build/models gets the float32 graph, which is never committed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
from tokenizers import Tokenizer

from training.calibrate import Calibration, calibrate_relevance
from training.bases import BASES
from training.corpus import Passage, PieceEncoder, SpecialIds, read_distil
from training.forms import ALL_FORMS, calibrated, session
from training.fuse import fuse
from training.load import load_weights
from training.graph_reader import GraphReader
from training.models import MODELS, Model
from training.network import Network
from training.onnx_builder import Form
from training.onnx_files import save_sharing
from training.onnx_model import build_onnx
from training.onnx_run import read_passage

FLOAT_FILE = "model.fp32.onnx"
INT8_FILE = "model.int8.onnx"
GPU_FILE = "model.gpu.onnx"
DATA_FILE = "model.int8.onnx_data"
SHIPPED_FILES = ("tokenizer.json", INT8_FILE, GPU_FILE, DATA_FILE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=Path("build/train/bundled/weights.pt"))
    parser.add_argument("--data", type=Path, default=Path("build/dataset"))
    parser.add_argument("--model", default="small", choices=sorted(MODELS))
    parser.add_argument("--out", type=Path, help="the model's folder where not given")
    parser.add_argument("--questions", type=int, default=0, help="calibrate on N of each set only (0: all)")
    parser.add_argument("--others", type=int, default=0, help="and on N documents besides the one that answers (0: all)")
    parser.add_argument("--passages", type=int, default=1, help="tolerances on each N-th labelled passage held out")
    arguments = parser.parse_args()
    model = MODELS[arguments.model]
    export(load_weights(arguments.weights), model, arguments.data, arguments.out or model.folder, arguments.questions, arguments.passages, arguments.others)


def export(network: Network, model: Model, data: Path, out: Path, questions: int = 0, passages: int = 1, others: int = 0) -> dict:
    """Writes all files; returns the manifest. Tolerances are taken on each `passages`-th labelled passage held out."""
    build, special = model.build, network.config.special
    out.mkdir(parents=True, exist_ok=True)
    build.mkdir(parents=True, exist_ok=True)
    write_tokenizer(BASES[network.config.base].tokenizer(), out / "tokenizer.json")
    encoder = PieceEncoder(out / "tokenizer.json")
    seen = [p for p in read_distil(data / "distil.train.jsonl", encoder)[::40] if len(p.ids) <= 254]
    onnx.save(build_onnx(network, ALL_FORMS[model.float_form]), build / FLOAT_FILE)
    graphs = {
        out / INT8_FILE: fuse(build_onnx(network, calibrated(ALL_FORMS[model.form], network, seen))),
        out / GPU_FILE: build_onnx(network, ALL_FORMS[model.gpu_form]),
    }
    save_sharing(graphs, out / DATA_FILE)

    reader = GraphReader(out / INT8_FILE, special, build)
    calibration = calibrate_relevance(reader, encoder, data, model.held, questions, others)
    dev = [p for name in model.labelled for p in read_distil(data / f"{name}.dev.jsonl", encoder)[::passages]]
    tolerances = {file: largest_gap(build / FLOAT_FILE, out / file, dev, special) for file in (INT8_FILE, GPU_FILE)}
    reader.save()
    manifest = build_manifest(network, model, calibration, tolerances)
    write_manifest(manifest, out, build)
    (build / "calibration.json").write_text(json.dumps(calibration.figures, indent=2) + "\n")
    print(json.dumps(manifest, indent=2))
    return manifest


def build_manifest(network: Network, model: Model, calibration: Calibration, tolerances: dict[str, float]) -> dict:
    special = network.config.special
    prefixes = {"prefixes": {"text": special.text_prefix, "question": special.question_prefix}} if special.text_prefix else {}
    return {
        "name": model.name,
        "version": model.version,
        "base": model.base,
        "licence": model.licence,
        "tokenizer": "tokenizer.json",
        "specialTokens": {"cls": special.cls, "sep": special.sep, "pad": special.pad, "unk": special.unk},
        **prefixes,
        "window": {"maxTokens": 256, "contextTokens": 24},
        "tokenTypes": model.token_types,
        "scripts": model.scripts,
        **({"languages": model.languages} if model.languages else {}),
        "outputs": {
            "logits": "logits",
            "hidden": "last_hidden_state",
            "dimension": network.config.width,
            "labels": ["keep", "core"],
        },
        "calibration": {"relevance": {"scale": round(calibration.scale, 4), "bias": round(calibration.bias, 4)}},
        "variants": {
            "int8": {
                "file": INT8_FILE,
                "data": DATA_FILE,
                "maxBatchRows": 8,
                "maxBatchTokens": 512,
                "form": model.form,
                "tolerance": tolerances[INT8_FILE],
            },
            "gpu": {
                "file": GPU_FILE,
                "data": DATA_FILE,
                "maxBatchRows": 32,
                "maxBatchTokens": 8192,
                "form": model.gpu_form,
                "tolerance": tolerances[GPU_FILE],
            },
            "fp32": {"file": FLOAT_FILE, "maxBatchRows": 8, "maxBatchTokens": 1024, "optional": True, "tolerance": 0.001},
        },
        "defaultVariant": "int8",
        "checksums": {},
    }


def change_graphs(model: Model, manifest: dict, change: Callable[[onnx.ModelProto, Form], None]) -> None:
    """Changes the shipped graphs and, where it was built, the float32 one; the manifest's checksums are then out of date."""
    folder, reference = model.folder, model.build / FLOAT_FILE
    graphs = {}
    for variant in manifest["variants"].values():
        if "form" in variant:
            graphs[folder / variant["file"]] = graph = onnx.load(folder / variant["file"])
            change(graph, ALL_FORMS[variant["form"]])
            fuse(graph)
    save_sharing(graphs, folder / DATA_FILE)
    if reference.exists():
        graph = onnx.load(reference)
        change(graph, ALL_FORMS[model.float_form])
        onnx.save(graph, reference)


def write_manifest(manifest: dict, out: Path, build: Path) -> None:
    """Writes the manifest with the files' checksums, and copies the shipped files beside the float32 graph."""
    manifest["checksums"] = {file: sha256(out / file) for file in SHIPPED_FILES}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    build.mkdir(parents=True, exist_ok=True)
    for file in (*SHIPPED_FILES, "manifest.json"):
        (build / file).write_bytes((out / file).read_bytes())


def write_tokenizer(source: Path, file: Path) -> None:
    """The base's tokenizer without truncation and padding."""
    tokenizer = Tokenizer.from_file(str(source))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    file.write_text(json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":")) + "\n")


def largest_gap(reference: Path, ours: Path, passages: list[Passage], special: SpecialIds) -> float:
    """Largest difference of a word's keep or core probability from float32's, rounded up to hundredths."""
    first, second = session(str(reference)), session(str(ours))
    worst = 0.0
    for passage in passages:
        a, b = read_passage(first, passage, special).logits, read_passage(second, passage, special).logits
        worst = max(worst, float(np.abs(1 / (1 + np.exp(-a)) - 1 / (1 + np.exp(-b))).max()))
    return math.ceil(worst * 100 + 1) / 100


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
