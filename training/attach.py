"""Puts the pivot head into graphs that stand: none of their tensors and nodes changes.

The head reads what the word head reads, the normalised states of all layers, joined; `logits` gets a third column.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
from google.protobuf.internal.containers import RepeatedCompositeFieldContainer
from onnx import helper

from training.onnx_builder import Builder, Form

MARK = "pivot."


def joined_states(model: onnx.ModelProto) -> str:
    """Name of the tensor that the word head reads, [batch, length, (layers + 1) x width]."""
    norms = {node.output[0] for node in model.graph.node if node.op_type == "LayerNormalization" and node.input[1].startswith("head.norms.")}
    return next(node.output[0] for node in model.graph.node if node.op_type == "Concat" and norms.issuperset(node.input))


def attach_pivot(model: onnx.ModelProto, weights: dict[str, np.ndarray], form: Form) -> None:
    """Adds a head to a graph of the given form, in place of one that may be there; `weights` as in `PivotHead`."""
    detach_pivot(model)
    graph = model.graph
    keep_and_core = take_logits(graph)
    builder = Builder(form)
    builder.counter = len(graph.node) + 1
    inner = builder.linear(joined_states(model), f"{MARK}inner", weights["inner.weight"], weights["inner.bias"])
    outer = builder.constant(f"{MARK}outer.weight", weights["outer.weight"].T)
    product = builder.op("MatMul", [builder.op("Gelu", [inner]), outer])
    pivot = builder.op("Add", [product, builder.constant(f"{MARK}outer.bias", weights["outer.bias"])])
    builder.op("Concat", [keep_and_core, pivot], output="logits", axis=-1)
    for node in builder.nodes:
        node.name = f"{MARK}{node.name}"
    graph.node.extend(builder.nodes)
    present = {tensor.name for tensor in graph.initializer}
    graph.initializer.extend(tensor for tensor in builder.tensors() if tensor.name not in present)
    set_columns(graph, 3)


def detach_pivot(model: onnx.ModelProto) -> None:
    """Takes a head out that `attach_pivot` put in."""
    graph = model.graph
    if not any(node.name.startswith(MARK) for node in graph.node):
        return
    keep_and_core = take_logits(graph)
    keep_where(graph.node, lambda node: not node.name.startswith(MARK))
    keep_where(graph.initializer, lambda tensor: not tensor.name.startswith(MARK))
    graph.node.append(helper.make_node("Identity", [keep_and_core], ["logits"], name=f"Identity_{len(graph.node) + 1}", domain=""))
    set_columns(graph, 2)


def take_logits(graph: onnx.GraphProto) -> str:
    """Removes the node that gives `logits`; returns its first input, the logits of keep and core."""
    first = next(node.input[0] for node in graph.node if node.output[0] == "logits")
    keep_where(graph.node, lambda node: node.output[0] != "logits")
    return first


def keep_where(items: RepeatedCompositeFieldContainer, wanted: Callable) -> None:
    kept = [item for item in items if wanted(item)]
    del items[:]
    items.extend(kept)


def set_columns(graph: onnx.GraphProto, count: int) -> None:
    logits = next(output for output in graph.output if output.name == "logits")
    logits.type.tensor_type.shape.dim[2].dim_value = count
