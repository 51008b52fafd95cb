"""Reads passages and questions with an exported graph, and remembers what it read on disk: figures that need many
passages can be taken in several goes."""

from __future__ import annotations

import hashlib
import pickle
import time
from pathlib import Path

import numpy as np

from training.corpus import Passage, Question, SpecialIds
from training.forms import session
from training.onnx_run import read_passage, read_question
from training.reading import PassageReading

SAVE_SECONDS = 120


class GraphReader:
    """One graph; its readings lie in `cache` under the graph's checksum (which names its weights' too)."""

    def __init__(self, graph: Path, special: SpecialIds, cache: Path, threads: int = 1):
        self.graph, self.special, self.threads = graph, special, threads
        self.session = None
        checksum = hashlib.sha256(graph.read_bytes()).hexdigest()[:16]
        self.file = cache / f"readings-{checksum}.pickle"
        self.known: dict[bytes, PassageReading | np.ndarray] = pickle.loads(self.file.read_bytes()) if self.file.exists() else {}
        self.saved = time.monotonic()

    def passages(self, passages: list[Passage]) -> dict[str, PassageReading]:
        """Readings by id."""
        return {p.id: self.read(p.ids, lambda runner, p=p: read_passage(runner, p, self.special), b"p") for p in passages}

    def questions(self, questions: list[Question]) -> np.ndarray:
        """Vectors [questions, width]."""
        return np.stack([self.read(q.ids, lambda runner, q=q: read_question(runner, q, self.special), b"q") for q in questions])

    def read(self, ids: np.ndarray, one, kind: bytes):  # noqa: ANN001, ANN201
        key = kind + hashlib.sha256(ids.tobytes()).digest()[:16]
        if key not in self.known:
            self.session = self.session or session(str(self.graph), self.threads)
            self.known[key] = one(self.session)
            if time.monotonic() - self.saved > SAVE_SECONDS:
                self.save()
        return self.known[key]

    def save(self) -> None:
        """Writes what is known; call it at the end."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.file.with_suffix(".tmp")
        temporary.write_bytes(pickle.dumps(self.known))
        temporary.rename(self.file)
        self.saved = time.monotonic()
