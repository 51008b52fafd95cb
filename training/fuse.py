"""Writes a graph's integer form with the kernels that the CPU's runtime has for whole steps of it:
`python -m training.fuse --model small` does so to the shipped graph as it stands.

Scores stay what they are, but for the last bits of a few: the same sums in another order. Three steps change.
Attention is one MultiHeadAttention (com.microsoft) in place of transpositions, two products and a softmax; a token's
activations are brought to 8 bits by a QuantizeLinear with a scale per token (blocks as long as the token is wide,
opset 21) in place of a division first; and behind a GELU, which never falls below -0.17, nothing looks for the
absolute value.
"""

from __future__ import annotations

import argparse
import json

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper

from training.onnx_builder import MICROSOFT
from training.onnx_model import CLOSED

LEAST_GELU = 0.17
ZERO_ROWS = "zero_rows"
OPEN_KEYS = "open_keys"


def main() -> None:
    from training.export import change_graphs, write_manifest
    from training.models import MODELS

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="small", choices=sorted(MODELS))
    model = MODELS[parser.parse_args().model]
    manifest = json.loads((model.folder / "manifest.json").read_text())
    change_graphs(model, manifest, lambda graph, form: None)
    write_manifest(manifest, model.folder, model.build)


def fuse(model: onnx.ModelProto) -> onnx.ModelProto:
    """Rewrites what can be in place, again after nodes were added; a graph without integer products stays as it is."""
    Fusion(model.graph).apply()
    return model


class Fusion:
    """The rewriting of one graph: what is put where, and what is no longer needed."""

    def __init__(self, graph: onnx.GraphProto):
        self.graph = graph
        self.makers = {output: node for node in graph.node for output in node.output}
        self.stored = {tensor.name: tensor for tensor in graph.initializer}
        self.first: list[NodeProto] = []
        self.instead: dict[str, list[NodeProto]] = {}

    def apply(self) -> None:
        products = [node for node in self.graph.node if node.op_type == "MatMulIntegerToFloat"]
        if not products:
            return
        for product in products:
            self.fuse_quantizer(product)
        for softmax in [node for node in self.graph.node if node.op_type == "Softmax"]:
            self.fuse_attention(softmax)
        nodes = [*self.first, *(new for old in self.graph.node for new in self.instead.get(old.output[0], [old]))]
        wanted = {output.name for output in self.graph.output}
        kept = []
        for node in reversed(nodes):
            if wanted.intersection(node.output):
                wanted.update(node.input)
                kept.append(node)
        del self.graph.node[:]
        self.graph.node.extend(reversed(kept))

    def fuse_quantizer(self, product: NodeProto) -> None:
        quantize = self.makers[product.input[0]]
        divide = self.makers.get(quantize.input[0])
        if divide is None or divide.op_type != "Div":
            return
        states, widest = divide.input
        self.fuse_absolute(states, self.makers[widest])
        steps, zero = f"{widest}_steps", self.zero_rows(quantize.input[2])
        self.instead[quantize.output[0]] = [
            helper.make_node("Mul", [widest, quantize.input[1]], [steps], name=f"{quantize.name}_steps"),
            helper.make_node(
                "QuantizeLinear",
                [states, steps, zero],
                list(quantize.output),
                name=quantize.name,
                axis=-1,
                block_size=self.width_of(product.input[1]),
            ),
        ]

    def fuse_absolute(self, states: str, floor: NodeProto) -> None:
        maker, reduce = self.makers.get(states), self.makers[floor.input[0]]
        if maker is None or maker.op_type != "Gelu":
            return
        reduce.input[0] = states
        floor.input[1] = self.constant("least_gelu", np.array(LEAST_GELU, dtype=np.float32))

    def fuse_attention(self, softmax: NodeProto) -> None:
        biased = self.makers[softmax.input[0]]
        scores = self.makers[biased.input[0]]
        queries = self.makers[self.makers[scores.input[0]].input[0]]
        apart = self.makers[queries.input[0]]
        shaped = self.makers[apart.input[0]]
        heads, size = (int(value) for value in self.values(shaped.input[1])[-2:])
        mixed = self.user(self.user(self.user(softmax.output[0]).output[0]).output[0])
        parts = [f"{mixed.output[0]}_{part}" for part in ("query", "key", "value")]
        sizes = self.constant("three_widths", np.full(3, heads * size, dtype=np.int64))
        self.instead[mixed.output[0]] = [
            helper.make_node("Split", [shaped.input[0], sizes], parts, name=f"{mixed.name}_parts", axis=-1),
            helper.make_node(
                "MultiHeadAttention",
                [*parts, "", self.open_keys()],
                list(mixed.output),
                name=mixed.name,
                domain=MICROSOFT,
                num_heads=heads,
                mask_filter_value=CLOSED,
            ),
        ]

    def zero_rows(self, zero: str) -> str:
        """Zero points of all tokens, [batch, length, 1]: equal ones, but a scale per token wants one each."""
        if not self.has(ZERO_ROWS):
            last = self.constant("ints_m1", np.array([-1], dtype=np.int64))
            value = numpy_helper.from_array(self.values(zero).reshape(1))
            self.first += [
                helper.make_node("Unsqueeze", ["attention_mask", last], ["mask_rows"], name="mask_rows"),
                helper.make_node("Shape", ["mask_rows"], ["rows_shape"], name="rows_shape"),
                helper.make_node("ConstantOfShape", ["rows_shape"], [ZERO_ROWS], name=ZERO_ROWS, value=value),
            ]
        return ZERO_ROWS

    def open_keys(self) -> str:
        """The attention mask as the kernel wants it."""
        if not self.has(OPEN_KEYS):
            self.first.append(helper.make_node("Cast", ["attention_mask"], [OPEN_KEYS], name=OPEN_KEYS, to=TensorProto.INT32))
        return OPEN_KEYS

    def has(self, name: str) -> bool:
        return name in self.makers or any(name in node.output for node in self.first)

    def width_of(self, weight: str) -> int:
        """Rows of a weight [in, out]; of one that is made when the graph is loaded, columns of what it is made from."""
        if weight in self.stored:
            return self.stored[weight].dims[0]
        node = self.makers[weight]
        while node.op_type != "Reshape":
            node = self.makers[node.input[0]]
        return int(self.values(node.input[1])[-1])

    def values(self, name: str) -> np.ndarray:
        return numpy_helper.to_array(self.stored[name])

    def user(self, name: str) -> NodeProto:
        """The only node that takes it."""
        (node,) = [node for node in self.graph.node if name in node.input]
        return node

    def constant(self, name: str, value: np.ndarray) -> str:
        if name not in self.stored:
            self.graph.initializer.append(numpy_helper.from_array(value, name))
            self.stored[name] = self.graph.initializer[-1]
        return name


if __name__ == "__main__":
    main()
