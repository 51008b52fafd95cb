"""Tiny random checkpoints, one of each tokenizer family, small enough to commit as ONNX.

The names of the folders hold the names by which llmlingua 0.2.2 knows a family. Vocabularies are trained on the
fixture's texts, so that pieces, unknown characters and word borders look like a real checkpoint's; weights are random,
with the classifier scaled so that P(keep) covers the whole range.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import sentencepiece
import torch
from tokenizers import BertWordPieceTokenizer, ByteLevelBPETokenizer
from transformers import (
    AutoModelForTokenClassification,
    BertConfig,
    BertTokenizerFast,
    PretrainedConfig,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaTokenizerFast,
    XLMRobertaConfig,
    XLMRobertaTokenizerFast,
)

SHAPE = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "num_labels": 2,
    "initializer_range": 0.3,
    "hidden_dropout_prob": 0.0,
    "attention_probs_dropout_prob": 0.0,
}
# Spread of the logit of P(keep) over the texts' tokens.
LOGIT_SPREAD = 1.7


@dataclass
class Family:
    name: str
    folder: str
    seed: int


FAMILIES = [
    Family("wordpiece", "tiny-bert-base-multilingual-cased", 1),
    Family("unigram", "tiny-xlm-roberta-large", 2),
    # Byte-level tokenizers are refused by the reference unless they call themselves one of its two.
    Family("byte-level", "tiny-roberta-as-xlm-roberta-large", 3),
]


def make_checkpoint(family: Family, texts: list[str], parent: Path) -> Path:
    """Writes a PyTorch checkpoint with its tokenizer, the same at every run."""
    folder = parent / family.folder
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = make_tokenizer(family, texts, folder)
    torch.manual_seed(family.seed)
    model = AutoModelForTokenClassification.from_config(make_config(family, tokenizer), attn_implementation="eager")
    spread_out(model.eval(), tokenizer, texts)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def make_tokenizer(family: Family, texts: list[str], folder: Path) -> PreTrainedTokenizerFast:
    if family.name == "wordpiece":
        trained = BertWordPieceTokenizer(lowercase=False, strip_accents=False)
        trained.train_from_iterator(texts, vocab_size=3000, limit_alphabet=760, min_frequency=2)
        trained.save_model(str(folder))
        return BertTokenizerFast(vocab_file=str(folder / "vocab.txt"), do_lower_case=False, model_max_length=512)
    if family.name == "unigram":
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(line for text in texts for line in text.split("\n") if line),
            model_prefix=str(folder / "sentencepiece.bpe"),
            vocab_size=3000,
            model_type="unigram",
            character_coverage=0.998,
            normalization_rule_name="nmt_nfkc",
            hard_vocab_limit=False,
            num_threads=1,
            minloglevel=2,
        )
        return XLMRobertaTokenizerFast(vocab_file=str(folder / "sentencepiece.bpe.model"), model_max_length=512)
    trained = ByteLevelBPETokenizer()
    trained.train_from_iterator(
        texts, vocab_size=2500, min_frequency=2, special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    )
    trained.save_model(str(folder))
    return RobertaTokenizerFast(
        vocab_file=str(folder / "vocab.json"), merges_file=str(folder / "merges.txt"), model_max_length=512
    )


def make_config(family: Family, tokenizer: PreTrainedTokenizerFast) -> PretrainedConfig:
    common = {**SHAPE, "vocab_size": len(tokenizer), "pad_token_id": tokenizer.pad_token_id}
    if family.name == "wordpiece":
        return BertConfig(**common, max_position_embeddings=512)
    ends = {"bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id}
    kind = XLMRobertaConfig if family.name == "unigram" else RobertaConfig
    return kind(**common, **ends, max_position_embeddings=514, type_vocab_size=1)


def spread_out(model: torch.nn.Module, tokenizer: PreTrainedTokenizerFast, texts: list[str]) -> None:
    """Scales the classifier so that the logit of P(keep) has mean 0 and the wanted spread."""
    sample = tokenizer(texts[:40], truncation=True, max_length=512, padding=True, return_tensors="pt")
    with torch.no_grad():
        logits = model(input_ids=sample["input_ids"], attention_mask=sample["attention_mask"]).logits
        difference = (logits[..., 1] - logits[..., 0])[sample["attention_mask"] == 1]
        model.classifier.weight.mul_(LOGIT_SPREAD / difference.std())
        model.classifier.bias.zero_()
        model.classifier.bias[1] = -difference.mean() * LOGIT_SPREAD / difference.std()


def export_checkpoint(checkpoint: Path, family: Family, target: Path) -> None:
    """Writes what a Hub repository of an ONNX conversion holds: config, tokenizer, `onnx/model.onnx`."""
    model = AutoModelForTokenClassification.from_pretrained(checkpoint, attn_implementation="eager").eval()
    (target / "onnx").mkdir(parents=True, exist_ok=True)
    ids = torch.tensor([[5, 6, 7, 8], [5, 6, 7, 9]])
    inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    if family.name == "wordpiece":
        inputs["token_type_ids"] = torch.zeros_like(ids)
    axes = {0: "batch", 1: "length"}
    torch.onnx.export(
        model,
        (),
        str(target / "onnx" / "model.onnx"),
        kwargs=inputs,
        input_names=list(inputs),
        output_names=["logits"],
        dynamic_axes={name: axes for name in [*inputs, "logits"]},
        opset_version=17,
        dynamo=False,
    )
    for name in ["config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"]:
        (target / name).write_text(json.dumps(json.loads((checkpoint / name).read_text()), ensure_ascii=False))
