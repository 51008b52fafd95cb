"""The configuration of a training run, read from YAML."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TypeVar

import yaml

T = TypeVar("T")


@dataclass
class Settings:
    """One run. Times are wall-clock minutes, rates are per step, losses are weighted sums.

    `minutes` bounds the run (0: no bound): the learning rate falls to nothing by the end of the epochs or of the
    minutes, whichever comes first. `soft` names files of teacher scores (see training.teach) that labels are mixed with.
    """

    name: str
    out: str
    data: str = "build/dataset"
    base: str = "minilm"  # see training.bases
    seed: int = 1
    threads: int = 2
    epochs: float = 4.0
    stop_epochs: float = 0.0  # stop earlier than the schedule ends (0: do not)
    minutes: float = 0.0
    # steps
    labelled: int = 24
    asked: int = 6
    distractors: int = 2
    depth: int = 8
    window_pieces: int = 318
    own_questions: bool = True
    multilingual: int = 0  # labelled passages of other languages a step
    running: int = 0  # passages without labels a step
    question_sets: list[str] = field(default_factory=lambda: ["nq-oracle-bm25.train", "squad2.train"])
    # optimizer
    learning_rate: float = 1e-4
    head_rate: float = 5e-4
    layer_decay: float = 0.9
    weight_decay: float = 0.01
    warmup: float = 0.06
    clip: float = 1.0
    average: float = 0.998
    base_share: float = 0.0  # share of the base in the final weights
    train_embeddings: bool = False
    # regularisation
    dropout: float = 0.1
    mask_rate: float = 0.05
    smoothing: float = 0.02
    # losses
    words: float = 1.0
    contrast: float = 0.5
    pull: float = 1.0
    match: float = 0.0  # similarities within the batch, as the teacher's
    scale: float = 20.0
    soft: list[str] = field(default_factory=list)
    soft_share: float = 0.5
    # word head
    head_width: int = 256
    head_kernel: int = 5
    # housekeeping
    checkpoint_minutes: float = 3.0
    evaluate_minutes: float = 10.0  # 0: never


def read_settings(path: Path, overrides: list[str] | None = None) -> Settings:
    """Settings from a YAML file, with `key=value` overrides; unknown keys are errors."""
    return read_kind(Settings, path, overrides)


def read_kind(kind: type[T], path: Path, overrides: list[str] | None = None) -> T:
    """The same for settings of another dataclass."""
    values = yaml.safe_load(path.read_text()) or {}
    for override in overrides or []:
        key, _, value = override.partition("=")
        values[key] = yaml.safe_load(value)
    unknown = set(values) - {f.name for f in fields(kind)}
    if unknown:
        raise ValueError(f"Expected only known settings, got `{', '.join(sorted(unknown))}`.")
    return kind(**values)
