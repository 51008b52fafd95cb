"""Several graphs over one file of weights."""

from __future__ import annotations

from pathlib import Path

import onnx

SMALLEST = 1024
ALIGNMENT = 64


def save_sharing(graphs: dict[Path, onnx.ModelProto], data: Path) -> None:
    """Saves each graph; equal tensors of `SMALLEST` bytes and more lie once in `data`, next to the graphs."""
    places: dict[bytes, tuple[int, int]] = {}
    with data.open("wb") as weights:
        for file, model in graphs.items():
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
            file.write_bytes(model.SerializeToString())
