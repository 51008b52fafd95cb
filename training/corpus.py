"""Passages and questions as the encoder reads them.

The TypeScript side cuts words, sentences and shapes and writes JSON lines; this side only turns each word
into its piece ids, one word at a time, exactly as the TypeScript tokenizer does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

MAX_PIECES_PER_WORD = 32
MAX_WORD_LENGTH = 256  # UTF-16 code units


@dataclass(frozen=True)
class SpecialIds:
    """Ids of the special tokens; the defaults are BERT's."""

    cls: int = 101
    sep: int = 102
    pad: int = 0
    unk: int = 100
    mask: int = 103
    text_prefix: tuple[int, ...] = ()  # what the base reads in front of every text
    question_prefix: tuple[int, ...] = ()


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
    core_weight: float = 1.0
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
    """Piece ids per word, cached; a word of no pieces is unknown, a long one is cut at 32 pieces.

    WordPiece reads every word alike and sees its shape; a Unigram vocabulary marks spaces, is cased and sees none.
    """

    def __init__(self, tokenizer_file: Path):
        self.tokenizer = Tokenizer.from_file(str(tokenizer_file))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.marks_spaces = json.loads(tokenizer_file.read_text(encoding="utf-8"))["model"]["type"] == "Unigram"
        self.unknown = self.tokenizer.token_to_id("<unk>" if self.marks_spaces else "[UNK]")
        self.cache: dict[str, list[int]] = {}

    def encode_word(self, word: str, is_spaced: bool = True) -> list[int]:
        surface = word.encode("utf-16-le")[: 2 * MAX_WORD_LENGTH].decode("utf-16-le", errors="replace")
        if self.marks_spaces and is_spaced:
            surface = f" {surface}"
        pieces = self.cache.get(surface)
        if pieces is None:
            pieces = self.tokenizer.encode(surface, add_special_tokens=False).ids[:MAX_PIECES_PER_WORD] or [self.unknown]
            self.cache[surface] = pieces
        return pieces

    def encode_words(self, words: list[str], shapes: list[int]) -> tuple[np.ndarray, np.ndarray]:
        """Piece ids and the index of each word's first piece (one entry more than words)."""
        pieces = [self.encode_word(word, is_spaced(shape)) for word, shape in zip(words, shapes, strict=True)]
        starts = np.zeros(len(words) + 1, dtype=np.int32)
        np.cumsum([len(p) for p in pieces], out=starts[1:])
        return np.array([i for p in pieces for i in p], dtype=np.int64), starts


def is_spaced(shape: int) -> bool:
    """Whether a word of this shape begins the text or stands behind white space."""
    return shape % 4 > 0


def read_rows(path: Path) -> Iterator[dict]:
    """The lines of a JSONL file behind its header."""
    with path.open(encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            if line.strip():
                yield json.loads(line)


def to_passage(row: dict, encoder: PieceEncoder, keep_words: bool = False) -> Passage:
    """One row of the dataset as a passage."""
    ids, starts = encoder.encode_words(row["words"], row["shapes"])
    types = np.zeros(len(ids), dtype=np.int64) if encoder.marks_spaces else np.repeat(np.array(row["shapes"], dtype=np.int64), np.diff(starts))
    return Passage(
        id=row["id"],
        domain=row.get("domain", ""),
        ids=ids,
        types=types,
        starts=starts,
        sentences=np.array(row["sentences"], dtype=np.int32).reshape(-1, 2),
        labels=np.array(row["labels"], dtype=np.int8) if "labels" in row else None,
        weight=float(row.get("weight", 1)),
        core_weight=0.0 if row.get("noCore") else 1.0,
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
                    ids=encoder.encode_words(row["words"], row["shapes"])[0],
                    gold=row["gold"],
                    documents=row["documents"],
                    positives=[(p, s) for p, s in row["positives"]],
                    domain=row.get("domain", ""),
                )
            )
    return passages, questions


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
