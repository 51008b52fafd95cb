"""Makes the peers' checkpoint from the bundled model: `python bench/peers/make_checkpoint.py`.

LLMLingua-2 and its ports read a token classifier of two labels, drop and keep, that takes ids and a mask. The bundled
model also takes the shape of each word. Peers do not know shapes, so every entry of the vocabulary gets the shape that
its words most often have (a lower-case word behind a space, a number behind a space, a mark glued to what stands
before it), added into its word embedding once and for all. All other weights are the bundled model's, from its int8
file, in float32.

Writes build/peers/contextsieve-bert-base-multilingual-cased/ (the name is how llmlingua knows that "##" goes on with a
word): config, tokenizer, model.safetensors with its code, onnx/model.onnx.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from safetensors.torch import save_file

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from training.attach import detach_pivot  # noqa: E402
from training.network import Network, NetworkConfig  # noqa: E402
from training.onnx_builder import Form  # noqa: E402
from training.onnx_model import build_onnx  # noqa: E402

OUT = ROOT / "build/peers/contextsieve-bert-base-multilingual-cased"
# 4 x letter case + what stands before the word, as in src/core/text/shapes.ts.
GLUED_MARK, LOWER_BEHIND_SPACE, NUMBER_BEHIND_SPACE = 0, 5, 21


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=ROOT / "models/contextsieve-small")
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    manifest = json.loads((arguments.model / "manifest.json").read_text())
    file = manifest["variants"][manifest["defaultVariant"]]["file"]
    tokenizer = json.loads((arguments.model / manifest["tokenizer"]).read_text())
    weights = fold_shapes(read_weights(arguments.model / file), tokenizer["model"]["vocab"])
    network = load_network(weights)
    write_checkpoint(network, tokenizer, manifest, arguments.out)
    print(arguments.out)


def read_weights(file: Path) -> dict[str, np.ndarray]:
    """The graph's constants by the network's names, integers multiplied out."""
    model = onnx.load(file)
    detach_pivot(model)
    constants = {item.name: numpy_helper.to_array(item) for item in model.graph.initializer}
    weights = {}
    for name, value in constants.items():
        if name.endswith(".weight.int8"):
            whole = value.astype(np.float32) * constants[name.replace(".int8", ".scale")]
            weights[name.removesuffix(".int8")] = whole.T
        elif name == "word_embedding.int8":
            weights["word_embedding.weight"] = value.astype(np.float32) * constants["word_embedding.scale"]
        elif name in ("type_embedding", "position_embedding"):
            weights[f"{name}.weight"] = value
        elif name == "head.outer.weight":
            weights[name] = value.T
        elif name.endswith((".weight", ".bias")):
            weights[name] = value
    return weights


def fold_shapes(weights: dict[str, np.ndarray], vocabulary: dict[str, int]) -> dict[str, np.ndarray]:
    shapes = np.full(len(vocabulary), LOWER_BEHIND_SPACE)
    for piece, number in vocabulary.items():
        surface = piece.removeprefix("##")
        if any(letter.isdigit() for letter in surface):
            shapes[number] = NUMBER_BEHIND_SPACE
        elif not any(letter.isalpha() for letter in surface) or piece.startswith("["):
            shapes[number] = GLUED_MARK
    types = weights["type_embedding.weight"]
    words = weights["word_embedding.weight"] + types[shapes]
    return weights | {"word_embedding.weight": words, "type_embedding.weight": np.zeros_like(types)}


def load_network(weights: dict[str, np.ndarray]) -> Network:
    head = weights["head.inner.weight"]
    sizes = NetworkConfig(
        vocabulary=len(weights["word_embedding.weight"]),
        head_width=head.shape[0],
        head_kernel=weights["head.mix.weight"].shape[2],
    )
    network = Network(sizes)
    network.load_state_dict({name: torch.tensor(np.array(value, dtype=np.float32)) for name, value in weights.items()})
    return network.eval()


def write_checkpoint(network: Network, tokenizer: dict, manifest: dict, out: Path) -> None:
    (out / "onnx").mkdir(parents=True, exist_ok=True)
    code = Path(__file__).with_name("modeling_contextsieve.py")
    shutil.copy(code, out / code.name)
    shutil.copy(ROOT / "training/network.py", out / "network.py")
    state = {f"network.{name}": value.contiguous() for name, value in network.state_dict().items()}
    save_file(state, out / "model.safetensors", metadata={"format": "pt"})
    config = {
        "architectures": ["ContextsieveForTokenClassification"],
        "auto_map": {
            "AutoConfig": "modeling_contextsieve.ContextsieveConfig",
            "AutoModelForTokenClassification": "modeling_contextsieve.ContextsieveForTokenClassification",
        },
        # transformers.js picks its class by this name; the Python library follows auto_map.
        "model_type": "bert",
        "vocabulary": network.config.vocabulary,
        "vocab_size": network.config.vocabulary,
        "head_width": network.config.head_width,
        "head_kernel": network.config.head_kernel,
        # What the model was trained on; its table of positions is longer.
        "max_position_embeddings": manifest["window"]["maxTokens"],
        "num_labels": 2,
        "id2label": {"0": "drop", "1": "keep"},
        "label2id": {"drop": 0, "keep": 1},
        "pad_token_id": manifest["specialTokens"]["pad"],
    }
    (out / "config.json").write_text(json.dumps(config, indent=2))
    (out / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False))
    special = {"cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "unk_token": "[UNK]", "mask_token": "[MASK]"}
    settings = {"tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": manifest["window"]["maxTokens"], **special}
    (out / "tokenizer_config.json").write_text(json.dumps(settings, indent=2))
    onnx.save(two_labels(build_onnx(network, Form())), out / "onnx/model.onnx")


def two_labels(model: onnx.ModelProto) -> onnx.ModelProto:
    """Output `logits` as (0, keep), without the hidden states."""
    graph = model.graph
    for node in graph.node:
        node.output[:] = ["both_logits" if name == "logits" else name for name in node.output]
    graph.initializer.extend(
        numpy_helper.from_array(np.array([value], dtype=np.int64), name)
        for name, value in (("first", 0), ("second", 1), ("axis", 2))
    )
    graph.node.extend(
        [
            helper.make_node("Slice", ["both_logits", "first", "second", "axis"], ["keep_logit"]),
            helper.make_node("Sub", ["keep_logit", "keep_logit"], ["drop_logit"]),
            helper.make_node("Concat", ["drop_logit", "keep_logit"], ["logits"], axis=-1),
        ]
    )
    del graph.output[1:]
    onnx.checker.check_model(model)
    return model


if __name__ == "__main__":
    main()
