"""Puts trained heads into graphs that stand: the encoder's tensors and nodes do not change.

The pivot head reads what the word head reads, the normalised states of all layers, joined; `logits` gets a third column.
A word head that was trained again takes the place of the one before, tensor by tensor.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
from google.protobuf.internal.containers import RepeatedCompositeFieldContainer
from onnx import helper, numpy_helper

from training.onnx_builder import Builder, Form

MARK = "pivot."
WORD = "head."
NORMS = "head.norms."


def joined_states(model: onnx.ModelProto) -> str:
    """Name of the tensor that the word head reads, [batch, length, (layers + 1) x width]."""
    norms = {node.output[0] for node in model.graph.node if node.op_type == "LayerNormalization" and node.input[1].startswith(NORMS)}
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


def word_weights(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    """The word head of a graph as `WordHead` has it, without the norms in front of it; from int8 or float32."""
    stored = {t.name.removeprefix(WORD): numpy_helper.to_array(t) for t in model.graph.initializer if is_word_tensor(t.name)}
    whole = stored.pop("inner.weight.int8", None)
    weights = {name: value.astype(np.float32) for name, value in stored.items() if name != "inner.weight.scale"}
    inner = weights["inner.weight"] if whole is None else whole * stored["inner.weight.scale"]
    return weights | {"inner.weight": inner.T, "outer.weight": stored["outer.weight"].T}


def replace_word_head(model: onnx.ModelProto, weights: dict[str, np.ndarray], form: Form) -> None:
    """Writes a word head of the same sizes over a graph's own; `weights` as `word_weights` gives them."""
    builder = Builder(form)
    builder.linear("", f"{WORD}inner", weights["inner.weight"], weights["inner.bias"])
    fresh = {name: value for name, value in builder.initializers.items() if is_word_tensor(name)}
    fresh |= {f"{WORD}{name}": weights[name] for name in weights if not name.startswith(("inner.", "outer.weight"))}
    fresh[f"{WORD}outer.weight"] = weights["outer.weight"].T
    for tensor in model.graph.initializer:
        if is_word_tensor(tensor.name):
            tensor.CopyFrom(numpy_helper.from_array(np.array(fresh[tensor.name], order="C"), tensor.name))


def is_word_tensor(name: str) -> bool:
    """Whether a tensor is the word head's own; the norms in front of it belong to all heads."""
    return name.startswith(WORD) and not name.startswith(NORMS)


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
