"""The networks that training starts from, and the tokenizers they read with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from training.base_e5 import BaseE5, fetch
from training.corpus import SpecialIds
from training.network import Network, NetworkConfig, base_folder, load_base

E5_SIX = (0, 2, 4, 7, 9, 11)
"""The layers of the twelve that the small network starts from: spread, since only the last two hold the sentence."""
E5_HEAD_STATES = (2, 4, 6, 8, 10)
"""The states that the word head reads: linear probes say most in the middle."""
E5_KEPT = Path("build/base/kept.npy")
E5_TOKENIZER = Path("build/base/tokenizer.json")
E5_ALL_TOKENIZER = Path("build/base/tokenizer.full.json")


@dataclass(frozen=True)
class Base:
    """A base: `load` makes a network of these sizes with its weights."""

    tokenizer: Callable[[], Path]
    config: Callable[[], NetworkConfig]
    load: Callable[[NetworkConfig], Network]


def load_e5(config: NetworkConfig, layers: tuple[int, ...], kept: np.ndarray | None = None) -> Network:
    """Some layers of multilingual-e5-small, over the kept pieces (all where None)."""
    stored = BaseE5(fetch())
    network = Network(config)
    width, inner = config.width, config.inner
    with torch.no_grad():
        words = stored.matrix("emb.word", width)
        network.word_embedding.weight.copy_(words if kept is None else words[torch.from_numpy(kept)])
        network.position_embedding.weight.copy_(stored.vector("emb.pos").view(-1, width))
        network.type_embedding.weight.copy_(stored.vector("emb.type").view(-1, width)[:1])
        network.embedding_norm.weight.copy_(stored.vector("emb.ln.w"))
        network.embedding_norm.bias.copy_(stored.vector("emb.ln.b"))
        for layer, index in zip(network.layers, layers, strict=True):
            prefix = f"l{index}."
            layer.attention_in.weight.copy_(torch.cat([stored.matrix(f"{prefix}{part}.w", width) for part in "qkv"]))
            layer.attention_in.bias.copy_(torch.cat([stored.vector(f"{prefix}{part}.b") for part in "qkv"]))
            for module, name, columns in ((layer.attention_out, "ao", width), (layer.feed_in, "fi", width), (layer.feed_out, "fo", inner)):
                module.weight.copy_(stored.matrix(f"{prefix}{name}.w", columns))
                module.bias.copy_(stored.vector(f"{prefix}{name}.b"))
            for norm, name in ((layer.attention_norm, "aln"), (layer.feed_norm, "oln")):
                norm.weight.copy_(stored.vector(f"{prefix}{name}.w"))
                norm.bias.copy_(stored.vector(f"{prefix}{name}.b"))
    return network


def load_e5_teacher() -> Network:
    """All twelve layers over all pieces."""
    config = e5_config("e5", E5_ALL_TOKENIZER, layers=12)
    return load_e5(config, tuple(range(12))).eval()


def e5_config(base: str, tokenizer_file: Path, **sizes: object) -> NetworkConfig:
    """Sizes of a network over a Unigram vocabulary, and the words that multilingual-e5 reads in front of each text."""
    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    cls, sep, pad, unk, mask = (tokenizer.token_to_id(t) for t in ("<s>", "</s>", "<pad>", "<unk>", "<mask>"))
    text, question = (tuple(tokenizer.encode(p, add_special_tokens=False).ids) for p in (" passage:", " query:"))
    special = SpecialIds(cls, sep, pad, unk, mask, text, question)
    return NetworkConfig(base=base, special=special, vocabulary=tokenizer.get_vocab_size(), token_types=1, **sizes)


BASES = {
    "minilm": Base(lambda: base_folder() / "tokenizer.json", NetworkConfig, lambda config: load_base(base_folder(), config)),
    "e5": Base(
        lambda: E5_TOKENIZER,
        lambda: e5_config("e5", E5_TOKENIZER, layers=12, head_states=E5_HEAD_STATES),
        lambda config: load_e5(config, tuple(range(12)), np.load(E5_KEPT)),
    ),
    "e5-six": Base(
        lambda: E5_TOKENIZER,
        lambda: e5_config("e5-six", E5_TOKENIZER, layers=len(E5_SIX)),
        lambda config: load_e5(config, E5_SIX, np.load(E5_KEPT)),
    ),
}
"""`e5` keeps all twelve layers as they are; `e5-six` begins with six of them and learns from the twelve."""
