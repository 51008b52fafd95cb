"""Vectors of the twelve-layer base for sentences and questions, which the six layers learn: computed when a step first
needs them, kept on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from training.bases import E5_ALL_TOKENIZER, load_e5_teacher
from training.corpus import Passage, PieceEncoder
from training.network import Network
from training.packing import Sequence, Workers, run_packed
from training.reading import read_batch
from training.settings import Settings
from training.training_corpus import read_corpus

MEAN_FROM = 128
"""Passages that the vectors' common part is measured on."""


class TeacherVectors:
    """The teacher's view of a corpus, by key, in its own pieces."""

    def __init__(self, settings: Settings, cache: Path, workers: Workers):
        encoder = PieceEncoder(E5_ALL_TOKENIZER)
        corpus = read_corpus(settings, encoder)
        self.passages, self.questions = corpus.passages(), corpus.questions()
        self.cache, self.workers = cache, workers
        self.network = load_e5_teacher()
        self.vectors: dict[str, np.ndarray] = {}
        self.unsaved: list[str] = []
        cache.mkdir(parents=True, exist_ok=True)
        for file in sorted(cache.glob("*.npz")):
            stored = np.load(file)
            parts = np.split(stored["vectors"], np.cumsum(stored["counts"])[:-1])
            self.vectors |= dict(zip(stored["keys"].tolist(), parts, strict=True))
        centre(self.network, list(self.passages.values()), workers)

    def of(self, keys: list[str], questions: list[str]) -> tuple[Tensor, Tensor, Tensor]:
        """Unit vectors of the passages' sentences, of the questions, and of the passages whole."""
        missing = [key for key in keys if key not in self.vectors]
        asked = [key for key in questions if key not in self.vectors]
        if missing or asked:
            self.read(missing, asked)
        stack = lambda parts: torch.from_numpy(np.concatenate(parts).astype(np.float32)) if parts else torch.zeros(0, 384)  # noqa: E731
        sentences = [self.vectors[key][:-1] for key in keys]
        return stack(sentences), stack([self.vectors[key] for key in questions]), stack([self.vectors[key][-1:] for key in keys])

    @torch.no_grad()
    def read(self, keys: list[str], asked: list[str]) -> None:
        passages, questions = [self.passages[key] for key in keys], [self.questions[key] for key in asked]
        with torch.autocast("cpu", torch.bfloat16):
            reading = read_batch(self.network, passages, questions, 500, workers=self.workers)
        at = 0
        for row, (key, passage) in enumerate(zip(keys, passages, strict=True)):
            count = len(passage.sentences)
            rows = torch.cat([reading.sentences[at : at + count], reading.passages[row : row + 1]])
            self.vectors[key] = rows.float().numpy().astype(np.float16)
            at += count
        for row, key in enumerate(asked):
            self.vectors[key] = reading.questions[row : row + 1].float().numpy().astype(np.float16)
        self.unsaved += [*keys, *asked]

    def save(self) -> None:
        """Adds what was computed since to the files on disk."""
        if not self.unsaved:
            return
        rows = [self.vectors[key] for key in self.unsaved]
        file = self.cache / f"{len(self.vectors):07d}.npz"
        temporary = file.with_suffix(".tmp")
        with temporary.open("wb") as out:
            np.savez(out, keys=np.array(self.unsaved), counts=np.array([len(r) for r in rows]), vectors=np.concatenate(rows))
        temporary.rename(file)
        self.unsaved = []


@torch.no_grad()
def centre(network: Network, passages: list[Passage], workers: Workers) -> None:
    """Takes the part that all vectors share out of the last layer: cosines then spread over the whole range."""
    sample = [passages[i] for i in np.random.default_rng(5).permutation(len(passages))[:MEAN_FROM]]
    sequences = [Sequence(p.ids[:250], p.types[:250], network.config.special.text_prefix) for p in sample]
    with torch.autocast("cpu", torch.bfloat16):
        states = run_packed(network.eval(), sequences, workers).states
    network.layers[-1].feed_norm.bias.sub_(states.float().mean(0))
