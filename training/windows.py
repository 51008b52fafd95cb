"""Windows as the library cuts them at run time (src/core/model/windows.ts), for figures and golden outputs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from training.corpus import Passage

MAX_TOKENS = 256
CONTEXT_TOKENS = 24


@dataclass(frozen=True)
class Window:
    """Pieces [read_from, read_to) are read; those of [score_from, score_to) are scored. All in pieces."""

    read_from: int
    read_to: int
    score_from: int
    score_to: int


def cut_windows(passage: Passage, max_tokens: int = MAX_TOKENS, context: int = CONTEXT_TOKENS, prefix: int = 0) -> list[Window]:
    """Each word is scored by one window; windows break at sentence ends where they can. `prefix` pieces of each window
    stand in front of the text."""
    starts = [int(s) for s in passage.starts]
    word_count, total, room = len(starts) - 1, starts[-1], max_tokens - 2 - prefix
    if total <= room:
        return [Window(0, total, 0, total)] if word_count else []
    capacity = room - 2 * context
    target = math.ceil(total / math.ceil(total / capacity))
    ends = [int(e) for e in passage.sentences[:, 1]]
    windows, sentence, first = [], 0, 0
    while first < word_count:
        start, end = starts[first], first
        while sentence < len(ends):
            length = starts[ends[sentence]] - start
            if length > capacity or (end > first and length > target + context):
                break
            end = ends[sentence]
            sentence += 1
            if length >= target:
                break
        if end == first:
            end = last_word_within(starts, first, start + capacity)
        read_from = first
        while read_from > 0 and starts[read_from - 1] >= start - context:
            read_from -= 1
        read_to = last_word_within(starts, end, starts[end] + context)
        windows.append(Window(starts[read_from], starts[read_to], start, starts[end]))
        first = end
    return windows


def last_word_within(starts: list[int], first: int, limit: int) -> int:
    end = first
    while end < len(starts) - 1 and starts[end + 1] <= limit:
        end += 1
    return end
