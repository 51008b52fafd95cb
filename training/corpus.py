"""Passages and questions as the encoder reads them.

The TypeScript side cuts words, sentences and shapes and writes JSON lines; this side only turns each word
into its WordPiece ids, one word at a time, exactly as the TypeScript tokenizer does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

CLS, SEP, PAD, UNK, MASK = 101, 102, 0, 100, 103
MAX_PIECES_PER_WORD = 32
MAX_WORD_LENGTH = 256  # UTF-16 code units


@dataclass
class Passage:
    """A text cut into words; `starts[w]` is the first piece of word w, `starts[-1]` the number of pieces."""

    id: str
    domain: str
    ids: np.ndarray
    types: np.ndarray
    starts: np.ndarray
    sentences: np.ndarray
    labels: np.ndarray | None = None
    weight: float = 1.0
    words: list[str] = field(default_factory=list, repr=False)
    title: str = ""

    @property
    def word_of_piece(self) -> np.ndarray:
        """Word index of each piece."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))


@dataclass
class Question:
    """A question, its pieces and the sentences (passage id, index) that hold its answer."""

    id: str
    ids: np.ndarray
    gold: list[str]
    documents: list[str]
    positives: list[tuple[str, int]]
    domain: str = ""


class PieceEncoder:
    """WordPiece ids per word, cached; a word of no pieces is [UNK], a long one is cut at 32 pieces."""

    def __init__(self, tokenizer_file: Path):
        self.tokenizer = Tokenizer.from_file(str(tokenizer_file))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.cache: dict[str, list[int]] = {}

    def encode_word(self, word: str) -> list[int]:
        pieces = self.cache.get(word)
        if pieces is None:
            surface = word.encode("utf-16-le")[: 2 * MAX_WORD_LENGTH].decode("utf-16-le", errors="replace")
            pieces = self.tokenizer.encode(surface, add_special_tokens=False).ids[:MAX_PIECES_PER_WORD] or [UNK]
            self.cache[word] = pieces
        return pieces

    def encode_words(self, words: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """Piece ids and the index of each word's first piece (one entry more than words)."""
        pieces = [self.encode_word(word) for word in words]
        starts = np.zeros(len(words) + 1, dtype=np.int32)
        np.cumsum([len(p) for p in pieces], out=starts[1:])
        return np.array([i for p in pieces for i in p], dtype=np.int64), starts

    def encode_text(self, text: str) -> np.ndarray:
        """Piece ids of running text (questions)."""
        return np.array(self.tokenizer.encode(text, add_special_tokens=False).ids or [UNK], dtype=np.int64)


def read_rows(path: Path) -> Iterator[dict]:
    """The lines of a JSONL file behind its header."""
    with path.open(encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            if line.strip():
                yield json.loads(line)


def to_passage(row: dict, encoder: PieceEncoder, keep_words: bool = False) -> Passage:
    """One row of the dataset as a passage."""
    ids, starts = encoder.encode_words(row["words"])
    return Passage(
        id=row["id"],
        domain=row.get("domain", ""),
        ids=ids,
        types=np.repeat(np.array(row["shapes"], dtype=np.int64), np.diff(starts)),
        starts=starts,
        sentences=np.array(row["sentences"], dtype=np.int32).reshape(-1, 2),
        labels=np.array(row["labels"], dtype=np.int8) if "labels" in row else None,
        weight=float(row.get("weight", 1)),
        words=row["words"] if keep_words else [],
        title=row.get("title") or "",
    )


def read_distil(path: Path, encoder: PieceEncoder) -> list[Passage]:
    """The labelled passages of `distil.<split>.jsonl`."""
    return [to_passage(row, encoder) for row in read_rows(path) if row.get("words")]


def read_questions(path: Path, encoder: PieceEncoder) -> tuple[dict[str, Passage], list[Question]]:
    """Passages by id and questions of `qa.<name>.<split>.jsonl`."""
    passages: dict[str, Passage] = {}
    questions: list[Question] = []
    for row in read_rows(path):
        if row["kind"] == "passage" and row["words"]:
            passages[row["id"]] = to_passage(row, encoder)
        elif row["kind"] == "question":
            questions.append(
                Question(
                    id=row["id"],
                    ids=encode_question(row, encoder),
                    gold=row["gold"],
                    documents=row["documents"],
                    positives=[(p, s) for p, s in row["positives"]],
                    domain=row.get("domain", ""),
                )
            )
    return passages, questions


def encode_question(row: dict, encoder: PieceEncoder) -> np.ndarray:
    """Pieces of a question, from its words where the dataset gives them."""
    if "words" in row:
        return encoder.encode_words(row["words"])[0]
    return encoder.encode_text(row["question"])


def window_ranges(passage: Passage, max_pieces: int) -> list[tuple[int, int]]:
    """Word ranges of at most `max_pieces` pieces, about equally long, that end at sentence ends where they can."""
    starts, count = passage.starts, len(passage.starts) - 1
    ranges: list[tuple[int, int]] = []
    first = 0
    while first < count:
        rest = int(starts[count] - starts[first])
        if rest <= max_pieces:
            return [*ranges, (first, count)]
        target = starts[first] + rest / np.ceil(rest / max_pieces)
        ends = passage.sentences[:, 1]
        fitting = ends[(ends > first) & (starts[ends] - starts[first] <= max_pieces)]
        if len(fitting):
            end = int(fitting[np.argmin(np.abs(starts[fitting] - target))])
        else:
            end = max(first + 1, int(np.searchsorted(starts, starts[first] + max_pieces, side="right")) - 1)
        ranges.append((first, end))
        first = end
    return ranges
