"""Trains a word head on the states of a base that stays as it is: `python -m training.train_head --config FILE`.

The states were computed once (training.frozen_states), so an epoch takes a minute and no vector of the base changes.
"""

from __future__ import annotations

import argparse
import copy
import dataclasses
import json
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import yaml
from torch import Tensor

from training.bases import BASES
from training.corpus import Passage, PieceEncoder, read_distil
from training.dev_figures import label_figures
from training.frozen_states import read_parts
from training.losses import word_loss
from training.network import NetworkConfig, WordHead
from training.packing import Workers, segment_mean
from training.reading import PassageReading
from training.soft_labels import weigh
from training.teacher_vectors import centre


@dataclass
class HeadSettings:
    """One run. `repeat` says how often an epoch reads the passages of other languages, `more` how much more often those
    of some of them."""

    name: str
    out: str
    base: str = "e5"
    data: str = "build/dataset"
    states: str = "build/train/states"
    seed: int = 1
    epochs: int = 8
    repeat: int = 3
    more: dict[str, int] = field(default_factory=dict)
    batch_tokens: int = 4000
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    dropout: float = 0.1
    smoothing: float = 0.02
    average: float = 0.99
    head_width: int = 256
    head_kernel: int = 5


@dataclass
class Item:
    """A labelled passage with its states [tokens, states, width]; the text's pieces begin at `first`."""

    passage: Passage
    states: np.ndarray
    first: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    arguments = parser.parse_args()
    settings = HeadSettings(**yaml.safe_load(arguments.config.read_text()))
    torch.manual_seed(settings.seed)
    out = Path(settings.out)
    out.mkdir(parents=True, exist_ok=True)
    base = BASES[settings.base]
    config = dataclasses.replace(
        base.config(), head_width=settings.head_width, head_kernel=settings.head_kernel, dropout=settings.dropout
    )
    encoder = PieceEncoder(base.tokenizer())
    read = lambda name: read_items(settings, name, encoder, config)  # noqa: E731
    english, foreign = read("distil.train"), read("multilingual.train")
    items = english + repeated(foreign, settings)
    dev = {name: read(f"{name}.dev") for name in ("distil", "multilingual")}
    print(f"{len(english)} English passages, {len(foreign)} of other languages", flush=True)
    head = train_head(WordHead(config), items, dev, settings, out)

    network = base.load(config).eval()
    network.head.load_state_dict(head.state_dict())
    running = read_distil(Path(settings.data) / "running.train.jsonl", encoder)
    centre(network, running, Workers(2))
    torch.save({"weights": network.state_dict(), "settings": dataclasses.asdict(settings)}, out / "weights.pt")


def repeated(items: list[Item], settings: HeadSettings) -> list[Item]:
    """Passages of other languages as often as an epoch reads them."""
    return [i for i in items for _ in range(settings.repeat * settings.more.get(i.passage.domain, 1))]


def read_items(settings: HeadSettings, name: str, encoder: PieceEncoder, config: NetworkConfig) -> list[Item]:
    passages = read_distil(Path(settings.data) / f"{name}.jsonl", encoder)
    first = 1 + len(config.special.text_prefix)
    return [Item(p, s, first) for p, s in read_parts(Path(settings.states), name, passages, first + 1)]


