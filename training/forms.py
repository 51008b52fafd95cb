"""The forms the model could be shipped in, by name."""

from __future__ import annotations

import dataclasses

import numpy as np
import onnx
import onnxruntime

from training.corpus import Passage
from training.network import Network
from training.onnx_builder import Form
from training.onnx_model import build_onnx, linear_input_names

FORMS: dict[str, Form] = {
    "fp32": Form(),
    "fp32, fp16 embeddings": Form(embeddings="float16"),
    "fp32, int8 embeddings": Form(embeddings="int8"),
    "dynamic int8": Form("tensor", embeddings="int8"),
    "dynamic int8, 7-bit weights": Form("tensor", embeddings="int8", bits=7),
    "dynamic int8, down projections float": Form("tensor", "float32", embeddings="int8"),
    "dynamic int8, down projections weight-only": Form("tensor", "weight", embeddings="int8"),
    "int8 per token": Form("row", embeddings="int8"),
    "int8 per token, 7-bit weights": Form("row", embeddings="int8", bits=7),
    "int8, per token in down projections": Form("tensor", "row", embeddings="int8"),
    "int8 per token, down projections weight-only": Form("row", "weight", embeddings="int8"),
    "static int8": Form("static", embeddings="int8"),
    "static int8, down projections per token": Form("static", "row", embeddings="int8"),
    "weight-only int8": Form("weight", embeddings="int8"),
    "7-bit weights, float32 products": Form("dequantized", embeddings="folded", bits=7),
}

# A base that was read from 4-bit blocks and left as it is loses nothing in them.
FROZEN_FORMS: dict[str, Form] = {
    "fp32, 4-bit embeddings": Form(embeddings="blocks4"),
    "4-bit blocks": Form("blocks4", embeddings="blocks4", bits=7, head="row"),
    "4-bit blocks, int8 per token, 7-bit weights": Form("row4", embeddings="blocks4", bits=7, head="row"),
    "4-bit blocks, int8 per token, 8-bit weights": Form("row4", embeddings="blocks4", head="row"),
    "4-bit blocks, float32 products": Form("unpacked4", embeddings="blocks4", bits=7, head="dequantized"),
}
ALL_FORMS = FORMS | FROZEN_FORMS


def session(model: onnx.ModelProto | bytes | str, threads: int = 2) -> onnxruntime.InferenceSession:
    """A CPU session; weights are given as a file name or in memory."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    source = model.SerializeToString() if isinstance(model, onnx.ModelProto) else model
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def calibrated(form: Form, network: Network, passages: list[Passage]) -> Form:
    """The form with input scales measured on passages, where it needs them (min-max, zero included)."""
    if "static" not in (form.linear, form.down):
        return form
    from training.onnx_run import passage_feed

    names = linear_input_names(network)
    model = build_onnx(network, Form())
    del model.graph.output[:]
    tensors = sorted(set(names.values()))
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(t) for t in tensors)
    observer = session(model)
    low, high = dict.fromkeys(tensors, 0.0), dict.fromkeys(tensors, 0.0)
    for passage in passages:
        for tensor, value in zip(tensors, observer.run(tensors, passage_feed(passage)), strict=True):
            low[tensor], high[tensor] = min(low[tensor], float(value.min())), max(high[tensor], float(value.max()))
    scales = {}
    for name, tensor in names.items():
        step = max((high[tensor] - low[tensor]) / 255, 1e-8)
        scales[name] = (step, int(np.clip(np.rint(-low[tensor] / step), 0, 255)))
    return dataclasses.replace(form, scales=scales)
