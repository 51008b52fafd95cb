"""A small writer of ONNX graphs, with the linear layers in the forms that are compared for the CPU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 21
MICROSOFT = "com.microsoft"
BLOCK = 32
CLIPPING = (1.0, 0.95, 0.9, 0.85, 0.8, 0.7)  # shares of the widest weight that are tried as the limit


@dataclass(frozen=True)
class Form:
    """How weights are stored and multiplied.

    linear: "float32"; "tensor" (dynamic int8, one activation scale per run); "row" (dynamic int8, one scale per
    token); "static" (int8, scales fixed in advance); "weight" (8-bit weights in blocks, float activations);
    "dequantized" (the int8 weights, turned to float32 when the graph is loaded).
    down: the same for the feed-forward down projections. embeddings: "float32", "float16", "int8" (a scale per row) or
    "folded" (int8 in the file, float32 once loaded).
    bits: 8, or 7 for processors whose 8-bit products saturate (no VNNI).
    """

    linear: str = "float32"
    down: str = ""
    embeddings: str = "float32"
    bits: int = 8
    scales: dict[str, tuple[float, int]] = field(default_factory=dict, hash=False)

    def of(self, name: str) -> str:
        return self.down if self.down and name.endswith("feed_out") else self.linear


class Builder:
    """Collects nodes and initializers; every method returns the name of its result."""

    def __init__(self, form: Form):
        self.form = form
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: dict[str, np.ndarray] = {}
        self.linear_inputs: dict[str, str] = {}
        self.counter = 0

    def constant(self, name: str, value: np.ndarray) -> str:
        self.initializers.setdefault(name, np.array(value, order="C"))
        return name

    def op(self, kind: str, inputs: Sequence[str], output: str = "", domain: str = "", **attributes: object) -> str:
        self.counter += 1
        output = output or f"{kind.lower()}_{self.counter}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], name=f"{kind}_{self.counter}", domain=domain, **attributes))
        return output

    def ints(self, *values: int) -> str:
        return self.constant("ints_" + "_".join(str(v).replace("-", "m") for v in values), np.array(values, dtype=np.int64))

    def number(self, value: float) -> str:
        return self.constant(f"number_{value!r}".replace("-", "m"), np.array(value, dtype=np.float32))

    def norm(self, x: str, name: str, weight: np.ndarray, bias: np.ndarray, epsilon: float) -> str:
        scale, shift = self.constant(f"{name}.weight", weight), self.constant(f"{name}.bias", bias)
        return self.op("LayerNormalization", [x, scale, shift], axis=-1, epsilon=epsilon)

    def linear(self, x: str, name: str, weight: np.ndarray, bias: np.ndarray) -> str:
        """`x @ weight.T + bias` for a weight [out, in], in the form asked for."""
        self.linear_inputs[name] = x
        form = self.form.of(name)
        shift = self.constant(f"{name}.bias", bias)
        if form == "float32":
            product = self.op("MatMul", [x, self.constant(f"{name}.weight", weight.T)])
        elif form == "weight":
            product = self.weight_only(x, name, weight)
        elif form == "dequantized":
            whole, scales = self.quantized(name, weight)
            folded = self.op("Mul", [self.op("Cast", [whole], to=TensorProto.FLOAT), scales])
            product = self.op("MatMul", [x, folded])
        else:
            product = self.integer(x, name, weight, form)
        return self.op("Add", [product, shift])

    def quantized(self, name: str, weight: np.ndarray) -> tuple[str, str]:
        """Signed integers [in, out] with a scale per output channel, the one of least squared error."""
        limit = 2 ** (self.form.bits - 1) - 1
        widest = np.maximum(np.abs(weight).max(1, keepdims=True), 1e-8) / limit
        tried = [np.clip(np.rint(weight / (f * widest)), -limit, limit) for f in CLIPPING]
        errors = np.stack([((weight - f * widest * t) ** 2).sum(1) for f, t in zip(CLIPPING, tried, strict=True)])
        best = errors.argmin(0)
        scales = widest[:, 0] * np.array(CLIPPING)[best]
        whole = np.stack(tried)[best, np.arange(len(weight))].astype(np.int8)
        return self.constant(f"{name}.weight.int8", whole.T), self.constant(f"{name}.weight.scale", scales.astype(np.float32))

    def integer(self, x: str, name: str, weight: np.ndarray, form: str) -> str:
        whole, scales = self.quantized(name, weight)
        rows = ""
        if form == "tensor":
            self.counter += 1
            outputs = [f"quantized_{self.counter}", f"scale_{self.counter}", f"zero_{self.counter}"]
            self.nodes.append(helper.make_node("DynamicQuantizeLinear", [x], outputs, name=f"DynamicQuantizeLinear_{self.counter}"))
            small, scale, zero = outputs
        elif form == "row":
            rows = self.op("ReduceMax", [self.op("Abs", [x]), self.ints(-1)], keepdims=1)
            rows = self.op("Max", [rows, self.number(1e-6)])
            scale, zero = self.number(1 / 127), self.constant("zero_128", np.array(128, dtype=np.uint8))
            small = self.op("QuantizeLinear", [self.op("Div", [x, rows]), scale, zero])
        else:
            value, offset = self.form.scales[name]
            scale = self.constant(f"{name}.input.scale", np.array(value, dtype=np.float32))
            zero = self.constant(f"{name}.input.zero", np.array(offset, dtype=np.uint8))
            small = self.op("QuantizeLinear", [x, scale, zero])
        product = self.op("MatMulIntegerToFloat", [small, whole, scale, scales, zero], domain=MICROSOFT)
        return self.op("Mul", [product, rows]) if rows else product

    def weight_only(self, x: str, name: str, weight: np.ndarray) -> str:
        out, width = weight.shape
        blocks = weight.reshape(out, width // BLOCK, BLOCK)
        scales = np.maximum(np.abs(blocks).max(2), 1e-8) / 127
        whole = (np.clip(np.rint(blocks / scales[..., None]), -127, 127) + 128).astype(np.uint8)
        packed = self.constant(f"{name}.weight.blocks", whole)
        scale = self.constant(f"{name}.weight.scales", scales.astype(np.float32))
        return self.op(
            "MatMulNBits", [x, packed, scale], domain=MICROSOFT, K=width, N=out, bits=8, block_size=BLOCK, accuracy_level=4
        )

    def embedding(self, ids: str, name: str, table: np.ndarray) -> str:
        """Rows of a table, in the form asked for."""
        form = self.form.embeddings
        if form == "float32":
            return self.op("Gather", [self.constant(name, table), ids])
        if form == "float16":
            rows = self.op("Gather", [self.constant(f"{name}.half", table.astype(np.float16)), ids])
            return self.op("Cast", [rows], to=TensorProto.FLOAT)
        scales = np.maximum(np.abs(table).max(1, keepdims=True), 1e-8) / 127
        whole = self.constant(f"{name}.int8", np.rint(table / scales).astype(np.int8))
        scale = self.constant(f"{name}.scale", scales.astype(np.float32))
        if form == "folded":
            return self.op("Gather", [self.op("Mul", [self.op("Cast", [whole], to=TensorProto.FLOAT), scale]), ids])
        rows = self.op("Cast", [self.op("Gather", [whole, ids])], to=TensorProto.FLOAT)
        return self.op("Mul", [rows, self.op("Gather", [scale, ids])])

    def tensors(self) -> list[onnx.TensorProto]:
        """The initializers so far."""
        return [numpy_helper.from_array(value, key) for key, value in self.initializers.items()]

    def model(self, name: str, inputs: list[onnx.ValueInfoProto], outputs: list[onnx.ValueInfoProto]) -> onnx.ModelProto:
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.tensors())
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="contextsieve")
