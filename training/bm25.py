"""BM25 over small sets of texts, the baseline that rankings are compared with."""

from __future__ import annotations

import math
from collections import Counter


class Bm25:
    """Okapi BM25 (k1 1.2, b 0.75) over lists of words."""

    def __init__(self, texts: list[list[str]], k1: float = 1.2, b: float = 0.75):
        self.counts = [Counter(terms(text)) for text in texts]
        self.lengths = [sum(c.values()) for c in self.counts]
        self.mean = max(1.0, sum(self.lengths) / max(1, len(texts)))
        frequency = Counter(term for counts in self.counts for term in counts)
        self.weight = {t: math.log(1 + (len(texts) - n + 0.5) / (n + 0.5)) for t, n in frequency.items()}
        self.k1, self.b = k1, b

    def scores(self, question: str) -> list[float]:
        return self.scores_of(words_of(question))

    def scores_of(self, words: list[str]) -> list[float]:
        asked = [t for t in sorted(set(terms(words))) if t in self.weight]
        out = []
        for counts, length in zip(self.counts, self.lengths, strict=True):
            damp = self.k1 * (1 - self.b + self.b * length / self.mean)
            out.append(sum(self.weight[t] * counts[t] * (self.k1 + 1) / (counts[t] + damp) for t in asked if t in counts))
        return out


def words_of(text: str) -> list[str]:
    """Runs of letters and digits of a running text."""
    return "".join(c if c.isalnum() else " " for c in text).split()


def terms(words: list[str]) -> list[str]:
    return [w.lower() for w in words if any(c.isalnum() for c in w)]
