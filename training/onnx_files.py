"""Several graphs over one file of weights."""

from __future__ import annotations

import hashlib
from pathlib import Path

import onnx

SMALLEST = 1024
ALIGNMENT = 64


def save_sharing(graphs: dict[Path, onnx.ModelProto], data: Path) -> None:
    """Saves each graph; equal tensors of `SMALLEST` bytes and more lie once in `data`, next to the graphs.

    Each graph names the SHA-256 of its weights, so that a graph's own checksum changes with them.
    """
    places: dict[bytes, tuple[int, int]] = {}
    with data.open("wb") as weights:
        for model in graphs.values():
            for tensor in model.graph.initializer:
                raw = tensor.raw_data
                if len(raw) < SMALLEST:
                    continue
                if raw not in places:
                    weights.write(b"\0" * (-weights.tell() % ALIGNMENT))
                    places[raw] = (weights.tell(), len(raw))
                    weights.write(raw)
                onnx.external_data_helper.set_external_data(tensor, data.name, *places[raw])
                tensor.ClearField("raw_data")
    checksum = hashlib.sha256(data.read_bytes()).hexdigest()
    for file, model in graphs.items():
        onnx.helper.set_model_props(model, {"weights.sha256": checksum})
        file.write_bytes(model.SerializeToString())
