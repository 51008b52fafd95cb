"""Cuts the multilingual base's vocabulary: `python -m training.vocabulary --pieces 60000`.

A piece is kept by what it saves: how often it is used, times the pieces it would fall into without it. Use is counted
over texts at hand and over word frequencies (wordfreq) of each language, with a prior from the vocabulary's own
probabilities. All single characters of the scripts that are common enough stay, so that hardly anything becomes
unknown. Writes the kept ids and a tokenizer.json whose spaces are the caller's: a word is read behind a space (` word`)
or glued to the one before (`word`).
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import unicodedata
from collections import Counter
from pathlib import Path

import msgpack
import numpy as np
from tokenizers import Tokenizer

from training.base_e5 import BaseE5, fetch

OUT = Path("build/base")
LANGUAGES = "en ja zh ko de fr es pt it ru ar hi tr vi".split()
SCRIPTS = {"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "CYRILLIC", "ARABIC", "DEVANAGARI", "GREEK", "FULLWIDTH", "HALFWIDTH"}
PRIOR_SHARE = 0.15
FREQUENCY_SHARE = 0.5
"""Shares of a piece's use that the vocabulary's probabilities and word frequencies stand for, beside texts."""
TITLE_SHARE = 0.2
"""Share of a word's uses that begin with a capital: word frequencies are lower-cased."""
SPECIAL = 4  # <s> <pad> </s> <unk>
UNKNOWN, MASK = "<unk>", "<mask>"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pieces", type=int, default=60_000)
    parser.add_argument("--data", type=Path, default=Path("build/dataset"))
    arguments = parser.parse_args()
    base = BaseE5(fetch())
    everything = np.arange(len(base.pieces))
    full = write_tokenizer(base, everything, OUT / "tokenizer.full.json")
    kept = choose_pieces(base, full, texts_by_language(arguments.data), arguments.pieces)
    np.save(OUT / "kept.npy", kept)
    pruned = write_tokenizer(base, kept, OUT / "tokenizer.json")
    for language, words in texts_by_language(arguments.data).items():
        sizes = [sum(len(e.ids) for e in t.encode_batch(words, add_special_tokens=False)) for t in (full, pruned)]
        unknown = sum(e.ids.count(base.unk) for e in pruned.encode_batch(words, add_special_tokens=False))
        print(f"{language}: {sizes[1] / sizes[0] - 1:+.1%} pieces, {unknown / sizes[1]:.3%} unknown")


def write_tokenizer(base: BaseE5, ids: np.ndarray, file: Path) -> Tokenizer:
    """A tokenizer of the pieces of these ids, numbered anew in their order."""
    names = [base.pieces[i] for i in ids]
    special = [*names[:SPECIAL], MASK]
    document = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": names.index(s), "content": s, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
            for s in special
        ],
        "normalizer": {"type": "NFKC"},
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": False},
        "post_processor": None,
        "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": False},
        "model": {
            "type": "Unigram",
            "unk_id": names.index(UNKNOWN),
            "vocab": [[name, round(float(base.scores[i]), 4)] for name, i in zip(names, ids, strict=True)],
            "byte_fallback": False,
        },
    }
    file.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    return Tokenizer.from_file(str(file))


def texts_by_language(data: Path) -> dict[str, list[str]]:
    """Words as the encoder reads them, ` word` behind a space, by language."""
    out: dict[str, list[str]] = {}
    for name, language in [("running.train", ""), ("multilingual.train", ""), ("distil.train", "en"), ("qa.jaquad.train", "ja")]:
        with (data / f"{name}.jsonl").open(encoding="utf-8") as lines:
            next(lines)
            for line in lines:
                row = json.loads(line)
                if "words" not in row:
                    continue
                spaced = [" " * (shape % 4 > 0) + word for word, shape in zip(row["words"], row["shapes"], strict=True)]
                out.setdefault(language or row["domain"], []).extend(spaced)
    return out


def choose_pieces(base: BaseE5, full: Tokenizer, texts: dict[str, list[str]], count: int) -> np.ndarray:
    """Ids of the pieces to keep, ascending."""
    scripts = [{unicodedata.name(c, "?").split()[0] for c in piece if c.isalpha()} for piece in base.pieces]
    ours = np.array([s <= SCRIPTS for s in scripts])
    prior = np.exp(base.scores.astype(np.float64)) * ours
    prior[:SPECIAL] = prior[-1] = 0
    use = PRIOR_SHARE * prior / prior.sum()
    for language in LANGUAGES:
        counted = share(count_pieces(full, Counter(texts.get(language, []))), len(base.pieces))
        frequent = share(count_pieces(full, word_frequencies(language)), len(base.pieces))
        use += ((1 - FREQUENCY_SHARE) * counted + FREQUENCY_SHARE * frequent) / len(LANGUAGES)
    letters = np.array([len(piece.removeprefix("▁")) <= 1 for piece in base.pieces])
    hangul = np.array([s == {"HANGUL"} for s in scripts])
    always = letters & ours & ((use > use[letters].mean() * 0.001) | (base.scores > -14.5) | hangul)
    always[:SPECIAL] = always[-1] = True
    saved = use * np.maximum(pieces_without(base, use, always) - 1, 0.3) * ours
    saved[always] = np.inf
    return np.sort(np.argsort(-saved, kind="stable")[:count])


def pieces_without(base: BaseE5, use: np.ndarray, always: np.ndarray) -> np.ndarray:
    """How many pieces of a small core vocabulary each piece falls into; 3 for the pieces of the core itself."""
    core = np.sort(np.union1d(np.nonzero(always)[0], np.argsort(-use)[:12_000]))
    tokenizer = write_tokenizer(base, core, OUT / "tokenizer.core.json")
    cut = tokenizer.encode_batch([piece.replace("▁", " ") for piece in base.pieces], add_special_tokens=False)
    sizes = np.array([len(e.ids) for e in cut], dtype=np.float64)
    sizes[core] = 3
    return sizes


def count_pieces(tokenizer: Tokenizer, words: dict[str, float]) -> dict[int, float]:
    counts: dict[int, float] = {}
    for encoded, weight in zip(tokenizer.encode_batch(list(words), add_special_tokens=False), words.values(), strict=True):
        for i in encoded.ids:
            counts[i] = counts.get(i, 0) + weight
    return counts


def share(counts: dict[int, float], size: int) -> np.ndarray:
    out = np.zeros(size)
    out[list(counts)] = list(counts.values())
    return out / max(out.sum(), 1e-9)


def word_frequencies(language: str) -> dict[str, float]:
    """Frequencies of wordfreq's words, each behind a space, lower case and capitalized."""
    spec = importlib.util.find_spec("wordfreq")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("Expected the package `wordfreq` (see training/requirements.txt).")
    folder = Path(spec.origin).parent / "data"
    file = next(f for f in (folder / f"{size}_{language}.msgpack.gz" for size in ("large", "small")) if f.exists())
    # The list's place is the word's rarity in hundredths of a factor of ten; the first entry is a header.
    lists = msgpack.unpackb(gzip.decompress(file.read_bytes()), raw=False)[1:]
    space = "" if language in ("ja", "zh") else " "
    out: dict[str, float] = {}
    for rarity, words in enumerate(lists):
        for word in words:
            frequency = 10 ** (-rarity / 100)
            out[space + word] = out.get(space + word, 0) + (1 - TITLE_SHARE) * frequency
            title = space + word[:1].upper() + word[1:]
            out[title] = out.get(title, 0) + TITLE_SHARE * frequency
    return out


if __name__ == "__main__":
    main()
