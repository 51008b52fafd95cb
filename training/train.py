"""Trains the network: `python -m training.train --config training/configs/bundled.yaml`.

Checkpoints hold weights, averaged weights, optimizer and position; a run that was interrupted goes on where
its last checkpoint stands.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from training.base_vectors import BaseVectors
from training.bases import BASES
from training.corpus import Passage, PieceEncoder
from training.dev_figures import dev_figures
from training.losses import contrast_loss, match_loss, pull_loss, word_loss
from training.network import Network, NetworkConfig, blend_with_base
from training.packing import Workers
from training.plan import PlanConfig, Planner, Step
from training.reading import Reading, read_batch
from training.settings import Settings, read_settings
from training.soft_labels import SoftLabels
from training.teacher_vectors import TeacherVectors, centre
from training.training_corpus import TrainingCorpus, read_corpus


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="override one setting")
    arguments = parser.parse_args()
    train(read_settings(arguments.config, arguments.set))


def train(settings: Settings, stop_after: int | None = None) -> Path:
    """Runs or resumes a training; returns the file with the averaged weights. `stop_after` ends it early (tests)."""
    torch.manual_seed(settings.seed)
    out = Path(settings.out)
    out.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(settings, out)
    trainer.resume()
    trainer.run(stop_after)
    return out / "weights.pt"


class Trainer:
    """State of a run."""

    def __init__(self, settings: Settings, out: Path):
        self.settings, self.out = settings, out
        self.workers = Workers(settings.threads)
        base = BASES[settings.base]
        corpus = read_corpus(settings, PieceEncoder(base.tokenizer()))
        plan = PlanConfig(settings.labelled, settings.asked if corpus.others else 0, settings.distractors, settings.depth)
        self.planner = Planner(corpus.labelled, corpus.own, corpus.others, plan, settings.seed, corpus.streams)
        self.soft = SoftLabels([Path(f) for f in settings.soft], settings.soft_share)
        self.network = base.load(network_config(settings))
        self.teacher = open_teacher(settings, corpus, self.workers) if settings.pull or settings.match else None
        if settings.base == "e5-six":
            centre(self.network, list(corpus.passages().values()), self.workers)
        self.network.word_embedding.weight.requires_grad_(settings.train_embeddings)
        self.optimizer = build_optimizer(self.network, settings)
        self.average = {n: p.detach().clone() for n, p in self.network.named_parameters() if p.requires_grad}
        self.step = 0
        self.spent_seconds = 0.0
        self.total_steps = max(1, round(settings.epochs * self.planner.steps_per_epoch))

    def run(self, stop_after: int | None) -> None:
        settings = self.settings
        started = saved = evaluated = logged = time.monotonic()
        before = self.spent_seconds
        epoch, steps = -1, []
        sums: dict[str, float] = {}
        tokens = 0
        while not self.finished and (stop_after is None or self.step < stop_after):
            number, index = divmod(self.step, self.planner.steps_per_epoch)
            if number != epoch:
                epoch, steps = number, self.planner.epoch(number)
            random = np.random.default_rng([settings.seed, 3, self.step])
            losses, count = self.train_step(steps[index], random)
            tokens += count
            for name, value in losses.items():
                sums[name] = sums.get(name, 0.0) + value
            self.step += 1
            now = time.monotonic()
            self.spent_seconds = before + now - started
            if self.step % 25 == 0:
                figures = {k: round(v / 25, 4) for k, v in sums.items()}
                self.log(kind="train", tokens_per_second=round(tokens / (now - logged)), **figures)
                sums, tokens, logged = {}, 0, time.monotonic()
            if settings.evaluate_minutes and now - evaluated > 60 * settings.evaluate_minutes:
                self.evaluate(quick=True)
                evaluated = logged = time.monotonic()
            if now - saved > 60 * settings.checkpoint_minutes:
                self.save()
                saved = time.monotonic()
        self.save()
        if self.finished:
            torch.save({"weights": self.final_state(), "settings": dataclasses.asdict(settings)}, self.out / "weights.pt")
            if settings.evaluate_minutes:
                self.evaluate(quick=False)

    @property
    def progress(self) -> float:
        """Share of the run that is done, by epochs or by the clock, whichever is further."""
        by_clock = self.spent_seconds / (60 * self.settings.minutes) if self.settings.minutes else 0.0
        return max(self.step / self.total_steps, by_clock)

    @property
    def finished(self) -> bool:
        stop = self.settings.stop_epochs
        return self.progress >= 1 or (stop > 0 and self.step >= stop * self.planner.steps_per_epoch)

    def train_step(self, step: Step, random: np.random.Generator) -> tuple[dict[str, float], int]:
        settings = self.settings
        self.network.train()
        progress = self.progress
        rate = min(progress / settings.warmup, (1 - progress) / (1 - settings.warmup)) if settings.warmup else 1 - progress
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * max(rate, 0.002)
        keys, passages = list(step.passages), list(step.passages.values())
        with torch.autocast("cpu", torch.bfloat16):
            reading = read_batch(
                self.network,
                passages,
                [q for q, _ in step.questions],
                settings.window_pieces,
                settings.mask_rate,
                random,
                workers=self.workers,
            )
        parts = self.losses(step, keys, passages, reading)
        loss = sum(getattr(settings, name) * value for name, value in parts.items())
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        reading.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), settings.clip)
        self.optimizer.step()
        self.update_average()
        count = sum(len(p.ids) for p in passages) + sum(len(q.ids) for q, _ in step.questions)
        return {name: float(value.detach()) for name, value in parts.items()}, count

    def losses(self, step: Step, keys: list[str], passages: list[Passage], reading: Reading) -> dict[str, Tensor]:
        targets, weights = self.soft.targets(keys, passages)
        parts = {"words": word_loss(reading.word_logits, targets, weights, self.settings.smoothing)}
        if step.questions:
            positives = positive_sentences(step, keys, passages)
            parts["contrast"] = contrast_loss(reading.questions, reading.sentences, positives, self.settings.scale)
        if self.teacher:
            sentences, questions, wholes = self.teacher.of(keys, [f"question:{s}:{q.id}" for q, s in step.questions])
            ours, wanted = torch.cat([reading.sentences, reading.questions]), torch.cat([sentences, questions])
            parts["pull"] = pull_loss(torch.cat([ours, reading.passages[: len(wholes)]]), torch.cat([wanted, wholes]))
            if self.settings.match:
                parts["match"] = match_loss(ours, wanted)
        return parts

    @torch.no_grad()
    def update_average(self) -> None:
        """Moves the averaged weights towards the current ones, faster in the beginning."""
        weight = 1 - min(self.settings.average, (1 + self.step) / (10 + self.step))
        current = dict(self.network.named_parameters())
        torch._foreach_lerp_(list(self.average.values()), [current[n].detach() for n in self.average], weight)

    def averaged_state(self) -> dict[str, Tensor]:
        return {**self.network.state_dict(), **self.average}

    def final_state(self) -> dict[str, Tensor]:
        if not self.settings.base_share:
            return self.averaged_state()
        base = BASES[self.settings.base].load(self.network.config)
        return blend_with_base(self.averaged_state(), base, self.settings.base_share)

    def evaluate(self, quick: bool) -> None:
        network = Network(self.network.config)
        network.load_state_dict(self.final_state())
        self.log(kind="dev", **dev_figures(network, Path(self.settings.data), quick, workers=self.workers))

    def save(self) -> None:
        if self.teacher:
            self.teacher.save()
        state = {
            "settings": dataclasses.asdict(self.settings),
            "weights": self.network.state_dict(),
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "total_steps": self.total_steps,
            "spent_seconds": self.spent_seconds,
        }
        temporary = self.out / "checkpoint.tmp"
        torch.save(state, temporary)
        temporary.rename(self.out / "checkpoint.pt")

    def resume(self) -> None:
        file = self.out / "checkpoint.pt"
        if not file.exists():
            return
        state = torch.load(file)
        self.network.load_state_dict(state["weights"])
        self.average = state["average"]
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.total_steps = state["step"], state["total_steps"]
        self.spent_seconds = state["spent_seconds"]
        self.log(kind="resume")

    def log(self, **row: object) -> None:
        row = {"step": self.step, "minutes": round(self.spent_seconds / 60, 2), **row}
        line = json.dumps(row)
        print(line, flush=True)
        with (self.out / "log.jsonl").open("a") as file:
            file.write(line + "\n")


def positive_sentences(step: Step, keys: list[str], passages: list[Passage]) -> Tensor:
    """Boolean [questions, sentences of the batch]: which sentences hold a question's answer."""
    offsets: dict[str, int] = {}
    total = 0
    for key, passage in zip(keys, passages, strict=True):
        offsets[key] = total
        total += len(passage.sentences)
    out = torch.zeros(len(step.questions), total, dtype=torch.bool)
    for row, (question, source) in enumerate(step.questions):
        for passage_id, sentence in question.positives:
            offset = offsets.get(f"{source}:{passage_id}")
            if offset is not None:
                out[row, offset + sentence] = True
    return out


