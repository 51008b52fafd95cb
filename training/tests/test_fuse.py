"""A fused graph says what it said before, in fewer steps."""

from __future__ import annotations

import numpy as np
import onnx
import pytest

from training.attach import attach_pivot
from training.forms import ALL_FORMS, session
from training.fuse import fuse
from training.onnx_model import build_onnx
from training.onnx_run import feed
from training.pivot_head import PivotHead
from training.tests.test_training import random_sequences, small_network

INTEGER = ["int8 per token, 7-bit weights", "4-bit blocks, int8 per token, 7-bit weights"]


def said(model: onnx.ModelProto, lengths: list[int]) -> list[np.ndarray]:
    """Outputs for a batch of sequences, padded to the longest."""
    singles = [feed(s.ids, s.types) for s in random_sequences(lengths)]
    widest = max(single["input_ids"].shape[1] for single in singles)
    batch = {k: np.concatenate([np.pad(s[k], ((0, 0), (0, widest - s[k].shape[1]))) for s in singles]) for k in singles[0]}
    mask = batch["attention_mask"].astype(bool)
    return [output[mask] for output in session(model, threads=1).run(["logits", "last_hidden_state"], batch)]


def kinds(model: onnx.ModelProto) -> list[str]:
    return [node.op_type for node in model.graph.node]


@pytest.mark.parametrize("form", INTEGER)
def test_a_fused_graph_says_what_it_said_before(form: str):
    model = build_onnx(small_network(), ALL_FORMS[form])
    before = said(model, [33, 7, 20])
    fuse(model)
    assert "Softmax" not in kinds(model)
    assert kinds(model).count("MultiHeadAttention") == small_network().config.layers
    for old, new in zip(before, said(model, [33, 7, 20]), strict=True):
        # A rounding that falls to the other side moves a number by a step of its 8 bits.
        assert np.abs(old - new).max() < 0.02
        assert np.median(np.abs(old - new)) < 1e-5


def test_what_joined_a_fused_graph_is_fused_too_and_only_that():
    form = ALL_FORMS[INTEGER[0]]
    model = fuse(build_onnx(small_network(), form))
    attach_pivot(model, {name: value.numpy() for name, value in PivotHead(3 * 32, 8).state_dict().items()}, form)
    fuse(model)
    once = model.SerializeToString()
    quantizers = [node for node in model.graph.node if node.op_type == "QuantizeLinear"]
    assert all(any(a.name == "block_size" for a in node.attribute) for node in quantizers)
    onnx.checker.check_model(model)
    assert fuse(model).SerializeToString() == once


def test_a_graph_without_integer_products_stays_as_it_is():
    model = build_onnx(small_network(), ALL_FORMS["7-bit weights, float32 products"])
    before = model.SerializeToString()
    assert fuse(model).SerializeToString() == before
