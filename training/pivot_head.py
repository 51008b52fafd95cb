"""The third read-out, pivot: trained on the states that the exported graph gives, while the graph stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.attach import joined_states
from training.corpus import Passage, SpecialIds
from training.forms import session
from training.onnx_run import feed
from training.pivots import UNJUDGED
from training.windows import cut_windows


@dataclass
class PivotSettings:
    """How the head is trained. Rates are per step; `drop_inputs` drops states, `drop` the hidden layer."""

    name: str
    out: str
    data: str = "../shared/data"
    seed: int = 1
    width: int = 64
    epochs: int = 6
    windows: int = 16  # per step
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    warmup_steps: int = 50
    drop_inputs: float = 0.3
    drop: float = 0.1
    average: float = 0.99


class PivotHead(nn.Module):
    """One hidden layer over the joined states of all layers; one logit a piece."""

    def __init__(self, inputs: int, width: int, drop_inputs: float = 0.0, drop: float = 0.0):
        super().__init__()
        self.inner = nn.Linear(inputs, width)
        self.outer = nn.Linear(width, 1)
        self.drop_inputs = drop_inputs
        self.dropout = nn.Dropout(drop)

    def forward(self, states: Tensor) -> Tensor:
        weight = self.inner.weight
        if self.training and self.drop_inputs:
            # One mask a step: masking the weights costs nothing beside masking every state.
            weight = weight * (torch.rand(weight.shape[1]) >= self.drop_inputs) / (1 - self.drop_inputs)
        inner = F.linear(states, weight.to(states.dtype)).float() + self.inner.bias
        return self.outer(self.dropout(F.gelu(inner)))[:, 0]


@dataclass
class Block:
    """The pieces of some windows' words: their states, and the word of each among the block's."""

    states: Tensor
    word_of: Tensor
    words: np.ndarray  # numbers of the words among those of all passages

    def logits(self, head: PivotHead) -> Tensor:
        """The mean of each word's pieces'."""
        pieces = head(self.states)
        total = torch.zeros(len(self.words)).index_add_(0, self.word_of, pieces)
        return total / torch.bincount(self.word_of, minlength=len(self.words))


def read_blocks(
    graph: Path, passages: list[Passage], windows: int, random: np.random.Generator, special: SpecialIds = SpecialIds()
) -> list[Block]:
    """What the graph knows of the passages' words, a random `windows` of its runs in each block."""
    runner, name = state_session(graph)
    first_word = np.cumsum([0, *(len(p.starts) - 1 for p in passages)])
    prefix = len(special.text_prefix)
    places = [(p, window) for p in range(len(passages)) for window in cut_windows(passages[p], prefix=prefix)]
    order = random.permutation(len(places))
    blocks = []
    for start in range(0, len(order), windows):
        states, words = [], []
        for place in order[start : start + windows]:
            number, window = places[place]
            passage, a, b = passages[number], window.read_from, window.read_to
            found = runner.run([name], feed(passage.ids[a:b], passage.types[a:b], special))[0][0]
            scored = slice(window.score_from - a + 1 + prefix, window.score_to - a + 1 + prefix)
            states.append(torch.from_numpy(found[scored]).bfloat16())
            words.append(passage.word_of_piece[window.score_from : window.score_to] + first_word[number])
        distinct, word_of = np.unique(np.concatenate(words), return_inverse=True)
        blocks.append(Block(torch.cat(states), torch.from_numpy(word_of), distinct))
    return blocks


def state_session(graph: Path):
    """A session on a graph that also gives the joined states, and their name."""
    model = onnx.load(graph)
    name = joined_states(model)
    model.graph.output.append(onnx.helper.make_empty_tensor_value_info(name))
    return session(model), name


def train_head(settings: PivotSettings, blocks: list[Block], labels: np.ndarray) -> PivotHead:
    """A trained head with averaged weights; words labelled UNJUDGED teach nothing."""
    torch.manual_seed(settings.seed)
    random = np.random.default_rng(settings.seed)
    head = PivotHead(blocks[0].states.shape[1], settings.width, settings.drop_inputs, settings.drop)
    average = {name: value.clone() for name, value in head.state_dict().items()}
    optimizer = torch.optim.AdamW(head.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay)
    total, step = settings.epochs * len(blocks), 0
    for epoch in range(settings.epochs):
        losses = []
        for index in random.permutation(len(blocks)):
            block = blocks[index]
            rate = settings.learning_rate * min(1, (step + 1) / settings.warmup_steps) * (1 - step / total)
            optimizer.param_groups[0]["lr"] = rate
            target = torch.from_numpy(labels[block.words])
            judged = target != UNJUDGED
            loss = F.binary_cross_entropy_with_logits(block.logits(head)[judged], target[judged].float())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
            share = min(settings.average, step / (step + 9))
            for name, value in head.state_dict().items():
                average[name].lerp_(value, 1 - share)
            losses.append(loss.item())
        print(f"epoch {epoch + 1} of {settings.epochs}: loss {np.mean(losses):.4f}", flush=True)
    head.load_state_dict(average)
    return head.eval()
