"""Golden outputs on the bundled model's weights: `python -m training.reference.bundled`. Run again for new weights.

The reference gets the shipped weights as they are: its model is replaced by a session on the shipped ONNX file, with
two labels made of the model's one keep logit (0 and keep: their softmax is the model's sigmoid).
"""

import argparse
import hashlib
import json
from pathlib import Path
from types import SimpleNamespace

import torch

from training.reference.golden import FIXTURES, ROOT, write_golden
from training.reference.ranks import provide_ranks

MODEL = ROOT / "models" / "contextsieve-small"
# The reference knows a WordPiece checkpoint by this name.
FOLDER = "bundled-as-bert-base-multilingual-cased"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--out", type=Path, default=FIXTURES / "llmlingua2")
    arguments.add_argument("--work", type=Path, default=ROOT / "build" / "reference")
    given = arguments.parse_args()
    torch.set_num_threads(1)
    provide_ranks(given.work / "tiktoken", ROOT)
    texts = [json.loads(line)["text"] for line in (FIXTURES / "llmlingua2-texts.jsonl").read_text().splitlines()]
    manifest = json.loads((MODEL / "manifest.json").read_text())
    file = manifest["variants"][manifest["defaultVariant"]]["file"]
    weights = hashlib.sha256((MODEL / file).read_bytes()).hexdigest()
    compressor = open_reference(given.work / FOLDER, manifest, MODEL / file)
    write_golden(compressor, texts, given.out / "golden.bundled.jsonl.gz", extra={"weights": weights})


def open_reference(folder: Path, manifest: dict, model_file: Path):
    from llmlingua import PromptCompressor
    from transformers import BertConfig, BertForTokenClassification, BertTokenizerFast

    from training.reference.checkpoints import SHAPE
    from training.reference.wrapped import read_forced_strings_as_text

    tokenizer = BertTokenizerFast(tokenizer_file=str(MODEL / manifest["tokenizer"]), model_max_length=512)
    tokenizer.save_pretrained(folder)
    BertForTokenClassification(BertConfig(**SHAPE, vocab_size=len(tokenizer))).save_pretrained(folder)
    compressor = PromptCompressor(str(folder), device_map="cpu", use_llmlingua2=True)
    compressor.plain_word = str
    compressor.model = shipped_model(model_file, manifest["outputs"]["logits"])
    read_forced_strings_as_text(compressor)
    return compressor


def shipped_model(path: Path, logits: str):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    types = {"tensor(int64)": torch.int64, "tensor(int32)": torch.int32}
    kinds = {given.name: types[given.type] for given in session.get_inputs()}
    answered: dict[tuple[int, ...], torch.Tensor] = {}

    def answer(ids: tuple[int, ...]) -> torch.Tensor:
        if ids not in answered:
            read = torch.tensor([ids])
            feeds = {"input_ids": read, "attention_mask": torch.ones_like(read), "token_type_ids": torch.zeros_like(read)}
            given = {name: feeds[name].to(kind).numpy() for name, kind in kinds.items()}
            answered[ids] = torch.from_numpy(session.run([logits], given)[0][0])
        return answered[ids]

    def run(input_ids: torch.Tensor, attention_mask: torch.Tensor) -> SimpleNamespace:
        both = torch.zeros(*input_ids.shape, 2)
        for row, (ids, mask) in enumerate(zip(input_ids, attention_mask.bool())):
            both[row, mask, 1] = answer(tuple(ids[mask].tolist()))[:, 0].float()
        return SimpleNamespace(loss=None, logits=both)

    return run


if __name__ == "__main__":
    main()
