"""The pivot head's promises: marks are read, the graph it joins stays as it is, it computes what was trained."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from training.attach import attach_pivot, detach_pivot, joined_states
from training.corpus import Passage
from training.forms import FORMS, session
from training.metrics import auc
from training.onnx_model import build_onnx
from training.onnx_run import feed
from training.pivot_head import Block, PivotHead, PivotSettings, train_head
from training.pivots import UNJUDGED, MarkedPassage, mark_words
from training.tests.test_training import random_sequences, small_network

FORM = FORMS["int8 per token, 7-bit weights"]


def marked_passage(words: list[str], quotations: list[str], ruled: list[int] | None = None) -> MarkedPassage:
    empty = np.zeros(0, dtype=np.int64)
    rules = np.isin(np.arange(len(words)), ruled or [])
    return MarkedPassage(Passage("p", "", empty, empty, empty, empty, words=words), mark_words(words, quotations), rules)


def test_quotations_mark_the_words_between_asterisks():
    words = ["It", "does", "not", "stop", "(", "3", "*", "4", ")", ",", "at", "least", "."]
    marked = mark_words(words, ["does *not* stop", "*3* *** *4*", "*at* *least*"])
    assert [word for word, is_marked in zip(words, marked, strict=True) if is_marked] == ["not", "3", "*", "4", "at", "least"]


@pytest.mark.parametrize("quotation", ["*never* stop", "*no*"])
def test_a_quotation_that_does_not_stand_there_once_is_an_error(quotation: str):
    with pytest.raises(ValueError, match="to stand in its passage once, got [02] times"):
        mark_words(["no", "stop", ",", "no", "go"], [quotation])


def test_what_markers_left_to_rules_is_taught_as_a_pivot_or_not_at_all():
    words = ["$", "3", ".", "5", "is", "False", "-", "not", "true"]
    passage = marked_passage(words, ["*not* true"], ruled=[0, 1, 2, 3, 6])
    assert passage.judged.tolist() == [0, UNJUDGED, 0, UNJUDGED, 0, 0, 0, 1, 0]
    assert passage.taught.tolist() == [1, UNJUDGED, 1, UNJUDGED, 0, UNJUDGED, 0, 1, UNJUDGED]


@pytest.mark.parametrize("form", ["fp32", "int8 per token, 7-bit weights", "7-bit weights, float32 products"])
def test_a_head_that_joins_a_graph_changes_nothing_else_in_it(form: str):
    model = build_onnx(small_network(), FORMS[form])
    sequence = random_sequences([33])[0]
    inputs = feed(sequence.ids, sequence.types)
    before = session(model, threads=1).run(["logits", "last_hidden_state"], inputs)
    plain = model.SerializeToString()

    torch.manual_seed(1)
    head = PivotHead(3 * 32, 8).eval()
    weights = {name: value.numpy() for name, value in head.state_dict().items()}
    for _ in range(2):  # The second head takes the first one's place.
        attach_pivot(model, weights, FORMS[form])
    after = session(model, threads=1).run(["logits", "last_hidden_state"], inputs)
    assert after[0].shape[-1] == 3
    assert np.array_equal(after[0][..., :2], before[0])
    assert np.array_equal(after[1], before[1])

    name = joined_states(model)
    watched = type(model).FromString(model.SerializeToString())
    watched.graph.output.add().name = name
    states = torch.from_numpy(session(watched, threads=1).run([name], inputs)[0][0])
    with torch.no_grad():
        expected = head(states).numpy()
    assert np.abs(after[0][0, :, 2] - expected).max() < (1e-5 if form == "fp32" else 0.1)
    detach_pivot(model)
    assert model.SerializeToString() == plain


def test_a_head_learns_from_judged_words_alone():
    random = np.random.default_rng(0)
    states = torch.from_numpy(random.normal(size=(600, 12)).astype(np.float32))
    word_of = torch.arange(600) // 2
    labels = (states.reshape(300, 2, 12).mean(1)[:, 3] > 0.3).numpy().astype(np.int8)
    wrong = np.where(np.arange(300) % 3 == 0, UNJUDGED, labels)
    blocks = [Block(states, word_of, np.arange(300))]
    settings = PivotSettings("test", "", width=8, epochs=150, warmup_steps=5, learning_rate=0.02, drop_inputs=0.1)
    head = train_head(settings, blocks, wrong)
    with torch.no_grad():
        assert auc(blocks[0].logits(head).numpy(), labels == 1) > 0.97