def train_head(head: WordHead, items: list[Item], dev: dict[str, list[Item]], settings: HeadSettings, out: Path) -> WordHead:
    """Trains the head from where it stands; returns the averaged one."""
    # What the norms could learn, the layer behind them learns too, and no gradient has to pass them.
    head.norms.requires_grad_(False)
    trained = {n: p for n, p in head.named_parameters() if p.requires_grad}
    average = {n: p.detach().clone() for n, p in trained.items()}
    optimizer = torch.optim.AdamW(trained.values(), lr=settings.learning_rate, weight_decay=settings.weight_decay, betas=(0.9, 0.98))
    random = np.random.default_rng(settings.seed)
    plans = [batches(items, settings.batch_tokens, random) for _ in range(settings.epochs)]
    total, step, started = sum(map(len, plans)), 0, time.monotonic()
    best = copy.deepcopy(head)
    for epoch, plan in enumerate(plans):
        head.train()
        losses = []
        for batch in plan:
            optimizer.param_groups[0]["lr"] = settings.learning_rate * min(step / (0.05 * total) + 0.01, (1 - step / total) / 0.95)
            logits = word_logits(head, batch)
            targets, weights = labels_of(batch)
            loss = word_loss(logits, targets, weights, settings.smoothing)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained.values(), 1.0)
            optimizer.step()
            step += 1
            share = 1 - min(settings.average, step / (10 + step))
            for name, parameter in trained.items():
                average[name].lerp_(parameter.detach(), share)
            losses.append(loss.item())
        best.load_state_dict(head.state_dict() | average)
        is_shown = epoch + 1 == settings.epochs or epoch % 4 == 3
        figures = {name: figures_of(best, part) for name, part in dev.items() if part and is_shown}
        row = {"english": sum(len(i.passage.domain) != 2 for i in items), "epoch": epoch + 1, "minutes": round((time.monotonic() - started) / 60, 2), "loss": round(float(np.mean(losses)), 4), **figures}
        print(json.dumps(row), flush=True)
        with (out / "log.jsonl").open("a") as log:
            log.write(json.dumps(row) + "\n")
    return best


def batches(items: list[Item], tokens: int, random: np.random.Generator) -> list[list[Item]]:
    """All items, a batch's of about one length, in random order."""
    order = sorted(random.permutation(len(items)).tolist(), key=lambda i: len(items[i].states) // 16)
    out: list[list[Item]] = []
    current: list[Item] = []
    for index in order:
        longest = max(len(items[index].states), *(len(i.states) for i in current), 0)
        if current and longest * (len(current) + 1) > tokens:
            out.append(current)
            current = []
        current.append(items[index])
    out.append(current)
    return [out[i] for i in random.permutation(len(out))]


def word_logits(head: WordHead, batch: list[Item]) -> Tensor:
    """Logits [words, 2] of all passages one after another."""
    length = max(len(item.states) for item in batch)
    rows = np.zeros((len(batch), length, *batch[0].states.shape[1:]), dtype=np.float16)
    mask = torch.zeros(len(batch), length)
    inside = torch.zeros(len(batch), length, dtype=torch.bool)
    words, offset = [], 0
    for row, item in enumerate(batch):
        rows[row, : len(item.states)] = item.states
        mask[row, : len(item.states)] = 1
        inside[row, item.first : len(item.states) - 1] = True
        words.append(item.passage.word_of_piece + offset)
        offset += len(item.passage.starts) - 1
    states = list(torch.from_numpy(rows).to(torch.bfloat16).unbind(2))
    with torch.autocast("cpu", torch.bfloat16):
        logits = head(states, mask)
    pieces = logits[inside]
    return segment_mean(pieces, torch.arange(len(pieces)), torch.from_numpy(np.concatenate(words)), offset)


def labels_of(batch: list[Item]) -> tuple[Tensor, Tensor]:
    labels = np.concatenate([item.passage.labels for item in batch])
    targets = np.stack([labels >= 1, labels >= 2], axis=1).astype(np.float32)
    weights = [weigh(len(p.labels), p.weight, p.core_weight) for p in (item.passage for item in batch)]
    return torch.from_numpy(targets), torch.from_numpy(np.concatenate(weights))


@torch.no_grad()
def figures_of(head: WordHead, items: list[Item]) -> dict[str, object]:
    """Figures over all words, and by language where there are several."""
    head.eval()
    readings = {}
    for start in range(0, len(items), 16):
        part = items[start : start + 16]
        logits = np.split(word_logits(head, part).float().numpy(), np.cumsum([len(i.passage.labels) for i in part])[:-1])
        readings |= {i.passage.id: PassageReading(own, np.zeros(0), np.zeros(0)) for i, own in zip(part, logits, strict=True)}
    return label_figures([i.passage for i in items], readings)


if __name__ == "__main__":
    main()
