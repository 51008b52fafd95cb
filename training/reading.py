"""What the network says about passages and questions: word logits, sentence vectors, question vectors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from training.corpus import Passage, Question, window_ranges
from training.network import Network
from training.packing import Sequence, Workers, mask_pieces, run_packed, segment_mean


@dataclass
class Reading:
    """Word logits [words, 2], normalised sentence, passage and question vectors, of all passages one after another."""

    word_logits: Tensor
    sentences: Tensor
    passages: Tensor
    questions: Tensor
    backward: Callable[[], None]


def read_batch(
    network: Network,
    passages: list[Passage],
    questions: list[Question],
    window_pieces: int,
    mask_rate: float = 0.0,
    random: np.random.Generator | None = None,
    plain: bool = False,
    workers: Workers | None = None,
) -> Reading:
    """One pass over passages and questions together; with `plain` every token has type 0 (the base model)."""
    sequences: list[Sequence] = []
    special = network.config.special
    for passage in passages:
        ids = passage.ids if random is None or not mask_rate else mask_pieces(passage.ids, mask_rate, random, network.config.special.mask)
        types = np.zeros_like(passage.types) if plain else passage.types
        for first, end in window_ranges(passage, window_pieces):
            a, b = passage.starts[first], passage.starts[end]
            sequences.append(Sequence(ids[a:b], types[a:b], special.text_prefix))
    question_row = len(sequences)
    for question in questions:
        ids = question.ids[:window_pieces]
        sequences.append(Sequence(ids, np.zeros_like(ids), special.question_prefix))
    flat = run_packed(network, sequences, workers)

    word_segment, sentence_index, sentence_segment = passage_segments(passages)
    words = sum(len(p.starts) - 1 for p in passages)
    sentences = sum(len(p.sentences) for p in passages)
    pieces = int(flat.offsets[question_row])
    word_logits = segment_mean(flat.logits[:pieces], torch.arange(pieces), word_segment, words)
    sentence_vectors = segment_mean(flat.states, sentence_index, sentence_segment, sentences)
    lengths = torch.from_numpy(np.diff(flat.offsets[question_row:]))
    question_segment = torch.repeat_interleave(torch.arange(len(questions)), lengths)
    question_index = torch.arange(pieces, int(flat.offsets[-1]))
    question_vectors = segment_mean(flat.states, question_index, question_segment, len(questions))
    passage_segment = torch.repeat_interleave(torch.arange(len(passages)), torch.tensor([len(p.ids) for p in passages], dtype=torch.long))
    passage_vectors = segment_mean(flat.states[:pieces], torch.arange(pieces), passage_segment, len(passages))
    sentence_vectors, passage_vectors = F.normalize(sentence_vectors, dim=1), F.normalize(passage_vectors, dim=1)
    return Reading(word_logits, sentence_vectors, passage_vectors, F.normalize(question_vectors, dim=1), flat.backward)


def passage_segments(passages: list[Passage]) -> tuple[Tensor, Tensor, Tensor]:
    """Word of each piece; then, for the pieces inside sentences, their index and their sentence."""
    word_of, index, sentence_of = [], [], []
    word_offset = piece_offset = sentence_offset = 0
    for passage in passages:
        word_of.append(passage.word_of_piece + word_offset)
        for number, (first, end) in enumerate(passage.sentences):
            a, b = int(passage.starts[first]), int(passage.starts[end])
            index.append(np.arange(a, b) + piece_offset)
            sentence_of.append(np.full(b - a, number + sentence_offset))
        word_offset += len(passage.starts) - 1
        piece_offset += len(passage.ids)
        sentence_offset += len(passage.sentences)
    join = lambda parts: torch.from_numpy(np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64))  # noqa: E731
    return join(word_of), join(index), join(sentence_of)


@dataclass
class PassageReading:
    """Word logits [words, 2], normalised sentence vectors and the normalised mean of all pieces of one passage."""

    logits: np.ndarray
    vectors: np.ndarray
    whole: np.ndarray


@torch.no_grad()
def read_passages(
    network: Network, passages: list[Passage], window_pieces: int = 254, plain: bool = False, half: bool = True, workers: Workers | None = None
) -> dict[str, PassageReading]:
    """Reads many passages, in evaluation mode; `half` computes in bfloat16."""
    network.eval()
    out: dict[str, PassageReading] = {}
    by_length = sorted(passages, key=lambda p: len(p.ids))
    for start in range(0, len(by_length), 32):
        part = by_length[start : start + 32]
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            reading = read_batch(network, part, [], window_pieces, plain=plain, workers=workers)
        logits, vectors = reading.word_logits.float().numpy(), reading.sentences.float().numpy()
        whole = reading.passages.float().numpy()
        word = sentence = 0
        for row, passage in enumerate(part):
            words, sentences = len(passage.starts) - 1, len(passage.sentences)
            out[passage.id] = PassageReading(
                logits[word : word + words], vectors[sentence : sentence + sentences], whole[row]
            )
            word, sentence = word + words, sentence + sentences
    return out


@torch.no_grad()
def read_questions(network: Network, questions: list[Question], half: bool = True) -> np.ndarray:
    """Normalised question vectors, [questions, width]."""
    network.eval()
    parts = []
    for start in range(0, len(questions), 128):
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            reading = read_batch(network, [], questions[start : start + 128], 254)
        parts.append(reading.questions.float().numpy())
    return np.concatenate(parts) if parts else np.zeros((0, 384), dtype=np.float32)
