"""Targets of the word loss: the labels, mixed with the scores of teacher networks where there are some."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from training.corpus import Passage


class SoftLabels:
    """Mean teacher probabilities [words, 2] by passage key; `share` of a labelled word's target comes from them."""

    def __init__(self, files: list[Path], share: float):
        self.share = share
        self.scores: dict[str, np.ndarray] = {}
        for file in files:
            stored = np.load(file)
            parts = np.split(stored["scores"], np.cumsum(stored["counts"])[:-1])
            for key, part in zip(stored["keys"].tolist(), parts, strict=True):
                previous = self.scores.get(key)
                share_of_file = part.astype(np.float32) / len(files)
                self.scores[key] = share_of_file if previous is None else previous + share_of_file

    def targets(self, keys: list[str], passages: list[Passage]) -> tuple[Tensor, Tensor]:
        """Targets [words, 2] and weights [words, 2] of a batch; words without label and teacher weigh 0."""
        targets, weights = [], []
        for key, passage in zip(keys, passages, strict=True):
            soft = self.scores.get(key)
            words = len(passage.starts) - 1
            if passage.labels is not None:
                hard = np.stack([passage.labels >= 1, passage.labels >= 2], axis=1).astype(np.float32)
                targets.append(hard if soft is None else (1 - self.share) * hard + self.share * soft)
                weights.append(weigh(words, passage.weight, passage.core_weight))
            else:
                targets.append(np.zeros((words, 2), dtype=np.float32) if soft is None else soft)
                weights.append(weigh(words, 0.0 if soft is None else 1.0))
        return torch.from_numpy(np.concatenate(targets)), torch.from_numpy(np.concatenate(weights))


def weigh(words: int, weight: float, core_weight: float = 1.0) -> np.ndarray:
    """Weights of keep and core of each word."""
    return np.tile(np.array([weight, weight * core_weight], dtype=np.float32), (words, 1))
