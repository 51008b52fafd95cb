"""Running an exported graph over passages, one window a run, as the library does."""

from __future__ import annotations

import numpy as np
import onnxruntime

from training.corpus import CLS, SEP, Passage, Question
from training.reading import PassageReading
from training.windows import cut_windows


def passage_feed(passage: Passage) -> dict[str, np.ndarray]:
    """A passage of one window as a batch of one."""
    return feed(passage.ids, passage.types)


def feed(ids: np.ndarray, types: np.ndarray) -> dict[str, np.ndarray]:
    """`[CLS] pieces [SEP]` as a batch of one."""
    return {
        "input_ids": np.concatenate([[CLS], ids, [SEP]]).astype(np.int64)[None],
        "attention_mask": np.ones((1, len(ids) + 2), dtype=np.int64),
        "token_type_ids": np.concatenate([[0], types, [0]]).astype(np.int64)[None],
    }


def read_passage(session: onnxruntime.InferenceSession, passage: Passage) -> PassageReading:
    """Word logits and normalised sentence vectors."""
    logits, states = [], []
    for window in cut_windows(passage):
        a, b = window.read_from, window.read_to
        window_logits, window_states = session.run(["logits", "last_hidden_state"], feed(passage.ids[a:b], passage.types[a:b]))
        scored = slice(window.score_from - a + 1, window.score_to - a + 1)
        logits.append(window_logits[0, scored])
        states.append(window_states[0, scored])
    all_logits, all_states = np.concatenate(logits), np.concatenate(states)
    words = np.add.reduceat(all_logits, passage.starts[:-1], axis=0) / np.diff(passage.starts)[:, None]
    vectors = np.stack([all_states[passage.starts[s] : passage.starts[e]].mean(0) for s, e in passage.sentences])
    whole = all_states.mean(0)
    return PassageReading(words, vectors / np.linalg.norm(vectors, axis=1, keepdims=True), whole / np.linalg.norm(whole))


def read_question(session: onnxruntime.InferenceSession, question: Question) -> np.ndarray:
    """The normalised question vector."""
    ids = question.ids[:254]
    states = session.run(["last_hidden_state"], feed(ids, np.zeros_like(ids)))[0][0, 1:-1]
    vector = states.mean(0)
    return vector / np.linalg.norm(vector)
