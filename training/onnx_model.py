"""The network as an ONNX graph: the same computation as `Network.forward`, node by node."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper

from training.network import Network
from training.onnx_builder import Builder, Form

CLOSED = -10000.0  # what a key that is padding adds to its score


def build_onnx(network: Network, form: Form) -> onnx.ModelProto:
    """Inputs input_ids, attention_mask, token_type_ids [batch, length]; outputs logits and last_hidden_state."""
    return GraphWriter(network, form).write()


def linear_input_names(network: Network) -> dict[str, str]:
    """For the float32 graph: the tensor that goes into each linear layer (for static calibration)."""
    writer = GraphWriter(network, Form())
    writer.write()
    return writer.builder.linear_inputs


class GraphWriter:
    """Writes one graph."""

    def __init__(self, network: Network, form: Form):
        self.config = network.config
        self.weights = {name: value.detach().float().numpy() for name, value in network.state_dict().items()}
        self.builder = Builder(form)

    def write(self) -> onnx.ModelProto:
        builder, config = self.builder, self.config
        states = [self.embed()]
        bias = self.attention_bias()
        for index in range(config.layers):
            states.append(self.layer(states[-1], index, bias))
        logits = self.head([states[i] for i in config.read_states])
        builder.op("Identity", [states[-1]], output="last_hidden_state")
        builder.op("Identity", [logits], output="logits")
        shape = ["batch", "length"]
        inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, shape) for n in ("input_ids", "attention_mask", "token_type_ids")]
        outputs = [
            helper.make_tensor_value_info("logits", TensorProto.FLOAT, [*shape, 2]),
            helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*shape, config.width]),
        ]
        return builder.model("contextsieve-small", inputs, outputs)

    def norm(self, x: str, name: str, epsilon: float) -> str:
        return self.builder.norm(x, name, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"], epsilon)

    def linear(self, x: str, name: str) -> str:
        return self.builder.linear(x, name, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def embed(self) -> str:
        builder = self.builder
        words = builder.embedding("input_ids", "word_embedding", self.weights["word_embedding.weight"])
        types = builder.op("Gather", [builder.constant("type_embedding", self.weights["type_embedding.weight"]), "token_type_ids"])
        length = builder.op("Shape", ["input_ids"], start=1, end=2)
        table = builder.constant("position_embedding", self.weights["position_embedding.weight"])
        positions = builder.op("Slice", [table, builder.ints(0), length, builder.ints(0)])
        total = builder.op("Add", [builder.op("Add", [words, types]), positions])
        return self.norm(total, "embedding_norm", self.config.norm_eps)

    def attention_bias(self) -> str:
        builder = self.builder
        mask = builder.op("Cast", ["attention_mask"], to=TensorProto.FLOAT)
        closed = builder.op("Sub", [builder.number(1.0), mask])
        return builder.op("Unsqueeze", [builder.op("Mul", [closed, builder.number(CLOSED)]), builder.ints(1, 2)])

    def layer(self, x: str, index: int, bias: str) -> str:
        builder, config, prefix = self.builder, self.config, f"layers.{index}"
        size = config.width // config.heads
        joined = self.linear(x, f"{prefix}.attention_in")
        joined = builder.op("Reshape", [joined, builder.ints(0, 0, 3, config.heads, size)])
        joined = builder.op("Transpose", [joined], perm=[2, 0, 3, 1, 4])
        query, key, value = (builder.op("Gather", [joined, builder.constant(f"index_{i}", np.array(i, dtype=np.int64))], axis=0) for i in range(3))
        query = builder.op("Mul", [query, builder.number(size**-0.5)])
        scores = builder.op("MatMul", [query, builder.op("Transpose", [key], perm=[0, 1, 3, 2])])
        weights = builder.op("Softmax", [builder.op("Add", [scores, bias])], axis=-1)
        mixed = builder.op("Transpose", [builder.op("MatMul", [weights, value])], perm=[0, 2, 1, 3])
        mixed = builder.op("Reshape", [mixed, builder.ints(0, 0, config.width)])
        x = self.norm(builder.op("Add", [x, self.linear(mixed, f"{prefix}.attention_out")]), f"{prefix}.attention_norm", config.norm_eps)
        inner = builder.op("Gelu", [self.linear(x, f"{prefix}.feed_in")])
        return self.norm(builder.op("Add", [x, self.linear(inner, f"{prefix}.feed_out")]), f"{prefix}.feed_norm", config.norm_eps)

    def head(self, states: list[str]) -> str:
        builder, config = self.builder, self.config
        normed = [self.norm(state, f"head.norms.{i}", 1e-5) for i, state in enumerate(states)]
        x = builder.op("Gelu", [self.linear(builder.op("Concat", normed, axis=-1), "head.inner")])
        mask = builder.op("Unsqueeze", [builder.op("Cast", ["attention_mask"], to=TensorProto.FLOAT), builder.ints(-1)])
        x = builder.op("Mul", [x, mask])
        flipped = builder.op("Transpose", [x], perm=[0, 2, 1])
        kernel = builder.constant("head.mix.weight", self.weights["head.mix.weight"])
        shift = builder.constant("head.mix.bias", self.weights["head.mix.bias"])
        half = config.head_kernel // 2
        mixed = builder.op("Conv", [flipped, kernel, shift], group=config.head_width, pads=[half, half])
        x = self.norm(builder.op("Add", [x, builder.op("Transpose", [mixed], perm=[0, 2, 1])]), "head.norm", 1e-5)
        outer = builder.constant("head.outer.weight", self.weights["head.outer.weight"].T)
        raw = builder.op("Add", [builder.op("MatMul", [x, outer]), builder.constant("head.outer.bias", self.weights["head.outer.bias"])])
        keep = builder.op("Slice", [raw, builder.ints(0), builder.ints(1), builder.ints(2)])
        gap = builder.op("Softplus", [builder.op("Slice", [raw, builder.ints(1), builder.ints(2), builder.ints(2)])])
        return builder.op("Concat", [keep, builder.op("Sub", [keep, gap])], axis=-1)
