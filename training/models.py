"""The models that are made here: what each is called, made from, and shipped as."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Model:
    """One model folder. `float_form`, `form` and `gpu_form` name forms of training.forms."""

    name: str
    version: str
    base: str
    licence: str
    token_types: str
    scripts: tuple[str, ...]
    float_form: str
    form: str
    gpu_form: str
    trained_from: str
    """A base of training.bases."""
    labelled: tuple[str, ...]
    """Labelled sets, `.train` and `.dev`."""
    held: tuple[str, ...]
    """Question sets that were not trained on, to calibrate on."""
    golden_texts: Path
    golden_file: str

    @property
    def folder(self) -> Path:
        return Path("models") / self.name

    @property
    def build(self) -> Path:
        """Where the float32 graph goes, which is never committed."""
        return Path("build/models") / self.name


MODELS = {
    "small": Model(
        name="contextsieve-small",
        version="0.2.0",
        base="sentence-transformers/all-MiniLM-L6-v2",
        licence="Apache-2.0",
        token_types="shape",
        scripts=("Latin",),
        float_form="fp32",
        form="int8 per token, 7-bit weights",
        gpu_form="7-bit weights, float32 products",
        trained_from="minilm",
        labelled=("distil",),
        held=("nq-oracle-bm25.held", "squad2.held", "ten-domains.dev"),
        golden_texts=Path("test/fixtures/passages.jsonl"),
        golden_file="model.json",
    ),
    "multilingual": Model(
        name="contextsieve-multilingual",
        version="0.1.0",
        base="intfloat/multilingual-e5-small",
        licence="MIT",
        token_types="zero",
        scripts=("Latin", "Han", "Hiragana", "Katakana", "Hangul", "Cyrillic", "Arabic", "Devanagari", "Greek"),
        float_form="fp32, 4-bit embeddings",
        form="4-bit blocks, int8 per token, 7-bit weights",
        gpu_form="4-bit blocks, float32 products",
        trained_from="e5",
        labelled=("distil", "multilingual"),
        held=("nq-oracle-bm25.held", "squad2.held", "ten-domains.dev", "jaquad.held"),
        golden_texts=Path("test/fixtures/passages-multilingual.jsonl"),
        golden_file="multilingual.json",
    ),
}
