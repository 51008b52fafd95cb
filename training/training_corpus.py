"""Everything that one training reads, cut into the pieces of one tokenizer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from training.corpus import Passage, PieceEncoder, Question, read_distil, read_questions
from training.plan import QuestionSet, Stream
from training.settings import Settings


@dataclass
class TrainingCorpus:
    """Labelled passages with their own questions, question sets, and streams of further passages."""

    labelled: list[Passage]
    own: list[Question]
    others: list[QuestionSet]
    streams: list[Stream]

    def passages(self) -> dict[str, Passage]:
        """All passages by the key that training steps know them by."""
        found = {f"distil:{p.id}": p for p in self.labelled}
        for source in self.others:
            found |= {f"{source.name}:{i}": p for i, p in source.passages.items()}
        for stream in self.streams:
            found |= {f"{stream.name}:{p.id}": p for p in stream.passages}
        return found

    def questions(self) -> dict[str, Question]:
        """All questions by key."""
        found = {f"question:distil:{q.id}": q for q in self.own}
        for source in self.others:
            found |= {f"question:{source.name}:{q.id}": q for q in source.questions}
        return found


def read_corpus(settings: Settings, encoder: PieceEncoder) -> TrainingCorpus:
    data = Path(settings.data)
    labelled = read_distil(data / "distil.train.jsonl", encoder)
    own: list[Question] = []
    if settings.own_questions:
        ids = {p.id for p in labelled}
        _, asked = read_questions(data / "qa.ten-domains.train.jsonl", encoder)
        own = [q for q in asked if q.gold[0] in ids]
    others = [QuestionSet(n, *read_questions(data / f"qa.{n}.jsonl", encoder)) for n in settings.question_sets]
    counts = {"multilingual": settings.multilingual, "running": settings.running}
    streams = [Stream(n, read_distil(data / f"{n}.train.jsonl", encoder), count) for n, count in counts.items() if count]
    return TrainingCorpus(labelled, own, others, streams)
