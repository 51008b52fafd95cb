"""Trained weights from disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from training.bases import BASES
from training.network import Network


def load_weights(file: Path) -> Network:
    """The network of a finished run (`weights.pt`) or of a run under way (`checkpoint.pt`), averaged weights."""
    state = torch.load(file)
    weights = state["weights"] | state.get("average", {})
    inner = weights["head.inner.weight"].shape[0]
    base = BASES[state.get("settings", {}).get("base", "minilm")]
    network = Network(replace(base.config(), head_width=inner, head_kernel=weights["head.mix.weight"].shape[2]))
    network.load_state_dict(weights)
    return network.eval()
