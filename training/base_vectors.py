"""The frozen base's vectors of all training sentences and questions, which the pull loss keeps ours close to."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from training.corpus import Passage
from training.network import base_folder, load_base
from training.reading import read_passages, read_questions
from training.training_corpus import TrainingCorpus


class BaseVectors:
    """Vectors by key: [sentences, width] for a passage, [1, width] for a question; cached on disk."""

    def __init__(self, corpus: TrainingCorpus, cache: Path):
        passages, questions = corpus.passages(), corpus.questions()
        digest = hashlib.sha256()
        for key, item in [*passages.items(), *questions.items()]:
            digest.update(key.encode() + item.ids.tobytes())
        file = cache / f"base-vectors-{digest.hexdigest()[:16]}.npz"
        if not file.exists():
            network = load_base(base_folder())
            keyed = [Passage(**{**vars(p), "id": key}) for key, p in passages.items()]
            readings = read_passages(network, keyed, plain=True)
            asked = read_questions(network, list(questions.values()))
            vectors = {key: readings[key].vectors.astype(np.float16) for key in passages}
            vectors |= {key: asked[i : i + 1].astype(np.float16) for i, key in enumerate(questions)}
            counts = np.array([len(v) for v in vectors.values()])
            cache.mkdir(parents=True, exist_ok=True)
            temporary = file.with_suffix(".tmp.npz")
            np.savez(temporary, keys=np.array(list(vectors)), counts=counts, vectors=np.concatenate(list(vectors.values())))
            temporary.rename(file)
        stored = np.load(file)
        parts = np.split(stored["vectors"], np.cumsum(stored["counts"])[:-1])
        self.vectors = dict(zip(stored["keys"].tolist(), parts, strict=True))

    def of(self, keys: list[str], questions: list[str]) -> tuple[Tensor, Tensor, Tensor]:
        """Unit vectors of the passages' sentences and of the questions; none of whole passages."""
        rows = [torch.from_numpy(np.concatenate([np.zeros((0, 384)), *(self.vectors[k] for k in part)]).astype(np.float32)) for part in (keys, questions)]
        return rows[0], rows[1], torch.zeros(0, 384)

    def save(self) -> None:
        """Everything is on disk from the start."""
