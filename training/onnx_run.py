"""Running an exported graph over passages, one window a run, as the library does."""

from __future__ import annotations

import numpy as np
import onnxruntime

from training.corpus import Passage, Question, SpecialIds
from training.packing import Sequence, collate
from training.reading import PassageReading
from training.windows import cut_windows


def passage_feed(passage: Passage, special: SpecialIds = SpecialIds()) -> dict[str, np.ndarray]:
    """A passage of one window as a batch of one."""
    return feed(passage.ids, passage.types, special)


def feed(
    ids: np.ndarray, types: np.ndarray, special: SpecialIds = SpecialIds(), prefix: tuple[int, ...] | None = None
) -> dict[str, np.ndarray]:
    """`[CLS] prefix pieces [SEP]` as a batch of one; the prefix of texts where none is given."""
    inputs = collate([Sequence(ids, types, special.text_prefix if prefix is None else prefix)], special)
    return dict(zip(("input_ids", "attention_mask", "token_type_ids"), (value.numpy() for value in inputs), strict=True))


def run_windows(
    session: onnxruntime.InferenceSession, passage: Passage, special: SpecialIds = SpecialIds()
) -> tuple[np.ndarray, np.ndarray]:
    """Logits and states of all scored pieces in order."""
    logits, states = [], []
    prefix = len(special.text_prefix)
    for window in cut_windows(passage, prefix=prefix):
        a, b = window.read_from, window.read_to
        inputs = feed(passage.ids[a:b], passage.types[a:b], special)
        out_logits, out_states = session.run(["logits", "last_hidden_state"], inputs)
        scored = slice(window.score_from - a + 1 + prefix, window.score_to - a + 1 + prefix)
        logits.append(out_logits[0, scored])
        states.append(out_states[0, scored])
    return np.concatenate(logits), np.concatenate(states)


def read_passage(
    session: onnxruntime.InferenceSession, passage: Passage, special: SpecialIds = SpecialIds()
) -> PassageReading:
    """Word logits and normalised sentence vectors."""
    all_logits, all_states = run_windows(session, passage, special)
    words = np.add.reduceat(all_logits, passage.starts[:-1], axis=0) / np.diff(passage.starts)[:, None]
    vectors = np.stack([all_states[passage.starts[s] : passage.starts[e]].mean(0) for s, e in passage.sentences])
    whole = all_states.mean(0)
    return PassageReading(words, vectors / np.linalg.norm(vectors, axis=1, keepdims=True), whole / np.linalg.norm(whole))


def read_question(
    session: onnxruntime.InferenceSession, question: Question, special: SpecialIds = SpecialIds()
) -> np.ndarray:
    """The normalised question vector."""
    prefix = special.question_prefix
    ids = question.ids[: 254 - len(prefix)]
    inputs = feed(ids, np.zeros_like(ids), special, prefix)
    states = session.run(["last_hidden_state"], inputs)[0][0, 1 + len(prefix) : -1]
    vector = states.mean(0)
    return vector / np.linalg.norm(vector)
