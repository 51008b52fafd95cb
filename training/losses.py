"""What a training step minimises."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def word_loss(logits: Tensor, targets: Tensor, weights: Tensor, smoothing: float) -> Tensor:
    """Binary cross-entropy of keep and core per word; what weighs 0 (no label) counts for nothing."""
    smooth = targets * (1 - smoothing) + smoothing * targets.mean(0, keepdim=True)
    loss = F.binary_cross_entropy_with_logits(logits, smooth, reduction="none")
    return (loss * weights).sum() / weights[:, 0].sum().clamp_min(1)


def contrast_loss(questions: Tensor, sentences: Tensor, positives: Tensor, scale: float) -> Tensor:
    """Each question against all sentences of the batch; any of its positives may win (multi-positive InfoNCE).

    `positives` is boolean [questions, sentences].
    """
    scores = scale * questions @ sentences.T
    won = torch.logsumexp(scores.masked_fill(~positives, -torch.inf), dim=1)
    return (torch.logsumexp(scores, dim=1) - won).mean()


def pull_loss(vectors: Tensor, base: Tensor) -> Tensor:
    """Mean cosine distance to the frozen base's vectors."""
    return (1 - F.cosine_similarity(vectors, base, dim=1)).mean()


def match_loss(ours: Tensor, theirs: Tensor, scale: float = 12.0) -> Tensor:
    """Divergence of our similarities within the batch from the teacher's."""
    wanted = F.softmax(scale * theirs @ theirs.T, dim=1)
    got = F.log_softmax(scale * ours @ theirs.T, dim=1)
    return F.kl_div(got, wanted, reduction="batchmean")
