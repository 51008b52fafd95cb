"""The promises of a word head that is trained on: it begins where the graph's stands, and alone is exchanged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from training.attach import attach_pivot, joined_states, replace_word_head, word_weights
from training.corpus import Passage, SpecialIds
from training.forms import FORMS, session
from training.frozen_states import passage_states
from training.onnx_model import build_onnx
from training.onnx_run import feed
from training.pivot import states_checksum
from training.pivot_head import PivotHead
from training.tests.test_training import SMALL, random_sequences, small_network
from training.train_head import HeadSettings, Item, figures_of, train_head
from training.windows import cut_windows
from training.word_head import standing_head, word_checksum

SHIPPED = ["int8 per token, 7-bit weights", "7-bit weights, float32 products"]


def run(model, outputs: list[str]) -> list[np.ndarray]:
    sequence = random_sequences([33])[0]
    return session(model, threads=1).run(outputs, feed(sequence.ids, sequence.types))


def graph_with_pivot(form: str):
    model = build_onnx(small_network(), FORMS[form])
    torch.manual_seed(1)
    pivot = PivotHead(3 * 32, 8).eval()
    attach_pivot(model, {name: value.numpy() for name, value in pivot.state_dict().items()}, FORMS[form])
    return model


@pytest.mark.parametrize("form", ["fp32", *SHIPPED])
def test_another_word_head_changes_keep_and_core_alone(form: str, tmp_path: Path):
    model = graph_with_pivot(form)
    onnx.save(model, tmp_path / "before.onnx")
    checksum = word_checksum(model)
    before = run(model, ["logits", "last_hidden_state"])
    other = {name.removeprefix("head."): value.numpy() for name, value in small_network(seed=5).state_dict().items() if name.startswith("head.")}
    other = {name: value for name, value in other.items() if not name.startswith("norms.")}
    assert {name: value.shape for name, value in word_weights(model).items()} == {name: value.shape for name, value in other.items()}

    replace_word_head(model, other, FORMS[form])
    after = run(model, ["logits", "last_hidden_state"])
    assert np.array_equal(after[1], before[1])
    assert np.array_equal(after[0][..., 2], before[0][..., 2])
    assert np.abs(after[0][..., :2] - before[0][..., :2]).max() > 0.05
    assert np.all(after[0][..., 1] <= after[0][..., 0])
    onnx.save(model, tmp_path / "after.onnx")
    assert word_checksum(model) != checksum
    assert states_checksum(tmp_path / "after.onnx") == states_checksum(tmp_path / "before.onnx")


@pytest.mark.parametrize("form", ["fp32", *SHIPPED])
def test_training_begins_with_what_the_graph_computes(form: str):
    model = graph_with_pivot(form)
    name = joined_states(model)
    watched = type(model).FromString(model.SerializeToString())
    watched.graph.output.add().name = name
    logits, states = run(watched, ["logits", name])
    head = standing_head(word_weights(model), SMALL, dropout=0.1).eval()
    with torch.no_grad():
        computed = head([torch.from_numpy(states)], torch.ones(states.shape[:2])).numpy()
    assert np.abs(computed - logits[..., :2]).max() < (1e-5 if form == "fp32" else 0.02)


@pytest.mark.parametrize("form", ["fp32", *SHIPPED])
def test_a_head_that_is_put_back_is_the_same(form: str):
    model = graph_with_pivot(form)
    before = run(model, ["logits"])[0]
    replace_word_head(model, word_weights(model), FORMS[form])
    assert np.abs(run(model, ["logits"])[0] - before).max() < (1e-6 if form == "fp32" else 0.05)


def test_a_standing_head_learns_from_labels(tmp_path: Path):
    random = np.random.default_rng(0)
    head = standing_head(word_weights(graph_with_pivot("fp32")), SMALL, dropout=0.0)
    items = []
    for number in range(8):
        states = random.normal(size=(42, 1, 3 * 32)).astype(np.float16)
        labels = (states[1:41, 0, 5] > 0).astype(np.int8) + (states[1:41, 0, 5] > 1)
        starts = np.arange(41, dtype=np.int32)
        passage = Passage(str(number), "de", np.zeros(40, dtype=np.int64), np.zeros(40, dtype=np.int64), starts, np.array([[0, 40]]), labels)
        items.append(Item(passage, states, 1))
    settings = HeadSettings("test", "", epochs=60, repeat=1, batch_tokens=200, learning_rate=0.01)
    trained = train_head(head, items, {"seen": items}, settings, tmp_path)
    figures = figures_of(trained, items)
    assert figures["auc_keep"] > 0.97 and figures["auc_core"] > 0.95


def test_windows_of_a_passage_give_each_of_its_tokens_once():
    count = 700
    starts = np.arange(count + 1, dtype=np.int32)
    sentences = np.array([[s, min(s + 20, count)] for s in range(0, count, 20)], dtype=np.int32)
    ids = np.arange(count, dtype=np.int64)
    passage = Passage("p", "", ids, np.zeros(count, dtype=np.int64), starts, sentences)
    special = SpecialIds(text_prefix=(7, 8))
    assert len(cut_windows(passage, prefix=2)) > 2

    def read(sequence):
        return np.array([-1, *sequence.prefix, *sequence.ids, -2], dtype=np.float32)[:, None, None]

    states = passage_states(passage, special, read)
    assert states.shape == (count + 4, 1, 1)
    assert states[:, 0, 0].tolist() == [-1, 7, 8, *range(count), -2]
