"""Turns a token-classification checkpoint into a model folder: manifest, tokenizer, fp32 and int8 ONNX, agreement.

Run by `contextsieve models convert`; also by hand: python3 convert.py CHECKPOINT --out FOLDER [--texts FILE].
Tested with the versions in TESTED_WITH.
"""

import argparse
import hashlib
import importlib.util
import json
import shutil
import sys
import tempfile
from pathlib import Path

TESTED_WITH = {
    "torch": "2.13.0",
    "transformers": "4.57.6",
    "onnx": "1.23.2",
    "onnxruntime": "1.32.0",
    "numpy": "2.4.6",
}
MISSING_PACKAGES = 3
BAD_CHECKPOINT = 4
# A protobuf ends at two gigabytes: beyond this, weights lie in a file of their own.
EXTERNAL_DATA_ABOVE = 1_800_000_000
MAX_TOKENS = 512
SAMPLE_TEXTS = [
    "The council met on 14 March and, after two hours, agreed to spend 4.2 million euros on the bridge.",
    "Speaker A: so, um, did we ever hear back? Speaker B: no, not yet, I'll call them again on Monday morning.",
    "def mean(values):\n    # An empty list has no mean.\n    return sum(values) / len(values) if values else None",
    "Patients should not take more than 3 tablets a day unless a doctor has told them to do so.",
    "Die Pumpe darf erst wieder eingeschaltet werden, wenn der Druck unter 1,5 bar gefallen ist.",
    "El tren de las 18:40 no para en la estación central, de modo que hay que cambiar en el puerto.",
    "Le contrat prend fin le 31 décembre, sauf si l'une des parties le renouvelle par écrit.",
    "会议改到星期四下午三点，请大家带上最新的预算表。",
    "ERROR 2024-05-02T11:08:19Z worker-7 timeout after 30000 ms while reading /var/lib/data/segment.0042",
    "She had, in truth, never liked the house, which was large, dark and, above all, much too far from the sea.",
    "| region | 2022 | 2023 |\n|---|---|---|\n| north | 118 | 131 |\n| south | 97 | 88 |",
    "To reset your password, open Settings, choose Security, then press Reset and follow the link in the message.",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path, help="folder with config.json, weights and tokenizer")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--name", help="name in the manifest (default: the checkpoint folder's)")
    parser.add_argument("--licence", help="licence in the manifest")
    parser.add_argument("--texts", type=Path, help="texts to judge the agreement on, one a line (default: a few built in)")
    parser.add_argument("--external-data-above", type=int, default=EXTERNAL_DATA_ABOVE, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    require_packages()
    convert(arguments)


def require_packages() -> None:
    missing = [name for name in TESTED_WITH if importlib.util.find_spec(name) is None]
    if missing:
        pins = " ".join(f"{name}=={TESTED_WITH[name]}" for name in missing)
        fail(
            f"Expected {sys.executable} to have the packages {', '.join(TESTED_WITH)}, got none of: "
            f"{', '.join(missing)}. Install them with: {sys.executable} -m pip install {pins}",
            MISSING_PACKAGES,
        )


def convert(arguments: argparse.Namespace) -> None:
    from transformers import AutoConfig, AutoModelForTokenClassification, AutoTokenizer
    from transformers.utils import logging

    logging.set_verbosity_error()
    source: Path = arguments.checkpoint
    if not (source / "config.json").is_file():
        fail(f"Expected {source} to be a checkpoint folder, got no config.json in it.", BAD_CHECKPOINT)
    config = AutoConfig.from_pretrained(source)
    kinds = config.architectures or []
    if not any(kind.endswith("ForTokenClassification") for kind in kinds):
        fail(f"Expected {source} to hold a token-classification model, got {', '.join(kinds) or 'no kind'}.", BAD_CHECKPOINT)
    if config.num_labels != 2:
        fail(f"Expected {source} to have two labels, drop and keep, got {config.num_labels}.", BAD_CHECKPOINT)
    tokenizer = AutoTokenizer.from_pretrained(source, use_fast=True)
    model = AutoModelForTokenClassification.from_pretrained(source, attn_implementation="eager").float().eval()

    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    tokenizer.backend_tokenizer.save(str(out / "tokenizer.json"))
    takes_types = "token_type_ids" in tokenizer.model_input_names
    export(model, takes_types, out, arguments.external_data_above)
    quantize(out, arguments.external_data_above)

    # Files written beside the graph are readable by their owner alone otherwise.
    for path in out.iterdir():
        path.chmod(0o644)

    texts = arguments.texts.read_text().splitlines() if arguments.texts else SAMPLE_TEXTS
    agreement = measure(model, tokenizer, [text for text in texts if text.strip()], out, takes_types)
    manifest = describe(arguments, config, tokenizer, takes_types, agreement)
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    print(f"{out}: {', '.join(sorted(manifest['checksums']))}")
    for name, figures in agreement.items():
        print(
            f"{name} against PyTorch, {figures['tokens']} tokens: keep probability off by {figures['meanDifference']:.5f} "
            f"on average, {figures['maxDifference']:.5f} at most; {100 * figures['sameSide']:.2f}% on the same side of "
            f"0.5; {100 * figures['topHalf']:.2f}% of the upper half the same"
        )


def export(model, takes_types: bool, out: Path, external_above: int) -> None:
    import onnx
    import torch

    ids = torch.tensor([[1, 2, 3, 4], [1, 2, 3, 5]])
    inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    if takes_types:
        inputs["token_type_ids"] = torch.zeros_like(ids)
    axes = {0: "batch", 1: "length"}
    with tempfile.TemporaryDirectory() as scratch:
        exported = Path(scratch) / "model.onnx"
        torch.onnx.export(
            model,
            (),
            str(exported),
            kwargs=inputs,
            input_names=list(inputs),
            output_names=["logits"],
            dynamic_axes={name: axes for name in [*inputs, "logits"]},
            opset_version=17,
            dynamo=False,
        )
        weights = sum(parameter.numel() * 4 for parameter in model.parameters())
        if weights <= external_above:
            shutil.copyfile(exported, out / "model.onnx")
            return
        # `all_tensors_to_one_file` adds to a file that is there.
        (out / "model.onnx_data").unlink(missing_ok=True)
        onnx.save_model(
            onnx.load(str(exported)),
            str(out / "model.onnx"),
            save_as_external_data=True,
            all_tensors_to_one_file=True,
            location="model.onnx_data",
            size_threshold=1024,
        )


def quantize(out: Path, external_above: int) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    fp32 = sum(path.stat().st_size for path in out.glob("model.onnx*"))
    # Signed, a scale for each channel, seven bits: exact on processors without VNNI as well.
    quantize_dynamic(
        str(out / "model.onnx"),
        str(out / "model_int8.onnx"),
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        use_external_data_format=fp32 > 4 * external_above,
    )


def measure(model, tokenizer, texts: list[str], out: Path, takes_types: bool) -> dict:
    import numpy
    import onnxruntime
    import torch

    def probabilities(logits: numpy.ndarray) -> numpy.ndarray:
        return 1 / (1 + numpy.exp(logits[0, :, 0].astype(numpy.float64) - logits[0, :, 1]))

    encoded = [tokenizer(text, truncation=True, max_length=MAX_TOKENS, return_tensors="np") for text in texts]
    with torch.no_grad():
        reference = numpy.concatenate(
            [
                probabilities(
                    model(
                        input_ids=torch.from_numpy(inputs["input_ids"]).long(),
                        attention_mask=torch.from_numpy(inputs["attention_mask"]).long(),
                    ).logits.numpy()
                )
                for inputs in encoded
            ]
        )
    agreement = {}
    for name, file in {"fp32": "model.onnx", "int8": "model_int8.onnx"}.items():
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(str(out / file), options, providers=["CPUExecutionProvider"])
        answers = []
        for inputs in encoded:
            feeds = {key: inputs[key].astype(numpy.int64) for key in ("input_ids", "attention_mask")}
            if takes_types:
                feeds["token_type_ids"] = numpy.zeros_like(feeds["input_ids"])
            answers.append(probabilities(session.run(["logits"], feeds)[0]))
        answer = numpy.concatenate(answers)
        difference = numpy.abs(answer - reference)
        half = len(reference) // 2
        upper = set(numpy.argsort(-reference)[:half]) & set(numpy.argsort(-answer)[:half])
        agreement[name] = {
            "tokens": len(reference),
            "meanDifference": float(difference.mean()),
            "maxDifference": float(difference.max()),
            "sameSide": float(((answer >= 0.5) == (reference >= 0.5)).mean()),
            "topHalf": len(upper) / max(1, half),
        }
    return agreement


def describe(arguments: argparse.Namespace, config, tokenizer, takes_types: bool, agreement: dict) -> dict:
    positions = getattr(config, "max_position_embeddings", None) or MAX_TOKENS
    # RoBERTa's kin number positions from behind the padding token's id.
    if "roberta" in config.model_type or config.model_type == "camembert":
        positions -= tokenizer.pad_token_id + 1
    window = min(MAX_TOKENS, positions)
    first = tokenizer.cls_token_id if tokenizer.cls_token_id is not None else tokenizer.bos_token_id
    last = tokenizer.sep_token_id if tokenizer.sep_token_id is not None else tokenizer.eos_token_id
    files = [path for path in sorted(arguments.out.iterdir()) if path.name == "tokenizer.json" or "onnx" in path.name]
    manifest = {
        "name": arguments.name or arguments.checkpoint.resolve().name,
        "version": "1.0.0",
        "base": config.model_type,
        "licence": arguments.licence,
        "tokenizer": "tokenizer.json",
        "specialTokens": {
            "cls": first,
            "sep": last,
            "pad": tokenizer.pad_token_id,
            "unk": tokenizer.unk_token_id if tokenizer.unk_token_id is not None else tokenizer.pad_token_id,
        },
        "window": {"maxTokens": window, "contextTokens": min(32, window // 8)},
        "tokenTypes": "zero" if takes_types else "none",
        "outputs": {"logits": "logits", "labels": ["drop", "keep"]},
        "variants": {
            "fp32": {"file": "model.onnx", "maxBatchRows": 64, "maxBatchTokens": 1024},
            # Dynamic int8 takes its scales from the whole batch: a window runs alone.
            "int8": {"file": "model_int8.onnx", "maxBatchRows": 1, "maxBatchTokens": 1024},
        },
        "defaultVariant": "fp32",
        "agreement": agreement,
        "checksums": {path.name: digest(path) for path in files},
    }
    return {key: value for key, value in manifest.items() if value is not None}


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fail(message: str, status: int) -> None:
    print(message, file=sys.stderr)
    raise SystemExit(status)


if __name__ == "__main__":
    main()
