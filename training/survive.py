"""Answer survival: is an answer still contiguous in what is kept, punctuation and articles aside."""

from __future__ import annotations

import numpy as np

from training.bm25 import words_of

ARTICLES = {"a", "an", "the"}


def normal(words: list[str]) -> list[tuple[int, str]]:
    """Index and letters of the words that count."""
    out = []
    for index, word in enumerate(words):
        letters = "".join(c for c in word.lower() if c.isalnum())
        if letters and letters not in ARTICLES:
            out.append((index, letters))
    return out


def survives(documents: list[list[str]], kept: list[np.ndarray], answers: list[str]) -> bool:
    """True where one document's kept words hold one of the answers in a row."""
    wanted = [[w for _, w in normal(words_of(answer))] for answer in answers]
    for words, keep in zip(documents, kept, strict=True):
        left = [letters for index, letters in normal(words) if keep[index]]
        for answer in wanted:
            if answer and any(left[i : i + len(answer)] == answer for i in range(len(left) - len(answer) + 1)):
                return True
    return False


def best_words(scores: np.ndarray, budget: int) -> np.ndarray:
    """The words of the highest scores, as many as the budget allows."""
    keep = np.zeros(len(scores), dtype=bool)
    keep[np.argsort(-scores, kind="stable")[:budget]] = True
    return keep


def best_sentences(scores: np.ndarray, sentences: np.ndarray, words: int, budget: int) -> np.ndarray:
    """Whole sentences by falling score, each one that still fits."""
    keep = np.zeros(words, dtype=bool)
    for index in np.argsort(-scores, kind="stable"):
        first, end = sentences[index]
        if end - first <= budget:
            keep[first:end] = True
            budget -= end - first
    return keep
