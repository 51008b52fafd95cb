"""Sequences of unequal length through the encoder with little padding: sorted, cut in chunks, flattened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from training.corpus import SpecialIds
from training.network import Network

T = TypeVar("T")
R = TypeVar("R")


@dataclass
class Sequence:
    """Piece ids and token types without special tokens."""

    ids: np.ndarray
    types: np.ndarray
    prefix: tuple[int, ...] = ()  # read behind [CLS], not part of the text


@dataclass
class FlatStates:
    """Rows of all sequences' tokens, special tokens and padding left out; sequence i starts at `offsets[i]`."""

    logits: Tensor
    states: Tensor
    offsets: np.ndarray
    backward: Callable[[], None]


def collate(sequences: list[Sequence], special: SpecialIds = SpecialIds()) -> tuple[Tensor, Tensor, Tensor]:
    """Padded input ids, attention mask and token types of `[CLS] prefix pieces [SEP]`."""
    length = max(len(s.ids) + len(s.prefix) for s in sequences) + 2
    ids = np.full((len(sequences), length), special.pad, dtype=np.int64)
    mask = np.zeros((len(sequences), length), dtype=np.int64)
    types = np.zeros((len(sequences), length), dtype=np.int64)
    for row, sequence in enumerate(sequences):
        first = 1 + len(sequence.prefix)
        end = first + len(sequence.ids)
        ids[row, :first] = [special.cls, *sequence.prefix]
        ids[row, first:end], ids[row, end] = sequence.ids, special.sep
        types[row, first:end] = sequence.types
        mask[row, : end + 1] = 1
    return torch.from_numpy(ids), torch.from_numpy(mask), torch.from_numpy(types)


def chunks_by_length(lengths: list[int], max_tokens: int) -> list[list[int]]:
    """Indices sorted by length, in chunks of at most `max_tokens` padded tokens."""
    chunks: list[list[int]] = []
    current: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if current and (len(current) + 1) * (lengths[index] + 2) > max_tokens:
            chunks.append(current)
            current = []
        current.append(index)
    return [*chunks, current] if current else chunks


class Workers:
    """Threads that take chunks from one queue, each computing on one core.

    Two cores shared with other work are never equally fast; threads that wait for each other in every matrix
    product run at the slower one's speed, threads that draw whole chunks do not.
    """

    def __init__(self, threads: int):
        torch.set_num_threads(1)
        self.pool = ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> list[R]:
        return list(self.pool.map(function, items))


def run_packed(network: Network, sequences: list[Sequence], workers: Workers | None = None, max_tokens: int = 2048) -> FlatStates:
    """Encodes all sequences; the result's rows are in the sequences' order.

    With gradients enabled the result is cut off from the encoder's graph: call `backward()` on it once the
    loss's gradients are there.
    """
    lengths = [len(s.ids) for s in sequences]
    chunks = chunks_by_length(lengths, max_tokens)
    training = torch.is_grad_enabled()
    half = torch.is_autocast_enabled("cpu")

    def encode(chunk: list[int]) -> tuple[Tensor, Tensor]:
        ids, mask, types = collate([sequences[i] for i in chunk], network.config.special)
        inside = mask.clone()
        for row, i in enumerate(chunk):
            inside[row, : 1 + len(sequences[i].prefix)] = 0
        inside[torch.arange(len(chunk)), mask.sum(1) - 1] = 0
        with torch.set_grad_enabled(training), torch.autocast("cpu", torch.bfloat16, enabled=half):
            logits, states = network(ids, mask, types)
        return logits[inside.bool()], states[inside.bool()]

    largest_first = chunks[::-1]
    pairs = workers.map(encode, largest_first) if workers else [encode(chunk) for chunk in largest_first]
    leaves = [(a.detach().requires_grad_(training), b.detach().requires_grad_(training)) for a, b in pairs]
    offsets = np.zeros(len(sequences) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    packed = np.concatenate([np.arange(offsets[i], offsets[i + 1]) for chunk in largest_first for i in chunk])
    inverse = np.empty_like(packed)
    inverse[packed] = np.arange(len(packed))
    back = torch.from_numpy(inverse)

    def backward() -> None:
        def one(index: int) -> None:
            used = [(out, leaf.grad) for out, leaf in zip(pairs[index], leaves[index], strict=True) if leaf.grad is not None]
            torch.autograd.backward([out for out, _ in used], [grad for _, grad in used])

        indices = range(len(pairs))
        workers.map(one, indices) if workers else [one(i) for i in indices]

    return FlatStates(torch.cat([a for a, _ in leaves])[back], torch.cat([b for _, b in leaves])[back], offsets, backward)


def segment_mean(rows: Tensor, index: Tensor, segment: Tensor, count: int) -> Tensor:
    """Mean of `rows[index]` per segment."""
    total = rows.new_zeros(count, rows.shape[1]).index_add_(0, segment, rows[index])
    sizes = torch.bincount(segment, minlength=count).clamp_min(1).to(rows.dtype)
    return total / sizes.unsqueeze(1)


def mask_pieces(ids: np.ndarray, rate: float, random: np.random.Generator, mask: int) -> np.ndarray:
    """A copy with a share of the pieces replaced by [MASK]."""
    return np.where(random.random(len(ids)) < rate, mask, ids)
