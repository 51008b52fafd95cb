"""Writes the model folder: `python -m training.export --weights build/train/bundled/weights.pt`.

models/contextsieve-small/ gets tokenizer.json, manifest.json and two graphs over one file of weights,
model.int8.onnx_data: model.int8.onnx multiplies integers (the CPU's form), model.gpu.onnx turns them to float32 when
it is loaded (for devices without integer kernels). build/models gets the float32 graph, which is never committed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
from pathlib import Path

import numpy as np
import onnx
from tokenizers import Tokenizer

from training.calibrate import Calibration, calibrate_relevance
from training.corpus import CLS, PAD, SEP, UNK, Passage, PieceEncoder, read_distil
from training.forms import FORMS, calibrated, session
from training.load import load_weights
from training.network import Network, base_folder
from training.onnx_files import save_sharing
from training.onnx_model import build_onnx
from training.onnx_run import read_passage
from training.packing import Workers

NAME, VERSION = "contextsieve-small", "0.2.0"
SHIPPED = "int8 per token, 7-bit weights"
GPU_FORM = "7-bit weights, float32 products"
FLOAT_FILE = "model.fp32.onnx"
INT8_FILE = "model.int8.onnx"
GPU_FILE = "model.gpu.onnx"
DATA_FILE = "model.int8.onnx_data"
SHIPPED_FILES = ("tokenizer.json", INT8_FILE, GPU_FILE, DATA_FILE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=Path("build/train/bundled/weights.pt"))
    parser.add_argument("--data", type=Path, default=Path("build/dataset"))
    parser.add_argument("--out", type=Path, default=Path("models/contextsieve-small"))
    parser.add_argument("--build", type=Path, default=Path("build/models/contextsieve-small"))
    parser.add_argument("--form", default=SHIPPED, choices=sorted(FORMS))
    parser.add_argument("--questions", type=int, default=0, help="calibrate on the first N of each set only (0: all)")
    arguments = parser.parse_args()
    network = load_weights(arguments.weights)
    export(network, arguments.data, arguments.out, arguments.build, arguments.form, arguments.questions)


def export(network: Network, data: Path, out: Path, build: Path, form_name: str, questions: int = 0) -> dict:
    """Writes all files; returns the manifest."""
    out.mkdir(parents=True, exist_ok=True)
    build.mkdir(parents=True, exist_ok=True)
    write_tokenizer(out / "tokenizer.json")
    encoder = PieceEncoder(out / "tokenizer.json")
    seen = [p for p in read_distil(data / "distil.train.jsonl", encoder)[::40] if len(p.ids) <= 254]
    onnx.save(build_onnx(network, FORMS["fp32"]), build / FLOAT_FILE)
    graphs = {
        out / INT8_FILE: build_onnx(network, calibrated(FORMS[form_name], network, seen)),
        out / GPU_FILE: build_onnx(network, FORMS[GPU_FORM]),
    }
    save_sharing(graphs, out / DATA_FILE)

    calibration = calibrate_relevance(network, data, Workers(2), questions)
    dev = read_distil(data / "distil.dev.jsonl", encoder)
    tolerances = {file: largest_gap(build / FLOAT_FILE, out / file, dev) for file in (INT8_FILE, GPU_FILE)}
    manifest = build_manifest(network, form_name, calibration, tolerances)
    write_manifest(manifest, out, build)
    (build / "calibration.json").write_text(json.dumps(calibration.figures, indent=2) + "\n")
    print(json.dumps(manifest, indent=2))
    return manifest


def build_manifest(network: Network, form_name: str, calibration: Calibration, tolerances: dict[str, float]) -> dict:
    return {
        "name": NAME,
        "version": VERSION,
        "base": "sentence-transformers/all-MiniLM-L6-v2",
        "licence": "Apache-2.0",
        "tokenizer": "tokenizer.json",
        "specialTokens": {"cls": CLS, "sep": SEP, "pad": PAD, "unk": UNK},
        "window": {"maxTokens": 256, "contextTokens": 24},
        "tokenTypes": "shape",
        "scripts": ["Latin"],
        "scripts": ["Latin"],
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
                "maxBatchRows": 4,
                "maxBatchTokens": 1024,
                "form": form_name,
                "tolerance": tolerances[INT8_FILE],
            },
            "gpu": {
                "file": GPU_FILE,
                "data": DATA_FILE,
                "maxBatchRows": 32,
                "maxBatchTokens": 8192,
                "form": GPU_FORM,
                "tolerance": tolerances[GPU_FILE],
            },
            "fp32": {"file": FLOAT_FILE, "maxBatchRows": 8, "maxBatchTokens": 1024, "optional": True, "tolerance": 0.001},
        },
        "defaultVariant": "int8",
        "checksums": {},
    }


def write_manifest(manifest: dict, out: Path, build: Path) -> None:
    """Writes the manifest with the files' checksums, and copies the shipped files beside the float32 graph."""
    manifest["checksums"] = {file: sha256(out / file) for file in SHIPPED_FILES}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    build.mkdir(parents=True, exist_ok=True)
    for file in (*SHIPPED_FILES, "manifest.json"):
        (build / file).write_bytes((out / file).read_bytes())


def write_tokenizer(file: Path) -> None:
    """The base's tokenizer without truncation and padding."""
    tokenizer = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    file.write_text(json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":")) + "\n")


def largest_gap(reference: Path, ours: Path, passages: list[Passage]) -> float:
    """Largest difference of a word's keep or core probability from float32's, rounded up to hundredths."""
    first, second = session(str(reference)), session(str(ours))
    worst = 0.0
    for passage in passages:
        a, b = read_passage(first, passage).logits, read_passage(second, passage).logits
        worst = max(worst, float(np.abs(1 / (1 + np.exp(-a)) - 1 / (1 + np.exp(-b))).max()))
    return math.ceil(worst * 100 + 1) / 100


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
