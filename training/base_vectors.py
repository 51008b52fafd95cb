"""The frozen base's vectors of all training sentences and questions, which the pull loss keeps ours close to."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from training.corpus import Passage, Question
from training.network import base_folder, load_base
from training.reading import read_passages, read_questions


def base_vectors(passages: dict[str, Passage], questions: dict[str, Question], cache: Path) -> dict[str, np.ndarray]:
    """Vectors by key: [sentences, width] for a passage, [1, width] for a question; cached on disk."""
    digest = hashlib.sha256()
    for key, item in [*passages.items(), *questions.items()]:
        digest.update(key.encode() + item.ids.tobytes())
    file = cache / f"base-vectors-{digest.hexdigest()[:16]}.npz"
    if not file.exists():
        network = load_base(base_folder())
        keys = list(passages)
        keyed = [Passage(**{**vars(p), "id": key}) for key, p in passages.items()]
        readings = read_passages(network, keyed, plain=True)
        asked = read_questions(network, list(questions.values()))
        vectors = {key: readings[key].vectors.astype(np.float16) for key in keys}
        vectors |= {key: asked[i : i + 1].astype(np.float16) for i, key in enumerate(questions)}
        counts = np.array([len(v) for v in vectors.values()])
        cache.mkdir(parents=True, exist_ok=True)
        temporary = file.with_suffix(".tmp.npz")
        np.savez(temporary, keys=np.array(list(vectors)), counts=counts, vectors=np.concatenate(list(vectors.values())))
        temporary.rename(file)
    stored = np.load(file)
    return dict(zip(stored["keys"].tolist(), np.split(stored["vectors"], np.cumsum(stored["counts"])[:-1]), strict=True))
