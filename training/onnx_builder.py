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
    "dequantized" (the int8 weights, turned to float32 when the graph is loaded); "blocks4" (4-bit weights in blocks,
    activations 8 bits in blocks), "unpacked4" (the same weights, turned to float32 when the graph is loaded); "row4"
    (the same in the file; "row" once loaded). 4 bits are exact for weights that were read from such blocks: a frozen
    base's.
    down: the same for the feed-forward down projections; head: for the word head. embeddings: "float32", "float16",
    "int8" (a scale per row), "folded" (int8 in the file, float32 once loaded) or "blocks4" (4 bits, a scale per block).
    bits: 8, or 7 for processors whose 8-bit products saturate (no VNNI).
    """

    linear: str = "float32"
    down: str = ""
    embeddings: str = "float32"
    bits: int = 8
    head: str = ""
    scales: dict[str, tuple[float, int]] = field(default_factory=dict, hash=False)

    def of(self, name: str) -> str:
        if self.head and name.startswith("head."):
            return self.head
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
        elif form == "blocks4":
            product = self.four_bit(x, name, weight)
        elif form == "unpacked4":
            product = self.op("MatMul", [x, self.op("Transpose", [self.unpacked(name, weight)], perm=[1, 0])])
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

    def requantized(self, name: str, weight: np.ndarray) -> tuple[str, str]:
        """As `quantized`, from 4-bit blocks in the file; the integers are made when the graph is loaded."""
        whole, scales = self.quantized(name, weight)
        limit = float(np.abs(self.initializers.pop(whole)).max())
        steps = self.op("Unsqueeze", [scales, self.ints(-1)])
        rounded = self.op("Round", [self.op("Div", [self.unpacked(name, weight), steps])])
        clipped = self.op("Clip", [rounded, self.number(-limit), self.number(limit)])
        return self.op("Transpose", [self.op("Cast", [clipped], to=TensorProto.INT8)], perm=[1, 0]), scales

    def unpacked(self, name: str, weight: np.ndarray) -> str:
        """A matrix [out, in] from 4-bit blocks in the file."""
        out, width = weight.shape
        return self.unpack(*self.packed(name, weight), [out, width // BLOCK], [out, width])

    def integer(self, x: str, name: str, weight: np.ndarray, form: str) -> str:
        whole, scales = self.requantized(name, weight) if form == "row4" else self.quantized(name, weight)
        rows = ""
        if form == "tensor":
            self.counter += 1
            outputs = [f"quantized_{self.counter}", f"scale_{self.counter}", f"zero_{self.counter}"]
            self.nodes.append(helper.make_node("DynamicQuantizeLinear", [x], outputs, name=f"DynamicQuantizeLinear_{self.counter}"))
            small, scale, zero = outputs
        elif form in ("row", "row4"):
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

    def packed(self, name: str, weight: np.ndarray) -> tuple[str, str]:
        """Codes [rows, columns / 2], two a byte, the even column's low, and scales [rows, blocks] of a matrix that
        comes from 4-bit blocks: the widest weight of a block has the code -8."""
        blocks = weight.reshape(-1, BLOCK)
        widest = blocks[np.arange(len(blocks)), np.abs(blocks).argmax(1)]
        scales = (widest / -8).astype(np.float16)
        steps = np.where(scales == 0, 1, scales).astype(np.float32)[:, None]
        codes = np.clip(np.rint(blocks / steps), -8, 7).astype(np.int8) + 8
        pairs = (codes[:, 0::2] | (codes[:, 1::2] << 4)).astype(np.uint8)
        rows = len(weight)
        return self.constant(f"{name}.codes", pairs.reshape(rows, -1)), self.constant(f"{name}.scales", scales.reshape(rows, -1))

    def unpack(self, codes: str, scales: str, blocks: Sequence[int], shape: Sequence[int]) -> str:
        """Codes and scales as numbers of a shape; `blocks` is the shape with the number of blocks at its end."""
        low = self.op("BitwiseAnd", [codes, self.constant("low_half", np.array(15, dtype=np.uint8))])
        high = self.op("BitShift", [codes, self.constant("half_byte", np.array(4, dtype=np.uint8))], direction="RIGHT")
        pairs = [self.op("Unsqueeze", [half, self.ints(-1)]) for half in (low, high)]
        joined = self.op("Reshape", [self.op("Concat", pairs, axis=-1), self.ints(*blocks, BLOCK)])
        whole = self.op("Sub", [self.op("Cast", [joined], to=TensorProto.FLOAT), self.number(8.0)])
        steps = self.op("Unsqueeze", [self.op("Cast", [scales], to=TensorProto.FLOAT), self.ints(-1)])
        return self.op("Reshape", [self.op("Mul", [whole, steps]), self.ints(*shape)])

    def four_bit(self, x: str, name: str, weight: np.ndarray) -> str:
        codes, scales = self.packed(name, weight)
        out, width = weight.shape
        shaped = self.initializers[codes].reshape(out, width // BLOCK, BLOCK // 2)
        self.initializers[codes] = shaped
        steps = self.constant(f"{name}.steps", self.initializers.pop(scales).astype(np.float32).reshape(-1))
        return self.op("MatMulNBits", [x, codes, steps], domain=MICROSOFT, K=width, N=out, bits=4, block_size=BLOCK, accuracy_level=4)

    def embedding(self, ids: str, name: str, table: np.ndarray) -> str:
        """Rows of a table, in the form asked for."""
        form = self.form.embeddings
        if form == "float32":
            return self.op("Gather", [self.constant(name, table), ids])
        if form == "float16":
            rows = self.op("Gather", [self.constant(f"{name}.half", table.astype(np.float16)), ids])
            return self.op("Cast", [rows], to=TensorProto.FLOAT)
        if form == "blocks4":
            rows, steps = (self.op("Gather", [part, ids]) for part in self.packed(name, table))
            return self.unpack(rows, steps, [0, 0, table.shape[1] // BLOCK], [0, 0, table.shape[1]])
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
