"""The frozen base's states of labelled passages, which a word head alone is trained on:
`python -m training.frozen_states`.

Passages are read in a shuffled order, in the windows the library cuts, and written in parts; a run that was stopped
goes on behind the last part, and whatever parts there are make a fair sample.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch

from training.bases import BASES
from training.corpus import Passage, PieceEncoder, SpecialIds, read_distil
from training.network import Network
from training.packing import Sequence, collate
from training.windows import cut_windows

SETS = ("multilingual.dev", "multilingual.train", "distil.dev", "distil.train")
PART = 50
ReadWindow = Callable[[Sequence], np.ndarray]
"""States [tokens, states, width] of all tokens of a window, those around the text included."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="e5")
    parser.add_argument("--data", type=Path, default=Path("build/dataset"))
    parser.add_argument("--out", type=Path, default=Path("build/train/states"))
    parser.add_argument("--sets", nargs="*", default=SETS)
    parser.add_argument("--limit", type=int, default=0, help="passages of each set (0: all)")
    arguments = parser.parse_args()
    base = BASES[arguments.base]
    encoder = PieceEncoder(base.tokenizer())
    network = base.load(base.config()).eval()
    read = lambda sequence: network_states(network, sequence)  # noqa: E731
    for name in arguments.sets:
        passages = shuffled(read_distil(arguments.data / f"{name}.jsonl", encoder))[: arguments.limit or None]
        write_parts(arguments.out, name, passages, network.config.special, read)


def write_parts(folder: Path, name: str, passages: list[Passage], special: SpecialIds, read: ReadWindow) -> None:
    """Writes the parts of shuffled passages that are not on disk yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(passages), PART):
        file = folder / f"{name}.{start:05d}.npy"
        if file.exists():
            continue
        states = np.concatenate([passage_states(p, special, read) for p in passages[start : start + PART]])
        temporary = file.with_suffix(".tmp")
        with temporary.open("wb") as out:
            np.save(out, states)
        temporary.rename(file)
        print(file.name, len(states), flush=True)


def shuffled(passages: list[Passage]) -> list[Passage]:
    return [passages[i] for i in np.random.default_rng(11).permutation(len(passages))]


def read_parts(folder: Path, name: str, passages: list[Passage], edges: int) -> Iterator[tuple[Passage, np.ndarray]]:
    """The passages whose states are at hand, each with its states as `passage_states` writes them;
    `edges` is the number of tokens around a passage."""
    passages = shuffled(passages)
    for file in sorted(folder.glob(f"{name}.*.npy")):
        start = int(file.suffixes[-2].removeprefix("."))
        part = passages[start : start + PART]
        sizes = np.cumsum([len(p.ids) + edges for p in part])[:-1]
        yield from zip(part, np.split(np.load(file, mmap_mode="r"), sizes), strict=True)


def passage_states(passage: Passage, special: SpecialIds, read: ReadWindow) -> np.ndarray:
    """States of what stands in front of the text, of all its pieces and of [SEP], [tokens, states, width], in half
    precision."""
    first = 1 + len(special.text_prefix)
    parts = []
    for window in cut_windows(passage, prefix=len(special.text_prefix)):
        a, b = window.read_from, window.read_to
        states = read(Sequence(passage.ids[a:b], passage.types[a:b], special.text_prefix))
        # The tokens at the text's ends are read along with its first and last words.
        start = 0 if window.score_from == 0 else window.score_from + first
        end = window.score_to + first + (window.score_to == len(passage.ids))
        parts.append(states[start - a : end - a].astype(np.float16))
    return np.concatenate(parts)


@torch.no_grad()
def network_states(network: Network, sequence: Sequence) -> np.ndarray:
    """States of all tokens of one window that the word head reads."""
    inputs = collate([sequence], network.config.special)
    with torch.autocast("cpu", torch.bfloat16):
        states = network.encode(*inputs)
    return np.stack([states[place][0].float().numpy() for place in network.config.read_states], axis=1)


if __name__ == "__main__":
    main()
