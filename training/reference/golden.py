"""Runs the published LLMLingua-2 and writes what it keeps: `python -m training.reference.golden`.

Nothing of the reference's own code is changed except where it cannot answer at all:

* A forced string that is not one piece of the vocabulary gets a token with a random embedding. Such cases could not be
  compared, so the model is wrapped: it reads the string's ordinary pieces (none for a line feed) in its place, and the
  rule goes on with the answer. The forced word itself counts 1 whatever the model says.
* Byte-level tokenizers are refused. They run under the rules for XLM-RoBERTa, with `Ġ` in place of `▁`.
"""

import argparse
import gzip
import hashlib
import json
import re
from importlib.metadata import version
from pathlib import Path

import torch

from training.reference.ranks import provide_ranks

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "test" / "fixtures"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--texts", type=Path, default=FIXTURES / "llmlingua2-texts.jsonl")
    arguments.add_argument("--out", type=Path, default=FIXTURES / "llmlingua2")
    arguments.add_argument("--work", type=Path, default=ROOT / "build" / "reference")
    arguments.add_argument("--family", action="append", help="only this family; may be given several times")
    given = arguments.parse_args()
    provide_ranks(given.work / "tiktoken", ROOT)
    torch.set_num_threads(1)

    from training.reference.checkpoints import FAMILIES, export_checkpoint, make_checkpoint

    texts = [json.loads(line)["text"] for line in given.texts.read_text().splitlines() if line]
    for family in FAMILIES:
        if given.family and family.name not in given.family:
            continue
        checkpoint = make_checkpoint(family, texts, given.work)
        export_checkpoint(checkpoint, family, given.out / family.name)
        write_golden(open_reference(checkpoint, family.name), texts, given.out / f"golden.{family.name}.jsonl.gz")


def open_reference(checkpoint: Path, family: str):
    """The published compressor on a checkpoint, wrapped as this module's text says."""
    from llmlingua import PromptCompressor

    from training.reference.wrapped import extend_to_byte_level, read_forced_strings_as_text

    compressor = PromptCompressor(str(checkpoint), device_map="cpu", use_llmlingua2=True)
    compressor.model.eval()
    if family == "byte-level":
        extend_to_byte_level(compressor)
    else:
        compressor.plain_word = str
    read_forced_strings_as_text(compressor)
    return compressor


def write_golden(compressor, texts: list[str], target: Path, extra: dict | None = None) -> None:
    from training.reference.options import OPTION_SETS

    packages = ["llmlingua", "torch", "transformers", "tokenizers", "tiktoken", "numpy"]
    header = {
        "versions": {name: version(name) for name in packages},
        "texts": hashlib.sha256("\0".join(texts).encode()).hexdigest(),
        "optionSets": OPTION_SETS,
        **(extra or {}),
    }
    lines = [header]
    for index in range(len(texts)):
        for option_set in OPTION_SETS:
            if index % option_set.get("every", 1) != 0:
                continue
            lines.append({"text": index, "set": option_set["id"], **run_case(compressor, texts, index, option_set)})
    with gzip.GzipFile(target, "wb", mtime=0) as packed:
        packed.write("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode())
    print(f"{target}: {len(lines) - 1} cases, {target.stat().st_size} bytes")


def run_case(compressor, texts: list[str], index: int, option_set: dict) -> dict:
    from training.reference.options import contexts_of

    options = option_set["options"]
    compressor.forced_strings = options.get("force_tokens", [])
    try:
        result = compressor.compress_prompt_llmlingua2(
            contexts_of(texts, index, option_set), **options, return_word_label=True
        )
    except (IndexError, ZeroDivisionError, ValueError) as error:
        return {"error": type(error).__name__}
    marked = result["fn_labeled_original_prompt"]
    pairs = [re.fullmatch(r"(.*) ([01])", pair, re.DOTALL) for pair in marked.split("\t\t|\t\t")] if marked else []
    words = [compressor.plain_word(pair.group(1)) for pair in pairs]
    return {
        "prompt": result["compressed_prompt"],
        # Words are compared by their hash, labels one by one.
        "words": hashlib.sha256("\n".join(words).encode()).hexdigest()[:16],
        "labels": "".join(pair.group(2) for pair in pairs),
    }


if __name__ == "__main__":
    main()
