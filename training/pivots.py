"""Pivot marks: the words a large language model marked as not to be left out of a clause that stays.

A line of `pivots.<split>.jsonl.gz` names a passage of the distillation data and quotes it around its pivots, which stand
between asterisks: `{"id": "c04320", "pivots": ["is *no* energy", "*Almost* *all* nutrients"]}`. The markers left digits,
the marks beside them and values such as `False` alone, because rules keep them.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.corpus import Passage, PieceEncoder, read_rows, to_passage

MARK = re.compile(r"\*(\S+?)\*")
PART = re.compile(r"[^\W_]+|_+|[^\w\s]")
LETTER = re.compile(r"[^\W_]")
DIGITS = re.compile(r"\d+")
VALUE = re.compile(r"true|false|none|null", re.IGNORECASE)
UNJUDGED = -1


@dataclass
class MarkedPassage:
    """A passage and, per word, whether it was marked and whether the library's rules protect it."""

    passage: Passage
    marked: np.ndarray
    ruled: np.ndarray

    @property
    def judged(self) -> np.ndarray:
        """1 for pivots, 0 for others, UNJUDGED for digits."""
        return np.where([bool(DIGITS.fullmatch(w)) for w in self.passage.words], UNJUDGED, self.marked.astype(np.int8))

    @property
    def taught(self) -> np.ndarray:
        """As `judged`, with what the markers left to the rules: marks beside figures are pivots, values unjudged."""
        labels, words = self.judged, self.passage.words
        digits = np.array([False, *(bool(DIGITS.fullmatch(w)) for w in words), False])
        beside = digits[:-2] | digits[2:]
        sign = np.array([not LETTER.search(w) for w in words])
        value = np.array([bool(VALUE.fullmatch(w)) for w in words])
        labels[(labels == 0) & value] = UNJUDGED
        labels[(labels == 0) & self.ruled & sign & beside] = 1
        return labels


def cut_passages(data: Path, split: str, build: Path) -> Path:
    """Cuts the marked passages into words as the library does; returns the file of words."""
    ids = {row["id"] for row in zipped_rows(data / f"pivot/pivots.{split}.jsonl.gz")}
    texts, words = build / f"{split}.texts.jsonl", build / f"{split}.words.jsonl"
    build.mkdir(parents=True, exist_ok=True)
    with texts.open("w", encoding="utf-8") as lines:
        for row in zipped_rows(data / f"distil/pairs.{split}.jsonl.gz"):
            if row.get("id") in ids:
                lines.write(json.dumps({"id": row["id"], "domain": row["domain"], "text": row["original"]}) + "\n")
    subprocess.run(["npx", "tsx", "training/words.ts", str(texts), str(words)], check=True)
    return words


def read_pivots(marks: Path, words: Path, encoder: PieceEncoder) -> list[MarkedPassage]:
    """The marked passages of a split, from its marks and the file that `cut_passages` wrote."""
    quotations = {row["id"]: row["pivots"] for row in zipped_rows(marks)}
    found = []
    for row in read_rows(words):
        passage = to_passage(row, encoder, keep_words=True)
        ruled = np.zeros(len(passage.words), dtype=bool)
        for first, end in row["ruled"]:
            ruled[first:end] = True
        found.append(MarkedPassage(passage, mark_words(passage.words, quotations[passage.id]), ruled))
    return found


def mark_words(words: list[str], quotations: list[str]) -> np.ndarray:
    """Which words the quotations mark. A quotation that does not stand there exactly once is an error."""
    parts = [part for word in words for part in PART.findall(word)]
    word_of = [index for index, word in enumerate(words) for _ in PART.findall(word)]
    marked = np.zeros(len(words), dtype=bool)
    for quotation in quotations:
        quoted, flags = read_quotation(quotation)
        places = [at for at in range(len(parts) - len(quoted) + 1) if parts[at : at + len(quoted)] == quoted]
        if len(places) != 1:
            raise ValueError(f"Expected `{quotation}` to stand in its passage once, got {len(places)} times.")
        marked[[word_of[places[0] + offset] for offset, flag in enumerate(flags) if flag]] = True
    return marked


def read_quotation(quotation: str) -> tuple[list[str], list[bool]]:
    """The parts of a quotation, and which of them stand between asterisks."""
    parts: list[str] = []
    flags: list[bool] = []
    for index, stretch in enumerate(MARK.split(quotation)):
        found = PART.findall(stretch)
        parts += found
        flags += [index % 2 == 1] * len(found)
    return parts, flags


def zipped_rows(file: Path) -> Iterator[dict]:
    """The JSON lines of a gzipped file."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())