def open_teacher(settings: Settings, corpus: TrainingCorpus, workers: Workers) -> BaseVectors | TeacherVectors | None:
    """Where the vectors come from that ours are pulled to; none where nothing is asked."""
    cache = Path(settings.data).parent / "train"
    if settings.base == "e5-six":
        return TeacherVectors(settings, cache / "teacher-vectors", workers)
    if not (corpus.own or corpus.others):
        return None
    return BaseVectors(corpus, cache)


def network_config(settings: Settings) -> NetworkConfig:
    return dataclasses.replace(BASES[settings.base].config(), head_width=settings.head_width, head_kernel=settings.head_kernel, dropout=settings.dropout)


def build_optimizer(network: Network, settings: Settings) -> torch.optim.Optimizer:
    """AdamW with smaller steps for lower layers, larger ones for what starts from nothing (head, shapes)."""
    groups: dict[tuple[float, float], list[Tensor]] = {}
    depth = network.config.layers
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        if name.startswith(("head.", "type_embedding")):
            rate = settings.head_rate
        elif name.startswith("layers."):
            rate = settings.learning_rate * settings.layer_decay ** (depth - 1 - int(name.split(".")[1]))
        else:
            rate = settings.learning_rate * settings.layer_decay**depth
        decay = settings.weight_decay if parameter.ndim > 1 and "embedding" not in name else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    listed = [{"params": p, "peak": rate, "weight_decay": decay} for (rate, decay), p in groups.items()]
    return torch.optim.AdamW(listed, lr=settings.learning_rate, betas=(0.9, 0.98), eps=1e-8, foreach=True)


if __name__ == "__main__":
    main()
