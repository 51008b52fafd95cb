"""Which passages and questions meet in which training step."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from training.corpus import Passage, Question


@dataclass
class QuestionSet:
    """Questions with the passages they may refer to."""

    name: str
    passages: dict[str, Passage]
    questions: list[Question]


@dataclass
class Step:
    """Passages of one batch by key, and its questions with the keys their positives refer to."""

    passages: dict[str, Passage] = field(default_factory=dict)
    questions: list[tuple[Question, str]] = field(default_factory=list)


@dataclass(frozen=True)
class PlanConfig:
    """Sizes of a step. `distractors` is the number of hard wrong passages beside each gold one, `depth` how far
    down the retriever's list they are drawn from."""

    labelled: int = 24
    asked: int = 6
    distractors: int = 2
    depth: int = 8


@dataclass
class Stream:
    """Passages of which each step takes the next `count` of an endless shuffle."""

    name: str
    passages: list[Passage]
    count: int


class Planner:
    """Plans epoch after epoch from a seed, the same plan for the same seed, so that a run can resume anywhere."""

    def __init__(self, labelled: list[Passage], own: list[Question], others: list[QuestionSet], config: PlanConfig, seed: int, streams: list[Stream] | None = None):
        self.labelled = {p.id: p for p in labelled}
        self.own: dict[str, list[Question]] = {}
        for question in own:
            if question.positives:
                self.own.setdefault(question.gold[0], []).append(question)
        self.others = others
        self.asked = [(s, q) for s in others for q in s.questions if q.positives]
        self.config = config
        self.seed = seed
        self.streams = [s for s in streams or [] if s.passages and s.count]

    @property
    def steps_per_epoch(self) -> int:
        return max(1, len(self.labelled) // self.config.labelled)

    def epoch(self, number: int) -> list[Step]:
        """The steps of one epoch: every labelled passage once, with all its own questions, and a share of the others."""
        random = np.random.default_rng([self.seed, number])
        order = self.cluster(random)
        asked = self.asked_of_epoch(number)
        steps = []
        for index in range(self.steps_per_epoch):
            step = Step()
            for passage_id in order[index * self.config.labelled : (index + 1) * self.config.labelled]:
                step.passages[f"distil:{passage_id}"] = self.labelled[passage_id]
                step.questions.extend((q, "distil") for q in self.own.get(passage_id, []))
            for source, question in asked[index * self.config.asked : (index + 1) * self.config.asked]:
                self.add_question(step, source, question, random)
            self.add_streams(step, number * self.steps_per_epoch + index)
            steps.append(step)
        return steps

    def cluster(self, random: np.random.Generator) -> list[str]:
        """All labelled passages in an order that puts passages a retriever confuses next to each other."""
        left = dict.fromkeys(np.array(list(self.labelled))[random.permutation(len(self.labelled))].tolist())
        order: list[str] = []
        while left:
            first = next(iter(left))
            group = [first]
            for question in self.own.get(first, []):
                near = [d for d in question.documents[: self.config.depth] if d in left and d not in group]
                group.extend(near[: self.config.distractors])
            for passage_id in group:
                del left[passage_id]
            order.extend(group)
        return order

    def asked_of_epoch(self, number: int) -> list[tuple[QuestionSet, Question]]:
        """The next stretch of an endless shuffle of the other sets' questions."""
        need = self.steps_per_epoch * self.config.asked
        return [self.asked[i] for i in self.endless(len(self.asked), number * need, need, 7)]

    def endless(self, size: int, position: int, need: int, salt: int) -> list[int]:
        """`need` places from `position` on in an endless row of shuffles of `size` things."""
        out: list[int] = []
        while size and len(out) < need:
            lap, offset = divmod(position + len(out), size)
            order = np.random.default_rng([self.seed, salt, lap]).permutation(size)
            out.extend(order[offset : offset + need - len(out)].tolist())
        return out

    def add_streams(self, step: Step, number: int) -> None:
        for salt, stream in enumerate(self.streams, 8):
            for index in self.endless(len(stream.passages), number * stream.count, stream.count, salt):
                step.passages[f"{stream.name}:{stream.passages[index].id}"] = stream.passages[index]

    def add_question(self, step: Step, source: QuestionSet, question: Question, random: np.random.Generator) -> None:
        gold = {p for p, _ in question.positives}
        wrong = [d for d in question.documents if d not in question.gold and d in source.passages][: self.config.depth]
        picked = random.permutation(len(wrong))[: self.config.distractors]
        for passage_id in [*gold, *(wrong[i] for i in picked)]:
            step.passages[f"{source.name}:{passage_id}"] = source.passages[passage_id]
        step.questions.append((question, source.name))
